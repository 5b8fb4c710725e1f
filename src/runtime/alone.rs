//! One process at a time over one SQLite file: a lock on a file in the folder of the installation.
//!
//! The kernel releases the lock when the process ends, however it ends; the file itself says nothing. Commands that only
//! write to the record may run beside the daemon: the database keeps them apart.

use super::config::Installation;
use anyhow::{Context as _, Result};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::path::Path;

/// Name of the lock file.
pub const LOCK_FILE: &str = "kurir.lock";

/// The right to be the only daemon or practice room over a folder.
#[derive(Debug)]
pub struct Alone {
    /// Held open: the lock lives as long as this.
    _file: Option<File>,
}

/// Takes the lock; `None` where another process has it. Replicas over `PostgreSQL` need none.
pub fn claim(installation: &Installation) -> Result<Option<Alone>> {
    if installation.layout.database.is_none() {
        return Ok(Some(Alone { _file: None }));
    }
    claim_folder(&installation.layout.root)
}

/// Takes the lock of a folder; `None` where another process has it.
pub fn claim_folder(root: &Path) -> Result<Option<Alone>> {
    std::fs::create_dir_all(root).with_context(|| format!("the folder {}", root.display()))?;
    let path = root.join(LOCK_FILE);
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = opened.with_context(|| format!("the lock file {}", path.display()))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(Alone { _file: Some(file) })),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("the lock file {}", path.display())),
    }
}
