//! The office CA and its seal certificate: made at the first start, renewed later by the same CA. A folder, a profile, a
//! time and fresh serial numbers enter; files leave. Keys are written 0600 and never overwritten.

use super::address::Address;
use super::certificate;
use super::digest::Sha256;
use super::seal::{self, CA, CA_KEY, SEAL, SEAL_KEY, SealError};
use crate::domain::clock::Ids;
use jiff::{SignedDuration, Timestamp};
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, SerialNumber, date_time_ymd,
};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Days of a seal certificate: the CA/Browser Forum's S/MIME rules allow 825 (strict profile), with room for clocks.
const SEAL_DAYS: i64 = 820;
/// Days of the office CA: it is installed by hand on every machine, so not often.
const CA_DAYS: i64 = 3653;
/// A certificate begins a little earlier, for mail programs whose clock is behind.
const BACKDATED: SignedDuration = SignedDuration::from_hours(1);

/// Names in the certificates.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The organisation ("Pemerintah Kota Contoh").
    pub organisation: String,
    /// What people see as the name of the CA.
    pub ca_name: String,
    /// What people see as the name of the signer.
    pub seal_name: String,
    /// The From address of every mail.
    pub sender: Address,
}

/// What [`establish`] found or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Established {
    /// True when the CA was made just now: tell people how to install it.
    pub new_ca: bool,
    /// True when the seal was made just now.
    pub new_seal: bool,
    /// SHA-256 of the CA's certificate.
    pub ca: Sha256,
}

/// Makes what is missing of the four files. A start that ended between two of them is completed by the next one; what is
/// there stays, so that it can be run at every start.
pub fn establish(dir: &Path, profile: &Profile, now: Timestamp, ids: &dyn Ids) -> Result<Established, SealError> {
    let new_ca = !dir.join(CA).exists();
    // A seal without its CA was brought from elsewhere, or the CA was lost: a CA made now would not have issued it, and
    // people would install it in vain.
    if new_ca && dir.join(SEAL).exists() && !dir.join(CA_KEY).exists() {
        return Err(SealError::Missing { file: dir.join(CA) });
    }
    if new_ca {
        let key = key_of(dir, CA_KEY)?;
        let certificate = ca_params(profile, now, ids).self_signed(&key).map_err(|err| issuing(&err))?;
        write(dir, CA, certificate.pem().as_bytes(), 0o644)?;
    }
    let new_seal = !dir.join(SEAL).exists();
    if new_seal {
        issue(dir, profile, now, ids)?;
    }
    Ok(Established { new_ca, new_seal, ca: seal::ca_fingerprint(dir)? })
}

/// A new certificate for the seal's key, by the same CA. The old file is replaced in one step.
pub fn renew(dir: &Path, profile: &Profile, now: Timestamp, ids: &dyn Ids) -> Result<(), SealError> {
    issue(dir, profile, now, ids)
}

fn issue(dir: &Path, profile: &Profile, now: Timestamp, ids: &dyn Ids) -> Result<(), SealError> {
    let ca_file = dir.join(CA);
    let (ca_key, _) = certificate::read_key(&dir.join(CA_KEY))?;
    let ca_text = certificate::read_text(&ca_file)?;
    let chain = certificate::read_chain_with_roots(&ca_file)?;
    let root = chain.first().ok_or_else(|| certificate::unreadable(&ca_file, "it holds no certificate"))?;
    let limits = certificate::validity(root);
    certificate::check_time(&ca_file, limits, now)?;
    check_fits(root, &ca_key, dir)?;
    let issuer = Issuer::from_ca_cert_pem(&ca_text, ca_key).map_err(|err| certificate::unreadable(&ca_file, err))?;
    let key = key_of(dir, SEAL_KEY)?;
    let params = seal_params(profile, now, limits.1, ids)?;
    let certificate = params.signed_by(&key, &issuer).map_err(|err| issuing(&err))?;
    write(dir, SEAL, certificate.pem().as_bytes(), 0o644)
}

fn check_fits(root: &x509_cert::Certificate, key: &KeyPair, dir: &Path) -> Result<(), SealError> {
    use der::Encode as _;
    use rcgen::PublicKeyData as _;
    let spki = root.tbs_certificate().subject_public_key_info().to_der().unwrap_or_default();
    if spki == key.subject_public_key_info() {
        Ok(())
    } else {
        Err(SealError::KeyDoesNotFit { certificate: dir.join(CA), key: dir.join(CA_KEY) })
    }
}

/// The key of a file, made when there is none.
fn key_of(dir: &Path, name: &str) -> Result<KeyPair, SealError> {
    let file = dir.join(name);
    if file.exists() {
        return Ok(certificate::read_key(&file)?.0);
    }
    let key = KeyPair::generate().map_err(|err| issuing(&err))?;
    write(dir, name, key.serialize_pem().as_bytes(), 0o600)?;
    Ok(key)
}

fn ca_params(profile: &Profile, now: Timestamp, ids: &dyn Ids) -> CertificateParams {
    let mut params = params(profile, &profile.ca_name, now, now + SignedDuration::from_hours(24 * CA_DAYS), ids);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn seal_params(profile: &Profile, now: Timestamp, ca_until: Timestamp, ids: &dyn Ids) -> Result<CertificateParams, SealError> {
    let until = ca_until.min(now + SignedDuration::from_hours(24 * SEAL_DAYS));
    let mut params = params(profile, &profile.seal_name, now, until, ids);
    let address = Ia5String::try_from(profile.sender.expose()).map_err(|err| issuing(&err))?;
    params.subject_alt_names = vec![SanType::Rfc822Name(address)];
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    Ok(params)
}

fn params(profile: &Profile, name: &str, now: Timestamp, until: Timestamp, ids: &dyn Ids) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut serial = [0_u8; 16];
    ids.fill(&mut serial);
    // RFC 5280 4.1.2.2: positive, so the first bit is off; never zero.
    serial[0] = serial[0] & 0x7F | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, profile.organisation.as_str());
    params.distinguished_name.push(DnType::CommonName, name);
    let moment = |at: Timestamp| {
        date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default())
    };
    params.not_before = moment(now - BACKDATED);
    params.not_after = moment(until);
    params.use_authority_key_identifier_extension = true;
    params
}

fn issuing(err: &dyn std::fmt::Display) -> SealError {
    SealError::Signing(err.to_string())
}

/// Writes a file as a whole or not at all, and durably: a key that a power cut took back would make every mail sealed
/// since then unexplainable.
fn write(dir: &Path, name: &str, bytes: &[u8], mode: u32) -> Result<(), SealError> {
    let (file, fresh) = (dir.join(name), dir.join(format!(".{name}.new")));
    let written = (|| {
        let mut out = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&fresh)?;
        out.write_all(bytes)?;
        out.sync_all()?;
        std::fs::rename(&fresh, &file)?;
        std::fs::File::open(dir)?.sync_all()
    })();
    written.map_err(|err: std::io::Error| SealError::Unwritable { file, why: err.to_string() })
}
