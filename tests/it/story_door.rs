//! What the door says of a letter that cannot be taken: everything at once, and nothing of what is sound.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use jiff::SignedDuration;
use jiff::civil::{date, datetime};
use kurir::domain::letter::Event;

/// Puts something else in the place of what a form says.
fn rewrite(path: &str, what: &str, by: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(what), "{what}: {text}");
    std::fs::write(path, text.replacen(what, by, 1)).unwrap();
}

on_both_engines! {
    /// A letter of tomorrow, to be done by and an event of years ago: three slips of the hand, told together.
    async fn a_day_to_come_and_a_time_that_is_over_are_refused_at_the_door(database: Database) {
        let town = Town::open(database).await;
        let over = "due = 2020-01-01\n[event]\nstarts = 2020-01-01T09:00:00\nends = 2020-01-01T11:00:00\nplace = \"Aula\"";
        let form = town.form("lama", "[\"KADIS-KOMINFO\", \"KADIS-LAIN\"]", over);
        rewrite(&form.0, "date = 2026-12-07", "date = 2026-12-09");
        let faults = [
            "Tanggal surat 2026-12-09 tidak boleh sesudah hari ini. Perbaikan: ",
            "Batas waktu harus sesudah 2026-12-08T08:3", "; yang diisi 2020-01-01T23:59. Perbaikan: ",
            "Acara sudah selesai pada 2020-01-01T11:00. Perbaikan: ",
            "Penerima KADIS-LAIN tidak ditemukan. Perbaikan: ",
        ];
        town.submitted(&form).wanting(&[&["4 hal perlu diperbaiki"], &faults[..]].concat());
        town.kurir(&["letter", "route", &form.0]).wanting(&faults);
        town.run_until_idle().await;
        assert_eq!(town.kurir(&["letter", "list"]).done(), "");
        town.finish().await;
    }

    /// A date of today, and what is going on at this hour, are nobody's slip; a letter that grew old is not asked again.
    async fn what_is_going_on_today_is_taken_and_an_old_letter_is_still_the_same(database: Database) {
        let town = Town::open(database).await;
        let mut one = letter(&["KADIS-KOMINFO"]);
        one.letter_date = date(2026, 12, 8);
        one.due = Some(datetime(2026, 12, 8, 16, 0, 0, 0));
        one.event = Some(Event { starts: datetime(2026, 12, 8, 7, 0, 0, 0), ends: None, place: "Aula Setda".into() });
        let first = town.submit(&one).await;
        town.run_until_idle().await;
        town.after(SignedDuration::from_hours(48)).await;
        let again = town.submit(&one).await;
        assert_eq!((again.id, again.again), (first.id, true));
        assert!(!town.kurir(&["letter", "route", &first.id.to_string()]).done().contains("Perbaikan"));
        town.finish().await;
    }
}
