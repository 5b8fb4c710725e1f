//! Whose power has ended, or who came second: nothing is recorded, and whoever wrote or pressed is told who answers and why.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::phones::Handset;
use crate::town::seen::told;
use kurir::demo::telegram::PhoneMessage;
use kurir::domain::delivery::DeliveryState;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const ASEP_NUMBER: &str = "197203091998031910";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const WAHYU_NUMBER: &str = "198106192006041912";
const EKA: &str = "eka.nurjanah@kec-mekarwangi.sukamaju.example";
const EKA_NUMBER: &str = "198005252008012936";
const IWAN: &str = "iwan.setiabudhi@dinkes.sukamaju.example";
const DADANG: &str = "dadang.natawijaya@kec-mekarwangi.sukamaju.example";

/// Goes through a disposition by presses up to the last look; the message of the dialog.
async fn looked_at(phone: &Handset<'_>, target: &str) -> i32 {
    phone.press(&phone.last(), "Disposisi").await;
    let step = phone.last();
    for label in [target, "Lanjut", "Tindak lanjuti", "Lanjut", "Jumat", "Lewati"] {
        phone.press(&step, label).await;
    }
    step.message_id
}

/// The message of a dialog, as it stands on the screen now.
fn shown(phone: &Handset<'_>, dialog: i32) -> PhoneMessage {
    phone.all().into_iter().find(|one| one.message_id == dialog).expect("the dialog is there")
}

on_both_engines! {
    /// Leave is no end of powers; retirement and a legal process are, on every door.
    async fn who_is_retired_or_under_a_legal_process_does_not_act_any_more(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let (mail, message) = (town.mail_of(ASEP), asep.last());
        town.kurir(&["absence", "add", ASEP_NUMBER, "--from", "2026-12-01", "--reason", "legal_process"]).done();
        town.run_until_idle().await;
        town.official(ASEP).reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "power_ended".to_owned()));
        let words = told(&town.mail_of(ASEP));
        assert!(words.contains("Sejak Selasa, 1 Desember 2026 kewenangan Kepala Dinas Komunikasi dan Informatika"), "{words}");
        assert!(words.contains("tidak dicatat sebagai tindakan") && !words.to_lowercase().contains("hukum"), "{words}");
        asep.press(&message, "Sudah saya terima").await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "power_ended".to_owned()));
        assert!(asep.pop_up().contains("tidak dicatat") && !asep.pop_up().contains("dikirim ulang"), "{}", asep.pop_up());
        assert_eq!(town.acts(id).await.len(), 0);
        // A stand-in who has retired meanwhile stands in no more.
        let id = town.submit(&letter(&["CAMAT-MKW", "KABID-APTIKA"])).await.id;
        town.run_until_idle().await;
        town.kurir(&["absence", "add", EKA_NUMBER, "--from", "2026-12-08", "--reason", "retired"]).done();
        town.official(EKA).reply(&town.mail_of(EKA), "TL ke Lurah Pasirmulya, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "power_ended".to_owned()));
        town.kurir(&["absence", "add", WAHYU_NUMBER, "--from", "2026-12-08", "--to", "2026-12-18", "--reason", "leave"]).done();
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "TL ke Kasi Infrastruktur, lapor Jumat").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!((acts.len(), acts[0].position.as_str()), (1, "KABID-APTIKA"), "who is on leave may act: {:?}", town.last_inbound().await);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn whoever_presses_second_is_told_who_decided_and_when(database: Database) {
        let town = Town::open(database).await;
        let eka = town.linked(EKA, 7001).await;
        let id = town.submit(&letter(&["CAMAT-MKW"])).await.id;
        town.run_until_idle().await;
        let dialog = looked_at(&eka, "Lurah Pasirmulya").await;
        town.official(DADANG).reply(&town.mail_of(EKA), "Tolak, anggaran belum tersedia").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 1, "{:?}", town.last_inbound().await);
        eka.press(&shown(&eka, dialog), "Ya, catat").await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "already_recorded".to_owned()));
        assert_eq!(town.acts(id).await.len(), 1);
        let end = shown(&eka, dialog);
        assert!(!end.text.starts_with("Tercatat") && end.keyboard.is_empty(), "{end:?}");
        for words in ["sudah dijawab lebih dahulu oleh Camat Mekarwangi pada Selasa, 8 Desember 2026", "Penolakan"] {
            assert!(end.text.contains(words), "{words}: {}", end.text);
        }
        assert!(eka.pop_up().starts_with("Sudah tercatat oleh Camat Mekarwangi pada Selasa, 8 Desember 2026"), "{}", eka.pop_up());
        town.finish().await;
    }

    /// dr. Iwan is Plt. Kepala Dinas Kesehatan and its Sekretaris: an order from the one to the other would be to himself.
    async fn who_holds_two_posts_orders_himself_from_neither(database: Database) {
        let town = Town::open(database).await;
        let iwan = town.linked(IWAN, 7009).await;
        let id = town.submit(&letter(&["KADIS-KES"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(IWAN);
        assert!(!told(&mail).contains("UDK Sek"), "no example that would be refused: {}", told(&mail));
        for words in ["TL ke Sekdis, lapor Jumat", "TL ke Sekdis dan Kabid SDK, lapor Jumat"] {
            town.official(IWAN).reply(&mail, words).await;
            town.run_until_idle().await;
            assert_eq!(town.last_inbound().await, ("declined".to_owned(), "to_oneself".to_owned()), "{words}");
            let said = told(&town.mail_of(IWAN));
            assert!(said.contains("Disposisi kepada diri sendiri tidak diperlukan, jadi belum dicatat."), "{said}");
        }
        iwan.press(&iwan.last(), "Disposisi").await;
        let offered = iwan.last().keyboard.into_iter().flatten().map(|button| button.label).collect::<Vec<_>>();
        assert!(offered.iter().any(|label| label.contains("Bidang")) && !offered.iter().any(|label| label.contains("Sekretaris")), "{offered:?}");
        assert_eq!((town.acts(id).await.len(), town.orders(id).await.len()), (0, 0));
        // Nor does he pass on to himself what came to the Sekretaris.
        town.submit(&letter(&["SEKDIS-KES"])).await;
        town.run_until_idle().await;
        let mail = town.mail_of(IWAN);
        town.official(IWAN).reply(&mail, "Teruskan ke Kadis Kesehatan").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "to_oneself".to_owned()));
        town.finish().await;
    }

    async fn a_dialog_that_may_not_be_recorded_says_why_and_ends(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let dialog = looked_at(&asep, "Kepala Bidang Aplikasi").await;
        // Meanwhile the post is put under another one.
        town.import(&[("positions.csv", "KABID-APTIKA,Kepala Bidang Aplikasi Informatika,DISKOMINFO,KADIS-KOMINFO", "KABID-APTIKA,Kepala Bidang Aplikasi Informatika,DISKOMINFO,KABAG-UMUM")]).await;
        asep.press(&shown(&asep, dialog), "Ya, catat").await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "not_authorised".to_owned()));
        let end = shown(&asep, dialog);
        assert!(end.text.contains("tidak termasuk bawahan Kepala Dinas Komunikasi dan Informatika") && end.keyboard.is_empty(), "{end:?}");
        assert!(asep.pop_up().contains("Belum dicatat"), "{}", asep.pop_up());
        assert_eq!(town.acts(id).await.len(), 0);
        town.finish().await;
    }
}
