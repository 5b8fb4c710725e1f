//! Settling: the outcome of an attempt becomes a state, in one transaction with its evidence and whatever follows.
//!
//! [`Settlement`] is the triple (delivery, attempt, fact). It has one constructor, so that no state changes without a fact.

use super::sending::prolong;
use super::{Claimed, Sent, fall};
use crate::channel::telegram::RefusalCode;
use crate::domain::delivery::{Channel, DeliveryState, Outcome, Reason, Receipt};
use crate::domain::directory::PersonalChannelState;
use crate::domain::evidence::{ContentPart, Fact, FactActor, FactKind};
use crate::domain::ids::DeliveryId;
use crate::domain::letter::Urgency;
use crate::domain::routing::{Address, RouteReason};
use crate::domain::tray::TrayWord;
use crate::flow::holdings::ATTEMPT;
use crate::flow::house::House;
use crate::flow::outgoing::text;
use crate::flow::{tell, tray};
use crate::store::records::{ChannelHealth, StoredAttempt, StoredDelivery, StoredTray};
use crate::store::{StoreError, Topic, Tx};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// What one outcome makes of a delivery.
#[derive(Debug)]
struct Settlement {
    state: DeliveryState,
    next_at: Option<Timestamp>,
    attempt: Option<StoredAttempt>,
    fact: Fact,
    /// The next channel must take over, for this reason.
    falls: Option<RouteReason>,
}

/// How often settling is tried while the database is away, and how long it rests in between.
const TRIES: u32 = 25;
const REST: Duration = Duration::from_secs(2);

/// Settles outcomes, and keeps at it while the database is away: only this process knows how the attempts ended. Between two
/// tries the leases of all that is `held` are prolonged, that of the outcomes too. A row that cannot be written takes no other
/// with it: then each outcome is settled by itself.
pub async fn all(house: &House, sent: Vec<Sent>, held: Vec<(DeliveryId, i64)>) -> Result<(), StoreError> {
    match patiently(house, &sent, &held).await {
        Err(error) if sent.len() > 1 && !error.is_passing() => {
            tracing::error!(%error, outcomes = sent.len(), "outcomes could not be written down together; each by itself");
        }
        other => return other,
    }
    let mut first = Ok(());
    for one in &sent {
        let written = patiently(house, std::slice::from_ref(one), &held).await;
        if let Err(error) = &written {
            tracing::error!(%error, delivery = %one.claimed.delivery.id, "an outcome could not be written down");
        }
        first = first.and(written);
    }
    first
}

/// Where the answer of a COMMIT was lost, the fence of the second try finds out whether it had been carried out.
async fn patiently(house: &House, sent: &[Sent], held: &[(DeliveryId, i64)]) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        let error = match once(house, sent).await {
            Err(error) if error.is_passing() && tries < TRIES => error,
            other => return other,
        };
        tracing::warn!(%error, tries, "outcomes could not be written down; tried again");
        tries += 1;
        tokio::time::sleep(REST).await;
        if let Err(error) = prolong(house, held).await {
            tracing::warn!(%error, "leases could not be prolonged meanwhile");
        }
    }
}

/// Settles outcomes in one commit. One that lost its lease is left to whoever holds it now.
async fn once(house: &House, sent: &[Sent]) -> Result<(), StoreError> {
    if sent.is_empty() {
        return Ok(());
    }
    let settled: Vec<Settlement> = sent.iter().map(|one| settle(house, one)).collect();
    let mut tx = house.store.write().await?;
    let states: Vec<_> = sent.iter().zip(&settled).map(|(one, settled)| row(one, settled)).collect();
    let ours = tx.settle_all(&states, house.now()).await?;
    let (held, lost): (Vec<_>, Vec<_>) = sent.iter().zip(&settled).partition(|(one, _)| ours.contains(&one.claimed.delivery.id));
    let attempts: Vec<&StoredAttempt> = held.iter().filter_map(|(_, settled)| settled.attempt.as_ref()).collect();
    tx.finish_attempts(&attempts).await?;
    let facts: Vec<&Fact> = held.iter().map(|(_, settled)| &settled.fact).collect();
    tx.insert_facts(&facts).await?;
    let over: Vec<DeliveryId> =
        held.iter().filter(|(one, settled)| is_over(one, settled)).map(|(one, _)| one.claimed.delivery.id).collect();
    tx.drop_prepared(&over).await?;
    let mut healthy = BTreeSet::new();
    for (one, settled) in held {
        what_follows(house, &mut tx, (one, settled), &mut healthy).await?;
    }
    for (one, settled) in lost {
        late(&mut tx, one, settled).await?;
    }
    tx.announce(Topic::Facts);
    crate::domain::abort::point("dispatch.before_settle_commit");
    tx.commit().await
}

/// What the queue is told of an outcome.
fn row(sent: &Sent, settled: &Settlement) -> (DeliveryId, i64, DeliveryState, Option<Timestamp>) {
    let delivery = &sent.claimed.delivery;
    (delivery.id, delivery.lease_no, settled.state, settled.next_at)
}

/// Whether what was prepared is not needed any more. The buttons of a Telegram message follow later.
fn is_over(sent: &Sent, settled: &Settlement) -> bool {
    settled.state.is_settled() && sent.claimed.delivery.channel != Channel::Telegram
}

/// The lease is somebody else's, or somebody changed the delivery meanwhile: its state is not ours any more. What happened
/// did happen, so it is written down where nobody else has judged the attempt.
async fn late(tx: &mut Tx, sent: &Sent, settled: &Settlement) -> Result<(), StoreError> {
    tracing::warn!(delivery = %sent.claimed.delivery.id, "a late outcome changes nothing: the lease is gone");
    let Some(attempt) = &settled.attempt else { return Ok(()) };
    match tx.finish_attempt(attempt).await {
        Ok(()) => tx.insert_fact(&settled.fact.clone().with("late", "true")).await,
        Err(StoreError::Stale { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What an outcome sets in motion beside its own rows.
async fn what_follows(
    house: &House,
    tx: &mut Tx,
    (sent, settled): (&Sent, &Settlement),
    healthy: &mut BTreeSet<Channel>,
) -> Result<(), StoreError> {
    let delivery = &sent.claimed.delivery;
    // Success after success on one channel says the same: the first of a group is enough.
    let delivered = matches!(sent.outcome, Outcome::Delivered(_));
    if !(delivered && healthy.contains(&delivery.channel)) {
        channel_health(house, tx, delivery, &sent.outcome).await?;
    }
    if delivered {
        healthy.insert(delivery.channel);
    } else {
        healthy.remove(&delivery.channel);
    }
    personal_channel(house, tx, sent, settled.state).await?;
    if let Some(reason) = settled.falls {
        fall::through(house, tx, &sent.claimed, reason).await?;
    }
    if settled.state == DeliveryState::Unknown {
        tell_unknown(house, tx, &sent.claimed).await?;
    }
    Ok(())
}

/// Pure but for ids: outcome in, settlement out.
fn settle(house: &House, sent: &Sent) -> Settlement {
    let delivery = &sent.claimed.delivery;
    match &sent.outcome {
        Outcome::Delivered(receipt) => {
            let (state, kind) = match delivery.channel {
                Channel::Email => (DeliveryState::Relayed, FactKind::RelayToNonERDS),
                Channel::Telegram => (DeliveryState::TelegramStored, FactKind::ConsignmentNotification),
                Channel::Print => (DeliveryState::Queued, FactKind::DeskStep),
            };
            let kind =
                if sent.attempt.as_ref().is_some_and(|attempt| attempt.duplicate) { FactKind::PossibleDuplicate } else { kind };
            finished(house, sent, (state, None), "delivered", kind).receipt(receipt)
        }
        Outcome::Deferred(reason, not_before) => deferred(house, sent, reason, *not_before),
        Outcome::Refused(reason) => {
            let kind = match delivery.channel {
                Channel::Email => FactKind::RelayToNonERDSFailure,
                Channel::Telegram => FactKind::ConsignmentNotificationFailure,
                Channel::Print => FactKind::ContentHandoverFailure,
            };
            let falls = match reason.code.as_str() {
                code if closes_the_chat(code) => RouteReason::ChannelBlocked,
                "too_large" => RouteReason::TooLarge,
                _ => RouteReason::Bounced,
            };
            finished(house, sent, (DeliveryState::Refused, None), "refused", kind).reason(reason).falls(falls)
        }
        Outcome::Unknown(reason) => unknown(house, sent, reason),
    }
}

/// Whether Telegram's refusal is about the chat itself and not about this message.
fn closes_the_chat(code: &str) -> bool {
    code.parse::<RefusalCode>().is_ok_and(RefusalCode::closes_the_chat)
}

/// When this delivery was first tried. One that never came as far as an attempt counts from its beginning, so that it ends too.
fn first_try(sent: &Sent) -> Timestamp {
    let now = sent.attempt.as_ref().map(|attempt| attempt.started_at);
    sent.claimed.first_try.or(now).unwrap_or(sent.claimed.delivery.created_at)
}

fn deferred(house: &House, sent: &Sent, reason: &Reason, not_before: Option<Timestamp>) -> Settlement {
    let delivery = &sent.claimed.delivery;
    let now = house.now();
    let failed = u32::try_from(delivery.tries + 1).unwrap_or(u32::MAX);
    let ours = house.settings.retry.next(first_try(sent), now, failed, urgency(delivery));
    // Told times are obeyed; interrupted paper goes on at once; paper is the end of the ladder and never gives up.
    let next = match (reason.code.as_str(), delivery.channel) {
        ("interrupted", _) => Some(now),
        (_, Channel::Print) => {
            Some(ours.unwrap_or_else(|| now.saturating_add(house.settings.retry.then.duration()).unwrap_or(now)))
        }
        _ => ours.map(|ours| not_before.map_or(ours, |told| told.max(now))),
    };
    let Some(next) = next else {
        return finished(house, sent, (DeliveryState::Expired, None), "deferred", FactKind::FellThrough)
            .reason(reason)
            .falls(RouteReason::DeliveryTimeout);
    };
    finished(house, sent, (DeliveryState::Deferred, Some(next)), "deferred", FactKind::AttemptDeferred).reason(reason)
}

/// Nobody knows. Once: wait for a report, then the same bytes a second time. Twice: the next channel.
fn unknown(house: &House, sent: &Sent, reason: &Reason) -> Settlement {
    if sent.attempt.as_ref().is_some_and(|attempt| attempt.duplicate) {
        return finished(house, sent, (DeliveryState::Expired, None), "unknown", FactKind::OutcomeUnknown)
            .reason(reason)
            .falls(RouteReason::DeliveryTimeout);
    }
    let resolve = house.now().saturating_add(house.settings.pace.unknown).unwrap_or(Timestamp::MAX);
    finished(house, sent, (DeliveryState::Unknown, Some(resolve)), "unknown", FactKind::OutcomeUnknown).reason(reason)
}

/// The words of the queue's order, read back.
pub const fn urgency(delivery: &StoredDelivery) -> Urgency {
    match delivery.priority {
        2 => Urgency::Immediate,
        1 => Urgency::Urgent,
        _ => Urgency::Normal,
    }
}

fn finished(
    house: &House,
    sent: &Sent,
    (state, next_at): (DeliveryState, Option<Timestamp>),
    outcome: &str,
    kind: FactKind,
) -> Settlement {
    let delivery = &sent.claimed.delivery;
    let mut fact = house.fact(kind, FactActor::system());
    fact.letter = delivery.letter;
    fact.delivery = Some(delivery.id);
    fact.recipient = Some(sent.claimed.message.recipient.clone());
    fact.channel = Some(delivery.channel);
    fact.attempt = sent.attempt.as_ref().map(|attempt| attempt.id);
    if !sent.sha256.is_empty() {
        fact.content.push(ContentPart { part: "on-the-wire".into(), sha256: sent.sha256.clone() });
    }
    let mut fact = fact.with("before", delivery.state.as_str()).with("after", state.as_str());
    let mut ended = None;
    if let Some(attempt) = &sent.attempt {
        fact = fact.with(ATTEMPT, attempt.number.to_string()).with("started_at", text(attempt.started_at));
        if attempt.duplicate {
            fact = fact.with("duplicate", "true");
        }
        ended = Some(StoredAttempt { ended_at: Some(fact.recorded_at), outcome: Some(outcome.to_owned()), ..attempt.clone() });
    }
    Settlement { state, next_at, attempt: ended, fact, falls: None }
}

impl Settlement {
    fn receipt(mut self, receipt: &Receipt) -> Self {
        if let Some(attempt) = &mut self.attempt {
            attempt.answer = Some(receipt.answer.clone());
            attempt.peer = Some(receipt.peer.clone());
            attempt.remote_id.clone_from(&receipt.remote_id);
        }
        self.fact = self
            .fact
            .with("peer", &receipt.peer)
            .with("answer", &receipt.answer)
            .with("remote_id", receipt.remote_id.as_deref().unwrap_or_default());
        self
    }

    fn reason(mut self, reason: &Reason) -> Self {
        if let Some(attempt) = &mut self.attempt {
            attempt.code = Some(reason.code.clone());
            attempt.answer = Some(reason.text.clone());
        }
        self.fact = self.fact.with("code", &reason.code).with("text", &reason.text);
        self
    }

    fn falls(mut self, reason: RouteReason) -> Self {
        self.fact = self.fact.with("falls", reason.as_str());
        self.falls = Some(reason);
        self
    }
}

/// Codes that say something about the way out as a whole, not about one recipient.
const ACCOUNT_CODES: [&str; 9] =
    ["connect", "dns", "tls", "tls_expired", "auth", "sender", "greeting", "unauthorized", "unreachable"];

/// The circuit breaker: a way out that is down is left alone for a while instead of being tried once a delivery.
async fn channel_health(house: &House, tx: &mut Tx, delivery: &StoredDelivery, outcome: &Outcome) -> Result<(), StoreError> {
    let now = house.now();
    let (state, cause, until_at) = match outcome {
        Outcome::Delivered(_) => ("connected", String::new(), None),
        Outcome::Deferred(reason, _) if ACCOUNT_CODES.contains(&reason.code.as_str()) => {
            let bad = matches!(reason.code.as_str(), "auth" | "sender" | "unauthorized");
            let pause = if bad { house.settings.pace.rest * 10 } else { house.settings.pace.rest };
            (
                if bad { "bad_credentials" } else { "down" },
                format!("{}: {}", reason.code, reason.text),
                now.checked_add(pause).ok(),
            )
        }
        _ => return Ok(()),
    };
    let channel = delivery.channel.as_str().to_owned();
    let known = tx.channel_states().await?.into_iter().find(|health| health.channel == channel);
    let same = known.as_ref().is_some_and(|health| health.state == state && state == "connected");
    if same || known.is_some_and(|health| health.state == "paused") {
        return Ok(());
    }
    tx.set_channel_state(&ChannelHealth { channel, state: state.to_owned(), cause, since: now, until_at }).await
}

/// A refusal that says something about the person's own channel marks it, so that the next letter is routed around it.
async fn personal_channel(house: &House, tx: &mut Tx, sent: &Sent, state: DeliveryState) -> Result<(), StoreError> {
    let Outcome::Refused(reason) = &sent.outcome else { return Ok(()) };
    if state != DeliveryState::Refused {
        return Ok(());
    }
    match (&sent.claimed.delivery.address, &sent.claimed.message.person) {
        (Address::Email(_), Some(person)) if reason.code.starts_with("5.1.") => {
            tx.set_email_state(person, PersonalChannelState::Bounced).await?;
            tx.bump_directory().await
        }
        (Address::Chat(chat), _) if closes_the_chat(&reason.code) => {
            tx.set_link_state(*chat, PersonalChannelState::Blocked, false, house.now()).await?;
            tx.bump_directory().await
        }
        _ => Ok(()),
    }
}

async fn tell_unknown(house: &House, tx: &mut Tx, claimed: &Claimed) -> Result<(), StoreError> {
    let (delivery, message) = (&claimed.delivery, &claimed.message);
    let city = house.city(tx).await?;
    let item = StoredTray {
        unit: tray::desk_behind(house, &city, message),
        letter: delivery.letter,
        delivery: Some(delivery.id),
        detail: serde_json::json!({ "channel": delivery.channel }),
        ..tray::item(house, TrayWord::OutcomeUnknown)
    };
    tx.open_tray(&item).await?;
    let letter = match delivery.letter {
        Some(id) if !tell::is_notice(message) => tx.letter(id).await?,
        _ => None,
    };
    let Some(letter) = letter else { return Ok(()) };
    let recipient = fall::recipient_of(message);
    let unit = tell::unit_of(&recipient, &city);
    let about = tell::About { letter: &letter, recipient: &recipient, unit: unit.as_ref() };
    let resolve = house.now().saturating_add(house.settings.pace.unknown).unwrap_or(Timestamp::MAX);
    tell::unknown(house, tx, &city, (about, delivery.channel, resolve)).await
}
