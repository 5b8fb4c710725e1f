//! Statements over many rows at once. A batch crosses over to the database as one JSON list of rows and is unpacked there, so
//! that a thousand deliveries cost tens of statements instead of thousands.

use super::Conn;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::{AttemptId, DeliveryId};
use crate::store::StoreError;
use crate::store::convert::{micros, to_json};
use crate::store::error::all;
use crate::store::files::hex;
use crate::store::pending::{Pending, id};
use crate::store::records::{StoredAttempt, StoredPrepared, StoredToken};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

crate::store::sql! {
    MESSAGES = concat!("INSERT INTO message (id, letter_id, kind, role, recipient, position_code, employee_number, capacity, delegation_id, order_id, payload, created_at) SELECT ",
        uuid!(0), ", ", uuid!(1), ", ", text!(2), ", ", text!(3), ", ", text!(4), ", ", text!(5), ", ", text!(6), ", ", text!(7), ", ",
        uuid!(8), ", ", uuid!(9), ", ", text!(10), ", ", int!(11), " FROM ", rows!());
    DELIVERIES = concat!("INSERT INTO delivery (id, message_id, letter_id, channel, address, content, state, reason, priority, copy_number, next_at, held, tries, lease_no, lease_until, state_at, created_at) SELECT ",
        uuid!(0), ", ", uuid!(1), ", ", uuid!(2), ", ", text!(3), ", ", text!(4), ", ", text!(5), ", ", text!(6), ", ", text!(7), ", ", int!(8), ", ",
        int!(9), ", ", int!(10), ", ", bool!(11), ", ", int!(12), ", ", int!(13), ", NULL, ", int!(14), ", ", int!(15), " FROM ", rows!());
    ORDERS = concat!("INSERT INTO disposition_order (id, act_id, letter_id, parent_order, giver_position, target_position, instructions, note, due_at, state, created_at, corrects) SELECT ",
        uuid!(0), ", ", uuid!(1), ", ", uuid!(2), ", ", uuid!(3), ", ", text!(4), ", ", text!(5), ", ", text!(6), ", ", text!(7), ", ", int!(8), ", ", text!(9), ", ",
        int!(10), ", ", uuid!(11), " FROM ", rows!());
    SETTLE_INBOUND = concat!("UPDATE inbound SET state = done.state, class = done.class, why = done.why, delivery_id = done.delivery_id, letter_id = done.letter_id, \
        employee_number = done.employee_number, act_id = done.act_id, detail = done.detail, tries = tries + 1, next_at = done.next_at, settled_at = done.settled_at FROM (SELECT ",
        uuid!(0), " AS row_id, ", text!(1), " AS state, ", text!(2), " AS class, ", text!(3), " AS why, ", uuid!(4), " AS delivery_id, ", uuid!(5), " AS letter_id, ",
        text!(6), " AS employee_number, ", uuid!(7), " AS act_id, ", text!(8), " AS detail, ", int!(9), " AS next_at, ", int!(10), " AS settled_at FROM ", rows!(),
        ") AS done WHERE inbound.id = done.row_id AND +inbound.next_at IS NOT NULL AND inbound.settled_at IS NULL");
    FACTS = concat!("INSERT INTO fact (id, event, letter_id, delivery_id, body, hash, recorded_at, seq, link) SELECT ",
        uuid!(0), ", ", text!(1), ", ", uuid!(2), ", ", uuid!(3), ", ", bytes!(4), ", ", bytes!(5), ", ", int!(6), ", NULL, NULL FROM ", rows!());
    // The sealed bytes of all of them are the second parameter; each row says where its own begin and how many they are.
    PREPARED = concat!("INSERT INTO prepared (delivery_id, message_ref, sealed, parts, sha256, size, created_at) SELECT ",
        uuid!(0), ", ", text!(1), ", substr(", blob!(), ", CAST(", int!(2), " AS int), CAST(", int!(3), " AS int)), ", text!(4), ", ", text!(5), ", ", int!(6), ", ", int!(7), " FROM ", rows!());
    TOKENS_IN = concat!("SELECT token_hash, kind, delivery_id FROM token WHERE token_hash IN (SELECT ", bytes!(0), " FROM ", rows!(), ")");
    TOKENS = concat!("INSERT INTO token (token_hash, kind, delivery_id, minted_at) SELECT ",
        bytes!(0), ", ", text!(1), ", ", uuid!(2), ", ", int!(3), " FROM ", rows!());
    // Locks the row, so that nobody closes the delivery between this look and the commit.
    HELD = concat!("UPDATE delivery SET lease_until = delivery.lease_until FROM (SELECT ", uuid!(0), " AS row_id, ", int!(1), " AS lease FROM ", rows!(),
        ") AS held WHERE delivery.id = held.row_id AND delivery.lease_no = held.lease AND delivery.lease_until IS NOT NULL RETURNING id");
    ATTEMPTS = concat!("INSERT INTO attempt (id, delivery_id, number, lease_no, duplicate, started_at, ended_at, outcome, code, answer, peer, remote_id, wire_sha256) SELECT ",
        uuid!(0), ", ", uuid!(1), ", ", int!(2), ", ", int!(3), ", ", bool!(4), ", ", int!(5), ", NULL, NULL, NULL, NULL, NULL, NULL, ", text!(6), " FROM ", rows!());
    FINISH = concat!("UPDATE attempt SET ended_at = done.ended_at, outcome = done.outcome, code = done.code, answer = done.answer, peer = done.peer, remote_id = done.remote_id \
        FROM (SELECT ", uuid!(0), " AS row_id, ", int!(1), " AS ended_at, ", text!(2), " AS outcome, ", text!(3), " AS code, ", text!(4), " AS answer, ",
        text!(5), " AS peer, ", text!(6), " AS remote_id FROM ", rows!(), ") AS done WHERE attempt.id = done.row_id AND attempt.ended_at IS NULL");
    SETTLE = concat!("UPDATE delivery SET state = done.state, next_at = done.next_at, state_at = $2, tries = tries + 1, lease_until = NULL \
        FROM (SELECT ", uuid!(0), " AS row_id, ", int!(1), " AS lease, ", text!(2), " AS state, ", int!(3), " AS next_at FROM ", rows!(), ") AS done \
        WHERE delivery.id = done.row_id AND delivery.lease_no = done.lease AND delivery.lease_until IS NOT NULL RETURNING id");
}

/// Rows as one parameter.
fn packed(rows: impl Iterator<Item = Value>) -> String {
    to_json(&rows.collect::<Vec<_>>())
}

/// Writes a batch; nothing where it is empty.
async fn run(conn: &mut Conn, statement: &'static str, rows: String) -> Result<u64, StoreError> {
    Ok(sqlx::query(statement).bind(rows).execute(conn).await?.rows_affected())
}

/// Writes all that waits: what others refer to comes first.
pub async fn write(conn: &mut Conn, pending: &mut Pending) -> Result<(), StoreError> {
    let tables = [
        ("disposition_order", ORDERS, pending.orders.take()),
        ("message", MESSAGES, pending.messages.take()),
        ("delivery", DELIVERIES, pending.deliveries.take()),
        ("fact", FACTS, pending.facts.take()),
        ("inbound", SETTLE_INBOUND, pending.settled.take()),
    ];
    for (table, statement, rows) in tables {
        if let Some((rows, count)) = rows {
            all(table, count, run(conn, statement, rows).await?)?;
        }
    }
    Ok(())
}

/// See [`crate::store::Tx::put_all_prepared`].
pub async fn put_all_prepared(
    conn: &mut Conn,
    prepared: &[(DeliveryId, &StoredPrepared)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut sealed, mut rows) = (Vec::new(), Vec::with_capacity(prepared.len()));
    for (delivery, one) in prepared {
        // Places are counted from 1.
        let (from, length) = (sealed.len() + 1, one.sealed.len());
        sealed.extend_from_slice(&one.sealed);
        rows.push(json!([
            id(delivery.uuid()),
            one.message_ref,
            from,
            length,
            to_json(&one.parts),
            one.sha256,
            one.size,
            micros(now)
        ]));
    }
    let done = sqlx::query(PREPARED).bind(packed(rows.into_iter())).bind(sealed).execute(conn).await?;
    all("prepared", prepared.len(), done.rows_affected())
}

/// See [`crate::store::Tx::tokens_in`].
pub async fn tokens_in(conn: &mut Conn, hashes: &[&[u8]]) -> Result<HashMap<Vec<u8>, StoredToken>, StoreError> {
    let rows = packed(hashes.iter().map(|hash| json!([hex(hash)])));
    let found: Vec<(Vec<u8>, String, Uuid)> = sqlx::query_as(TOKENS_IN).bind(rows).fetch_all(conn).await?;
    let read = |(hash, kind, delivery)| (hash, StoredToken { kind, delivery: DeliveryId::new(delivery) });
    Ok(found.into_iter().map(read).collect())
}

/// See [`crate::store::Tx::insert_tokens`].
pub async fn insert_tokens(
    conn: &mut Conn,
    tokens: &[(&[u8], &'static str, DeliveryId)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let row =
        |(hash, kind, delivery): &(&[u8], &'static str, DeliveryId)| json!([hex(hash), kind, id(delivery.uuid()), micros(now)]);
    all("token", tokens.len(), run(conn, TOKENS, packed(tokens.iter().map(row))).await?)
}

/// See [`crate::store::Tx::start_attempts`].
pub async fn start_attempts(
    conn: &mut Conn,
    attempts: &[(&StoredAttempt, i64, &str)],
) -> Result<HashSet<DeliveryId>, StoreError> {
    let leases = packed(attempts.iter().map(|(one, lease_no, _)| json!([id(one.delivery.uuid()), lease_no])));
    let held: Vec<(Uuid,)> = sqlx::query_as(HELD).bind(leases).fetch_all(&mut *conn).await?;
    let held: HashSet<DeliveryId> = held.into_iter().map(|(id,)| DeliveryId::new(id)).collect();
    let attempts: Vec<_> = attempts.iter().filter(|(one, ..)| held.contains(&one.delivery)).collect();
    let row = |(one, lease_no, wire_sha256): &&(&StoredAttempt, i64, &str)| {
        let (attempt, delivery) = (id(one.id.uuid()), id(one.delivery.uuid()));
        json!([attempt, delivery, one.number, lease_no, one.duplicate, micros(one.started_at), wire_sha256])
    };
    all("attempt", attempts.len(), run(conn, ATTEMPTS, packed(attempts.iter().map(row))).await?)?;
    Ok(held)
}

/// See [`crate::store::Tx::finish_attempts`].
pub async fn finish_attempts(conn: &mut Conn, attempts: &[&StoredAttempt]) -> Result<u64, StoreError> {
    let row = |one: &&StoredAttempt| {
        let attempt: AttemptId = one.id;
        json!([id(attempt.uuid()), one.ended_at.map(micros), one.outcome, one.code, one.answer, one.peer, one.remote_id])
    };
    run(conn, FINISH, packed(attempts.iter().map(row))).await
}

/// See [`crate::store::Tx::settle_all`].
pub async fn settle_all(
    conn: &mut Conn,
    settled: &[(DeliveryId, i64, DeliveryState, Option<Timestamp>)],
    now: Timestamp,
) -> Result<HashSet<DeliveryId>, StoreError> {
    let row = |(delivery, lease_no, state, next_at): &(DeliveryId, i64, DeliveryState, Option<Timestamp>)| {
        json!([id(delivery.uuid()), lease_no, state.as_str(), next_at.map(micros)])
    };
    let rows: Vec<(Uuid,)> =
        sqlx::query_as(SETTLE).bind(packed(settled.iter().map(row))).bind(micros(now)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| DeliveryId::new(id)).collect())
}
