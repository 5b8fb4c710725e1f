//! Rows as the other rooms see them: typed, checked, without SQL.

use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::Capacity;
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::ids::{ActId, AttemptId, DelegationId, DeliveryId, InboundId, LetterId, MessageId, OrderId, TrayId};
use crate::domain::letter::{Letter, LetterFile};
use crate::domain::routing::{Address, Content, RouteReason};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use std::sync::Arc;

/// A dated row of the registry by its natural key: post or unit, person, first day.
#[derive(Debug, Clone, Copy)]
pub enum DatedRow<'a> {
    /// A holder.
    Incumbency((&'a str, &'a EmployeeNumber, Date)),
    /// A stand-in.
    Delegation((&'a str, &'a EmployeeNumber, Date)),
    /// An operator.
    Operator((&'a str, &'a EmployeeNumber, Date)),
}

/// A letter in the record.
#[derive(Debug, Clone)]
pub struct StoredLetter {
    /// Id.
    pub id: LetterId,
    /// The letter, shared by all who read it.
    pub letter: Arc<Letter>,
    /// SHA-256 of letter and files as submitted.
    pub content_hash: Vec<u8>,
    /// accepted, settled, recalled.
    pub state: String,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// When it was settled, where it is.
    pub settled_at: Option<Timestamp>,
    /// Its files; the first is the letter itself.
    pub files: Vec<LetterFile>,
}

/// One thing said to one person.
#[derive(Debug, Clone)]
pub struct StoredMessage {
    /// Id.
    pub id: MessageId,
    /// The letter it is about.
    pub letter: Option<LetterId>,
    /// Name of the template.
    pub kind: String,
    /// to, cc, notice.
    pub role: String,
    /// Position code, unit code, name or address.
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
    /// When it was created.
    pub created_at: Timestamp,
}

impl StoredMessage {
    /// The unit it is for, where it is for no post.
    pub fn unit(&self) -> Option<UnitCode> {
        if self.position.is_some() { None } else { self.recipient.parse().ok() }
    }
}

/// One message through one channel.
#[derive(Debug, Clone)]
pub struct StoredDelivery {
    /// Id.
    pub id: DeliveryId,
    /// The message.
    pub message: MessageId,
    /// The letter.
    pub letter: Option<LetterId>,
    /// The channel.
    pub channel: Channel,
    /// Where to.
    pub address: Address,
    /// What it carries.
    pub content: Content,
    /// State.
    pub state: DeliveryState,
    /// Why this channel.
    pub reason: RouteReason,
    /// 2 immediate, 1 urgent, 0 normal.
    pub priority: i64,
    /// Copy number of a secret letter, from 1; 0 otherwise.
    pub copy_number: i64,
    /// When a worker should look at it.
    pub next_at: Option<Timestamp>,
    /// Held by hand.
    pub held: bool,
    /// Attempts so far.
    pub tries: i64,
    /// Fencing number of the last lease.
    pub lease_no: i64,
    /// Since when it is in its state.
    pub state_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
}

/// One try of one delivery.
#[derive(Debug, Clone)]
pub struct StoredAttempt {
    /// Id.
    pub id: AttemptId,
    /// The delivery.
    pub delivery: DeliveryId,
    /// From 1.
    pub number: i64,
    /// The same bytes a second time.
    pub duplicate: bool,
    /// Begin.
    pub started_at: Timestamp,
    /// End; `None` while it runs or when the process died in it.
    pub ended_at: Option<Timestamp>,
    /// delivered, deferred, refused, unknown.
    pub outcome: Option<String>,
    /// Code of the outcome.
    pub code: Option<String>,
    /// The other side's words.
    pub answer: Option<String>,
    /// Who answered.
    pub peer: Option<String>,
    /// Id that the other side gave.
    pub remote_id: Option<String>,
}

/// What was prepared for a mail, still sealed.
#[derive(Debug, Clone)]
pub struct StoredPrepared {
    /// Message-ID without its secret part.
    pub message_ref: String,
    /// Head, tail and return path, encrypted.
    pub sealed: Vec<u8>,
    /// SHA-256 of the shared parts, in order.
    pub parts: Vec<String>,
    /// SHA-256 of the whole.
    pub sha256: String,
    /// Bytes of the whole.
    pub size: i64,
}

/// Something that came in.
#[derive(Debug, Clone)]
pub struct StoredInbound {
    /// Id.
    pub id: InboundId,
    /// imap, maildir, pipe, telegram.
    pub source: String,
    /// Unique within the source.
    pub source_key: String,
    /// SHA-256 of the raw bytes.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// Raw bytes, where they are small enough for the database.
    pub raw: Option<Vec<u8>>,
    /// Its one visible state.
    pub state: String,
    /// Class of a mail; empty until judged.
    pub class: String,
    /// Code of the refusal.
    pub why: String,
    /// The delivery that it answers.
    pub delivery: Option<DeliveryId>,
    /// The letter.
    pub letter: Option<LetterId>,
    /// Whom it claims or proved to be from.
    pub person: Option<EmployeeNumber>,
    /// The act it became.
    pub act: Option<ActId>,
    /// What was understood.
    pub detail: Value,
    /// How often it was judged.
    pub tries: i64,
    /// When it came in.
    pub received_at: Timestamp,
}

/// What an official did.
#[derive(Debug, Clone)]
pub struct StoredAct {
    /// Id.
    pub id: ActId,
    /// The letter.
    pub letter: LetterId,
    /// disposition, forward, return, acknowledge, ...
    pub kind: String,
    /// Who.
    pub person: EmployeeNumber,
    /// For which post.
    pub position: PositionCode,
    /// In what capacity.
    pub capacity: Capacity,
    /// By which order.
    pub delegation: Option<DelegationId>,
    /// email or telegram.
    pub via: String,
    /// How it was proven.
    pub assurance: String,
    /// The inbound item.
    pub inbound: Option<InboundId>,
    /// The delivery that it answers.
    pub delivery: DeliveryId,
    /// The order that it answers.
    pub order: Option<OrderId>,
    /// SHA-256 of intent and words.
    pub content_hash: Vec<u8>,
    /// Orders, note, quote.
    pub body: Value,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// One target of a disposition.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    /// Id.
    pub id: OrderId,
    /// The act that gave it.
    pub act: ActId,
    /// The letter.
    pub letter: LetterId,
    /// The order above.
    pub parent: Option<OrderId>,
    /// Who gave it.
    pub giver: PositionCode,
    /// To whom.
    pub target: PositionCode,
    /// Codes of the instructions.
    pub instructions: Vec<String>,
    /// Free words.
    pub note: String,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// State.
    pub state: String,
    /// The order whose place it took.
    pub corrects: Option<OrderId>,
    /// When it was given.
    pub created_at: Timestamp,
}

/// Something that waits for a person.
#[derive(Debug, Clone)]
pub struct StoredTray {
    /// Id.
    pub id: TrayId,
    /// Whose desk; `None` is the administrator's.
    pub unit: Option<String>,
    /// Why.
    pub code: String,
    /// The letter.
    pub letter: Option<LetterId>,
    /// The delivery.
    pub delivery: Option<DeliveryId>,
    /// The inbound item.
    pub inbound: Option<InboundId>,
    /// More.
    pub detail: Value,
    /// When it was put there.
    pub opened_at: Timestamp,
    /// When somebody closed it.
    pub closed_at: Option<Timestamp>,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
}

/// A fact as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredFact {
    /// Number in the chain; `None` until sealed.
    pub seq: Option<i64>,
    /// Canonical bytes.
    pub body: Vec<u8>,
    /// SHA-256 of the body.
    pub hash: Vec<u8>,
    /// Link in the chain.
    pub link: Option<Vec<u8>>,
    /// Id, as indexed.
    pub id: uuid::Uuid,
    /// Kind, as indexed.
    pub event: String,
    /// Letter, as indexed.
    pub letter_id: Option<uuid::Uuid>,
    /// Delivery, as indexed.
    pub delivery_id: Option<uuid::Uuid>,
    /// Microseconds.
    pub recorded_at: i64,
}

/// A Telegram button.
#[derive(Debug, Clone)]
pub struct StoredButton {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// The delivery it hangs on.
    pub delivery: DeliveryId,
    /// The dialog it belongs to.
    pub dialog: Option<uuid::Uuid>,
    /// Whom it serves.
    pub person: EmployeeNumber,
    /// What it does.
    pub action: String,
    /// With what.
    pub payload: Value,
    /// When it was pressed.
    pub used_at: Option<Timestamp>,
    /// What a second press is told.
    pub answer: String,
}

/// A quick disposition being put together.
#[derive(Debug, Clone)]
pub struct StoredDialog {
    /// Id.
    pub id: uuid::Uuid,
    /// The delivery it answers.
    pub delivery: DeliveryId,
    /// Whose.
    pub person: EmployeeNumber,
    /// Chat.
    pub chat: i64,
    /// The Telegram message that is edited in place.
    pub remote_message: Option<i64>,
    /// Step.
    pub step: String,
    /// Draft.
    pub draft: Value,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A token, found by its hash.
#[derive(Debug, Clone)]
pub struct StoredToken {
    /// reply, bounce, download.
    pub kind: String,
    /// The delivery.
    pub delivery: DeliveryId,
}

/// State of a way out or in.
#[derive(Debug, Clone)]
pub struct ChannelHealth {
    /// email, telegram, print, imap.
    pub channel: String,
    /// connected, `bad_credentials`, throttled, down, paused.
    pub state: String,
    /// Why.
    pub cause: String,
    /// Since when.
    pub since: Timestamp,
    /// Not to be tried before.
    pub until_at: Option<Timestamp>,
}

impl StoredTray {
    /// A fresh item on the administrator's desk.
    pub const fn new(id: TrayId, code: String, opened_at: Timestamp) -> Self {
        Self {
            id,
            unit: None,
            code,
            letter: None,
            delivery: None,
            inbound: None,
            detail: Value::Null,
            opened_at,
            closed_at: None,
            closed_by: None,
            outcome: None,
        }
    }
}
