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
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_) => Self::Unreachable(error),
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Conflict(error),
            sqlx::Error::Database(cause) => match cause.code().as_deref() {
                // SQLite: 13 full, 10 and its kin are I/O, 14 cannot open, 8 read-only. PostgreSQL: 53100 disk full, 58030 I/O.
                Some("13" | "53100" | "58030" | "8" | "14" | "778" | "1034" | "4874") => Self::Full(error),
                // SQLite: 5 busy, 517 busy snapshot. PostgreSQL: class 08 connection, 57P0x shutdown, 40001 serialisation.
                Some("5" | "261" | "517" | "57P01" | "57P02" | "57P03" | "40001" | "40P01" | "08006" | "08003" | "53300") => {
                    Self::Unreachable(error)
                }
                _ => Self::Database(error),
            },
            _ => Self::Database(error),
        }
    }
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
