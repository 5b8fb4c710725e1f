//! The orders of a disposition: each becomes a row and a message to its target. A later order to the same letter is a correction
//! or an addition, recorded and told as such.

use super::{Occasion, PlannedAct, PlannedOrder};
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::disposition::{Earlier, Later, OrderState, Terms, later};
use crate::domain::ids::{LetterId, OrderId};
use crate::domain::letter::RecipientRole;
use crate::domain::routing::{LegRecipient, RoutingView, leg};
use crate::flow::dispatch::take_back;
use crate::flow::house::{CityView, House};
use crate::flow::outgoing::{Gate, NewMessage, plan, put};
use crate::flow::tell;
use crate::render::context::{Act as SaidAct, Echo};
use crate::render::moment::Moment;
use crate::store::records::{StoredAct, StoredOrder};
use crate::store::{StoreError, Tx};

/// The act with what each of its orders is to the earlier ones of this post on this letter.
pub async fn placed(tx: &mut Tx, giver: &PositionCode, act: &PlannedAct, letter: LetterId) -> Result<PlannedAct, StoreError> {
    let mut placed = act.clone();
    if placed.orders.is_empty() {
        return Ok(placed);
    }
    let earlier = tx.orders_by(letter, giver).await?;
    for order in &mut placed.orders {
        let to_same = earlier.iter().filter(|one| one.target == order.target);
        let known: Vec<Earlier<'_>> = to_same.filter_map(known).collect();
        let wanted = Terms { instructions: &order.instructions, due: order.due_at, note: &act.note };
        order.later = later(&known, wanted, !act.files.is_empty());
    }
    Ok(placed)
}

fn known(order: &StoredOrder) -> Option<Earlier<'_>> {
    let terms = Terms { instructions: &order.instructions, due: order.due_at, note: &order.note };
    Some(Earlier { id: order.id, terms, state: order.state.parse().ok()? })
}

/// The order that stands already, where the act says nothing new at all.
pub fn stands(act: &PlannedAct) -> Option<OrderId> {
    let repeated = |order: &PlannedOrder| match order.later {
        Some(Later::Repeats(id)) => Some(id),
        _ => None,
    };
    let all: Option<Vec<OrderId>> = act.orders.iter().map(repeated).collect();
    all.and_then(|all| all.into_iter().next())
}

/// The order in force behind one that was corrected: whoever answers the first mail answers what it became.
pub async fn in_force(tx: &mut Tx, order: Option<OrderId>) -> Result<Option<OrderId>, StoreError> {
    let Some(mut order) = order else { return Ok(None) };
    while let Some(next) = tx.corrected_by(order).await? {
        order = next;
    }
    Ok(Some(order))
}

/// One order to one target: the order itself, and the message that carries it on every channel of the target. Of a correction the
/// target is told once: what has not left of the earlier order stays home, and who was handed it reads what it was and what it is.
pub async fn give(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (act, planned): (&StoredAct, &PlannedOrder),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let corrects = match planned.later {
        Some(Later::Repeats(_)) => return Ok(()),
        Some(Later::Corrects(id)) => Some(id),
        Some(Later::Adds(_)) | None => None,
    };
    let order = order(house, (act, planned, corrects), occasion);
    tx.insert_order(&order).await?;
    let rules = house.rules();
    let view = RoutingView { directory: &city.directory, rules: &rules, day: house.today() };
    let leg = leg(RecipientRole::To, LegRecipient::Position(order.target.clone()), occasion.letter.letter.class, view);
    let person = leg.person.as_ref().map(|person| person.number.clone());
    let before = match corrects {
        Some(earlier) => replaced(house, tx, (act.letter, earlier), person.as_ref()).await?,
        None => None,
    };
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let new = NewMessage {
        letter: Some(act.letter),
        kind: if before.is_some() { "correction" } else { "disposition_received" }.into(),
        role: "to",
        recipient: order.target.to_string(),
        position: Some(order.target.clone()),
        person,
        capacity: leg.person.as_ref().and_then(|person| person.capacity),
        delegation: leg.person.as_ref().and_then(|person| person.delegation),
        order: Some(order.id),
        payload: before.map_or(serde_json::Value::Null, |before| serde_json::json!({ "before": before })),
    };
    put(tx, &plan(house, gate, new, &leg.deliveries, occasion.letter.letter.urgency)).await?;
    tell::route(house, tx, city, occasion.letter, &leg).await
}

fn order(
    house: &House,
    (act, planned, corrects): (&StoredAct, &PlannedOrder, Option<OrderId>),
    occasion: Occasion<'_>,
) -> StoredOrder {
    StoredOrder {
        id: OrderId::new(house.uuid()),
        act: act.id,
        letter: act.letter,
        parent: occasion.message.order,
        giver: act.position.clone(),
        target: planned.target.clone(),
        instructions: planned.instructions.clone(),
        note: act.body.get("note").and_then(|note| note.as_str()).unwrap_or_default().to_owned(),
        due_at: planned.due_at,
        state: OrderState::Issued.as_str().to_owned(),
        corrects,
        created_at: house.now(),
    }
}

/// Closes an order that is corrected. The last order of the chain that this person was handed, or may have been.
async fn replaced(
    house: &House,
    tx: &mut Tx,
    (letter, corrected): (LetterId, OrderId),
    person: Option<&EmployeeNumber>,
) -> Result<Option<OrderId>, StoreError> {
    tx.advance_order(corrected, OrderState::Corrected).await?;
    let mut at = Some(corrected);
    while let Some(id) = at {
        let mut handed = false;
        for message in tx.messages_carrying(letter, id).await? {
            let left = take_back(house, tx, &message, "corrected before it left").await?;
            handed |= left && message.person.as_ref() == person;
        }
        if handed {
            return Ok(Some(id));
        }
        at = tx.order(id).await?.and_then(|order| order.corrects);
    }
    Ok(None)
}

/// What a receipt says of orders that are not the first.
#[derive(Debug, Default)]
pub struct Told {
    /// What the corrected orders were, each with its target where there are several.
    pub before: Vec<Echo>,
    /// Titles of the targets of corrections.
    pub corrected: Vec<String>,
    /// Titles of those who got more.
    pub added: Vec<String>,
    /// Titles of those for whom nothing is new.
    pub unchanged: Vec<String>,
    /// Whether nothing but corrections was given.
    pub is_correction: bool,
}

/// What an act's orders are to the earlier ones, in words.
pub async fn told(tx: &mut Tx, city: &CityView, act: &PlannedAct) -> Result<Told, StoreError> {
    let mut told = Told::default();
    let mut fresh = false;
    for order in &act.orders {
        let title = title(city, &order.target);
        match order.later {
            Some(Later::Corrects(id)) => {
                let named = (act.orders.len() > 1).then(|| order.target.clone());
                told.before.extend(tx.order(id).await?.map(|order| echo(city, &order, named.as_ref())));
                told.corrected.push(title);
            }
            Some(Later::Adds(_)) => told.added.push(title),
            Some(Later::Repeats(_)) => told.unchanged.push(title),
            None => fresh = true,
        }
    }
    told.is_correction = !told.corrected.is_empty() && told.added.is_empty() && !fresh;
    Ok(told)
}

/// An order in one line.
pub fn echo(city: &CityView, order: &StoredOrder, target: Option<&PositionCode>) -> Echo {
    Echo {
        act: SaidAct::Disposition,
        targets: target.map(|code| title(city, code)).into_iter().collect(),
        instructions: order.instructions.clone(),
        due: order.due_at.map(|due| Moment::at(&city.calendar, due)),
        note: order.note.clone(),
    }
}

fn title(city: &CityView, code: &PositionCode) -> String {
    city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone())
}
