//! What a cell means: codes, numbers, dates, words, addresses. Every reading gives a value or leaves a fault, never both.

use super::address::is_addressable;
use super::fault::{FaultKind, ImportFault};
use super::sheet::Cell;
use crate::domain::codes::{BadEmployeeNumber, EmployeeNumber};
use crate::domain::delegation::Days;
use crate::domain::words::UnknownWord;
use jiff::civil::Date;
use std::str::FromStr;

type Faults = Vec<ImportFault>;

impl Cell<'_> {
    /// True where something stands in it; else the fault is told, unless the whole column is absent.
    fn filled(&self, faults: &mut Faults) -> bool {
        if self.text.is_empty() && !self.absent {
            faults.push(self.fault(FaultKind::Blank));
        }
        !self.text.is_empty()
    }

    /// Nothing stands in it, and nothing need; `None` where nothing can be said.
    #[expect(clippy::option_option, reason = "the outer one tells a fault, the inner one an empty cell")]
    fn blank<T>(&self) -> Option<Option<T>> {
        (!self.absent).then_some(None)
    }

    fn read<T>(&self, faults: &mut Faults, read: impl FnOnce(&str) -> Result<T, FaultKind>) -> Option<T> {
        if self.absent {
            return None;
        }
        match read(self.text) {
            Ok(value) => Some(value),
            Err(kind) => {
                faults.push(self.fault(kind));
                None
            }
        }
    }

    /// Free text of at most `limit` characters, which may be empty.
    pub fn text(&self, limit: usize, faults: &mut Faults) -> Option<String> {
        self.read(faults, |text| {
            if text.chars().any(is_hidden) {
                Err(FaultKind::HiddenCharacter)
            } else if text.chars().count() > limit {
                Err(FaultKind::TooLong { limit })
            } else {
                Ok(text.to_owned())
            }
        })
    }

    /// Free text that must not be empty.
    pub fn needed_text(&self, limit: usize, faults: &mut Faults) -> Option<String> {
        if self.filled(faults) { self.text(limit, faults) } else { None }
    }

    /// The code of a unit or a position, as another row names it.
    pub fn code<T: FromStr>(&self, faults: &mut Faults) -> Option<T> {
        if !self.filled(faults) {
            return None;
        }
        self.read(faults, |text| text.parse().map_err(|_| FaultKind::BadCode { given: text.to_owned() }))
    }

    /// The code that a row gives to its unit or position: it becomes a mail address too.
    pub fn own_code<T: FromStr>(&self, faults: &mut Faults) -> Option<T> {
        let code = self.code(faults)?;
        if is_addressable(self.text) {
            return Some(code);
        }
        faults.push(self.fault(FaultKind::NotAddressable { given: self.text.to_owned() }));
        None
    }

    /// A code that may be absent.
    #[expect(clippy::option_option, reason = "the outer one tells a fault, the inner one an empty cell")]
    pub fn optional_code<T: FromStr>(&self, faults: &mut Faults) -> Option<Option<T>> {
        if self.text.is_empty() { self.blank() } else { self.code(faults).map(Some) }
    }

    /// An employee number.
    pub fn number(&self, faults: &mut Faults) -> Option<EmployeeNumber> {
        if !self.filled(faults) {
            return None;
        }
        self.read(faults, |text| text.parse().map_err(|BadEmployeeNumber(found)| FaultKind::BadNumber { found }))
    }

    /// A word of a closed set; an empty cell is `default` where there is one.
    pub fn word<T: FromStr<Err = UnknownWord>>(&self, default: Option<T>, faults: &mut Faults) -> Option<T> {
        if self.text.is_empty() && default.is_some() && !self.absent {
            return default;
        }
        if !self.filled(faults) {
            return None;
        }
        self.read(faults, |text| {
            text.parse().map_err(|UnknownWord { given, expected }| FaultKind::UnknownWord { given, expected })
        })
    }

    /// A mail address in lower case; `Some(None)` is an empty cell.
    #[expect(clippy::option_option, reason = "the outer one tells a fault, the inner one an empty cell")]
    pub fn email(&self, faults: &mut Faults) -> Option<Option<String>> {
        if self.text.is_empty() {
            return self.blank();
        }
        self.read(faults, |text| {
            let folded = text.to_lowercase();
            match folded.parse::<lettre::Address>() {
                Ok(address) if address.domain().contains('.') => Ok(Some(folded)),
                _ => Err(FaultKind::BadEmail { given: text.to_owned() }),
            }
        })
    }

    /// A date.
    pub fn date(&self, faults: &mut Faults) -> Option<Date> {
        if !self.filled(faults) {
            return None;
        }
        self.read(faults, |text| date_of(text).ok_or_else(|| FaultKind::BadDate { given: text.to_owned() }))
    }

    /// A date that may be absent.
    #[expect(clippy::option_option, reason = "the outer one tells a fault, the inner one an empty cell")]
    pub fn optional_date(&self, faults: &mut Faults) -> Option<Option<Date>> {
        if self.text.is_empty() { self.blank() } else { self.date(faults).map(Some) }
    }
}

/// The span of two cells, the second of which may be empty.
pub(super) fn days(from: Cell<'_>, to: Cell<'_>, faults: &mut Faults) -> Option<Days> {
    let first = from.date(faults);
    let last = to.optional_date(faults);
    let days = Days { from: first?, to: last? };
    match days.to {
        Some(last) if last < days.from => {
            faults.push(to.fault(FaultKind::DatesReversed { from: days.from.to_string(), to: last.to_string() }));
            None
        }
        _ => Some(days),
    }
}

/// Whether a character does not show, or turns the direction of what follows: in a name it would make one person look like
/// another.
pub(in crate::domain) fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A date written YYYY-MM-DD between 1900 and 2199: a year outside of it is a slip of the hand.
pub(in crate::domain) fn date_of(text: &str) -> Option<Date> {
    let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date: Date = shape.then(|| text.parse().ok()).flatten()?;
    (1900..2200).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_date_has_one_form() {
        assert_eq!(date_of("2026-11-24"), Some(date(2026, 11, 24)));
        for bad in ["24-11-2026", "2026-02-30", "20261124", "2026-11-24T00:00", "0202-11-24", "2026-1-4", ""] {
            assert_eq!(date_of(bad), None, "{bad}");
        }
    }
}
