//! Dates and times as officials write them, read against the day the mail was written.
//!
//! In come tokens, out comes a [`Due`] or the reason why it cannot be one. Nothing is guessed: what has two usual
//! readings is [`Misread::TwoReadings`], what is not in the calendar is [`Misread::Impossible`].

use super::lexer::{Kind, Token};
use super::numbers;
use crate::domain::calendar::WorkCalendar;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Timestamp, ToSpan};

/// Until when something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// Nothing was said.
    Open,
    /// Said to be without a deadline.
    None,
    /// On a day, until work ends.
    Day(Date),
    /// At a moment of the city.
    Moment(DateTime),
}

impl Due {
    /// The moment in UTC: of a day the end of its working hours.
    pub fn moment(self, calendar: &WorkCalendar) -> Option<Timestamp> {
        match self {
            Self::Open | Self::None => None,
            Self::Day(day) => Some(calendar.end_of_work(day)),
            Self::Moment(at) => Some(calendar.moment(at)),
        }
    }

    /// The day, where there is one.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Open | Self::None => None,
            Self::Day(day) => Some(day),
            Self::Moment(at) => Some(at.date()),
        }
    }

    /// Whether a date or a moment is set.
    pub const fn is_set(self) -> bool {
        matches!(self, Self::Day(_) | Self::Moment(_))
    }

    /// Whether it lies before a moment of the city; a day is over when the next one begins.
    pub fn is_before(self, reference: DateTime) -> bool {
        match self {
            Self::Open | Self::None => false,
            Self::Day(day) => day < reference.date(),
            Self::Moment(at) => at < reference,
        }
    }
}

/// `2026-11-27`, `2026-12-05T10:00`; empty where no date is set.
impl std::fmt::Display for Due {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open | Self::None => Ok(()),
            Self::Day(day) => write!(f, "{day}"),
            Self::Moment(at) => write!(f, "{}", at.strftime("%Y-%m-%dT%H:%M")),
        }
    }
}

/// Why words about time are no date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// Two usual readings; empty where neither can be named ("minggu depan").
    TwoReadings(Vec<Due>),
    /// Not in the calendar.
    Impossible,
    /// Weekday and date do not fit; the date as written, and the next such weekday.
    Contradiction(Vec<Due>),
}

/// Words about time, found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// What they say.
    pub(super) due: Result<Due, Misread>,
    /// How many tokens they take.
    pub(super) tokens: usize,
}

/// The reader of dates for one mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates<'a> {
    pub(super) reference: DateTime,
    pub(super) calendar: &'a WorkCalendar,
}

type Day = Result<Date, Misread>;

impl Dates<'_> {
    fn today(&self) -> Date {
        self.reference.date()
    }

    fn in_days(&self, count: i64) -> Date {
        self.today().checked_add(count.days()).unwrap_or(Date::MAX)
    }

    /// The longest expression of time that begins with the first token.
    pub(super) fn read(&self, tokens: &[Token]) -> Option<Found> {
        let first = tokens.first()?;
        if first.is_any(&["tanpa"]) && tokens.get(1)?.is_any(&["batas"]) {
            let waktu = tokens.get(2).is_some_and(|token| token.is_any(&["waktu"]));
            return Some(Found { due: Ok(Due::None), tokens: 2 + usize::from(waktu) });
        }
        if let Some(found) = self.span_of_hours(tokens) {
            return Some(found);
        }
        let Some((day, used)) = self.day(tokens) else { return self.time_alone(tokens) };
        let rest = tokens.get(used..).unwrap_or_default();
        let (time, more) = time_of_day(rest);
        let due = match (day, time) {
            (Err(misread), _) | (Ok(_), Some(Err(misread))) => Err(misread),
            (Ok(day), Some(Ok(time))) => Ok(Due::Moment(day.to_datetime(time))),
            (Ok(day), None) => Ok(Due::Day(day)),
        };
        Some(Found { due, tokens: used + more })
    }

    fn time_alone(&self, tokens: &[Token]) -> Option<Found> {
        if !tokens.first()?.is_any(&["jam"]) {
            return None;
        }
        let (time, used) = time_of_day(tokens);
        let due = time?.map(|time| Due::Moment(self.today().to_datetime(time)));
        Some(Found { due, tokens: used })
    }

    /// "2x24 jam", "24 jam".
    fn span_of_hours(&self, tokens: &[Token]) -> Option<Found> {
        let first = tokens.first()?;
        if !tokens.get(1)?.is_any(&["jam"]) {
            return None;
        }
        let hours = match first.kind {
            Kind::Number(count) => count,
            Kind::Numeric => {
                first.word.split('x').map(|part| part.parse::<u32>().ok()).try_fold(1_u32, |all, part| all.checked_mul(part?))?
            }
            _ => return None,
        };
        let at = self.reference.checked_add(i64::from(hours.min(10_000)).hours()).ok()?;
        // A clock time behind it ("3 jam 10.00") makes no sense; "24 jam" is a span.
        Some(Found { due: Ok(Due::Moment(at)), tokens: 2 })
    }

    fn day(&self, tokens: &[Token]) -> Option<(Day, usize)> {
        let skip = tokens.iter().take_while(|token| token.is_any(&["dalam", "pada", "hari", "tanggal", "waktu"])).count().min(2);
        let said_hari = tokens.iter().take(skip).any(|token| token.is_any(&["hari"]));
        if said_hari && tokens.get(skip).is_some_and(|token| token.is_any(&["ini"])) {
            return Some((Ok(self.today()), skip + 1));
        }
        let rest = tokens.get(skip..)?;
        let (day, used) = self
            .relative(rest)
            .or_else(|| self.span_of_days(rest))
            .or_else(|| self.weekday(rest, said_hari))
            .or_else(|| self.date(rest))
            .or_else(|| {
                if tokens.iter().take(skip).any(|token| token.is_any(&["tanggal"])) { self.day_of_month(rest) } else { None }
            })?;
        Some((day, skip + used))
    }

    fn relative(&self, tokens: &[Token]) -> Option<(Day, usize)> {
        let first = tokens.first()?;
        let second = tokens.get(1).map_or("", |token| token.word.as_str());
        let third = tokens.get(2).map_or("", |token| token.word.as_str());
        let vague = || Err(Misread::TwoReadings(Vec::new()));
        let part_of_day = |word: &str| matches!(word, "pagi" | "siang" | "sore" | "malam" | "petang");
        Some(match (first.word.as_str(), second) {
            ("besok", _) => (Ok(self.in_days(1)), 1 + usize::from(part_of_day(second))),
            ("lusa", _) => (Ok(self.in_days(2)), 1 + usize::from(part_of_day(second))),
            ("nanti", part) if part_of_day(part) => (Ok(self.today()), 2),
            ("pagi" | "siang" | "sore" | "malam" | "petang", "ini") => (Ok(self.today()), 2),
            ("akhir", "bulan") if third == "depan" => (Ok(self.in_month(1).last_of_month()), 3),
            ("akhir", "bulan") => (Ok(self.today().last_of_month()), 2 + usize::from(third == "ini")),
            ("akhir", "tahun") if third != "depan" => (Ok(self.today().last_of_year()), 2 + usize::from(third == "ini")),
            ("akhir" | "awal" | "pertengahan", "minggu" | "pekan" | "bulan" | "tahun") => {
                (vague(), 2 + usize::from(matches!(third, "ini" | "depan")))
            }
            ("minggu" | "pekan", "depan") if self.in_next_week(tokens).is_some() => self.in_next_week(tokens)?,
            ("minggu" | "pekan" | "bulan", "depan" | "ini") => (vague(), 2),
            // "H-1" counts from an event that the letter knows and the reply does not name.
            ("h", _) if tokens.get(1).is_some_and(|token| matches!(token.kind, Kind::Number(0..=30))) => (vague(), 2),
            ("seminggu" | "sepekan", _) => (Ok(self.in_days(7)), 1),
            ("sebulan", _) => (Ok(self.in_month(1)), 1),
            _ => return None,
        })
    }

    /// "Minggu depan hari Senin".
    fn in_next_week(&self, tokens: &[Token]) -> Option<(Day, usize)> {
        let gap =
            2 + tokens.iter().skip(2).take(2).take_while(|token| token.kind == Kind::Comma || token.is_any(&["hari"])).count();
        let weekday = numbers::weekday(&tokens.get(gap)?.word).filter(|weekday| *weekday != Weekday::Sunday)?;
        Some((Ok(self.of_next_week(weekday)), gap + 1))
    }

    fn of_next_week(&self, weekday: Weekday) -> Date {
        let today = i64::from(self.today().weekday().to_monday_zero_offset());
        self.in_days(7 - today + i64::from(weekday.to_monday_zero_offset()))
    }

    fn in_month(&self, count: i64) -> Date {
        self.today().checked_add(count.months()).unwrap_or(Date::MAX)
    }

    /// "3 hari", "3 (tiga) hari kerja", "dua minggu".
    fn span_of_days(&self, tokens: &[Token]) -> Option<(Day, usize)> {
        let count = numbers::count(tokens.first()?)?;
        let bracket = match tokens.get(1..4) {
            Some([open, word, close]) if open.kind == Kind::Mark && word.kind == Kind::Word && close.kind == Kind::Mark => 3,
            _ => 0,
        };
        let unit = tokens.get(1 + bracket)?;
        let working = tokens.get(2 + bracket).is_some_and(|token| token.is_any(&["kerja"]));
        if count == 0 || count > 366 {
            return None;
        }
        let day = match unit.word.as_str() {
            "hari" if working => self.calendar.add_working_days(self.today(), count),
            "hari" => self.in_days(i64::from(count)),
            "minggu" | "pekan" => self.in_days(7 * i64::from(count)),
            "bulan" => self.in_month(i64::from(count)),
            _ => return None,
        };
        Some((Ok(day), 2 + bracket + usize::from(working)))
    }

    /// "Jumat", "Senin depan", "Jumat, 27 November 2026".
    fn weekday(&self, tokens: &[Token], said_hari: bool) -> Option<(Day, usize)> {
        let first = tokens.first()?;
        let weekday = numbers::weekday(&first.word)?;
        let next = self.next(weekday);
        let gap = 1 + tokens
            .iter()
            .skip(1)
            .take_while(|token| {
                token.kind == Kind::Comma || token.is_any(&["tanggal", "/"]) || matches!(token.word.as_str(), "(")
            })
            .count();
        if let Some((date, used)) =
            tokens.get(gap..).and_then(|rest| self.date(rest).or_else(|| if gap > 1 { self.day_of_month(rest) } else { None }))
        {
            let close = tokens.get(gap + used).is_some_and(|token| token.word == ")");
            let day = date.and_then(|date| {
                if date.weekday() == weekday {
                    Ok(date)
                } else {
                    Err(Misread::Contradiction(vec![Due::Day(date), Due::Day(next)]))
                }
            });
            return Some((day, gap + used + usize::from(close)));
        }
        let second = tokens.get(1).map_or("", |token| token.word.as_str());
        match second {
            "depan" | "besok" if weekday != Weekday::Sunday || said_hari => Some((self.next_week(weekday), 2)),
            "minggu" | "pekan" if tokens.get(2).is_some_and(|token| token.is_any(&["depan"])) => {
                Some((Ok(self.of_next_week(weekday)), 3))
            }
            "ini" => Some((if next.weekday() == weekday { Ok(self.this_week(weekday)) } else { Err(Misread::Impossible) }, 2)),
            "pagi" | "siang" | "sore" | "malam" => Some((Ok(next), 2)),
            "lalu" | "kemarin" => None,
            // "Minggu" without "hari" or a date is Sunday or a week.
            _ if first.word == "minggu" && !said_hari => Some((Err(Misread::TwoReadings(Vec::new())), 1)),
            _ => Some((Ok(next), 1)),
        }
    }

    fn next(&self, weekday: Weekday) -> Date {
        self.today().nth_weekday(1, weekday).unwrap_or(Date::MAX)
    }

    fn this_week(&self, weekday: Weekday) -> Date {
        if self.today().weekday() == weekday { self.today() } else { self.next(weekday) }
    }

    /// "Senin depan": the coming one and the one of next week are the same day only where this week's is over.
    fn next_week(&self, weekday: Weekday) -> Day {
        let next = self.next(weekday);
        let today = self.today().weekday();
        let is_over = weekday.to_monday_one_offset() <= today.to_monday_one_offset();
        if is_over && today != Weekday::Sunday {
            return Ok(next);
        }
        let later = next.checked_add(7.days()).unwrap_or(next);
        Err(Misread::TwoReadings(vec![Due::Day(next), Due::Day(later)]))
    }

    /// "5 Des", "5 Desember 2026", "28/11", "05/12/2026", "2026-12-05".
    fn date(&self, tokens: &[Token]) -> Option<(Day, usize)> {
        let first = tokens.first()?;
        match first.kind {
            Kind::Number(day) => {
                let month = numbers::month(&tokens.get(1)?.word)?;
                let year = tokens
                    .get(2)
                    .and_then(|token| if let Kind::Number(year @ 1900..=2100) = token.kind { Some(year) } else { None });
                Some((self.make(day, month, year), 2 + usize::from(year.is_some())))
            }
            Kind::Numeric => {
                let (day, month, year) = numbers::parts(&first.word)?;
                Some((self.make(day, month, year), 1))
            }
            _ => None,
        }
    }

    fn day_of_month(&self, tokens: &[Token]) -> Option<(Day, usize)> {
        let Kind::Number(day) = tokens.first()?.kind else { return None };
        if tokens.get(1).is_some_and(|token| numbers::month(&token.word).is_some()) {
            return None;
        }
        let today = self.today();
        if !(1..=31).contains(&day) {
            return Some((Err(Misread::Impossible), 1));
        }
        // The next day of that number; a month that has none is skipped by nobody, so it is asked.
        let base = if i64::from(day) >= i64::from(today.day()) { today } else { self.in_month(1).first_of_month() };
        let month = u32::try_from(base.month()).ok()?;
        let year = u32::try_from(base.year()).ok()?;
        Some((self.make(day, month, Some(year)), 1))
    }

    fn make(&self, day: u32, month: u32, year: Option<u32>) -> Day {
        let build = |year: i16| Some(Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()).flatten();
        if let Some(year) = year {
            let full = if year < 100 { 2000 + year } else { year };
            return i16::try_from(full).ok().and_then(build).ok_or(Misread::Impossible);
        }
        // Without a year the one nearest to today is meant.
        let this = self.today().year();
        let found = [this, this + 1, this - 1]
            .into_iter()
            .filter_map(build)
            .min_by_key(|date| (date.since(self.today()).map_or(i32::MAX, |span| span.get_days())).abs());
        found.ok_or(Misread::Impossible)
    }
}

/// "jam 10", "pukul 10.00 WIB", "jam 2 siang"; behind a comma too.
fn time_of_day(tokens: &[Token]) -> (Option<Result<Time, Misread>>, usize) {
    let lead = tokens
        .iter()
        .take_while(|token| token.kind == Kind::Comma || token.is_any(&["paling", "lambat", "sebelum", "maksimal"]))
        .count()
        .min(3);
    if !tokens.get(lead).is_some_and(|token| token.is_any(&["jam"])) {
        return (None, 0);
    }
    let Some((hour, minute)) = tokens.get(lead + 1).and_then(|token| numbers::clock(&token.word)) else { return (None, 0) };
    let part = tokens.get(lead + 2).map_or("", |token| token.word.as_str());
    let (hour, used) = match part {
        "siang" if hour < 6 => (hour + 12, 1),
        "sore" | "malam" | "petang" if hour < 12 => (hour + 12, 1),
        "pagi" | "siang" | "sore" | "malam" | "wib" | "wita" | "wit" => (hour, 1),
        _ => (hour, 0),
    };
    (Some(Time::new(hour, minute, 0, 0).map_err(|_| Misread::Impossible)), lead + 2 + used)
}

#[cfg(test)]
mod tests;
