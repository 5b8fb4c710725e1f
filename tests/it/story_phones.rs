//! Answers by Telegram: linking, a disposition in a few presses, receipts, returns, and presses that prove nothing.

use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, position, recipient};
use crate::town::{Plan, Town};
use jiff::SignedDuration;
use kurir::demo::telegram::Fault;
use kurir::domain::letter::{RecipientRole, SecurityClass};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";

on_both_engines! {
    async fn a_disposition_by_presses_is_recorded_once(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let shown = asep.last();
        asep.press(&shown, "Disposisi").await;
        let step = asep.last();
        assert_ne!(step.message_id, shown.message_id, "{:#?}", asep.texts());
        let target = step.keyboard.iter().flatten().map(|button| button.label.clone()).find(|label| label.contains("Aplikasi"));
        asep.press(&step, &target.expect("the Kabid is offered")).await;
        asep.press(&step, "Lanjut").await;
        let offered = town.house().desk.label("instruction", "follow_up").unwrap().to_owned();
        asep.press(&step, &offered).await;
        asep.press(&step, "Lanjut").await;
        asep.press(&step, "Jumat").await;
        asep.press(&step, "Lewati").await;
        assert_eq!(town.acts(id).await.len(), 0, "nothing counts before the last press");
        let confirm = town.phone.messages(7001).into_iter().rfind(|one| one.message_id == step.message_id).unwrap();
        let record = confirm.keyboard.iter().flatten().find(|button| button.label.starts_with("Ya, catat")).unwrap().clone();
        asep.press(&step, "Ya, catat").await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?}", town.last_inbound().await);
        assert_eq!((acts[0].kind.as_str(), acts[0].via.as_str(), acts[0].assurance.as_str()), ("disposition", "telegram", "telegram"));
        let orders = town.orders(id).await;
        assert_eq!((orders[0].target.as_str(), orders[0].due_at.unwrap().to_string().as_str()), ("KABID-APTIKA", "2026-12-11T09:00:00Z"));
        town.assert_sealed(&town.mail_of(WAHYU));
        // The very button again, as a phone with a slow line sends it.
        town.phone.press_data(7001, step.message_id, &record.data);
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 1);
        assert!(asep.pop_up().contains("08.30") || asep.pop_up().contains("sudah"), "{}", asep.pop_up());
        town.finish().await;
    }

    /// The day that was chosen is over when he confirms: nothing is recorded, and the day alone is asked for again.
    async fn a_day_that_is_over_when_he_confirms_is_asked_for_again(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let shown = asep.last();
        asep.press(&shown, "Disposisi").await;
        let step = asep.last();
        let target = step.keyboard.iter().flatten().map(|button| button.label.clone()).find(|label| label.contains("Aplikasi"));
        asep.press(&step, &target.unwrap()).await;
        asep.press(&step, "Lanjut").await;
        let offered = town.house().desk.label("instruction", "follow_up").unwrap().to_owned();
        for button in [&offered, "Lanjut", "Jumat", "Lewati"] {
            asep.press(&step, button).await;
        }
        town.after(SignedDuration::from_hours(24 * 7)).await;
        asep.press(&step, "Ya, catat").await;
        assert_eq!((town.acts(id).await.len(), town.last_inbound().await), (0, ("asked".to_owned(), "due_in_past".to_owned())));
        assert!(asep.pop_up().contains("11 Desember 2026") && asep.pop_up().contains("sudah lewat"), "{}", asep.pop_up());
        for button in ["Besok", "Lewati", "Ya, catat"] {
            asep.press(&step, button).await;
        }
        let orders = town.orders(id).await;
        assert_eq!((orders.len(), orders[0].target.as_str(), orders[0].due_at.unwrap() > town.now()), (1, "KABID-APTIKA", true));
        town.finish().await;
    }

    async fn a_press_acknowledges_once_and_the_second_is_told_when(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let shown = asep.last();
        let button = shown.keyboard.iter().flatten().find(|button| button.label == "Sudah saya terima").unwrap().clone();
        asep.press(&shown, "Sudah saya terima").await;
        assert_eq!(town.acts(id).await.len(), 1);
        town.phone.press_data(7001, shown.message_id, &button.data);
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 1);
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_used".to_owned()));
        assert!(asep.pop_up().contains("08.3"), "{}", asep.pop_up());
        assert!(town.lines(id).await.iter().all(|line| line.ends_with("acknowledged")), "{:#?}", town.lines(id).await);
        town.finish().await;
    }

    /// Answers in words are limited by the day; that a press was not recorded is said every time.
    async fn a_press_that_is_not_recorded_says_so_however_often(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nanswers_per_day = 1\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        let wahyu = town.linked(WAHYU, 7002).await;
        for _ in 0..2 {
            let mut copied = letter(&["KADIS-KOMINFO"]);
            copied.recipients.push(recipient(RecipientRole::Cc, position("KABID-APTIKA")));
            let id = town.submit(&copied).await.id;
            town.run_until_idle().await;
            let shown = wahyu.last();
            town.official(ASEP).reply(&town.mail_of(ASEP), "Arsip").await;
            town.run_until_idle().await;
            wahyu.press(&shown, "Disposisi").await;
            let step = wahyu.last();
            let target = step.keyboard.first().and_then(|row| row.first()).map(|button| button.label.clone()).unwrap();
            for label in [target.as_str(), "Lanjut", "Tindak lanjuti", "Lanjut", "Jumat", "Lewati", "Ya, catat"] {
                wahyu.press(&step, label).await;
            }
            assert_eq!(town.last_inbound().await, ("declined".to_owned(), "already_settled".to_owned()));
            assert_eq!(town.acts(id).await.len(), 1);
            let pop = wahyu.pop_up();
            assert!(pop.starts_with("Belum dicatat: ") && pop.contains("sudah dinyatakan selesai"), "{pop}");
        }
        town.finish().await;
    }

    async fn a_return_by_telegram_wants_its_reason_and_a_second_tap(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let letter = letter(&["KADIS-KOMINFO"]);
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        asep.press(&asep.last(), "Kembalikan").await;
        asep.types("Bukan kewenangan kami, mohon ke Dinas PU").await;
        assert_eq!(town.acts(id).await.len(), 0);
        let tap = asep.last();
        assert!(tap.keyboard.iter().flatten().any(|button| button.label.contains(&letter.letter_number[..8])), "{:?}", tap.keyboard);
        asep.press(&tap, "Ya, catat").await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?}", town.last_inbound().await);
        assert_eq!((acts[0].kind.as_str(), acts[0].body["note"].as_str().unwrap()), ("return", "Bukan kewenangan kami, mohon ke Dinas PU"));
        town.finish().await;
    }

    async fn a_stranger_who_presses_anothers_button_gets_nothing(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let wahyu = town.linked(WAHYU, 7002).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let data = asep.last().keyboard[0][0].data.clone();
        let under = wahyu.last().message_id;
        town.phone.press_data(7002, under, &data);
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "not_yours".to_owned()));
        town.phone.press_data(7002, under, "abcdefghijklmnopqrstuvwxyz");
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "button_old".to_owned()));
        assert_eq!(town.acts(id).await.len(), 0);
        town.finish().await;
    }

    async fn a_link_code_works_once_and_for_a_quarter_of_an_hour(database: Database) {
        let town = Town::open(database).await;
        let asep = town.phone(7001);
        let code = town.link_code(ASEP).await;
        town.after(SignedDuration::from_mins(16)).await;
        town.phone.start(7001, Some(&code));
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "wrong_code".to_owned()));
        let fresh = town.link_code(ASEP).await;
        town.phone.start(7001, Some(&fresh));
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.0, "recorded", "{:?}", asep.texts());
        let thief = town.phone(6666);
        town.phone.start(6666, Some(&fresh));
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "wrong_code".to_owned()));
        assert!(!thief.texts().iter().any(|text| text.contains("Asep")), "{:?}", thief.texts());
        let raw = town.database_text().await;
        assert!(!raw.contains(&fresh) && !raw.contains(&fresh.to_lowercase()), "the code stands in the database");
        town.finish().await;
    }

    async fn a_restricted_letter_shows_nothing_on_telegram(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let mut letter = letter(&["KADIS-KOMINFO", "LURAH-CPK"]);
        letter.class = SecurityClass::Restricted;
        letter.subject = "KENARI-hal".into();
        letter.summary = "KENARI-ringkas".into();
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        let seen = format!("{:?}", asep.all());
        assert!(!seen.contains("KENARI"), "{seen}");
        assert!(asep.last().document.is_none());
        // A private address gets no restricted letter: paper.
        assert_eq!(
            town.lines(id).await,
            [
                "letter KADIS-KOMINFO email full primary_channel relayed",
                "letter KADIS-KOMINFO telegram notice class_notice telegram_stored",
                "letter LURAH-CPK print full no_channel queued",
            ]
        );
        town.finish_with(&[kurir::domain::delivery::DeliveryState::Queued]).await;
    }

    /// 403 is about one person: the letter still arrives by mail, and the next one does not try.
    async fn who_blocks_the_bot_still_gets_his_letters(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        town.phone.fault_chat(asep.chat, kurir::demo::telegram::Fault::blocked());
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            [
                "letter KADIS-KOMINFO email full primary_channel relayed",
                "letter KADIS-KOMINFO telegram full linked_account refused",
            ]
        );
        let next = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(next).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        town.finish().await;
    }

    async fn whoever_unlinks_his_phone_gets_nothing_there_any_more(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        asep.types("/bantuan").await;
        let help = asep.last().text;
        assert!(help.contains("/lepas") && help.contains("Bantuan: operator Dinas Komunikasi dan Informatika, "), "{help}");
        asep.types("/lewat").await;
        assert!(asep.last().text.contains("belum dicatat"), "{:?}", asep.last());
        asep.types("/lepas").await;
        assert!(asep.last().text.contains("Tautan diputus."), "{:?}", asep.last());
        // Blocking the bot and coming back does not link him again.
        town.phone.block(7001);
        town.phone.unblock(7001);
        town.run_until_idle().await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        asep.types("/bantuan").await;
        assert!(!asep.last().text.contains("operator Dinas"), "a stranger is told who we are, no more: {:?}", asep.last());
        town.finish().await;
    }

    /// A button that says what is on record already is of no use: it goes, whichever way the act came.
    async fn the_buttons_follow_what_was_done_by_mail(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let shown = |id: i32| {
            let message = asep.all().into_iter().find(|one| one.message_id == id).unwrap();
            message.keyboard.iter().flatten().map(|button| button.label.clone()).collect::<Vec<_>>()
        };
        for (class, before, noted, acted) in [
            (SecurityClass::Ordinary, &["Disposisi", "Sudah saya terima", "Kembalikan"][..], &["Disposisi", "Kembalikan"][..], &["Disposisi"][..]),
            (SecurityClass::Restricted, &["Sudah saya terima"], &[], &[]),
        ] {
            let mut letter = letter(&["KADIS-KOMINFO"]);
            letter.class = class;
            let id = town.submit(&letter).await.id;
            town.run_until_idle().await;
            let (mail, message) = (town.mail_of(ASEP), asep.last());
            assert_eq!(shown(message.message_id), before, "{class}");
            town.official(ASEP).reply(&mail, "Sudah saya terima").await;
            town.run_until_idle().await;
            assert_eq!(shown(message.message_id), noted, "{class}");
            town.official(ASEP).reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
            town.run_until_idle().await;
            assert_eq!((town.acts(id).await.len(), shown(message.message_id)), (2, acted.iter().map(|one| (*one).to_owned()).collect()), "{class}");
            // The text stays.
            assert_eq!(asep.all().into_iter().find(|one| one.message_id == message.message_id).unwrap().text, message.text);
        }
        town.finish().await;
    }

    /// Telegram that does not take the change holds nothing else up, and asks to wait no more than a letter may.
    async fn a_phone_that_takes_no_change_holds_nothing_up(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let (mail, message) = (town.mail_of(ASEP), asep.last());
        town.phone.fault_chat(7001, Fault::Refuse(400, "Bad Request: message can't be edited".into()));
        town.official(ASEP).reply(&mail, "Sudah saya terima").await;
        town.run_until_idle().await;
        assert!(town.lines(id).await.iter().all(|line| line.ends_with("acknowledged")), "{:?}", town.lines(id).await);
        let now = asep.all().into_iter().find(|one| one.message_id == message.message_id).unwrap();
        assert_eq!(now.keyboard, message.keyboard);
        town.finish().await;
    }

    /// Five wrong codes a day: a right one is none of them, and at midnight the count begins anew, as it is told.
    async fn only_wrong_codes_are_counted_and_the_count_ends_at_midnight(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let code = town.link_code(ASEP).await;
        let tries = async |count: usize| {
            for _ in 0..count {
                town.phone.start(7001, Some("ABCDEFGHJKMN"));
                town.run_until_idle().await;
            }
        };
        tries(5).await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "wrong_code".to_owned()));
        tries(1).await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "too_many_codes".to_owned()));
        assert!(asep.last().text.contains("Silakan coba lagi besok, Rabu, 9 Desember 2026 pukul 00.00 WIB"), "{}", asep.last().text);
        // A right one does not help today either.
        town.phone.start(7001, Some(&code));
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "too_many_codes".to_owned()));
        let midnight: jiff::Timestamp = "2026-12-09T00:00:00+07:00".parse().unwrap();
        town.after(midnight.duration_since(town.now())).await;
        let code = town.link_code(ASEP).await;
        town.phone.start(7001, Some(&code));
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.0, "recorded");
        town.finish().await;
    }
}
