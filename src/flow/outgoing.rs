//! Messages and their deliveries, from a plan to rows. Nothing is sent here: the rows are found by `dispatch`.

use super::house::House;
use super::settings::Trial;
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::delegation::Capacity;
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::ids::{DelegationId, DeliveryId, LetterId, MessageId, OrderId};
use crate::domain::letter::Urgency;
use crate::domain::routing::{Address, PlannedDelivery};
use crate::store::files::sha256_hex;
use crate::store::records::{StoredDelivery, StoredMessage};
use crate::store::{StoreError, Topic, Tx};
use jiff::Timestamp;
use serde_json::Value;

/// Name of the setting that says whether the installation is live.
pub const LIVE: &str = "live";

/// Messages that are inserted by one statement.
const ROWS: usize = 250;

/// A message that ought to be said.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The letter it is about.
    pub letter: Option<LetterId>,
    /// Its kind: "letter", or the name of a template.
    pub kind: String,
    /// to, cc, notice.
    pub role: &'static str,
    /// Position code, unit code, name or address, as the evidence names the recipient.
    pub recipient: String,
    /// The post it is for.
    pub position: Option<PositionCode>,
    /// The person it goes to.
    pub person: Option<EmployeeNumber>,
    /// In what capacity.
    pub capacity: Option<Capacity>,
    /// By which order he stands in.
    pub delegation: Option<DelegationId>,
    /// The order of a disposition that it carries.
    pub order: Option<OrderId>,
    /// What the template needs besides letter and directory.
    pub payload: Value,
}

/// A message with its deliveries, ready to be inserted.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The message.
    pub message: StoredMessage,
    /// Its deliveries.
    pub deliveries: Vec<StoredDelivery>,
    /// Why each goes where it goes.
    pub facts: Vec<Fact>,
}

/// Who may receive now.
#[derive(Debug, Clone, Copy)]
pub struct Gate<'a> {
    live: bool,
    trial: &'a Trial,
}

impl<'a> Gate<'a> {
    /// Reads the mode of the installation.
    pub async fn read(tx: &mut Tx, trial: &'a Trial) -> Result<Self, StoreError> {
        Ok(Self { live: tx.setting(LIVE).await?.as_deref() == Some("true"), trial })
    }

    /// A gate that is open for what an administrator sends by hand.
    pub const fn open(trial: &'a Trial) -> Self {
        Self { live: true, trial }
    }

    /// Whether a delivery to this address may leave.
    pub fn lets_out(self, address: &Address) -> bool {
        self.live
            || match address {
                Address::Email(email) => self.trial.addresses.iter().any(|listed| listed.eq_ignore_ascii_case(email)),
                Address::Chat(chat) => self.trial.chats.contains(chat),
                Address::Postal { .. } => false,
            }
    }
}

/// Urgency as the queue orders by it.
pub const fn priority(urgency: Urgency) -> i64 {
    match urgency {
        Urgency::Normal => 0,
        Urgency::Urgent => 1,
        Urgency::Immediate => 2,
    }
}

/// Plans a message: ids are minted, every delivery gets its reason as a fact.
pub fn plan(house: &House, gate: Gate<'_>, new: NewMessage, planned: &[PlannedDelivery], urgency: Urgency) -> Outgoing {
    let now = house.now();
    let id = MessageId::new(house.ids.uuid(now));
    let message = StoredMessage {
        id,
        letter: new.letter,
        kind: new.kind,
        role: new.role.to_owned(),
        recipient: new.recipient,
        position: new.position,
        person: new.person,
        capacity: new.capacity,
        delegation: new.delegation,
        order: new.order,
        payload: new.payload,
        created_at: now,
    };
    let deliveries: Vec<StoredDelivery> =
        planned.iter().map(|one| delivery(house, &message, one, gate.lets_out(&one.address), urgency)).collect();
    let facts = deliveries.iter().map(|one| routed(house, &message, one)).collect();
    Outgoing { message, deliveries, facts }
}

/// One delivery row of a message.
pub fn delivery(
    house: &House,
    message: &StoredMessage,
    planned: &PlannedDelivery,
    lets_out: bool,
    urgency: Urgency,
) -> StoredDelivery {
    let now = house.now();
    StoredDelivery {
        id: DeliveryId::new(house.ids.uuid(now)),
        message: message.id,
        letter: message.letter,
        channel: planned.address.channel(),
        address: planned.address.clone(),
        content: planned.content,
        state: if lets_out { DeliveryState::Queued } else { DeliveryState::Withheld },
        reason: planned.reason,
        priority: priority(urgency),
        copy_number: 0,
        next_at: lets_out.then_some(now),
        held: false,
        tries: 0,
        lease_no: 0,
        state_at: now,
        created_at: now,
    }
}

/// The fact that says why a delivery exists.
pub fn routed(house: &House, message: &StoredMessage, delivery: &StoredDelivery) -> Fact {
    let mut fact = house.fact(FactKind::Routed, FactActor::system());
    fact.letter = message.letter;
    fact.delivery = Some(delivery.id);
    fact.recipient = Some(message.recipient.clone());
    fact.channel = Some(delivery.channel);
    let fact = fact
        .with("message", &message.kind)
        .with("message_id", message.id.to_string())
        .with("role", &message.role)
        .with("reason", delivery.reason.as_str())
        .with("content", delivery.content.as_str())
        .with("state", delivery.state.as_str())
        .with("person", message.person.as_ref().map_or("", EmployeeNumber::as_str))
        .with("capacity", message.capacity.map_or("", Capacity::as_str))
        .with("position", message.position.as_ref().map_or("", PositionCode::as_str))
        .with("priority", delivery.priority.to_string())
        .with("copy", delivery.copy_number.to_string())
        .with("order", message.order.map(|id| id.to_string()).unwrap_or_default())
        .with("delegation", message.delegation.map(|id| id.to_string()).unwrap_or_default());
    fact.with(ADDRESS, json_sha256(&delivery.address)).with("payload_sha256", json_sha256(&message.payload))
}

/// Name of the detail of a route that holds the hash of the address. Facts that have it seal all that never changes of their
/// delivery and its message; older ones had some of it only.
pub const ADDRESS: &str = "address_sha256";

/// Hash of a value as the ledger writes it down.
fn json_sha256(value: &impl serde::Serialize) -> String {
    sha256_hex(serde_json::to_string(value).unwrap_or_default().as_bytes())
}

impl Outgoing {
    /// Numbers the paper copies of a secret letter, in the rows and in what the evidence says of them.
    pub fn number_copies(&mut self, mut next: impl FnMut() -> i64) {
        for (delivery, fact) in self.deliveries.iter_mut().zip(&mut self.facts) {
            if delivery.channel == Channel::Print {
                delivery.copy_number = next();
                fact.detail.insert("copy".into(), delivery.copy_number.to_string());
            }
        }
    }
}

/// Inserts what was planned and wakes the dispatchers.
pub async fn put(tx: &mut Tx, outgoing: &Outgoing) -> Result<(), StoreError> {
    put_all(tx, std::slice::from_ref(outgoing)).await
}

/// Inserts many at once.
pub async fn put_all(tx: &mut Tx, outgoing: &[Outgoing]) -> Result<(), StoreError> {
    for some in outgoing.chunks(ROWS) {
        let messages: Vec<&StoredMessage> = some.iter().map(|one| &one.message).collect();
        let deliveries: Vec<&StoredDelivery> = some.iter().flat_map(|one| &one.deliveries).collect();
        let facts: Vec<&Fact> = some.iter().flat_map(|one| &one.facts).collect();
        tx.insert_messages(&messages).await?;
        tx.insert_deliveries(&deliveries).await?;
        tx.insert_facts(&facts).await?;
    }
    tx.announce(Topic::Deliveries);
    tx.announce(Topic::Facts);
    Ok(())
}

/// Whether a delivery still carries or has carried the whole message to its recipient.
pub fn still_carries(delivery: &StoredDelivery) -> bool {
    delivery.content == crate::domain::routing::Content::Full
        && !delivery.state.has_failed()
        && delivery.channel != Channel::Print
}

/// The moment, in text for a fact.
pub fn text(at: Timestamp) -> String {
    at.to_string()
}
