//! Characters that can be printed.
//!
//! Under PDF/A a character that no font has is a hard error: one emoji in a subject would make the sheet unprintable.
//! So every string is cleaned first, and what was replaced is counted, so that the clerk can be told.

use serde_json::Value;
use typst::text::Font;

/// Stands for what no font has.
pub const MISSING: char = '\u{25a1}';
/// Longest string that goes to paper.
const LONGEST: usize = 2_000;
/// A word longer than this gets a space, since the setter would let it run off the sheet.
const WORD: usize = 36;

/// Cleans every string of a tree; gives back how many characters were replaced.
pub fn clean(value: &mut Value, fonts: &[Font]) -> u32 {
    match value {
        Value::String(text) => {
            let (cleaned, replaced) = line(text, |c| covered(c, fonts));
            *text = cleaned;
            replaced
        }
        Value::Array(list) => list.iter_mut().map(|one| clean(one, fonts)).sum(),
        Value::Object(map) => map.values_mut().map(|one| clean(one, fonts)).sum(),
        _ => 0,
    }
}

fn covered(c: char, fonts: &[Font]) -> bool {
    fonts.iter().all(|font| font.info().coverage.contains(u32::from(c)))
}

fn line(text: &str, known: impl Fn(char) -> bool) -> (String, u32) {
    let (mut out, mut replaced, mut run) = (String::new(), 0, 0);
    for c in text.chars().take(LONGEST) {
        let next = match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => ' ',
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => continue,
            c if known(c) => c,
            _ => {
                replaced += 1;
                MISSING
            }
        };
        // A number breaks at its strokes and dots by itself; no space may come into it.
        run = if next.is_alphanumeric() || next == MISSING { run + 1 } else { 0 };
        if run > WORD {
            out.push(' ');
            run = 1;
        }
        out.push(next);
    }
    (out.split_whitespace().collect::<Vec<_>>().join(" "), replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_replaced_and_counted() {
        let ascii = |c: char| c.is_ascii() || c == MISSING;
        assert_eq!(line("a\u{202e}b\u{7}c \u{1f600}", ascii), ("ab c \u{25a1}".to_owned(), 1));
        assert_eq!(line(&"x".repeat(80), ascii).0.split(' ').count(), 3);
        assert_eq!(line(&"a ".repeat(5_000), ascii).0.len(), 1_999);
    }
}
