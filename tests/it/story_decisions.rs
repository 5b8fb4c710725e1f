//! Approvals and rejections: whoever asked is told, on the way he has, and nobody else is.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::seen::{plain, told};
use jiff::civil::date;
use kurir::domain::delivery::DeliveryState;
use kurir::domain::letter::{OutsideSender, ReceiptWay, Sender};

const SEKDA: &str = "sekda@sukamaju.example";
const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const NINING: &str = "lurah.pasirmukti@suratkita.example";
const OPERATOR: &str = "operator.umum@setda.sukamaju.example";

/// A letter that somebody outside the city wrote and the general affairs section registered.
fn from_outside() -> Sender {
    Sender::Outside(OutsideSender {
        name: "Karang Taruna Pasirmukti".to_owned(),
        address: "Jl. Pasirmukti No. 30, Sukamaju 17923".to_owned(),
        way: ReceiptWay::Counter,
        received: date(2026, 12, 7),
        registered_by: "BAGUM".parse().unwrap(),
    })
}

on_both_engines! {
    async fn the_sender_is_told_that_his_letter_is_approved(database: Database) {
        let town = Town::open(database).await;
        let letter = letter(&["KADIS-KOMINFO"]);
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Setuju").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?} {}", town.last_inbound().await, town.inbounds().await[0].detail);
        assert_eq!(acts[0].kind, "approve");
        assert_eq!(
            town.lines(id).await,
            ["approved SEKDA email full primary_channel relayed", "letter KADIS-KOMINFO email full primary_channel acted"]
        );
        let told = town.mail_of(SEKDA);
        town.assert_sealed(&told);
        assert!(told.headers("Subject")[0].starts_with("Disetujui: "), "{:?}", told.headers("Subject"));
        let words = plain(&told);
        assert!(words.contains("Kepala Dinas Komunikasi dan Informatika menyetujui surat ini."), "{words}");
        assert!(words.contains(&letter.letter_number) && words.contains("tautan rahasia"), "{words}");
        town.finish().await;
    }

    /// The giver of an order is who asked, not the sender of the letter.
    async fn the_giver_of_an_order_is_told_that_it_is_not_approved(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "Tidak setuju").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await[1].kind, "reject", "{:?}", town.last_inbound().await);
        assert_eq!(town.orders(id).await[0].state, "completed");
        let lines = town.lines(id).await;
        assert!(lines.contains(&"rejected KADIS-KOMINFO email full primary_channel relayed".to_owned()), "{lines:?}");
        assert!(town.mails_of(SEKDA).is_empty(), "the sender asked nothing of the Kabid");
        let told = town.mails_of(ASEP).pop().unwrap();
        town.assert_sealed(&told);
        assert!(plain(&told).contains("Kepala Bidang Aplikasi Informatika tidak menyetujui disposisi ini."), "{}", plain(&told));
        town.finish().await;
    }

    /// Who asked for guidance by a forward gets the answer; who reported gets the verdict on his report.
    async fn who_asked_by_a_forward_or_a_report_is_told(database: Database) {
        let town = Town::open(database).await;
        let iwan = "iwan.setiabudhi@dinkes.sukamaju.example";
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Teruskan ke Kadis Kesehatan").await;
        town.run_until_idle().await;
        town.official(iwan).reply(&town.mail_of(iwan), "Setuju").await;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(lines.contains(&"approved KADIS-KOMINFO email full primary_channel relayed".to_owned()), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("SEKDA")), "{lines:?}");

        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "Laporan: sudah kami tindaklanjuti, 14 lokasi.").await;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Setuju").await;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(lines.contains(&"approved KABID-APTIKA email full primary_channel relayed".to_owned()), "{lines:?}");
        assert!(plain(&town.mail_of(WAHYU)).contains("menyetujui laporan ini."), "{}", plain(&town.mail_of(WAHYU)));
        town.finish().await;
    }

    /// Whoever passed a letter on gave no disposition: a report that answers him says what it answers, on every way.
    async fn a_report_on_what_was_forwarded_speaks_of_the_forward(database: Database) {
        let town = Town::open(database).await;
        let iwan = "iwan.setiabudhi@dinkes.sukamaju.example";
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Teruskan ke Kadis Kesehatan").await;
        town.run_until_idle().await;
        town.official(iwan).reply(&town.mail_of(iwan), "Laporan: sudah kami laksanakan di 14 puskesmas.").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 2, "{:?}", town.last_inbound().await);
        let said = told(&town.mail_of(ASEP));
        assert!(said.contains("melaporkan tindak lanjut surat yang Bapak/Ibu teruskan tanggal 8 Desember 2026"), "{said}");
        assert!(!said.contains("disposisi Bapak/Ibu") && !asep.last().text.contains("disposisi"), "{said} {}", asep.last().text);
        // The sender of a letter gave none either.
        let own = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Laporan: sudah kami laksanakan.").await;
        town.run_until_idle().await;
        assert!(town.lines(own).await.iter().any(|line| line.starts_with("report_received SEKDA")), "{:?}", town.lines(own).await);
        let said = told(&town.mail_of(SEKDA));
        assert!(said.contains("melaporkan tindak lanjut surat tanggal 7 Desember 2026") && !said.contains("disposisi Bapak/Ibu"), "{said}");
        town.finish().await;
    }

    /// An outside body has no channel of ours: the operator of the unit that registered its letter answers it.
    async fn the_unit_that_registered_a_letter_from_outside_is_told(database: Database) {
        let town = Town::open(database).await;
        let mut letter = letter(&["LURAH-PSK"]);
        letter.sender = from_outside();
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        town.official(NINING).reply(&town.mail_of(NINING), "Setuju").await;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(lines.contains(&"approved BAGUM email full primary_channel relayed".to_owned()), "{lines:?}");
        let told = town.mail_of(OPERATOR);
        town.assert_sealed(&told);
        assert!(plain(&told).contains("Karang Taruna Pasirmukti"), "{}", plain(&told));
        town.finish().await;
    }

    /// A sender who has no channel gets it on paper; an acknowledgement goes to nobody.
    async fn a_sender_without_a_channel_is_told_on_paper(database: Database) {
        let town = Town::open(database).await;
        let mut first = letter(&["CAMAT-BTJ"]);
        first.sender = Sender::Position("LURAH-PSM".parse().unwrap());
        let mut second = letter(&["CAMAT-BTJ"]);
        second.sender = first.sender.clone();
        let cecep = "cecep.sopandi@kec-bantarjati.sukamaju.example";
        let decided = town.submit(&first).await.id;
        town.run_until_idle().await;
        town.official(cecep).reply(&town.mail_of(cecep), "Tidak setuju, anggarannya belum ada").await;
        town.run_until_idle().await;
        let lines = town.lines(decided).await;
        assert!(lines.contains(&"rejected LURAH-PSM print full unregistered queued".to_owned()), "{lines:?}");
        assert!(town.print_entry(decided, "LURAH-PSM").await.cover.starts_with(b"%PDF-"));
        let taken = town.submit(&second).await.id;
        town.run_until_idle().await;
        town.official(cecep).reply(&town.mail_of(cecep), "Sudah saya terima").await;
        town.run_until_idle().await;
        assert_eq!(town.lines(taken).await, ["letter CAMAT-BTJ email full primary_channel acknowledged"]);
        town.finish_with(&[DeliveryState::Queued]).await;
    }
}
