//! Words, numbers and marks of a reply, with the spelling that officials use on a telephone folded to one form.
//!
//! In comes the visible reply, out come tokens with byte ranges into it. A token's `word` is folded (lower case, full
//! word for an abbreviation, base for a passive verb); the text itself is never changed.

use super::spelling::{self, Voice};
use std::ops::Range;

/// More tokens than this are not read: nobody writes an order that long.
const MOST_TOKENS: usize = 3_000;
/// A line of at least so many bytes was broken by the client, not by the writer.
const WRAPPED_AT: usize = 58;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word, "dan" for an ampersand, "/" for a slash.
    Word,
    /// A bare number.
    Number(u32),
    /// Digits with separators: "28/11", "10.00", "2x24".
    Numeric,
    /// ","
    Comma,
    /// End of a sentence: full stop, exclamation mark.
    Stop,
    /// "?"
    Question,
    /// ";"
    Semicolon,
    /// ":"
    Colon,
    /// End of a line that the writer ended.
    Newline,
    /// "1." or "-" at the begin of a line.
    Bullet,
    /// Anything else visible: emoji, brackets, quotation marks.
    Mark,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Folded form.
    pub word: String,
    /// Kind.
    pub kind: Kind,
    /// Voice of a verb.
    pub voice: Voice,
    /// Where it stands.
    pub range: Range<usize>,
}

impl Token {
    /// Whether it is one of these words.
    pub fn is_any(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&self.word.as_str())
    }
}

/// A text in tokens.
#[derive(Debug, Clone, Default)]
pub struct Lexed {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// Whether the text went on behind the last token that is read.
    pub is_cut: bool,
}

/// The folded words of a short phrase, without marks except the slash.
pub fn words(phrase: &str) -> Vec<String> {
    lex(phrase)
        .tokens
        .into_iter()
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Number(_)))
        .map(|token| token.word)
        .collect()
}

/// Reads a text.
pub fn lex(text: &str) -> Lexed {
    let mut raw = Vec::new();
    let mut line_start = 0;
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if raw.len() >= MOST_TOKENS {
            return Lexed { tokens: spelling::fold(&raw), is_cut: true };
        }
        let begins_line = text.get(line_start..at).is_some_and(|before| before.trim().is_empty());
        let (token, next) = scan(text, at, c, begins_line);
        if c == '\n' {
            let wrapped = at - line_start >= WRAPPED_AT
                && !text.get(next..).is_some_and(|rest| rest.trim_start_matches(' ').starts_with('\n'));
            line_start = next;
            if wrapped {
                at = next;
                continue;
            }
        }
        raw.extend(token);
        at = next;
    }
    Lexed { tokens: spelling::fold(&raw), is_cut: false }
}

fn scan(text: &str, at: usize, c: char, begins_line: bool) -> (Option<Token>, usize) {
    let after = at + c.len_utf8();
    if c.is_ascii_digit() {
        return number(text, at, begins_line);
    }
    if c.is_alphabetic() {
        return word(text, at);
    }
    let next = text.get(after..).and_then(|rest| rest.chars().next());
    let kind = match c {
        '\n' => Kind::Newline,
        ',' => Kind::Comma,
        '.' | '!' | '…' if next.is_none_or(|c| !c.is_alphanumeric()) => Kind::Stop,
        '?' => Kind::Question,
        ';' => Kind::Semicolon,
        ':' | '：' => Kind::Colon,
        '&' | '+' => return (Some(token("dan", Kind::Word, at..after)), after),
        '/' => return (Some(token("/", Kind::Word, at..after)), after),
        '-' | '*' | '•' | '·' | '–' | '—' | '▪' | '●' | '→' if begins_line => Kind::Bullet,
        '.' | '-' | '\'' | '’' => return (None, after),
        c if c.is_whitespace()
            || c.is_control()
            || ('\u{200b}'..='\u{200f}').contains(&c)
            || ('\u{fe00}'..='\u{fe0f}').contains(&c) =>
        {
            return (None, after);
        }
        _ => Kind::Mark,
    };
    (Some(token(text.get(at..after).unwrap_or_default(), kind, at..after)), after)
}

fn token(word: &str, kind: Kind, range: Range<usize>) -> Token {
    Token { word: word.to_owned(), kind, voice: Voice::Plain, range }
}

fn word(text: &str, at: usize) -> (Option<Token>, usize) {
    let rest = text.get(at..).unwrap_or_default();
    let mut length = 0;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '\'' | '’' | '`') && chars.peek().is_some_and(|next| next.is_alphabetic());
        if !(c.is_alphanumeric() || joins) || length > 60 {
            break;
        }
        length += c.len_utf8();
    }
    let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
    let shown: String = rest.get(..length).unwrap_or_default().to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    (Some(token(&shown, Kind::Word, at..at + length)), at + length)
}

fn number(text: &str, at: usize, begins_line: bool) -> (Option<Token>, usize) {
    let rest = text.get(at..).unwrap_or_default().as_bytes();
    let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    if begins_line
        && length <= 2
        && matches!(rest.get(length), Some(b'.' | b')'))
        && rest.get(length + 1).is_none_or(|byte| *byte == b' ')
    {
        return (Some(token("1", Kind::Bullet, at..at + length + 1)), at + length + 1);
    }
    let first = length;
    while length < 80 && matches!(rest.get(length), Some(b'/' | b'.' | b':' | b'-' | b'x')) && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    // "005/123/Setda" is the number of a letter: what has letters glued to a separator is no date.
    if matches!(rest.get(length), Some(b'/' | b'-'))
        && rest.get(length + 1).is_some_and(u8::is_ascii_alphabetic)
        && rest.get(length) == Some(&b'/')
    {
        let end = length + rest.iter().skip(length).take_while(|byte| !byte.is_ascii_whitespace()).count();
        let end = (at..=at + end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(at + length);
        return (Some(token("#", Kind::Mark, at..end)), end);
    }
    let shown = text.get(at..at + length).unwrap_or_default();
    let kind = match shown.parse::<u32>() {
        Ok(value) if length == first && length <= 6 => Kind::Number(value),
        _ => Kind::Numeric,
    };
    (Some(token(shown, kind, at..at + length)), at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        words(text).join(" ")
    }

    #[test]
    fn abbreviations_passives_and_slips_have_one_form() {
        assert_eq!(folded("utk ditindaklanjuti"), "untuk tindaklanjuti");
        assert_eq!(folded("di-TL"), "tindaklanjuti");
        assert_eq!(folded("tindak lanjuti"), "tindaklanjuti");
        assert_eq!(folded("lap. hslnya sgr"), "laporan hasil segera");
        assert_eq!(folded("laksnakan"), "laksanakan");
        assert_eq!(folded("Kepala Bidang Aptika"), "kabid aptika");
        assert_eq!(folded("Asisten II"), "asisten 2");
    }

    #[test]
    fn numbers_of_letters_are_no_dates() {
        assert!(lex("surat 005/123/Setda").tokens.iter().all(|token| token.kind != Kind::Numeric));
    }
}
