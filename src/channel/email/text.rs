//! The plain text of a part: charset set right, format=flowed unfolded, LF line ends.

use super::parts::Problem;
use super::words::western;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

/// Text of a plain part.
pub(super) fn plain_text(part: &MessagePart<'_>, raw: &[u8], problems: &mut Vec<Problem>) -> String {
    let text = repaired(part, raw, problems).replace("\r\n", "\n").replace('\r', "\n");
    match part.content_type() {
        Some(kind) if is(kind.attribute("format"), "flowed") => unfold(&text, is(kind.attribute("delsp"), "yes")),
        _ => text,
    }
}

/// Source of an HTML part.
pub(super) fn repaired_html(part: &MessagePart<'_>, raw: &[u8], problems: &mut Vec<Problem>) -> String {
    repaired(part, raw, problems)
}

fn is(attribute: Option<&str>, word: &str) -> bool {
    attribute.is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// What the parser decoded, unless it holds replacement characters: then the bytes are decoded as what they are.
fn repaired(part: &MessagePart<'_>, raw: &[u8], problems: &mut Vec<Problem>) -> String {
    if part.is_encoding_problem {
        problems.push(Problem::BrokenEncoding);
    }
    let (PartType::Text(text) | PartType::Html(text)) = &part.body else { return String::new() };
    if !text.contains(char::REPLACEMENT_CHARACTER) {
        return text.clone().into_owned();
    }
    problems.push(Problem::WrongCharset);
    if part.content_type().and_then(|kind| kind.attribute("charset")).is_some_and(is_told_apart) {
        return text.clone().into_owned();
    }
    let body = raw.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::Base64 => base64_decode(body).map(Cow::Owned),
        Encoding::QuotedPrintable => quoted_printable_decode(body).map(Cow::Owned),
        Encoding::None => Some(Cow::Borrowed(body)),
    };
    match bytes {
        Some(bytes) if std::str::from_utf8(&bytes).is_ok() => text.clone().into_owned(),
        Some(bytes) => western(&bytes),
        None => text.clone().into_owned(),
    }
}

/// Whether a declared charset is known and something else than what programs declare without looking.
fn is_told_apart(charset: &str) -> bool {
    let careless = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1"];
    charset_decoder(charset.as_bytes()).is_some() && !careless.iter().any(|word| charset.eq_ignore_ascii_case(word))
}

/// Unfolds format=flowed (RFC 3676 4): a line that ends with a blank goes on in the next line of the same quote depth.
fn unfold(text: &str, delete_blank: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        // A blank after the marks is stuffing; so is one in front of an unquoted line.
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open != Some(depth) || signature {
            if !out.is_empty() {
                out.push('\n');
            }
            if depth > 0 {
                out.push_str(&">".repeat(depth));
                out.push(' ');
            }
        }
        let flowed = content.ends_with(' ') && !signature;
        out.push_str(if flowed && delete_blank { content.strip_suffix(' ').unwrap_or(content) } else { content });
        open = flowed.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_join_and_signatures_do_not() {
        assert_eq!(unfold("a \nb\n\n> c \n> d\n-- \nx", false), "a b\n\n> c d\n-- \nx");
        assert_eq!(unfold("a \nb", true), "ab");
        assert_eq!(unfold(" From here", false), "From here");
        assert_eq!(unfold("> a \nb", false), "> a \nb");
    }
}
