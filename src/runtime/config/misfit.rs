//! A value that does not fit its key: told by what stands in the documented defaults at that place, never in the words of the
//! reader of TOML, which are not the administrator's.

use super::fault::{ConfigFaultKind, Given};
use figment::error::Kind;
use toml::{Table, Value};

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// What is wrong with the value at a path of a file.
pub(super) fn of(given: &Table, schema: &Table, path: &[String], kind: &Kind) -> ConfigFaultKind {
    let found = at(given, path);
    let wanted = at(schema, path);
    let value = Given { given: found.map(shown).unwrap_or_default(), example: example(schema, path) };
    if let (Some(found), Some(wanted)) = (found, wanted)
        && !found.same_type(wanted)
    {
        return match wanted {
            Value::Integer(_) | Value::Float(_) => ConfigFaultKind::NotNumber(value),
            Value::Boolean(_) => ConfigFaultKind::NotYesNo(value),
            Value::Array(_) => ConfigFaultKind::NotList(value),
            Value::Table(_) => ConfigFaultKind::NotSection(value),
            Value::String(_) | Value::Datetime(_) => ConfigFaultKind::NotText(value),
        };
    }
    match words(kind) {
        Some(expected) => ConfigFaultKind::NotOneOf { given: value.given, expected },
        None => ConfigFaultKind::BadForm(value),
    }
}

/// The words of a closed set, where the value is none of them.
fn words(kind: &Kind) -> Option<Vec<String>> {
    match kind {
        Kind::UnknownVariant(_, words) => Some(words.iter().map(|word| (*word).to_owned()).collect()),
        // As `domain::words` says it.
        Kind::Message(text) => {
            text.split_once(" is not one of ").map(|(_, words)| words.split(", ").map(str::to_owned).collect())
        }
        _ => None,
    }
}

/// The value at a path; of a list that is shorter its first one, which is of the same kind.
fn at<'t>(table: &'t Table, path: &[String]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(first)?, |value, key| match value {
        Value::Table(below) => below.get(key),
        Value::Array(items) => key.parse().ok().and_then(|place: usize| items.get(place)).or_else(|| items.first()),
        _ => None,
    })
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(SHOWN).collect()
}

/// The line that the documented defaults have for a key.
fn example(schema: &Table, path: &[String]) -> String {
    let keys: Vec<String> = path.iter().filter(|key| key.parse::<usize>().is_err()).cloned().collect();
    let Some(key) = keys.last() else { return String::new() };
    match at(schema, &keys) {
        Some(Value::Table(_)) => format!("[{}]", keys.join(".")),
        Some(value) => format!("{key} = {value}"),
        None => String::new(),
    }
}
