//! The work calendar of the city: zone, working hours, holidays.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday, time};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Working hours, holidays and zone of the city.
#[derive(Debug, Clone)]
pub struct WorkCalendar {
    zone: TimeZone,
    opens: Time,
    closes: Time,
    holidays: BTreeMap<Date, String>,
}

impl WorkCalendar {
    /// A calendar of a zone with the given hours; Saturday and Sunday are off.
    pub const fn new(zone: TimeZone, opens: Time, closes: Time, holidays: BTreeMap<Date, String>) -> Self {
        Self { zone, opens, closes, holidays }
    }

    /// A calendar in UTC+7 from 07.30 to 16.00 without holidays, for samples and tests.
    pub fn plain() -> Self {
        Self::new(TimeZone::fixed(jiff::tz::offset(7)), time(7, 30, 0, 0), time(16, 0, 0, 0), BTreeMap::new())
    }

    /// The zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The city's date and time of a moment.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// The city's day of a moment.
    pub fn day(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// The moment of a local date and time; a time that a change of clocks skips is the later one.
    pub fn moment(&self, at: DateTime) -> Timestamp {
        self.zone.to_ambiguous_timestamp(at).compatible().unwrap_or(Timestamp::MAX)
    }

    /// When work ends on a day.
    pub const fn closes(&self) -> Time {
        self.closes
    }

    /// When work begins on a day.
    pub const fn opens(&self) -> Time {
        self.opens
    }

    /// When work ends on a day, as a moment: what "until that day" means.
    pub fn end_of_work(&self, day: Date) -> Timestamp {
        self.moment(day.to_datetime(self.closes))
    }

    /// The last working day before a day: when a reminder for a deadline on a day off is due.
    pub fn working_day_before(&self, day: Date) -> Date {
        let mut at = day;
        while let Ok(before) = at.yesterday() {
            at = before;
            if self.day_off(at).is_none() {
                break;
            }
        }
        at
    }

    /// Why nobody works on a day: the name of the holiday, "Sabtu" or "Minggu"; `None` on a working day.
    pub fn day_off(&self, day: Date) -> Option<&str> {
        if let Some(name) = self.holidays.get(&day) {
            return Some(name);
        }
        match day.weekday() {
            Weekday::Saturday => Some("Sabtu"),
            Weekday::Sunday => Some("Minggu"),
            _ => None,
        }
    }

    /// The day that is `count` working days after `from`; `from` itself does not count.
    pub fn add_working_days(&self, from: Date, count: u32) -> Date {
        let mut day = from;
        let mut left = count;
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            if self.day_off(day).is_none() {
                left -= 1;
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        let mut calendar = WorkCalendar::plain();
        calendar.holidays.insert(date(2026, 12, 25), "Hari Raya Natal".into());
        assert_eq!(calendar.add_working_days(date(2026, 12, 24), 1), date(2026, 12, 28));
        assert_eq!(calendar.day_off(date(2026, 12, 25)), Some("Hari Raya Natal"));
        assert_eq!(calendar.day_off(date(2026, 12, 24)), None);
    }
}
