//! A later order to the same letter: a correction where it is the same instruction, else an addition. Recorded and said as such.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::seen::told;
use jiff::SignedDuration;
use kurir::domain::disposition::OrderState;
use kurir::domain::ids::{LetterId, OrderId};
use kurir::flow::administer::pause_channel;
use kurir::store::records::StoredOrder;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";

async fn settled(town: &Town, id: LetterId) -> bool {
    town.house().store.read().await.unwrap().letter(id).await.unwrap().unwrap().state == "settled"
}

/// Orders of a letter: day of the month of the due date, state.
async fn orders(town: &Town, id: LetterId) -> Vec<(Option<i8>, String)> {
    let due = |order: &StoredOrder| order.due_at.map(|due| jiff::tz::Offset::UTC.to_datetime(due).day());
    town.orders(id).await.iter().map(|order| (due(order), order.state.clone())).collect()
}

/// A letter to Asep, answered with orders one after the other.
async fn ordered(town: &Town, words: &[&str]) -> LetterId {
    let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
    town.run_until_idle().await;
    let first = town.mail_of(ASEP);
    for one in words {
        town.official(ASEP).reply(&first, one).await;
        town.run_until_idle().await;
    }
    id
}

on_both_engines! {
    /// Rows are written by a worker that read an older state: whatever comes, an order goes on and never back.
    async fn an_order_goes_on_and_never_back(database: Database) {
        let town = Town::open(database).await;
        let id = ordered(&town, &["TL ke Kabid Aptika, lapor Jumat"]).await;
        let given = town.orders(id).await.remove(0);
        let mut tx = town.house().store.write().await.unwrap();
        for from in OrderState::ALL {
            for to in OrderState::ALL {
                let order = StoredOrder { id: OrderId::new(town.house().uuid()), state: from.as_str().to_owned(), ..given.clone() };
                tx.insert_order(&order).await.unwrap();
                let goes_on = tx.advance_order(order.id, *to).await.unwrap();
                let now = tx.order(order.id).await.unwrap().unwrap().state;
                assert_eq!((goes_on, now.as_str()), (to > from, from.max(to).as_str()), "{from} > {to}");
            }
        }
        drop(tx);
        town.finish().await;
    }

    async fn another_date_corrects_the_order_and_its_target_is_told_once(database: Database) {
        let town = Town::open(database).await;
        let id = ordered(&town, &["TL ke Kabid Aptika, lapor Jumat"]).await;
        let (first, order) = (town.mails_of(ASEP).remove(0), town.mail_of(WAHYU));
        town.official(ASEP).reply(&first, "TL ke Kabid Aptika, lapor Senin").await;
        town.run_until_idle().await;
        assert_eq!(orders(&town, id).await, [(Some(11), "corrected".to_owned()), (Some(14), "issued".to_owned())]);
        let receipt = told(&town.mail_of(ASEP));
        for words in ["Tindakan : Ralat", "Semula : Tindak lanjuti; Laporkan hasilnya, batas Jum, 11 Des 2026", "Batas waktu : Senin, 14 Desember 2026"] {
            assert!(receipt.contains(words), "{words}: {receipt}");
        }
        assert_eq!(town.mails_of(WAHYU).len(), 2, "the order and its correction");
        let correction = town.mail_of(WAHYU);
        assert!(correction.text().contains("Subject: Ralat: "), "{}", correction.text());
        let words = told(&correction);
        assert!(words.contains("Kepala Dinas Komunikasi dan Informatika meralat disposisi yang Bapak/Ibu terima pada Selasa, 8 Desember 2026"), "{words}");
        assert!(words.contains("Semula : Tindak lanjuti; Laporkan hasilnya, batas Jum, 11 Des 2026 16.00 Menjadi : Tindak lanjuti; Laporkan hasilnya, batas Sen, 14 Des 2026 16.00"), "{words}");
        // The same once more, whichever mail it answers, changes nothing, and says so.
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Senin").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_used".to_owned()));
        let words = told(&town.mail_of(ASEP));
        assert!(words.contains("sudah dijawab pada Selasa, 8 Desember 2026") && words.contains("Balasan ini tidak mengubahnya"), "{words}");
        assert_eq!((town.orders(id).await.len(), town.mails_of(WAHYU).len()), (2, 2));
        // Whichever of the two mails he answers, he answers what is in force.
        town.official(WAHYU).reply(&order, "Laporan: sudah selesai dilaksanakan").await;
        town.run_until_idle().await;
        assert_eq!(orders(&town, id).await, [(Some(11), "corrected".to_owned()), (Some(14), "reported".to_owned())]);
        town.official(ASEP).reply(&first, "Laporan: sudah selesai dilaksanakan").await;
        town.run_until_idle().await;
        assert!(settled(&town, id).await, "{:?}", town.last_inbound().await);
        let said: Vec<String> = town.acts(id).await.iter().map(|act| act.body.to_string()).collect();
        let old = town.orders(id).await[0].id.to_string();
        assert!(!said[0].contains("corrects") && said[1].contains(&old), "evidence has both: {said:#?}");
        town.finish().await;
    }

    async fn a_correction_of_what_has_not_left_goes_in_its_place(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let first = town.mail_of(ASEP);
        pause_channel(town.house(), "email", true).await.unwrap();
        for words in ["TL ke Kabid Aptika, lapor Jumat", "TL ke Kabid Aptika, lapor Senin"] {
            town.official(ASEP).reply(&first, words).await;
            town.run_until_idle().await;
        }
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(orders(&town, id).await, [(Some(11), "corrected".to_owned()), (Some(14), "issued".to_owned())]);
        assert_eq!(town.mails_of(WAHYU).len(), 1);
        let words = told(&town.mail_of(WAHYU));
        assert!(words.contains("memberi disposisi kepada Bapak/Ibu. Instruksi : Tindak lanjuti; Laporkan hasilnya Batas waktu : Senin, 14 Desember 2026"), "{words}");
        let why = town.facts(id, "Superseded").await;
        assert!(why.len() == 1 && why[0].to_string().contains("corrected before it left"), "{why:#?}");
        town.finish().await;
    }

    /// On the phone as by mail: the second disposition by presses corrects the first, and the phone reads what it was and what it is.
    async fn a_correction_by_presses_is_told_on_the_phone(database: Database) {
        let town = Town::open(database).await;
        let (asep, wahyu) = (town.linked(ASEP, 7001).await, town.linked(WAHYU, 7002).await);
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let message = asep.last();
        for due in ["Jumat", "Besok", "Besok"] {
            asep.press(&message, "Disposisi").await;
            let step = asep.last();
            let target = step.keyboard.iter().flatten().map(|button| button.label.clone()).find(|label| label.contains("Aplikasi"));
            for label in [target.unwrap().as_str(), "Lanjut", "Tindak lanjuti", "Lanjut", due, "Lewati", "Ya, catat"] {
                asep.press(&step, label).await;
            }
            town.after(SignedDuration::from_mins(2)).await;
        }
        assert_eq!(asep.pop_up().split(" pada ").next(), Some("Sudah tercatat"), "the third says nothing new");
        assert_eq!(orders(&town, id).await, [(Some(11), "corrected".to_owned()), (Some(9), "issued".to_owned())]);
        let receipt = asep.texts().into_iter().rfind(|text| text.contains("Ralat untuk")).unwrap_or_default();
        assert!(receipt.contains("Ralat untuk surat nomor") && receipt.contains("Semula: Tindak lanjuti, batas Jum, 11 Des 2026"), "{receipt}");
        let told = wahyu.texts().into_iter().filter(|text| text.starts_with("Ralat: ")).collect::<Vec<_>>();
        assert!(told.len() == 1 && told[0].contains("Menjadi: Tindak lanjuti, batas Rab, 9 Des 2026"), "{told:?}");
        wahyu.press(&wahyu.last(), "Sudah saya terima").await;
        assert_eq!(orders(&town, id).await[1].1, "read");
        town.finish().await;
    }

    async fn another_instruction_is_an_addition_and_said_as_such(database: Database) {
        let town = Town::open(database).await;
        let id = ordered(&town, &["TL ke Kabid Aptika, lapor Jumat", "Kabid Aptika siapkan bahan, Kamis"]).await;
        assert_eq!(orders(&town, id).await, [(Some(11), "issued".to_owned()), (Some(10), "issued".to_owned())]);
        let receipt = told(&town.mail_of(ASEP));
        assert!(receipt.contains("Tambahan atas disposisi sebelumnya kepada Kepala Bidang Aplikasi Informatika; disposisi itu tetap berlaku."), "{receipt}");
        let mails = town.mails_of(WAHYU);
        assert_eq!(mails.len(), 2);
        assert!(told(&mails[1]).contains("Instruksi : Siapkan bahan Batas waktu : Kamis, 10 Desember 2026"), "{}", told(&mails[1]));
        for mail in &mails {
            town.official(WAHYU).reply(mail, "Laporan: sudah selesai dilaksanakan").await;
            town.run_until_idle().await;
        }
        assert_eq!(orders(&town, id).await, [(Some(11), "reported".to_owned()), (Some(10), "reported".to_owned())]);
        town.official(ASEP).reply(&town.mail_of(ASEP), "Laporan: sudah selesai dilaksanakan").await;
        town.run_until_idle().await;
        assert!(settled(&town, id).await, "{:?}", town.last_inbound().await);
        town.finish().await;
    }
}
