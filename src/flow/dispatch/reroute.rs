//! Routing again: a delivery that has not been handed over follows the world when incumbency, delegation, channel or
//! account changed. The old one closes as superseded, with the reason.

use super::Claimed;
use super::fall::{is_document, recipient_of};
use crate::domain::abort;
use crate::domain::delivery::DeliveryState;
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::letter::{RecipientRole, SecurityClass};
use crate::domain::routing::{Leg, LegRecipient, RoutingView, leg};
use crate::flow::house::{CityView, House};
use crate::flow::outgoing::{Gate, LIVE, NewMessage, plan, put};
use crate::flow::tell;
use crate::store::records::{StoredDelivery, StoredLetter, StoredMessage};
use crate::store::{StoreError, Topic, Tx};
use jiff::civil::Date;
use std::str::FromStr as _;

/// States in which nothing has been handed over yet.
const WAITING: [DeliveryState; 3] = [DeliveryState::Withheld, DeliveryState::Queued, DeliveryState::Deferred];

/// Facts that are inserted by one statement.
const ROWS: usize = 250;

/// How often a sweep begins anew because a worker was quicker.
const SWEEPS: u32 = 10;

/// Looks at one claimed delivery just before it is prepared. True where another message took its place.
pub async fn superseded(house: &House, claimed: &Claimed) -> Result<bool, StoreError> {
    if !may_move(&claimed.message) || !would_move(house, &claimed.message).await? {
        return Ok(false);
    }
    let mut tx = house.store.write().await?;
    match follow(house, &mut tx, &claimed.message).await {
        Ok(true) => tx.commit().await.map(|()| true),
        // On its other channel it has just left: now it goes this way too.
        Ok(false) | Err(StoreError::Stale { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether [`superseded`] would move it: a question that holds no writer up.
async fn would_move(house: &House, message: &StoredMessage) -> Result<bool, StoreError> {
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let deliveries = tx.deliveries_of_message(message.id).await?;
    let letter = match message.letter {
        Some(id) => tx.letter(id).await?,
        None => None,
    };
    Ok(moves(house, &city, (message, &deliveries), letter.as_ref()))
}

/// Whether a message with these deliveries would go elsewhere today.
pub fn moves(
    house: &House,
    city: &CityView,
    (message, deliveries): (&StoredMessage, &[StoredDelivery]),
    letter: Option<&StoredLetter>,
) -> bool {
    let Some(letter) = letter.filter(|_| may_move(message) && waits(deliveries)) else { return false };
    !same(message, deliveries, &today_leg(house, message, letter.letter.class, city))
}

/// Nothing moves once anything of it was handed over or may have been.
fn waits(deliveries: &[StoredDelivery]) -> bool {
    let mut open = deliveries.iter().filter(|one| !one.state.has_failed()).peekable();
    open.peek().is_some() && open.all(|one| WAITING.contains(&one.state))
}

/// Looks at every delivery that waits. Called after the registry changed, when a day begins, and at going live.
pub async fn sweep(house: &House) -> Result<usize, StoreError> {
    let mut moved = 0;
    for state in WAITING {
        let mut tries = 0;
        moved += loop {
            match sweep_state(house, state).await {
                // Some worker began to send one of them just then: that one is looked at again with the rest.
                Err(StoreError::Stale { .. }) if tries < SWEEPS => tries += 1,
                other => break other?,
            }
        };
    }
    Ok(moved)
}

async fn sweep_state(house: &House, state: DeliveryState) -> Result<usize, StoreError> {
    let (mut moved, mut let_out) = (0, Vec::new());
    let mut tx = house.store.write().await?;
    let gate = Gate::read(&mut tx, &house.settings.trial).await?;
    for delivery in tx.deliveries_in(state, i64::MAX).await? {
        let Some(message) = tx.message(delivery.message).await? else { continue };
        // An earlier step of this sweep may have closed it.
        if tx.delivery(delivery.id).await?.is_none_or(|now| now.state != state) {
            continue;
        }
        if may_move(&message) && follow(house, &mut tx, &message).await? {
            moved += 1;
        } else if state == DeliveryState::Withheld && gate.lets_out(&delivery.address) {
            tx.change_state(delivery.id, (state, DeliveryState::Queued), Some(house.now()), house.now()).await?;
            let_out.push(released(house, &delivery, &message));
            moved += 1;
        }
    }
    for some in let_out.chunks(ROWS) {
        tx.insert_facts(&some.iter().collect::<Vec<_>>()).await?;
    }
    tx.announce(Topic::Deliveries);
    tx.announce(Topic::Facts);
    abort::point("sweep.before_commit");
    tx.commit().await?;
    abort::point("sweep.after_commit");
    Ok(moved)
}

/// That the trial mode holds a delivery back no longer.
fn released(house: &House, delivery: &StoredDelivery, message: &StoredMessage) -> Fact {
    let mut fact = house.fact(FactKind::Administered, FactActor::system());
    (fact.letter, fact.delivery, fact.channel) = (delivery.letter, Some(delivery.id), Some(delivery.channel));
    fact.recipient = Some(message.recipient.clone());
    let fact = fact.with("what", "let out of the trial").with("before", DeliveryState::Withheld.as_str());
    fact.with("after", DeliveryState::Queued.as_str())
}

/// What routing rests on: while it is the same, nothing that waits has to be looked at again.
pub async fn footing(house: &House) -> Result<(Date, i64, bool), StoreError> {
    let mut tx = house.store.read().await?;
    let live = tx.setting(LIVE).await?.as_deref() == Some("true");
    Ok((house.today(), tx.directory_version().await?, live))
}

/// Only documents for a position or a unit follow it; a receipt stays with the person who acted.
fn may_move(message: &StoredMessage) -> bool {
    is_document(message) && !matches!(recipient_of(message), LegRecipient::Outside(_))
}

/// Moves a message to where it would go today.
async fn follow(house: &House, tx: &mut Tx, message: &StoredMessage) -> Result<bool, StoreError> {
    let deliveries = tx.deliveries_of_message(message.id).await?;
    if !waits(&deliveries) {
        return Ok(false);
    }
    let open: Vec<&StoredDelivery> = deliveries.iter().filter(|one| !one.state.has_failed()).collect();
    if may_be_there(tx, &deliveries.iter().collect::<Vec<_>>()).await? {
        return Ok(false);
    }
    let Some(letter_id) = message.letter else { return Ok(false) };
    let Some(stored) = tx.letter(letter_id).await? else { return Ok(false) };
    let city = house.city(tx).await?;
    let today = today_leg(house, message, stored.letter.class, &city);
    if same(message, &deliveries, &today) {
        return Ok(false);
    }
    supersede(house, tx, (message, &open), why(message, &today)).await?;
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let new = NewMessage {
        person: today.person.as_ref().map(|person| person.number.clone()),
        capacity: today.person.as_ref().and_then(|person| person.capacity),
        delegation: today.person.as_ref().and_then(|person| person.delegation),
        ..again(message)
    };
    let mut outgoing = plan(house, gate, new, &today.deliveries, stored.letter.urgency);
    let copy = deliveries.iter().map(|one| one.copy_number).max().unwrap_or(0);
    outgoing.number_copies(|| copy);
    put(tx, &outgoing).await?;
    tell::route(house, tx, &city, &stored, &today).await?;
    Ok(true)
}

/// Takes back what of a message has not left yet; nothing comes in its place here. True where some of it was handed over or may
/// have been.
pub async fn take_back(house: &House, tx: &mut Tx, message: &StoredMessage, why: &str) -> Result<bool, StoreError> {
    let deliveries = tx.deliveries_of_message(message.id).await?;
    let (mut waiting, mut left) = (Vec::new(), false);
    for one in deliveries.iter().filter(|one| !one.state.has_failed()) {
        if WAITING.contains(&one.state) && !may_be_there(tx, &[one]).await? {
            waiting.push(one);
        } else {
            left = true;
        }
    }
    supersede(house, tx, (message, &waiting), why).await?;
    Ok(left)
}

/// Closes deliveries that wait, each with the reason.
async fn supersede(
    house: &House,
    tx: &mut Tx,
    (message, waiting): (&StoredMessage, &[&StoredDelivery]),
    why: &str,
) -> Result<(), StoreError> {
    for one in waiting {
        tx.change_state(one.id, (one.state, DeliveryState::Superseded), None, house.now()).await?;
        let mut fact = house.fact(FactKind::Superseded, FactActor::system());
        (fact.letter, fact.delivery, fact.channel) = (one.letter, Some(one.id), Some(one.channel));
        fact.recipient = Some(message.recipient.clone());
        let fact = fact.with("before", one.state.as_str()).with("after", DeliveryState::Superseded.as_str());
        tx.insert_fact(&fact.with("why", why)).await?;
    }
    // The rows are ours now. Whoever began to send between the look before and the lock was quicker.
    if may_be_there(tx, waiting).await? {
        return Err(StoreError::Stale { table: "delivery", row: message.id.to_string() });
    }
    Ok(())
}

/// Whether any of these is on the wire, or was once sent with an outcome that nobody knows: what may have arrived is not replaced.
async fn may_be_there(tx: &mut Tx, deliveries: &[&StoredDelivery]) -> Result<bool, StoreError> {
    for one in deliveries {
        let attempts = tx.attempts_of(one.id).await?;
        if attempts.iter().any(|attempt| attempt.ended_at.is_none() || attempt.outcome.as_deref() == Some("unknown")) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn today_leg(house: &House, message: &StoredMessage, class: SecurityClass, city: &CityView) -> Leg {
    let rules = house.rules();
    let view = RoutingView { directory: &city.directory, rules: &rules, day: house.today() };
    let role = RecipientRole::from_str(&message.role).unwrap_or(RecipientRole::To);
    leg(role, recipient_of(message), class, view)
}

/// Whether the message stands where routing would put it today. Channels that failed before are not missed.
fn same(message: &StoredMessage, deliveries: &[StoredDelivery], today: &Leg) -> bool {
    let person = today.person.as_ref();
    let same_person = message.person.as_ref() == person.map(|person| &person.number)
        && message.capacity == person.and_then(|person| person.capacity)
        && message.delegation == person.and_then(|person| person.delegation);
    let failed_before = deliveries.iter().any(|one| one.state.has_failed());
    let known = |address| deliveries.iter().any(|one| &one.address == address);
    let waiting = deliveries.iter().filter(|one| !one.state.has_failed());
    let still_right = waiting.clone().all(|one| today.deliveries.iter().any(|planned| planned.address == one.address));
    same_person && today.deliveries.iter().all(|planned| known(&planned.address)) && (still_right || failed_before)
}

const fn why(message: &StoredMessage, today: &Leg) -> &'static str {
    match (&message.person, &today.person) {
        (Some(_), Some(_)) => "holder or channel changed",
        (Some(_), None) => "nobody answers for the post any more",
        (None, _) => "somebody answers for the post now",
    }
}

fn again(message: &StoredMessage) -> NewMessage {
    NewMessage {
        letter: message.letter,
        kind: message.kind.clone(),
        role: match message.role.as_str() {
            "cc" => "cc",
            "notice" => "notice",
            _ => "to",
        },
        recipient: message.recipient.clone(),
        position: message.position.clone(),
        person: None,
        capacity: None,
        delegation: None,
        order: message.order,
        payload: message.payload.clone(),
    }
}
