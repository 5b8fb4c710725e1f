//! Queries over deliveries, attempts, prepared mails, tokens and steps of the print desk.

use super::Conn;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::{AttemptId, DeliveryId, LetterId, MessageId};
use crate::store::StoreError;
use crate::store::convert::{json, list, micros, moment, moment_of, word};
use crate::store::error::one;
use crate::store::records::{StoredAttempt, StoredDelivery, StoredPrepared, StoredToken};
use jiff::Timestamp;
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, message_id, letter_id, channel, address, content, state, reason, priority, copy_number, next_at, held, tries, lease_no, state_at, created_at"
    };
}

macro_rules! attempt_columns {
    () => {
        "id, delivery_id, number, duplicate, started_at, ended_at, outcome, code, answer, peer, remote_id"
    };
}

crate::store::sql! {
    FIND = concat!("SELECT ", columns!(), " FROM delivery WHERE id = $1");
    OF_LETTER = concat!("SELECT ", columns!(), " FROM delivery WHERE letter_id = $1 ORDER BY id");
    OF_MESSAGE = concat!("SELECT ", columns!(), " FROM delivery WHERE message_id = $1 ORDER BY id");
    WITH = concat!("SELECT ", columns!(), " FROM delivery WHERE id IN ", ids!());
    OF_MESSAGES = concat!("SELECT ", columns!(), " FROM delivery WHERE message_id IN ", ids!(), " ORDER BY id");
    CHANGE = "UPDATE delivery SET state = $3, next_at = $4, state_at = $5, lease_until = NULL WHERE id = $1 AND state = $2";
    FINISH_ATTEMPT = "UPDATE attempt SET ended_at = $2, outcome = $3, code = $4, answer = $5, peer = $6, remote_id = $7 WHERE id = $1 AND ended_at IS NULL";
    ATTEMPTS = concat!("SELECT ", attempt_columns!(), " FROM attempt WHERE delivery_id = $1 ORDER BY number");
    OPEN_ATTEMPT = concat!("SELECT ", attempt_columns!(), " FROM attempt WHERE delivery_id = $1 AND ended_at IS NULL ORDER BY number DESC LIMIT 1");
    ATTEMPT = concat!("SELECT ", attempt_columns!(), " FROM attempt WHERE id = $1");
    ATTEMPT_COUNTS = "SELECT outcome, count(*) FROM attempt WHERE outcome IS NOT NULL GROUP BY outcome ORDER BY outcome";
    PREPARED = "SELECT message_ref, sealed, parts, sha256, size FROM prepared WHERE delivery_id = $1";
    DROP_PREPARED = concat!("DELETE FROM prepared WHERE delivery_id IN ", ids!());
    INSERT_TOKEN = "INSERT INTO token (token_hash, kind, delivery_id, minted_at) VALUES ($1, $2, $3, $4) ON CONFLICT (token_hash) DO NOTHING";
    TOKEN = "SELECT kind, delivery_id FROM token WHERE token_hash = $1";
    PRINT_STEP = "INSERT INTO print_step (delivery_id, number, state, by_whom, receiver, note, at) \
        SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 FROM print_step WHERE delivery_id = $1";
}

/// One row of `delivery`, shared with the queue.
#[derive(sqlx::FromRow)]
pub struct DeliveryRow {
    id: Uuid,
    message_id: Uuid,
    letter_id: Option<Uuid>,
    channel: String,
    address: String,
    content: String,
    state: String,
    reason: String,
    priority: i64,
    copy_number: i64,
    next_at: Option<i64>,
    held: bool,
    tries: i64,
    lease_no: i64,
    state_at: i64,
    created_at: i64,
}

impl DeliveryRow {
    /// The row in words.
    pub fn read(self) -> Result<StoredDelivery, StoreError> {
        let id = self.id;
        Ok(StoredDelivery {
            id: DeliveryId::new(id),
            message: MessageId::new(self.message_id),
            letter: self.letter_id.map(LetterId::new),
            channel: word("delivery", "channel", &id, &self.channel)?,
            address: json("delivery", "address", &id, &self.address)?,
            content: word("delivery", "content", &id, &self.content)?,
            state: word("delivery", "state", &id, &self.state)?,
            reason: word("delivery", "reason", &id, &self.reason)?,
            priority: self.priority,
            copy_number: self.copy_number,
            next_at: moment_of("delivery", "next_at", &id, self.next_at)?,
            held: self.held,
            tries: self.tries,
            lease_no: self.lease_no,
            state_at: moment("delivery", "state_at", &id, self.state_at)?,
            created_at: moment("delivery", "created_at", &id, self.created_at)?,
        })
    }
}

/// See [`crate::store::Tx::delivery`].
pub async fn find_delivery(conn: &mut Conn, id: DeliveryId) -> Result<Option<StoredDelivery>, StoreError> {
    let row: Option<DeliveryRow> = sqlx::query_as(FIND).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(DeliveryRow::read).transpose()
}

/// See [`crate::store::Tx::deliveries_with`].
pub async fn deliveries_with(conn: &mut Conn, ids: &[DeliveryId]) -> Result<Vec<StoredDelivery>, StoreError> {
    let rows: Vec<DeliveryRow> = sqlx::query_as(WITH).bind(list(ids.iter().map(|id| id.uuid()))).fetch_all(conn).await?;
    rows.into_iter().map(DeliveryRow::read).collect()
}

/// See [`crate::store::Tx::deliveries_of_letter`].
pub async fn deliveries_of_letter(conn: &mut Conn, letter: LetterId) -> Result<Vec<StoredDelivery>, StoreError> {
    let rows: Vec<DeliveryRow> = sqlx::query_as(OF_LETTER).bind(letter.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(DeliveryRow::read).collect()
}

/// See [`crate::store::Tx::deliveries_of_message`].
pub async fn find_deliveries_of(conn: &mut Conn, message: MessageId) -> Result<Vec<StoredDelivery>, StoreError> {
    let rows: Vec<DeliveryRow> = sqlx::query_as(OF_MESSAGE).bind(message.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(DeliveryRow::read).collect()
}

/// See [`crate::store::Tx::deliveries_of_messages`].
pub async fn deliveries_of_messages(conn: &mut Conn, ids: &[MessageId]) -> Result<Vec<StoredDelivery>, StoreError> {
    let rows: Vec<DeliveryRow> = sqlx::query_as(OF_MESSAGES).bind(list(ids.iter().map(|id| id.uuid()))).fetch_all(conn).await?;
    rows.into_iter().map(DeliveryRow::read).collect()
}

/// See [`crate::store::Tx::change_state`].
pub async fn change(
    conn: &mut Conn,
    id: DeliveryId,
    (from, to): (DeliveryState, DeliveryState),
    next_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query(CHANGE)
        .bind(id.uuid())
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(next_at.map(micros))
        .bind(micros(now))
        .execute(conn)
        .await?;
    one("delivery", id, done.rows_affected())
}

/// See [`crate::store::Tx::finish_attempt`].
pub async fn finish_attempt(conn: &mut Conn, attempt: &StoredAttempt) -> Result<(), StoreError> {
    let done = sqlx::query(FINISH_ATTEMPT)
        .bind(attempt.id.uuid())
        .bind(attempt.ended_at.map(micros))
        .bind(attempt.outcome.as_deref())
        .bind(attempt.code.as_deref())
        .bind(attempt.answer.as_deref())
        .bind(attempt.peer.as_deref())
        .bind(attempt.remote_id.as_deref())
        .execute(conn)
        .await?;
    one("attempt", attempt.id, done.rows_affected())
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: Uuid,
    delivery_id: Uuid,
    number: i64,
    duplicate: bool,
    started_at: i64,
    ended_at: Option<i64>,
    outcome: Option<String>,
    code: Option<String>,
    answer: Option<String>,
    peer: Option<String>,
    remote_id: Option<String>,
}

impl AttemptRow {
    fn read(self) -> Result<StoredAttempt, StoreError> {
        Ok(StoredAttempt {
            id: AttemptId::new(self.id),
            delivery: DeliveryId::new(self.delivery_id),
            number: self.number,
            duplicate: self.duplicate,
            started_at: moment("attempt", "started_at", &self.id, self.started_at)?,
            ended_at: moment_of("attempt", "ended_at", &self.id, self.ended_at)?,
            outcome: self.outcome,
            code: self.code,
            answer: self.answer,
            peer: self.peer,
            remote_id: self.remote_id,
        })
    }
}

/// See [`crate::store::Tx::attempts_of`].
pub async fn attempts_of(conn: &mut Conn, id: DeliveryId) -> Result<Vec<StoredAttempt>, StoreError> {
    let rows: Vec<AttemptRow> = sqlx::query_as(ATTEMPTS).bind(id.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(AttemptRow::read).collect()
}

/// See [`crate::store::Tx::open_attempt`].
pub async fn open_attempt(conn: &mut Conn, id: DeliveryId) -> Result<Option<StoredAttempt>, StoreError> {
    let row: Option<AttemptRow> = sqlx::query_as(OPEN_ATTEMPT).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(AttemptRow::read).transpose()
}

/// See [`crate::store::Tx::attempt`].
pub async fn attempt(conn: &mut Conn, id: AttemptId) -> Result<Option<StoredAttempt>, StoreError> {
    let row: Option<AttemptRow> = sqlx::query_as(ATTEMPT).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(AttemptRow::read).transpose()
}

/// See [`crate::store::Tx::attempt_counts`].
pub async fn attempt_counts(conn: &mut Conn) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as(ATTEMPT_COUNTS).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::prepared`].
pub async fn prepared(conn: &mut Conn, id: DeliveryId) -> Result<Option<StoredPrepared>, StoreError> {
    type Row = (String, Vec<u8>, String, String, i64);
    let row: Option<Row> = sqlx::query_as(PREPARED).bind(id.uuid()).fetch_optional(conn).await?;
    let Some((message_ref, sealed, parts, sha256, size)) = row else { return Ok(None) };
    Ok(Some(StoredPrepared { message_ref, sealed, parts: json("prepared", "parts", &id, &parts)?, sha256, size }))
}

/// See [`crate::store::Tx::drop_prepared`].
pub async fn drop_prepared(conn: &mut Conn, ids: &[DeliveryId]) -> Result<(), StoreError> {
    sqlx::query(DROP_PREPARED).bind(list(ids.iter().map(|id| id.uuid()))).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::insert_token`].
pub async fn insert_token(
    conn: &mut Conn,
    hash: &[u8],
    kind: &str,
    delivery: DeliveryId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_TOKEN).bind(hash).bind(kind).bind(delivery.uuid()).bind(micros(now)).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::token`].
pub async fn token(conn: &mut Conn, hash: &[u8]) -> Result<Option<StoredToken>, StoreError> {
    let row: Option<(String, Uuid)> = sqlx::query_as(TOKEN).bind(hash).fetch_optional(conn).await?;
    Ok(row.map(|(kind, delivery)| StoredToken { kind, delivery: DeliveryId::new(delivery) }))
}

/// See [`crate::store::Tx::print_step`].
pub async fn print_step(
    conn: &mut Conn,
    id: DeliveryId,
    state: DeliveryState,
    (by, receiver, note): (&str, &str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query(PRINT_STEP)
        .bind(id.uuid())
        .bind(state.as_str())
        .bind(by)
        .bind(receiver)
        .bind(note)
        .bind(micros(now))
        .execute(conn)
        .await?;
    one("print_step", id, done.rows_affected())
}
