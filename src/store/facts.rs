//! Queries over the evidence. Facts are only ever added; number and link come once, from the sealer.

use super::Conn;
use crate::domain::ids::{DeliveryId, FactId, LetterId};
use crate::store::StoreError;
use crate::store::convert::list;
use crate::store::error::all;
use crate::store::files::hex;
use crate::store::records::StoredFact;
use uuid::Uuid;

macro_rules! columns {
    () => {
        concat!(
            "seq, body, hash, link, ",
            row_id!("id"),
            ", event, ",
            row_id!("letter_id"),
            ", ",
            row_id!("delivery_id"),
            ", recorded_at"
        )
    };
}

crate::store::sql! {
    UNSEALED = concat!("SELECT ", columns!(), " FROM fact WHERE seq IS NULL ORDER BY recorded_at, id LIMIT $1");
    SEALABLE = concat!("SELECT id, hash FROM fact WHERE seq IS NULL AND ", has_id!(), " ORDER BY recorded_at, id LIMIT $1");
    UNSEALABLE = concat!("SELECT body, hash FROM fact WHERE seq IS NULL AND NOT ", has_id!(), " ORDER BY recorded_at, id LIMIT $1");
    LAST = "SELECT seq, link FROM fact WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1";
    // The plus keeps SQLite from walking all unsealed facts once for each that is sealed.
    SEAL = concat!("UPDATE fact SET seq = sealed.seq, link = sealed.link FROM (SELECT ", uuid!(0), " AS row_id, ", int!(1), " AS seq, ", bytes!(2), " AS link FROM ",
        rows!(), ") AS sealed WHERE fact.id = sealed.row_id AND +fact.seq IS NULL");
    AFTER = concat!("SELECT ", columns!(), " FROM fact WHERE seq > $1 ORDER BY seq LIMIT $2");
    OF_LETTER = concat!("SELECT ", columns!(), " FROM fact WHERE letter_id = $1 ORDER BY recorded_at, id");
    ABOUT = concat!("SELECT ", columns!(), " FROM fact WHERE delivery_id IN ", ids!(), " ORDER BY recorded_at, seq");
    COUNT_SEALED = "SELECT count(*) FROM fact WHERE seq IS NOT NULL";
    COUNT_OPEN = "SELECT count(*) FROM fact WHERE seq IS NULL";
    LATEST = concat!("SELECT ", columns!(), " FROM fact ORDER BY recorded_at DESC, id DESC LIMIT $1");
}

/// See [`crate::store::Tx::unsealed`].
pub async fn unsealed(conn: &mut Conn, limit: i64) -> Result<Vec<StoredFact>, StoreError> {
    Ok(sqlx::query_as(UNSEALED).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::sealable`].
pub async fn sealable(conn: &mut Conn, limit: i64) -> Result<Vec<(FactId, Vec<u8>)>, StoreError> {
    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(SEALABLE).bind(limit).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id, hash)| (FactId::new(id), hash)).collect())
}

/// See [`crate::store::Tx::unsealable`].
pub async fn unsealable(conn: &mut Conn, limit: i64) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as(UNSEALABLE).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::last_seal`].
pub async fn last_seal(conn: &mut Conn) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let row: Option<(i64, Vec<u8>)> = sqlx::query_as(LAST).fetch_optional(conn).await?;
    Ok(row)
}

/// See [`crate::store::Tx::seal`].
pub async fn seal(conn: &mut Conn, seals: &[(FactId, i64, Vec<u8>)]) -> Result<(), StoreError> {
    let rows: Vec<String> =
        seals.iter().map(|(id, seq, link)| format!("[\"{}\",{seq},\"{}\"]", id.uuid().simple(), hex(link))).collect();
    let done = sqlx::query(SEAL).bind(format!("[{}]", rows.join(","))).execute(conn).await?;
    all("fact", seals.len(), done.rows_affected())
}

/// See [`crate::store::Tx::sealed_after`].
pub async fn sealed_after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<StoredFact>, StoreError> {
    Ok(sqlx::query_as(AFTER).bind(seq).bind(limit).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::facts_of_letter`].
pub async fn facts_of_letter(conn: &mut Conn, letter: LetterId) -> Result<Vec<StoredFact>, StoreError> {
    Ok(sqlx::query_as(OF_LETTER).bind(letter.uuid()).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::facts_about`].
pub async fn facts_about(conn: &mut Conn, deliveries: &[DeliveryId]) -> Result<Vec<StoredFact>, StoreError> {
    Ok(sqlx::query_as(ABOUT).bind(list(deliveries.iter().map(|id| id.uuid()))).fetch_all(conn).await?)
}

/// See [`crate::store::Tx::count_facts`].
pub async fn count_facts(conn: &mut Conn) -> Result<(i64, i64), StoreError> {
    let (sealed,): (i64,) = sqlx::query_as(COUNT_SEALED).fetch_one(&mut *conn).await?;
    let (open,): (i64,) = sqlx::query_as(COUNT_OPEN).fetch_one(conn).await?;
    Ok((sealed, open))
}

/// See [`crate::store::Tx::latest_facts`].
pub async fn latest_facts(conn: &mut Conn, limit: i64) -> Result<Vec<StoredFact>, StoreError> {
    Ok(sqlx::query_as(LATEST).bind(limit).fetch_all(conn).await?)
}
