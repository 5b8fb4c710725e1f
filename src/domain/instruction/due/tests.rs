use super::*;
use crate::domain::instruction::lexer::lex;
use jiff::civil::{Time, date};
use jiff::tz::TimeZone;

fn read(text: &str, day: Date) -> String {
    let holidays = [(date(2026, 12, 24), "Cuti bersama".to_owned()), (date(2026, 12, 25), "Natal".to_owned())].into();
    let calendar = WorkCalendar::new(TimeZone::UTC, Time::constant(7, 30, 0, 0), Time::constant(16, 0, 0, 0), holidays);
    let dates = Dates { reference: day.at(8, 0, 0, 0), calendar: &calendar };
    match dates.read(&lex(text).tokens) {
        None => "-".into(),
        Some(Found { due: Ok(Due::None), .. }) => "none".into(),
        Some(Found { due: Ok(due), .. }) => due.to_string(),
        Some(Found { due: Err(Misread::TwoReadings(_)), .. }) => "two".into(),
        Some(Found { due: Err(Misread::Impossible), .. }) => "impossible".into(),
        Some(Found { due: Err(Misread::Contradiction(_)), .. }) => "contradiction".into(),
    }
}

/// As written, and as it is meant on Tuesday, 24 November 2026.
const MEANT: &[(&str, &str)] = &[
    ("Jumat", "2026-11-27"),
    ("hari Jum'at", "2026-11-27"),
    ("Selasa", "2026-12-01"),
    ("besok", "2026-11-25"),
    ("bsk pagi", "2026-11-25"),
    ("lusa", "2026-11-26"),
    ("hari ini", "2026-11-24"),
    ("sore ini", "2026-11-24"),
    ("3 hari", "2026-11-27"),
    ("3 hari kerja", "2026-11-27"),
    ("3 (tiga) hari kerja", "2026-11-27"),
    ("lima hari kerja", "2026-12-01"),
    ("seminggu", "2026-12-01"),
    ("2 minggu", "2026-12-08"),
    ("akhir bulan", "2026-11-30"),
    ("akhir bulan ini", "2026-11-30"),
    ("5 Des", "2026-12-05"),
    ("tgl 5", "2026-12-05"),
    ("tgl 5 Desember 2026", "2026-12-05"),
    ("28/11", "2026-11-28"),
    ("05/12/2026 jam 10.00", "2026-12-05T10:00"),
    ("5 Des jam 10", "2026-12-05T10:00"),
    ("besok jam 2 siang", "2026-11-25T14:00"),
    ("2026-12-05", "2026-12-05"),
    ("5-12-2026", "2026-12-05"),
    ("5.12.2026", "2026-12-05"),
    ("5 Jan", "2027-01-05"),
    ("Jumat, 27 November 2026", "2026-11-27"),
    ("Jumat 27/11", "2026-11-27"),
    ("Jumat (27/11)", "2026-11-27"),
    ("Jumat ini", "2026-11-27"),
    ("Jumat tgl 28 Nov", "contradiction"),
    ("Kamis, 27/11", "contradiction"),
    ("Jumat depan", "two"),
    ("Senin depan", "2026-11-30"),
    ("minggu depan", "two"),
    ("Senin minggu depan", "2026-11-30"),
    ("minggu depan hari Kamis", "2026-12-03"),
    ("hari Minggu", "2026-11-29"),
    ("31/11", "impossible"),
    ("30 Februari", "impossible"),
    ("2x24 jam", "2026-11-26T08:00"),
    ("tanpa batas waktu", "none"),
    ("20 Nov", "2026-11-20"),
    ("0812-0000-1190", "-"),
    ("Sen, 30 Nov", "2026-11-30"),
    ("jam 15.00", "2026-11-24T15:00"),
    ("tgl 45", "impossible"),
    ("kata", "-"),
    ("Rabu, 2 Des 2026 pukul 09.00 WIB", "2026-12-02T09:00"),
];

#[test]
fn dates_read_as_officials_mean_them() {
    let tuesday = date(2026, 11, 24);
    let got: Vec<_> = MEANT.iter().map(|(text, _)| (*text, read(text, tuesday))).collect();
    let expected: Vec<_> = MEANT.iter().map(|(text, due)| (*text, (*due).to_owned())).collect();
    assert_eq!(got, expected);
}

#[test]
fn working_days_skip_the_holidays() {
    assert_eq!(read("3 hari kerja", date(2026, 12, 22)), "2026-12-29");
    assert_eq!(read("3 hari", date(2026, 12, 22)), "2026-12-25");
}
