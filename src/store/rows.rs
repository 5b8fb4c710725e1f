//! Queries over rows as they stand, see [`crate::store::PlainDelivery`]. For verifying only; a million letters are read in batches.
//! Orders and answers are looked for among those of their letter: that is the index there is.

use super::Conn;
use crate::domain::ids::{ActId, DeliveryId, LetterId, OrderId};
use crate::store::StoreError;
use crate::store::convert::list;
use crate::store::{PlainAct, PlainAttempt, PlainDelivery, PlainFile, PlainLetter, PlainOrder, PlainStep};
use std::collections::HashSet;
use uuid::Uuid;

crate::store::sql! {
    LETTER = "SELECT caller_id, content_hash, letter_number, urgency, class, state, body, accepted_at, settled_at FROM letter WHERE id = $1";
    FILES = "SELECT place, name, media_type, sha256, size, pages FROM letter_file WHERE letter_id = $1 ORDER BY place";
    UNACCEPTED = concat!("SELECT ", digits!("letter.id"), " FROM letter WHERE NOT EXISTS \
        (SELECT 1 FROM fact WHERE fact.letter_id = letter.id AND fact.event = 'SubmissionAcceptance') LIMIT 1");
    DELIVERIES = concat!("SELECT ", digits!("delivery.id"), " AS id, ", digits!("delivery.letter_id"), " AS letter_id, delivery.channel, delivery.address, \
        delivery.content, delivery.state, delivery.reason, delivery.priority, delivery.copy_number, delivery.created_at, ",
        digits!("delivery.message_id"), " AS message_id, ", digits!("message.letter_id"), " AS message_letter, coalesce(message.kind, '') AS kind, \
        coalesce(message.role, '') AS role, coalesce(message.recipient, '') AS recipient, message.position_code, message.employee_number, message.capacity, ",
        digits!("message.delegation_id"), " AS delegation_id, ", digits!("message.order_id"), " AS order_id, coalesce(message.payload, '') AS payload \
        FROM delivery LEFT JOIN message ON message.id = delivery.message_id WHERE delivery.id > $1 ORDER BY delivery.id LIMIT $2");
    THERE = concat!("SELECT id FROM delivery WHERE id IN ", ids!());
    ATTEMPTS = concat!("SELECT ", digits!("id"), " AS id, ", digits!("delivery_id"), " AS delivery_id, number, duplicate, started_at, ended_at, outcome, code, \
        answer, peer, remote_id, wire_sha256 FROM attempt WHERE delivery_id IN ", ids!(), " ORDER BY number");
    STEPS = concat!("SELECT ", digits!("delivery_id"), " AS delivery_id, number, state, by_whom, receiver, note, at FROM print_step WHERE delivery_id IN ", ids!(),
        " ORDER BY number");
    ACTS_ON = concat!("SELECT ", digits!("id"), ", ", digits!("delivery_id"), " FROM act WHERE delivery_id IN ", ids!());
    ACT = concat!("SELECT ", digits!("id"), " AS id, ", digits!("letter_id"), " AS letter_id, kind, employee_number, position_code, capacity, ",
        digits!("delegation_id"), " AS delegation_id, via, assurance, ", digits!("inbound_id"), " AS inbound_id, ", digits!("delivery_id"), " AS delivery_id, ",
        digits!("order_id"), " AS order_id, content_hash, body, recorded_at FROM act WHERE id = $1");
    ORDERS = concat!("SELECT ", digits!("id"), " AS id, ", digits!("letter_id"), " AS letter_id, ", digits!("parent_order"), " AS parent_order, giver_position, \
        target_position, instructions, note, due_at, state, ", digits!("corrects"), " AS corrects, created_at FROM disposition_order \
        WHERE act_id = $1 AND letter_id = (SELECT letter_id FROM act WHERE id = $1) ORDER BY id");
    ACT_FACTS = "SELECT body FROM fact WHERE letter_id = $1 AND event = 'ConsignmentAcceptance' ORDER BY recorded_at, id";
    ANSWERS = "SELECT kind FROM act WHERE order_id = $1 AND letter_id = (SELECT letter_id FROM disposition_order WHERE id = $1)";
}

fn listed(ids: &[DeliveryId]) -> String {
    list(ids.iter().map(|id| id.uuid()))
}

/// See [`crate::store::Tx::plain_letter`].
pub async fn plain_letter(conn: &mut Conn, id: LetterId) -> Result<Option<PlainLetter>, StoreError> {
    Ok(sqlx::query_as(LETTER).bind(id.uuid()).fetch_optional(conn).await?)
}

/// See [`crate::store::Tx::plain_files`].
pub async fn plain_files(conn: &mut Conn, id: LetterId) -> Result<Vec<PlainFile>, StoreError> {
    Ok(sqlx::query_as(FILES).bind(id.uuid()).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::unaccepted_letter`].
pub async fn unaccepted_letter(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(UNACCEPTED).fetch_optional(conn).await?;
    Ok(row.map(|(id,)| id))
}

/// See [`crate::store::Tx::plain_deliveries`].
pub async fn plain_deliveries(conn: &mut Conn, after: Uuid, limit: i64) -> Result<Vec<PlainDelivery>, StoreError> {
    Ok(sqlx::query_as(DELIVERIES).bind(after).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::deliveries_there`].
pub async fn deliveries_there(conn: &mut Conn, ids: &[DeliveryId]) -> Result<HashSet<DeliveryId>, StoreError> {
    let rows: Vec<(Uuid,)> = sqlx::query_as(THERE).bind(listed(ids)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| DeliveryId::new(id)).collect())
}

/// See [`crate::store::Tx::plain_attempts`].
pub async fn plain_attempts(conn: &mut Conn, ids: &[DeliveryId]) -> Result<Vec<PlainAttempt>, StoreError> {
    Ok(sqlx::query_as(ATTEMPTS).bind(listed(ids)).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::plain_steps`].
pub async fn plain_steps(conn: &mut Conn, ids: &[DeliveryId]) -> Result<Vec<PlainStep>, StoreError> {
    Ok(sqlx::query_as(STEPS).bind(listed(ids)).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::acts_on`].
pub async fn acts_on(conn: &mut Conn, ids: &[DeliveryId]) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(ACTS_ON).bind(listed(ids)).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::plain_act`].
pub async fn plain_act(conn: &mut Conn, id: ActId) -> Result<Option<PlainAct>, StoreError> {
    Ok(sqlx::query_as(ACT).bind(id.uuid()).fetch_optional(conn).await?)
}

/// See [`crate::store::Tx::plain_orders`].
pub async fn plain_orders(conn: &mut Conn, act: ActId) -> Result<Vec<PlainOrder>, StoreError> {
    Ok(sqlx::query_as(ORDERS).bind(act.uuid()).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::order_answers`].
pub async fn order_answers(conn: &mut Conn, id: OrderId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(ANSWERS).bind(id.uuid()).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(kind,)| kind).collect())
}

/// See [`crate::store::Tx::act_facts`].
pub async fn act_facts(conn: &mut Conn, letter: LetterId) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = sqlx::query_as(ACT_FACTS).bind(letter.uuid()).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(body,)| body).collect())
}
