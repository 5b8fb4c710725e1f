//! Queries over the trays: what waits for a person.

use super::Conn;
use crate::domain::ids::{DeliveryId, InboundId, LetterId, TrayId};
use crate::store::StoreError;
use crate::store::convert::{json, micros, moment, moment_of, to_json};
use crate::store::error::one;
use crate::store::records::StoredTray;
use jiff::Timestamp;
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, unit_code, code, letter_id, delivery_id, inbound_id, detail, opened_at, closed_at, closed_by, outcome"
    };
}

crate::store::sql! {
    OPEN = "INSERT INTO tray (id, unit_code, code, letter_id, delivery_id, inbound_id, detail, opened_at, closed_at, closed_by, outcome) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL, NULL)";
    LIST_OPEN = concat!("SELECT ", columns!(), " FROM tray WHERE closed_at IS NULL ORDER BY opened_at, id LIMIT $1");
    LIST_ALL = concat!("SELECT ", columns!(), " FROM tray ORDER BY opened_at, id LIMIT $1");
    FIND = concat!("SELECT ", columns!(), " FROM tray WHERE id = $1");
    OF_INBOUND = concat!("SELECT ", columns!(), " FROM tray WHERE inbound_id = $1 ORDER BY unit_code, id");
    CLOSE = "UPDATE tray SET closed_at = $4, closed_by = $2, outcome = $3 WHERE id = $1 AND closed_at IS NULL";
    COUNT = "SELECT count(*) FROM tray WHERE closed_at IS NULL";
}

#[derive(sqlx::FromRow)]
struct TrayRow {
    id: Uuid,
    unit_code: Option<String>,
    code: String,
    letter_id: Option<Uuid>,
    delivery_id: Option<Uuid>,
    inbound_id: Option<Uuid>,
    detail: String,
    opened_at: i64,
    closed_at: Option<i64>,
    closed_by: Option<String>,
    outcome: Option<String>,
}

impl TrayRow {
    fn read(self) -> Result<StoredTray, StoreError> {
        Ok(StoredTray {
            id: TrayId::new(self.id),
            unit: self.unit_code,
            code: self.code,
            letter: self.letter_id.map(LetterId::new),
            delivery: self.delivery_id.map(DeliveryId::new),
            inbound: self.inbound_id.map(InboundId::new),
            detail: json("tray", "detail", &self.id, &self.detail)?,
            opened_at: moment("tray", "opened_at", &self.id, self.opened_at)?,
            closed_at: moment_of("tray", "closed_at", &self.id, self.closed_at)?,
            closed_by: self.closed_by,
            outcome: self.outcome,
        })
    }
}

/// See [`crate::store::Tx::open_tray`].
pub async fn open_tray(conn: &mut Conn, item: &StoredTray) -> Result<(), StoreError> {
    sqlx::query(OPEN)
        .bind(item.id.uuid())
        .bind(item.unit.as_deref())
        .bind(&item.code)
        .bind(item.letter.map(LetterId::uuid))
        .bind(item.delivery.map(DeliveryId::uuid))
        .bind(item.inbound.map(InboundId::uuid))
        .bind(to_json(&item.detail))
        .bind(micros(item.opened_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::tray_items`].
pub async fn tray_items(conn: &mut Conn, closed: bool, limit: i64) -> Result<Vec<StoredTray>, StoreError> {
    let rows: Vec<TrayRow> = sqlx::query_as(if closed { LIST_ALL } else { LIST_OPEN }).bind(limit).fetch_all(conn).await?;
    rows.into_iter().map(TrayRow::read).collect()
}

/// See [`crate::store::Tx::tray_item`].
pub async fn tray_item(conn: &mut Conn, id: TrayId) -> Result<Option<StoredTray>, StoreError> {
    let row: Option<TrayRow> = sqlx::query_as(FIND).bind(id.uuid()).fetch_optional(conn).await?;
    row.map(TrayRow::read).transpose()
}

/// See [`crate::store::Tx::tray_of_inbound`].
pub async fn tray_of_inbound(conn: &mut Conn, id: InboundId) -> Result<Vec<StoredTray>, StoreError> {
    let rows: Vec<TrayRow> = sqlx::query_as(OF_INBOUND).bind(id.uuid()).fetch_all(conn).await?;
    rows.into_iter().map(TrayRow::read).collect()
}

/// See [`crate::store::Tx::close_tray`].
pub async fn close_tray(conn: &mut Conn, id: TrayId, by: &str, outcome: &str, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query(CLOSE).bind(id.uuid()).bind(by).bind(outcome).bind(micros(now)).execute(conn).await?;
    one("tray", id, done.rows_affected())
}

/// See [`crate::store::Tx::count_tray`].
pub async fn count_tray(conn: &mut Conn) -> Result<i64, StoreError> {
    let (count,): (i64,) = sqlx::query_as(COUNT).fetch_one(conn).await?;
    Ok(count)
}
