//! Leases of an earlier run: with one process there is nobody left who could hold one.

use super::Conn;
use crate::store::StoreError;
use jiff::Timestamp;

const RELEASE_LEASES: &str = "UPDATE delivery SET next_at = $1, lease_until = NULL WHERE lease_until IS NOT NULL";

/// See [`crate::store::Store::release_leases`].
pub async fn release_all(conn: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(RELEASE_LEASES).bind(now.as_microsecond()).execute(conn).await?.rows_affected())
}
