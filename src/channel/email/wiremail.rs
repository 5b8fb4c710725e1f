//! A mail as it goes over the wire, in pieces: what is personal (head and tail) and the letter's encoded files, which all
//! recipients share. Bytes enter only through a guard; a bare CR, LF or NUL cannot leave, because nothing else is sent.

use super::digest::{Hasher, Sha256};
use super::encode::base64_lines;
use super::fields::parameter;
use super::guard::{Charset, Found, Unsendable, guard};
use crate::domain::limits::MAIL_BYTES;
use std::fmt;
use tokio_util::bytes::Bytes;

/// Boundary around the parts of a mail. `=_` stands in no base64 or quoted-printable text, so that it needs no search,
/// and being the same in all mails it lets the encoded files carry it along.
pub(super) const MIXED: &str = "=_kurir_mixed";

/// A file of a letter as a MIME part, encoded once and shared by all who receive it.
#[derive(Clone)]
pub struct SharedPart {
    sha256: Sha256,
    bytes: Bytes,
}

impl SharedPart {
    /// Encodes a file. A media type that is no plain `type/subtype`, or one that may not be base64, is sent as octets.
    pub fn encode(name: &str, media_type: &str, content: &[u8]) -> Self {
        let media_type = if is_leaf_type(media_type) { media_type } else { "application/octet-stream" };
        let mut head = format!("--{MIXED}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n");
        head.push_str("Content-Disposition: attachment");
        parameter(&mut head, "filename", name);
        head.push_str("\r\n\r\n");
        let mut bytes = head.into_bytes();
        base64_lines(content, &mut bytes);
        Self { sha256: Sha256::of(&bytes), bytes: bytes.into() }
    }

    /// Takes back what was stored; refused when the hash differs.
    pub fn restore(bytes: Bytes, expected: Sha256) -> Result<Self, RebuildError> {
        let part = Self { sha256: Sha256::of(&bytes), bytes };
        if part.sha256 == expected { Ok(part) } else { Err(RebuildError::PartChanged) }
    }

    /// Name of the part in a [`Prepared`] mail.
    pub const fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The part with its delimiter line, as it goes over the wire.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl fmt::Debug for SharedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedPart({}, {} bytes)", self.sha256, self.bytes.len())
    }
}

fn is_leaf_type(text: &str) -> bool {
    let token = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+._".contains(&b));
    let good = text.len() <= 100 && text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    // RFC 2046 5.1 and 5.2.1: these may not be encoded, and a reader would open them as a mail inside the mail.
    let lower = text.to_ascii_lowercase();
    good && !lower.starts_with("multipart/") && !lower.starts_with("message/")
}

/// What is stored of a mail until its delivery is settled: the personal bytes and the names of the shared parts.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Everything before the first shared part.
    pub head: Bytes,
    /// The shared parts, in order.
    pub parts: Vec<Sha256>,
    /// Everything after the last shared part, the signature included.
    pub tail: Bytes,
    /// Hash of the whole mail.
    pub sha256: Sha256,
    /// Bytes of the whole mail.
    pub size: u64,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({}, {} bytes, {} parts)", self.sha256, self.size, self.parts.len())
    }
}

/// Why a stored mail cannot be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RebuildError {
    /// The bytes of a shared part are not those that were stored.
    #[error("the bytes of a shared part changed")]
    PartChanged,
    /// Other parts were given than the mail names.
    #[error("the given parts are not those of the mail")]
    OtherParts,
    /// The whole is not what was prepared.
    #[error("the bytes of the mail changed")]
    Changed,
    /// The bytes must not leave.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
}

/// A guarded mail, ready to be sent any number of times.
#[derive(Clone)]
pub struct WireMail {
    head: Bytes,
    parts: Vec<SharedPart>,
    tail: Bytes,
    sha256: Sha256,
    found: Found,
}

impl WireMail {
    /// Guards personal bytes and joins them with shared parts.
    pub(super) fn join(head: Bytes, parts: Vec<SharedPart>, tail: Bytes, charset: Charset) -> Result<Self, Unsendable> {
        let (first, last) = (guard(&head, charset)?, guard(&tail, Charset::Ascii)?);
        let found = Found { eight_bit: first.eight_bit || last.eight_bit, leading_dot: first.leading_dot || last.leading_dot };
        let mut mail = Self { head, parts, tail, sha256: Sha256::of(&[]), found };
        if mail.size() > MAIL_BYTES {
            return Err(Unsendable::TooLarge(mail.size()));
        }
        let mut hasher = Hasher::new();
        mail.segments().for_each(|segment| hasher.update(segment));
        mail.sha256 = hasher.finish();
        Ok(mail)
    }

    /// Guards a mail that somebody else made.
    pub fn checked(bytes: Bytes) -> Result<Self, Unsendable> {
        Self::join(bytes, Vec::new(), Bytes::new(), Charset::Ascii)
    }

    /// The very bytes that were prepared, after any restart; refused where a single one differs.
    pub fn rebuild(prepared: &Prepared, parts: Vec<SharedPart>) -> Result<Self, RebuildError> {
        if !parts.iter().map(SharedPart::sha256).eq(prepared.parts.iter().copied()) {
            return Err(RebuildError::OtherParts);
        }
        // What was prepared passed the guard with the charset it needed; the hash says that it is the same.
        let mail = Self::join(prepared.head.clone(), parts, prepared.tail.clone(), Charset::Utf8)?;
        if mail.sha256 == prepared.sha256 && mail.size() == prepared.size { Ok(mail) } else { Err(RebuildError::Changed) }
    }

    /// What to store of it.
    pub fn prepared(&self) -> Prepared {
        Prepared {
            head: self.head.clone(),
            parts: self.parts.iter().map(SharedPart::sha256).collect(),
            tail: self.tail.clone(),
            sha256: self.sha256,
            size: self.size(),
        }
    }

    /// Hash of the whole.
    pub const fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// Bytes of the whole.
    pub fn size(&self) -> u64 {
        self.segments().map(|segment| segment.len() as u64).sum()
    }

    /// The mail in one piece, for a mailbox or a test.
    pub fn to_vec(&self) -> Vec<u8> {
        self.segments().flatten().copied().collect()
    }

    /// The pieces in order. Each begins at the start of a line and ends with one.
    pub fn segments(&self) -> impl Iterator<Item = &[u8]> {
        let parts = self.parts.iter().map(|part| part.bytes.as_ref());
        std::iter::once(self.head.as_ref()).chain(parts).chain(std::iter::once(self.tail.as_ref()))
    }

    /// True where a header holds UTF-8 and the server must offer SMTPUTF8.
    pub(super) const fn has_eight_bit(&self) -> bool {
        self.found.eight_bit
    }

    /// True where a line begins with a dot, so that dots must be doubled on the wire.
    pub(super) const fn has_leading_dot(&self) -> bool {
        self.found.leading_dot
    }
}

impl fmt::Debug for WireMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireMail({}, {} bytes)", self.sha256, self.size())
    }
}
