//! The parts of a mail that are not its text: what each is to us, its name, its hash.
//!
//! Parsed parts enter; owned attachments leave. No attachment is ever opened here, and no archive unpacked.

use super::headers::Headers;
use super::words::join_encoded_words;
use crate::domain::limits::FILE_NAME;
use aws_lc_rs::digest::{SHA256, digest};
use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue, MessagePart, MimeHeaders as _, PartType};
use std::collections::HashSet;
use std::fmt::Write as _;

/// What a part is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// A file that the writer attached.
    File,
    /// An image that the HTML shows by `cid:`; no attachment to a person.
    Inline,
    /// A calendar object.
    Calendar,
    /// A part of a report (RFC 6522), whatever it reports.
    Report,
    /// A detached signature.
    Signature,
}

/// A part that is not the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is to us.
    pub kind: PartKind,
    /// File name without folders and control characters; made up where the mail names none.
    pub name: String,
    /// Media type in lower case.
    pub content_type: String,
    /// Decoded bytes.
    pub bytes: Vec<u8>,
    /// Lower-case hex SHA-256 of the decoded bytes.
    pub sha256: String,
}

impl Attachment {
    /// How many bytes it has.
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// What a part is to us, outside a report.
pub(super) fn kind_of(part: &MessagePart<'_>, content_type: &str, shown: &HashSet<String>) -> PartKind {
    let id = part.content_id().map(|id| id.trim_matches(['<', '>']).to_lowercase());
    match content_type {
        "message/delivery-status"
        | "message/global-delivery-status"
        | "message/disposition-notification"
        | "message/global-disposition-notification"
        | "message/feedback-report"
        | "text/rfc822-headers"
        | "message/global-headers" => PartKind::Report,
        "text/calendar" | "application/ics" => PartKind::Calendar,
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" => PartKind::Signature,
        _ if content_type.starts_with("image/") && id.is_some_and(|id| shown.contains(&id)) => PartKind::Inline,
        _ => PartKind::File,
    }
}

/// `METHOD` of a calendar part: of the content type, else of the object itself (RFC 6047 2.4 wants both).
pub(super) fn calendar_method(part: &MessagePart<'_>, bytes: &[u8]) -> String {
    let declared = part.content_type().map(|kind| attribute(kind, "method")).unwrap_or_default();
    if !declared.is_empty() {
        return declared;
    }
    // A calendar file that a person attached asks nobody for anything.
    if part.content_disposition().is_some_and(ContentType::is_attachment) {
        return String::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().take(200).find_map(|line| line.trim().strip_prefix("METHOD:"));
    line.unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn attribute(kind: &ContentType<'_>, name: &str) -> String {
    kind.attribute(name).unwrap_or_default().trim().to_ascii_lowercase()
}

/// Media type in lower case; text/plain where none is declared.
pub(super) fn media_type(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else {
        return if matches!(part.body, PartType::Message(_)) { "message/rfc822".into() } else { "text/plain".into() };
    };
    let subtype = kind.subtype().unwrap_or_default();
    format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase()
}

/// A name that is safe to show and to store under: no folders, no control or direction characters.
pub(super) fn file_name(part: &MessagePart<'_>, raw: &[u8], content_type: &str, number: usize) -> String {
    let mut given = part.attachment_name().unwrap_or_default().to_owned();
    if given.contains(char::REPLACEMENT_CHARACTER)
        && let Some(better) = raw_name(raw.get(part.offset_header as usize..part.offset_body as usize).unwrap_or_default())
    {
        given = better;
    }
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(FILE_NAME)
        .collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    if clean.is_empty() { format!("lampiran-{number}.{}", extension(content_type)) } else { clean }
}

/// The file name of a part's own header section with raw 8-bit text and split encoded words repaired.
fn raw_name(section: &[u8]) -> Option<String> {
    let headers = Headers::read(section);
    ["content-disposition", "content-type"].iter().zip(["filename", "name"]).find_map(|(field, name)| {
        let text = headers.all(field).next()?.text();
        let value = format!("{}\r\n", join_encoded_words(&text));
        match MessageStream::new(value.as_bytes()).parse_content_type() {
            HeaderValue::ContentType(kind) => kind.attribute(name).map(str::to_owned),
            _ => None,
        }
    })
}

fn extension(content_type: &str) -> &'static str {
    match content_type {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "message/rfc822" => "eml",
        _ => "bin",
    }
}

/// Lower-case hex SHA-256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::email::parts::take_apart;

    #[test]
    fn names_are_tamed_and_inline_images_told_apart() {
        let mail = concat!(
            "From: a@x.example\nContent-Type: multipart/related; boundary=b\n\n",
            "--b\nContent-Type: text/html\n\n<p>hi <img src=\"cid:logo@x\">\n",
            "--b\nContent-Type: image/png\nContent-ID: <logo@x>\n\nPNG\n",
            "--b\nContent-Type: application/pdf; name=\"..\\\\..\\\\a\u{202e}b.pdf\"\n\nPDF\n",
            "--b\nContent-Type: application/pdf\n\nPDF\n--b--\n"
        );
        let parts = take_apart(mail.as_bytes()).unwrap();
        let found: Vec<_> = parts.attachments.iter().map(|one| (one.kind, one.name.as_str())).collect();
        assert_eq!(found, [(PartKind::Inline, "lampiran-1.png"), (PartKind::File, "ab.pdf"), (PartKind::File, "lampiran-3.pdf")]);
        assert_eq!(parts.text.trim(), "hi");
        assert_eq!(parts.attachments[0].sha256, sha256_hex(b"PNG"));
    }

    #[test]
    fn names_in_raw_bytes_are_repaired() {
        let mail = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=\"Fr\xf6sche.pdf\"\nContent-Disposition: attachment; filename=\"Fr\xf6sche.pdf\"\n\nPDF\n--b--\n";
        assert_eq!(take_apart(mail).unwrap().attachments[0].name, "Fr\u{f6}sche.pdf");
    }
}
