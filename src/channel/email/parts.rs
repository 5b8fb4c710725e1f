//! The tree that the foreign parser built, taken apart into what a reply consists of.
//!
//! A parsed tree enters; texts, attachments and reports leave, all owned. The tree itself never leaves this file: dropping
//! it is recursive in the foreign type, so it is dropped by a work list.

use super::attachments::{Attachment, PartKind, attribute, calendar_method, file_name, kind_of, media_type, sha256_hex};
use super::html::{self, Rendered};
use super::text::{plain_text, repaired_html};
use super::weigh::{Excess, Unreadable, check};
use super::words::repaired;
use crate::domain::limits::{MAIL_DEPTH, MAIL_PARTS};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use std::collections::HashSet;

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
            let Some(part) = self.message.parts.get(*id as usize).filter(|part| !is_unparted(part)) else { continue };
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
        if joined.trim().is_empty()
            && html.is_empty()
            && let Some(whole) = self.message.parts.iter().find(|part| is_unparted(part))
        {
            joined = repaired(whole.contents()).replace("\r\n", "\n");
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
        let kind = if in_report { PartKind::Report } else { kind_of(part, &content_type, shown) };
        match content_type.as_str() {
            "application/pkcs7-mime" | "application/x-pkcs7-mime" | "application/pgp-encrypted" => {
                self.out.problems.push(Problem::Opaque);
            }
            "application/ms-tnef" | "application/vnd.ms-tnef" => self.out.problems.push(Problem::Tnef),
            _ => {}
        }
        if kind == PartKind::Calendar && self.out.calendar_method.is_empty() {
            self.out.calendar_method = calendar_method(part, &bytes);
        }
        let name = file_name(part, self.raw, &content_type, self.out.attachments.len() + 1);
        Attachment { kind, name, content_type, sha256: sha256_hex(&bytes), bytes }
    }
}

/// A multipart in which the parser found no part.
fn is_unparted(part: &MessagePart<'_>) -> bool {
    matches!(part.body, PartType::Text(_) | PartType::Binary(_)) && media_type(part).starts_with("multipart/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

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
}
