//! Rows that nobody reads within their transaction wait and are written together, by one statement for each table: before the
//! commit, before any statement that could miss them, and where there are many.
//!
//! A judged reply is some ten rows; written one by one, each would be a way to the database and back.

use super::convert::{micros, to_json};
use super::error::StoreError;
use super::files::{hex, sha256};
use super::records::{StoredDelivery, StoredInbound, StoredMessage, StoredOrder};
use super::tx::{Inner, Tx};
use super::{postgres, sqlite};
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::delegation::Capacity;
use crate::domain::evidence::Fact;
use crate::domain::ids::{ActId, DelegationId, DeliveryId, LetterId, OrderId};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashSet;
use uuid::Uuid;

/// Rows of one table that wait at most.
const ROWS: usize = 250;

/// Rows of one table as JSON lists, which both engines unpack.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    texts: Vec<String>,
}

impl Rows {
    fn add(&mut self, row: &impl Serialize) {
        self.texts.push(to_json(row));
    }

    /// All of them as one parameter and how many they are; `None` where there are none.
    pub(crate) fn take(&mut self) -> Option<(String, usize)> {
        let texts = std::mem::take(&mut self.texts);
        (!texts.is_empty()).then(|| (format!("[{}]", texts.join(",")), texts.len()))
    }
}

/// What waits.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Orders of dispositions.
    pub(crate) orders: Rows,
    /// Messages.
    pub(crate) messages: Rows,
    /// Deliveries.
    pub(crate) deliveries: Rows,
    /// Facts.
    pub(crate) facts: Rows,
    /// What became of inbound items.
    pub(crate) settled: Rows,
    /// Ids of the rows that wait, and of the messages whose deliveries wait.
    touched: HashSet<Uuid>,
}

impl Pending {
    fn tables(&self) -> [&Rows; 5] {
        [&self.orders, &self.messages, &self.deliveries, &self.facts, &self.settled]
    }
}

/// An id as it stands in a row.
pub(crate) fn id(uuid: Uuid) -> String {
    uuid.simple().to_string()
}

impl Tx {
    /// Inserts an order.
    pub async fn insert_order(&mut self, order: &StoredOrder) -> Result<(), StoreError> {
        self.pending.touched.insert(order.id.uuid());
        self.pending.orders.add(&(
            id(order.id.uuid()),
            id(order.act.uuid()),
            id(order.letter.uuid()),
            order.parent.map(OrderId::uuid).map(id),
            order.giver.as_str(),
            order.target.as_str(),
            to_json(&order.instructions),
            &order.note,
            order.due_at.map(micros),
            &order.state,
            micros(order.created_at),
            order.corrects.map(OrderId::uuid).map(id),
        ));
        self.make_room().await
    }

    /// Inserts messages.
    pub async fn insert_messages(&mut self, messages: &[&StoredMessage]) -> Result<(), StoreError> {
        for one in messages {
            self.pending.touched.insert(one.id.uuid());
            self.pending.messages.add(&(
                id(one.id.uuid()),
                one.letter.map(LetterId::uuid).map(id),
                &one.kind,
                &one.role,
                &one.recipient,
                one.position.as_ref().map(PositionCode::as_str),
                one.person.as_ref().map(EmployeeNumber::as_str),
                one.capacity.map(Capacity::as_str),
                one.delegation.map(DelegationId::uuid).map(id),
                one.order.map(OrderId::uuid).map(id),
                to_json(&one.payload),
                micros(one.created_at),
            ));
        }
        self.make_room().await
    }

    /// Inserts deliveries.
    pub async fn insert_deliveries(&mut self, deliveries: &[&StoredDelivery]) -> Result<(), StoreError> {
        for one in deliveries {
            self.pending.touched.extend([one.id.uuid(), one.message.uuid()]);
            self.pending.deliveries.add(&(
                id(one.id.uuid()),
                id(one.message.uuid()),
                one.letter.map(LetterId::uuid).map(id),
                one.channel.as_str(),
                to_json(&one.address),
                one.content.as_str(),
                one.state.as_str(),
                one.reason.as_str(),
                one.priority,
                one.copy_number,
                one.next_at.map(micros),
                one.held,
                one.tries,
                one.lease_no,
                micros(one.state_at),
                micros(one.created_at),
            ));
        }
        self.make_room().await
    }

    /// Inserts facts, each with its own hash.
    pub async fn insert_facts(&mut self, facts: &[&Fact]) -> Result<(), StoreError> {
        for one in facts {
            self.add_fact(one);
        }
        self.make_room().await
    }

    /// Inserts a fact with its own hash.
    pub async fn insert_fact(&mut self, fact: &Fact) -> Result<(), StoreError> {
        self.add_fact(fact);
        self.make_room().await
    }

    fn add_fact(&mut self, fact: &Fact) {
        let body = fact.canonical();
        self.pending.facts.add(&(
            id(fact.id.uuid()),
            fact.event.as_str(),
            fact.letter.map(LetterId::uuid).map(id),
            fact.delivery.map(DeliveryId::uuid).map(id),
            hex(&body),
            hex(&sha256(&body)),
            micros(fact.recorded_at),
        ));
    }

    /// Writes what became of an item; only one that still waits can be settled, or nothing is committed.
    pub async fn settle_inbound(
        &mut self,
        item: &StoredInbound,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.pending.settled.add(&(
            id(item.id.uuid()),
            &item.state,
            &item.class,
            &item.why,
            item.delivery.map(DeliveryId::uuid).map(id),
            item.letter.map(LetterId::uuid).map(id),
            item.person.as_ref().map(EmployeeNumber::as_str),
            item.act.map(ActId::uuid).map(id),
            to_json(&item.detail),
            next_at.map(micros),
            next_at.is_none().then(|| micros(now)),
        ));
        self.make_room().await
    }

    /// Writes what waits where it has become much.
    async fn make_room(&mut self) -> Result<(), StoreError> {
        if self.pending.tables().iter().any(|rows| rows.texts.len() >= ROWS) { self.write_pending().await } else { Ok(()) }
    }

    /// Writes all that waits.
    pub(super) async fn write_pending(&mut self) -> Result<(), StoreError> {
        if self.pending.tables().iter().all(|rows| rows.texts.is_empty()) {
            return Ok(());
        }
        self.pending.touched.clear();
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlite::many::write(tx, &mut self.pending).await,
            Inner::Postgres(tx) => postgres::many::write(tx, &mut self.pending).await,
        }
    }

    /// Writes all that waits where a row of this id, or a delivery of this message, is among it.
    pub(super) async fn write_pending_of(&mut self, id: Uuid) -> Result<(), StoreError> {
        if self.pending.touched.contains(&id) { self.write_pending().await } else { Ok(()) }
    }
}
