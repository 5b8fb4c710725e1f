//! A letter on its way out: to four recipients on three channels, and what each of them finds.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::{letter, pdf};
use crate::town::seen::{attachment, plain};
use kurir::domain::delivery::DeliveryState;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const JOKO: &str = "joko.purnomosidi@dpupr.sukamaju.example";
const EKA: &str = "eka.nurjanah@kec-mekarwangi.sukamaju.example";

on_both_engines! {
    /// Rules d, g and h of the regulation in one letter.
    async fn four_recipients_are_reached_on_the_ways_they_have(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let letter = letter(&["KADIS-KOMINFO", "KADIS-PUPR", "CAMAT-MKW", "LURAH-PSM"]);
        let paper = pdf("Rapat di Balai Kota");
        let accepted = town.try_submit(&letter, paper.clone()).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(
            town.lines(accepted.id).await,
            [
                "letter CAMAT-MKW email full primary_channel relayed",
                "letter KADIS-KOMINFO email full primary_channel relayed",
                "letter KADIS-KOMINFO telegram full linked_account telegram_stored",
                "letter KADIS-PUPR email full primary_channel relayed",
                "letter LURAH-PSM print full unregistered queued",
            ],
            "{:#?}",
            town.attempts(accepted.id).await
        );
        let units: Vec<String> = accepted.agenda.keys().map(ToString::to_string).collect();
        assert_eq!(units, ["DISKOMINFO", "DPUPR", "KEC-MKW", "KEL-PSM"]);
        assert!(accepted.agenda.values().all(|number| *number == (2026, 1)), "{:?}", accepted.agenda);
        for address in [ASEP, JOKO, EKA] {
            let mail = town.mail_of(address);
            town.assert_sealed(&mail);
            assert!(mail.headers("Subject")[0].contains("Rapat koordinasi"), "{}", mail.text());
            assert_eq!(attachment(&mail).unwrap(), paper, "the PDF of {address}");
        }
        assert!(plain(&town.mail_of(EKA)).contains("Plh. Camat Mekarwangi"), "{}", plain(&town.mail_of(EKA)));
        let shown = asep.with(&letter.letter_number);
        assert_eq!(&*shown.document.expect("the PDF").bytes, paper.as_slice());
        let entry = town.print_entry(accepted.id, "LURAH-PSM").await;
        assert_eq!(entry.letter, paper);
        assert!(entry.cover.starts_with(b"%PDF-") && entry.ticket.contains("Lurah Pasirmulya"), "{}", entry.ticket);
        town.finish_with(&[DeliveryState::Queued]).await;
    }
}
