//! What lies where in the folder of an installation.

use super::Config;
use std::path::{Path, PathBuf};

/// Name of the configuration in an installation's folder.
pub const CONFIG_FILE: &str = "kurir.toml";
/// Name of the points of choice beside it.
pub const WORKFLOW_FILE: &str = "workflow.toml";

/// The folders and files of an installation, absolute or relative to the working directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The folder of everything.
    pub root: PathBuf,
    /// The SQLite file; `None` where the database is PostgreSQL.
    pub database: Option<PathBuf>,
    /// Letters, attachments, large mails.
    pub files: PathBuf,
    /// The print queue.
    pub spool: PathBuf,
    /// The Maildir that answers come to, where that is the source.
    pub maildir: PathBuf,
    /// Private keys: of the seal, of the stored personal parts. Nobody but the owner may read it.
    pub keys: PathBuf,
    /// Heads of the chain of facts, which the database is held against.
    pub chain: PathBuf,
    /// The certificate of the office CA, to be handed to everybody.
    pub ca: PathBuf,
}

impl Layout {
    /// The layout of a configuration that stands in `beside`.
    pub fn new(config: &Config, beside: &Path) -> Self {
        let root: PathBuf = beside.join(&config.store.dir).components().collect();
        Self {
            database: config.store.url.strip_prefix("sqlite:").map(|file| root.join(file)),
            files: root.join(&config.store.files),
            spool: root.join(&config.print.spool),
            maildir: root.join(&config.intake.maildir),
            keys: root.join("keys"),
            chain: root.join("chain"),
            ca: root.join("ca.pem"),
            root,
        }
    }
}
