//! Queries over linked chats, their one-time codes, buttons and dialogs.

use super::Conn;
use crate::domain::codes::EmployeeNumber;
use crate::domain::directory::PersonalChannelState;
use crate::domain::ids::{DeliveryId, LinkId};
use crate::store::StoreError;
use crate::store::convert::{json, micros, moment_of, to_json, word};
use crate::store::error::one;
use crate::store::records::{StoredButton, StoredDialog};
use jiff::Timestamp;
use uuid::Uuid;

crate::store::sql! {
    RETIRE_CODES = "UPDATE link_code SET expires_at = $2 WHERE employee_number = $1 AND used_at IS NULL AND expires_at > $2";
    INSERT_CODE = "INSERT INTO link_code (code_hash, employee_number, issued_at, expires_at, used_at) VALUES ($1, $2, $3, $4, NULL)";
    USE_CODE = "UPDATE link_code SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING employee_number";
    END_LINKS = "UPDATE telegram_link SET state = 'removed', ended_at = $3 WHERE (employee_number = $1 OR chat = $2) AND ended_at IS NULL";
    BIND_CHAT = "INSERT INTO telegram_link (id, employee_number, chat, state, linked_at, ended_at) VALUES ($1, $2, $3, 'verified', $4, NULL)";
    MARK_LINK = "UPDATE telegram_link SET state = $2, ended_at = $3 WHERE chat = $1 AND ended_at IS NULL";
    INSERT_BUTTON = "INSERT INTO button (token_hash, delivery_id, dialog_id, employee_number, action, payload, minted_at, used_at, answer) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, '')";
    BUTTON = "SELECT delivery_id, dialog_id, employee_number, action, payload, used_at, answer FROM button WHERE token_hash = $1";
    USE_BUTTON = "UPDATE button SET used_at = $3, answer = $2 WHERE token_hash = $1 AND used_at IS NULL";
    INSERT_DIALOG = "INSERT INTO dialog (id, delivery_id, employee_number, chat, remote_message, step, draft, updated_at, ended_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    DIALOG = "SELECT id, delivery_id, employee_number, chat, remote_message, step, draft, ended_at FROM dialog WHERE id = $1";
    OPEN_DIALOG = "SELECT id, delivery_id, employee_number, chat, remote_message, step, draft, ended_at FROM dialog \
        WHERE chat = $1 AND ended_at IS NULL ORDER BY updated_at DESC LIMIT 1";
    UPDATE_DIALOG = "UPDATE dialog SET remote_message = $2, step = $3, draft = $4, updated_at = $5, ended_at = $6 WHERE id = $1";
}

/// See [`crate::store::Tx::issue_link_code`].
pub async fn issue_link_code(
    conn: &mut Conn,
    hash: &[u8],
    person: &EmployeeNumber,
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(RETIRE_CODES).bind(person.as_str()).bind(micros(now)).execute(&mut *conn).await?;
    sqlx::query(INSERT_CODE).bind(hash).bind(person.as_str()).bind(micros(now)).bind(micros(expires)).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::use_link_code`].
pub async fn use_link_code(conn: &mut Conn, hash: &[u8], now: Timestamp) -> Result<Option<EmployeeNumber>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(USE_CODE).bind(hash).bind(micros(now)).fetch_optional(conn).await?;
    row.map(|(number,)| word("link_code", "employee_number", &"?", &number)).transpose()
}

/// See [`crate::store::Tx::bind_chat`].
pub async fn bind_chat(
    conn: &mut Conn,
    id: LinkId,
    person: &EmployeeNumber,
    chat: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(END_LINKS).bind(person.as_str()).bind(chat).bind(micros(now)).execute(&mut *conn).await?;
    sqlx::query(BIND_CHAT).bind(id.uuid()).bind(person.as_str()).bind(chat).bind(micros(now)).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::set_link_state`].
pub async fn set_link_state(
    conn: &mut Conn,
    chat: i64,
    state: PersonalChannelState,
    ended: bool,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query(MARK_LINK).bind(chat).bind(state.as_str()).bind(ended.then(|| micros(now))).execute(conn).await?;
    Ok(done.rows_affected())
}

/// See [`crate::store::Tx::insert_button`].
pub async fn insert_button(conn: &mut Conn, button: &StoredButton, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(INSERT_BUTTON)
        .bind(&button.token_hash)
        .bind(button.delivery.uuid())
        .bind(button.dialog)
        .bind(button.person.as_str())
        .bind(&button.action)
        .bind(to_json(&button.payload))
        .bind(micros(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::button`].
pub async fn button(conn: &mut Conn, hash: &[u8]) -> Result<Option<StoredButton>, StoreError> {
    type Row = (Uuid, Option<Uuid>, String, String, String, Option<i64>, String);
    let row: Option<Row> = sqlx::query_as(BUTTON).bind(hash).fetch_optional(conn).await?;
    let Some((delivery, dialog, person, action, payload, used_at, answer)) = row else { return Ok(None) };
    Ok(Some(StoredButton {
        token_hash: hash.to_vec(),
        delivery: DeliveryId::new(delivery),
        dialog,
        person: word("button", "employee_number", &delivery, &person)?,
        action,
        payload: json("button", "payload", &delivery, &payload)?,
        used_at: moment_of("button", "used_at", &delivery, used_at)?,
        answer,
    }))
}

/// See [`crate::store::Tx::use_button`].
pub async fn use_button(conn: &mut Conn, hash: &[u8], answer: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(USE_BUTTON).bind(hash).bind(answer).bind(micros(now)).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// See [`crate::store::Tx::insert_dialog`].
pub async fn insert_dialog(conn: &mut Conn, dialog: &StoredDialog, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(INSERT_DIALOG)
        .bind(dialog.id)
        .bind(dialog.delivery.uuid())
        .bind(dialog.person.as_str())
        .bind(dialog.chat)
        .bind(dialog.remote_message)
        .bind(&dialog.step)
        .bind(to_json(&dialog.draft))
        .bind(micros(now))
        .bind(dialog.ended_at.map(micros))
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct DialogRow {
    id: Uuid,
    delivery_id: Uuid,
    employee_number: String,
    chat: i64,
    remote_message: Option<i64>,
    step: String,
    draft: String,
    ended_at: Option<i64>,
}

impl DialogRow {
    fn read(self) -> Result<StoredDialog, StoreError> {
        Ok(StoredDialog {
            delivery: DeliveryId::new(self.delivery_id),
            person: word("dialog", "employee_number", &self.id, &self.employee_number)?,
            chat: self.chat,
            remote_message: self.remote_message,
            step: self.step,
            draft: json("dialog", "draft", &self.id, &self.draft)?,
            ended_at: moment_of("dialog", "ended_at", &self.id, self.ended_at)?,
            id: self.id,
        })
    }
}

/// See [`crate::store::Tx::dialog`].
pub async fn dialog(conn: &mut Conn, id: Uuid) -> Result<Option<StoredDialog>, StoreError> {
    let row: Option<DialogRow> = sqlx::query_as(DIALOG).bind(id).fetch_optional(conn).await?;
    row.map(DialogRow::read).transpose()
}

/// See [`crate::store::Tx::open_dialog`].
pub async fn open_dialog(conn: &mut Conn, chat: i64) -> Result<Option<StoredDialog>, StoreError> {
    let row: Option<DialogRow> = sqlx::query_as(OPEN_DIALOG).bind(chat).fetch_optional(conn).await?;
    row.map(DialogRow::read).transpose()
}

/// See [`crate::store::Tx::update_dialog`].
pub async fn update_dialog(conn: &mut Conn, dialog: &StoredDialog, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query(UPDATE_DIALOG)
        .bind(dialog.id)
        .bind(dialog.remote_message)
        .bind(&dialog.step)
        .bind(to_json(&dialog.draft))
        .bind(micros(now))
        .bind(dialog.ended_at.map(micros))
        .execute(conn)
        .await?;
    one("dialog", dialog.id, done.rows_affected())
}
