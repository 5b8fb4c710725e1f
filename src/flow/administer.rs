//! What operators and the administrator change: the registry, absences, links, the mode, channels and the queue. Every
//! change is a fact, and a change of the directory routes again what has not been handed over.

mod off_duty;
pub mod registry;

pub use off_duty::{StandInFault, add_absence, end_absence, revoke_absence};

use super::dispatch::sweep;
use super::ended;
use super::house::{House, titled};
use super::outgoing::{Gate, LIVE, NewMessage, plan, put};
use crate::domain::abort;
use crate::domain::check_code;
use crate::domain::codes::EmployeeNumber;
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::ids::DeliveryId;
use crate::domain::letter::Urgency;
use crate::domain::routing::{Address, Content, PlannedDelivery, RouteReason};
use crate::render::context::{LinkCode, Message, TestSend};
use crate::render::moment::Moment;
use crate::store::files::sha256;
use crate::store::records::{ChannelHealth, StoredDelivery};
use crate::store::{StoreError, Topic, Tx};
use jiff::SignedDuration;
use jiff::civil::Date;

/// Minutes for which a link code lives.
pub const LINK_CODE_MINUTES: i64 = 15;
/// Characters of a link code.
const LINK_CODE_LENGTH: usize = 12;

/// Why an administrative act is not possible.
#[derive(Debug, thiserror::Error)]
pub enum AdministerError {
    /// Nobody with that number.
    #[error("nobody is registered under {0}")]
    UnknownOfficial(EmployeeNumber),
    /// Nothing to write to.
    #[error("{0} has no working mail address")]
    NoAddress(EmployeeNumber),
    /// Nothing of that kind.
    #[error("{0} is not there")]
    Unknown(String),
    /// No chat is linked.
    #[error("{0} has no linked chat")]
    NotLinked(EmployeeNumber),
    /// Nothing to end.
    #[error("{0} is not recorded as off duty on that day")]
    NotAbsent(EmployeeNumber),
    /// Nothing to take back.
    #[error("no absence of {0} begins on {1}")]
    NotAbsentFrom(EmployeeNumber, Date),
    /// What has counted for a day is ended, not taken back.
    #[error("the absence of {0} counts since {1}")]
    AbsenceCounts(EmployeeNumber, Date),
    /// An absence that ends before it begins.
    #[error("the last day {to} is before the first one, {from}")]
    Turned {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// Somebody cannot stand in.
    #[error("nobody can stand in like this: {0}")]
    StandIn(StandInFault),
    /// Not possible in this state.
    #[error("the delivery by {1} is {0}, so nothing changes")]
    NotNow(DeliveryState, Channel),
    /// The trial mode holds it, and no hand.
    #[error("the trial mode withholds the delivery, so nothing changes")]
    Withheld,
    /// A worker has it at this moment.
    #[error("{0} is being sent at this moment")]
    Underway(DeliveryId),
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a one-time code to the registered address, by which a chat is linked.
pub async fn issue_link(house: &House, number: &EmployeeNumber) -> Result<DeliveryId, AdministerError> {
    let now = house.now();
    let mut tx = house.store.write().await?;
    let city = house.city(&mut tx).await?;
    let person = city.directory.official(number).ok_or_else(|| AdministerError::UnknownOfficial(number.clone()))?;
    let email = person.working_email().ok_or_else(|| AdministerError::NoAddress(number.clone()))?;
    let code = check_code::mint(&*house.ids, LINK_CODE_LENGTH);
    let expires = now.saturating_add(SignedDuration::from_mins(LINK_CODE_MINUTES)).unwrap_or(now);
    tx.issue_link_code(&link_code_hash(&code), number, now, expires).await?;
    let post = city.directory.posts_of(number, house.today()).into_iter().next();
    let said = Message::LinkCode(LinkCode {
        code,
        expires: Moment::at(&city.calendar, expires),
        bot: house.settings.gateway.bot.clone(),
        capacity_position: post.map_or_else(String::new, |(post, capacity)| titled(post, Some(capacity))),
    });
    // The code itself must not stand in the database: the words are sealed like the personal parts of a mail.
    let payload = serde_json::json!({ "sealed": hex(&house.seal_row("link_code", &said.to_payload())?) });
    let new = NewMessage {
        letter: None,
        kind: said.kind(),
        role: "notice",
        recipient: post.map_or_else(|| number.to_string(), |(post, _)| post.code.to_string()),
        position: post.map(|(post, _)| post.code.clone()),
        person: Some(number.clone()),
        capacity: post.map(|(_, capacity)| capacity),
        delegation: None,
        order: None,
        payload,
    };
    let planned =
        PlannedDelivery { address: Address::Email(email.to_owned()), content: Content::Full, reason: RouteReason::Answer };
    let gate = Gate::read(&mut tx, &house.settings.trial).await?;
    let outgoing = plan(house, gate, new, &[planned], Urgency::Immediate);
    put(&mut tx, &outgoing).await?;
    tx.insert_fact(
        &house
            .fact(FactKind::Administered, FactActor::administrator())
            .with("what", "link code issued")
            .with("person", number.as_str()),
    )
    .await?;
    let id = outgoing.deliveries.first().map(|one| one.id);
    tx.commit().await?;
    id.ok_or_else(|| AdministerError::NoAddress(number.clone()))
}

fn hex(bytes: &[u8]) -> String {
    crate::store::files::hex(bytes)
}

/// A signed trial mail to any address, which tells nothing of any letter. It leaves in trial mode too: the administrator
/// named the address himself.
pub async fn send_test(house: &House, address: &str) -> Result<DeliveryId, StoreError> {
    let said = Message::TestSend(TestSend { administrator: house.settings.city.name.clone() });
    let new = NewMessage {
        letter: None,
        kind: said.kind(),
        role: "notice",
        recipient: "test".into(),
        position: None,
        person: None,
        capacity: None,
        delegation: None,
        order: None,
        payload: said.to_payload(),
    };
    let planned =
        PlannedDelivery { address: Address::Email(address.to_lowercase()), content: Content::Full, reason: RouteReason::Answer };
    let outgoing = plan(house, Gate::open(&house.settings.trial), new, &[planned], Urgency::Immediate);
    let mut tx = house.store.write().await?;
    put(&mut tx, &outgoing).await?;
    tx.commit().await?;
    outgoing.deliveries.first().map(|one| one.id).ok_or(StoreError::Stale { table: "delivery", row: "test".into() })
}

/// What is stored of a link code; upper and lower case are the same code.
pub fn link_code_hash(code: &str) -> Vec<u8> {
    sha256(format!("link|{}", code.trim().to_lowercase()).as_bytes())
}

/// Whether a text may be a link code that somebody typed.
pub fn looks_like_link_code(text: &str) -> bool {
    let text = text.trim();
    text.len() == LINK_CODE_LENGTH && text.bytes().all(|b| check_code::LETTERS.contains(&b.to_ascii_uppercase()))
}

/// Takes a person's Telegram link away.
pub async fn revoke_link(house: &House, number: &EmployeeNumber) -> Result<(), AdministerError> {
    let now = house.now();
    let mut tx = house.store.write().await?;
    let city = house.city(&mut tx).await?;
    let person = city.directory.official(number).ok_or_else(|| AdministerError::UnknownOfficial(number.clone()))?;
    let link = person.telegram.as_ref().ok_or_else(|| AdministerError::NotLinked(number.clone()))?;
    tx.set_link_state(link.chat, crate::domain::directory::PersonalChannelState::Removed, true, now).await?;
    changed(house, tx, "telegram link revoked", number.as_str()).await?;
    Ok(())
}

/// Raises the version, writes the fact, commits, and routes again what waits.
async fn changed(house: &House, tx: Tx, what: &str, about: &str) -> Result<(), StoreError> {
    let fact = house.fact(FactKind::Administered, FactActor::administrator());
    committed(house, tx, fact.with("what", what).with("about", about)).await
}

/// The same with more to say.
async fn committed(house: &House, mut tx: Tx, fact: Fact) -> Result<(), StoreError> {
    tx.bump_directory().await?;
    tx.insert_fact(&fact).await?;
    tx.announce(Topic::Facts);
    abort::point("administer.before_commit");
    tx.commit().await?;
    abort::point("administer.after_commit");
    sweep(house).await.map(|_| ())
}

/// Whether the installation is live, and how many deliveries are withheld.
pub async fn mode(house: &House) -> Result<(bool, usize), StoreError> {
    let mut tx = house.store.read().await?;
    let live = tx.setting(LIVE).await?.as_deref() == Some("true");
    Ok((live, tx.deliveries_in(DeliveryState::Withheld, i64::MAX).await?.len()))
}

/// Ends trial mode: withheld deliveries are routed again and go out. Returns how many.
pub async fn go_live(house: &House) -> Result<usize, StoreError> {
    let mut tx = house.store.write().await?;
    tx.set_setting(LIVE, "true").await?;
    tx.insert_fact(&house.fact(FactKind::Administered, FactActor::administrator()).with("what", "went live")).await?;
    tx.announce(Topic::Facts);
    abort::point("live.before_commit");
    tx.commit().await?;
    abort::point("live.after_commit");
    sweep(house).await
}

/// Pauses or resumes a channel.
pub async fn pause_channel(house: &House, channel: &str, pause: bool) -> Result<(), StoreError> {
    let now = house.now();
    let mut tx = house.store.write().await?;
    let state = if pause { "paused" } else { "connected" };
    let health =
        ChannelHealth { channel: channel.to_owned(), state: state.into(), cause: String::new(), since: now, until_at: None };
    tx.set_channel_state(&health).await?;
    let fact = house.fact(FactKind::Administered, FactActor::administrator());
    tx.insert_fact(&fact.with("what", format!("channel {state}")).with("about", channel)).await?;
    tx.announce(Topic::Facts);
    tx.announce(Topic::Deliveries);
    tx.commit().await
}

/// What may be done by hand with a delivery in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueAct {
    /// Keeps it from leaving.
    Hold,
    /// Lets it leave again.
    Release,
    /// Tries it now.
    Retry,
    /// Ends it; the operator answers for the recipient.
    Cancel,
}

/// Changes a delivery in the queue by hand. Returns the state that it has from then on.
#[tracing::instrument(name = "flow.queue.change", skip_all, fields(delivery = %id))]
pub async fn queue(house: &House, id: DeliveryId, act: QueueAct) -> Result<DeliveryState, AdministerError> {
    let now = house.now();
    let mut tx = house.store.write().await?;
    let delivery = tx.delivery(id).await?.ok_or_else(|| AdministerError::Unknown(id.to_string()))?;
    let waits = matches!(
        delivery.state,
        DeliveryState::Queued | DeliveryState::Deferred | DeliveryState::Unknown | DeliveryState::Withheld
    );
    if !waits {
        return Err(AdministerError::NotNow(delivery.state, delivery.channel));
    }
    // Nothing leaves in trial mode, whatever the hand does: only a hand's own hold can be let go.
    let by_hand = act == QueueAct::Release && delivery.held;
    if delivery.state == DeliveryState::Withheld && matches!(act, QueueAct::Release | QueueAct::Retry) && !by_hand {
        return Err(AdministerError::Withheld);
    }
    let (what, after) = match act {
        QueueAct::Hold => {
            tx.set_held(id, true).await?;
            ("held", delivery.state)
        }
        QueueAct::Release => {
            tx.set_held(id, false).await?;
            ("released", delivery.state)
        }
        QueueAct::Retry => {
            // Its state is one that waits, so what keeps it from being due is a worker's lease.
            tx.make_due(id, now).await.map_err(|error| match error {
                StoreError::Stale { .. } => AdministerError::Underway(id),
                other => other.into(),
            })?;
            ("retried", delivery.state)
        }
        QueueAct::Cancel => {
            tx.change_state(id, (delivery.state, DeliveryState::Cancelled), None, now).await?;
            let ended = StoredDelivery { state: DeliveryState::Cancelled, ..delivery.clone() };
            ended::told(house, &mut tx, &ended, "").await?;
            ("cancelled", DeliveryState::Cancelled)
        }
    };
    let mut fact = house.fact(FactKind::Administered, FactActor::administrator());
    (fact.letter, fact.delivery, fact.channel) = (delivery.letter, Some(id), Some(delivery.channel));
    let fact = fact.with("what", what).with("before", delivery.state.as_str()).with("after", after.as_str());
    tx.insert_fact(&fact).await?;
    tx.announce(Topic::Facts);
    tx.announce(Topic::Deliveries);
    tx.commit().await?;
    Ok(after)
}
