//! The sheet that says on paper what a mail would say in words: whose act it is, to whom, what and until when.

use super::Claimed;
use super::onward_words::{self, done_by};
use super::words::{WordsError, agenda_number, missing, sender_names};
use crate::domain::codes::PositionCode;
use crate::domain::letter::Sender;
use crate::flow::act::{PlannedAct, instructions};
use crate::flow::assurance;
use crate::flow::house::{CityView, House, titled};
use crate::render::context::Act;
use crate::render::moment::Moment;
use crate::render::pdf::{ActSheet, Letterhead, SheetActor};
use crate::store::Tx;
use crate::store::records::{StoredAct, StoredLetter, StoredOrder};

/// The sheet of a message that tells an act; `None` for the letter itself.
pub async fn sheet(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (claimed, stored): (&Claimed, &StoredLetter),
) -> Result<Option<ActSheet>, WordsError> {
    let said = &claimed.message;
    let order = match said.order {
        Some(id) if matches!(said.kind.as_str(), "disposition_received" | "correction") => {
            Some(tx.order(id).await?.ok_or_else(|| missing(said, "order"))?)
        }
        _ => None,
    };
    let (done, act) = match &order {
        Some(order) => done_by(tx, said, order.act).await?,
        None if onward_words::KINDS.contains(&said.kind.as_str()) => onward_words::done(tx, said).await?,
        None => return Ok(None),
    };
    let titles = |code: &PositionCode| city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone());
    let letter = &stored.letter;
    let received = match &letter.sender {
        Sender::Outside(outside) => outside.received,
        Sender::Position(_) | Sender::Unit(_) => city.calendar.day(stored.accepted_at),
    };
    Ok(Some(ActSheet {
        act: if said.kind == "correction" { Act::Correction } else { act.kind.said() },
        letterhead: letterhead(house, city, &done),
        sender: sender_names(&letter.sender, city).0,
        letter_number: letter.letter_number.clone(),
        letter_date: Moment::day(letter.letter_date),
        received: Moment::day(received),
        agenda_number: agenda_number(tx, said.position.as_ref(), stored, city).await?,
        urgency: letter.urgency,
        class: letter.class,
        subject: letter.subject.clone(),
        targets: targets(&act, said.position.as_ref()).iter().map(titles).collect(),
        instructions: order.as_ref().map_or_else(|| instructions(&act), |order| order.instructions.clone()),
        due: due(order.as_ref(), &act).map(|due| Moment::at(&city.calendar, due)),
        suggested: act.suggested.as_ref().map(titles),
        words: act.note,
        files: act.files.into_iter().map(|file| file.name).collect(),
        actor: actor(city, &done).ok_or_else(|| missing(said, "acting position"))?,
        recorded_at: Moment::at(&city.calendar, done.recorded_at),
        assurance: assurance::words(&done.assurance),
        // Not the moment of this attempt: the next one must give the same bytes.
        printed_at: Moment::at(&city.calendar, claimed.delivery.created_at),
    }))
}

fn letterhead(house: &House, city: &CityView, done: &StoredAct) -> Letterhead {
    let unit = city.directory.position(&done.position).and_then(|post| city.directory.unit(&post.unit));
    Letterhead {
        government: format!("PEMERINTAH {}", house.settings.city.name.to_uppercase()),
        unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        address: unit.map(|unit| unit.address.clone()).unwrap_or_default(),
    }
}

fn actor(city: &CityView, done: &StoredAct) -> Option<SheetActor> {
    let title = titled(city.directory.position(&done.position)?, Some(done.capacity));
    let person = city.directory.official(&done.person);
    let rank = person.map(|one| [one.rank.as_str(), one.grade.as_str()]).unwrap_or_default();
    Some(SheetActor {
        title,
        name: person.map(|one| one.name.clone()).unwrap_or_default(),
        rank: rank.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", "),
        number: done.person.to_string(),
    })
}

/// Everybody the act names, the reader first.
fn targets(act: &PlannedAct, reader: Option<&PositionCode>) -> Vec<PositionCode> {
    let mut all: Vec<PositionCode> = act.orders.iter().map(|order| order.target.clone()).collect();
    all.sort_by_key(|target| Some(target) != reader);
    all
}

fn due(order: Option<&StoredOrder>, act: &PlannedAct) -> Option<jiff::Timestamp> {
    match order {
        Some(order) => order.due_at,
        None => act.orders.iter().filter_map(|order| order.due_at).min(),
    }
}
