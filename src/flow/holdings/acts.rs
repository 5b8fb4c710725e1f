//! What an official did against the fact of it, and the orders of a disposition against what the act says.

use super::{Found, at_its_time, differing, digits, hashed, near, part, place, simple, told};
use crate::domain::delegation::Capacity;
use crate::domain::disposition::{Later, OrderState};
use crate::domain::evidence::{ContentPart, Fact};
use crate::domain::ids::{ActId, OrderId};
use crate::flow::act::{ActKind, OPERATOR, PlannedAct, PlannedOrder, answered_state};
use crate::flow::evidence::{Misfit, Place};
use crate::store::files::hex;
use crate::store::{PlainAct, PlainOrder, StoreError, Tx};
use uuid::Uuid;

/// Name of the detail that holds the hash of an answer. Facts that have it say the moment of the row and the order that is
/// answered as well; older ones do not.
pub const ANSWER: &str = "answer_sha256";

/// An act as its fact names it: the hash of its words, orders and dates.
pub fn of_act(body: &str) -> ContentPart {
    part("act", hashed(body))
}

/// What does not fit about the act that a fact names.
pub async fn misfit(tx: &mut Tx, fact: &Fact) -> Result<Option<Found>, StoreError> {
    // Only acts of officials have a row; a receipt that a clerk took in has none.
    let Some(id) = fact.act else { return Ok(None) };
    let Some(row) = tx.plain_act(id).await? else { return Ok(Some((Misfit::ActGone, None))) };
    if let Some(column) = differing(&columns(fact, &row)) {
        return Ok(Some((Misfit::ActDiffers, Some(Place { table: "act", row: id.to_string(), column }))));
    }
    orders(tx, id, &row).await
}

fn columns(fact: &Fact, row: &PlainAct) -> [(&'static str, bool); 14] {
    let new = !told(fact, ANSWER).is_empty();
    // At a unit's desk nobody acts for a post; the row has no word for that.
    let at_desk = fact.actor.capacity == OPERATOR;
    [
        ("body", fact.content.contains(&of_act(&row.body))),
        ("letter_id", row.letter_id == simple(fact.letter.map(crate::domain::ids::LetterId::uuid))),
        ("kind", row.kind == told(fact, "intent")),
        ("employee_number", row.employee_number == fact.actor.who),
        ("position_code", Some(&row.position_code) == fact.actor.on_behalf_of.as_ref()),
        ("capacity", row.capacity == if at_desk { Capacity::Definitive.as_str() } else { &fact.actor.capacity }),
        ("delegation_id", row.delegation_id == digits(told(fact, "delegation"))),
        ("via", row.via == told(fact, "via")),
        ("assurance", row.assurance == fact.actor.assurance),
        ("inbound_id", row.inbound_id == simple(fact.inbound.map(crate::domain::ids::InboundId::uuid))),
        ("delivery_id", row.delivery_id == simple(fact.delivery.map(crate::domain::ids::DeliveryId::uuid))),
        ("order_id", !new || row.order_id == digits(told(fact, "order"))),
        ("content_hash", !new || hex(&row.content_hash) == told(fact, ANSWER)),
        ("recorded_at", at_its_time(fact, "recorded_at", row.recorded_at)),
    ]
}

/// The rows of an act's orders: as many as it gave, each as it says.
async fn orders(tx: &mut Tx, id: ActId, act: &PlainAct) -> Result<Option<Found>, StoreError> {
    let rows = tx.plain_orders(id).await?;
    let Ok(said) = serde_json::from_str::<PlannedAct>(&act.body) else {
        let place = Place { table: "act", row: id.to_string(), column: "body" };
        return Ok(Some((Misfit::RowUnreadable, Some(place))));
    };
    let mut planned = if said.kind == ActKind::Disposition { said.orders.clone() } else { Vec::new() };
    // What stood already was not given a second time.
    planned.retain(|order| !matches!(order.later, Some(Later::Repeats(_))));
    let mut other = Vec::new();
    for row in &rows {
        match planned.iter().position(|order| plan_misfit(order, row).is_none()) {
            Some(at) => drop(planned.swap_remove(at)),
            None => other.push(row),
        }
    }
    if let Some(row) = other.first() {
        let theirs = planned.iter().find(|order| order.target.as_str() == row.target_position).or(planned.first());
        return Ok(Some(match theirs.and_then(|order| plan_misfit(order, row)) {
            Some(column) => (Misfit::RowDiffers, Some(place("disposition_order", OrderId::PREFIX, &row.id, column))),
            None => (Misfit::RowUnknown, Some(place("disposition_order", OrderId::PREFIX, &row.id, "id"))),
        }));
    }
    if !planned.is_empty() {
        return Ok(Some((Misfit::RowGone, Some(Place { table: "disposition_order", row: id.to_string(), column: "act_id" }))));
    }
    for row in &rows {
        let state = is_answered(tx, row).await?;
        if let Some(column) = differing(&own_columns(act, &said, row, state)) {
            return Ok(Some((Misfit::RowDiffers, Some(place("disposition_order", OrderId::PREFIX, &row.id, column)))));
        }
    }
    Ok(None)
}

/// The column in which a row is not the order that was planned.
fn plan_misfit(order: &PlannedOrder, row: &PlainOrder) -> Option<&'static str> {
    let instructions = serde_json::to_string(&order.instructions).unwrap_or_default();
    let corrects = match order.later {
        Some(Later::Corrects(id)) => Some(id.uuid()),
        _ => None,
    };
    differing(&[
        ("target_position", row.target_position == order.target.as_str()),
        ("instructions", row.instructions == instructions),
        ("due_at", row.due_at == order.due_at.map(jiff::Timestamp::as_microsecond)),
        ("corrects", row.corrects == simple(corrects)),
    ])
}

/// What every order has from its act.
fn own_columns(act: &PlainAct, said: &PlannedAct, row: &PlainOrder, state: bool) -> [(&'static str, bool); 6] {
    [
        ("letter_id", row.letter_id == act.letter_id),
        ("parent_order", row.parent_order == act.order_id),
        ("giver_position", row.giver_position == act.position_code),
        ("note", row.note == said.note),
        ("created_at", near(row.created_at, act.recorded_at)),
        ("state", state),
    ]
}

/// Whether an order has come as far as the answers to it took it, or another one took its place.
async fn is_answered(tx: &mut Tx, row: &PlainOrder) -> Result<bool, StoreError> {
    let Ok(id) = Uuid::try_parse(&row.id) else { return Ok(false) };
    if tx.corrected_by(OrderId::new(id)).await?.is_some() {
        return Ok(row.state == OrderState::Corrected.as_str());
    }
    let answers = tx.order_answers(OrderId::new(id)).await?;
    let states = answers.iter().filter_map(|kind| kind.parse::<ActKind>().ok()).map(answered_state);
    Ok(states.max().unwrap_or(OrderState::Issued).as_str() == row.state)
}
