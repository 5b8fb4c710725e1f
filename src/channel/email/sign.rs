//! The signature: a digest and a time enter, the detached CMS (RFC 5652, profile of RFC 8551) leaves as DER.
//!
//! The structs of `cms` are filled by hand: its builder drags in a second set of ciphers, and this is one screen of code.

use super::digest::Sha256;
use super::seal::{Algorithm, Seal, SealError};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos};
use der::asn1::{Any, AnyRef, ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::{Decode as _, Encode as _};
use jiff::Timestamp;
use rcgen::SigningKey as _;
use spki::AlgorithmIdentifierOwned;
use std::time::Duration;
use x509_cert::attr::Attribute;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SMIME_CAPABILITIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.15");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// `SMIMECapabilities` with the two content ciphers that every reader has: AES-256-CBC and AES-128-CBC (RFC 8551 2.5.2).
const CAPABILITIES: [u8; 28] = [
    0x30, 0x1A, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86,
    0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02,
];

impl Seal {
    /// Signs a digest: exactly one signer, the full chain without the root, signing time in whole seconds.
    pub(super) fn sign(&self, content: Sha256, at: Timestamp) -> Result<Vec<u8>, SealError> {
        self.check_time(at)?;
        let attributes = self.attributes(content, at).map_err(|err| signing(&err))?;
        let signed = attributes.to_der().map_err(|err| signing(&err))?;
        let signature = self.key.sign(&signed).map_err(|err| signing(&err))?;
        self.signed_data(attributes, signature).map_err(|err| signing(&err))
    }

    fn attributes(&self, content: Sha256, at: Timestamp) -> der::Result<SetOfVec<Attribute>> {
        let seconds = u64::try_from(at.as_second()).unwrap_or_default();
        let time = UtcTime::from_unix_duration(Duration::from_secs(seconds))?;
        SetOfVec::try_from(vec![
            attribute(CONTENT_TYPE, Any::from(&DATA))?,
            attribute(SIGNING_TIME, Any::encode_from(&time)?)?,
            attribute(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(content.bytes().as_slice())?)?)?,
            attribute(SMIME_CAPABILITIES, Any::from_der(&CAPABILITIES)?)?,
            attribute(SIGNING_CERTIFICATE_V2, signing_certificate(self.signer_sha256)?)?,
        ])
    }

    fn signed_data(&self, attributes: SetOfVec<Attribute>, signature: Vec<u8>) -> der::Result<Vec<u8>> {
        let Some(leaf) = self.chain.first() else { return Err(der::ErrorKind::Failed.into()) };
        let issuer = IssuerAndSerialNumber {
            issuer: leaf.tbs_certificate().issuer().clone(),
            serial_number: leaf.tbs_certificate().serial_number().clone(),
        };
        let sha256 = AlgorithmIdentifierOwned { oid: SHA256, parameters: None };
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(issuer),
            digest_alg: sha256.clone(),
            signed_attrs: Some(attributes),
            signature_algorithm: self.algorithm_identifier(),
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let certificates = self.chain.iter().cloned().map(CertificateChoices::Certificate).collect::<Vec<_>>();
        let data = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![sha256])?,
            encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
            certificates: Some(CertificateSet::try_from(certificates)?),
            crls: None,
            signer_infos: SignerInfos::try_from(vec![signer])?,
        };
        ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()
    }

    fn algorithm_identifier(&self) -> AlgorithmIdentifierOwned {
        match self.algorithm {
            Algorithm::EcdsaP256 => AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None },
            Algorithm::Rsa => AlgorithmIdentifierOwned { oid: RSA, parameters: Some(AnyRef::NULL.into()) },
        }
    }
}

fn signing(err: &dyn std::fmt::Display) -> SealError {
    SealError::Signing(err.to_string())
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// `SigningCertificateV2` (RFC 5035 3) with the hash alone: ties the signature to this certificate and no other.
fn signing_certificate(certificate: Sha256) -> der::Result<Any> {
    let mut der = vec![0x30, 0x26, 0x30, 0x24, 0x30, 0x22, 0x04, 0x20];
    der.extend_from_slice(certificate.bytes());
    Any::from_der(&der)
}
