//! What a mail program does with a clear-signed mail: it counts the seal over again and asks who vouches for its key.
//!
//! In: raw bytes of a mail, the certificate of the office CA that the program trusts, a moment. Out: a [`Seal`]. Nothing is
//! believed that was not counted.

use crate::channel::email::parse::Mail;
use crate::domain::words::words;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _};
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// Certificates between the seal and the root, at most.
const LONGEST_CHAIN: usize = 4;

words! {
    /// What became of the seal of a mail.
    Seal {
        /// It has none.
        Absent = "absent",
        /// The bytes are those that were sealed, by a key for this sender that the office CA vouches for.
        Sound = "sound",
        /// The bytes are not those that were sealed.
        Altered = "altered",
        /// The bytes fit, but the office CA does not vouch for the key, or not for this sender or day.
        Foreign = "foreign",
    }
}

/// Checks the seal of a mail against the office CA.
pub fn check(raw: &[u8], ca_pem: &str, now: Timestamp) -> Seal {
    let Some((content, sealed)) = halves(raw) else { return Seal::Absent };
    let Some(opened) = Opened::read(&sealed) else { return Seal::Altered };
    if !opened.fits(content) {
        return Seal::Altered;
    }
    let sender = Mail::parse(raw).ok().and_then(|mail| mail.only_from().map(str::to_owned));
    let roots = Certificate::load_pem_chain(ca_pem.as_bytes()).unwrap_or_default();
    let vouched = sender.is_some_and(|sender| opened.is_for(&sender)) && opened.is_vouched_for(&roots, now);
    if vouched { Seal::Sound } else { Seal::Foreign }
}

/// The sealed bytes of a clear-signed mail, and the seal.
fn halves(raw: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let mail = Mail::parse(raw).ok()?;
    let kind = mail.headers.text("content-type")?;
    if !kind.to_ascii_lowercase().starts_with("multipart/signed") {
        return None;
    }
    let (_, after) = kind.split_once("boundary=")?;
    let boundary = after.trim_start_matches('"').split(['"', ';']).next().filter(|name| !name.is_empty())?;
    let line = format!("--{boundary}\r\n");
    let from = find(raw, line.as_bytes())? + line.len();
    let inside = raw.get(from..)?;
    let between = format!("\r\n--{boundary}\r\n");
    let end = find(inside, between.as_bytes())?;
    let part = inside.get(end + between.len()..)?;
    let body = part.get(find(part, b"\r\n\r\n")? + 4..)?;
    let text: Vec<u8> =
        body.iter().copied().take_while(|byte| *byte != b'-').filter(|byte| !byte.is_ascii_whitespace()).collect();
    let sealed = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
    Some((inside.get(..end)?, sealed))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A seal taken apart: one signer, his certificate, what else lay with it.
struct Opened {
    signer: SignerInfo,
    certificate: Certificate,
    others: Vec<Certificate>,
}

impl Opened {
    fn read(sealed: &[u8]) -> Option<Self> {
        let outer = ContentInfo::from_der(sealed).ok()?;
        let data: SignedData = outer.content.decode_as().ok()?;
        let [signer] = data.signer_infos.0.as_slice() else { return None };
        let SignerIdentifier::IssuerAndSerialNumber(named) = &signer.sid else { return None };
        let mut others: Vec<Certificate> = data.certificates?.0.into_vec().into_iter().filter_map(plain).collect();
        let is_his = |one: &Certificate| {
            let tbs = one.tbs_certificate();
            *tbs.issuer() == named.issuer && *tbs.serial_number() == named.serial_number
        };
        let place = others.iter().position(is_his)?;
        let certificate = others.remove(place);
        Some(Self { signer: signer.clone(), certificate, others })
    }

    /// Whether the content is what was sealed, and the seal is this certificate's.
    fn fits(&self, content: &[u8]) -> bool {
        let Some(attributes) = &self.signer.signed_attrs else { return false };
        let Some(named) = attributes.iter().find(|attribute| attribute.oid == MESSAGE_DIGEST) else { return false };
        let Some(Ok(named)) = named.values.iter().next().map(der::Any::decode_as::<OctetString>) else { return false };
        let Ok(signed) = attributes.to_der() else { return false };
        named.as_bytes() == digest(&SHA256, content).as_ref()
            && is_signed_by(&self.certificate, &signed, self.signer.signature.as_bytes())
    }

    fn is_for(&self, sender: &str) -> bool {
        let names = self.certificate.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten();
        let mut names = names.into_iter().flat_map(|(_, names)| names.0);
        names.any(|name| matches!(name, GeneralName::Rfc822Name(one) if one.to_string().eq_ignore_ascii_case(sender)))
    }

    /// Whether a chain of signatures leads from the certificate to a root, each valid now.
    fn is_vouched_for(&self, roots: &[Certificate], now: Timestamp) -> bool {
        let mut link = &self.certificate;
        for _ in 0..LONGEST_CHAIN {
            if !is_valid_at(link, now) {
                return false;
            }
            if roots.iter().any(|root| is_valid_at(root, now) && has_issued(root, link)) {
                return true;
            }
            let Some(next) = self.others.iter().find(|one| has_issued(one, link)) else { return false };
            link = next;
        }
        false
    }
}

fn plain(choice: CertificateChoices) -> Option<Certificate> {
    if let CertificateChoices::Certificate(certificate) = choice { Some(certificate) } else { None }
}

fn has_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let Ok(tbs) = certificate.tbs_certificate().to_der() else { return false };
    let named = certificate.tbs_certificate().issuer() == issuer.tbs_certificate().subject();
    named && certificate.signature().as_bytes().is_some_and(|signature| is_signed_by(issuer, &tbs, signature))
}

fn is_valid_at(certificate: &Certificate, now: Timestamp) -> bool {
    let validity = certificate.tbs_certificate().validity();
    let second = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    (second(validity.not_before)..=second(validity.not_after)).contains(&now.as_second())
}

fn is_signed_by(certificate: &Certificate, bytes: &[u8], signature: &[u8]) -> bool {
    let spki = certificate.tbs_certificate().subject_public_key_info();
    let algorithm: &dyn VerificationAlgorithm =
        if spki.algorithm.oid == EC_KEY { &ECDSA_P256_SHA256_ASN1 } else { &RSA_PKCS1_2048_8192_SHA256 };
    let Some(key) = spki.subject_public_key.as_bytes() else { return false };
    UnparsedPublicKey::new(algorithm, key).verify(bytes, signature).is_ok()
}
