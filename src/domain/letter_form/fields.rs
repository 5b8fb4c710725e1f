//! Walks a TOML table field by field. Every reading gives a value or leaves a fault at the field's path, so that one pass
//! tells everything that is wrong.

use super::fault::{FormFault, FormFaultKind};
use crate::domain::registry::{date_of, is_hidden};
use crate::domain::words::UnknownWord;
use jiff::civil::{Date, DateTime, time};
use std::str::FromStr;
use toml::{Table, Value};

/// The faults so far.
pub(super) type Faults = Vec<FormFault>;

/// A table with the path that leads to it.
#[derive(Debug, Clone)]
pub(super) struct Section<'t> {
    table: &'t Table,
    path: String,
}

/// A value, or the lack of one, with the path that leads to it.
#[derive(Debug, Clone)]
pub(super) struct Field<'t> {
    /// The path.
    pub path: String,
    /// The value.
    pub value: Option<&'t Value>,
}

impl<'t> Section<'t> {
    pub fn new(table: &'t Table, path: &str) -> Self {
        Self { table, path: path.to_owned() }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub fn field(&self, key: &str) -> Field<'t> {
        Field { path: self.path_of(key), value: self.table.get(key) }
    }

    /// Tells every key that is none of these.
    pub fn known(&self, keys: &[&'static str], faults: &mut Faults) {
        for key in self.table.keys().filter(|key| !keys.contains(&key.as_str())) {
            let path = self.path_of(key).chars().filter(|c| !c.is_control()).take(100).collect();
            faults.push(FormFault { field: path, kind: FormFaultKind::UnknownKey { expected: keys.to_vec() } });
        }
    }

    /// Which of these keys the table has.
    pub fn present(&self, keys: &[&'static str]) -> Vec<&'static str> {
        keys.iter().copied().filter(|key| self.table.contains_key(*key)).collect()
    }
}

impl<'t> Field<'t> {
    pub fn fault(&self, kind: FormFaultKind) -> FormFault {
        FormFault { field: self.path.clone(), kind }
    }

    pub const fn is_absent(&self) -> bool {
        self.value.is_none()
    }

    fn refused<T>(&self, kind: FormFaultKind, faults: &mut Faults) -> Option<T> {
        faults.push(self.fault(kind));
        None
    }

    /// One line of text; absent is empty.
    pub fn text(&self, limit: usize, faults: &mut Faults) -> Option<String> {
        let text = self.lines(limit, faults)?;
        if text.contains('\n') { self.refused(FormFaultKind::HiddenCharacter, faults) } else { Some(text) }
    }

    /// Text of several lines; absent is empty.
    pub fn lines(&self, limit: usize, faults: &mut Faults) -> Option<String> {
        let text = match self.value {
            None => return Some(String::new()),
            Some(Value::String(text)) => text.trim().replace("\r\n", "\n"),
            Some(_) => return self.refused(FormFaultKind::NotText, faults),
        };
        if text.chars().any(|c| is_hidden(c) && c != '\n') {
            self.refused(FormFaultKind::HiddenCharacter, faults)
        } else if text.chars().count() > limit {
            self.refused(FormFaultKind::TooLong { limit }, faults)
        } else {
            Some(text)
        }
    }

    /// One line of text that must not be empty.
    pub fn needed_text(&self, limit: usize, faults: &mut Faults) -> Option<String> {
        let text = self.text(limit, faults)?;
        if text.is_empty() { self.refused(FormFaultKind::Missing, faults) } else { Some(text) }
    }

    /// A word of a closed set; where it is absent, `default`.
    pub fn word<T: FromStr<Err = UnknownWord>>(&self, default: Option<T>, faults: &mut Faults) -> Option<T> {
        if self.is_absent() && default.is_some() {
            return default;
        }
        let text = self.needed_text(100, faults)?;
        text.parse()
            .or_else(|UnknownWord { given, expected }| {
                self.refused(FormFaultKind::UnknownWord { given, expected }, faults).ok_or(())
            })
            .ok()
    }

    /// The code of a unit or a position.
    pub fn code<T: FromStr>(&self, faults: &mut Faults) -> Option<T> {
        let given = self.needed_text(100, faults)?;
        given.parse().ok().or_else(|| self.refused(FormFaultKind::BadCode { given }, faults))
    }

    /// What is written for a date or a moment, as text or as TOML's own type.
    fn written(&self, faults: &mut Faults) -> Option<String> {
        match self.value {
            None => self.refused(FormFaultKind::Missing, faults),
            Some(Value::String(text)) => Some(text.trim().to_owned()),
            Some(Value::Datetime(moment)) => Some(moment.to_string()),
            Some(_) => self.refused(FormFaultKind::NotDate, faults),
        }
    }

    /// A date, YYYY-MM-DD.
    pub fn date(&self, faults: &mut Faults) -> Option<Date> {
        let given = self.written(faults)?;
        date_of(&given).or_else(|| self.refused(FormFaultKind::BadDate { given }, faults))
    }

    /// A date with a time of the city, `YYYY-MM-DDTHH:MM`; a date alone is the end of that day. An offset is refused: it
    /// would be another zone's time.
    pub fn moment(&self, faults: &mut Faults) -> Option<DateTime> {
        let given = self.written(faults)?;
        moment_of(&given).or_else(|| self.refused(FormFaultKind::BadMoment { given }, faults))
    }

    #[expect(clippy::option_option, reason = "the outer one tells a fault, the inner one an absent field")]
    pub fn optional_moment(&self, faults: &mut Faults) -> Option<Option<DateTime>> {
        if self.is_absent() { Some(None) } else { self.moment(faults).map(Some) }
    }

    /// A table.
    pub fn section(&self, faults: &mut Faults) -> Option<Section<'t>> {
        match self.value {
            Some(Value::Table(table)) => Some(Section::new(table, &self.path)),
            Some(_) => self.refused(FormFaultKind::NotTable, faults),
            None => self.refused(FormFaultKind::Missing, faults),
        }
    }

    /// A list; one value alone counts as a list of one, and absent as an empty one. Items are counted from 1.
    pub fn items(&self) -> Vec<Field<'t>> {
        match self.value {
            None => Vec::new(),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(at, item)| Field { path: format!("{}[{}]", self.path, at + 1), value: Some(item) })
                .collect(),
            Some(_) => vec![self.clone()],
        }
    }
}

fn moment_of(text: &str) -> Option<DateTime> {
    let (day, clock) = match text.split_once(['T', ' ']) {
        Some((day, clock)) => (day, Some(clock)),
        None => (text, None),
    };
    let day = date_of(day)?;
    let Some(clock) = clock else { return Some(day.to_datetime(time(23, 59, 0, 0))) };
    let shape = matches!(clock.len(), 5 | 8) && clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let clock: jiff::civil::Time = shape.then(|| clock.parse().ok()).flatten()?;
    Some(day.to_datetime(clock))
}
