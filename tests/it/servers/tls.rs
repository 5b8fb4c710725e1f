//! A certificate authority of the test's own, and the certificate of its servers.

use super::process::{Nest, chmod};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig, crypto::aws_lc_rs};

/// What a client needs to trust the servers of one nest.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The CA certificate as a file.
    pub path: PathBuf,
    /// The same as text.
    pub pem: String,
}

impl Authority {
    /// Makes the CA, and `server.pem` and `server.key` for `localhost`, 127.0.0.1 and `names`.
    pub fn make(nest: &Nest, names: &[&str]) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Test Mail Server CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut subjects = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        subjects.extend(names.iter().map(|name| (*name).to_owned()));
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(subjects).unwrap().signed_by(&key, &issuer).unwrap();
        let key_path = nest.write("server.key", &key.serialize_pem());
        chmod(&key_path, 0o600);
        nest.write("server.pem", &certificate.pem());
        let pem = issuer.pem();
        Self { path: nest.write("ca.pem", &pem), pem }
    }

    /// A TLS server with the certificate of the post office, for the proxy.
    pub fn server(&self) -> Arc<ServerConfig> {
        let folder = self.path.parent().unwrap();
        let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Arc::new(config)
    }

    /// A TLS client that trusts this CA and nothing else.
    pub fn client(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config)
    }
}

/// A server whose certificate was good until the second of January 2020, and the CA that made it.
#[derive(Debug)]
pub struct Expired {
    /// Where it listens.
    pub port: u16,
    /// The CA certificate as a file.
    pub ca: PathBuf,
}

/// Starts such a server; it stops with the listener that is given back.
pub async fn expired(nest: &Nest) -> (Expired, tokio::task::JoinSet<()>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Old Mail Server CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let names = ["localhost", "127.0.0.1", "mx.sukamaju.example"].map(str::to_owned).to_vec();
    let mut leaf = CertificateParams::new(names).unwrap();
    (leaf.not_before, leaf.not_after) = (date_time_ymd(2019, 1, 2), date_time_ymd(2020, 1, 2));
    let key = KeyPair::generate().unwrap();
    let certificate = leaf.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    (Expired { port, ca: nest.write("old-ca.pem", &issuer.pem()) }, tasks)
}
