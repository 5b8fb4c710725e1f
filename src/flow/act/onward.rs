//! Where an act goes besides its orders: a report, a return, an approval and a rejection to whoever gave the work or asked, a
//! forward to whoever is named, and of a disposition a copy to a superior who is passed over.

use super::{ActKind, Occasion, PlannedAct};
use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::delivery::Channel;
use crate::domain::directory::Directory;
use crate::domain::ids::ActId;
use crate::domain::letter::{RecipientRole, Sender};
use crate::domain::routing::{Leg, LegRecipient, NoticeCode, RoutingView, leg};
use crate::flow::house::{CityView, House};
use crate::flow::outgoing::{Gate, NewMessage, plan, put};
use crate::flow::tray;
use crate::store::records::StoredAct;
use crate::store::{StoreError, Tx};

/// Tells whom an act concerns; the message says it in words when it is sent. An acknowledgement concerns nobody but the record.
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
        ActKind::Approve => "approved",
        ActKind::Reject => "rejected",
        ActKind::Disposition => return copies(house, tx, city, (stored, act), occasion).await,
        ActKind::Acknowledge => return Ok(()),
    };
    let concerned = if act.kind == ActKind::Forward {
        act.orders.iter().map(|order| LegRecipient::Position(order.target.clone())).collect()
    } else {
        let asked = match asker(tx, act.kind, occasion).await? {
            Some(position) => Some(LegRecipient::Position(position)),
            None => giver(tx, stored, occasion).await?,
        };
        // Who answers his own letter knows what he answered.
        asked.into_iter().filter(|one| *one != LegRecipient::Position(stored.position.clone())).collect::<Vec<_>>()
    };
    for recipient in concerned {
        send(house, tx, city, (stored, kind, recipient), occasion).await?;
    }
    Ok(())
}

/// A superior between the giver and a target is passed over: he gets a copy of the notice, where the office wants it so. A copy
/// is for information and never falls to paper; where no channel of his takes it, the operator finds that on his tray.
async fn copies(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (stored, act): (&StoredAct, &PlannedAct),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    if !house.settings.workflow.disposition.copy_to_skipped {
        return Ok(());
    }
    for skipped in skipped(&city.directory, stored, act) {
        let rules = house.rules();
        let view = RoutingView { directory: &city.directory, rules: &rules, day: house.today() };
        let class = occasion.letter.letter.class;
        let mut leg = leg(RecipientRole::Cc, LegRecipient::Position(skipped), class, view);
        leg.deliveries.retain(|one| one.address.channel() != Channel::Print);
        if leg.deliveries.is_empty() {
            let notice = leg.notice.unwrap_or(NoticeCode::NoChannel);
            tx.open_tray(&tray::route_notice(house, city, stored.letter, &leg, notice)).await?;
            continue;
        }
        let new = NewMessage { role: "cc", ..told(stored, "disposition_copy", &leg) };
        let gate = Gate::read(tx, &house.settings.trial).await?;
        put(tx, &plan(house, gate, new, &leg.deliveries, occasion.letter.letter.urgency)).await?;
    }
    Ok(())
}

/// The posts between the giver and his targets, each once, without those that got an order themselves.
fn skipped(directory: &Directory, stored: &StoredAct, act: &PlannedAct) -> Vec<PositionCode> {
    let mut skipped: Vec<PositionCode> = Vec::new();
    for order in &act.orders {
        let above = directory.superiors(&order.target);
        let Some(end) = above.iter().position(|post| *post == stored.position) else { continue };
        for post in above.into_iter().take(end) {
            if !skipped.contains(&post) && act.orders.iter().all(|other| other.target != post) {
                skipped.push(post);
            }
        }
    }
    skipped
}

/// Whose act the answered message told: he asked for guidance by a forward, or his report or return is what is decided on.
/// A report in answer to somebody else's report is no answer to him: it goes up, to whoever gave the work.
async fn asker(tx: &mut Tx, kind: ActKind, occasion: Occasion<'_>) -> Result<Option<PositionCode>, StoreError> {
    let answered = occasion.message.kind.as_str();
    let answers_him = match answered {
        "forward_received" | "disposition_copy" => true,
        "report_received" | "returned" => kind != ActKind::Report,
        _ => false,
    };
    let told = occasion.message.payload.get("act").cloned().and_then(|id| serde_json::from_value::<ActId>(id).ok());
    match told.filter(|_| answers_him) {
        Some(id) => Ok(tx.act(id).await?.map(|act| act.position)),
        None => Ok(None),
    }
}

/// Whoever gave the work: the giver of the order, else the sender of the letter. For a letter from outside the city it is the
/// unit that registered it: its operator answers the outside body.
async fn giver(tx: &mut Tx, stored: &StoredAct, occasion: Occasion<'_>) -> Result<Option<LegRecipient>, StoreError> {
    if let Some(order) = stored.order {
        return Ok(tx.order(order).await?.map(|one| LegRecipient::Position(one.giver)));
    }
    Ok(Some(match &occasion.letter.letter.sender {
        Sender::Position(code) => LegRecipient::Position(code.clone()),
        Sender::Unit(code) => LegRecipient::Unit(code.clone()),
        Sender::Outside(outside) => LegRecipient::Unit(outside.registered_by.clone()),
    }))
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
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let new = told(stored, kind, &leg);
    put(tx, &plan(house, gate, new, &leg.deliveries, letter.urgency)).await?;
    crate::flow::tell::route(house, tx, city, occasion.letter, &leg).await
}

/// The message that tells an act to whoever a leg leads to.
fn told(stored: &StoredAct, kind: &str, leg: &Leg) -> NewMessage {
    let (position, unit) = match &leg.recipient {
        LegRecipient::Position(code) => (Some(code.clone()), None),
        LegRecipient::Unit(code) => (None, Some(UnitCode::as_str(code))),
        LegRecipient::Outside(_) => (None, None),
    };
    NewMessage {
        letter: Some(stored.letter),
        kind: kind.to_owned(),
        role: "to",
        recipient: leg.recipient.name().to_owned(),
        position,
        person: leg.person.as_ref().map(|person| person.number.clone()),
        capacity: leg.person.as_ref().and_then(|person| person.capacity),
        delegation: leg.person.as_ref().and_then(|person| person.delegation),
        order: None,
        payload: serde_json::json!({ "act": stored.id, "unit": unit }),
    }
}
