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

    /// What is too big or too complex to be read is the unit's to look at all the same; without a unit it is the administrator's.
    async fn mail_over_the_limits_lies_on_the_tray_of_its_unit(database: Database) {
        let town = Town::open(database).await;
        let big = |to: &str| {
            let mut raw = format!("From: <{CITIZEN}>\r\nTo: <{to}@{}>\r\nSubject: Foto banjir\r\n\r\n", town.domain).into_bytes();
            raw.extend("x".repeat(78).into_bytes().into_iter().chain(*b"\r\n").cycle().take(26 * 1024 * 1024));
            raw
        };
        let complex = format!(
            "From: <{CITIZEN}>\r\nTo: <dpupr@{}>\r\nSubject: Banyak\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}",
            town.domain, "--b\r\n\r\n".repeat(2_000)
        );
        for (name, raw) in [("besar", big("diskominfo")), ("rumit", complex.into_bytes()), ("siapa", big("dinas-lain"))] {
            town.post.drop_into(&town.gateway(), name, &raw);
            town.run_until_idle().await;
        }
        let mut codes = town.tray_codes().await;
        codes.sort();
        let expected = [("mail_too_big", "-"), ("mail_too_big", "DISKOMINFO"), ("mail_too_complex", "DPUPR")];
        assert_eq!(codes, expected.map(|(code, desk)| (code.to_owned(), desk.to_owned())));
        assert!(told(&town.mail_of(NADIA)).contains("Ada surel untuk Dinas Komunikasi dan Informatika dari war…@provinsi…"));
        let item = town.tray().await.into_iter().find(|item| item.unit.as_deref() == Some("DISKOMINFO")).unwrap();
        let shown = town.kurir(&["tray", "show", &item.id.to_string()]).done();
        assert!(shown.contains("surelnya terlalu besar") && shown.contains(CITIZEN) && shown.contains("hal: Foto banjir"), "{shown}");
        town.kurir(&["tray", "close", &item.id.to_string(), "--by", "Nadia"]).done();
        town.finish().await;
    }

    /// What programs write to a unit is seen on its tray, and nobody is alarmed; what answers a letter or is our own is not there.
    async fn what_programs_write_to_a_unit_is_seen_and_not_told(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nanswers_per_day = 3\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        for headers in ["Auto-Submitted: auto-generated\r\n", "List-Id: <berita.provinsi.example>\r\n"] {
            let (nothing, oddly) = to(&town, "diskominfo");
            let oddly = Oddly { headers: headers.to_owned(), ..oddly };
            town.official(CITIZEN).reply_oddly(&nothing, "Permohonan nomor 12 sudah kami terima.", &oddly).await;
            town.run_until_idle().await;
            assert_eq!(town.last_inbound().await.0, "automatic");
        }
        let robot = ("unit_mail_automatic".to_owned(), "DISKOMINFO".to_owned());
        assert_eq!(town.tray_codes().await, [robot.clone(), robot.clone()]);
        let bounce = format!(
            "From: MAILER-DAEMON@provinsi.example\r\nReturn-Path: <>\r\nTo: <diskominfo@{}>\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.provinsi.example\r\n\r\nFinal-Recipient: rfc822; a@provinsi.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n",
            town.domain
        );
        for name in ["satu", "dua"] {
            town.post.drop_into(&town.gateway(), name, bounce.as_bytes());
            town.run_until_idle().await;
        }
        let codes = town.tray_codes().await;
        assert_eq!(codes[2], ("bounce_unmatched".to_owned(), "DISKOMINFO".to_owned()));
        assert_eq!(codes.len(), 3, "as many rows a day as automatic answers: {codes:?}");
        assert!(town.mails_of(NADIA).is_empty() && town.mails_of(CITIZEN).is_empty(), "nobody is told, and no program is answered");
        let item = town.tray().await.remove(0);
        let shown = town.kurir(&["tray", "show", &item.id.to_string()]).done();
        assert!(shown.contains("surel otomatis untuk unit") && shown.contains("Permohonan nomor 12"), "{shown}");
        town.finish().await;
    }

    /// A mail to two units is asked of both: each closes its own row and sees what the other did.
    async fn each_desk_closes_its_own_row_of_a_mail_to_several(database: Database) {
        let town = Town::open(database).await;
        let (nothing, oddly) = to(&town, "diskominfo");
        town.official(CITIZEN).plant(&nothing, "Mohon data titik banjir.", &Oddly { headers: format!("Cc: <dpupr@{}>\r\n", town.domain), ..oddly });
        town.run_until_idle().await;
        let rows = town.tray().await;
        let of = |unit: &str| rows.iter().find(|row| row.unit.as_deref() == Some(unit)).unwrap().id.to_string();
        let (nadia, other) = (of("DISKOMINFO"), of("DPUPR"));
        assert!(town.kurir(&["tray", "show", &other]).done().contains("juga di meja DISKOMINFO: belum diperiksa"));
        town.kurir(&["tray", "close", &nadia, "--by", "Nadia", "--outcome", "dijawab"]).done();
        assert_eq!(town.last_inbound().await.0, "held", "the other desk has not looked at it yet");
        assert_eq!(town.tray().await.len(), 1);
        let shown = town.kurir(&["tray", "show", &other]).done();
        assert!(shown.contains("juga di meja DISKOMINFO: diperiksa Nadia, ") && shown.contains("dijawab"), "{shown}");
        town.kurir(&["tray", "close", &other, "--by", "Budi"]).done();
        assert_eq!(town.last_inbound().await.0, "closed");
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
