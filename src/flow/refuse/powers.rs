//! Whose power has begun, ended or gone to somebody else, in the words of whom it concerns.

use crate::domain::codes::PositionCode;
use crate::domain::directory::Holder;
use crate::flow::house::{CityView, House, operator_of, titled};
use crate::flow::receive::mail::Answered;
use crate::render::context::Because;
use crate::render::moment::Moment;
use crate::store::records::{StoredInbound, StoredMessage};

/// Before the first or after the last day of an order.
pub(super) fn outside_dates(house: &House, city: &CityView, answered: &Answered) -> Option<Because> {
    let message = &answered.message;
    let row = city.directory.parts().delegations.iter().find(|row| Some(row.id) == message.delegation)?;
    let position = city.directory.position(&row.position)?;
    Some(Because::DelegateOutsideDates {
        capacity_position: titled(position, Some(row.capacity)),
        from: Moment::day(row.days.from),
        to: row.days.to.map(Moment::day),
        received_date: Moment::day(house.today()),
        holder: holder_title(house, city, &row.position),
        unit: unit_name(city, &row.position),
    })
}

/// Since when and by whom the power is used now. Why it ended is nobody's business but the operator's.
pub(super) fn power_ended(house: &House, city: &CityView, answered: &Answered, item: &StoredInbound) -> Option<Because> {
    let ended = item.person.as_ref().and_then(|person| city.directory.power_ended(person, house.today()));
    let since = Moment::day(ended.map_or_else(|| house.today(), |row| row.days.from));
    if let Some(unit) = answered.message.unit().and_then(|code| city.directory.unit(&code)) {
        let (position, holder) = (operator_of(unit), successor(house, city, &answered.message));
        return Some(Because::PowerEnded { since, position, holder, unit: unit.name.clone() });
    }
    let position = answered.message.position.as_ref()?;
    Some(Because::PowerEnded {
        since,
        position: city.directory.position(position)?.title.clone(),
        holder: successor(house, city, &answered.message),
        unit: unit_name(city, position),
    })
}

/// Who answers today for what a message was about: by name where he holds the post itself; empty where nobody does.
pub fn successor(house: &House, city: &CityView, message: &StoredMessage) -> String {
    let Some(code) = &message.position else {
        let desk = message.unit().and_then(|unit| city.directory.operator_of(&unit, house.today()));
        return desk.map(|(official, _)| official.name.clone()).unwrap_or_default();
    };
    match (city.directory.holder(code, house.today()), city.directory.position(code)) {
        (Holder::Held { capacity, .. }, Some(post)) if capacity.is_acting() => titled(post, Some(capacity)),
        (Holder::Held { official, .. }, _) => official.name.clone(),
        _ => String::new(),
    }
}

fn holder_title(house: &House, city: &CityView, position: &PositionCode) -> String {
    let Some(post) = city.directory.position(position) else { return position.to_string() };
    match city.directory.holder(position, house.today()) {
        Holder::Held { capacity, .. } => titled(post, Some(capacity)),
        Holder::Away { .. } | Holder::Vacant => post.title.clone(),
    }
}

pub(super) fn unit_name(city: &CityView, position: &PositionCode) -> String {
    let unit = city.directory.position(position).and_then(|post| city.directory.unit(&post.unit));
    unit.map(|unit| unit.name.clone()).unwrap_or_default()
}
