//! Dispatch: deliveries that are due are claimed, prepared, sent and settled.
//!
//! Each stage consumes the one before and takes a batch, with one commit for all that wait: `Claimed` (a lease and its
//! fencing number) > `Ready` (bytes that will be the same after any restart, the attempt written down) > `Sent` (an outcome)
//! > settled (attempt, state and evidence in one transaction). No transaction is open while the network is.

mod act_sheet;
mod buttons;
mod carriage;
mod chat;
mod event;
mod fall;
mod mail;
mod onward_words;
mod order_words;
mod paper;
mod reroute;
mod sending;
mod settle;
mod together;
mod words;

pub use buttons::due as buttons_due;
pub use fall::{brings_the_letter, is_document, recipient_of};
pub use reroute::{footing, sweep, take_back};
pub use words::{acting_as, agenda_number, agenda_of_unit, frame, masked};

use super::doors::Doors;
use super::house::House;
use crate::channel::email::envelope::Envelope;
use crate::channel::email::wiremail::WireMail;
use crate::channel::telegram;
use crate::domain::abort;
use crate::domain::delivery::{Channel, Outcome, Reason};
use crate::domain::ids::{AttemptId, DeliveryId, MessageId};
use crate::domain::routing::RouteReason;
use crate::store::records::{StoredAttempt, StoredDelivery, StoredMessage};
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use std::collections::HashMap;

/// How many deliveries one round takes.
const BATCH: i64 = 64;

/// A delivery under a lease, with the message it carries.
#[derive(Debug)]
struct Claimed {
    delivery: StoredDelivery,
    message: StoredMessage,
    /// An attempt of a process that died in it.
    interrupted: Option<StoredAttempt>,
    /// When the first attempt began; `None` where there was none.
    first_try: Option<Timestamp>,
    /// Of an earlier attempt nobody knows whether it arrived: this one may be the second.
    perhaps_there: bool,
}

impl Claimed {
    /// A delivery of which no attempt is known here.
    const fn untried(delivery: StoredDelivery, message: StoredMessage) -> Self {
        Self { delivery, message, interrupted: None, first_try: None, perhaps_there: false }
    }
}

/// What goes out of the door.
#[derive(Debug)]
enum Load {
    Mail(Box<(Envelope, WireMail)>),
    Chat(Box<telegram::Outgoing>),
    Paper(Box<paper::Paper>),
}

/// Ready to be sent: the bytes are fixed and the attempt is written down.
#[derive(Debug)]
struct Ready {
    claimed: Claimed,
    attempt: StoredAttempt,
    load: Load,
    sha256: String,
}

impl Ready {
    /// The lease that it is held under.
    const fn lease(&self) -> (DeliveryId, i64) {
        (self.claimed.delivery.id, self.claimed.delivery.lease_no)
    }
}

/// Sent, or certainly not.
#[derive(Debug)]
struct Sent {
    claimed: Claimed,
    attempt: Option<StoredAttempt>,
    sha256: String,
    outcome: Outcome,
}

/// What preparing one delivery gave.
#[derive(Debug)]
enum Prepared {
    /// Goes out.
    Ready(Box<Ready>),
    /// Ends here with an outcome, without a byte sent.
    Ended(Box<Sent>),
    /// Our own pace has no place for it before this moment.
    Later(Box<Claimed>, Timestamp),
    /// The world changed: another delivery took its place.
    Superseded,
}

/// Lets the message of a delivery that failed later (a bounce, a refusal at the door) go down the ladder.
pub async fn fall_through(
    house: &House,
    tx: &mut Tx,
    delivery: StoredDelivery,
    message: StoredMessage,
    reason: RouteReason,
) -> Result<(), StoreError> {
    fall::through(house, tx, &Claimed::untried(delivery, message), reason).await
}

/// One round for a channel. Returns how many deliveries it took.
#[tracing::instrument(name = "flow.delivery.dispatch", level = "debug", skip_all, fields(%channel))]
pub async fn round(house: &House, doors: &Doors, channel: Channel) -> Result<usize, StoreError> {
    let claimed = claim(house, channel).await?;
    let taken = claimed.len();
    if taken == 0 {
        return Ok(0);
    }
    abort::point("dispatch.after_claim");
    let (answered, claimed) = claimed.into_iter().partition(buttons::are_due);
    buttons::put_right(house, doors, answered).await?;
    let (mut ready, rest) = together::prepare(house, claimed).await?;
    // What has its attempt goes out, whatever becomes of the others: left lying, nobody would know that no byte of it was sent.
    let (careful, ended, prepared) = match one_by_one(house, doors, rest).await {
        Ok((careful, ended)) => (careful, ended, Ok(())),
        Err(error) => (Vec::new(), Vec::new(), Err(error)),
    };
    ready.extend(careful);
    abort::point("dispatch.after_attempt");
    let held = ready.iter().map(Ready::lease).collect();
    let settled = settle::all(house, ended, held).await;
    let sent = sending::send(house, doors, ready).await;
    prepared.and(settled).and(sent).map(|()| taken)
}

/// Prepares each by itself, and begins the attempts of what is to go out.
async fn one_by_one(house: &House, doors: &Doors, rest: Vec<Claimed>) -> Result<(Vec<Ready>, Vec<Sent>), StoreError> {
    let (ready, ended) = prepare(house, doors, rest).await?;
    Ok((begun(house, ready).await?, ended))
}

/// Takes what is due under a lease, in a transaction of its own.
async fn claim(house: &House, channel: Channel) -> Result<Vec<Claimed>, StoreError> {
    let now = house.now();
    let until = lease_end(house);
    let mut tx = house.store.write().await?;
    let paused = tx.channel_states().await?.into_iter().find(|health| health.channel == channel.as_str());
    if paused.is_some_and(|health| health.state == "paused" || health.until_at.is_some_and(|until| until > now)) {
        return Ok(Vec::new());
    }
    let deliveries = tx.claim(channel, now, until, BATCH).await?;
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<MessageId> = deliveries.iter().map(|delivery| delivery.message).collect();
    let messages: HashMap<MessageId, StoredMessage> =
        tx.messages_in(&ids).await?.into_iter().map(|message| (message.id, message)).collect();
    let mut claimed = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let Some(message) = messages.get(&delivery.message).cloned() else { continue };
        let first = delivery.tries == 0 && delivery.lease_no <= 1;
        let earlier = if first { Vec::new() } else { tx.attempts_of(delivery.id).await? };
        let perhaps_there = earlier.iter().any(|attempt| attempt.outcome.as_deref() == Some("unknown"));
        let first_try = earlier.iter().map(|attempt| attempt.started_at).min();
        let interrupted = earlier.into_iter().rfind(|attempt| attempt.ended_at.is_none());
        claimed.push(Claimed { delivery, message, interrupted, first_try, perhaps_there });
    }
    tx.commit().await?;
    Ok(claimed)
}

/// When a lease taken or renewed now ends.
fn lease_end(house: &House) -> Timestamp {
    house.now().saturating_add(house.settings.pace.lease).unwrap_or(Timestamp::MAX)
}

/// Renders, signs and stores what is to be sent, or finds out that nothing is.
async fn prepare(house: &House, doors: &Doors, claimed: Vec<Claimed>) -> Result<(Vec<Ready>, Vec<Sent>), StoreError> {
    let (mut ready, mut ended, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for one in claimed {
        let (delivery, message) = (one.delivery.clone(), one.message.clone());
        let prepared = match prepare_one(house, doors, one).await {
            // What is wrong with one delivery must not stop the others, nor be tried for ever.
            Err(error) if !error.is_passing() => unprepared(delivery, message, &error),
            other => other?,
        };
        match prepared {
            Prepared::Ready(one) => ready.push(*one),
            Prepared::Ended(one) => ended.push(*one),
            Prepared::Later(one, at) => later.push((one.delivery.id, one.delivery.lease_no, at)),
            Prepared::Superseded => {}
        }
    }
    if !later.is_empty() {
        let mut tx = house.store.write().await?;
        for (id, lease_no, at) in later {
            tx.postpone(id, lease_no, at).await?;
        }
        tx.commit().await?;
    }
    Ok((ready, ended))
}

/// A delivery that cannot be prepared: a lost file, a row that does not fit. It is tried again, and at last goes down the ladder.
fn unprepared(delivery: StoredDelivery, message: StoredMessage, error: &StoreError) -> Prepared {
    tracing::error!(delivery = %delivery.id, %error, "a delivery could not be prepared");
    let claimed = Claimed::untried(delivery, message);
    let outcome = Outcome::Deferred(Reason::new("prepare", &error.to_string()), None);
    Prepared::Ended(Box::new(Sent { claimed, attempt: None, sha256: String::new(), outcome }))
}

async fn prepare_one(house: &House, doors: &Doors, claimed: Claimed) -> Result<Prepared, StoreError> {
    if let Some(attempt) = claimed.interrupted.clone() {
        return Ok(interrupted(claimed, attempt));
    }
    // What may be the second goes where the first went, or nobody would know of two.
    if !claimed.perhaps_there && reroute::superseded(house, &claimed).await? {
        return Ok(Prepared::Superseded);
    }
    if let Some(at) = chat::opens(house, doors, &claimed.delivery) {
        return Ok(Prepared::Later(Box::new(claimed), at));
    }
    let duplicate = claimed.perhaps_there;
    let prepared = match claimed.delivery.channel {
        Channel::Email => mail::prepare(house, &claimed).await?,
        Channel::Telegram => chat::prepare(house, &claimed).await?,
        Channel::Print => paper::prepare(house, &claimed).await?,
    };
    Ok(match prepared {
        Ok((load, sha256)) => {
            let attempt = attempt(house, &claimed.delivery, duplicate);
            Prepared::Ready(Box::new(Ready { claimed, attempt, load, sha256 }))
        }
        Err(outcome) => Prepared::Ended(Box::new(Sent { claimed, attempt: None, sha256: String::new(), outcome })),
    })
}

/// The process died between writing the attempt down and writing its outcome. Paper can be put into the spool again by its
/// id; of mail and Telegram nobody knows.
fn interrupted(claimed: Claimed, attempt: StoredAttempt) -> Prepared {
    let reason = Reason::new("interrupted", "the process ended during the attempt");
    let outcome = match claimed.delivery.channel {
        Channel::Print => Outcome::Deferred(reason, None),
        Channel::Email | Channel::Telegram => Outcome::Unknown(reason),
    };
    Prepared::Ended(Box::new(Sent { claimed, attempt: Some(attempt), sha256: String::new(), outcome }))
}

fn attempt(house: &House, delivery: &StoredDelivery, duplicate: bool) -> StoredAttempt {
    StoredAttempt {
        id: AttemptId::new(house.uuid()),
        delivery: delivery.id,
        number: delivery.lease_no,
        duplicate,
        started_at: house.now(),
        ended_at: None,
        outcome: None,
        code: None,
        answer: None,
        peer: None,
        remote_id: None,
    }
}

/// Commits every attempt of the batch before its first network byte. What was closed or taken over meanwhile is left out.
async fn begun(house: &House, mut ready: Vec<Ready>) -> Result<Vec<Ready>, StoreError> {
    if ready.is_empty() {
        return Ok(ready);
    }
    let mut tx = house.store.write().await?;
    let attempts: Vec<(&StoredAttempt, i64, &str)> =
        ready.iter().map(|one| (&one.attempt, one.claimed.delivery.lease_no, one.sha256.as_str())).collect();
    let held = tx.start_attempts(&attempts).await?;
    tx.commit().await?;
    ready.retain(|one| held.contains(&one.claimed.delivery.id));
    Ok(ready)
}
