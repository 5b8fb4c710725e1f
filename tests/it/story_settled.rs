//! The end of a letter: it is settled when the work came back up, and its secret addresses live some days longer.

use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, position, recipient};
use crate::town::seen::told;
use crate::town::{Plan, Town};
use jiff::SignedDuration;
use kurir::domain::delivery::DeliveryState;
use kurir::domain::ids::LetterId;
use kurir::domain::letter::{RecipientRole, SecurityClass};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const JOKO: &str = "joko.purnomosidi@dpupr.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";

/// A town in which a reply address lives ten days after the end of its letter.
async fn town(database: crate::servers::engines::Database) -> Town {
    Town::open_with(database, Plan { workflow: "[disposition]\ntoken_days = 10".to_owned(), ..Plan::default() }).await
}

async fn state(town: &Town, id: LetterId) -> String {
    let mut tx = town.house().store.read().await.unwrap();
    tx.letter(id).await.unwrap().unwrap().state
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

on_both_engines! {
    async fn a_reply_address_lives_some_days_longer_than_its_letter(database: Database) {
        let town = town(database).await;
        let written = letter(&["KADIS-KOMINFO"]);
        let id = town.submit(&written).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        let order = town.mail_of(WAHYU);
        town.official(WAHYU).reply(&order, "Sudah dilaksanakan, laporan terlampir").await;
        town.run_until_idle().await;
        assert_eq!(town.orders(id).await[0].state, "reported", "{:?}", town.last_inbound().await);
        assert_eq!(state(&town, id).await, "accepted", "the report waits for who gave the work");
        town.official(ASEP).reply(&town.mail_of(ASEP), "Setuju").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "settled", "{:?}", town.last_inbound().await);
        let facts = town.facts(id, "ConsignmentAcceptance").await;
        assert_eq!(facts.iter().filter(|fact| fact["detail"]["letter_state"] == "settled").count(), 1, "{facts:#?}");
        town.after(days(9)).await;
        town.official(WAHYU).reply(&order, "Sudah selesai juga tahap kedua.").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "already_settled".to_owned()));
        let late = told(&town.mail_of(WAHYU));
        assert!(late.contains(&format!("Surat nomor {} sudah dinyatakan selesai oleh Kepala Dinas", written.letter_number)), "{late}");
        assert!(late.contains("pada Selasa, 8 Desember 2026"), "{late}");
        town.after(days(1)).await;
        town.official(WAHYU).reply(&order, "Sudah selesai juga tahap ketiga.").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_expired".to_owned()));
        let over = told(&town.mail_of(WAHYU));
        assert!(over.contains("Masa jawab surel yang dibalas sudah berakhir (Jumat, 18 Desember 2026"), "{over}");
        assert_eq!(town.acts(id).await.len(), 3);
        town.finish().await;
    }

    /// "Arsip", and on second thoughts an order: his own word is no obstacle to himself. Then the time is over for everybody.
    async fn who_ended_a_letter_may_go_on_with_it_until_its_time_is_over(database: Database) {
        let town = town(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        let message = asep.last();
        town.official(ASEP).reply(&mail, "Arsip").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "settled", "{:?}", town.last_inbound().await);
        town.official(ASEP).reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!((state(&town, id).await.as_str(), town.acts(id).await.len()), ("accepted", 2), "{:?}", town.last_inbound().await);
        town.after(days(20)).await;
        town.official(ASEP).reply(&mail, "Sudah kami tangani langsung kemarin.").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "accepted", "the Kabid still owes his report");
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "Sudah dilaksanakan, laporan terlampir").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "settled", "{:?}", town.last_inbound().await);
        town.after(days(11)).await;
        asep.press(&message, "Disposisi").await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_expired".to_owned()));
        assert_eq!(asep.pop_up(), "Tombol ini sudah tidak berlaku, jadi tidak dicatat. Silakan pakai tombol pada pesan yang terbaru.");
        assert_eq!(town.acts(id).await.len(), 4);
        town.finish().await;
    }

    /// Politeness is no step back: who thanks for a receipt has still reported.
    async fn thanks_for_a_receipt_take_no_report_back(database: Database) {
        let town = town(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let first = town.mail_of(ASEP);
        town.official(ASEP).reply(&first, "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "Laporan: sudah selesai dilaksanakan").await;
        town.run_until_idle().await;
        let receipt = town.mail_of(WAHYU);
        assert!(told(&receipt).contains("Tindakan : Laporan"), "{}", told(&receipt));
        town.official(WAHYU).reply(&receipt, "Terima kasih").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.0, "recorded");
        assert_eq!(town.orders(id).await[0].state, "reported");
        town.official(ASEP).reply(&first, "Laporan: sudah selesai dilaksanakan").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "settled", "{:?}", town.last_inbound().await);
        town.finish().await;
    }

    /// Mail clients answer the newest mail: the report that came in, the receipt of one's own order.
    async fn the_last_report_counts_whatever_mail_of_the_thread_it_answers(database: Database) {
        let town = town(database).await;
        for answers_the_receipt in [false, true] {
            let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
            town.run_until_idle().await;
            town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
            town.run_until_idle().await;
            let receipt = town.mail_of(ASEP);
            town.official(WAHYU).reply(&town.mail_of(WAHYU), "Laporan: sudah selesai dilaksanakan").await;
            town.run_until_idle().await;
            let newest = if answers_the_receipt { receipt } else { town.mail_of(ASEP) };
            town.official(ASEP).reply(&newest, "Laporan: seluruhnya sudah selesai dilaksanakan").await;
            town.run_until_idle().await;
            let words = told(&newest);
            assert_eq!(state(&town, id).await, "settled", "{:?} to {words}", town.last_inbound().await);
        }
        town.finish().await;
    }

    /// What a post that was asked for its opinion reports to whoever asked is not the last word to the sender.
    async fn a_report_to_whoever_asked_for_guidance_ends_nothing(database: Database) {
        let town = town(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO", "KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Arsip").await;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Teruskan ke Kadis PUPR").await;
        town.run_until_idle().await;
        town.official(JOKO).reply(&town.mail_of(JOKO), "Laporan: sudah selesai dilaksanakan").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 3, "{:?}", town.last_inbound().await);
        assert_eq!(state(&town, id).await, "accepted", "the sender has no word of Kadis PUPR");
        town.finish().await;
    }

    /// An acknowledgement decides nothing, so nothing is in its way: not the end of the letter, not its class.
    async fn whoever_comes_too_late_to_decide_may_still_say_that_he_has_it(database: Database) {
        let town = town(database).await;
        let joko = town.linked(JOKO, 7003).await;
        let mut written = letter(&["KADIS-KOMINFO"]);
        written.recipients.push(recipient(RecipientRole::Cc, position("KADIS-PUPR")));
        let id = town.submit(&written).await.id;
        town.run_until_idle().await;
        let (copy, message) = (town.mail_of(JOKO), joko.last());
        town.official(ASEP).reply(&town.mail_of(ASEP), "Setuju").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "settled");
        // The phone first: its button goes once the mail has said it.
        joko.press(&message, "Sudah saya terima").await;
        assert_eq!(town.last_inbound().await, ("recorded".to_owned(), String::new()));
        town.official(JOKO).reply(&copy, "Sudah saya terima").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("recorded".to_owned(), String::new()));
        let said: Vec<(String, String)> = town.acts(id).await.into_iter().map(|act| (act.kind, act.via)).collect();
        let expected = [("approve", "email"), ("acknowledge", "telegram"), ("acknowledge", "email")];
        assert_eq!(said, expected.map(|(kind, via)| (kind.to_owned(), via.to_owned())));
        assert_eq!(state(&town, id).await, "settled", "nothing is opened by it");
        let mut secret = letter(&["KADIS-KOMINFO"]);
        secret.class = SecurityClass::Secret;
        let id = town.submit(&secret).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Sudah saya terima").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("recorded".to_owned(), String::new()));
        let lines = ["letter KADIS-KOMINFO email notice class_notice acknowledged", "letter KADIS-KOMINFO print full secret_class queued"];
        assert_eq!(town.lines(id).await, lines, "said of the notice alone: the paper goes on");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn a_letter_to_two_posts_ends_with_the_last_word_of_both(database: Database) {
        let town = town(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO", "SEKDIS-KES"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Arsip").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "accepted");
        let iwan = "iwan.setiabudhi@dinkes.sukamaju.example";
        town.official(iwan).reply(&town.mail_of(iwan), "Setuju").await;
        town.run_until_idle().await;
        assert_eq!(state(&town, id).await, "settled", "{:?}", town.last_inbound().await);
        town.finish().await;
    }
}
