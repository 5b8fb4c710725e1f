//! A certificate authority of the test's own, and the certificate of its servers.

use super::process::{Nest, chmod};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

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
