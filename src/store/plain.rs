//! Rows as they stand, column by column and not read into words: for holding them against the evidence, where a word that is
//! none must be a finding and not an error. Ids and hashes are hexadecimal digits; moments are microseconds.

use super::error::StoreError;
use super::records::StoredFact;
use super::tx::{Inner, Tx, ledger};
use super::{postgres, sqlite};
use crate::domain::ids::{ActId, DeliveryId, LetterId, OrderId};
use std::collections::HashSet;
use uuid::Uuid;

/// A row of `letter`.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PlainLetter {
    pub caller_id: String,
    pub content_hash: Vec<u8>,
    pub letter_number: String,
    pub urgency: String,
    pub class: String,
    pub state: String,
    pub body: String,
    pub accepted_at: i64,
    pub settled_at: Option<i64>,
}

/// A row of `letter_file`.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PlainFile {
    pub place: i64,
    pub name: String,
    pub media_type: String,
    pub sha256: String,
    pub size: i64,
    pub pages: Option<i64>,
}

/// What never changes of a row of `delivery`, its state, and the message that it carries.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the tables")]
pub struct PlainDelivery {
    pub id: String,
    pub letter_id: String,
    pub channel: String,
    pub address: String,
    pub content: String,
    pub state: String,
    pub reason: String,
    pub priority: i64,
    pub copy_number: i64,
    pub created_at: i64,
    pub message_id: String,
    pub message_letter: String,
    pub kind: String,
    pub role: String,
    pub recipient: String,
    pub position_code: Option<String>,
    pub employee_number: Option<String>,
    pub capacity: Option<String>,
    pub delegation_id: String,
    pub order_id: String,
    pub payload: String,
}

/// A row of `attempt`.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PlainAttempt {
    pub id: String,
    pub delivery_id: String,
    pub number: i64,
    pub duplicate: bool,
    pub started_at: i64,
    pub ended_at: Option<i64>,
    pub outcome: Option<String>,
    pub code: Option<String>,
    pub answer: Option<String>,
    pub peer: Option<String>,
    pub remote_id: Option<String>,
    pub wire_sha256: Option<String>,
}

/// A row of `print_step`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PlainStep {
    pub delivery_id: String,
    pub number: i64,
    pub state: String,
    pub by_whom: String,
    pub receiver: String,
    pub note: String,
    pub at: i64,
}

/// A row of `act`.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PlainAct {
    pub id: String,
    pub letter_id: String,
    pub kind: String,
    pub employee_number: String,
    pub position_code: String,
    pub capacity: String,
    pub delegation_id: String,
    pub via: String,
    pub assurance: String,
    pub inbound_id: String,
    pub delivery_id: String,
    pub order_id: String,
    pub content_hash: Vec<u8>,
    pub body: String,
    pub recorded_at: i64,
}

/// A row of `disposition_order`.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PlainOrder {
    pub id: String,
    pub letter_id: String,
    pub parent_order: String,
    pub giver_position: String,
    pub target_position: String,
    pub instructions: String,
    pub note: String,
    pub due_at: Option<i64>,
    pub state: String,
    pub corrects: String,
    pub created_at: i64,
}

ledger! {
    after_pending;
    /// A letter, as it stands.
    rows::plain_letter(id: LetterId) -> Option<PlainLetter>;
    /// Files of a letter by place, as they stand.
    rows::plain_files(id: LetterId) -> Vec<PlainFile>;
    /// Id of some letter that no fact says was accepted.
    rows::unaccepted_letter() -> Option<String>;
    /// Deliveries after an id, by id, as they stand.
    rows::plain_deliveries(after: Uuid, limit: i64) -> Vec<PlainDelivery>;
    /// Those of these deliveries that there are.
    rows::deliveries_there(ids: &[DeliveryId]) -> HashSet<DeliveryId>;
    /// Attempts of any of these deliveries, as they stand.
    rows::plain_attempts(ids: &[DeliveryId]) -> Vec<PlainAttempt>;
    /// Steps of the print desk with any of these deliveries, as they stand.
    rows::plain_steps(ids: &[DeliveryId]) -> Vec<PlainStep>;
    /// Ids of acts that answer any of these deliveries, each with its delivery.
    rows::acts_on(ids: &[DeliveryId]) -> Vec<(String, String)>;
    /// An act, as it stands.
    rows::plain_act(id: ActId) -> Option<PlainAct>;
    /// Orders that an act gave, as they stand.
    rows::plain_orders(act: ActId) -> Vec<PlainOrder>;
    /// Facts of the acts on a letter, oldest first, as they were written.
    rows::act_facts(letter: LetterId) -> Vec<Vec<u8>>;
    /// Kinds of the acts that answer an order.
    rows::order_answers(id: OrderId) -> Vec<String>;
    /// Facts about any of these deliveries, sealed or not, in the order they were recorded.
    facts::facts_about(ids: &[DeliveryId]) -> Vec<StoredFact>;
}
