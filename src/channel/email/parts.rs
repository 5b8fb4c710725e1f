//! The tree that the foreign parser built, taken apart into what a reply consists of.
//!
//! A parsed tree enters; texts, attachments and reports leave, all owned. The tree itself never leaves this file: dropping
//! it is recursive in the foreign type, so it is dropped by a work list.

use super::html::{self, Rendered};
use super::text::{plain_text, repaired_html};
use super::weigh::{Excess, Unreadable, check};
use crate::domain::limits::{FILE_NAME, MAIL_DEPTH, MAIL_PARTS};
use aws_lc_rs::digest::{SHA256, digest};
use mail_parser::{ContentType, Message, MessageParser, MessagePart, MimeHeaders, PartType};
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

/// Where the text of a mail came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextSource {
    /// A plain part.
    Plain,
    /// Made from HTML; quotes that the client marked begin with `> `.
    Html,
    /// There was no text.
    #[default]
    None,
}

/// What is odd about a mail without stopping anybody from reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The transfer encoding of a part is broken; its bytes are as they stood.
    BrokenEncoding,
    /// The charset of the text is not the declared one.
    WrongCharset,
    /// Only the head of the HTML was looked at.
    HtmlCut,
    /// A multipart without its boundary; read as one text.
    NoBoundary,
    /// A part is an opaque S/MIME or PGP container and was not opened.
    Opaque,
    /// A part is a winmail.dat and was not opened.
    Tnef,
}

impl Problem {
    /// The stable text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BrokenEncoding => "broken_encoding",
            Self::WrongCharset => "wrong_charset",
            Self::HtmlCut => "html_cut",
            Self::NoBoundary => "boundary_missing",
            Self::Opaque => "opaque_signed_or_encrypted",
            Self::Tnef => "tnef_not_opened",
        }
    }
}

/// The body of a mail, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The best text, LF line ends.
    pub text: String,
    /// Where it came from.
    pub source: TextSource,
    /// Everything else in the order of the mail.
    pub attachments: Vec<Attachment>,
    /// Media type of the whole mail in lower case.
    pub content_type: String,
    /// `report-type` of a multipart/report in lower case.
    pub report_type: String,
    /// `method` of a calendar part in lower case; empty without one.
    pub calendar_method: String,
    /// What is odd.
    pub problems: Vec<Problem>,
}

/// The foreign tree with a drop that does not recurse: twenty thousand nested messages would else end the process.
struct Tree<'x>(Message<'x>);

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        let mut open = std::mem::take(&mut self.0.parts);
        while let Some(part) = open.pop() {
            if let PartType::Message(mut nested) = part.body {
                open.append(&mut nested.parts);
            }
        }
    }
}

/// Parses the bytes and takes the tree apart.
pub(super) fn take_apart(raw: &[u8]) -> Result<Parts, Unreadable> {
    let parsed = std::panic::catch_unwind(|| MessageParser::default().parse(raw).map(Tree));
    let tree = parsed.map_err(|_| Unreadable::ParserFailed)?.ok_or(Unreadable::NoHeader)?;
    measure(&tree.0)?;
    // What follows walks the tree by index and decodes text; it is ours and total, but it calls the foreign decoders.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Walk { message: &tree.0, raw, out: Parts::default() }.run()))
        .map_err(|_| Unreadable::ParserFailed)
}

/// Refuses a tree with more parts or levels than allowed: the scales cannot see into every encoding.
fn measure(message: &Message<'_>) -> Result<(), Unreadable> {
    let mut parts = 0;
    let mut open = vec![(message, 0_u32, 1_usize)];
    let mut deepest = 0;
    while let Some((holder, id, depth)) = open.pop() {
        let Some(part) = holder.parts.get(id as usize) else { continue };
        parts += 1;
        deepest = deepest.max(depth);
        check(Excess::Parts, parts, MAIL_PARTS)?;
        check(Excess::Depth, deepest, MAIL_DEPTH)?;
        match &part.body {
            PartType::Message(nested) => open.push((nested, 0, depth + 1)),
            PartType::Multipart(children) => {
                open.extend(children.iter().filter(|child| **child > id).map(|child| (holder, *child, depth + 1)));
            }
            _ => {}
        }
    }
    Ok(())
}

struct Walk<'a> {
    message: &'a Message<'a>,
    raw: &'a [u8],
    out: Parts,
}

impl Walk<'_> {
    fn run(mut self) -> Parts {
        if let Some(root) = self.message.parts.first() {
            self.out.content_type = media_type(root);
            self.out.report_type = root.content_type().map(|kind| attribute(kind, "report-type")).unwrap_or_default();
        }
        let shown = self.read_text();
        let in_report = self.out.content_type == "multipart/report";
        for id in &self.message.attachments {
            let Some(part) = self.message.parts.get(*id as usize) else { continue };
            let attachment = self.attachment(part, &shown, in_report);
            self.out.attachments.push(attachment);
        }
        self.out.problems.dedup();
        self.out
    }

    /// Chooses the text, and returns the content ids that the HTML shows.
    fn read_text(&mut self) -> HashSet<String> {
        let plain: Vec<String> = self
            .message
            .text_body
            .iter()
            .filter_map(|id| self.message.parts.get(*id as usize))
            .filter(|part| matches!(part.body, PartType::Text(_)))
            .map(|part| plain_text(part, self.raw, &mut self.out.problems))
            .collect();
        let html: Vec<String> = self
            .message
            .html_body
            .iter()
            .filter_map(|id| self.message.parts.get(*id as usize))
            .filter(|part| matches!(part.body, PartType::Html(_)))
            .map(|part| repaired_html(part, self.raw, &mut self.out.problems))
            .collect();
        let mut joined = plain.join("\n");
        // A multipart whose boundary never comes is one text to every reader, so it is one to us.
        if let (true, true, [only]) = (joined.is_empty(), html.is_empty(), self.message.parts.as_slice())
            && matches!(only.body, PartType::Text(_))
            && media_type(only).starts_with("multipart/")
        {
            joined = plain_text(only, self.raw, &mut self.out.problems);
            self.out.problems.push(Problem::NoBoundary);
        }
        if joined.trim().is_empty() {
            let rendered: Vec<Rendered> = html.iter().map(|one| html::to_text(one)).collect();
            if rendered.iter().any(|one| one.cut) {
                self.out.problems.push(Problem::HtmlCut);
            }
            self.out.text = rendered.into_iter().map(|one| one.text).collect::<Vec<_>>().join("\n");
            self.out.source = if self.out.text.trim().is_empty() { TextSource::None } else { TextSource::Html };
        } else {
            self.out.text = joined;
            self.out.source = TextSource::Plain;
        }
        html.iter().flat_map(|one| html::shown_ids(one)).collect()
    }

    fn attachment(&mut self, part: &MessagePart<'_>, shown: &HashSet<String>, in_report: bool) -> Attachment {
        let content_type = media_type(part);
        let bytes = match &part.body {
            PartType::Message(_) => {
                self.raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default().to_vec()
            }
            _ => part.contents().to_vec(),
        };
        if part.is_encoding_problem {
            self.out.problems.push(Problem::BrokenEncoding);
        }
        let kind = self.kind(part, &content_type, shown, in_report);
        if kind == PartKind::Calendar && self.out.calendar_method.is_empty() {
            self.out.calendar_method = calendar_method(part, &bytes);
        }
        let name = file_name(part, &content_type, self.out.attachments.len() + 1);
        Attachment { kind, name, content_type, sha256: sha256(&bytes), bytes }
    }

    fn kind(&mut self, part: &MessagePart<'_>, content_type: &str, shown: &HashSet<String>, in_report: bool) -> PartKind {
        let id = part.content_id().map(|id| id.trim_matches(['<', '>']).to_lowercase());
        match content_type {
            "message/delivery-status"
            | "message/global-delivery-status"
            | "message/disposition-notification"
            | "message/global-disposition-notification"
            | "message/feedback-report"
            | "text/rfc822-headers"
            | "message/global-headers" => PartKind::Report,
            _ if in_report => PartKind::Report,
            "text/calendar" => PartKind::Calendar,
            "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" => PartKind::Signature,
            _ if content_type.starts_with("image/") && id.is_some_and(|id| shown.contains(&id)) => PartKind::Inline,
            _ => {
                match content_type {
                    "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pgp-encrypted" => {
                        self.out.problems.push(Problem::Opaque);
                    }
                    "application/ms-tnef" => self.out.problems.push(Problem::Tnef),
                    _ => {}
                }
                PartKind::File
            }
        }
    }
}

/// `METHOD` of a calendar part: of the content type, else of the object itself (RFC 6047 2.4 wants both).
fn calendar_method(part: &MessagePart<'_>, bytes: &[u8]) -> String {
    let declared = part.content_type().map(|kind| attribute(kind, "method")).unwrap_or_default();
    if !declared.is_empty() {
        return declared;
    }
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().take(200).find_map(|line| line.trim().strip_prefix("METHOD:"));
    line.unwrap_or_default().trim().to_ascii_lowercase()
}

fn attribute(kind: &ContentType<'_>, name: &str) -> String {
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
fn file_name(part: &MessagePart<'_>, content_type: &str, number: usize) -> String {
    let given = part.attachment_name().unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(FILE_NAME)
        .collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    if clean.is_empty() { format!("lampiran-{number}.{}", extension(content_type)) } else { clean }
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

fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scales refuse such mails; this holds the second lock to account without them.
    #[test]
    fn deep_nesting_is_dropped_without_recursion() {
        let nested = "Content-Type: message/rfc822\n\n".repeat(50_000);
        assert!(matches!(take_apart(nested.as_bytes()), Err(Unreadable::TooComplex { .. })));
        let mut digest = String::new();
        for level in 0..20_000 {
            let _ = write!(digest, "Content-Type: multipart/digest; boundary=b{level}\n\n--b{level}\n\n");
        }
        assert!(matches!(take_apart(digest.as_bytes()), Err(Unreadable::TooComplex { .. })));
    }

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
        assert_eq!(parts.attachments[0].sha256, sha256(b"PNG"));
    }
}
