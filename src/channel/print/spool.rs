//! The spool folder: one entry a job, there whole or not at all.
//!
//! An entry is written beside its place, every file and the folder are synced, then it is renamed: whoever looks sees no
//! half job, and a killed process leaves at most a hidden folder that the next start sweeps away.

use super::entry::{Part, SUMS, SpoolJob};
use crate::domain::abort;
use crate::domain::delivery::{Outcome, Reason, Receipt};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers the drafts of this process.
static DRAFTS: AtomicU64 = AtomicU64::new(0);
/// What is hidden from printers' scripts begins like this.
const HIDDEN: &str = ".kurir-";

/// A spool folder.
#[derive(Debug, Clone)]
pub struct Spool {
    dir: PathBuf,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// It cannot be made, read or written.
    #[error("the spool folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// A name that is no entry of ours.
    #[error("not the name of a spool entry")]
    BadEntry,
}

impl Spool {
    /// Opens the folder, makes it where it is missing, and sweeps away what a killed process left half done.
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self, SpoolError> {
        let spool = Self { dir: dir.into() };
        DirBuilder::new().recursive(true).mode(0o750).create(&spool.dir)?;
        for found in fs::read_dir(&spool.dir)? {
            let found = found?;
            if found.file_name().to_string_lossy().starts_with(HIDDEN) {
                fs::remove_dir_all(found.path())?;
            }
        }
        Ok(spool)
    }

    /// Puts a job into the folder. The same job again is delivered again and printed once; an entry of that name with
    /// other content is refused, for it may be on paper already. Blocks: call it from a blocking thread.
    pub fn put(&self, job: &SpoolJob<'_>) -> Outcome {
        let entry = job.ticket.entry();
        let parts = match job.parts() {
            Ok(parts) => parts,
            Err(fault) => return Outcome::Refused(Reason::new("ticket", &fault.to_string())),
        };
        if let Some(known) = self.compared(&entry, &parts) {
            return known;
        }
        match self.write(&entry, &parts) {
            Ok(()) => self.receipt(entry, "entry written"),
            Err(fault) => {
                // Another process may have been quicker; otherwise this is a fault of the disk and time may heal it.
                let known = if exists_already(&fault) { self.compared(&entry, &parts) } else { None };
                known.unwrap_or_else(|| Outcome::Deferred(told(&fault), None))
            }
        }
    }

    /// Takes an entry away (recalled, read elsewhere). False where there is none: the clerk has it already.
    pub fn withdraw(&self, entry: &str) -> Result<bool, SpoolError> {
        if !entry.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(SpoolError::BadEntry);
        }
        let gone = self.dir.join(format!("{HIDDEN}gone-{entry}"));
        match fs::rename(self.dir.join(entry), &gone) {
            Ok(()) => {}
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(false),
            Err(fault) => return Err(fault.into()),
        }
        sync(&self.dir)?;
        fs::remove_dir_all(&gone)?;
        Ok(true)
    }

    /// Names of the entries that wait, sorted.
    pub fn entries(&self) -> Result<Vec<String>, SpoolError> {
        let mut names = Vec::new();
        for found in fs::read_dir(&self.dir)? {
            let name = found?.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// What to say of an entry that is there: the same, or another. `None` where there is none.
    fn compared(&self, entry: &str, parts: &[Part<'_>]) -> Option<Outcome> {
        let wanted = parts.iter().find(|part| part.file == SUMS)?;
        match fs::read(self.dir.join(entry).join(SUMS)) {
            // A process may have died between the rename and its sync.
            Ok(found) if found == *wanted.bytes => Some(match sync(&self.dir) {
                Ok(()) => self.receipt(entry.to_owned(), "entry was there already"),
                Err(fault) => Outcome::Deferred(told(&fault), None),
            }),
            Ok(_) => Some(Outcome::Refused(Reason::new("conflict", "an entry of this name has other content"))),
            Err(_) => None,
        }
    }

    fn receipt(&self, entry: String, answer: &str) -> Outcome {
        Outcome::Delivered(Receipt {
            peer: self.dir.display().to_string(),
            answer: answer.to_owned(),
            remote_id: Some(entry),
            reports_delivery: false,
        })
    }

    fn write(&self, entry: &str, parts: &[Part<'_>]) -> io::Result<()> {
        // A lease that ran out can put two workers on one job: each has a draft of its own, one rename wins.
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let draft = self.dir.join(format!("{HIDDEN}{}-{number}-{entry}", std::process::id()));
        let written = write_draft(&draft, parts).and_then(|()| {
            abort::point("print.after_tmp");
            fs::rename(&draft, self.dir.join(entry))
        });
        if written.is_err() {
            // What takes up room on a full disk must go; if even that fails the next start sweeps it away.
            let _ = fs::remove_dir_all(&draft);
            return written;
        }
        abort::point("print.after_rename");
        sync(&self.dir)
    }
}

/// Writes every file of an entry and makes it last.
fn write_draft(draft: &Path, parts: &[Part<'_>]) -> io::Result<()> {
    DirBuilder::new().mode(0o750).create(draft)?;
    for part in parts {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o640).open(draft.join(&part.file))?;
        file.write_all(&part.bytes)?;
        file.sync_all()?;
    }
    sync(draft)
}

/// Makes the names in a folder last.
fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn exists_already(fault: &io::Error) -> bool {
    matches!(fault.kind(), ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty)
}

fn told(fault: &io::Error) -> Reason {
    let code = if matches!(fault.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) { "disk_full" } else { "spool" };
    Reason::new(code, &fault.to_string())
}

#[cfg(test)]
#[path = "spool_tests.rs"]
mod tests;
