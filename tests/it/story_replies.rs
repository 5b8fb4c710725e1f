//! What else an official may answer by mail: yes, no, nothing to order, several orders at once, a question.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::seen::told;
use kurir::domain::ids::LetterId;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const FITRI: &str = "fitriani.maulida@diskominfo.sukamaju.example";
const IWAN: &str = "iwan.setiabudhi@dinkes.sukamaju.example";

/// A new letter to a post, answered by its holder in these words.
async fn answered(town: &Town, (post, address): (&str, &str), words: &str) -> LetterId {
    let id = town.submit(&letter(&[post])).await.id;
    town.run_until_idle().await;
    town.official(address).reply(&town.mail_of(address), words).await;
    town.run_until_idle().await;
    id
}

const KADIS: (&str, &str) = ("KADIS-KOMINFO", ASEP);

on_both_engines! {
    async fn a_yes_a_no_and_a_filing_are_recorded_with_their_words(database: Database) {
        let town = Town::open(database).await;
        for (words, kind, note, said) in [
            ("Setuju", "approve", "Setuju", "Tindakan : Persetujuan"),
            ("Kami tolak, anggaran belum tersedia.", "reject", "Kami tolak, anggaran belum tersedia.", "Tindakan : Penolakan"),
            ("Sudah saya terima", "acknowledge", "", "Tindakan : Pernyataan terima"),
            ("Arsip", "disposition", "", "Instruksi : Arsipkan"),
        ] {
            let id = answered(&town, KADIS, words).await;
            let acts = town.acts(id).await;
            assert_eq!(acts.len(), 1, "{words}: {:?}", town.last_inbound().await);
            assert_eq!((acts[0].kind.as_str(), acts[0].body["note"].as_str().unwrap()), (kind, note), "{words}");
            assert_eq!(town.orders(id).await.len(), 0, "{words} orders nobody");
            let receipt = told(&town.mail_of(ASEP));
            assert!(receipt.contains(said) && receipt.contains("Tercatat pada Selasa, 8 Desember 2026"), "{words}: {receipt}");
            let state = if kind == "acknowledge" { "acknowledged" } else { "acted" };
            assert!(town.lines(id).await.contains(&format!("letter KADIS-KOMINFO email full primary_channel {state}")), "{words}: {:?}", town.lines(id).await);
        }
        town.finish().await;
    }

    async fn one_mail_gives_several_orders_each_with_its_own_words(database: Database) {
        let town = Town::open(database).await;
        let words = "Kabid Aptika: siapkan bahan, Kamis.\nKabid IKP: koordinasikan dengan Bagian Umum, lapor Jumat.";
        let id = answered(&town, KADIS, words).await;
        let mut orders = town.orders(id).await;
        orders.sort_by(|one, other| one.target.as_str().cmp(other.target.as_str()));
        let rows: Vec<(&str, String, String)> = orders
            .iter()
            .map(|order| (order.target.as_str(), order.instructions.join(" "), order.due_at.map(|due| due.to_string()).unwrap_or_default()))
            .collect();
        assert_eq!(
            rows,
            [
                ("KABID-APTIKA", "prepare_material".to_owned(), "2026-12-10T09:00:00Z".to_owned()),
                ("KABID-IKP", "coordinate report_back".to_owned(), "2026-12-11T09:00:00Z".to_owned()),
            ],
            "{:?}",
            town.last_inbound().await
        );
        assert_eq!(town.acts(id).await.len(), 1, "one mail, one act");
        let first = told(&town.mail_of(WAHYU));
        assert!(first.contains("Instruksi : Siapkan bahan") && first.contains("Batas waktu : Kamis, 10 Desember 2026"), "{first}");
        assert!(first.contains("Juga kepada : Kepala Bidang Informasi dan Komunikasi Publik"), "{first}");
        let second = told(&town.mail_of(FITRI));
        assert!(second.contains("Instruksi : Koordinasikan; Laporkan hasilnya") && second.contains("11 Desember 2026"), "{second}");
        let receipt = told(&town.mail_of(ASEP));
        assert!(receipt.contains("Kepala Bidang Aplikasi Informatika") && receipt.contains("Kepala Bidang Informasi dan Komunikasi Publik"), "{receipt}");
        town.finish().await;
    }

    /// A question decides nothing; it lies where a person sees it, and the letter stays open for an answer.
    async fn a_question_waits_for_a_person_and_decides_nothing(database: Database) {
        let town = Town::open(database).await;
        let id = answered(&town, KADIS, "Apakah rapat ini wajib dihadiri kepala dinas sendiri?").await;
        assert_eq!(town.last_inbound().await, ("comment".to_owned(), "question".to_owned()));
        assert_eq!(town.acts(id).await.len(), 0);
        assert_eq!(town.tray_codes().await, [("question".to_owned(), "DISKOMINFO".to_owned())]);
        let answer = told(&town.mail_of(ASEP));
        assert!(answer.contains("disimpan untuk operator Dinas Komunikasi dan Informatika. Tidak ada tindakan yang dicatat"), "{answer}");
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 1);
        town.finish().await;
    }

    /// What kurir offers elsewhere and does not do yet waits on the desk of the unit; the writer is told that nothing is on record.
    async fn a_word_that_is_not_in_use_is_kept_for_the_operator_and_the_writer_is_told(database: Database) {
        let town = Town::open(database).await;
        for (words, meant) in [("Tarik", "penarikan"), ("Ingatkan", "pengingat"), ("Berhalangan, ada tugas lain", "pernyataan berhalangan")] {
            let id = answered(&town, KADIS, words).await;
            assert_eq!(town.last_inbound().await, ("comment".to_owned(), "word_not_in_use".to_owned()), "{words}");
            assert_eq!((town.acts(id).await.len(), town.orders(id).await.len()), (0, 0), "{words}");
            let answer = told(&town.mail_of(ASEP));
            for said in [format!("terbaca sebagai {meant}, tetapi belum dicatat"), "tersimpan untuk operator Dinas Komunikasi dan Informatika".to_owned()] {
                assert!(answer.contains(&said), "{words}: {said}: {answer}");
            }
        }
        assert_eq!(town.tray_codes().await, vec![("word_not_in_use".to_owned(), "DISKOMINFO".to_owned()); 3]);
        let item = town.tray().await.remove(0);
        assert!(item.letter.is_some() && item.inbound.is_some(), "{item:?}");
        town.finish().await;
    }

    /// A yes of somebody else and a yes under a condition are asked back, with what they may mean; the figure decides.
    async fn a_verdict_that_is_not_plainly_his_own_is_asked_back(database: Database) {
        let town = Town::open(database).await;
        let id = answered(&town, KADIS, "Setuju, kalau anggarannya ada").await;
        assert_eq!(town.last_inbound().await, ("asked".to_owned(), "several_readings".to_owned()));
        assert_eq!(town.acts(id).await.len(), 0);
        let question = town.mail_of(ASEP);
        let words = told(&question);
        for said in ["dapat berarti persetujuan atau penolakan", "1 persetujuan", "2 penolakan"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        town.official(ASEP).reply(&question, "2").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.iter().map(|act| act.kind.clone()).collect::<Vec<_>>(), ["reject"]);
        town.finish().await;
    }

    /// dr. Iwan is Sekretaris and, on an order, Plt. Kepala Dinas: what he does for which post is told by the letter he answers.
    async fn who_holds_two_posts_acts_for_the_one_that_the_letter_was_for(database: Database) {
        let town = Town::open(database).await;
        let acting = answered(&town, ("KADIS-KES", IWAN), "TL ke Kabid P2P, lapor Jumat").await;
        let acts = town.acts(acting).await;
        assert_eq!(acts.len(), 1, "{:?}", town.last_inbound().await);
        assert_eq!((acts[0].position.as_str(), acts[0].capacity.as_str()), ("KADIS-KES", "plt"));
        let order = told(&town.mail_of("rene.sinaga@dinkes.sukamaju.example"));
        assert!(order.contains("Plt. Kepala Dinas Kesehatan memberi disposisi"), "{order}");
        let own = answered(&town, ("SEKDIS-KES", IWAN), "Sudah saya terima").await;
        let acts = town.acts(own).await;
        assert_eq!((acts[0].position.as_str(), acts[0].capacity.as_str()), ("SEKDIS-KES", "definitive"));
        // As Sekretaris he has nobody in the Bidang P2P below him.
        let beyond = answered(&town, ("SEKDIS-KES", IWAN), "TL ke Kabid P2P, lapor Jumat").await;
        assert_eq!((town.acts(beyond).await.len(), town.last_inbound().await), (0, ("declined".to_owned(), "not_authorised".to_owned())));
        town.finish().await;
    }
}
