//! Every refusal of an answer whose cause exists by now is provoked once, and says what is missing and how to do it right.

use crate::servers::engines::on_both_engines;
use crate::town::people::Oddly;
use crate::town::letters::letter;
use crate::town::seen::plain;
use crate::town::{Plan, Town};
use kurir::domain::ids::LetterId;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const LILIS: &str = "lilis.suryaningsih@diskominfo.sukamaju.example";

/// The words of a mail in one line, however it was wrapped.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Answers a mail in words that cannot be recorded: the state it ends in, why, and what the writer is told.
async fn refused(town: &Town, address: &str, words: &str) -> (String, String, String) {
    let before = town.mails_of(address).len();
    let mail = letter_mail(town, address);
    town.official(address).reply(&mail, words).await;
    town.run_until_idle().await;
    let (state, why) = town.last_inbound().await;
    let mails = town.mails_of(address);
    assert_eq!(mails.len(), before + 1, "{words}: one answer a mail, {state} {why}");
    (state, why, flat(&plain(mails.last().unwrap())))
}

/// The mail that brought the letter or the order.
fn letter_mail(town: &Town, address: &str) -> crate::servers::StoredMail {
    town.mails_of(address).remove(0)
}

async fn nothing_was_recorded(town: &Town, id: LetterId, acts: usize) {
    assert_eq!(town.acts(id).await.len(), acts);
}

on_both_engines! {
    async fn what_cannot_be_recorded_is_asked_back_or_refused_in_three_parts(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        for (words, state, why, says) in [
            ("TL, lapor Jumat", "asked", "target_missing", "tujuannya belum ada. Mohon balas dengan nama jabatan"),
            ("TL ke Kabid Pertanian, lapor Jumat", "asked", "target_unknown", "tidak ditemukan di Dinas Komunikasi dan Informatika maupun Kota Sukamaju. Mohon tulis nama jabatannya"),
            ("TL ke Kabid, lapor Jumat", "asked", "target_ambiguous", "cocok dengan lebih dari satu jabatan"),
            ("TL ke Kabid Aptika, lapor 1 Desember 2026", "asked", "due_in_past", "sudah lewat, jadi disposisi belum dicatat. Mohon balas dengan tanggal lain atau “Tanpa batas waktu”"),
            ("TL ke Kabid Aptika, lapor Jumat 10 Desember 2026", "asked", "due_contradictory", "hari dan tanggalnya tidak cocok"),
            ("TL ke Kabid Aptika, lapor 31 Februari 2027", "asked", "due_unreadable", "tidak ada di kalender"),
            ("TL ke Kadis Kominfo", "declined", "to_oneself", "Disposisi kepada diri sendiri tidak diperlukan"),
            ("TL ke Kabid SDA, lapor Jumat", "declined", "not_authorised", "tidak termasuk bawahan Kepala Dinas Komunikasi dan Informatika, jadi disposisi belum dicatat"),
            ("", "declined", "empty_reply", "sampai tanpa tulisan baru, jadi belum dicatat. Mohon tulis di atas kutipan"),
        ] {
            let (as_state, because, said) = refused(&town, ASEP, words).await;
            assert_eq!((as_state.as_str(), because.as_str()), (state, why), "{words}: {said}");
            assert!(said.contains(says), "{words}: {said}");
            assert!(said.contains("tersimpan"), "nothing is lost, and it says so: {said}");
            assert!(said.starts_with("Yth. Kepala Dinas Komunikasi dan Informatika di Sukamaju"), "{said}");
        }
        nothing_was_recorded(&town, id, 0).await;
        town.finish().await;
    }

    /// A due date on a holiday is recorded as it was written, and the receipt names the holiday.
    async fn a_due_date_on_a_day_off_is_recorded_and_named(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let (state, _, said) = refused(&town, ASEP, "TL ke Kabid Aptika, lapor 25 Desember 2026").await;
        assert_eq!(state, "recorded");
        assert!(said.contains("Jumat, 25 Desember 2026 adalah Hari Raya Natal") && said.contains("Batas waktu dicatat sesuai tulisan"), "{said}");
        nothing_was_recorded(&town, id, 1).await;
        // Downwards only: back to where the order came from it goes as a report or a return.
        let (state, why, said) = refused(&town, WAHYU, "TL ke Kadis Kominfo").await;
        assert_eq!((state.as_str(), why.as_str()), ("declined", "circular"), "{said}");
        assert!(said.contains("datang dari Kepala Dinas Komunikasi dan Informatika, jadi disposisi akan berputar"), "{said}");
        nothing_was_recorded(&town, id, 1).await;
        town.finish().await;
    }

    /// The absent Camat and his Plh.: the first valid act wins, the second is told so.
    async fn the_first_act_wins_and_the_second_is_told_by_whom(database: Database) {
        let town = Town::open(database).await;
        let (eka, dadang) = ("eka.nurjanah@kec-mekarwangi.sukamaju.example", "dadang.natawijaya@kec-mekarwangi.sukamaju.example");
        let id = town.submit(&letter(&["CAMAT-MKW"])).await.id;
        town.run_until_idle().await;
        let (state, ..) = refused(&town, eka, "TL ke Lurah Pasirmukti, lapor Jumat").await;
        assert_eq!(state, "recorded");
        // The Camat got no mail of his own; he answers the one that his Plh. passed on to him.
        let passed_on = letter_mail(&town, eka);
        town.official(dadang).reply(&passed_on, "TL ke Lurah Pasirmulya, lapor Jumat").await;
        town.run_until_idle().await;
        let (state, why) = town.last_inbound().await;
        assert_eq!((state.as_str(), why.as_str()), ("declined", "already_recorded"), "{:?}", town.inbounds().await[0].detail);
        let said = flat(&plain(&town.mail_of(dadang)));
        assert!(said.contains("sudah dijawab lebih dahulu oleh Plh. Camat Mekarwangi"), "{said}");
        nothing_was_recorded(&town, id, 1).await;
        town.finish_with(&[kurir::domain::delivery::DeliveryState::Queued]).await;
    }

    /// A robot is not answered and decides nothing; nor does a stranger, who is not told anything either.
    async fn robots_and_strangers_decide_nothing(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        let before = town.mails_of(ASEP).len();
        let robot = Oddly { headers: "Auto-Submitted: auto-replied\r\n".into(), subject: Some("Otomatis: cuti".into()), ..Oddly::default() };
        town.official(ASEP).reply_oddly(&mail, "Saya cuti sampai 18 Desember. TL ke Kabid Aptika.", &robot).await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.0, "automatic");
        let stranger = "warga@provinsi.example";
        town.official(stranger).reply_oddly(&mail, "TL ke Kabid Aptika", &Oddly { to: Some(town.gateway()), no_thread: true, ..Oddly::default() }).await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.1, "unknown_sender");
        assert_eq!((town.acts(id).await.len(), town.mails_of(ASEP).len()), (0, before));
        town.finish().await;
    }

    /// After so many answers a day the rest waits for the operator, unanswered: two machines cannot talk for ever.
    async fn too_many_answers_a_day_are_not_given(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nanswers_per_day = 2\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        town.submit(&letter(&["KADIS-KOMINFO"])).await;
        town.run_until_idle().await;
        for number in 0..4 {
            town.official(ASEP).reply(&letter_mail(&town, ASEP), &format!("TL ke Kabid SDA, lapor Jumat ({number})")).await;
            town.run_until_idle().await;
            assert_eq!(town.last_inbound().await.1, "not_authorised");
        }
        assert_eq!(town.mails_of(ASEP).len(), 1 + 2, "two answers to four mails");
        assert!(town.mails_of(LILIS).is_empty());
        town.finish().await;
    }
}
