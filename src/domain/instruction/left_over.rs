//! What an official wrote beside the order: it goes along as a note, word for word.

use super::reading::quote;
use super::speech::{Act, Speech};

/// More sentences than this are no note.
const MOST_SENTENCES: usize = 200;

/// Sentences in which nothing was understood, without greetings.
pub(super) fn left_over(text: &str, speech: &Speech) -> Option<String> {
    let used = |start: usize, end: usize| {
        let acts = speech.acts.iter().filter_map(|act| match act {
            Act::Post(_, range) | Act::Order(_, range) | Act::Due(_, range, _) => Some(range),
            Act::Pause(_) | Act::Other => None,
        });
        acts.chain(&speech.understood).any(|range| range.start < end && start < range.end)
    };
    let mut left = Vec::new();
    let (mut start, mut seen) = (0, 0);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = c == '\n'
            || (matches!(c, '.' | '!' | '?' | ';')
                && text.get(end..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)));
        if ends || end == text.len() {
            seen += 1;
            if seen > MOST_SENTENCES {
                break;
            }
            let sentence = quote(text, start..end);
            if !used(start, end) && !is_greeting(&sentence) {
                left.push(without_label(&sentence).to_owned());
            }
            start = end;
        }
    }
    Some(left.join(" ")).filter(|text| !text.is_empty())
}

/// "Catatan: bawa data": the words without the label, which the reader's own form brings.
fn without_label(sentence: &str) -> &str {
    let Some((label, rest)) = sentence.split_once(':') else { return sentence };
    let label = label.trim();
    let is_note = super::form::note_labels().any(|known| known.eq_ignore_ascii_case(label));
    if is_note { rest.trim_start() } else { sentence }
}

fn is_greeting(sentence: &str) -> bool {
    const GREETINGS: &[&str] = &[
        "assalam",
        "wassalam",
        "terima kasih",
        "terimakasih",
        "salam",
        "selamat pagi",
        "selamat siang",
        "selamat sore",
        "selamat malam",
        "hatur nuhun",
        "nuhun",
        "matur",
        "suwun",
        "sampurasun",
        "punten",
        "demikian",
        "yth",
        "dengan hormat",
        "hormat",
        "disposisi",
        "lembar disposisi",
        "mohon bantuannya",
        "trims",
        "menindaklanjuti surat",
        "rahayu",
        "kulonuwun",
        "ralat",
    ];
    let lower = sentence.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    lower.is_empty() || GREETINGS.iter().any(|greeting| lower.starts_with(greeting))
}
