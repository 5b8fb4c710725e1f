//! What the command line says to people: typed faults and values in, Indonesian lines out (templates/cli).

use super::config::ConfigError;
use crate::domain::fault_lines::FaultTable;
use serde::Serialize;

const CONFIG: &str = include_str!("../../templates/cli/config_faults.toml");
const LINES: &str = include_str!("../../templates/cli/lines.toml");

/// One line a fault of the configuration.
pub fn config_faults(error: &ConfigError) -> String {
    faults(CONFIG, &error.0)
}

/// One line a fault, by the sentences of a table.
pub fn faults<T: Serialize>(table: &str, faults: &[T]) -> String {
    let Ok(table) = FaultTable::parse(table) else { return String::new() };
    faults.iter().map(|fault| table.print(fault)).collect::<Vec<_>>().join("\n")
}

/// A line of `templates/cli/lines.toml` with its places filled in.
pub fn line(name: &str, values: &[(&str, &str)]) -> String {
    filled(lines().get(name).and_then(toml::Value::as_str).unwrap_or(name), values)
}

/// Writes a line to standard output. A reader that went away (`| head`) is no error of ours.
pub fn say(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes a formatted line to standard output.
macro_rules! out {
    ($($text:tt)*) => {
        $crate::runtime::words::say(&format!($($text)*))
    };
}
pub(crate) use out;

/// What the system says of a file, in the reader's words; in its own where there are none.
pub fn io_reason(error: &std::io::Error) -> String {
    let kind = format!("{:?}", error.kind());
    let told = grouped("file_fault", &kind, &[]);
    if told == kind { error.to_string() } else { told }
}

/// A line of one of its groups.
pub fn grouped(group: &str, name: &str, values: &[(&str, &str)]) -> String {
    let table = lines();
    filled(table.get(group).and_then(|group| group.get(name)).and_then(toml::Value::as_str).unwrap_or(name), values)
}

fn lines() -> toml::Table {
    LINES.parse().unwrap_or_default()
}

fn filled(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (place, value)| text.replace(&format!("{{{place}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that cannot be read would be an empty one: every line would be its own name.
    #[test]
    fn the_lines_can_be_read() {
        assert!(LINES.parse::<toml::Table>().is_ok(), "{:?}", LINES.parse::<toml::Table>().err());
        assert_eq!(line("utuh", &[("facts", "3")]), "Utuh: 3 bukti berurutan, segel cocok.");
    }
}
