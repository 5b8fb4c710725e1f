//! Settings of the doors: each room's own settings, nested, and beside them where their secrets are.

use crate::domain::words::words;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

pub use crate::channel::email::imap::{ImapSecurity, ImapSettings};
pub use crate::channel::email::origin::BorderSettings;
pub use crate::channel::email::settings::{Security, SmtpSettings, Timeouts};
pub use crate::channel::telegram::{Pace, TelegramSettings};

words! {
    /// Where answers come from.
    IntakeSource {
        /// An IMAP mailbox.
        Imap = "imap",
        /// A Maildir on this machine.
        Maildir = "maildir",
        /// Only `kurir ingest`.
        Pipe = "pipe",
    }
}

/// Where answers come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeSettings {
    /// Which of the sources.
    pub from: IntakeSource,
    /// Password of the IMAP login.
    pub password_file: Option<PathBuf>,
    /// More trust anchors for the IMAP server.
    pub ca_file: Option<PathBuf>,
    /// Folder of the Maildir.
    pub maildir: PathBuf,
    /// The mailbox.
    pub imap: ImapSettings,
    /// Names of the city's own servers.
    pub border: BorderSettings,
}

/// Whether and how Telegram is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramDoor {
    /// Whether it is used.
    pub enabled: bool,
    /// Token of the bot.
    pub token_file: Option<PathBuf>,
    /// User name of the bot, which mails tell whoever links his phone.
    pub bot: Option<String>,
    /// The door's own settings.
    pub api: TelegramSettings,
}
