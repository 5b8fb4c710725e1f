//! A disposition that passes somebody over: he gets a copy for information.

use crate::servers::engines::on_both_engines;
use crate::town::letters::letter;
use crate::town::seen::plain;
use crate::town::{Plan, Town};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const GILANG: &str = "gilang.permadi@diskominfo.sukamaju.example";

on_both_engines! {
    async fn a_superior_who_is_passed_over_gets_a_copy(database: Database) {
        let town = Town::open(database).await;
        let wahyu = town.linked(WAHYU, 7002).await;
        let letter = letter(&["KADIS-KOMINFO"]);
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kasi Infra, lapor Jumat").await;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(lines.contains(&"disposition_received KASI-INFRA email full primary_channel relayed".to_owned()), "{lines:?}");
        assert!(lines.contains(&"disposition_copy KABID-APTIKA email full primary_channel relayed".to_owned()), "{lines:?}");
        assert!(lines.contains(&"disposition_copy KABID-APTIKA telegram full linked_account telegram_stored".to_owned()), "{lines:?}");
        let copy = town.mail_of(WAHYU);
        town.assert_sealed(&copy);
        assert!(copy.headers("Subject")[0].starts_with("Tembusan disposisi: "), "{:?}", copy.headers("Subject"));
        let words = plain(&copy).split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "memberi disposisi langsung kepada Kepala Seksi Infrastruktur Jaringan.",
            "Jumat, 11 Desember 2026",
            letter.letter_number.as_str(),
            "Tidak ada tindak lanjut yang diminta.",
        ] {
            assert!(words.contains(part), "{part:?} is missing in {words}");
        }
        assert!(crate::town::seen::attachment(&copy).is_none(), "a copy of the notice, not of the letter");
        assert!(wahyu.last().document.is_none() && wahyu.last().text.contains("Tembusan disposisi"), "{:?}", wahyu.texts());
        // Who got an order himself is not passed over.
        let second = town.submit(&crate::town::letters::letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika dan Kasi Infra, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.orders(second).await.len(), 2, "{:?}", town.last_inbound().await);
        let lines = town.lines(second).await;
        assert!(!lines.iter().any(|line| line.starts_with("disposition_copy")), "{lines:?}");
        town.finish().await;
    }

    async fn a_copy_never_goes_to_paper(database: Database) {
        let changes = vec![("officials.csv", "wahyu.nugraha@diskominfo.sukamaju.example", "")];
        let town = Town::open_with(database, Plan { registry: changes, ..Plan::default() }).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kasi Infra, lapor Jumat").await;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(!lines.iter().any(|line| line.contains("KABID-APTIKA")), "{lines:?}");
        assert!(!town.mails_of(GILANG).is_empty(), "{lines:?}");
        let codes = town.tray_codes().await;
        assert!(codes.contains(&("no_channel".to_owned(), "DISKOMINFO".to_owned())), "{codes:?}");
        town.finish().await;
    }

    async fn an_office_that_wants_no_copies_sends_none(database: Database) {
        let workflow = "[disposition]\ncopy_to_skipped = false\n".to_owned();
        let town = Town::open_with(database, Plan { workflow, ..Plan::default() }).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kasi Infra, lapor Jumat").await;
        town.run_until_idle().await;
        assert!(!town.mails_of(GILANG).is_empty());
        let lines = town.lines(id).await;
        assert!(!lines.iter().any(|line| line.starts_with("disposition_copy")), "{lines:?}");
        assert!(town.mails_of(WAHYU).is_empty());
        town.finish().await;
    }
}
