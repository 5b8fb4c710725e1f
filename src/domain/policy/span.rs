//! A wait as people write it: "15 min", "2 h", "3 d".

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A wait of at least a minute and at most ten years, in whole minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(u32);

/// Why a text is not a wait.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a wait: write \"15 min\", \"2 h\" or \"3 d\", from 1 min to 3650 d")]
pub struct BadSpan(pub String);

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;
const LONGEST: u32 = 3650 * DAY;

impl Span {
    /// So many minutes; `None` outside of the limits.
    pub const fn minutes(count: u32) -> Option<Self> {
        if count == 0 || count > LONGEST { None } else { Some(Self(count)) }
    }

    /// As a duration.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.0))
    }
}

impl FromStr for Span {
    type Err = BadSpan;
    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let (count, unit) = text.trim().split_once(' ').ok_or_else(bad)?;
        let factor = match unit.trim() {
            "min" => 1,
            "h" => HOUR,
            "d" => DAY,
            _ => return Err(bad()),
        };
        let minutes = count.parse::<u32>().ok().and_then(|count| count.checked_mul(factor));
        minutes.and_then(Self::minutes).ok_or_else(bad)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            minutes if minutes % DAY == 0 => write!(f, "{} d", minutes / DAY),
            minutes if minutes % HOUR == 0 => write!(f, "{} h", minutes / HOUR),
            minutes => write!(f, "{minutes} min"),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = BadSpan;
    fn try_from(text: String) -> Result<Self, BadSpan> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_reads_back_what_it_prints() {
        for text in ["1 min", "15 min", "1 h", "2 h", "3 d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("120 min".parse::<Span>().unwrap().to_string(), "2 h");
        for bad in ["", "5", "0 min", "5 weeks", "-1 h", "99999999 d", "1.5 h"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }
}
