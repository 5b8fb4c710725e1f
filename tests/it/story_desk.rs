//! The administrator and the clerk at the command line, against an installation that is at work: what each command says, and
//! with which exit code.

use crate::servers::engines::on_both_engines;
use crate::town::{Plan, Town};
use kurir::domain::delivery::DeliveryState;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";

/// The first word of the line with this text: the id that further commands take.
fn id_of(list: &str, text: &str) -> String {
    let line = list.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no line with {text}: {list}"));
    line.split_whitespace().next().unwrap().to_owned()
}

on_both_engines! {
    async fn a_class_that_does_not_exist_is_told_before_the_letter_goes_as_secret(database: Database) {
        let town = Town::open(database).await;
        let form = town.form("desk-2", "[\"KADIS-KOMINFO\"]", "");
        let text = std::fs::read_to_string(&form.0).unwrap().replace("\"ordinary\"", "\"biasa\"");
        std::fs::write(&form.0, text).unwrap();
        let told = "tingkat keamanan biasa tidak dikenal; surat diperlakukan sebagai rahasia";
        town.kurir(&["letter", "route", &form.0, "--explain"]).refused(0, &[told, "ordinary, restricted, secret"]);
        town.submitted(&form).refused(0, &[told, "Surat diterima"]);
        town.run_until_idle().await;
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// What the form alone cannot show is asked of the directory: every fault at once, and beside those of the files.
    async fn whom_a_form_names_wrongly_is_told_all_at_once_before_the_letter_is_taken(database: Database) {
        let town = Town::open(database).await;
        let outside = "{ outside = { name = \"PT Maju\", way = \"post\", received = 2027-01-01, registered_by = \"BAGUM\" } }";
        let to = "[{ group = \"semua-camat\", except = [\"CAMAT-BJT\", \"SEKDA\"] }, \"KADIS-KOMINFO\", \"KADIS-KOMINFO\", \"KADIS-LAIN\"]";
        let form = town.form("desk-3", to, "cc = [\"KADIS-KOMINFO\"]");
        let text = std::fs::read_to_string(&form.0).unwrap().replace("sender = \"SEKDA\"", &format!("sender = {outside}"));
        std::fs::write(&form.0, text).unwrap();
        let faults = [
            "CAMAT-BJT bukan anggota kelompok semua-camat. Perbaikan: ",
            "SEKDA bukan anggota kelompok semua-camat. Perbaikan: ",
            "to[3] sudah ada di to[2]. Perbaikan: ",
            "cc[1] sudah ada di to[2]. Perbaikan: ",
            "2027-01-01 belum tiba. Perbaikan: ",
            "Penerima KADIS-LAIN tidak ditemukan. Perbaikan: ",
        ];
        town.kurir(&["letter", "route", &form.0, "--explain"]).wanting(&faults);
        town.submitted(&form).wanting(&faults);
        std::fs::write(&form.1, "bukan PDF").unwrap();
        town.submitted(&form).wanting(&[&faults[..], &["7 hal perlu diperbaiki", "tidak dapat dibuka sebagai PDF"]].concat());
        let json = town.kurir(&["letter", "submit", &form.0, "--pdf", &form.1, "--json"]);
        let codes: Vec<serde_json::Value> = serde_json::from_str::<serde_json::Value>(&json.out).unwrap()["refused"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
        for code in ["not_in_group", "recipient_twice", "received_later", "recipient_unknown", "pdf_unreadable"] {
            assert!(codes.contains(&code.into()), "{code}: {codes:?}");
        }
        assert_eq!(town.kurir(&["letter", "list"]).done(), "");
        town.run_until_idle().await;
        town.finish().await;
    }

    /// What an office lowers in its configuration holds at the door.
    async fn the_limits_of_an_office_hold_at_the_door(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nfile_bytes = 100000\npdf_pages = 1\nattachments = 1\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        let form = town.form("desk-4", "[\"KADIS-KOMINFO\"]", "");
        let small = town.file("lampiran.pdf", crate::town::letters::pdf("lampiran"));
        let big = town.file("besar.pdf", crate::town::letters::pdf_of("besar", 120_000));
        let two = town.file("dua.pdf", crate::town::letters::pdf_with(2, "dua halaman", 0));
        town.kurir(&["letter", "submit", &form.0, "--pdf", &two]).wanting(&["Berkas dua.pdf terlalu tebal (2 > 1 halaman). Perbaikan: "]);
        town.kurir(&["letter", "submit", &form.0, "--pdf", &big]).wanting(&["Berkas besar.pdf terlalu besar (", "> 100 kB"]);
        town.kurir(&["letter", "submit", &form.0, "--pdf", &form.1, "--attach", &small, "--attach", &two]).wanting(&["Lampiran terlalu banyak (2 > 1). Perbaikan: ", "dua.pdf terlalu tebal"]);
        town.kurir(&["letter", "submit", &form.0, "--pdf", &form.1, "--attach", &small]).done();
        town.run_until_idle().await;
        town.finish().await;
    }

    async fn a_letter_goes_from_its_form_to_a_named_hand_by_commands(database: Database) {
        let town = Town::open(database).await;
        let form = town.form("desk-1", "[\"KADIS-KOMINFO\", \"LURAH-PSM\", \"CAMAT-MKW\"]", "answers = \"100/88/DISKOMINFO\"");
        let before = town.kurir(&["letter", "route", &form.0, "--explain"]).done();
        assert_eq!(
            before,
            "KADIS-KOMINFO: surel, karena saluran utama\n    Asep Hidayatulloh, S.T., M.Kom., sebagai Kepala Dinas Komunikasi dan Informatika\n\
             LURAH-PSM: cetak, karena belum terdaftar\n    H. Endang Sukarna, sebagai Lurah Pasirmulya\n\
             CAMAT-MKW: surel, karena saluran utama\n    Rd. Dadang Natawijaya, S.Sos. berhalangan, 7 Desember 2026 s.d. 11 Desember 2026\n    Eka Nurjanah, S.AP., sebagai Plh. Camat Mekarwangi\n"
        );
        assert_eq!(town.kurir(&["letter", "list"]).done(), "", "looking at the route accepts nothing");
        let said = town.submitted(&form).done();
        let id = said.strip_prefix("Surat diterima: ").and_then(|rest| rest.split_once('.')).expect("an id").0.to_owned();
        assert!(said.contains("Mulai saat ini pengantarannya menjadi tugas Kurir.\n  nomor agenda 1/DISKOMINFO/2026\n  nomor agenda 1/KEC-MKW/2026\n"), "{said}");
        let again = town.submitted(&form).done();
        assert!(again.starts_with(&format!("Surat ini sudah diterima sebelumnya: {id}. Tidak ada yang diantar lagi.")), "{again}");
        let other = town.file("lain.pdf", crate::town::letters::pdf("isi lain"));
        town.kurir(&["letter", "submit", &form.0, "--pdf", &other]).wanting(&[&id, "dengan isi berbeda. Surat belum diterima. Perbaikan:"]);
        let waiting = town.kurir(&["queue", "list"]).done();
        assert!(waiting.contains("KADIS-KOMINFO      surel     Menunggu giliran"), "{waiting}");
        town.run_until_idle().await;
        assert_eq!(town.kurir(&["letter", "route", &id, "--explain"]).done(), before, "by id, the same route as by form");
        let shown = town.kurir(&["letter", "show", "005/desk-1/SETDA"]).done();
        for words in ["surat nomor 005/desk-1/SETDA tanggal 7 Desember 2026: Diterima Kurir", "menjawab surat nomor 100/88/DISKOMINFO", "hal: Rapat koordinasi banjir", "Diserahkan ke server surel", "Menunggu dicetak"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        let why = town.kurir(&["letter", "show", &id, "--why", "lurah-psm"]).done();
        assert!(why.contains("belum terdaftar") && why.contains("Jalur ditetapkan") && !why.contains("KADIS-KOMINFO"), "{why}");

        let jobs = town.kurir(&["print", "list"]).done();
        let job = id_of(&jobs, "LURAH-PSM");
        assert!(jobs.contains("Menunggu dicetak") && jobs.contains("Belum terdaftar"), "{jobs}");
        town.kurir(&["print", "delivered", &job, "--to", "Bu Sari"]).wanting(&["Tugas cetak ini Menunggu dicetak, jadi belum dapat menjadi Diserahkan. Perbaikan:"]);
        for (step, state) in [("claim", "Diambil petugas"), ("printed", "Dicetak"), ("dispatched", "Dibawa caraka"), ("not-found", "Alamat tidak ditemukan"), ("returned", "Kembali ke meja cetak"), ("dispatched", "Dibawa caraka")] {
            assert_eq!(town.kurir(&["print", step, &job, "--by", "Pak Dedi"]).done(), format!("{job}: {state}.\n"));
        }
        town.kurir(&["print", "delivered", &job, "--to", " "]).wanting(&["Nama yang menerima belum disebut. Perbaikan: isi --to"]);
        assert_eq!(town.kurir(&["print", "delivered", &job, "--to", "Bu Sari"]).done(), format!("{job}: Diserahkan.\n"));
        assert_eq!(town.kurir(&["print", "list"]).done(), "Antrean kosong.\n");
        let facts = town.kurir(&["evidence", "show", &id]).done();
        assert!(facts.lines().next().unwrap().contains("Sel, 8 Des 2026 08.3") && facts.contains("Diserahkan dengan tanda terima  LURAH-PSM"), "{facts}");
        town.run_until_idle().await;
        let verified = town.kurir(&["evidence", "verify"]).done();
        assert!(verified.starts_with("Utuh: ") && verified.ends_with(" bukti berurutan, segel cocok.\n"), "{verified}");
        town.finish().await;
    }

    async fn what_is_wrong_is_said_with_its_remedy_and_its_exit_code(database: Database) {
        let town = Town::open(database).await;
        let good = town.form("salah", "[\"KADIS-KOMINFO\"]", "");
        town.kurir(&["letter", "submit", "/tidak/ada.toml", "--pdf", &good.1]).refused(2, &["/tidak/ada.toml tidak dapat dibaca: tidak ditemukan. Perbaikan:"]);
        town.kurir(&["letter", "submit", &good.0, "--pdf", "/tidak/ada.pdf"]).refused(2, &["/tidak/ada.pdf tidak dapat dibaca"]);
        let typo = town.form("ketik", "[\"KADIS-KOMINFO\"]", "classs = \"ordinary\"\nurgency = \"kilat\"");
        let said = town.submitted(&typo).wanting(&["classs", "urgency", "Perbaikan:"]);
        assert!(said.lines().count() >= 2, "every fault at once: {said}");
        let nobody = town.form("kosong", "[\"KADIS-LAIN\", { name = \"Pak RT\", address = \"Jl. Melati\" }]", "");
        town.submitted(&nobody).wanting(&["Surat belum diterima; 2 hal perlu diperbaiki:", "Penerima KADIS-LAIN tidak ditemukan.", "Penerima Pak RT belum terdaftar dan alamat posnya belum lengkap"]);
        let text = town.file("bukan.pdf", b"MZ bukan pdf");
        town.kurir(&["letter", "submit", &good.0, "--pdf", &text]).wanting(&["Berkas bukan.pdf tidak dapat dibuka sebagai PDF: isinya bukan PDF. Perbaikan: simpan ulang"]);
        town.kurir(&["letter", "show", "900/TIDAK-ADA"]).wanting(&["Surat 900/TIDAK-ADA tidak ditemukan."]);
        town.kurir(&["evidence", "show", "900/TIDAK-ADA"]).wanting(&["900/TIDAK-ADA tidak ditemukan."]);
        town.kurir(&["print", "claim", "bukan-id"]).wanting(&["bukan-id tidak ditemukan."]);
        town.kurir(&["tray", "show", "bukan-id"]).wanting(&["bukan-id tidak ditemukan."]);
        town.kurir(&["channel", "pause", "merpati"]).refused(2, &["Saluran “merpati” tidak ada. Perbaikan: pilih email, telegram, atau print."]);
        town.kurir(&["letter", "fly"]).refused(2, &["fly"]);
        assert_eq!(town.kurir(&["letter", "list"]).done(), "", "nothing of all this was taken");
        assert_eq!(town.kurir(&["tray", "list"]).done(), "Semua sudah ditangani.\n");
        town.run_until_idle().await;
        town.finish().await;
    }

    async fn a_channel_is_paused_and_a_delivery_held_by_hand(database: Database) {
        let town = Town::open(database).await;
        assert_eq!(town.kurir(&["channel", "pause", "email"]).done(), "Saluran surel dihentikan sementara.\n");
        town.submitted(&town.form("jeda", "[\"KADIS-KOMINFO\"]", "")).done();
        town.run_until_idle().await;
        let list = town.kurir(&["queue", "list", "--channel", "email", "--letter", "005/jeda/SETDA"]).done();
        let id = id_of(&list, "KADIS-KOMINFO");
        assert_eq!(town.kurir(&["queue", "hold", &id]).done(), format!("{id}: ditahan.\n"));
        assert_eq!(town.kurir(&["channel", "resume", "email"]).done(), "Saluran surel berjalan lagi.\n");
        town.run_until_idle().await;
        assert!(town.mails_of(ASEP).is_empty(), "held is held");
        town.kurir(&["queue", "cancel", &id]).refused(2, &["Tindakan ini tidak dapat dibatalkan. Ulangi dengan --yes untuk melanjutkan."]);
        assert_eq!(town.kurir(&["queue", "release", &id]).done(), format!("{id}: dilepas.\n"));
        town.run_until_idle().await;
        assert_eq!(town.mails_of(ASEP).len(), 1);
        let shown = town.kurir(&["queue", "show", &id]).done();
        assert!(shown.contains("Diserahkan ke server surel") && shown.contains("  diserahkan  250"), "{shown}");
        town.kurir(&["queue", "cancel", &id, "--yes"]).wanting(&["Pengiriman ini Diserahkan ke server surel, jadi tidak ada yang diubah."]);
        assert_eq!(town.kurir(&["queue", "list"]).done(), "Tidak ada yang menunggu.\n");
        town.finish().await;
    }

    async fn what_waits_for_a_person_is_listed_shown_and_closed(database: Database) {
        let town = Town::open(database).await;
        town.submitted(&town.form("baki", "[\"KADIS-KOMINFO\"]", "")).done();
        town.run_until_idle().await;
        let order = "TL ke Kabid Aptika, lapor Jumat";
        town.official(ASEP).forge(&town.mail_of(ASEP), order, &crate::town::people::Oddly::default()).await;
        town.run_until_idle().await;
        let list = town.kurir(&["tray", "list"]).done();
        let id = id_of(&list, "asal surelnya tidak lolos pemeriksaan");
        assert!(list.contains("DISKOMINFO") && list.contains("Sel, 8 Des 2026 08.3"), "{list}");
        let read = town.kurir(&["tray", "show", &id]).done();
        for words in ["untuk: operator Dinas Komunikasi dan Informatika", "surat nomor: 005/baki/SETDA", &format!("dari: {ASEP}"), "tulisan:\n    TL ke Kabid Aptika"] {
            assert!(read.contains(words), "{words}: {read}");
        }
        let shown = town.kurir(&["tray", "show", &id, "--json"]).json().remove(0);
        assert_eq!((shown["mail"]["state"].as_str(), shown["mail"]["detail"]["reply"].as_str()), (Some("held"), Some(order)));
        assert_eq!(town.kurir(&["tray", "close", &id, "--by", "Nadia"]).done(), format!("{id}: sudah diperiksa.\n"));
        assert_eq!(town.kurir(&["tray", "list"]).done(), "Semua sudah ditangani.\n");
        town.kurir(&["tray", "close", &id]).wanting(&["tidak ditemukan"]);
        assert_eq!(town.last_inbound().await.0, "closed");
        town.finish().await;
    }

    /// The first day: everything is withheld until one command, which names the count and asks, lets it go.
    async fn going_live_names_the_count_and_asks(database: Database) {
        let town = Town::open_with(database, Plan { live: false, ..Plan::default() }).await;
        town.submitted(&town.form("coba", "[\"KADIS-KOMINFO\", \"KADIS-PUPR\"]", "")).done();
        town.run_until_idle().await;
        assert!(town.kurir(&["queue", "list"]).done().contains("Tertahan sampai peluncuran"));
        town.kurir(&["go-live"]).refused(2, &["Masih masa uji coba; 2 pengiriman tertahan.", "Ulangi dengan --yes"]);
        assert!(town.mails_of(ASEP).is_empty());
        assert_eq!(town.kurir(&["go-live", "--yes"]).done(), "Masa uji coba berakhir; 2 pengiriman dilanjutkan.\n");
        town.run_until_idle().await;
        assert_eq!(town.mails_of(ASEP).len(), 1);
        assert_eq!(town.kurir(&["go-live", "--yes"]).done(), "Kurir sudah berjalan penuh.\n");
        town.finish_with(&[DeliveryState::Queued]).await;
    }
}
