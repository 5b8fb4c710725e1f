//! What the door says of a letter that cannot be taken: everything at once, and nothing of what is sound.

use crate::servers::engines::on_both_engines;
use crate::town::letters::letter;
use crate::town::{Plan, Town};
use jiff::SignedDuration;
use jiff::civil::{date, datetime};
use kurir::domain::delivery::Channel;
use kurir::domain::letter::Event;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";

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
            "Batas waktu harus sesudah 2026-12-08T08:", "; yang diisi 2020-01-01T23:59. Perbaikan: ",
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

    /// Shape, fields, directory, dates and the PDF: who mends one fault shall not meet the next.
    async fn whatever_is_wrong_with_a_form_and_its_files_is_told_in_one_pass(database: Database) {
        let town = Town::open(database).await;
        let more = "urgency = \"kilat\"\nwarna = 1\n[event]\nstarts = 2026-12-10T09:00:00\nends = 2026-12-10T08:00:00";
        let form = town.form("satu", "[\"KADIS-KOMINFO\", \"kadis\", \"KADIS-LAIN\", { name = \"Pak RT\", address = \"RT 1\" }, \"KADIS-KOMINFO\"]", more);
        rewrite(&form.0, "official_letter", "surat");
        rewrite(&form.0, "\"ordinary\"", "\"penting\"");
        rewrite(&form.0, "2026-12-07", "2030-01-01");
        let outside = "{ outside = { name = \"PT Maju\", way = \"pos\", received = 2030-01-01, registered_by = \"NOPE\" } }";
        rewrite(&form.0, "\"SEKDA\"", outside);
        let faults = [
            "kind: surat tidak dikenal", "urgency: kilat tidak dikenal", "warna: isian ini tidak dikenal", "event.place: belum diisi",
            "sender.outside.way: pos tidak dikenal", "to[2]: kadis bukan kode", "event.ends: acara berakhir sebelum mulai",
            "to[3]: tidak ada jabatan atau unit berkode KADIS-LAIN", "to[4]: alamat posnya belum lengkap", "to[5]: penerima ini sudah ada di to[1]",
            "sender.outside.registered_by: tidak ada unit berkode NOPE", "date: tanggal surat 2030-01-01 tidak boleh sesudah hari ini",
            "sender.outside.received: tanggal terima 2030-01-01 belum tiba",
        ];
        let said = town.kurir(&["letter", "route", &form.0]).wanting(&faults);
        assert!(said.contains("tingkat keamanan penting tidak dikenal; surat diperlakukan sebagai rahasia"), "{said}");
        let bad = town.file("bukan.pdf", b"MZ bukan pdf");
        let said = town.kurir(&["letter", "submit", &form.0, "--pdf", &bad]).wanting(&faults);
        assert!(said.contains("Berkas bukan.pdf tidak dapat dibuka sebagai PDF") && said.contains("Surat belum diterima; 14 hal perlu diperbaiki:"), "{said}");
        let said = town.kurir(&["letter", "submit", &form.0, "--pdf", &bad, "--json"]).wanting(&["\"refused\"", "pdf_unreadable", "\"form\"", "unknown_code"]);
        assert!(serde_json::from_str::<serde_json::Value>(said.lines().next().unwrap()).is_ok(), "{said}");
        // A file that is not there is told with the rest.
        town.kurir(&["letter", "submit", &form.0, "--pdf", "/tidak/ada.pdf"]).refused(2, &[&["/tidak/ada.pdf tidak dapat dibaca: tidak ditemukan"], &faults[..]].concat());
        assert_eq!(town.kurir(&["letter", "list"]).done(), "");
        town.run_until_idle().await;
        town.finish().await;
    }

    /// A line that is no TOML is told with what the other lines say wrongly, and what stands in it is not called missing.
    async fn one_unreadable_line_hides_nothing_of_the_others(database: Database) {
        let town = Town::open(database).await;
        let form = town.form("baris", "[\"KADIS-KOMINFO\", \"KADIS-LAIN\"]", "urgency = \"kilat\"");
        rewrite(&form.0, "subject = \"Rapat koordinasi banjir\"", "subject = \"Rapat koordinasi banjir");
        let bad = town.file("bukan.pdf", b"MZ bukan pdf");
        let said = town.kurir(&["letter", "submit", &form.0, "--pdf", &bad]).wanting(&[
            "baris 6 tidak tertulis sebagai TOML", "urgency: kilat tidak dikenal", "to[2]: tidak ada jabatan atau unit berkode KADIS-LAIN", "Berkas bukan.pdf",
            "4 hal perlu diperbaiki",
        ]);
        assert!(!said.contains("subject"), "{said}");
        town.run_until_idle().await;
        town.finish().await;
    }

    /// What the trial mode or a worker holds is not the database's fault, and nobody is told that it moves.
    async fn a_delivery_that_cannot_be_moved_by_hand_says_why(database: Database) {
        let town = Town::open_with(database, Plan { live: false, ..Plan::default() }).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let one = town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.id;
        let text = one.to_string();
        let trial = ["tertahan oleh masa uji coba", "Perbaikan: ", "kurir go-live"];
        town.kurir(&["queue", "retry", &text]).wanting(&trial);
        town.kurir(&["queue", "release", &text]).wanting(&trial);
        // Held by hand as well: the hand lets go, and the trial mode goes on.
        town.kurir(&["queue", "hold", &text]).done();
        let said = town.kurir(&["queue", "release", &text]).done();
        assert!(said.contains("dilepas") && said.contains("masih tertahan oleh masa uji coba") && said.contains("kurir go-live"), "{said}");
        town.run_until_idle().await;
        assert!(town.mails_of(ASEP).is_empty());
        town.kurir(&["go-live", "--yes"]).done();
        // A worker has it: it is tried at this very moment.
        let mut tx = town.house().store.write().await.unwrap();
        let until = town.now().saturating_add(SignedDuration::from_mins(5)).unwrap();
        assert_eq!(tx.claim(Channel::Email, town.now(), until, 10).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        let said = town.kurir(&["queue", "retry", &text]).wanting(&["sedang dikirim", "Perbaikan: ", &format!("kurir queue show {text}")]);
        assert!(!said.contains("Basis data"), "{said}");
        town.after(SignedDuration::from_mins(6)).await;
        assert_eq!(town.mails_of(ASEP).len(), 1);
        town.finish().await;
    }
}
