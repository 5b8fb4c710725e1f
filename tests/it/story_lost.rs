//! Letters that end by hand or at somebody's door: nobody is lost in silence. The operator finds an entry with words and gets a
//! mail, the sender hears of it, and the desk's list keeps it until somebody has looked after it.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::seen::told;
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::letter::{Letter, SecurityClass};
use kurir::flow::administer::pause_channel;

const NADIA: &str = "operator@diskominfo.sukamaju.example";
const RINI: &str = "operator@kec-mekarwangi.sukamaju.example";
const SEKDA: &str = "sekda@sukamaju.example";
const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const DADANG: &str = "dadang.natawijaya@kec-mekarwangi.sukamaju.example";

/// The open tray entries of a code on a desk.
async fn entries(town: &Town, code: &str, unit: &str) -> usize {
    town.tray_codes().await.iter().filter(|(one, desk)| one == code && desk == unit).count()
}

/// The first word of a tray list's line with this text.
fn id_of(list: &str, text: &str) -> String {
    let line = list.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no line with {text}: {list}"));
    line.split_whitespace().next().unwrap().to_owned()
}

/// The paper of the Lurah of Pasirmulya, whose office is served by the desk of the Kecamatan, brought to the door.
async fn at_the_door(town: &Town, id: &str) -> String {
    town.submitted(&town.form(id, "[\"LURAH-PSM\"]", "")).done();
    town.run_until_idle().await;
    let job = id_of(&town.kurir(&["print", "list"]).done(), "LURAH-PSM");
    for step in ["claim", "printed", "dispatched"] {
        town.kurir(&["print", step, &job]).done();
    }
    job
}

on_both_engines! {
    async fn paper_that_nobody_takes_is_told_and_listed_until_it_was_looked_after(database: Database) {
        let town = Town::open(database).await;
        for (id, step, code, label, words) in [
            ("tolak", "refused", "print_refused", "Tidak diterima penerima", "cetakan tidak diterima penerima"),
            ("hilang", "not-found", "print_not_found", "Alamat tidak ditemukan", "alamat penerima tidak ditemukan caraka"),
        ] {
            let job = at_the_door(&town, id).await;
            town.kurir(&["print", step, &job, "--note", "kantor sudah pindah"]).done();
            town.run_until_idle().await;
            assert_eq!(entries(&town, code, "KEC-MKW").await, 1, "{:?}", town.tray_codes().await);
            let operator = told(&town.mail_of(RINI));
            for word in ["Lurah Pasirmulya", &label.to_lowercase(), "kantor sudah pindah", "Perlu ditangani"] {
                assert!(operator.contains(word), "{word}: {operator}");
            }
            let sender = told(&town.mail_of(SEKDA));
            assert!(sender.contains("Lurah Pasirmulya") && sender.contains(&label.to_lowercase()) && sender.contains("Operator Kecamatan"), "{sender}");
            let list = town.kurir(&["print", "list"]).done();
            assert!(list.contains(&job) && list.contains(label), "{list}");
            let tray = town.kurir(&["tray", "list"]).done();
            let entry = id_of(&tray, words);
            let shown = town.kurir(&["tray", "show", &entry]).done();
            assert!(shown.contains("LURAH-PSM") && shown.contains("kantor sudah pindah"), "{shown}");
            town.kurir(&["tray", "close", &entry, "--by", "Rini"]).done();
            assert_eq!(town.kurir(&["print", "list"]).done(), "Antrean kosong.\n");
        }
        town.finish().await;
    }

    /// Brought a second time and taken: the entry is closed by what happened.
    async fn paper_that_is_taken_at_the_second_try_closes_its_entry(database: Database) {
        let town = Town::open(database).await;
        let job = at_the_door(&town, "dua-kali").await;
        for step in ["not-found", "returned", "dispatched"] {
            town.kurir(&["print", step, &job]).done();
        }
        assert_eq!(entries(&town, "print_not_found", "KEC-MKW").await, 1);
        town.kurir(&["print", "delivered", &job, "--to", "Bu Sari"]).done();
        assert_eq!(town.kurir(&["tray", "list"]).done(), "Semua sudah ditangani.\n");
        let closed = town.house().store.read().await.unwrap().tray_items(true, 100).await.unwrap();
        assert_eq!((closed[0].closed_by.as_deref(), closed[0].outcome.as_deref()), (Some("petugas cetak"), Some("delivered")));
        assert_eq!(town.kurir(&["print", "list"]).done(), "Antrean kosong.\n");
        town.finish().await;
    }

    async fn what_is_cancelled_by_hand_with_nothing_after_it_is_told(database: Database) {
        let town = Town::open(database).await;
        pause_channel(town.house(), "email", true).await.unwrap();
        let id = town.submit(&letter(&["KADIS-KOMINFO", "LURAH-PSM"])).await.id;
        town.run_until_idle().await;
        let mail = town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.id.to_string();
        let paper = town.delivery(id, "LURAH-PSM", Channel::Print).await.id.to_string();
        town.kurir(&["queue", "cancel", &mail, "--yes"]).done();
        town.kurir(&["print", "cancel", &paper]).done();
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert!(town.mails_of(ASEP).is_empty());
        for (desk, operator) in [("DISKOMINFO", NADIA), ("KEC-MKW", RINI)] {
            assert_eq!(entries(&town, "cancelled", desk).await, 1, "{:?}", town.tray_codes().await);
            let said = told(&town.mail_of(operator));
            assert!(said.contains("dibatalkan") && said.contains("Perlu ditangani"), "{said}");
        }
        let sender: Vec<String> = town.mails_of(SEKDA).iter().map(told).collect();
        assert_eq!(sender.iter().filter(|text| text.contains("dibatalkan")).count(), 2, "{sender:?}");
        assert!(town.kurir(&["tray", "list"]).done().contains("pengiriman dibatalkan, belum ada gantinya"));
        let spool: Vec<_> = std::fs::read_dir(&town.opened.installation.layout.spool).unwrap().filter_map(Result::ok).collect();
        assert!(!spool.iter().any(|entry| entry.file_name().to_string_lossy().contains(&paper)), "the entry is out of the folder");
        town.finish().await;
    }

    /// Cancelled in the queue, a job must not be printed by who looks into the folder.
    async fn a_print_job_cancelled_in_the_queue_leaves_the_folder(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["LURAH-PSM"])).await.id;
        town.run_until_idle().await;
        let job = town.delivery(id, "LURAH-PSM", Channel::Print).await.id;
        let entry = town.opened.installation.layout.spool.join(format!("{job}-1"));
        assert!(entry.exists());
        town.kurir(&["queue", "cancel", &job.to_string(), "--yes"]).done();
        town.after(jiff::SignedDuration::from_mins(1)).await;
        assert!(!entry.exists());
        assert_eq!(entries(&town, "cancelled", "KEC-MKW").await, 1);
        town.finish().await;
    }

    /// The letter is there by mail: that its second way was cancelled is no loss, and nobody is troubled.
    async fn a_second_way_that_is_cancelled_troubles_nobody(database: Database) {
        let town = Town::open(database).await;
        town.linked(ASEP, 7001).await;
        pause_channel(town.house(), "telegram", true).await.unwrap();
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let chat = town.delivery(id, "KADIS-KOMINFO", Channel::Telegram).await.id.to_string();
        town.kurir(&["queue", "cancel", &chat, "--yes"]).done();
        pause_channel(town.house(), "telegram", false).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(town.kurir(&["tray", "list"]).done(), "Semua sudah ditangani.\n");
        assert!(town.mails_of(NADIA).is_empty());
        town.finish().await;
    }

    async fn a_numbered_copy_is_cancelled_only_by_a_second_word(database: Database) {
        let town = Town::open(database).await;
        let secret = Letter { class: SecurityClass::Secret, ..letter(&["INSPEKTUR"]) };
        let id = town.submit(&secret).await.id;
        town.run_until_idle().await;
        let job = town.delivery(id, "INSPEKTUR", Channel::Print).await.id.to_string();
        let asked = "Tindakan ini tidak dapat dibatalkan. Ulangi dengan --yes untuk melanjutkan.";
        town.kurir(&["print", "cancel", &job]).refused(2, &[asked]);
        assert_eq!(town.delivery(id, "INSPEKTUR", Channel::Print).await.state, DeliveryState::Queued);
        town.kurir(&["print", "cancel", &job, "--yes"]).done();
        town.run_until_idle().await;
        assert_eq!(entries(&town, "cancelled", "ITKO").await, 1, "{:?}", town.tray_codes().await);
        let sender = told(&town.mail_of(SEKDA));
        assert!(sender.contains("dibatalkan") && !sender.contains(&secret.subject) && !sender.contains(&secret.letter_number), "{sender}");
        town.finish().await;
    }

    /// His Plh has his letters, but the order says nothing of secret ones: nobody may take them, so the operator is told, and
    /// the man on leave is not told of an hour at which he is not there.
    async fn a_secret_letter_that_no_delegate_may_have_is_told(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&Letter { class: SecurityClass::Secret, ..letter(&["CAMAT-MKW"]) }).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter CAMAT-MKW print full absent queued"]);
        assert!(town.mails_of(DADANG).is_empty());
        assert_eq!(entries(&town, "secret_not_delegated", "KEC-MKW").await, 1, "{:?}", town.tray_codes().await);
        let said = told(&town.mail_of(RINI));
        for word in ["Camat Mekarwangi", "Plh. Camat Mekarwangi", "tidak ikut dalam pelimpahan"] {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(!said.contains("tanpa pejabat pengganti"), "{said}");
        assert_eq!(town.delivery(id, "CAMAT-MKW", Channel::Print).await.copy_number, 1);
        town.finish_with(&[DeliveryState::Queued]).await;
    }
}
