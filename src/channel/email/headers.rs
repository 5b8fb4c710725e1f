//! The top header section, read by ourselves.
//!
//! Bytes of a mail enter, the header fields in their order leave. The foreign parser keeps only the last of two equal
//! fields and turns raw 8-bit text into U+FFFD, so what decides (From, Authentication-Results) is never taken from it.

use super::words::{join_encoded_words, repaired};
use jiff::Timestamp;
use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderValue};

/// How many ids of References are looked at.
const IDS: usize = 100;

/// A person in From, To or Cc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Display name; may be empty. It proves nothing.
    pub name: String,
    /// Address in lower case.
    pub address: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name in lower case without any blanks: `From :` is From to somebody, so it is From to us.
    pub name: String,
    /// Value as it stood, folds included, without the last line end.
    pub raw: Vec<u8>,
}

impl Field {
    /// The value with raw 8-bit text repaired, folds kept.
    pub fn text(&self) -> String {
        repaired(&self.raw)
    }
}

/// The header section of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<Field>,
    body_offset: usize,
    malformed: bool,
}

impl Headers {
    /// Reads the section at the head of `raw`.
    pub fn read(raw: &[u8]) -> Self {
        let mut headers = Self::default();
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            let content = line.strip_suffix(b"\n").unwrap_or(line);
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            // A bare CR or a NUL is a line end to some and text to others: what the border judged is then not sure.
            headers.malformed |= content.iter().any(|byte| matches!(byte, b'\r' | 0));
            headers.body_offset += line.len();
            if content.is_empty() {
                break;
            }
            headers.push(content);
        }
        headers
    }

    fn push(&mut self, line: &[u8]) {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            if let Some(last) = self.fields.last_mut() {
                last.raw.extend_from_slice(b"\r\n");
                last.raw.extend_from_slice(line);
            }
            return;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let (name, value) = line.split_at(colon);
        let name: Vec<u8> = name.iter().filter(|byte| !byte.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
        let value = value.strip_prefix(b":").unwrap_or(value);
        self.fields.push(Field { name: String::from_utf8_lossy(&name).into_owned(), raw: value.to_vec() });
    }

    /// Where the body begins.
    pub const fn body_offset(&self) -> usize {
        self.body_offset
    }

    /// True where a bare CR or a NUL stands in the section.
    pub const fn is_malformed(&self) -> bool {
        self.malformed
    }

    /// Every field in its order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Every field of a name (lower case) in its order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.name == name)
    }

    /// The decoded text of the first field of a name: programs show people the first.
    pub fn text(&self, name: &str) -> Option<String> {
        self.all(name).next().map(|field| unstructured(&field.raw))
    }

    /// Whether there is such a field.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The first word of the first field of a name, in lower case, up to a blank, `;` or `(`.
    pub fn keyword(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let word = text.trim().split([' ', '\t', ';', '(']).next()?;
        Some(word.to_ascii_lowercase())
    }

    /// Every mailbox of every field of a name.
    pub fn mailboxes(&self, name: &str) -> Vec<Mailbox> {
        self.all(name).flat_map(|field| mailboxes(&field.raw)).collect()
    }

    /// The ids (`<...>`) of every field of a name, at most a hundred.
    pub fn ids(&self, name: &str) -> Vec<String> {
        self.all(name).flat_map(|field| ids(&field.text())).take(IDS).collect()
    }

    /// The first Date that can be read. It is a claim of the writer.
    pub fn date(&self) -> Option<Timestamp> {
        let value = terminated(&self.all("date").next()?.text());
        match MessageStream::new(value.as_bytes()).parse_date() {
            HeaderValue::DateTime(date) if date.is_valid() => Timestamp::from_second(date.to_timestamp()).ok(),
            _ => None,
        }
    }

    /// The first Return-Path; `Some("")` is the null sender.
    pub fn return_path(&self) -> Option<String> {
        let text = self.text("return-path")?;
        let inner = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        Some(inner.to_ascii_lowercase())
    }
}

/// Decodes a value without structure.
pub(super) fn unstructured(raw: &[u8]) -> String {
    let value = terminated(&join_encoded_words(&repaired(raw)));
    match MessageStream::new(value.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        HeaderValue::TextList(list) => list.join(" "),
        _ => String::new(),
    }
}

fn mailboxes(raw: &[u8]) -> Vec<Mailbox> {
    let value = terminated(&join_encoded_words(&repaired(raw)));
    let address = MessageStream::new(value.as_bytes()).parse_address();
    let list = match address {
        HeaderValue::Address(Address::List(list)) => list,
        HeaderValue::Address(Address::Group(groups)) => groups.into_iter().flat_map(|group| group.addresses).collect(),
        _ => Vec::new(),
    };
    list.into_iter()
        .map(|one| Mailbox {
            name: one.name.unwrap_or_default().into_owned(),
            address: one.address.unwrap_or_default().trim().to_ascii_lowercase(),
        })
        .collect()
}

/// The values between `<` and `>`; where there is none, the words.
fn ids(text: &str) -> Vec<String> {
    let bracketed: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.split_whitespace().collect())
        .take(IDS)
        .collect();
    if !bracketed.is_empty() {
        return bracketed;
    }
    text.split_whitespace().take(IDS).map(str::to_owned).collect()
}

fn terminated(text: &str) -> String {
    format!("{text}\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_from_are_two_however_they_are_spelt() {
        let headers =
            Headers::read(b"From: a@x.example\r\nFROM : b@y.example\r\nF rom:\tc@z.example\r\n\r\nFrom: body@x.example\r\n");
        let from: Vec<String> = headers.mailboxes("from").into_iter().map(|one| one.address).collect();
        assert_eq!(from, ["a@x.example", "b@y.example", "c@z.example"]);
    }

    #[test]
    fn raw_eight_bit_and_split_words_are_read() {
        let headers = Headers::read(
            "Subject: Rencana \u{2013} Tahap II\r\nX-Split: =?utf-8?B?4oA=?=\r\n =?utf-8?B?kw==?=\r\nX-Q: =?utf-8?q?=E2=80?= =?utf-8?q?=93a?=\r\n\r\n"
                .as_bytes(),
        );
        assert_eq!(headers.text("subject").unwrap(), "Rencana \u{2013} Tahap II");
        assert_eq!(headers.text("x-split").unwrap(), "\u{2013}");
        assert_eq!(headers.text("x-q").unwrap(), "\u{2013}a");
        let latin = Headers::read(b"Subject: caf\xe9\n\n");
        assert_eq!(latin.text("subject").unwrap(), "caf\u{e9}");
    }

    #[test]
    fn ids_dates_and_the_null_sender() {
        let headers = Headers::read(
            b"Return-Path: <>\nReferences: <a@x> <b\n @y>\nIn-Reply-To: bare@z\nDate: Fri, 27 Nov 2026 21:14:24 +0700\n\n",
        );
        assert_eq!(headers.return_path().as_deref(), Some(""));
        assert_eq!(headers.ids("references"), ["a@x", "b@y"]);
        assert_eq!(headers.ids("in-reply-to"), ["bare@z"]);
        assert_eq!(headers.date().unwrap().to_string(), "2026-11-27T14:14:24Z");
    }

    #[test]
    fn a_bare_cr_or_nul_makes_the_section_malformed() {
        assert!(Headers::read(b"Subject: a\rFrom: x@y\r\n\r\n").is_malformed());
        assert!(Headers::read(b"Subject: a\0\r\n\r\n").is_malformed());
        assert!(!Headers::read(b"Subject: a\r\n\r\n\r\0").is_malformed());
    }
}
