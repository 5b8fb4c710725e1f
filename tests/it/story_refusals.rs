//! Every refusal of an answer whose cause exists by now is provoked once, and says what is missing and how to do it right.

use crate::servers::engines::on_both_engines;
use crate::town::letters::letter;
use crate::town::people::Oddly;
use crate::town::seen::told;
use crate::town::{Plan, Town};
use kurir::domain::ids::LetterId;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const LILIS: &str = "lilis.suryaningsih@diskominfo.sukamaju.example";

/// Answers a mail in words that cannot be recorded: the state it ends in, why, and what the writer is told.
async fn refused(town: &Town, address: &str, words: &str) -> (String, String, String) {
    let before = town.mails_of(address).len();
    let mail = letter_mail(town, address);
    town.official(address).reply(&mail, words).await;
    town.run_until_idle().await;
    let (state, why) = town.last_inbound().await;
    let mails = town.mails_of(address);
    assert_eq!(mails.len(), before + 1, "{words}: one answer a mail, {state} {why}");
    (state, why, told(mails.last().unwrap()))
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
            ("TL ke Kabid Aptika, lapor 5 Desember 2025", "asked", "due_in_past", "sudah lewat, jadi disposisi belum dicatat"),
            ("TL ke Kabid Aptika, batas 5 Desember 1999", "asked", "due_in_past", "sudah lewat, jadi disposisi belum dicatat"),
            ("TL ke Kabid Aptika, lapor Jumat 10 Desember 2026", "asked", "due_contradictory", "hari dan tanggalnya tidak cocok"),
            ("TL ke Kabid Aptika, lapor 31 Februari 2027", "asked", "due_unreadable", "tidak ada di kalender"),
            ("TL ke Kadis Kominfo", "declined", "to_oneself", "Disposisi kepada diri sendiri tidak diperlukan"),
            ("TL ke Kabid SDA, lapor Jumat", "declined", "not_authorised", "tidak termasuk bawahan Kepala Dinas Komunikasi dan Informatika, jadi disposisi belum dicatat"),
            ("", "declined", "empty_reply", "sampai tanpa tulisan baru, jadi belum dicatat. Mohon tulis di atas kutipan"),
        ] {
            let (as_state, because, said) = refused(&town, ASEP, words).await;
            assert_eq!((as_state.as_str(), because.as_str()), (state, why), "{words}: {said}");
            assert!(said.contains(says), "{words}: {said}");
            assert!(words.is_empty() || said.contains("tersimpan"), "nothing is lost, and it says so: {said}");
            assert!(!said.contains("Terbaca: ."), "{said}");
            assert!(said.starts_with("Yth. Kepala Dinas Komunikasi dan Informatika di Sukamaju"), "{said}");
        }
        nothing_was_recorded(&town, id, 0).await;
        town.finish().await;
    }

    /// A question that is answered after weeks is about words of that day: a day that is over by now is no deadline any more.
    async fn a_deadline_that_is_over_when_the_question_is_answered_is_asked_for_again(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let (_, why, _) = refused(&town, ASEP, "TL ke Kabid, lapor Jumat").await;
        assert_eq!(why, "target_ambiguous");
        town.after(jiff::SignedDuration::from_hours(24 * 14)).await;
        let before = town.mails_of(ASEP).len();
        town.official(ASEP).reply(&town.mail_of(ASEP), "1").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("asked".to_owned(), "due_in_past".to_owned()));
        nothing_was_recorded(&town, id, 0).await;
        let said = told(town.mails_of(ASEP).get(before).expect("he is told"));
        assert!(said.contains("11 Desember 2026 pukul 16.00 WIB sudah lewat") && said.contains("Kepala Bidang Aplikasi Informatika"), "{said}");
        town.finish().await;
    }

    /// What kurir asks with figures is answered with a figure: the words that were asked about are read once more.
    async fn a_question_is_answered_by_a_figure(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let (state, why, said) = refused(&town, ASEP, "TL ke Kabid, lapor Jumat").await;
        assert_eq!((state.as_str(), why.as_str()), ("asked", "target_ambiguous"));
        assert!(said.contains("1 Kepala Bidang Aplikasi Informatika 2 Kepala Bidang Informasi dan Komunikasi Publik"), "{said}");
        let question = town.mail_of(ASEP);
        // What was not offered is asked again.
        town.official(ASEP).reply(&question, "7").await;
        town.run_until_idle().await;
        assert_eq!((town.last_inbound().await.0.as_str(), town.acts(id).await.len()), ("asked", 0));
        town.official(ASEP).reply(&question, "2").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.0, "recorded");
        let orders = town.orders(id).await;
        assert_eq!((orders[0].target.as_str(), orders[0].due_at.unwrap().to_string().as_str()), ("KABID-IKP", "2026-12-11T09:00:00Z"));
        assert_eq!(town.acts(id).await[0].body["quote"], "TL ke Kabid, lapor Jumat", "the act keeps his own words");
        assert_eq!(town.lines(id).await[1], "letter KADIS-KOMINFO email full primary_channel acted", "who answers the question answers the letter");
        // The same figure again is the same answer.
        town.official(ASEP).reply(&question, "2").await;
        town.run_until_idle().await;
        assert_eq!((town.last_inbound().await.1.as_str(), town.acts(id).await.len()), ("token_used", 1));
        town.finish().await;
    }

    /// A due date on a holiday is recorded as it was written, and the receipt names the holiday.
    async fn a_due_date_on_a_day_off_is_recorded_and_named(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let (state, _, said) = refused(&town, ASEP, "TL ke Kabid Aptika, lapor 25 Desember 2026").await;
        assert_eq!(state, "recorded");
        assert!(said.contains("Jumat, 25 Desember 2026 adalah Kelahiran Yesus Kristus (Natal)") && said.contains("Batas waktu dicatat sesuai tulisan"), "{said}");
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
        let said = told(&town.mail_of(dadang));
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
        for post in ["SDA", "P2P", "Mutasi", "Diklat"] {
            town.official(ASEP).reply(&letter_mail(&town, ASEP), &format!("TL ke Kabid {post}, lapor Jumat")).await;
            town.run_until_idle().await;
            assert_eq!(town.last_inbound().await.1, "not_authorised");
        }
        assert_eq!(town.mails_of(ASEP).len(), 1 + 2, "two answers to four mails");
        assert!(town.mails_of(LILIS).is_empty());
        town.finish().await;
    }
}
