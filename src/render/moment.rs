//! A moment as a person reads it: a day, or a day and a time in the city's zone.
//!
//! In come timestamps and civil times; out goes one text form ("2026-12-08T16:00 WIB", "2026-12-08") that the filters of the
//! templates turn into words. Nothing here reads a clock.

use crate::domain::calendar::WorkCalendar;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use std::{fmt, str::FromStr};

/// A day, with a time and the zone's abbreviation where the time matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    day: Date,
    time: Option<(Time, String)>,
}

/// A text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a moment of the form 2026-12-08 or 2026-12-08T16:00 WIB")]
pub struct BadMoment;

impl Moment {
    /// A day without a time.
    pub const fn day(day: Date) -> Self {
        Self { day, time: None }
    }

    /// A timestamp in the city's zone.
    pub fn at(calendar: &WorkCalendar, at: Timestamp) -> Self {
        let local = calendar.local(at);
        let zone = zone_name(calendar.zone().to_offset(at).seconds());
        Self { day: local.date(), time: Some((local.time(), zone)) }
    }

    /// A date and time that the city's people wrote down.
    pub fn local(calendar: &WorkCalendar, at: DateTime) -> Self {
        Self::at(calendar, calendar.moment(at))
    }

    /// The day.
    pub const fn date(&self) -> Date {
        self.day
    }

    /// The time and the abbreviation of its zone.
    pub fn time(&self) -> Option<(Time, &str)> {
        self.time.as_ref().map(|(time, zone)| (*time, zone.as_str()))
    }
}

/// Indonesian abbreviation of an offset; other offsets are written out ("UTC+5").
fn zone_name(seconds: i32) -> String {
    match seconds {
        25_200 => "WIB".to_owned(),
        28_800 => "WITA".to_owned(),
        32_400 => "WIT".to_owned(),
        other if other % 3_600 == 0 => format!("UTC{:+}", other / 3_600),
        other => format!("UTC{:+}.{:02}", other / 3_600, (other.abs() % 3_600) / 60),
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.time {
            None => write!(f, "{}", self.day),
            Some((time, zone)) => write!(f, "{}T{:02}:{:02} {zone}", self.day, time.hour(), time.minute()),
        }
    }
}

impl FromStr for Moment {
    type Err = BadMoment;

    fn from_str(text: &str) -> Result<Self, BadMoment> {
        let Some((stamp, zone)) = text.split_once(' ') else {
            return text.parse().map(Self::day).map_err(|_| BadMoment);
        };
        let (day, time) = stamp.split_once('T').ok_or(BadMoment)?;
        Ok(Self { day: day.parse().map_err(|_| BadMoment)?, time: Some((time.parse().map_err(|_| BadMoment)?, zone.to_owned())) })
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_moment_reads_back_what_it_prints() {
        let calendar = WorkCalendar::plain();
        let due = Moment::local(&calendar, date(2026, 12, 8).at(16, 0, 0, 0));
        assert_eq!(due.to_string(), "2026-12-08T16:00 WIB");
        assert_eq!(due.to_string().parse(), Ok(due));
        assert_eq!("2026-12-08".parse(), Ok(Moment::day(date(2026, 12, 8))));
        assert_eq!("besok".parse::<Moment>(), Err(BadMoment));
    }

    #[test]
    fn zones_of_indonesia_have_their_names() {
        assert_eq!([25_200, 28_800, 32_400, 20_700].map(zone_name), ["WIB", "WITA", "WIT", "UTC+5.45"]);
    }
}
