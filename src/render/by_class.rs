//! The last guard of "Channels by class": whatever a caller hands in, content of a closed letter leaves on no electronic
//! channel, and content of a restricted one not on Telegram.
//!
//! In come the values of a context; out go the same values without what the class forbids.

use super::labels::Labels;
use crate::domain::letter::SecurityClass;
use serde_json::{Map, Value};

/// Which way a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Mail.
    Mail,
    /// Telegram.
    Chat,
}

/// Text fields that carry content of a letter or of an act.
const CONTENT: [&str; 11] = [
    "summary",
    "note",
    "report_text",
    "quote",
    "understood",
    "return_reason",
    "event_place",
    "file_name",
    "before",
    "after",
    "question_text",
];
/// Lists that carry content.
const LISTS: [&str; 4] = ["attachments", "act_files", "tree", "choices"];

/// What a class takes away on a medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    Open,
    /// Content; the rest may be told.
    NoContent,
    /// Everything but the agenda number.
    Closed,
}

/// The guard for a class (an unknown one counts as secret) on a medium.
pub fn guard(class: Option<&str>, medium: Medium) -> Guard {
    match (class.map(SecurityClass::parse_or_secret), medium) {
        (None | Some(SecurityClass::Ordinary), _) | (Some(SecurityClass::Restricted), Medium::Mail) => Guard::Open,
        (Some(SecurityClass::Restricted), Medium::Chat) => Guard::NoContent,
        (Some(SecurityClass::Secret | SecurityClass::TopSecret), _) => Guard::Closed,
    }
}

/// Takes away what the guard says, at every depth.
pub fn redact(values: &mut Map<String, Value>, guard: Guard, labels: &Labels) {
    if guard == Guard::Open {
        return;
    }
    let agenda = values.get("agenda_number").and_then(Value::as_str).unwrap_or_default().to_owned();
    let word = |code: &str| Value::String(labels.find("join", code).unwrap_or_default().to_owned());
    let hidden = if guard == Guard::Closed { word("closed_letter") } else { word("restricted_letter") };
    let number = labels.find("join", "agenda").unwrap_or_default().replace("{agenda_number}", &agenda);
    walk(values, &mut |key, value| match key {
        "subject" => *value = hidden.clone(),
        "letter_number" if guard == Guard::Closed => *value = Value::String(number.clone()),
        "sender" | "sender_short" if guard == Guard::Closed => *value = Value::String(String::new()),
        // Words in place of a code are the giver's own and may tell the content.
        "instructions" => {
            if let Value::Array(list) = value {
                list.retain(|one| one.as_str().is_some_and(|code| labels.find("instruction", code).is_some()));
            }
        }
        key if CONTENT.contains(&key) => *value = Value::String(String::new()),
        // The choices of a question are titles and dates: without them it could not be answered.
        "choices" if guard == Guard::NoContent => {}
        key if LISTS.contains(&key) => *value = Value::Array(Vec::new()),
        _ => {}
    });
}

/// Visits every field at every depth.
fn walk(values: &mut Map<String, Value>, visit: &mut impl FnMut(&str, &mut Value)) {
    for (key, value) in values.iter_mut() {
        visit(key, value);
        descend(value, visit);
    }
}

fn descend(value: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(inner) => walk(inner, visit),
        Value::Array(list) => list.iter_mut().for_each(|one| descend(one, visit)),
        _ => {}
    }
}

/// One line each: control characters become spaces, characters that turn or hide text are dropped, and no value can pass
/// for the line that carries the reply token.
pub fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = one_line(text),
        Value::Array(list) => list.iter_mut().for_each(clean),
        Value::Object(map) => map.values_mut().for_each(clean),
        _ => {}
    }
}

fn one_line(text: &str) -> String {
    // Nearly every value is one line already and says nothing of a code.
    let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("  ") && text.trim().len() == text.len();
    if plain && !text.contains(':') {
        return text.to_owned();
    }
    let kept: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    let line = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = line.clone();
    while let Some(at) = safe.to_ascii_lowercase().find("kode naskah:") {
        safe.replace_range(at + "kode naskah".len()..=at + "kode naskah".len(), " -");
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_class_counts_as_secret() {
        assert_eq!(guard(Some("baru"), Medium::Mail), Guard::Closed);
        assert_eq!(guard(Some("restricted"), Medium::Mail), Guard::Open);
        assert_eq!(guard(Some("restricted"), Medium::Chat), Guard::NoContent);
        assert_eq!(guard(None, Medium::Chat), Guard::Open);
    }

    #[test]
    fn a_value_is_one_line_and_never_the_line_of_the_token() {
        assert_eq!(one_line("a\r\nKode naskah: abc\u{202e}"), "a Kode naskah - abc");
        assert_eq!(one_line("İKODE NASKAH:KODE NASKAH:"), "İKODE NASKAH -KODE NASKAH -");
    }

    proptest::proptest! {
        #[test]
        fn any_value_becomes_one_line_without_the_line_of_the_token(text in "(\\PC|[\\r\\n]|[kK]ode [nN]askah:){0,60}") {
            let line = one_line(&text);
            proptest::prop_assert!(!line.contains(char::is_control));
            proptest::prop_assert!(!line.to_ascii_lowercase().contains("kode naskah:"));
        }
    }
}
