//! The scales at the door: how heavy a mail is, told from its raw bytes before any parser touches it.
//!
//! The foreign parser is bounded by nothing: a small mail can hold a million parts or a hundred thousand nested messages.
//! What is counted here is never less than what the parser would build, because every boundary that is named anywhere in
//! the bytes counts wherever it stands.

use crate::domain::limits::{MAIL_BYTES, MAIL_HEADER_BYTES, MAIL_PARTS};
use crate::domain::tray::TrayWord;
use regex::bytes::{Regex, RegexBuilder};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Bytes of header sections of all parts together.
const PART_HEADER_BYTES: usize = 10 * MAIL_HEADER_BYTES;
/// A message inside a message that is base64 or quoted-printable hides its weight; no mail program writes one (RFC 2046
/// 5.2.1 forbids it), so only small ones are opened.
const ENCODED_MESSAGE_BYTES: usize = 64 * 1024;
/// Bytes of a boundary that are compared (RFC 2046 5.1.1 allows 70), and of all boundaries together.
const BOUNDARY: usize = 100;
const BOUNDARY_BYTES: usize = 64 * 1024;

/// Words that are looked for in every byte of a mail: the matcher skips ahead by many bytes at a time.
static BOUNDARY_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("boundary", 0).ok());
static DIGEST: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("multipart/digest", 0).ok());

/// What there is too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Bytes of header sections.
    HeaderBytes,
    /// Parts, nested messages included.
    Parts,
    /// Levels of nesting.
    Depth,
    /// Bytes of an encoded message inside a message.
    EncodedMessage,
}

/// Why a mail is not read. Its raw bytes are kept all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// More bytes than a mail may have.
    #[error("a mail of {bytes} bytes; at most {limit} are read")]
    TooBig {
        /// Bytes found.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// More structure than a mail may have.
    #[error("{what:?} {found} of a mail; at most {limit} are read")]
    TooComplex {
        /// What there is too much of.
        what: Excess,
        /// How much was counted before counting stopped.
        found: usize,
        /// How much is allowed.
        limit: usize,
    },
    /// No bytes, or no header field.
    #[error("not a mail: there is no header field")]
    NoHeader,
    /// The parser gave up in a way it promises not to.
    #[error("the mail parser failed")]
    ParserFailed,
}

impl Unreadable {
    /// The code of the refusal for a person.
    pub const fn why(&self) -> TrayWord {
        match self {
            Self::TooBig { .. } => TrayWord::MailTooBig,
            Self::TooComplex { .. } => TrayWord::MailTooComplex,
            // Nobody is there to be answered; whoever looks at the tray is told that it is no mail.
            Self::NoHeader | Self::ParserFailed => TrayWord::MailUnreadable,
        }
    }
}

/// Refuses what is too heavy to be parsed.
pub fn weigh(raw: &[u8]) -> Result<(), Unreadable> {
    let bytes = raw.len() as u64;
    if bytes > MAIL_BYTES {
        return Err(Unreadable::TooBig { bytes, limit: MAIL_BYTES });
    }
    let mut scales = Scales { digest: DIGEST.as_ref().is_none_or(|word| word.is_match(raw)), ..Scales::default() };
    let first = boundaries(raw)?;
    let starts = first.as_ref().map(|pattern| pattern.find_iter(raw).map(|hit| (hit.start(), hit.end()))).into_iter().flatten();
    let (mut at, mut open) = (0, Some(0));
    for (start, end) in starts {
        if let Some(from) = open.take() {
            at = scales.block(raw, from, start.max(at))?;
        }
        open = Some(end);
    }
    if let Some(from) = open {
        scales.block(raw, from, raw.len())?;
    }
    Ok(())
}

#[derive(Default)]
struct Scales {
    parts: usize,
    header_bytes: usize,
    digest: bool,
}

impl Scales {
    /// Counts a part: its header section, and those of the messages nested directly in it. Returns where the body begins.
    fn block(&mut self, raw: &[u8], from: usize, next: usize) -> Result<usize, Unreadable> {
        let mut at = from;
        // A child of multipart/digest is a message without saying so (RFC 2046 5.1.5); what is nested in it has to say it.
        let mut untyped_is_message = self.digest && from > 0;
        loop {
            self.parts += 1;
            check(Excess::Parts, self.parts, MAIL_PARTS)?;
            let section = header_section(raw.get(at..).unwrap_or_default());
            check(Excess::HeaderBytes, section.len(), MAIL_HEADER_BYTES)?;
            self.header_bytes += section.len();
            check(Excess::HeaderBytes, self.header_bytes, PART_HEADER_BYTES)?;
            at += section.len();
            let names_type = contains(section, b"content-type");
            let nested = contains(section, b"message/rfc822")
                || contains(section, b"message/global")
                || (untyped_is_message && !names_type);
            untyped_is_message = false;
            if !nested || at >= next {
                return Ok(at);
            }
            if contains(section, b"base64") || contains(section, b"quoted-printable") {
                check(Excess::EncodedMessage, next.saturating_sub(at), ENCODED_MESSAGE_BYTES)?;
                return Ok(at);
            }
        }
    }
}

pub(super) const fn check(what: Excess, found: usize, limit: usize) -> Result<(), Unreadable> {
    if found > limit { Err(Unreadable::TooComplex { what, found, limit }) } else { Ok(()) }
}

/// Up to and including the first empty line, looking no further than the limit allows.
fn header_section(raw: &[u8]) -> &[u8] {
    let near = raw.get(..raw.len().min(MAIL_HEADER_BYTES + 1)).unwrap_or(raw);
    let mut length = 0;
    for (number, line) in near.split_inclusive(|byte| *byte == b'\n').enumerate() {
        length += line.len();
        // The first line is the rest of the boundary's own line and empty for every part.
        if number > 0 && line.iter().all(u8::is_ascii_whitespace) {
            break;
        }
    }
    near.get(..length).unwrap_or(near)
}

/// A pattern that finds every boundary named anywhere in the bytes, as the parser would: also in the middle of a line.
fn boundaries(raw: &[u8]) -> Result<Option<Regex>, Unreadable> {
    let (mut names, mut bytes) = (BTreeSet::new(), 0);
    let mut after = 0;
    let word = BOUNDARY_WORD.as_ref().ok_or(Unreadable::ParserFailed)?;
    while let Some(named) = word.find_at(raw, after) {
        after = named.end();
        let rest = raw.get(after..).unwrap_or_default();
        let Some(name) = boundary_name(rest) else { continue };
        if names.insert(name) {
            bytes += name.len();
            check(Excess::Parts, names.len(), MAIL_PARTS)?;
            check(Excess::HeaderBytes, bytes, BOUNDARY_BYTES)?;
        }
    }
    if names.is_empty() {
        return Ok(None);
    }
    let mut all = String::from("--(?:");
    for (number, name) in names.into_iter().enumerate() {
        all.push_str(if number > 0 { "|" } else { "" });
        // Writing into a String cannot fail.
        for byte in name {
            let _ = write!(all, "\\x{byte:02x}");
        }
    }
    all.push(')');
    pattern(&all, all.len()).map(Some)
}

/// Compiles a pattern; one that does not compile was made of too much.
fn pattern(text: &str, found: usize) -> Result<Regex, Unreadable> {
    // Boundaries are told apart by case, but two that differ only in it count as one without harm.
    let built = RegexBuilder::new(text).unicode(false).case_insensitive(true).build();
    built.map_err(|_| Unreadable::TooComplex { what: Excess::Parts, found, limit: MAIL_PARTS })
}

/// The name of one boundary parameter. One in pieces (RFC 2231) can spell any name: it is empty, and matches every `--`.
fn boundary_name(after: &[u8]) -> Option<&[u8]> {
    let near = after.get(..after.len().min(1_000)).unwrap_or(after).trim_ascii_start();
    if near.starts_with(b"*") || near.starts_with(b"(") {
        return Some(b"");
    }
    let value = near.strip_prefix(b"=")?.trim_ascii_start();
    let name: &[u8] = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => value.split(|byte| byte.is_ascii_whitespace() || *byte == b';').next()?,
    };
    if name.contains(&b'\\') || name.contains(&b'\n') || name.contains(&b'(') {
        return Some(b"");
    }
    // A prefix finds no less than the whole, and keeps the pattern small.
    (!name.is_empty()).then(|| name.get(..name.len().min(BOUNDARY)).unwrap_or(name))
}

/// Position of a lower-case ASCII word in any case.
fn find(haystack: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut from = 0;
    loop {
        let rest = haystack.get(from..)?;
        let at = from + rest.iter().position(|byte| byte.to_ascii_lowercase() == first)?;
        if haystack.get(at..at + word.len())?.eq_ignore_ascii_case(word) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn contains(haystack: &[u8], word: &[u8]) -> bool {
    find(haystack, word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_mail_is_light() {
        let mail = b"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n\r\nmore\r\n--b--\r\n";
        assert_eq!(weigh(mail), Ok(()));
        assert_eq!(weigh(b""), Ok(()));
    }

    #[test]
    fn bombs_are_refused_before_they_are_parsed() {
        let parts = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\n".repeat(1_001));
        let pieces = format!("Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n{}", "--ab\n\n".repeat(1_001));
        let midline = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "x--b ".repeat(1_001));
        let nested = "Content-Type: message/rfc822\n\n".repeat(1_001);
        let digest = format!("Content-Type: multipart/digest; boundary=b\n\n{}", "--b\n\nA: b\n\n".repeat(501));
        for bomb in [parts, pieces, midline, nested, digest] {
            assert!(matches!(weigh(bomb.as_bytes()), Err(Unreadable::TooComplex { .. })), "{bomb:.60}");
        }
        let headers = "A: b\n".repeat(50_000);
        assert!(matches!(weigh(headers.as_bytes()), Err(Unreadable::TooComplex { what: Excess::HeaderBytes, .. })));
        let encoded = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}\n--b--\n",
            "QUFB\n".repeat(20_000)
        );
        assert!(matches!(weigh(encoded.as_bytes()), Err(Unreadable::TooComplex { what: Excess::EncodedMessage, .. })));
        assert!(matches!(weigh(&vec![b'a'; 26 * 1024 * 1024]), Err(Unreadable::TooBig { .. })));
    }
}
