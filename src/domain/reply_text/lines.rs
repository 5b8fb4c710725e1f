//! The lines of a text and what each of them looks like.

use super::{LINE_BYTES, attribution, marks};
use std::cell::OnceCell;
use std::ops::Range;

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing visible.
    Blank,
    /// Marks of emphasis around nothing, as HTML turned into text leaves them.
    Emptied,
    /// Starts with a quote mark.
    Quote,
    /// "Pada ... menulis:", over so many lines; `carries_text` where the quote begins on the same line.
    Attribution {
        /// How many lines it takes.
        lines: usize,
        /// Whether quoted text stands behind the colon.
        carries_text: bool,
    },
    /// "-----Pesan Asli-----".
    Banner,
    /// First line of a block "Dari: ... Dikirim: ... Perihal: ...".
    HeaderBlock,
    /// A drawn rule; means something only in front of a quote.
    Separator,
    /// "-- ".
    Delimiter,
    /// "Dikirim dari iPhone saya".
    Advert,
    /// Begin of a disclaimer.
    Disclaimer,
    /// Anything else.
    Text,
}

impl Class {
    /// True for what introduces somebody else's text.
    pub(super) const fn opens_quote(self) -> bool {
        matches!(self, Self::Banner | Self::HeaderBlock | Self::Attribution { .. })
    }
}

/// One line with its terminator.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Bytes in the text, terminator included.
    pub(super) range: Range<usize>,
    /// The visible part, trimmed and capped.
    pub(super) shown: &'a str,
    /// Whether a verb of writing stands in it. Most lines are never asked.
    verb: OnceCell<bool>,
    /// Class.
    pub(super) class: Class,
}

impl Line<'_> {
    fn has_verb(&self) -> bool {
        *self.verb.get_or_init(|| attribution::has_verb(self.shown))
    }

    /// Whether the line can only stem from a letter that kurir sent.
    pub(super) fn is_of_letter(&self) -> bool {
        ["Kode naskah", "Yth.", "Nomor agenda"].iter().any(|mark| self.shown.starts_with(mark))
    }
}

impl Line<'_> {
    /// Whether the line stands word for word in every letter that kurir sends.
    pub(super) fn is_of_kurir(&self) -> bool {
        const SENTENCES: &[&str] = &[
            "Kode naskah",
            "Naskah dinas berikut ditujukan",
            "Untuk memberi disposisi, cukup balas",
            "Untuk mendisposisi cukup balas",
            "Surel ini diantar oleh Kurir",
        ];
        SENTENCES.iter().any(|sentence| self.shown.starts_with(sentence))
    }
}

/// Characters that mail clients sprinkle in and nobody sees.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Splits at LF, CRLF and lone CR, and classifies.
pub(super) fn classify(text: &str) -> Vec<Line<'_>> {
    let mut lines = split(text);
    let classes: Vec<Class> = (0..lines.len()).map(|at| class_of(&lines, at)).collect();
    for (line, class) in lines.iter_mut().zip(classes) {
        line.class = class;
    }
    lines
}

fn split(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    while start < text.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        let end = match rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            None => text.len(),
            Some(at) if rest.get(at) == Some(&b'\r') && rest.get(at + 1) == Some(&b'\n') => start + at + 2,
            Some(at) => start + at + 1,
        };
        let shown = shown(text.get(start..end).unwrap_or_default());
        lines.push(Line { range: start..end, shown, verb: OnceCell::new(), class: Class::Text });
        start = end;
    }
    lines
}

fn shown(line: &str) -> &str {
    let trimmed = line.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || c == '\u{a0}');
    let mut end = trimmed.len().min(LINE_BYTES);
    while !trimmed.is_char_boundary(end) {
        end -= 1;
    }
    trimmed.get(..end).unwrap_or_default()
}

fn class_of(lines: &[Line<'_>], at: usize) -> Class {
    let Some(line) = lines.get(at) else { return Class::Blank };
    let shown = line.shown;
    if shown.is_empty() {
        return Class::Blank;
    }
    if shown != "__" && shown.len() < 12 && shown.chars().all(|c| matches!(c, '*' | '_' | ' ' | '\u{a0}')) {
        return Class::Emptied;
    }
    if shown.starts_with('>') || shown == "|" || shown.starts_with("| ") {
        return Class::Quote;
    }
    if let Some(class) = introduction(lines, at) {
        return class;
    }
    if marks::is_banner(shown) {
        return Class::Banner;
    }
    if header_block(lines, at) {
        return Class::HeaderBlock;
    }
    if marks::is_delimiter(shown) {
        return Class::Delimiter;
    }
    if marks::is_separator(shown) {
        return Class::Separator;
    }
    let after_advert = at.checked_sub(1).and_then(|before| lines.get(before)).is_some_and(|line| marks::is_advert(line.shown));
    if marks::is_advert(shown) || (after_advert && shown.starts_with("<http")) {
        return Class::Advert;
    }
    if marks::is_disclaimer(shown) { Class::Disclaimer } else { Class::Text }
}

/// `Pada <tanggal> <nama> menulis:` and its kin, wrapped over up to five lines.
fn introduction(lines: &[Line<'_>], at: usize) -> Option<Class> {
    const MOST: usize = 5;
    let first = lines.get(at)?;
    if !attribution::may_open_attribution(first.shown) {
        return None;
    }
    let dated = attribution::is_dated(first.shown);
    let window = MOST + usize::from(dated);
    let mut joined = String::new();
    let mut verb = false;
    for (count, line) in lines.iter().skip(at).take(window).enumerate() {
        // A blank line ends the search, except behind a line that has a full date already: some clients break there.
        if line.shown.is_empty() && !(dated && count == 1)
            || (count > 0 && line.shown.starts_with("> ")) && !line.shown.contains(':')
        {
            break;
        }
        joined.push_str(line.shown);
        joined.push(' ');
        verb = verb || line.has_verb();
        if !verb || !line.shown.contains([':', '：']) && !line.shown.ends_with('-') {
            continue;
        }
        if let Some(carries_text) = attribution::ends_attribution(&joined) {
            return Some(Class::Attribution { lines: count + 1, carries_text });
        }
    }
    bare_attribution(lines, at)
}

/// Date and address in front of a quote, on one line or two, without any verb.
fn bare_attribution(lines: &[Line<'_>], at: usize) -> Option<Class> {
    let first = lines.get(at)?.shown;
    let second = lines.get(at + 1).map_or("", |line| line.shown);
    let quote_after = |from: usize| lines.iter().skip(from).take(2).find(|line| !line.shown.is_empty());
    let found = |count: usize| quote_after(at + count).is_some_and(|line| line.shown.starts_with(['>', '|']));
    let count = if found(1) && attribution::is_bare_attribution(first) {
        1
    } else if found(2) && attribution::is_bare_attribution(&format!("{first} {second}")) {
        2
    } else {
        return None;
    };
    Some(Class::Attribution { lines: count, carries_text: false })
}

/// A block of mail headers as clients write them in front of an unmarked quote: who, and when or about what.
fn header_block(lines: &[Line<'_>], at: usize) -> bool {
    const MOST: usize = 9;
    let Some(first) = lines.get(at).and_then(|line| marks::header(line.shown)) else { return false };
    let (mut from, mut when, mut about, mut count, mut address) = (false, false, false, 0, false);
    for line in lines.iter().skip(at).take(MOST) {
        if line.shown.is_empty() {
            break;
        }
        address |= line.shown.contains('@');
        if let Some(kind) = marks::header(line.shown) {
            count += 1;
            from |= kind == marks::Header::From;
            when |= kind == marks::Header::Date;
            about |= kind == marks::Header::Subject;
        }
    }
    from && (first != marks::Header::To) && ((count >= 3 && (when || about)) || (count == 2 && address && (when || about)))
}
