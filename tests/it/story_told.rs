//! The command line reads like the rest: labels in place of codes, who is meant where a name is wrong, what a fact proves and
//! what not. `--json` keeps the codes.

use crate::servers::engines::on_both_engines;
use crate::town::{Plan, Town};
use kurir::domain::delivery::DeliveryState;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const ASEP_NUMBER: &str = "197203091998031910";
const NUMBER: &str = "005/tutur/SETDA";

on_both_engines! {
    async fn a_letter_is_told_by_recipient_and_its_evidence_with_what_it_proves(database: Database) {
        let town = Town::open(database).await;
        town.submitted(&town.form("tutur", "[\"KADIS-KOMINFO\", \"CAMAT-MKW\"]", "")).done();
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        let list = town.kurir(&["letter", "list"]).done();
        assert!(list.contains("  Diterima Kurir  005/tutur/SETDA"), "{list}");
        assert_eq!(town.kurir(&["letter", "list", "--json"]).json()[0]["state"], "accepted");
        town.kurir(&["letter", "show", NUMBER, "--why", "NOPE"]).refused(2, &["Surat 005/tutur/SETDA tidak mempunyai penerima “NOPE”. Perbaikan: pilih CAMAT-MKW, KABID-APTIKA, KADIS-KOMINFO."]);
        town.kurir(&["letter", "show", NUMBER, "--why", "NOPE", "--json"]).refused(2, &["NOPE"]);
        let own = town.kurir(&["letter", "show", NUMBER, "--why", "kadis-kominfo"]).done();
        assert!(own.contains("disposisi oleh Kepala Dinas"), "{own}");
        let paper = town.submit(&crate::town::letters::letter(&["LURAH-PSM"])).await.id.to_string();
        town.run_until_idle().await;
        let paper = town.kurir(&["letter", "show", &paper, "--why", "LURAH-PSM"]).done();
        assert!(paper.contains("  diserahkan  masuk antrean cetak") && !paper.contains("entry"), "{paper}");
        let other = town.kurir(&["letter", "show", NUMBER, "--why", "CAMAT-MKW"]).done();
        assert!(!other.contains("disposisi oleh"), "what another recipient did is his own: {other}");
        let json = town.kurir(&["letter", "show", NUMBER, "--why", "CAMAT-MKW", "--json"]).json().remove(0);
        assert_eq!(json["acts"].as_array().unwrap().len(), 0);

        let delivery = json["deliveries"][0]["id"].as_str().unwrap().to_owned();
        let facts = town.kurir(&["evidence", "show", &delivery]).done();
        assert!(facts.contains("Jalur ditetapkan  CAMAT-MKW") && !facts.contains("KADIS-KOMINFO") && !facts.contains("Surat diterima"), "{facts}");
        assert!(facts.contains("Diserahkan ke server surel: membuktikan server surel berikutnya mengambil alih surel itu; tidak membuktikan surel masuk kotak surat atau surat dibaca."), "{facts}");
        assert_eq!(facts.matches("Arti bukti:").count(), 1);
        let json = town.kurir(&["evidence", "show", &delivery, "--json"]).json();
        assert!(json.iter().all(|fact| fact["fact"]["delivery"] == delivery.as_str()), "{json:?}");

        let status = town.kurir(&["status"]).done();
        assert!(status.contains("Kurir sudah berjalan penuh.\nSurat: 2. Perlu ditangani: 0. Bukti: "), "{status}");
        assert_eq!(town.kurir(&["status", "--json"]).json()[0]["letters"], 2);

        // An id that is taken is named, and what else is wrong is told with it.
        let form = town.form("tutur", "[\"KADIS-KOMINFO\", \"KADIS-LAIN\"]", "");
        town.submitted(&form).wanting(&["Id “tutur” sudah dipakai untuk surat lain", "Penerima KADIS-LAIN tidak ditemukan."]);
        // So are faults of its files: who mends one thing shall not meet the next.
        let (bad, no_pdf) = (town.file("bukan.pdf", b"MZ bukan pdf"), town.file("kosong.pdf", b""));
        let every = ["Penerima KADIS-LAIN tidak ditemukan.", "Berkas bukan.pdf tidak dapat dibuka sebagai PDF"];
        town.kurir(&["letter", "submit", &form.0, "--pdf", &bad]).wanting(&[&["Id “tutur” sudah dipakai"], &every[..]].concat());
        let said = town.kurir(&["letter", "submit", &form.0, "--pdf", &no_pdf, "--json"]).wanting(&["\"conflict\""]);
        assert!(said.contains("recipient_unknown") && said.contains("pdf_unreadable"), "{said}");
        let other = town.form("tutur-lagi", "[\"KADIS-LAIN\"]", "");
        town.kurir(&["letter", "submit", &other.0, "--pdf", &bad]).wanting(&[&["Surat belum diterima; 2 hal perlu diperbaiki:"], &every[..]].concat());
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn what_is_no_mail_at_all_is_told_as_that(database: Database) {
        let town = Town::open(database).await;
        let files = [town.file("kosong.eml", b""), town.file("acak.eml", b"\x00\xff\x13 bukan surel\n\n")];
        for file in &files {
            town.kurir(&["ingest", file]).done();
        }
        town.run_until_idle().await;
        let tray = town.kurir(&["tray", "list"]).done();
        assert_eq!(tray.matches("isinya bukan surel yang dapat dibaca").count(), 2, "{tray}");
        town.finish().await;
    }

    /// Only what has days of its own can be ended by an import; of the rest no such remedy is promised.
    async fn what_is_gone_from_the_files_is_told_with_what_can_be_done_about_it(database: Database) {
        let town = Town::open(database).await;
        let folder = town.folder.join("daftar");
        let at = folder.display().to_string();
        town.kurir(&["registry", "export", &at]).done();
        for (file, row) in [("operators.csv", "DINKES,"), ("holidays.csv", "2026-12-25,")] {
            let text = std::fs::read_to_string(folder.join(file)).unwrap();
            let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(row)).collect();
            assert!(kept.len() < text.len(), "{file}");
            std::fs::write(folder.join(file), kept).unwrap();
        }
        let said = town.kurir(&["registry", "import", &at]).done();
        assert!(said.contains("perhatian  operator: DINKES") && said.contains("akhiri dengan --close-missing TANGGAL bila benar."), "{said}");
        let stays = "perhatian  hari libur: 2026-12-25 tidak ada lagi dalam berkas. Baris tetap tersimpan dan dipakai;";
        assert!(said.contains(stays), "{said}");
        let said = town.kurir(&["registry", "import", &at, "--close-missing", "2026-12-07"]).done();
        assert!(said.contains(stays) && !said.lines().any(|line| line.contains("hari libur") && line.contains("--close-missing")), "{said}");
        town.finish().await;
    }

    async fn a_link_code_that_is_withheld_is_not_told_as_sent(database: Database) {
        let town = Town::open_with(database, Plan { live: false, ..Plan::default() }).await;
        let said = town.kurir(&["link", "issue", ASEP_NUMBER]).wanting(&["Perbaikan: tambahkan alamat itu atau akhiri masa uji coba"]);
        assert!(said.starts_with("Kode penautan dibuat tetapi tertahan: masih masa uji coba") && !said.contains("dikirim"), "{said}");
        town.run_until_idle().await;
        assert!(town.mails_of(ASEP).is_empty());
        assert!(town.kurir(&["status"]).done().starts_with("Masih masa uji coba; 1 pengiriman tertahan.\n"));
        town.finish_with(&[DeliveryState::Withheld]).await;
    }
}
