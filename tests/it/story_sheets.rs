//! Paper brings the act with the letter: who orders what of whom, until when, in words that a reader without mail can follow.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::ids::LetterId;
use kurir::domain::letter::Sender;
use std::process::Command;

const EKA: &str = "eka.nurjanah@kec-mekarwangi.sukamaju.example";
const CECEP: &str = "cecep.sopandi@kec-bantarjati.sukamaju.example";

/// The words of a sheet in a recipient's newest print entry, as pdftotext reads them.
async fn sheet(town: &Town, letter: LetterId, recipient: &str, name: &str) -> String {
    let found = town.deliveries(letter).await.into_iter().rev();
    let delivery = found
        .filter(|(message, one)| message.recipient == recipient && one.channel == Channel::Print)
        .map(|(_, one)| one.id)
        .next()
        .expect("a print job");
    let folder = town.opened.installation.layout.spool.join(format!("{delivery}-1"));
    let sums = Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&folder).status().unwrap();
    assert!(sums.success(), "the checksums of the entry");
    let out = Command::new("pdftotext").arg("-layout").arg(folder.join(name)).arg("-").output().expect("pdftotext is needed");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

on_both_engines! {
    async fn a_disposition_that_falls_to_paper_brings_its_words(database: Database) {
        let town = Town::open(database).await;
        let letter = letter(&["CAMAT-MKW"]);
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        let order = "LEMBAR DISPOSISI\nDiteruskan kepada : Lurah Pasirmulya, Lurah Pasirmukti\nInstruksi : Tindak lanjuti, laporkan hasilnya\n\
                     Batas waktu : Jumat\nCatatan : bawa data titik genangan tiap RW";
        town.official(EKA).reply(&town.mail_of(EKA), order).await;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(lines.contains(&"disposition_received LURAH-PSM print full unregistered queued".to_owned()), "{lines:?} {:?}", town.last_inbound().await);
        let words = sheet(&town, id, "LURAH-PSM", "01-lembar-disposisi.pdf").await;
        for part in [
            "KECAMATAN MEKARWANGI",
            "LEMBAR DISPOSISI",
            letter.letter_number.as_str(),
            letter.subject.as_str(),
            "1. Lurah Pasirmulya",
            "2. Lurah Pasirmukti",
            "Tindak lanjuti",
            "Laporkan hasilnya",
            "Jumat, 11 Desember 2026",
            "titik genangan tiap RW",
            "Plh. Camat Mekarwangi,",
            "Eka Nurjanah, S.AP.",
            "terbukti lewat tautan rahasia dan alamat terdaftar",
        ] {
            assert!(words.contains(part), "{part:?} is missing in {words}");
        }
        let entry = town.print_entry(id, "LURAH-PSM").await;
        assert!(entry.ticket.contains("01-lembar disposisi") && entry.letter.starts_with(b"%PDF-"), "{}", entry.ticket);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// A correction takes the place of what still lies in the spool; of what the clerk holds already it is a sheet of its own.
    async fn a_correction_on_paper_takes_the_place_or_says_that_it_is_one(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["CAMAT-MKW"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(EKA);
        for day in ["Jumat", "Senin"] {
            town.official(EKA).reply(&mail, &format!("TL ke Lurah Pasirmulya, lapor {day}")).await;
            town.run_until_idle().await;
        }
        let lurah = |lines: Vec<String>| lines.into_iter().filter(|line| line.contains("LURAH-PSM")).collect::<Vec<_>>();
        let lines = ["disposition_received LURAH-PSM print full unregistered queued", "disposition_received LURAH-PSM print full unregistered superseded"];
        assert_eq!(lurah(town.lines(id).await), lines);
        let words = sheet(&town, id, "LURAH-PSM", "01-lembar-disposisi.pdf").await;
        assert!(words.contains("LEMBAR DISPOSISI") && words.contains("Senin, 14 Desember 2026"), "{words}");
        let all = town.deliveries(id).await;
        let job = all.iter().rfind(|(message, one)| message.recipient == "LURAH-PSM" && one.state == DeliveryState::Queued).unwrap().1.id;
        town.kurir(&["print", "claim", &job.to_string()]).done();
        town.official(EKA).reply(&mail, "TL ke Lurah Pasirmulya, lapor Selasa 15 Desember 2026").await;
        town.run_until_idle().await;
        assert!(lurah(town.lines(id).await).contains(&"correction LURAH-PSM print full unregistered queued".to_owned()), "{:#?}", town.lines(id).await);
        let words = sheet(&town, id, "LURAH-PSM", "01-lembar-disposisi.pdf").await;
        assert!(words.contains("RALAT DISPOSISI") && words.contains("Selasa, 15 Desember 2026"), "{words}");
        assert_eq!(town.orders(id).await.iter().map(|order| order.state.as_str()).collect::<Vec<_>>(), ["corrected", "corrected", "issued"]);
        town.finish_with(&[DeliveryState::Queued, DeliveryState::Claimed]).await;
    }

    /// A letter's own paper has no such sheet; a rejection that goes to paper says what was decided and why.
    async fn a_rejection_on_paper_says_what_and_why(database: Database) {
        let town = Town::open(database).await;
        let mut letter = letter(&["CAMAT-BTJ", "LURAH-PSM"]);
        letter.sender = Sender::Position("LURAH-PSM".parse().unwrap());
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        let own = town.delivery(id, "LURAH-PSM", Channel::Print).await.id;
        let folder = town.opened.installation.layout.spool.join(format!("{own}-1"));
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
        assert!(!files.iter().any(|name| name.starts_with("01-lembar")), "{files:?}");
        town.official(CECEP).reply(&town.mail_of(CECEP), "Tidak setuju, anggarannya belum ada").await;
        town.run_until_idle().await;
        let words = sheet(&town, id, "LURAH-PSM", "01-lembar-tindakan.pdf").await;
        for part in ["LEMBAR PENOLAKAN", "KECAMATAN BANTARJATI", "anggarannya belum ada", "Camat Bantarjati,"] {
            assert!(words.contains(part), "{part:?} is missing in {words}");
        }
        town.finish_with(&[DeliveryState::Queued]).await;
    }
}
