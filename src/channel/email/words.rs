//! Text of mail whose charset is wrong, missing or cut in two.
//!
//! Bytes enter, text leaves; what cannot be decoded becomes a replacement character, never an error.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// An encoded word longer than this is left as it stands, so that a header of open words costs linear time.
const WORD: usize = 4_000;

/// UTF-8 as it is; other bytes by Windows-1252, which is what Indonesian offices write when they declare nothing.
pub(super) fn repaired(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => western(raw),
    }
}

/// Windows-1252.
pub(super) fn western(raw: &[u8]) -> String {
    match charset_decoder(b"windows-1252") {
        Some(decode) => decode(raw),
        None => String::from_utf8_lossy(raw).into_owned(),
    }
}

struct Word<'a> {
    charset: &'a str,
    quoted: bool,
    data: Cow<'a, str>,
}

impl<'a> Word<'a> {
    /// The encoded word (RFC 2047 2) that `text` begins with, and what follows it.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let near = text.get(..text.floor_char_boundary(WORD))?;
        let (charset, rest) = near.strip_prefix("=?")?.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let (data, _) = rest.split_once("?=")?;
        let quoted = match encoding {
            "q" | "Q" => true,
            "b" | "B" => false,
            _ => return None,
        };
        if charset.is_empty() || charset.contains(char::is_whitespace) || data.contains(char::is_whitespace) {
            return None;
        }
        let length = "=?".len() + charset.len() + 1 + encoding.len() + 1 + data.len() + "?=".len();
        Some((Self { charset, quoted, data: Cow::Borrowed(data) }, text.get(length..)?))
    }

    /// Appends a neighbour of the same charset and encoding; `false` where they do not fit together.
    fn join(&mut self, next: &Self) -> bool {
        if self.quoted != next.quoted || !self.charset.eq_ignore_ascii_case(next.charset) {
            return false;
        }
        if self.quoted {
            self.data.to_mut().push_str(&next.data);
            return true;
        }
        // Some programs pad with one sign too many.
        let decode = |data: &str| STANDARD_NO_PAD.decode(data.trim_end_matches('='));
        let (Ok(mut bytes), Ok(more)) = (decode(&self.data), decode(&next.data)) else { return false };
        // In a charset with shifts, a word that ends unshifted is whole, and two shifts in a row would be a fault.
        let shifts = self.charset.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("iso-2022"));
        if shifts && (bytes.ends_with(b"\x1b(B") || bytes.ends_with(b"\x1b(J")) {
            return false;
        }
        bytes.extend_from_slice(&more);
        self.data = Cow::Owned(STANDARD.encode(bytes));
        true
    }

    fn write(&self, out: &mut String) {
        let encoding = if self.quoted { "q" } else { "b" };
        for piece in ["=?", self.charset, "?", encoding, "?", &self.data, "?="] {
            out.push_str(piece);
        }
    }
}

/// Joins adjacent encoded words of one charset, because some programs cut a character in two between them.
pub(super) fn join_encoded_words(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, _)) = rest.split_once("=?") {
        let at = rest.get(before.len()..).unwrap_or_default();
        out.push_str(before);
        let Some((mut word, mut after)) = Word::read(at) else {
            out.push_str("=?");
            rest = at.get(2..).unwrap_or_default();
            continue;
        };
        while let Some((next, further)) = Word::read(after.trim_start()) {
            if !word.join(&next) {
                break;
            }
            after = further;
        }
        word.write(&mut out);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_do_not_fit_together_stay_apart() {
        for text in ["=?utf-8?q?a?= =?utf-8?b?Yg==?=", "=?utf-8?q?a?= =?iso-8859-1?q?b?=", "=?utf-8?q?a?= x =?utf-8?q?b?="] {
            assert_eq!(join_encoded_words(text), text);
        }
        assert_eq!(join_encoded_words("=?x =? =?"), "=?x =? =?");
    }

    #[test]
    fn open_words_cost_linear_time() {
        let bomb = "=?u?q?x".repeat(30_000);
        assert_eq!(join_encoded_words(&bomb), bomb);
    }
}
