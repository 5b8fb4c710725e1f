//! What can go wrong in the ledger.

/// Why the ledger did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or does not answer in time: try again later.
    #[error("the database does not answer: {0}")]
    Unreachable(#[source] sqlx::Error),
    /// No space, no permission, read-only file system: nothing was written.
    #[error("the database cannot write: {0}")]
    Full(#[source] sqlx::Error),
    /// A unique key was there before: the caller lost a race.
    #[error("already there: {0}")]
    Conflict(#[source] sqlx::Error),
    /// An UPDATE that must change exactly one row changed none: somebody else was quicker.
    #[error("{table} {row} changed in the meantime")]
    Stale {
        /// The table.
        table: &'static str,
        /// The row.
        row: String,
    },
    /// A row that does not fit the words of today.
    #[error("{table}.{column} of {row} does not fit: {reason}")]
    Misfit {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        row: String,
        /// Why.
        reason: String,
    },
    /// The database is set up so that an accepted letter could be lost.
    #[error("{0}")]
    Unsafe(String),
    /// The URL names no database that kurir knows.
    #[error("{0:?} is no database: write sqlite:PATH or postgres://...")]
    BadUrl(String),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The file store.
    #[error("file {key}: {source}")]
    File {
        /// Hash of the file.
        key: String,
        /// Cause.
        #[source]
        source: object_store::Error,
    },
    /// What is stored encrypted.
    #[error(transparent)]
    Vault(super::vault::VaultError),
    /// Anything else the database says: a bug of ours or of the machine.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// Work that was cut off and can be done again: a thread that ended with the process.
    pub const fn cut_off() -> Self {
        Self::Unreachable(sqlx::Error::WorkerCrashed)
    }

    /// True where a file is gone or its bytes are others: trying again does not bring it back.
    pub fn is_lost_file(&self) -> bool {
        let Self::File { source, .. } = self else { return false };
        let changed = |error: &(dyn std::error::Error + 'static)| {
            error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData)
        };
        match source {
            object_store::Error::NotFound { .. } => true,
            object_store::Error::Generic { source, .. } => changed(source.as_ref()),
            _ => false,
        }
    }

    /// True where the disk has no room, under the database or under the files.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full(_) => true,
            Self::File { source, .. } => no_room(source),
            _ => false,
        }
    }

    /// True where a row is there and cannot be read: a word that is none, an id of another length.
    pub const fn is_unreadable(&self) -> bool {
        matches!(self, Self::Misfit { .. } | Self::Database(sqlx::Error::ColumnDecode { .. }))
    }

    /// True where trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_)) || self.is_full()
    }
}

/// Whether anything in a chain of causes says that a disk or a quota is used up.
fn no_room(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        cause = error.source();
    }
    false
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            // What a pooler or a half-closed connection says in the middle of an answer is no sentence of the protocol.
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_) => Self::Unreachable(error),
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Conflict(error),
            sqlx::Error::Database(cause) => match cause.code().as_deref() {
                Some(code) if is_full(code) => Self::Full(error),
                Some(code) if passes(code) => Self::Unreachable(error),
                _ => Self::Database(error),
            },
            _ => Self::Database(error),
        }
    }
}

/// SQLite: 13 full, 10 and its kin are I/O, 14 cannot open, 8 read-only. PostgreSQL: 53100 disk full, 58030 I/O.
fn is_full(code: &str) -> bool {
    matches!(code, "13" | "53100" | "58030" | "8" | "14" | "778" | "1034" | "4874")
}

/// What ends by itself: a server that stops, starts, is replaced by another one or lacks resources, and whatever is cut off so
/// that others can go on. SQLite: 5 busy, 261 recovering, 517 busy snapshot. PostgreSQL (its codes have five characters): the
/// classes 08 connection, 40 rollback, 53 resources and 57 intervention; 55P03 lock timeout; 25006 read-only, which is what the
/// old server of a failover says; 25P03 and 25P04 a transaction that took too long.
fn passes(code: &str) -> bool {
    let class = code.get(..2).filter(|_| code.len() == 5);
    matches!(code, "5" | "261" | "517" | "55P03" | "25006" | "25P03" | "25P04")
        || matches!(class, Some("08" | "40" | "53" | "57"))
}

/// Turns the failure of reading a stored word into a [`StoreError::Misfit`].
pub(crate) fn fit<T, E: std::fmt::Display>(
    table: &'static str,
    column: &'static str,
    row: &impl ToString,
    parsed: Result<T, E>,
) -> Result<T, StoreError> {
    parsed.map_err(|error| StoreError::Misfit { table, column, row: row.to_string(), reason: error.to_string() })
}

/// Demands that exactly one row changed.
pub(crate) fn one(table: &'static str, row: impl std::fmt::Display, changed: u64) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale { table, row: row.to_string() }) }
}

/// Demands that as many rows changed as were given.
pub(crate) fn all(table: &'static str, wanted: usize, changed: u64) -> Result<(), StoreError> {
    if u64::try_from(wanted).is_ok_and(|wanted| wanted == changed) {
        return Ok(());
    }
    Err(StoreError::Stale { table, row: format!("{changed} of {wanted}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_by_itself_is_told_from_what_does_not() {
        let passing = [
            "5", "517", "08000", "08001", "08004", "08006", "08P01", "40001", "40P01", "53000", "53200", "53300", "57014",
            "57P01", "57P03", "57P05", "55P03", "25006", "25P03",
        ];
        for code in passing {
            assert!(passes(code) && !is_full(code), "{code}");
        }
        // A broken rule, a syntax error, a table that is not there, no permission; and codes of SQLite that begin alike.
        for code in ["23502", "42601", "42P01", "42501", "25001", "25P02", "P0001", "1", "19", "1811", "2570", "5386"] {
            assert!(!passes(code) && !is_full(code), "{code}");
        }
        assert!(["13", "53100", "58030"].into_iter().all(is_full));
    }
}
