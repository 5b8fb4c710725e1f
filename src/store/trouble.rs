//! What is wrong with the ledger, as far as a person can do something about it.

use super::StoreError;
use super::vault::VaultError;
use crate::domain::words::words;
use sqlx::migrate::MigrateError;

words! {
    /// A trouble with its own remedy.
    Trouble {
        /// No room under the database or the files.
        DiskFull = "disk_full",
        /// The database or its disk takes no writing.
        ReadOnly = "read_only",
        /// The database file cannot be opened: rights, or a folder that is gone.
        CannotOpen = "cannot_open",
        /// The database does not answer.
        Away = "database_away",
        /// The user or the password is not the database's.
        Login = "database_login",
        /// The database file is no database, or its content does not fit.
        Damaged = "database_damaged",
        /// The schema is another version's.
        Schema = "database_schema",
        /// The URL names no database that kurir knows.
        Url = "database_url",
        /// The database is set up so that an accepted letter could be lost.
        Unsafe = "database_unsafe",
        /// A stored file is gone or changed.
        FileLost = "file_lost",
        /// What is sealed does not open.
        Vault = "vault",
        /// Anything else.
        Other = "database_other",
    }
}

impl StoreError {
    /// The trouble behind the error.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Unreachable(cause) => match said(cause) {
                Trouble::ReadOnly => Trouble::ReadOnly,
                _ => Trouble::Away,
            },
            Self::Full(cause)
            | Self::Conflict(cause)
            | Self::Database(cause)
            | Self::Migration(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) => said(cause),
            Self::Migration(_) => Trouble::Schema,
            Self::Misfit { .. } => Trouble::Damaged,
            Self::Unsafe(_) => Trouble::Unsafe,
            Self::BadUrl(_) => Trouble::Url,
            Self::File { .. } if self.is_full() => Trouble::DiskFull,
            Self::File { .. } => Trouble::FileLost,
            Self::Vault(error) => error.trouble(),
            Self::Stale { .. } => Trouble::Other,
        }
    }
}

impl VaultError {
    /// The trouble behind the error.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::KeyFile { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => Trouble::DiskFull,
            Self::KeyFile { .. } | Self::BadKey(_) | Self::Changed(_) => Trouble::Vault,
        }
    }
}

/// What the database's own code says. SQLite's extended codes carry the plain one in their last byte.
fn said(cause: &sqlx::Error) -> Trouble {
    let sqlx::Error::Database(told) = cause else { return Trouble::Other };
    let code = told.code().unwrap_or_default();
    let plain = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
    match (plain, code.as_ref()) {
        (Some(10 | 13), _) | (_, "53100" | "58030") => Trouble::DiskFull,
        (Some(8), _) | (_, "25006") => Trouble::ReadOnly,
        (Some(14), _) => Trouble::CannotOpen,
        (Some(5), _) => Trouble::Away,
        (Some(11 | 26), _) | (_, "XX001" | "XX002") => Trouble::Damaged,
        (_, "28P01" | "28000" | "3D000" | "42501") => Trouble::Login,
        _ => Trouble::Other,
    }
}
