//! How long somebody has: hours, or days of work.

use crate::domain::calendar::WorkCalendar;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How long somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Term {
    /// Hours by the clock.
    Hours(u32),
    /// Until the end of work on the so many-th working day.
    WorkingDays(u32),
}

/// Why a text is not a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a term: write \"24 h\" or \"2 working days\", from 1 to 1000")]
pub struct BadTerm(pub String);

impl Term {
    /// The moment when a term that begins at `from` is over.
    pub fn ends(self, from: Timestamp, calendar: &WorkCalendar) -> Timestamp {
        match self {
            Self::Hours(hours) => from.checked_add(SignedDuration::from_hours(i64::from(hours))).unwrap_or(Timestamp::MAX),
            Self::WorkingDays(days) => {
                let last = calendar.add_working_days(calendar.day(from), days);
                calendar.moment(last.to_datetime(calendar.closes()))
            }
        }
    }
}

impl FromStr for Term {
    type Err = BadTerm;
    fn from_str(text: &str) -> Result<Self, BadTerm> {
        let bad = || BadTerm(text.to_owned());
        let (count, unit) = text.trim().split_once(' ').ok_or_else(bad)?;
        let count = count.parse().ok().filter(|count| (1..=1000).contains(count)).ok_or_else(bad)?;
        match unit.trim() {
            "h" => Ok(Self::Hours(count)),
            "working day" | "working days" => Ok(Self::WorkingDays(count)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => write!(f, "{hours} h"),
            Self::WorkingDays(1) => f.write_str("1 working day"),
            Self::WorkingDays(days) => write!(f, "{days} working days"),
        }
    }
}

impl TryFrom<String> for Term {
    type Error = BadTerm;
    fn try_from(text: String) -> Result<Self, BadTerm> {
        text.parse()
    }
}

impl From<Term> for String {
    fn from(term: Term) -> String {
        term.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn a_term_reads_back_what_it_prints() {
        for text in ["24 h", "1 working day", "5 working days"] {
            assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
        }
        for bad in ["", "0 h", "2 days", "x h", "1001 h"] {
            assert!(bad.parse::<Term>().is_err(), "{bad}");
        }
    }

    #[test]
    fn working_days_end_with_the_work_of_the_last_one() {
        let calendar = WorkCalendar::plain();
        let friday = calendar.moment(datetime(2026, 11, 27, 9, 0, 0, 0));
        let ends = |term: Term| calendar.local(term.ends(friday, &calendar));
        assert_eq!(ends(Term::WorkingDays(2)), datetime(2026, 12, 1, 16, 0, 0, 0));
        assert_eq!(ends(Term::Hours(24)), datetime(2026, 11, 28, 9, 0, 0, 0));
    }
}
