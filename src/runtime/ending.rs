//! The last words of a command that could not be done: whatever reached `main`, as thing, reason and remedy in the reader's
//! language, with the technical cause in brackets for whoever mends it, and the exit code that goes with it.
//!
//! Errors are told apart by their types; one that nobody foresaw gets a frame that says where to look.

use super::Ended;
use super::config::{ConfigError, SecretError};
use super::words::{config_faults, grouped, io_reason};
use crate::channel::email::seal::SealError;
use crate::channel::print::SpoolError;
use crate::store::StoreError;
use crate::store::vault::VaultError;
use std::error::Error;
use std::path::{Path, PathBuf};

/// Words that are complete already: thing, reason and remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Said(pub String);

/// A file or folder that could not be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", path.display())]
pub struct AtPath {
    /// Which.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub source: std::io::Error,
}

impl AtPath {
    /// For `map_err`.
    pub fn of(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self { path: path.to_owned(), source }
    }
}

/// What a person is told of an error, and how the command ended.
pub fn told(error: &anyhow::Error) -> (String, Ended) {
    let cause = format!("{error:#}");
    let known = error.chain().find_map(|one| known(one, &cause));
    known.unwrap_or_else(|| (grouped("ending", "other", &[("cause", &cause)]), Ended::Unreachable))
}

fn known(error: &(dyn Error + 'static), cause: &str) -> Option<(String, Ended)> {
    if let Some(Said(words)) = error.downcast_ref() {
        return Some((words.clone(), Ended::Unreachable));
    }
    if let Some(faults) = error.downcast_ref::<ConfigError>() {
        return Some((config_faults(faults), Ended::Usage));
    }
    if let Some(secret) = error.downcast_ref::<SecretError>() {
        return Some((secret_words(secret), Ended::Usage));
    }
    if let Some(at) = error.downcast_ref::<AtPath>() {
        return Some(at_path(at));
    }
    let place = if let Some(store) = error.downcast_ref::<StoreError>() {
        store.trouble().as_str()
    } else if let Some(vault) = error.downcast_ref::<VaultError>() {
        vault.trouble().as_str()
    } else if let Some(seal) = error.downcast_ref::<SealError>() {
        seal_place(seal)
    } else if error.downcast_ref::<SpoolError>().is_some() {
        "spool"
    } else {
        match error.downcast_ref::<std::io::Error>()?.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "disk_full",
            std::io::ErrorKind::ReadOnlyFilesystem => "read_only",
            _ => return None,
        }
    };
    Some((grouped("ending", place, &[("cause", cause)]), Ended::Unreachable))
}

fn secret_words(error: &SecretError) -> String {
    match error {
        SecretError::Unreadable { file, source } => {
            let (file, reason) = (file.display().to_string(), io_reason(source));
            grouped("ending", "secret_unreadable", &[("file", &file), ("reason", &reason)])
        }
        SecretError::Empty { file } => grouped("ending", "secret_empty", &[("file", &file.display().to_string())]),
    }
}

fn at_path(at: &AtPath) -> (String, Ended) {
    let (file, reason) = (at.path.display().to_string(), io_reason(&at.source));
    let full = matches!(at.source.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
    let ended = if full { Ended::Unreachable } else { Ended::Usage };
    (grouped("ending", if full { "path_full" } else { "path" }, &[("file", &file), ("reason", &reason)]), ended)
}

const fn seal_place(error: &SealError) -> &'static str {
    match error {
        SealError::Missing { .. } => "seal_missing",
        SealError::Unreadable { .. } | SealError::KeyDoesNotFit { .. } => "seal_damaged",
        SealError::Unwritable { .. } => "seal_unwritable",
        SealError::NotYetValid { .. } | SealError::Expired { .. } => "seal_expired",
        SealError::OtherAddress { .. } | SealError::OtherCa { .. } => "seal_other",
        SealError::NotForMail { .. } | SealError::OtherKey { .. } => "seal_unfit",
        SealError::Signing(_) => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Trouble;
    use anyhow::Context as _;
    use std::io::{self, ErrorKind};

    fn told_of(error: impl Error + Send + Sync + 'static) -> (String, Ended) {
        told(&Err::<(), _>(error).context("the outer reason").unwrap_err())
    }

    /// Thing, reason and remedy, whatever it was; and no place of a sentence is left open.
    fn is_whole(words: &str) {
        assert!(words.contains("Perbaikan: ") && words.ends_with('.') && !words.contains('{'), "{words}");
    }

    #[test]
    fn every_trouble_of_the_ledger_has_its_sentence() {
        for trouble in Trouble::ALL {
            let words = grouped("ending", trouble.as_str(), &[("cause", "x")]);
            assert_ne!(words, trouble.as_str());
            is_whole(&words);
        }
    }

    #[test]
    fn errors_are_told_by_their_type() {
        let cases = [
            (told_of(StoreError::BadUrl("mysql:x".into())), "store.url", Ended::Unreachable),
            (told_of(StoreError::Unsafe("fsync is off".into())), "(the outer reason: fsync is off)", Ended::Unreachable),
            (told_of(VaultError::BadKey("vault.key".into())), "vault.key", Ended::Unreachable),
            (told_of(SealError::Missing { file: "seal.pem".into() }), "seal.pem", Ended::Unreachable),
            (told_of(SecretError::Empty { file: "sandi".into() }), "Berkas rahasia sandi kosong", Ended::Usage),
            (told_of(io::Error::from(ErrorKind::StorageFull)), "Ruang penyimpanan habis", Ended::Unreachable),
            (
                told_of(AtPath { path: "a.eml".into(), source: ErrorKind::NotFound.into() }),
                "a.eml tidak dapat dipakai: tidak ditemukan",
                Ended::Usage,
            ),
            (
                told_of(AtPath { path: "a.eml".into(), source: ErrorKind::StorageFull.into() }),
                "ruang penyimpanan habis",
                Ended::Unreachable,
            ),
            (told_of(io::Error::other("strange")), "(the outer reason: strange)", Ended::Unreachable),
        ];
        for ((words, ended), part, wanted) in cases {
            assert!(words.contains(part), "{part}: {words}");
            assert_eq!(ended, wanted, "{words}");
            is_whole(&words);
        }
    }
}
