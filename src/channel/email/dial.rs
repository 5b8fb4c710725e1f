//! Reaching the city's mail server: name, TCP, TLS. Settings and a password enter, a protected transport leaves.

use super::expired::expired_on;
use super::fault::Fault;
use super::settings::{Security, SmtpSettings, seconds};
use super::wire::Transport;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::either::Either;

/// Why the door cannot be built from its settings.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// `security = "none"` for a server elsewhere: letters and the password would travel in the clear.
    #[error("security \"none\" is for the loopback only, not for {host}")]
    PlainElsewhere {
        /// The server.
        host: String,
    },
    /// The host, or the name of its certificate, is no name.
    #[error("{name:?} is not the name of a server")]
    BadName {
        /// What was given.
        name: String,
    },
    /// The name to greet with is no name.
    #[error("{name:?} is not a name to greet with")]
    BadHello {
        /// What was given.
        name: String,
    },
    /// A login without a password, or a password without a login.
    #[error("a login needs a password, and a password a login")]
    HalfALogin,
    /// The file with trust anchors is missing, unreadable or empty.
    #[error("{file} holds no trust anchors: {why}")]
    TrustAnchors {
        /// Which.
        file: PathBuf,
        /// What the reader said.
        why: String,
    },
    /// Neither the operating system nor a file gives any trust anchor, so that no server could be believed.
    #[error("there are no trust anchors")]
    NoTrustAnchors,
    /// The TLS library refused.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// All that is needed to open a connection.
pub(super) struct Dial {
    pub(super) settings: SmtpSettings,
    pub(super) password: Option<SecretString>,
    connector: Option<(TlsConnector, ServerName<'static>)>,
}

impl Dial {
    pub(super) fn new(settings: SmtpSettings, password: Option<SecretString>) -> Result<Self, DoorError> {
        if settings.username.is_some() != password.is_some() {
            return Err(DoorError::HalfALogin);
        }
        let is_name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !is_name(&settings.host) {
            return Err(DoorError::BadName { name: settings.host });
        }
        if let Some(name) = settings.hello.as_ref().filter(|name| !is_name(name)) {
            return Err(DoorError::BadHello { name: name.clone() });
        }
        let connector = if settings.security == Security::None {
            if !is_loopback(&settings.host) {
                return Err(DoorError::PlainElsewhere { host: settings.host });
            }
            None
        } else {
            let name = settings.tls_name.clone().unwrap_or_else(|| settings.host.clone());
            let name = ServerName::try_from(name.clone()).map_err(|_| DoorError::BadName { name })?;
            Some((connector(settings.ca_file.as_deref())?, name))
        };
        Ok(Self { settings, password, connector })
    }

    /// Host and port, as the record names the peer.
    pub(super) fn peer(&self) -> String {
        format!("{}:{}", self.settings.host, self.settings.port)
    }

    /// A TCP connection without Nagle's delay: body and final dot are two writes, and each mail would wait 40 ms between.
    pub(super) async fn tcp(&self) -> Result<TcpStream, Fault> {
        let limit = seconds(self.settings.timeouts.connect);
        let late = |what: &str| format!("{what} took more than {} s", limit.as_secs());
        let host = (self.settings.host.as_str(), self.settings.port);
        let found = timeout(limit, lookup_host(host)).await.map_err(|_| Fault::Dns(late("the lookup")))?;
        let mut failure = Fault::Dns("no address".into());
        for address in found.map_err(|err| Fault::Dns(err.to_string()))? {
            match timeout(limit, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true).map_err(|err| Fault::Connect(err.to_string()))?;
                    return Ok(stream);
                }
                Ok(Err(err)) => failure = Fault::Connect(err.to_string()),
                Err(_) => failure = Fault::Connect(late("the connection")),
            }
        }
        Err(failure)
    }

    /// TLS over a connection, the certificate verified against name and trust anchors.
    pub(super) async fn tls(&self, tcp: TcpStream) -> Result<Transport, Fault> {
        let Some((connector, name)) = &self.connector else {
            return Err(Fault::Tls("not set up".into()));
        };
        let limit = seconds(self.settings.timeouts.connect);
        match timeout(limit, connector.connect(name.clone(), tcp)).await {
            Ok(Ok(stream)) => Ok(Either::Right(Box::new(stream))),
            Ok(Err(err)) => Err(match expired_on(&err) {
                Some(on) => Fault::Expired { host: self.settings.host.clone(), on },
                None => Fault::Tls(err.to_string()),
            }),
            Err(_) => Err(Fault::Tls(format!("the handshake took more than {} s", limit.as_secs()))),
        }
    }
}

/// The version of TLS that a transport speaks.
pub(super) fn tls_version(transport: &Transport) -> Option<String> {
    match transport {
        Either::Left(_) => None,
        Either::Right(stream) => stream.get_ref().1.protocol_version().and_then(|v| v.as_str().map(str::to_owned)),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, DoorError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        let fault = |why: String| DoorError::TrustAnchors { file: file.to_owned(), why };
        let before = roots.len();
        for certificate in CertificateDer::pem_file_iter(file).map_err(|err| fault(err.to_string()))? {
            let certificate = certificate.map_err(|err| fault(err.to_string()))?;
            roots.add(certificate).map_err(|err| fault(err.to_string()))?;
        }
        if roots.len() == before {
            return Err(fault("no certificate in it".into()));
        }
    }
    if roots.is_empty() {
        return Err(DoorError::NoTrustAnchors);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|err| DoorError::Tls(err.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
