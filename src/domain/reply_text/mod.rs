//! What a person wrote himself in a reply, apart from quotes, signatures and what clients add.
//!
//! In comes the decoded plain text of a mail (HTML already turned into text, quotes as `> `), out come byte ranges into
//! that same text: reply, elided, signature. Together they cover every byte, in order and without overlap, so nothing is
//! ever thrown away. One pass over the lines; each looks at no more than the few after it, and at no more than
//! [`LINE_BYTES`] of any of them, so the time is linear whatever is sent. Nothing here knows posts, people or letters.

mod attribution;
mod lines;
mod marks;
mod signature;

use lines::{Class, Line};
use std::ops::Range;

/// How much of one line is looked at. What is longer is a paragraph, and no client's mark is.
pub const LINE_BYTES: usize = 600;

/// The parts of a text, as byte ranges into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyText {
    /// What the person wrote, in order; several ranges where he answered between quoted lines.
    pub reply: Vec<Range<usize>>,
    /// Quotes, their introductions, header blocks and everything a client put below.
    pub elided: Vec<Range<usize>>,
    /// Signatures, advertising of clients, disclaimers.
    pub signature: Vec<Range<usize>>,
}

/// Where a line goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Reply,
    Elided,
    Signature,
}

impl ReplyText {
    /// Divides a text.
    pub fn of(text: &str) -> Self {
        let lines = lines::classify(text);
        let mut parts = divide(&lines);
        elide_unmarked_letter(&lines, &mut parts);
        signature::cut_names(&lines, &mut parts);
        collect(&lines, &parts)
    }

    /// The visible reply: LF line ends, without invisible characters, trimmed.
    pub fn visible(&self, text: &str) -> String {
        joined(&self.reply, text)
    }

    /// The elided text, put together the same way.
    pub fn elided_text(&self, text: &str) -> String {
        joined(&self.elided, text)
    }

    /// The signature text, put together the same way.
    pub fn signature_text(&self, text: &str) -> String {
        joined(&self.signature, text)
    }
}

fn joined(ranges: &[Range<usize>], text: &str) -> String {
    let raw: String = ranges.iter().filter_map(|range| text.get(range.clone())).collect();
    let clean: String = raw.chars().filter(|c| !lines::is_invisible(*c)).collect();
    let lines: Vec<&str> = clean.split('\n').map(|line| line.trim_end_matches(['\r', ' ', '\t', '\u{a0}'])).collect();
    lines.join("\n").trim().to_owned()
}

fn divide(lines: &[Line<'_>]) -> Vec<Part> {
    let mut parts = Vec::with_capacity(lines.len());
    let mut mode = Part::Reply;
    let mut said_something = false;
    let last_of_letter = lines.iter().rposition(Line::is_of_letter);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let (part, next, count) = step(lines, at, mode, Seen { said: said_something, last_of_letter });
        let stays_open = mode == Part::Elided && next == Part::Elided;
        if stays_open {
            parts.resize(lines.len(), Part::Elided);
            break;
        }
        said_something |= part == Part::Reply && line.class != Class::Blank;
        parts.resize(parts.len() + count, part);
        mode = next;
        at += count;
    }
    parts.truncate(lines.len());
    parts
}

/// What is known of the text besides the line itself.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Whether the person wrote something above.
    said: bool,
    /// The last line that can only stem from a letter of kurir.
    last_of_letter: Option<usize>,
}

/// Part of this line, the mode after it, and how many lines it takes.
fn step(lines: &[Line<'_>], at: usize, mode: Part, seen: Seen) -> (Part, Part, usize) {
    let Some(line) = lines.get(at) else { return (Part::Elided, mode, 1) };
    match line.class {
        _ if mode == Part::Elided => (Part::Elided, Part::Elided, 1),
        Class::Quote => (Part::Elided, Part::Reply, 1),
        Class::Emptied => (Part::Elided, mode, 1),
        Class::Attribution { lines: count, carries_text } => {
            let quoted = follows(lines, at + count, |class| class == Class::Quote);
            // An answer below an unmarked quote cannot be told from the quote itself. Only where nothing was said above
            // and nothing of a letter follows is the rest taken for the answer.
            let rest_is_answer = !seen.said && !carries_text && seen.last_of_letter.is_none_or(|last| last < at);
            let next = if quoted || rest_is_answer { Part::Reply } else { Part::Elided };
            (Part::Elided, next, count)
        }
        Class::Separator if follows(lines, at + 1, Class::opens_quote) => (Part::Elided, Part::Reply, 1),
        // Mailing lists put their footer below a line of underscores.
        Class::Separator if seen.said && line.shown.starts_with("_____") => (Part::Signature, Part::Signature, 1),
        Class::Banner | Class::HeaderBlock => (Part::Elided, Part::Elided, 1),
        Class::Delimiter | Class::Disclaimer => (Part::Signature, Part::Signature, 1),
        // What stands below a client's advertising is a thread that it did not mark; above anything said it is only a line.
        Class::Advert => (Part::Signature, if seen.said { Part::Signature } else { mode }, 1),
        Class::Text if is_wrapped_quote(lines, at) => (Part::Elided, mode, 1),
        Class::Blank | Class::Text | Class::Separator => (mode, mode, 1),
    }
}

/// Some clients put the letter below the answer without any mark. It holds examples of orders, so it must never be taken
/// for the person's own words: from its salutation to its last line it is elided.
fn elide_unmarked_letter(lines: &[Line<'_>], parts: &mut [Part]) {
    let is_reply = |at: &usize| parts.get(*at) == Some(&Part::Reply);
    let marks = |at: &usize| lines.get(*at).is_some_and(Line::is_of_kurir);
    let Some(first) = (0..lines.len()).filter(is_reply).find(marks) else { return };
    let greets = |at: &usize| lines.get(*at).is_some_and(|line| line.shown.starts_with("Yth."));
    let start = (0..first).filter(is_reply).find(greets).unwrap_or(first);
    let ends = |at: &usize| lines.get(*at).is_some_and(|line| line.shown.starts_with("Kode naskah"));
    let end = (first..lines.len()).rev().find(ends).map_or(lines.len(), |at| at + 1);
    for part in parts.iter_mut().take(end).skip(start).filter(|part| **part == Part::Reply) {
        *part = Part::Elided;
    }
}

/// The tail of a long quoted line that a server broke: between two quoted lines, without a blank line around it.
fn is_wrapped_quote(lines: &[Line<'_>], at: usize) -> bool {
    const LONG: usize = 60;
    let before = at.checked_sub(1).and_then(|before| lines.get(before));
    let long = before.is_some_and(|line| line.class == Class::Quote && line.shown.len() >= LONG);
    long && lines.get(at + 1).is_some_and(|line| line.class == Class::Quote)
}

/// Whether the first line at or after `at` that is not blank is of a class.
fn follows(lines: &[Line<'_>], at: usize, wanted: impl Fn(Class) -> bool) -> bool {
    const LOOK: usize = 8;
    lines
        .iter()
        .skip(at)
        .take(LOOK)
        .find(|line| !matches!(line.class, Class::Blank | Class::Emptied))
        .is_some_and(|line| wanted(line.class))
}

fn collect(lines: &[Line<'_>], parts: &[Part]) -> ReplyText {
    let mut found = ReplyText::default();
    for (line, part) in lines.iter().zip(parts) {
        let ranges = match part {
            Part::Reply => &mut found.reply,
            Part::Elided => &mut found.elided,
            Part::Signature => &mut found.signature,
        };
        match ranges.last_mut() {
            Some(last) if last.end == line.range.start => last.end = line.range.end,
            _ => ranges.push(line.range.clone()),
        }
    }
    found
}

#[cfg(test)]
mod tests;
