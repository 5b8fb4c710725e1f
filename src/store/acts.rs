//! Queries over what officials did and ordered.

use super::Conn;
use crate::domain::codes::PositionCode;
use crate::domain::disposition::OrderState;
use crate::domain::ids::{ActId, DelegationId, DeliveryId, InboundId, LetterId, MessageId, OrderId};
use crate::store::StoreError;
use crate::store::convert::{json, micros, moment, moment_of, to_json, word};
use crate::store::records::{StoredAct, StoredOrder};
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, letter_id, kind, employee_number, position_code, capacity, delegation_id, via, assurance, inbound_id, delivery_id, order_id, content_hash, body, recorded_at"
    };
}

macro_rules! order_columns {
    () => {
        "id, act_id, letter_id, parent_order, giver_position, target_position, instructions, note, due_at, state, corrects, created_at"
    };
}

/// How far on a state is: as the words of [`OrderState`] follow each other.
macro_rules! place {
    ($state:literal) => {
        concat!(
            "CASE ",
            $state,
            " WHEN 'issued' THEN 0 WHEN 'read' THEN 1 WHEN 'forwarded_up' THEN 2 WHEN 'returned' THEN 3 WHEN 'redelegated' THEN 4 \
             WHEN 'reported' THEN 5 WHEN 'completed' THEN 6 WHEN 'corrected' THEN 7 END"
        )
    };
}

crate::store::sql! {
    INSERT = "INSERT INTO act (id, letter_id, kind, employee_number, position_code, capacity, delegation_id, via, assurance, inbound_id, delivery_id, order_id, content_hash, body, recorded_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (delivery_id, employee_number, content_hash) DO NOTHING";
    FIND = concat!("SELECT ", columns!(), " FROM act WHERE id = $1");
    OF_LETTER = concat!("SELECT ", columns!(), " FROM act WHERE letter_id = $1 ORDER BY id");
    OF_POST = concat!("SELECT ", columns!(), " FROM act WHERE letter_id = $1 AND position_code = $2 ORDER BY id");
    ON_MESSAGE = concat!("SELECT ", columns!(), " FROM act WHERE delivery_id IN (SELECT id FROM delivery WHERE message_id = $1) ORDER BY id");
    ORDER = concat!("SELECT ", order_columns!(), " FROM disposition_order WHERE id = $1");
    ORDERS = concat!("SELECT ", order_columns!(), " FROM disposition_order WHERE letter_id = $1 ORDER BY id");
    ORDERS_BY = concat!("SELECT ", order_columns!(), " FROM disposition_order WHERE letter_id = $1 AND giver_position = $2 ORDER BY id");
    CORRECTED_BY = "SELECT id FROM disposition_order WHERE corrects = $1";
    ADVANCE_ORDER = concat!("UPDATE disposition_order SET state = $2 WHERE id = $1 AND ", place!("state"), " < ", place!("$2"));
}

/// See [`crate::store::Tx::insert_act`].
pub async fn put_act(conn: &mut Conn, act: &StoredAct) -> Result<bool, StoreError> {
    let done = sqlx::query(INSERT)
        .bind(act.id.uuid())
        .bind(act.letter.uuid())
        .bind(&act.kind)
        .bind(act.person.as_str())
        .bind(act.position.as_str())
        .bind(act.capacity.as_str())
        .bind(act.delegation.map(DelegationId::uuid))
        .bind(&act.via)
        .bind(&act.assurance)
        .bind(act.inbound.map(InboundId::uuid))
        .bind(act.delivery.uuid())
        .bind(act.order.map(OrderId::uuid))
        .bind(&act.content_hash)
        .bind(to_json(&act.body))
        .bind(micros(act.recorded_at))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(sqlx::FromRow)]
struct ActRow {
    id: Uuid,
    letter_id: Uuid,
    kind: String,
    employee_number: String,
    position_code: String,
    capacity: String,
    delegation_id: Option<Uuid>,
    via: String,
    assurance: String,
    inbound_id: Option<Uuid>,
    delivery_id: Uuid,
    order_id: Option<Uuid>,
    content_hash: Vec<u8>,
    body: String,
    recorded_at: i64,
}

impl ActRow {
    fn read(self) -> Result<StoredAct, StoreError> {
        let id = self.id;
        Ok(StoredAct {
            id: ActId::new(id),
            letter: LetterId::new(self.letter_id),
            kind: self.kind,
            person: word("act", "employee_number", &id, &self.employee_number)?,
            position: word("act", "position_code", &id, &self.position_code)?,
            capacity: word("act", "capacity", &id, &self.capacity)?,
            delegation: self.delegation_id.map(DelegationId::new),
            via: self.via,
            assurance: self.assurance,
            inbound: self.inbound_id.map(InboundId::new),
            delivery: DeliveryId::new(self.delivery_id),
            order: self.order_id.map(OrderId::new),
            content_hash: self.content_hash,
            body: json("act", "body", &id, &self.body)?,
            recorded_at: moment("act", "recorded_at", &id, self.recorded_at)?,
        })
    }
}

/// See [`crate::store::Tx::act`].
pub async fn act(conn: &mut Conn, id: ActId) -> Result<Option<StoredAct>, StoreError> {
    let row: Option<ActRow> = sqlx::query_as(FIND).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(ActRow::read).transpose()
}

/// See [`crate::store::Tx::acts_of`].
pub async fn acts_of(conn: &mut Conn, letter: LetterId) -> Result<Vec<StoredAct>, StoreError> {
    let rows: Vec<ActRow> = sqlx::query_as(OF_LETTER).bind(letter.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(ActRow::read).collect()
}

/// See [`crate::store::Tx::acts_of_post`].
pub async fn acts_of_post(conn: &mut Conn, letter: LetterId, position: &PositionCode) -> Result<Vec<StoredAct>, StoreError> {
    let rows: Vec<ActRow> = sqlx::query_as(OF_POST).bind(letter.uuid()).bind(position.as_str()).fetch_all(conn).await?;
    rows.into_iter().map(ActRow::read).collect()
}

/// See [`crate::store::Tx::acts_on_message`].
pub async fn acts_on_message(conn: &mut Conn, message: MessageId) -> Result<Vec<StoredAct>, StoreError> {
    let rows: Vec<ActRow> = sqlx::query_as(ON_MESSAGE).bind(message.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(ActRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct OrderRow {
    id: Uuid,
    act_id: Uuid,
    letter_id: Uuid,
    parent_order: Option<Uuid>,
    giver_position: String,
    target_position: String,
    instructions: String,
    note: String,
    due_at: Option<i64>,
    state: String,
    corrects: Option<Uuid>,
    created_at: i64,
}

impl OrderRow {
    fn read(self) -> Result<StoredOrder, StoreError> {
        let id = self.id;
        Ok(StoredOrder {
            id: OrderId::new(id),
            act: ActId::new(self.act_id),
            letter: LetterId::new(self.letter_id),
            parent: self.parent_order.map(OrderId::new),
            giver: word("disposition_order", "giver_position", &id, &self.giver_position)?,
            target: word("disposition_order", "target_position", &id, &self.target_position)?,
            instructions: json("disposition_order", "instructions", &id, &self.instructions)?,
            note: self.note,
            due_at: moment_of("disposition_order", "due_at", &id, self.due_at)?,
            state: self.state,
            corrects: self.corrects.map(OrderId::new),
            created_at: moment("disposition_order", "created_at", &id, self.created_at)?,
        })
    }
}

/// See [`crate::store::Tx::order`].
pub async fn find_order(conn: &mut Conn, id: OrderId) -> Result<Option<StoredOrder>, StoreError> {
    let row: Option<OrderRow> = sqlx::query_as(ORDER).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(OrderRow::read).transpose()
}

/// See [`crate::store::Tx::orders_of`].
pub async fn orders_of(conn: &mut Conn, letter: LetterId) -> Result<Vec<StoredOrder>, StoreError> {
    let rows: Vec<OrderRow> = sqlx::query_as(ORDERS).bind(letter.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(OrderRow::read).collect()
}

/// See [`crate::store::Tx::orders_by`].
pub async fn orders_by(conn: &mut Conn, letter: LetterId, giver: &PositionCode) -> Result<Vec<StoredOrder>, StoreError> {
    let rows: Vec<OrderRow> = sqlx::query_as(ORDERS_BY).bind(letter.uuid()).bind(giver.as_str()).fetch_all(conn).await?;
    rows.into_iter().map(OrderRow::read).collect()
}

/// See [`crate::store::Tx::corrected_by`].
pub async fn corrected_by(conn: &mut Conn, id: OrderId) -> Result<Option<OrderId>, StoreError> {
    let row: Option<(Uuid,)> = sqlx::query_as(CORRECTED_BY).bind(id.uuid()).fetch_optional(conn).await?;
    Ok(row.map(|(id,)| OrderId::new(id)))
}

/// See [`crate::store::Tx::advance_order`].
pub async fn put_order_on(conn: &mut Conn, id: OrderId, state: OrderState) -> Result<bool, StoreError> {
    let done = sqlx::query(ADVANCE_ORDER).bind(id.uuid()).bind(state.as_str()).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}
