//! Queries over letters, their files and agenda numbers, and what is said about them.

use super::Conn;
use crate::domain::codes::UnitCode;
use crate::domain::ids::{DelegationId, LetterId, MessageId, OrderId};
use crate::domain::letter::LetterFile;
use crate::store::StoreError;
use crate::store::convert::{json, list, micros, moment, moment_of, to_json, word, word_of};
use crate::store::records::{StoredLetter, StoredMessage};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

crate::store::sql! {
    BY_CALLER = "SELECT id, content_hash FROM letter WHERE caller_id = $1";
    INSERT_LETTER = "INSERT INTO letter (id, caller_id, content_hash, letter_number, urgency, class, state, body, accepted_at, settled_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)";
    INSERT_FILE = "INSERT INTO letter_file (letter_id, place, name, media_type, sha256, size, pages) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    AGENDA_TAKEN = "SELECT number FROM agenda WHERE letter_id = $1 AND unit_code = $2";
    COUNT_UP = "INSERT INTO agenda_counter (unit_code, year, last) VALUES ($1, $2, 1) \
        ON CONFLICT (unit_code, year) DO UPDATE SET last = agenda_counter.last + 1 RETURNING last";
    INSERT_AGENDA = "INSERT INTO agenda (unit_code, year, number, letter_id) VALUES ($1, $2, $3, $4)";
    AGENDA_OF = "SELECT unit_code, year, number FROM agenda WHERE letter_id = $1";
    LETTER = "SELECT content_hash, state, settled_at, body, accepted_at FROM letter WHERE id = $1";
    STATE = "SELECT state, settled_at FROM letter WHERE id = $1";
    SETTLE = "UPDATE letter SET state = 'settled', settled_at = $2 WHERE id = $1 AND state = 'accepted'";
    REOPEN = "UPDATE letter SET state = 'accepted', settled_at = NULL WHERE id = $1 AND state = 'settled'";
    HOLD = "UPDATE letter SET state = state WHERE id = $1";
    OPEN_ORDER = "SELECT id FROM disposition_order WHERE letter_id = $1 AND state IN ('issued', 'read', 'forwarded_up') LIMIT 1";
    OPEN_PART = "SELECT asked.id FROM message asked WHERE asked.letter_id = $1 AND asked.role = 'to' AND asked.kind = 'letter' \
        AND asked.position_code IS NOT NULL AND NOT EXISTS (\
            SELECT 1 FROM act JOIN delivery ON delivery.id = act.delivery_id JOIN message said ON said.id = delivery.message_id \
            WHERE act.letter_id = asked.letter_id AND act.position_code = asked.position_code AND (\
                said.kind = 'letter' AND (act.kind IN ('approve', 'reject') OR (act.kind = 'disposition' \
                    AND NOT EXISTS (SELECT 1 FROM disposition_order WHERE disposition_order.act_id = act.id))) \
                OR said.kind = 'report_received' AND act.kind = 'approve' \
                OR act.kind = 'follow_up_report' AND act.order_id IS NULL AND said.kind NOT IN ('forward_received', 'disposition_copy'))) LIMIT 1";
    BY_NUMBER = "SELECT id FROM letter WHERE letter_number = $1 ORDER BY accepted_at DESC LIMIT 20";
    NEWEST = "SELECT id FROM letter ORDER BY id DESC LIMIT $1";
    BEFORE = "SELECT id FROM letter WHERE id < $2 ORDER BY id DESC LIMIT $1";
    COUNT = "SELECT count(*) FROM letter";
    FILES = "SELECT place, name, media_type, sha256, size, pages FROM letter_file WHERE letter_id = $1 ORDER BY place";
    MESSAGE = "SELECT id, letter_id, kind, role, recipient, position_code, employee_number, capacity, delegation_id, order_id, payload, created_at FROM message WHERE id = $1";
    HOLD_MESSAGE = concat!("SELECT id FROM message WHERE id = $1", held!());
    MESSAGES_IN = concat!("SELECT id, letter_id, kind, role, recipient, position_code, employee_number, capacity, delegation_id, order_id, payload, created_at FROM message WHERE id IN ", ids!());
    MESSAGES = "SELECT id, letter_id, kind, role, recipient, position_code, employee_number, capacity, delegation_id, order_id, payload, created_at FROM message WHERE letter_id = $1 ORDER BY id";
    MESSAGES_CARRYING = "SELECT id, letter_id, kind, role, recipient, position_code, employee_number, capacity, delegation_id, order_id, payload, created_at FROM message \
        WHERE letter_id = $1 AND order_id = $2 AND kind IN ('disposition_received', 'correction') ORDER BY id";
}

/// See [`crate::store::Tx::letter_by_caller`].
pub async fn letter_by_caller(conn: &mut Conn, caller_id: &str) -> Result<Option<(LetterId, Vec<u8>)>, StoreError> {
    let row: Option<(Uuid, Vec<u8>)> = sqlx::query_as(BY_CALLER).bind(caller_id).fetch_optional(conn).await?;
    Ok(row.map(|(id, hash)| (LetterId::new(id), hash)))
}

/// See [`crate::store::Tx::insert_letter`].
pub async fn insert_letter(conn: &mut Conn, stored: &StoredLetter) -> Result<(), StoreError> {
    sqlx::query(INSERT_LETTER)
        .bind(stored.id.uuid())
        .bind(&stored.letter.caller_id)
        .bind(&stored.content_hash)
        .bind(&stored.letter.letter_number)
        .bind(stored.letter.urgency.as_str())
        .bind(stored.letter.class.as_str())
        .bind(&stored.state)
        .bind(to_json(&*stored.letter))
        .bind(micros(stored.accepted_at))
        .execute(&mut *conn)
        .await?;
    for (place, file) in (0_i64..).zip(&stored.files) {
        sqlx::query(INSERT_FILE)
            .bind(stored.id.uuid())
            .bind(place)
            .bind(&file.name)
            .bind(&file.media_type)
            .bind(&file.sha256)
            .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
            .bind(file.pages.map(i64::from))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// See [`crate::store::Tx::count_agenda`].
pub async fn count_agenda(conn: &mut Conn, unit: &UnitCode, year: i64, letter: LetterId) -> Result<i64, StoreError> {
    let taken: Option<(i64,)> =
        sqlx::query_as(AGENDA_TAKEN).bind(letter.uuid()).bind(unit.as_str()).fetch_optional(&mut *conn).await?;
    if let Some((number,)) = taken {
        return Ok(number);
    }
    let (number,): (i64,) = sqlx::query_as(COUNT_UP).bind(unit.as_str()).bind(year).fetch_one(&mut *conn).await?;
    sqlx::query(INSERT_AGENDA).bind(unit.as_str()).bind(year).bind(number).bind(letter.uuid()).execute(conn).await?;
    Ok(number)
}

/// See [`crate::store::Tx::ask_agenda`].
pub async fn ask_agenda(conn: &mut Conn, letter: LetterId) -> Result<BTreeMap<UnitCode, (i64, i64)>, StoreError> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(AGENDA_OF).bind(letter.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(|(unit, year, number)| Ok((word("agenda", "unit_code", &letter, &unit)?, (year, number)))).collect()
}

/// See [`crate::store::Tx::letter_state`].
pub async fn letter_state(conn: &mut Conn, id: LetterId) -> Result<Option<(String, Option<Timestamp>)>, StoreError> {
    let row: Option<(String, Option<i64>)> = sqlx::query_as(STATE).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(|(state, settled_at)| Ok((state, moment_of("letter", "settled_at", &id, settled_at)?))).transpose()
}

/// See [`crate::store::Tx::set_settled`].
pub async fn set_settled(conn: &mut Conn, id: LetterId, at: Option<Timestamp>) -> Result<bool, StoreError> {
    let changed = match at {
        Some(at) => sqlx::query(SETTLE).bind(id.uuid()).bind(micros(at)).execute(conn).await?.rows_affected(),
        None => sqlx::query(REOPEN).bind(id.uuid()).execute(conn).await?.rows_affected(),
    };
    Ok(changed > 0)
}

/// See [`crate::store::Tx::has_open_part`].
pub async fn has_open_part(conn: &mut Conn, id: LetterId) -> Result<bool, StoreError> {
    // Of two last words at once the second waits here, and then sees the first.
    sqlx::query(HOLD).bind(id.uuid()).execute(&mut *conn).await?;
    for statement in [OPEN_ORDER, OPEN_PART] {
        let open: Option<(Uuid,)> = sqlx::query_as(statement).bind(id.uuid()).fetch_optional(&mut *conn).await?;
        if open.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// See [`crate::store::Tx::read_letter`].
pub async fn read_letter(conn: &mut Conn, id: LetterId) -> Result<Option<StoredLetter>, StoreError> {
    type Row = (Vec<u8>, String, Option<i64>, String, i64);
    let row: Option<Row> = sqlx::query_as(LETTER).bind(id.uuid()).fetch_optional(&mut *conn).await?;
    let Some((content_hash, state, settled_at, body, accepted_at)) = row else { return Ok(None) };
    Ok(Some(StoredLetter {
        id,
        letter: Arc::new(json("letter", "body", &id, &body)?),
        content_hash,
        state,
        accepted_at: moment("letter", "accepted_at", &id, accepted_at)?,
        settled_at: moment_of("letter", "settled_at", &id, settled_at)?,
        files: files_of(conn, id).await?,
    }))
}

async fn ids(
    conn: &mut Conn,
    statement: &'static str,
    limit: i64,
    before: Option<LetterId>,
) -> Result<Vec<LetterId>, StoreError> {
    let mut query = sqlx::query_as(statement).bind(limit);
    if let Some(before) = before {
        query = query.bind(before.uuid());
    }
    let rows: Vec<(Uuid,)> = query.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| LetterId::new(id)).collect())
}

/// See [`crate::store::Tx::letters_by_number`].
pub async fn letters_by_number(conn: &mut Conn, number: &str) -> Result<Vec<LetterId>, StoreError> {
    let rows: Vec<(Uuid,)> = sqlx::query_as(BY_NUMBER).bind(number).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| LetterId::new(id)).collect())
}

/// See [`crate::store::Tx::letters`].
pub async fn letters(conn: &mut Conn, before: Option<LetterId>, limit: i64) -> Result<Vec<LetterId>, StoreError> {
    ids(conn, if before.is_some() { BEFORE } else { NEWEST }, limit, before).await
}

/// See [`crate::store::Tx::count_letters`].
pub async fn count_letters(conn: &mut Conn) -> Result<i64, StoreError> {
    let (count,): (i64,) = sqlx::query_as(COUNT).fetch_one(conn).await?;
    Ok(count)
}

/// See [`crate::store::Tx::files_of`].
pub async fn files_of(conn: &mut Conn, letter: LetterId) -> Result<Vec<LetterFile>, StoreError> {
    type Row = (i64, String, String, String, i64, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(FILES).bind(letter.uuid()).fetch_all(conn).await?;
    let read = |(place, name, media_type, sha256, size, pages): Row| LetterFile {
        name,
        media_type,
        sha256,
        size: size.unsigned_abs(),
        pages: pages.and_then(|pages| u32::try_from(pages).ok()),
        is_letter: place == 0,
    };
    Ok(rows.into_iter().map(read).collect())
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: Uuid,
    letter_id: Option<Uuid>,
    kind: String,
    role: String,
    recipient: String,
    position_code: Option<String>,
    employee_number: Option<String>,
    capacity: Option<String>,
    delegation_id: Option<Uuid>,
    order_id: Option<Uuid>,
    payload: String,
    created_at: i64,
}

impl MessageRow {
    fn read(self) -> Result<StoredMessage, StoreError> {
        let id = self.id;
        Ok(StoredMessage {
            id: MessageId::new(id),
            letter: self.letter_id.map(LetterId::new),
            kind: self.kind,
            role: self.role,
            recipient: self.recipient,
            position: word_of("message", "position_code", &id, self.position_code.as_deref())?,
            person: word_of("message", "employee_number", &id, self.employee_number.as_deref())?,
            capacity: word_of("message", "capacity", &id, self.capacity.as_deref())?,
            delegation: self.delegation_id.map(DelegationId::new),
            order: self.order_id.map(OrderId::new),
            payload: json("message", "payload", &id, &self.payload)?,
            created_at: moment("message", "created_at", &id, self.created_at)?,
        })
    }
}

/// See [`crate::store::Tx::message`].
pub async fn find_message(conn: &mut Conn, id: MessageId) -> Result<Option<StoredMessage>, StoreError> {
    let row: Option<MessageRow> = sqlx::query_as(MESSAGE).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(MessageRow::read).transpose()
}

/// See [`crate::store::Tx::hold_message`].
pub async fn hold_message(conn: &mut Conn, id: MessageId) -> Result<(), StoreError> {
    sqlx::query(HOLD_MESSAGE).bind(id.uuid()).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::messages_in`].
pub async fn messages_in(conn: &mut Conn, ids: &[MessageId]) -> Result<Vec<StoredMessage>, StoreError> {
    let rows: Vec<MessageRow> = sqlx::query_as(MESSAGES_IN).bind(list(ids.iter().map(|id| id.uuid()))).fetch_all(conn).await?;
    rows.into_iter().map(MessageRow::read).collect()
}

/// See [`crate::store::Tx::messages_of`].
pub async fn messages_of(conn: &mut Conn, letter: LetterId) -> Result<Vec<StoredMessage>, StoreError> {
    let rows: Vec<MessageRow> = sqlx::query_as(MESSAGES).bind(letter.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(MessageRow::read).collect()
}

/// See [`crate::store::Tx::messages_carrying`].
pub async fn messages_carrying(conn: &mut Conn, letter: LetterId, order: OrderId) -> Result<Vec<StoredMessage>, StoreError> {
    let rows: Vec<MessageRow> = sqlx::query_as(MESSAGES_CARRYING).bind(letter.uuid()).bind(order.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(MessageRow::read).collect()
}
