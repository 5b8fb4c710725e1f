//! The IMAP mailbox: settings, errors, and how a session comes about.
//!
//! Names, a password and a TLS configuration enter; a logged-in session with a selected mailbox leaves. What is done in it
//! stands in [`super::imap_inbox`]. Every step has a timeout, and a session in which one fired is dropped.

use super::expired::expired_on;
use async_imap::{Client, Session};
use jiff::civil::Date;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImapSecurity {
    /// TLS from the first byte (port 993).
    #[default]
    #[serde(rename = "tls")]
    Implicit,
    /// STARTTLS (port 143), never without it.
    Starttls,
    /// No TLS. Only to this machine itself.
    None,
}

/// The mailbox that answers come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImapSettings {
    /// Name of the server, as its certificate says.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: ImapSecurity,
    /// Login.
    pub username: String,
    /// Mailbox that new mail comes to.
    pub mailbox: String,
    /// Mailbox that read mail is moved to; made where it is missing.
    pub processed: String,
    /// Mailbox that unreadable mail is moved to; made where it is missing.
    pub failed: String,
    /// Seconds that one step may take.
    pub timeout_seconds: u64,
    /// Seconds after which waiting for news is begun anew: routers forget silent connections.
    pub idle_seconds: u64,
    /// Mails taken at once.
    pub window_mails: usize,
    /// Bytes taken at once; one larger mail is taken alone.
    pub window_bytes: u64,
}

impl Default for ImapSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 993,
            security: ImapSecurity::Implicit,
            username: String::new(),
            mailbox: "INBOX".into(),
            processed: "Kurir-Selesai".into(),
            failed: "Kurir-Gagal".into(),
            timeout_seconds: 30,
            idle_seconds: 300,
            window_mails: 50,
            window_bytes: 32 * 1024 * 1024,
        }
    }
}

impl ImapSettings {
    /// How long one step may take.
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// Names of mailboxes are sent as they stand, so only plain ASCII is taken (RFC 3501 5.1.3 wants all else encoded).
    fn check(&self) -> Result<(), ImapError> {
        let plain = |name: &str| !name.is_empty() && name.bytes().all(|b| (0x20..0x7f).contains(&b) && !b"&*%\"\\".contains(&b));
        match [&self.mailbox, &self.processed, &self.failed].into_iter().find(|name| !plain(name)) {
            Some(name) => Err(ImapError::MailboxName { mailbox: name.clone() }),
            None => Ok(()),
        }
    }
}

/// What goes wrong at the mailbox; each is remedied by somebody else.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// Nobody answers.
    #[error("the mail server cannot be reached: {0}")]
    Connect(#[source] std::io::Error),
    /// The connection cannot be protected.
    #[error("no protected connection to the mail server: {0}")]
    Tls(String),
    /// The server's certificate is over its time.
    #[error("the certificate of {host} expired on {on}")]
    Expired {
        /// The server.
        host: String,
        /// The last day of its certificate.
        on: Date,
    },
    /// The login is not taken.
    #[error("the mail server does not take the login")]
    Auth,
    /// There is no such mailbox.
    #[error("there is no mailbox {mailbox:?}")]
    MailboxMissing {
        /// Its name.
        mailbox: String,
    },
    /// The name of a mailbox in the settings is not plain ASCII.
    #[error("the name of mailbox {mailbox:?} must be plain ASCII without & * % and quotes")]
    MailboxName {
        /// Its name.
        mailbox: String,
    },
    /// A step took too long; the session is lost.
    #[error("no answer within the time limit: {step}")]
    Timeout {
        /// What was waited for.
        step: &'static str,
    },
    /// The server closed the connection.
    #[error("the mail server closed the connection: {step}")]
    Lost {
        /// What was going on.
        step: &'static str,
    },
    /// The server refused something or answered what nobody understands.
    #[error("the mail server refused or answered in an unknown way: {step}: {detail}")]
    Protocol {
        /// What was asked.
        step: &'static str,
        /// What it said; never a part of a mail.
        detail: String,
    },
}

impl ImapError {
    /// Whether trying again without a person's help can be of use.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Timeout { .. } | Self::Lost { .. } | Self::Protocol { .. })
    }

    /// Stable code of what failed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::Expired { .. } => "tls_expired",
            Self::Auth => "auth",
            Self::MailboxMissing { .. } | Self::MailboxName { .. } => "mailbox",
            Self::Timeout { .. } => "timeout",
            Self::Lost { .. } => "lost",
            Self::Protocol { .. } => "protocol",
        }
    }

    pub(super) fn from_imap(step: &'static str, error: async_imap::error::Error) -> Self {
        use async_imap::error::Error;
        match error {
            Error::Io(_) | Error::ConnectionLost => Self::Lost { step },
            Error::No(detail) | Error::Bad(detail) => Self::Protocol { step, detail },
            // A parse error may quote what could not be parsed, and that may be mail.
            Error::Parse(_) => Self::Protocol { step, detail: "unreadable answer".into() },
            other => Self::Protocol { step, detail: other.to_string() },
        }
    }
}

/// Any connection that IMAP is spoken over.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + Debug> Wire for T {}

pub(super) type ImapSession = Session<Box<dyn Wire>>;

/// Runs one step with its time limit.
pub(super) async fn within<T, E>(
    limit: Duration,
    step: &'static str,
    work: impl Future<Output = Result<T, E>>,
    fault: impl FnOnce(&'static str, E) -> ImapError,
) -> Result<T, ImapError> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(fault(step, error)),
        Err(_) => Err(ImapError::Timeout { step }),
    }
}

/// Connects, protects the connection and logs in.
pub(super) async fn log_in(
    settings: &ImapSettings,
    password: &SecretString,
    tls: Arc<ClientConfig>,
) -> Result<ImapSession, ImapError> {
    settings.check()?;
    let limit = settings.timeout();
    let tcp = TcpStream::connect((settings.host.as_str(), settings.port));
    let tcp = within(limit, "connect", tcp, |_, error| ImapError::Connect(error)).await?;
    tcp.set_nodelay(true).map_err(ImapError::Connect)?;
    let client = match settings.security {
        ImapSecurity::Implicit => greeted(limit, protect(settings, tls, tcp).await?).await?,
        ImapSecurity::Starttls => {
            let mut plain = greeted(limit, Box::new(tcp)).await?;
            let command = plain.run_command_and_check_ok("STARTTLS", None);
            within(limit, "starttls", command, |_, _| ImapError::Tls("the server does not offer STARTTLS".into())).await?;
            // What the server sent after its answer and before TLS is dropped with the old client: nobody injects a greeting.
            Client::new(protect(settings, tls, plain.into_inner()).await?)
        }
        ImapSecurity::None => {
            if !tcp.peer_addr().map_err(ImapError::Connect)?.ip().is_loopback() {
                return Err(ImapError::Tls("without TLS only this machine itself is spoken to".into()));
            }
            greeted(limit, Box::new(tcp)).await?
        }
    };
    let login = client.login(&settings.username, password.expose_secret());
    within(limit, "login", login, |step, (error, _)| match error {
        async_imap::error::Error::No(_) | async_imap::error::Error::Bad(_) | async_imap::error::Error::Validate(_) => {
            ImapError::Auth
        }
        other => ImapError::from_imap(step, other),
    })
    .await
}

async fn protect<T: Wire + 'static>(
    settings: &ImapSettings,
    tls: Arc<ClientConfig>,
    wire: T,
) -> Result<Box<dyn Wire>, ImapError> {
    let name = ServerName::try_from(settings.host.clone()).map_err(|error| ImapError::Tls(error.to_string()))?;
    let shake = TlsConnector::from(tls).connect(name, wire);
    let failed = |_, error: std::io::Error| match expired_on(&error) {
        Some(on) => ImapError::Expired { host: settings.host.clone(), on },
        None => ImapError::Tls(error.to_string()),
    };
    let stream = within(settings.timeout(), "tls", shake, failed).await?;
    Ok(Box::new(stream))
}

async fn greeted(limit: Duration, wire: Box<dyn Wire>) -> Result<Client<Box<dyn Wire>>, ImapError> {
    let mut client = Client::new(wire);
    let greeting = within(limit, "greeting", client.read_response(), |step, _| ImapError::Lost { step }).await?;
    if greeting.is_none() {
        return Err(ImapError::Lost { step: "greeting" });
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_need_encoding_are_refused() {
        assert!(ImapSettings::default().check().is_ok());
        for name in ["", "Sélesai", "a\r\nb", "a&b", "a\"b"] {
            let settings = ImapSettings { processed: name.into(), ..ImapSettings::default() };
            assert!(matches!(settings.check(), Err(ImapError::MailboxName { .. })), "{name:?}");
        }
    }

    #[test]
    fn settings_have_defaults_and_refuse_unknown_keys() {
        let read: ImapSettings = toml::from_str("host = \"mail.city.example\"\nsecurity = \"starttls\"\nport = 143").unwrap();
        assert_eq!((read.security, read.idle_seconds), (ImapSecurity::Starttls, 300));
        assert!(toml::from_str::<ImapSettings>("passwort = \"x\"").is_err());
    }
}
