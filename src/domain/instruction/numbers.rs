//! Numbers, months and weekdays by name.

use super::lexer::{Kind, Token};
use jiff::civil::Weekday;

const COUNTS: &[&str] = &["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"];

/// A count in figures or words.
pub(super) fn count(token: &Token) -> Option<u32> {
    match token.kind {
        Kind::Number(count) => Some(count),
        Kind::Word => COUNTS.iter().position(|word| *word == token.word).and_then(|at| u32::try_from(at).ok()),
        _ => None,
    }
}

/// A weekday by name or abbreviation.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "senin" | "sen" => Weekday::Monday,
        "selasa" | "sel" => Weekday::Tuesday,
        "rabu" | "rab" => Weekday::Wednesday,
        "kamis" | "kam" => Weekday::Thursday,
        "jumat" | "jum" => Weekday::Friday,
        "sabtu" | "sab" => Weekday::Saturday,
        "minggu" | "ahad" => Weekday::Sunday,
        _ => return None,
    })
}

/// A month by name or abbreviation.
pub(super) fn month(word: &str) -> Option<u32> {
    Some(match word {
        "januari" | "jan" => 1,
        "februari" | "pebruari" | "feb" | "peb" => 2,
        "maret" | "mar" | "mrt" => 3,
        "april" | "apr" => 4,
        "mei" => 5,
        "juni" | "jun" => 6,
        "juli" | "jul" => 7,
        "agustus" | "agu" | "agt" | "ags" | "agst" => 8,
        "september" | "sep" | "sept" => 9,
        "oktober" | "okt" | "oct" => 10,
        "november" | "nopember" | "nov" | "nop" => 11,
        "desember" | "des" | "dec" => 12,
        _ => return None,
    })
}

/// Day, month and perhaps year of "28/11", "05-12-2026", "5.12.26", "2026-12-05". A text that cannot be meant as a date
/// (a telephone, a number of a letter) is `None`; one that could but does not exist is found out later.
pub(super) fn parts(text: &str) -> Option<(u32, u32, Option<u32>)> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '/' | '-' | '.') {
        return None;
    }
    let fields: Vec<&str> = text.split(separator).collect();
    let number = |field: &str| field.parse::<u32>().ok();
    match fields.as_slice() {
        [day, month] if separator == '/' && day.len() <= 2 && month.len() <= 2 => Some((number(day)?, number(month)?, None)),
        [day, month, year] if day.len() <= 2 && month.len() <= 2 && matches!(year.len(), 2 | 4) => {
            Some((number(day)?, number(month)?, Some(number(year)?)))
        }
        [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            Some((number(day)?, number(month)?, Some(number(year)?)))
        }
        _ => None,
    }
}

/// Hour and minute of "10", "10.00", "09:30".
pub(super) fn clock(text: &str) -> Option<(i8, i8)> {
    let (hour, minute) = text.split_once(['.', ':']).unwrap_or((text, "0"));
    if hour.len() > 2 || minute.len() > 2 {
        return None;
    }
    Some((hour.parse().ok()?, minute.parse().ok()?))
}
