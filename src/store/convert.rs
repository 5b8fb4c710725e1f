//! Between stored columns and words.

use super::error::{StoreError, fit};
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt::Display;
use std::str::FromStr;
use uuid::Uuid;

/// Ids as a JSON list of hex, which both engines unpack (`ids!`).
pub(crate) fn list(ids: impl Iterator<Item = Uuid>) -> String {
    let quoted: Vec<String> = ids.map(|id| format!("\"{}\"", id.simple())).collect();
    format!("[{}]", quoted.join(","))
}

/// Microseconds since 1970.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment of stored microseconds.
pub(crate) fn moment(table: &'static str, column: &'static str, row: &impl ToString, at: i64) -> Result<Timestamp, StoreError> {
    fit(table, column, row, Timestamp::from_microsecond(at))
}

/// The moment of stored microseconds, where there is one.
pub(crate) fn moment_of(
    table: &'static str,
    column: &'static str,
    row: &impl ToString,
    at: Option<i64>,
) -> Result<Option<Timestamp>, StoreError> {
    at.map(|at| moment(table, column, row, at)).transpose()
}

/// A stored word.
pub(crate) fn word<T>(table: &'static str, column: &'static str, row: &impl ToString, text: &str) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    fit(table, column, row, text.parse())
}

/// A stored word, where there is one.
pub(crate) fn word_of<T>(
    table: &'static str,
    column: &'static str,
    row: &impl ToString,
    text: Option<&str>,
) -> Result<Option<T>, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    text.map(|text| word(table, column, row, text)).transpose()
}

/// Stored JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    row: &impl ToString,
    text: &str,
) -> Result<T, StoreError> {
    fit(table, column, row, serde_json::from_str(text))
}

/// JSON to store. Values made of strings, numbers and lists have no way to fail.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// A stored day.
pub(crate) fn day(table: &'static str, column: &'static str, row: &impl ToString, text: &str) -> Result<Date, StoreError> {
    word(table, column, row, text)
}
