//! Settings of the doors: mail out, mail in, Telegram.
//!
//! Each room that has settings of its own brings the type; as long as it does not, the type stands here under the same name
//! with the same keys, so that `config/kurir.toml` need not change when it comes.

use crate::domain::words::words;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use url::Url;

words! {
    /// How a connection is protected.
    Security {
        /// TLS from the first byte.
        Implicit = "tls",
        /// STARTTLS, without which nothing goes on.
        StartTls = "starttls",
        /// No protection: on the loopback only.
        None = "none",
    }

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

/// The mail server that takes letters from us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// Name on its certificate, where it is not the host.
    pub tls_name: Option<String>,
    /// More trust anchors.
    pub ca_file: Option<PathBuf>,
    /// Login.
    pub username: Option<String>,
    /// Password.
    pub password_file: Option<PathBuf>,
    /// Name that we greet with.
    pub hello: Option<String>,
    /// Connections at once.
    pub connections: usize,
    /// Mails at once to one domain.
    pub per_destination: usize,
    /// Mails over one connection.
    pub messages_per_connection: u32,
    /// Seconds that an unused connection is kept.
    pub idle_seconds: u64,
    /// Seconds per phase.
    pub timeouts: Timeouts,
}

/// Seconds per phase of the SMTP dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timeouts {
    /// Name lookup, TCP and TLS, each.
    pub connect: u64,
    /// Greeting.
    pub greeting: u64,
    /// Each command.
    pub command: u64,
    /// DATA.
    pub data: u64,
    /// Each block of the body.
    pub block: u64,
    /// The final dot.
    pub answer: u64,
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

/// The mailbox that answers come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImapSettings {
    /// Server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// Login.
    pub username: String,
    /// Mailbox of new mail.
    pub mailbox: String,
    /// Mailbox of stored mail.
    pub processed: String,
    /// Mailbox of mail that could not be read.
    pub failed: String,
    /// Seconds that one step may take.
    pub timeout_seconds: u64,
    /// Seconds after which waiting is begun anew.
    pub idle_seconds: u64,
    /// Mails taken at once.
    pub window_mails: usize,
    /// Bytes taken at once.
    pub window_bytes: u64,
}

/// The names under which the city's own mail servers write their results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BorderSettings {
    /// Server that takes mail from outside; empty for none.
    pub mx_authserv_id: String,
    /// Submission server.
    pub submission_authserv_id: Option<String>,
}

/// Whether and how Telegram is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramDoor {
    /// Whether it is used.
    pub enabled: bool,
    /// Token of the bot.
    pub token_file: Option<PathBuf>,
    /// The door's own settings.
    pub api: TelegramSettings,
}

/// Settings of the Telegram door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramSettings {
    /// Where the Bot API answers.
    pub api_url: Url,
    /// Proxy.
    pub proxy: Option<Url>,
    /// Seconds for a connection.
    pub connect_timeout_seconds: u64,
    /// Seconds for a call.
    pub request_timeout_seconds: u64,
    /// Seconds of a poll.
    pub poll_seconds: u32,
    /// Seconds after "too many requests" without a time.
    pub fallback_retry_seconds: u32,
    /// Whether messages are protected.
    pub protect_content: bool,
    /// How fast messages leave.
    pub pace: Pace,
}

/// How fast Telegram messages leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// A second, to all chats.
    pub overall: u32,
    /// Into one chat in the window.
    pub per_chat: u32,
    /// The window, in milliseconds.
    pub chat_window_ms: u32,
}
