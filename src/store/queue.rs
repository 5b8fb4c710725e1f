//! Claiming and settling: deliveries under leases, with fencing numbers against late workers.

use super::Conn;
use super::deliveries::DeliveryRow;
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::ids::DeliveryId;
use crate::store::StoreError;
use crate::store::convert::{list, micros, moment, moment_of};
use crate::store::error::one;
use crate::store::records::StoredDelivery;
use jiff::Timestamp;
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, message_id, letter_id, channel, address, content, state, reason, priority, copy_number, next_at, held, tries, lease_no, state_at, created_at"
    };
}

crate::store::sql! {
    CLAIM = concat!(
        "UPDATE delivery SET lease_no = lease_no + 1, lease_until = $3, next_at = $3 WHERE id IN (SELECT id FROM delivery \
         WHERE channel = $1 AND next_at IS NOT NULL AND next_at <= $2 AND NOT held \
         ORDER BY priority DESC, next_at LIMIT $4", skip_locked!(), ") RETURNING ", columns!());
    SETTLE = "UPDATE delivery SET state = $3, next_at = $4, state_at = $5, tries = tries + 1, lease_until = NULL \
        WHERE id = $1 AND lease_no = $2 AND lease_until IS NOT NULL";
    POSTPONE = "UPDATE delivery SET next_at = $3, lease_until = NULL WHERE id = $1 AND lease_no = $2 AND lease_until IS NOT NULL";
    LET_LIE = "UPDATE delivery SET next_at = NULL, lease_until = NULL WHERE id = $1 AND lease_no = $2 AND lease_until IS NOT NULL";
    RENEW = "UPDATE delivery SET lease_until = $3, next_at = $3 WHERE id = $1 AND lease_no = $2 AND lease_until IS NOT NULL";
    NEXT_DUE = "SELECT min(next_at) FROM delivery WHERE channel = $1 AND next_at IS NOT NULL AND NOT held";
    OPEN_COUNTS = "SELECT channel, state, count(*), min(state_at) FROM delivery \
        WHERE state IN ('withheld','queued','sending','deferred','unknown','claimed','printed','enveloped','dispatched','returned') \
        GROUP BY channel, state ORDER BY channel, state";
    IN_STATE = concat!("SELECT ", columns!(), " FROM delivery WHERE state = $1 ORDER BY priority DESC, id LIMIT $2");
    SET_HELD = "UPDATE delivery SET held = $2 WHERE id = $1";
    MAKE_DUE = "UPDATE delivery SET next_at = $2 WHERE id = $1 AND state IN ('queued','deferred','unknown') AND lease_until IS NULL";
    PRINT_OPEN = concat!("SELECT ", columns!(), " FROM delivery WHERE channel = 'print' \
        AND (state IN ('withheld','queued','deferred','unknown','claimed','printed','enveloped','dispatched','returned') \
        OR (state IN ('refused','not_found') AND EXISTS (SELECT 1 FROM tray WHERE tray.delivery_id = delivery.id AND tray.closed_at IS NULL))) ORDER BY priority DESC, id LIMIT $1");
    TO_TAKE_OUT = "SELECT id, state_at FROM delivery WHERE channel = 'print' AND state IN ('superseded','cancelled','withdrawn') \
        AND NOT taken_out AND id > $1 ORDER BY id LIMIT $2";
    TAKEN_OUT = concat!("UPDATE delivery SET taken_out = TRUE WHERE id IN ", ids!());
    PRINT_ALL = concat!("SELECT ", columns!(), " FROM delivery WHERE channel = 'print' ORDER BY id LIMIT $1");
}

fn read(rows: Vec<DeliveryRow>) -> Result<Vec<StoredDelivery>, StoreError> {
    rows.into_iter().map(DeliveryRow::read).collect()
}

/// See [`crate::store::Tx::claim`].
pub async fn claim(
    conn: &mut Conn,
    channel: Channel,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<StoredDelivery>, StoreError> {
    let rows: Vec<DeliveryRow> =
        sqlx::query_as(CLAIM).bind(channel.as_str()).bind(micros(now)).bind(micros(until)).bind(limit).fetch_all(conn).await?;
    let mut claimed = read(rows)?;
    // RETURNING has no order.
    claimed.sort_by_key(|delivery| (std::cmp::Reverse(delivery.priority), delivery.id));
    Ok(claimed)
}

/// See [`crate::store::Tx::settle`].
pub async fn settle(
    conn: &mut Conn,
    id: DeliveryId,
    lease_no: i64,
    (state, next_at): (DeliveryState, Option<Timestamp>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query(SETTLE)
        .bind(id.uuid())
        .bind(lease_no)
        .bind(state.as_str())
        .bind(next_at.map(micros))
        .bind(micros(now))
        .execute(conn)
        .await?;
    one("delivery", id, done.rows_affected())
}

/// See [`crate::store::Tx::postpone`].
pub async fn postpone(conn: &mut Conn, id: DeliveryId, lease_no: i64, at: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query(POSTPONE).bind(id.uuid()).bind(lease_no).bind(micros(at)).execute(conn).await?;
    one("delivery", id, done.rows_affected())
}

/// See [`crate::store::Tx::let_lie`].
pub async fn let_lie(conn: &mut Conn, id: DeliveryId, lease_no: i64) -> Result<(), StoreError> {
    let done = sqlx::query(LET_LIE).bind(id.uuid()).bind(lease_no).execute(conn).await?;
    one("delivery", id, done.rows_affected())
}

/// See [`crate::store::Tx::renew`].
pub async fn renew(conn: &mut Conn, id: DeliveryId, lease_no: i64, until: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(RENEW).bind(id.uuid()).bind(lease_no).bind(micros(until)).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// See [`crate::store::Tx::next_due`].
pub async fn next_due(conn: &mut Conn, channel: Channel) -> Result<Option<Timestamp>, StoreError> {
    let (next,): (Option<i64>,) = sqlx::query_as(NEXT_DUE).bind(channel.as_str()).fetch_one(conn).await?;
    moment_of("delivery", "next_at", &channel, next)
}

/// See [`crate::store::Tx::open_counts`].
pub async fn open_counts(conn: &mut Conn) -> Result<Vec<(String, String, i64, i64)>, StoreError> {
    Ok(sqlx::query_as(OPEN_COUNTS).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::deliveries_in`].
pub async fn deliveries_in(conn: &mut Conn, state: DeliveryState, limit: i64) -> Result<Vec<StoredDelivery>, StoreError> {
    read(sqlx::query_as(IN_STATE).bind(state.as_str()).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::set_held`].
pub async fn set_held(conn: &mut Conn, id: DeliveryId, held: bool) -> Result<(), StoreError> {
    let done = sqlx::query(SET_HELD).bind(id.uuid()).bind(held).execute(conn).await?;
    one("delivery", id, done.rows_affected())
}

/// See [`crate::store::Tx::make_due`].
pub async fn make_due(conn: &mut Conn, id: DeliveryId, at: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query(MAKE_DUE).bind(id.uuid()).bind(micros(at)).execute(conn).await?;
    one("delivery", id, done.rows_affected())
}

/// See [`crate::store::Tx::print_queue`].
pub async fn print_queue(conn: &mut Conn, settled: bool, limit: i64) -> Result<Vec<StoredDelivery>, StoreError> {
    read(sqlx::query_as(if settled { PRINT_ALL } else { PRINT_OPEN }).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::paper_to_take_out`].
pub async fn paper_to_take_out(
    conn: &mut Conn,
    after: DeliveryId,
    limit: i64,
) -> Result<Vec<(DeliveryId, Timestamp)>, StoreError> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(TO_TAKE_OUT).bind(after.uuid()).bind(limit).fetch_all(conn).await?;
    rows.into_iter().map(|(id, at)| Ok((DeliveryId::new(id), moment("delivery", "state_at", &id, at)?))).collect()
}

/// See [`crate::store::Tx::paper_taken_out`].
pub async fn paper_taken_out(conn: &mut Conn, ids: &[DeliveryId]) -> Result<(), StoreError> {
    sqlx::query(TAKEN_OUT).bind(list(ids.iter().map(|id| id.uuid()))).execute(conn).await?;
    Ok(())
}
