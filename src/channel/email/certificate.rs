//! Certificates and keys as files: a path enters, what it holds leaves, or which rule it breaks. Nothing is written here.

use super::address::Address;
use super::seal::{Algorithm, CA, SEAL, SealError};
use jiff::Timestamp;
use rcgen::KeyPair;
use std::path::Path;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier};

pub(super) fn unreadable(file: &Path, why: impl std::fmt::Display) -> SealError {
    SealError::Unreadable { file: file.to_owned(), why: why.to_string() }
}

pub(super) fn read_text(file: &Path) -> Result<String, SealError> {
    std::fs::read_to_string(file).map_err(|err| match err.kind() {
        std::io::ErrorKind::NotFound => SealError::Missing { file: file.to_owned() },
        _ => unreadable(file, err),
    })
}

pub(super) fn read_chain_with_roots(file: &Path) -> Result<Vec<Certificate>, SealError> {
    Certificate::load_pem_chain(read_text(file)?.as_bytes()).map_err(|err| unreadable(file, err))
}

/// The certificates of a file without roots: who must trust the root has it already, who has not would not trust ours.
pub(super) fn read_chain(file: &Path) -> Result<Vec<Certificate>, SealError> {
    let mut chain = read_chain_with_roots(file)?;
    let mut at = 0;
    chain.retain(|one| {
        at += 1;
        at == 1 || one.tbs_certificate().issuer() != one.tbs_certificate().subject()
    });
    Ok(chain)
}

pub(super) fn read_key(file: &Path) -> Result<(KeyPair, Algorithm), SealError> {
    let text = read_text(file)?;
    let key = KeyPair::from_pem(&text).map_err(|_| unreadable(file, "it holds no private key"))?;
    let algorithm = if key.is_compatible(&rcgen::PKCS_ECDSA_P256_SHA256) {
        Algorithm::EcdsaP256
    } else if key.is_compatible(&rcgen::PKCS_RSA_SHA256) {
        Algorithm::Rsa
    } else {
        return Err(SealError::OtherKey { file: file.to_owned() });
    };
    Ok((key, algorithm))
}

pub(super) fn validity(certificate: &Certificate) -> (Timestamp, Timestamp) {
    let validity = certificate.tbs_certificate().validity();
    let moment = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    };
    (moment(validity.not_before), moment(validity.not_after))
}

pub(super) fn check_time(file: &Path, (from, until): (Timestamp, Timestamp), at: Timestamp) -> Result<(), SealError> {
    if at < from {
        return Err(SealError::NotYetValid { file: file.to_owned(), from });
    }
    if at > until {
        return Err(SealError::Expired { file: file.to_owned(), until });
    }
    Ok(())
}

pub(super) fn check_purpose(leaf: &Certificate, file: &Path) -> Result<(), SealError> {
    const EMAIL_PROTECTION: der::asn1::ObjectIdentifier = der::asn1::ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");
    let tbs = leaf.tbs_certificate();
    let usage = tbs.get_extension::<KeyUsage>().map_err(|err| unreadable(file, err))?;
    let purposes = tbs.get_extension::<ExtendedKeyUsage>().map_err(|err| unreadable(file, err))?;
    let may_sign = usage.is_none_or(|(_, usage)| usage.digital_signature() || usage.non_repudiation());
    let for_mail = purposes.is_none_or(|(_, purposes)| purposes.0.contains(&EMAIL_PROTECTION));
    if may_sign && for_mail { Ok(()) } else { Err(SealError::NotForMail { file: file.to_owned() }) }
}

pub(super) fn check_address(leaf: &Certificate, sender: &Address, file: &Path) -> Result<(), SealError> {
    let names = leaf.tbs_certificate().get_extension::<SubjectAltName>().map_err(|err| unreadable(file, err))?;
    let holds: Vec<String> = names
        .map(|(_, names)| names.0)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|name| if let GeneralName::Rfc822Name(address) = name { Some(address.to_string()) } else { None })
        .collect();
    if holds.iter().any(|one| one.eq_ignore_ascii_case(sender.expose())) {
        Ok(())
    } else {
        Err(SealError::OtherAddress { file: file.to_owned(), holds })
    }
}

/// Holds the end of the chain against the CA that people install, by the identifiers of its key (RFC 5280 4.2.1.1). A folder
/// without `ca.pem` belongs to an office whose CA everybody has already.
pub(super) fn check_issuer(chain: &[Certificate], dir: &Path) -> Result<(), SealError> {
    let (file, ca) = (dir.join(SEAL), dir.join(CA));
    let roots = match read_chain_with_roots(&ca) {
        Err(SealError::Missing { .. }) => return Ok(()),
        other => other?,
    };
    let (Some(last), Some(root)) = (chain.last(), roots.first()) else { return Err(unreadable(&ca, "it holds no certificate")) };
    let named = last.tbs_certificate().get_extension::<AuthorityKeyIdentifier>().map_err(|err| unreadable(&file, err))?;
    let holds = root.tbs_certificate().get_extension::<SubjectKeyIdentifier>().map_err(|err| unreadable(&ca, err))?;
    let same_key = match (named.and_then(|(_, named)| named.key_identifier), holds) {
        (Some(named), Some((_, holds))) => named == holds.0,
        _ => true,
    };
    if same_key && last.tbs_certificate().issuer() == root.tbs_certificate().subject() {
        Ok(())
    } else {
        Err(SealError::OtherCa { certificate: file, ca })
    }
}
