//! Header fields in ASCII: any text in, folded lines out (RFC 5322 2.2.3, RFC 2047, RFC 2231). What enters can never end
//! a line or begin a field: control characters become spaces before anything else happens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// RFC 5322 2.1.1: lines SHOULD be no longer.
const WIDTH: usize = 76;

/// The text without what could hurt a header or mislead a reader: control characters, line separators and the marks that
/// turn the direction of writing become spaces, runs of white space one space.
pub fn clean(text: &str) -> String {
    let spaced = |c: char| if is_harmful(c) { ' ' } else { c };
    let text: String = text.chars().map(spaced).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// `name: text`, as plain words where they are plain, as encoded words otherwise.
pub(super) fn unstructured(out: &mut String, name: &str, text: &str) {
    let text = clean(text);
    let start = out.len();
    let _ = write!(out, "{name}:");
    if is_plain(&text) {
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            fold_before(out, start, word.len());
            out.push_str(word);
        }
    } else {
        encoded_words(out, start, &text);
    }
    out.push_str("\r\n");
}

/// `name: "display" <address>`.
pub(super) fn mailbox(out: &mut String, name: &str, display: &str, address: &str) {
    let display = clean(display);
    let start = out.len();
    let _ = write!(out, "{name}:");
    if is_plain(&display) && display.len() < 50 {
        if !display.is_empty() {
            let quoted = display.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = write!(out, " \"{quoted}\"");
        }
    } else {
        encoded_words(out, start, &display);
    }
    fold_before(out, start, address.len() + 2);
    let _ = write!(out, "<{address}>\r\n");
}

/// `name: <id> <id>`, one id a line. The ids are checked by the caller.
pub(super) fn ids<'a>(out: &mut String, name: &str, ids: impl Iterator<Item = &'a str>) {
    let start = out.len();
    let _ = write!(out, "{name}:");
    for id in ids {
        fold_before(out, start, id.len() + 2);
        let _ = write!(out, "<{id}>");
    }
    out.push_str("\r\n");
}

/// `; key="value"` on a line of its own, by RFC 2231 where the value is not short and plain.
pub(super) fn parameter(out: &mut String, key: &str, value: &str) {
    let value = clean(value);
    let plain = value.len() <= 50 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b" ._-()+,".contains(&b));
    if plain {
        let _ = write!(out, ";\r\n {key}=\"{value}\"");
        return;
    }
    let mut section = String::from("utf-8''");
    let mut count = 0;
    for c in value.chars() {
        let mut buffer = [0; 4];
        let mut written = String::new();
        for byte in c.encode_utf8(&mut buffer).bytes() {
            if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
                written.push(char::from(byte));
            } else {
                let _ = write!(written, "%{byte:02X}");
            }
        }
        if section.len() + written.len() > WIDTH - key.len() - 8 {
            let _ = write!(out, ";\r\n {key}*{count}*={section}");
            section.clear();
            count += 1;
        }
        section.push_str(&written);
    }
    let _ = write!(out, ";\r\n {key}*{count}*={section}");
}

/// A space, or a new line where the next piece would make this one too long.
fn fold_before(out: &mut String, start: usize, next: usize) {
    let line = out.as_bytes().get(start..).unwrap_or_default();
    let length = line.iter().rev().take_while(|b| **b != b'\n').count();
    let first_line = length == line.len();
    // A first line of the bare name would be shown as empty by old clients, so the first piece always stays on it.
    let is_first_piece = first_line && line.ends_with(b":");
    out.push_str(if length + 1 + next > WIDTH && !is_first_piece { "\r\n " } else { " " });
}

/// True for printable ASCII of short words that nobody could take for an encoded word.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~')) && !text.contains("=?") && text.split(' ').all(|word| word.len() <= 60)
}

/// Base64 encoded words, none over 75 characters, cut between characters only.
fn encoded_words(out: &mut String, start: usize, text: &str) {
    const FRAME: usize = "=?utf-8?B??=".len();
    let mut rest = text;
    let mut room = WIDTH - FRAME - 1 - (out.len() - start);
    loop {
        let bytes = room / 4 * 3;
        let cut = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= bytes).last().unwrap_or(0);
        let (word, left) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        let _ = write!(out, " =?utf-8?B?{}?=", STANDARD.encode(word));
        rest = left;
        if rest.is_empty() {
            return;
        }
        out.push_str("\r\n");
        room = WIDTH - FRAME - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::{MessageParser, MimeHeaders as _};
    use proptest::prelude::*;

    fn is_sound(block: &str) -> bool {
        block.is_ascii() && block.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n']))
    }

    proptest! {
        #[test]
        fn any_subject_reads_back_and_begins_no_other_field(text in any::<String>()) {
            let mut block = String::new();
            unstructured(&mut block, "Subject", &text);
            prop_assert!(is_sound(&block), "{block}");
            let raw = format!("{block}X-Next: 1\r\n\r\nbody");
            let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
            prop_assert_eq!(mail.subject().unwrap_or_default(), clean(&text));
            prop_assert_eq!(mail.headers().len(), 2);
        }

        #[test]
        fn any_name_reads_back_beside_its_address(text in any::<String>()) {
            let mut block = String::new();
            mailbox(&mut block, "To", &text, "lurah@kota.test");
            prop_assert!(is_sound(&block), "{block}");
            let raw = format!("{block}X-Next: 1\r\n\r\nbody");
            let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
            let to = mail.to().unwrap().first().unwrap();
            prop_assert_eq!(to.address(), Some("lurah@kota.test"));
            prop_assert_eq!(to.name().unwrap_or_default(), clean(&text));
            prop_assert_eq!(mail.headers().len(), 2);
        }

        #[test]
        fn any_file_name_reads_back(text in "\\PC{1,120}|[\\x00-\\x7f]{1,80}") {
            prop_assume!(!clean(&text).is_empty());
            let mut block = String::from("Content-Disposition: attachment");
            parameter(&mut block, "filename", &text);
            block.push_str("\r\n");
            prop_assert!(is_sound(&block), "{block}");
            let raw = format!("{block}X-Next: 1\r\n\r\nbody");
            let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
            prop_assert_eq!(mail.parts[0].content_disposition().unwrap().attribute("filename").unwrap_or_default(), clean(&text));
            prop_assert_eq!(mail.headers().len(), 2);
        }
    }
}
