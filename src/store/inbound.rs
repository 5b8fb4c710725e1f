//! Queries over what came in.

use super::Conn;
use crate::domain::ids::{ActId, DeliveryId, InboundId, LetterId};
use crate::store::StoreError;
use crate::store::convert::{json, micros, moment, to_json, word_of};
use crate::store::error::one;
use crate::store::records::StoredInbound;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, source, source_key, sha256, size, raw, state, class, why, delivery_id, letter_id, employee_number, act_id, detail, tries, received_at"
    };
}

crate::store::sql! {
    KEEP = "INSERT INTO inbound (id, source, source_key, sha256, size, raw, state, class, why, delivery_id, letter_id, employee_number, act_id, detail, tries, next_at, received_at, settled_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', NULL, NULL, NULL, NULL, $8, 0, $9, $10, NULL) ON CONFLICT (source, source_key) DO NOTHING";
    FIND = concat!("SELECT ", columns!(), " FROM inbound WHERE id = $1");
    DUE = concat!("SELECT ", columns!(), " FROM inbound WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2");
    LATEST = concat!("SELECT ", columns!(), " FROM inbound ORDER BY received_at DESC, id DESC LIMIT $1");
    CLOSE = "UPDATE inbound SET state = 'closed', settled_at = $2 WHERE id = $1 AND state IN ('held', 'unreadable', 'dead')";
    CURSOR = "SELECT uid_validity, position FROM inbound_cursor WHERE source = $1";
    SET_CURSOR = "INSERT INTO inbound_cursor (source, uid_validity, position) VALUES ($1, $2, $3) \
        ON CONFLICT (source) DO UPDATE SET uid_validity = excluded.uid_validity, position = excluded.position";
    COUNTS = "SELECT state, count(*) FROM inbound GROUP BY state ORDER BY state";
    COUNT_ANSWER = "INSERT INTO answer_count (address_hash, day, count) VALUES ($1, $2, 1) \
        ON CONFLICT (address_hash, day) DO UPDATE SET count = answer_count.count + 1 RETURNING count";
    ANSWERS = "SELECT count FROM answer_count WHERE address_hash = $1 AND day = $2";
}

/// See [`crate::store::Tx::keep`].
pub async fn keep(conn: &mut Conn, item: &StoredInbound, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(KEEP)
        .bind(item.id.uuid())
        .bind(&item.source)
        .bind(&item.source_key)
        .bind(&item.sha256)
        .bind(item.size)
        .bind(item.raw.as_deref())
        .bind(&item.state)
        .bind(to_json(&item.detail))
        .bind((item.state == "kept").then(|| micros(now)))
        .bind(micros(item.received_at))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(sqlx::FromRow)]
struct InboundRow {
    id: Uuid,
    source: String,
    source_key: String,
    sha256: String,
    size: i64,
    raw: Option<Vec<u8>>,
    state: String,
    class: String,
    why: String,
    delivery_id: Option<Uuid>,
    letter_id: Option<Uuid>,
    employee_number: Option<String>,
    act_id: Option<Uuid>,
    detail: String,
    tries: i64,
    received_at: i64,
}

impl InboundRow {
    fn read(self) -> Result<StoredInbound, StoreError> {
        let id = self.id;
        Ok(StoredInbound {
            id: InboundId::new(id),
            source: self.source,
            source_key: self.source_key,
            sha256: self.sha256,
            size: self.size,
            raw: self.raw,
            state: self.state,
            class: self.class,
            why: self.why,
            delivery: self.delivery_id.map(DeliveryId::new),
            letter: self.letter_id.map(LetterId::new),
            person: word_of("inbound", "employee_number", &id, self.employee_number.as_deref())?,
            act: self.act_id.map(ActId::new),
            detail: json("inbound", "detail", &id, &self.detail)?,
            tries: self.tries,
            received_at: moment("inbound", "received_at", &id, self.received_at)?,
        })
    }
}

fn read(rows: Vec<InboundRow>) -> Result<Vec<StoredInbound>, StoreError> {
    rows.into_iter().map(InboundRow::read).collect()
}

/// See [`crate::store::Tx::inbound`].
pub async fn inbound(conn: &mut Conn, id: InboundId) -> Result<Option<StoredInbound>, StoreError> {
    let row: Option<InboundRow> = sqlx::query_as(FIND).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(InboundRow::read).transpose()
}

/// See [`crate::store::Tx::inbound_due`].
pub async fn inbound_due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<StoredInbound>, StoreError> {
    read(sqlx::query_as(DUE).bind(micros(now)).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::inbound_list`].
pub async fn inbound_list(conn: &mut Conn, limit: i64) -> Result<Vec<StoredInbound>, StoreError> {
    read(sqlx::query_as(LATEST).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::close_inbound`].
pub async fn close_inbound(conn: &mut Conn, id: InboundId, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query(CLOSE).bind(id.uuid()).bind(micros(now)).execute(conn).await?;
    one("inbound", id, done.rows_affected())
}

/// See [`crate::store::Tx::cursor`].
pub async fn cursor(conn: &mut Conn, source: &str) -> Result<Option<(i64, i64)>, StoreError> {
    Ok(sqlx::query_as(CURSOR).bind(source).fetch_optional(conn).await?)
}

/// See [`crate::store::Tx::set_cursor`].
pub async fn set_cursor(conn: &mut Conn, source: &str, uid_validity: i64, position: i64) -> Result<(), StoreError> {
    sqlx::query(SET_CURSOR).bind(source).bind(uid_validity).bind(position).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::inbound_counts`].
pub async fn inbound_counts(conn: &mut Conn) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as(COUNTS).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::count_answer`].
pub async fn count_answer(conn: &mut Conn, address_hash: &[u8], day: Date) -> Result<i64, StoreError> {
    let (count,): (i64,) = sqlx::query_as(COUNT_ANSWER).bind(address_hash).bind(day.to_string()).fetch_one(conn).await?;
    Ok(count)
}

/// See [`crate::store::Tx::answers_counted`].
pub async fn answers_counted(conn: &mut Conn, address_hash: &[u8], day: Date) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as(ANSWERS).bind(address_hash).bind(day.to_string()).fetch_optional(conn).await?;
    Ok(row.map_or(0, |(count,)| count))
}
