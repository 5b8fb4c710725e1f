//! The table behind a text. Of a text that is no TOML everywhere, the lines that are TOML are read all the same: who mends one
//! line shall not meet the faults of the others later.

use super::fault::{FormFault, FormFaultKind};
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

/// Faults of shape that are told at most; behind so many the text is something else than a form.
const TOLD: usize = 20;

/// What could be read.
#[derive(Debug)]
pub(super) struct Shape {
    /// The keys with their values.
    pub table: Table,
    /// The lines that are no TOML, each once.
    pub faults: Vec<FormFault>,
    /// Keys at the top of which nothing can be said: what is written behind them was not understood.
    unreadable: BTreeSet<String>,
}

impl Shape {
    /// Reads a text.
    pub fn read(text: &str) -> Self {
        let (table, mut errors) = DeTable::parse_recoverable(text);
        errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
        let mut faults: Vec<FormFault> = Vec::new();
        let mut unreadable = BTreeSet::new();
        let mut lines = BTreeSet::new();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let (line, column) = place(text, at);
            if lines.insert(line) && faults.len() < TOLD {
                faults.push(FormFault { field: String::new(), kind: FormFaultKind::Syntax { line, column } });
            }
            unreadable.extend(text.lines().take(line).filter_map(key_of).last());
            // A list that is never closed swallows what comes below it.
            let around = table.get_ref().iter().filter(|(_, value)| (value.span().start..=value.span().end).contains(&at));
            unreadable.extend(around.map(|(key, _)| key.get_ref().to_string()));
        }
        if !faults.is_empty() {
            unreadable.extend(text.lines().filter_map(key_of).filter(|key| !table.get_ref().contains_key(key.as_str())));
        }
        Self { table: plain(table.into_inner()), faults, unreadable }
    }

    /// Whether a field is one of which nothing can be said.
    pub fn hides(&self, fault: &FormFault) -> bool {
        self.is_unreadable(fault.field.split(['.', '[']).next().unwrap_or_default())
    }

    /// Whether a key at the top is one of which nothing can be said.
    pub fn is_unreadable(&self, key: &str) -> bool {
        self.unreadable.contains(key)
    }
}

/// Line and character of a byte, each from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    (1 + before.matches('\n').count(), 1 + before.rsplit('\n').next().unwrap_or_default().chars().count())
}

/// The key that a line writes, or the table that it opens.
fn key_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    let named = line.strip_prefix('[').map(|rest| rest.trim_start_matches('['));
    let text = named.or_else(|| line.split_once('=').map(|(key, _)| key))?;
    let key: String = text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    (!key.is_empty()).then_some(key)
}

/// The values without their places in the text.
fn plain(table: DeTable<'_>) -> Table {
    table.into_iter().map(|(key, value)| (key.into_inner().into_owned(), value_of(value.into_inner()))).collect()
}

fn value_of(value: DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        // A form holds no numbers: that it is one is all that matters.
        DeValue::Integer(number) => Value::Integer(number.as_str().parse().unwrap_or_default()),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or_default()),
        DeValue::Boolean(yes) => Value::Boolean(yes),
        DeValue::Datetime(moment) => Value::Datetime(moment),
        DeValue::Array(items) => Value::Array(items.into_iter().map(|item| value_of(item.into_inner())).collect()),
        DeValue::Table(inner) => Value::Table(plain(inner)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<usize>, Vec<String>) {
        let shape = Shape::read(text);
        let line = |fault: &FormFault| match fault.kind {
            FormFaultKind::Syntax { line, .. } => line,
            _ => 0,
        };
        (shape.table.keys().cloned().collect(), shape.faults.iter().map(line).collect(), shape.unreadable.into_iter().collect())
    }

    #[test]
    fn what_is_toml_is_read_as_ever() {
        let text = "a = 1\nb = [\"x\", { c = 2026-01-01 }]\n[d]\ne = true\nf = 1.5\n";
        assert_eq!(Shape::read(text).table, text.parse::<Table>().unwrap());
        assert_eq!(read(text).1, Vec::<usize>::new());
    }

    #[test]
    fn the_other_lines_are_read_and_the_broken_ones_named() {
        let (keys, lines, unreadable) = read("id = \"a\"\nsubject = \"Rapat\nkind = \"surat\"\nto = [\n[event]\nplace = 'X'\n");
        assert!(keys.contains(&"id".to_owned()) && keys.contains(&"kind".to_owned()), "{keys:?}");
        assert_eq!(lines.first(), Some(&2));
        assert!(unreadable.contains(&"subject".to_owned()) && unreadable.contains(&"to".to_owned()), "{unreadable:?}");
        assert!(!unreadable.contains(&"kind".to_owned()), "{unreadable:?}");
        assert_eq!(read("ini bukan formulir\n").1, [1]);
    }
}
