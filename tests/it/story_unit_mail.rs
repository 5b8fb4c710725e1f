//! Every unit has an address of its own, held by its operator: a mail to it lands on his tray and he is told, his deputy where he
//! is away, the unit above where the unit has nobody. Nothing of it is an act.

use crate::servers::StoredMail;
use crate::servers::engines::on_both_engines;
use crate::town::people::Oddly;
use crate::town::seen::told;
use crate::town::{Plan, Town};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const NADIA: &str = "operator@diskominfo.sukamaju.example";
const NADIA_NUMBER: &str = "199308172018012947";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const CITIZEN: &str = "warga@provinsi.example";

/// A mail that answers nothing, to an address of the gateway's domain, which a catch-all brings to its mailbox.
fn to(town: &Town, local: &str) -> (StoredMail, Oddly) {
    town.catches(local);
    let nothing = StoredMail { path: std::path::PathBuf::new(), raw: b"Subject: x\r\n\r\n".to_vec() };
    let subject = Some("Permohonan data titik banjir".to_owned());
    (nothing, Oddly { to: Some(format!("{local}@{}", town.domain)), no_thread: true, subject, ..Oddly::default() })
}

async fn writes(town: &Town, from: &str, local: &str) {
    let (nothing, oddly) = to(town, local);
    town.official(from).reply_oddly(&nothing, "Mohon data titik banjir tahun ini.", &oddly).await;
    town.run_until_idle().await;
}

on_both_engines! {
    async fn mail_to_a_units_address_lands_on_its_operators_tray_and_he_is_told(database: Database) {
        let town = Town::open(database).await;
        writes(&town, CITIZEN, "diskominfo").await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "unit_mail".to_owned()));
        assert_eq!(town.tray_codes().await, [("unit_mail".to_owned(), "DISKOMINFO".to_owned())]);
        let item = town.tray().await.remove(0);
        assert_eq!(item.detail["addressees"][0], "DISKOMINFO");
        let notice = told(&town.mail_of(NADIA));
        for words in ["Yth. Operator Dinas Komunikasi dan Informatika", "Ada surel untuk Dinas Komunikasi dan Informatika dari war…@provinsi…", "Asal surel itu terbukti.", &item.id.to_string()] {
            assert!(notice.contains(words), "{words}: {notice}");
        }
        assert!(!notice.contains("titik banjir") && !notice.contains(CITIZEN), "what it says is not passed on: {notice}");
        assert!(town.mails_of(CITIZEN).is_empty(), "a stranger is not answered");
        // Once a person looked at it, it is closed.
        town.kurir(&["tray", "close", &item.id.to_string(), "--by", "Nadia"]).done();
        assert_eq!(town.last_inbound().await.0, "closed");
        town.finish().await;
    }

    /// An address of nobody stays with the administrator; a unit without an operator with the nearest above; a post with its unit.
    async fn whose_address_it_is_is_told_by_the_registry(database: Database) {
        let town = Town::open(database).await;
        writes(&town, CITIZEN, "dinas-lain").await;
        assert_eq!(town.tray_codes().await, [("unknown_sender".to_owned(), "-".to_owned())]);
        writes(&town, CITIZEN, "kel-psm").await;
        writes(&town, CITIZEN, "kadis-kominfo").await;
        let desks: Vec<String> = town.tray_codes().await.into_iter().skip(1).map(|(code, desk)| format!("{code} {desk}")).collect();
        assert_eq!(desks, ["unit_mail KEC-MKW", "unit_mail DISKOMINFO"]);
        assert!(told(&town.mail_of(NADIA)).contains("Ada surel untuk Kepala Dinas Komunikasi dan Informatika"));
        // A colleague is told where his mail went; it is no letter.
        writes(&town, ASEP, "dpupr").await;
        assert_eq!(town.tray_codes().await.last().unwrap().1, "DPUPR");
        let answer = told(&town.mail_of(ASEP));
        assert!(answer.contains("disampaikan kepada operatornya sebagai surel biasa, jadi belum dicatat sebagai naskah dinas"), "{answer}");
        // In his name, but not from him: the operator is told so, and he himself nothing.
        let before = town.mails_of(ASEP).len();
        let (nothing, oddly) = to(&town, "diskominfo");
        town.official(ASEP).forge(&nothing, "Mohon kirim data pegawai.", &oddly).await;
        town.run_until_idle().await;
        assert!(told(&town.mail_of(NADIA)).contains("Asal surel itu belum terbukti; periksa dahulu sebelum ditindaklanjuti."));
        assert_eq!(town.mails_of(ASEP).len(), before);
        town.finish().await;
    }

    async fn a_deputy_is_told_while_the_operator_is_away_and_nobody_is_flooded(database: Database) {
        let row = "DISKOMINFO,199308172018012947,2026-01-05,800/07-OPR/2026,";
        let with_deputy = "DISKOMINFO,199308172018012947,2026-01-05,800/07-OPR/2026,\nDISKOMINFO,198106192006041912,2026-01-05,800/99-OPR/2026,deputy";
        let registry = vec![
            ("operators.csv", "order_number", "order_number,role"),
            ("operators.csv", "-OPR/2026", "-OPR/2026,"),
            ("operators.csv", row, with_deputy),
        ];
        let more = "[limits]\nfree_disk_bytes = 10000000\nanswers_per_day = 2\n".to_owned();
        let town = Town::open_with(database, Plan { more, registry, ..Plan::default() }).await;
        town.kurir(&["absence", "add", NADIA_NUMBER, "--from", "2026-12-08", "--to", "2026-12-18", "--reason", "leave"]).done();
        for _ in 0..3 {
            writes(&town, CITIZEN, "diskominfo").await;
        }
        assert_eq!(town.tray_codes().await, vec![("unit_mail".to_owned(), "DISKOMINFO".to_owned()); 3]);
        assert_eq!((town.mails_of(NADIA).len(), town.mails_of(WAHYU).len()), (0, 2), "two notices a day, three rows");
        assert!(told(&town.mail_of(WAHYU)).starts_with("Yth. Operator Dinas Komunikasi dan Informatika"));
        town.finish().await;
    }
}
