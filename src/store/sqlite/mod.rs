//! `SQLite`: one writer, many readers, WAL, every commit on disk before it is told.

use super::error::StoreError;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

/// The connection that the shared query files speak to.
pub type Conn = sqlx::SqliteConnection;

/// Appended to a claim: here only one writer exists at a time, so nothing needs to be skipped.
macro_rules! skip_locked {
    () => {
        ""
    };
}

/// Appended to a question: here the one writer holds every row.
macro_rules! held {
    () => {
        ""
    };
}

/// The ids of a JSON list in the first parameter, see [`crate::store::convert::list`].
macro_rules! ids {
    () => {
        "(SELECT unhex(value) FROM json_each($1))"
    };
}

/// Rows out of a JSON list of lists in the first parameter; its columns by place follow.
macro_rules! rows {
    () => {
        "json_each($1)"
    };
}

macro_rules! uuid {
    ($place:literal) => {
        concat!("unhex(value ->> ", $place, ")")
    };
}

/// The bytes in the second parameter.
macro_rules! blob {
    () => {
        "$2"
    };
}

macro_rules! bytes {
    ($place:literal) => {
        concat!("unhex(value ->> ", $place, ")")
    };
}

macro_rules! int {
    ($place:literal) => {
        concat!("value ->> ", $place)
    };
}

macro_rules! text {
    ($place:literal) => {
        concat!("value ->> ", $place)
    };
}

macro_rules! bool {
    ($place:literal) => {
        concat!("value ->> ", $place)
    };
}

/// Bytes of a column as hexadecimal digits, whatever their length; nothing where there are none.
macro_rules! digits {
    ($column:literal) => {
        concat!("lower(hex(", $column, "))")
    };
}

/// An id of the fact table. Here a column holds bytes of any length: what is no id is read as the id of nothing.
macro_rules! row_id {
    ($column:literal) => {
        concat!("iif(", $column, " IS NULL OR length(", $column, ") = 16, ", $column, ", zeroblob(16)) AS ", $column)
    };
}

/// Whether the id of a fact is one.
macro_rules! has_id {
    () => {
        "length(id) = 16"
    };
}

#[path = "../acts.rs"]
pub mod acts;
#[path = "../channels.rs"]
pub mod channels;
#[path = "../deliveries.rs"]
pub mod deliveries;
#[path = "../directory.rs"]
pub mod directory;
#[path = "../facts.rs"]
pub mod facts;
#[path = "../first_days.rs"]
pub mod first_days;
#[path = "../inbound.rs"]
pub mod inbound;
pub mod leases;
#[path = "../letters.rs"]
pub mod letters;
#[path = "../links.rs"]
pub mod links;
#[path = "../many.rs"]
pub mod many;
#[path = "../posts.rs"]
pub mod posts;
#[path = "../queue.rs"]
pub mod queue;
#[path = "../rows.rs"]
pub mod rows;
#[path = "../tray.rs"]
pub mod tray;

/// The two pools of one database file.
#[derive(Debug, Clone)]
pub struct Pools {
    /// The one writer.
    pub write: sqlx::SqlitePool,
    /// The readers.
    pub read: sqlx::SqlitePool,
    /// The database file.
    pub file: std::path::PathBuf,
}

/// Opens (and makes, where missing) the database file.
pub async fn open(path: &Path) -> Result<Pools, StoreError> {
    // FULL, not NORMAL: with NORMAL a power cut may forget that something was sent, and it goes out twice.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10));
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .after_release(|conn, _| Box::pin(fit_for_the_next(conn)))
        .connect_with(options.clone())
        .await?;
    let read = SqlitePoolOptions::new()
        .max_connections(4)
        .after_release(|conn, _| Box::pin(fit_for_the_next(conn)))
        .connect_lazy_with(options.read_only(true));
    Ok(Pools { write, read, file: path.to_owned() })
}

/// Whether a connection can be used again. Where the disk is full `SQLite` rolls back by itself; the driver's own ROLLBACK then
/// finds no transaction, and it would take the connection for one in a transaction for ever: such a connection is closed, and
/// the next one that is wanted is a new one.
async fn fit_for_the_next(conn: &mut Conn) -> Result<bool, sqlx::Error> {
    // The driver works off its commands in order: after the answer a rollback that was begun has been tried.
    conn.ping().await?;
    Ok(!conn.is_in_transaction())
}
