//! The seal: the key and certificate with which every mail is signed. Files and a time enter, a checked [`Seal`] leaves.
//! Nothing is created here (that is [`super::office`]), and no key is ever shown.

use super::address::Address;
use super::certificate::{
    check_address, check_issuer, check_purpose, check_time, read_chain, read_chain_with_roots, read_key, unreadable, validity,
};
use super::digest::Sha256;
use der::Encode as _;
use jiff::Timestamp;
use rcgen::{KeyPair, PublicKeyData as _};
use std::path::{Path, PathBuf};
use x509_cert::Certificate;

/// Certificate of the office CA.
pub const CA: &str = "ca.pem";
/// Key of the office CA.
pub const CA_KEY: &str = "ca.key.pem";
/// The seal's certificate and its intermediates, without the root.
pub const SEAL: &str = "seal.pem";
/// Key of the seal.
pub const SEAL_KEY: &str = "seal.key.pem";

/// Why there is no usable seal.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file does not exist.
    #[error("{file} does not exist")]
    Missing {
        /// Which.
        file: PathBuf,
    },
    /// The file is there but is not what it should be.
    #[error("{file} cannot be read: {why}")]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What the reader said.
        why: String,
    },
    /// The file could not be written.
    #[error("{file} cannot be written: {why}")]
    Unwritable {
        /// Which.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The certificate begins later.
    #[error("{file} is valid only from {from}")]
    NotYetValid {
        /// Which.
        file: PathBuf,
        /// When it begins.
        from: Timestamp,
    },
    /// The certificate is over. A seal is renewed by the same CA; an office CA is made anew and installed again.
    #[error("{file} expired at {until}")]
    Expired {
        /// Which.
        file: PathBuf,
        /// When it ended.
        until: Timestamp,
    },
    /// The key is not the certificate's.
    #[error("the key {key} does not fit the certificate {certificate}")]
    KeyDoesNotFit {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
    /// The certificate names another address than the sender's, so no mail program would show the seal.
    #[error("{file} is made out for another address than the sender's")]
    OtherAddress {
        /// Which.
        file: PathBuf,
        /// The addresses that it is made out for. Not in the message: it may be logged.
        holds: Vec<String>,
    },
    /// The CA in the folder did not issue the seal, so that people who install it see no seal.
    #[error("{certificate} was not issued by {ca}")]
    OtherCa {
        /// The seal's certificate.
        certificate: PathBuf,
        /// The CA's certificate.
        ca: PathBuf,
    },
    /// The certificate may not sign mail (RFC 8550 4.4).
    #[error("{file} is not a certificate for signing mail")]
    NotForMail {
        /// Which.
        file: PathBuf,
    },
    /// Neither P-256 nor RSA.
    #[error("{file} holds a key that is neither P-256 nor RSA")]
    OtherKey {
        /// Which.
        file: PathBuf,
    },
    /// The cryptographic library failed.
    #[error("signing failed: {0}")]
    Signing(String),
}

/// How the seal signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// ECDSA with SHA-256.
    EcdsaP256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa,
}

/// A key, its certificate and the chain, checked against each other.
pub struct Seal {
    pub(super) key: KeyPair,
    pub(super) algorithm: Algorithm,
    /// The signer's certificate first.
    pub(super) chain: Vec<Certificate>,
    pub(super) signer_sha256: Sha256,
    file: PathBuf,
    from: Timestamp,
    until: Timestamp,
}

impl Seal {
    /// Reads `seal.pem` and `seal.key.pem` of a folder and checks them for this sender and moment.
    pub fn load(dir: &Path, sender: &Address, now: Timestamp) -> Result<Self, SealError> {
        let (file, key_file) = (dir.join(SEAL), dir.join(SEAL_KEY));
        let chain = read_chain(&file)?;
        let (key, algorithm) = read_key(&key_file)?;
        let leaf = chain.first().ok_or_else(|| unreadable(&file, "it holds no certificate"))?;
        let der = leaf.to_der().map_err(|err| unreadable(&file, err))?;
        let spki = leaf.tbs_certificate().subject_public_key_info().to_der().map_err(|err| unreadable(&file, err))?;
        if spki != key.subject_public_key_info() {
            return Err(SealError::KeyDoesNotFit { certificate: file, key: key_file });
        }
        check_purpose(leaf, &file)?;
        check_address(leaf, sender, &file)?;
        check_issuer(&chain, dir)?;
        let (from, until) = validity(leaf);
        let signer_sha256 = Sha256::of(&der);
        let seal = Self { key, algorithm, chain, signer_sha256, file, from, until };
        seal.check_time(now)?;
        Ok(seal)
    }

    /// Refuses a moment at which the certificate is not valid.
    pub fn check_time(&self, at: Timestamp) -> Result<(), SealError> {
        check_time(&self.file, (self.from, self.until), at)
    }

    /// When the certificate ends.
    pub const fn expires(&self) -> Timestamp {
        self.until
    }

    /// From when until when the certificate is valid.
    pub const fn validity(&self) -> (Timestamp, Timestamp) {
        (self.from, self.until)
    }

    /// In whose name the certificate is made out.
    pub fn subject(&self) -> String {
        self.chain.first().map(|leaf| leaf.tbs_certificate().subject().to_string()).unwrap_or_default()
    }

    /// SHA-256 of the signer's certificate.
    pub const fn sha256(&self) -> Sha256 {
        self.signer_sha256
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({}, {:?}, until {})", self.signer_sha256, self.algorithm, self.until)
    }
}

/// SHA-256 of the office CA's certificate, for people to compare when they install it.
pub fn ca_fingerprint(dir: &Path) -> Result<Sha256, SealError> {
    let file = dir.join(CA);
    let chain = read_chain_with_roots(&file)?;
    let root = chain.first().ok_or_else(|| unreadable(&file, "it holds no certificate"))?;
    Ok(Sha256::of(&root.to_der().map_err(|err| unreadable(&file, err))?))
}
