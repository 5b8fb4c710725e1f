//! Settings of the door to the city's mail server, with their defaults.

use crate::domain::words::words;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

words! {
    /// How the connection is protected.
    Security {
        /// TLS from the first byte (RFC 8314 3.3, port 465).
        Implicit = "tls",
        /// STARTTLS, without which nothing is sent (RFC 3207, port 587).
        StartTls = "starttls",
        /// No protection: taken for the loopback only.
        None = "none",
    }
}

/// The city's own mail server and what it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpSettings {
    /// Name or address of the server.
    pub host: String,
    /// Port: 587 for `starttls`, 465 for `tls`.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Name that the server's certificate must bear, where it is not `host`.
    pub tls_name: Option<String>,
    /// PEM file with more trust anchors, beside those of the operating system.
    pub ca_file: Option<PathBuf>,
    /// Login; without it nobody logs in.
    pub username: Option<String>,
    /// File with the password in its first line.
    pub password_file: Option<PathBuf>,
    /// Name that we greet with; without it the name of this machine.
    pub hello: Option<String>,
    /// Connections at once.
    pub connections: usize,
    /// Mails at once to one domain.
    pub per_destination: usize,
    /// Mails a minute over this login; 0 is without limit. Hosted servers cut off who sends more than they allow.
    pub per_minute: u32,
    /// Mails over one connection before it is closed.
    pub messages_per_connection: u32,
    /// Seconds of rest after which a connection is asked whether it still lives before a mail is trusted to it.
    pub probe_seconds: u64,
    /// Seconds that an unused connection is kept.
    pub idle_seconds: u64,
    /// How long each answer may take, in seconds.
    pub timeouts: Timeouts,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 587,
            security: Security::StartTls,
            tls_name: None,
            ca_file: None,
            username: None,
            password_file: None,
            hello: None,
            connections: 8,
            per_destination: 8,
            per_minute: 0,
            messages_per_connection: 1000,
            probe_seconds: 5,
            idle_seconds: 30,
            timeouts: Timeouts::default(),
        }
    }
}

/// Seconds per phase. The defaults are those of RFC 5321 4.5.3.2, but for the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    /// Name lookup, TCP and TLS, each.
    pub connect: u64,
    /// The server's greeting.
    pub greeting: u64,
    /// Each answer to a command.
    pub command: u64,
    /// The answer to DATA.
    pub data: u64,
    /// Each block of the body.
    pub block: u64,
    /// The answer to the final dot.
    pub answer: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: 30, greeting: 300, command: 300, data: 120, block: 180, answer: 600 }
    }
}

/// Seconds as a duration.
pub(super) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
