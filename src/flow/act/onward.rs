//! Where an act goes besides its orders: a report and a return to whoever gave the work, a forward to whoever is named.

use super::{ActKind, Occasion, PlannedAct};
use crate::domain::codes::UnitCode;
use crate::domain::letter::{RecipientRole, Sender};
use crate::domain::routing::{LegRecipient, RoutingView, leg};
use crate::flow::house::{CityView, House};
use crate::flow::outgoing::{Gate, NewMessage, plan, put};
use crate::flow::tray;
use crate::store::records::StoredAct;
use crate::store::{StoreError, Tx};

/// Tells whom an act concerns; the message says it in words when it is sent.
pub async fn tell(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (stored, act): (&StoredAct, &PlannedAct),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let kind = match act.kind {
        ActKind::Report => "report_received",
        ActKind::Return => "returned",
        ActKind::Forward => "forward_received",
        ActKind::Disposition | ActKind::Approve | ActKind::Reject | ActKind::Acknowledge => return Ok(()),
    };
    let concerned = if act.kind == ActKind::Forward {
        act.orders.iter().map(|order| LegRecipient::Position(order.target.clone())).collect()
    } else {
        giver(tx, city, stored, occasion).await?.into_iter().collect::<Vec<_>>()
    };
    for recipient in concerned {
        send(house, tx, city, (stored, kind, recipient), occasion).await?;
    }
    Ok(())
}

/// Whoever gave the work: the giver of the order, else the sender of the letter. For a letter from outside the city it is the
/// unit of whoever acts: its operator entered the letter and answers the outside body.
async fn giver(
    tx: &mut Tx,
    city: &CityView,
    stored: &StoredAct,
    occasion: Occasion<'_>,
) -> Result<Option<LegRecipient>, StoreError> {
    if let Some(order) = stored.order {
        let orders = tx.orders_of(stored.letter).await?;
        return Ok(orders.into_iter().find(|one| one.id == order).map(|one| LegRecipient::Position(one.giver)));
    }
    let own_unit = || city.directory.position(&stored.position).map(|post| LegRecipient::Unit(post.unit.clone()));
    Ok(match &occasion.letter.letter.sender {
        Sender::Position(code) => Some(LegRecipient::Position(code.clone())),
        Sender::Unit(code) => Some(LegRecipient::Unit(code.clone())),
        Sender::Outside(_) => own_unit(),
    })
}

async fn send(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (stored, kind, recipient): (&StoredAct, &str, LegRecipient),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let rules = house.rules();
    let view = RoutingView { directory: &city.directory, rules: &rules, day: house.today() };
    let letter = &occasion.letter.letter;
    let leg = leg(RecipientRole::To, recipient, letter.class, view);
    let unit = match &leg.recipient {
        LegRecipient::Unit(code) => Some(UnitCode::as_str(code)),
        LegRecipient::Position(_) | LegRecipient::Outside(_) => None,
    };
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let new = NewMessage {
        letter: Some(stored.letter),
        kind: kind.to_owned(),
        role: "to",
        recipient: leg.recipient.name().to_owned(),
        position: match &leg.recipient {
            LegRecipient::Position(code) => Some(code.clone()),
            LegRecipient::Unit(_) | LegRecipient::Outside(_) => None,
        },
        person: leg.person.as_ref().map(|person| person.number.clone()),
        capacity: leg.person.as_ref().and_then(|person| person.capacity),
        delegation: leg.person.as_ref().and_then(|person| person.delegation),
        order: None,
        payload: serde_json::json!({ "act": stored.id, "unit": unit }),
    };
    put(tx, &plan(house, gate, new, &leg.deliveries, letter.urgency)).await?;
    if let Some(notice) = leg.notice {
        tx.open_tray(&tray::route_notice(house, city, stored.letter, &leg, notice)).await?;
    }
    Ok(())
}
