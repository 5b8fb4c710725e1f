//! Lays a city's file over the documented defaults.
//!
//! In come the defaults, which are documentation and schema at once, and the text of a file. Out comes the typed value and
//! every fault of the file. A faulty key counts as unset while the rest is looked at, so that one run tells everything.

use super::fault::{ConfigFault, ConfigFaultKind};
use super::misfit;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// A city's file.
#[derive(Debug, Clone, Copy)]
pub(super) struct CityFile<'a> {
    /// Its name, for the faults.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// The defaults with the keys that are unset by default, which stand there behind a "#" of their own.
pub(super) fn documented(defaults: &str) -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) && rest.contains(" = ") => rest.to_owned(),
        _ => line.to_owned(),
    };
    defaults.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads the value that a file makes of the defaults, and the faults of the file.
///
/// `None` comes with a fault where not even the defaults fit the type; a test holds that they do.
pub(super) fn read<T: DeserializeOwned>(defaults: &str, file: CityFile<'_>) -> (Option<T>, Vec<ConfigFault>) {
    let mut faults = Vec::new();
    let told = |key: String, kind| ConfigFault { file: file.name.to_owned(), key, kind };
    let mut given: Table = match file.text.parse() {
        Ok(table) => table,
        Err(error) => {
            faults.push(told(String::new(), syntax(file.text, &error)));
            Table::new()
        }
    };
    let schema: Table = documented(defaults).parse().unwrap_or_default();
    for (path, expected) in unknown(&given, &schema, &[]) {
        remove(&mut given, &path);
        faults.push(told(path.join("."), ConfigFaultKind::UnknownKey { expected }));
    }
    loop {
        let layers = Figment::from(Toml::string(defaults)).merge(Toml::string(&given.to_string()));
        match layers.extract::<T>() {
            Ok(value) => return (Some(value), faults),
            Err(error) => {
                faults.push(told(error.path.join("."), misfit::of(&given, &schema, &error.path, &error.kind)));
                let removed = remove(&mut given, &error.path);
                if !removed {
                    return (None, faults);
                }
            }
        }
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> ConfigFaultKind {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    ConfigFaultKind::Syntax { line: 1 + before.matches('\n').count(), column }
}

/// Paths of the keys that the schema does not have, each with the keys that it has in that place.
fn unknown(given: &Table, schema: &Table, path: &[String]) -> Vec<(Vec<String>, Vec<String>)> {
    let mut found = Vec::new();
    for (key, value) in given {
        let here: Vec<String> = path.iter().chain([key]).cloned().collect();
        match (schema.get(key), value) {
            (None, _) => found.push((here, schema.keys().cloned().collect())),
            (Some(Value::Table(below)), Value::Table(given)) => found.extend(unknown(given, below, &here)),
            _ => {}
        }
    }
    found
}

/// Takes the value at a path out of a table, or the nearest one above it; false where nothing of it is there.
fn remove(table: &mut Table, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    if let Some(Value::Table(below)) = table.get_mut(first)
        && !rest.is_empty()
    {
        return remove(below, rest);
    }
    table.remove(first).is_some()
}
