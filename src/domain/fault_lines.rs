//! Fills the sentences of a fault table.
//!
//! In comes a table of sentences by code (a TOML file of `templates/cli`) and a fault as typed data. Out comes what is wrong
//! and what to do about it, in the words of the table. No sentence stands in the code, so that the words of the house stay
//! in one place; and no fault is ever left without a line: one that the table does not know shows its code and its fields.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is wrong, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultLine {
    /// What is wrong.
    pub fault: String,
    /// What to do.
    pub remedy: String,
}

/// Sentences by code, with `{field}` where a value of the fault belongs.
#[derive(Debug, Clone, Deserialize)]
pub struct FaultTable {
    /// Whole lines, the fullest first: the first one is taken whose places the fault all fills.
    frames: Vec<String>,
    #[serde(flatten)]
    lines: BTreeMap<String, FaultLine>,
}

impl FaultTable {
    /// Reads a table: `frames`, then one TOML table per code with the keys `fault` and `remedy`.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The codes it has sentences for.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    /// The whole line for a fault: where, what, and the way out.
    pub fn print(&self, fault: &impl Serialize) -> String {
        let line = self.line(fault);
        let mut value = serde_json::to_value(fault).unwrap_or(Value::Null);
        if let Value::Object(fields) = &mut value {
            fields.insert("fault".to_owned(), Value::String(line.fault.clone()));
            fields.insert("remedy".to_owned(), Value::String(line.remedy.clone()));
        }
        let filled = |frame: &&String| places(frame).all(|name| !shown(value.get(name)).is_empty());
        match self.frames.iter().find(filled) {
            Some(frame) => fill(frame, &value),
            None => format!("{}: {}", line.fault, line.remedy),
        }
    }

    /// The line for a fault, which is an object with a `code` and its fields.
    pub fn line(&self, fault: &impl Serialize) -> FaultLine {
        let value = serde_json::to_value(fault).unwrap_or(Value::Null);
        let code = value.get("code").and_then(Value::as_str).unwrap_or_default();
        match self.lines.get(code) {
            Some(line) => FaultLine { fault: fill(&line.fault, &value), remedy: fill(&line.remedy, &value) },
            None => FaultLine { fault: value.to_string(), remedy: code.to_owned() },
        }
    }
}

/// Names of the places of a sentence.
fn places(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
}

/// Puts the fields of `value` in the place of `{field}`. What was given by the outside is never read again for braces.
fn fill(sentence: &str, value: &Value) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        filled.push_str(&shown(value.get(name)));
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// A value as a person reads it: lists by comma, texts freed of control characters and cut to a line's length.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.chars().filter(|c| !c.is_control()).take(400).collect(),
        Some(Value::Array(items)) => items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_stand_in_the_place_of_their_names_and_braces_of_the_outside_stay_text() {
        let table = FaultTable::parse("frames = ['{place}: {fault}', '{fault}! {remedy}']\n[bad_code]\nfault = 'kode {given} salah'\nremedy = 'pilih {expected}'").unwrap();
        let line = table.line(&json!({"code": "bad_code", "given": "{expected}\n", "expected": ["A", "B"]}));
        assert_eq!(line, FaultLine { fault: "kode {expected} salah".into(), remedy: "pilih A, B".into() });
        let print = |place: &str| table.print(&json!({"code": "bad_code", "given": "X", "expected": "Y", "place": place}));
        assert_eq!((print("3").as_str(), print("").as_str()), ("3: kode X salah", "kode X salah! pilih Y"));
    }

    #[test]
    fn a_fault_without_a_sentence_still_gets_a_line() {
        let table = FaultTable::parse("frames = []").unwrap();
        let line = table.line(&json!({"code": "new", "given": 7}));
        assert!(line.fault.contains('7') && line.remedy == "new");
    }
}
