//! An office in which officials order their direct subordinates only (`disposition.reach = "direct"`).

use crate::servers::engines::{Database, on_both_engines};
use crate::town::letters::letter;
use crate::town::seen::told;
use crate::town::{Plan, Town};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";

async fn town(database: Database) -> Town {
    Town::open_with(database, Plan { workflow: "[disposition]\nreach = \"direct\"".to_owned(), ..Plan::default() }).await
}

on_both_engines! {
    async fn by_mail_only_a_direct_subordinate_is_ordered(database: Database) {
        let town = town(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        town.official(ASEP).reply(&mail, "TL ke Kasi Infra, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "not_authorised".to_owned()));
        assert_eq!(town.orders(id).await.len(), 0);
        let no = told(&town.mail_of(ASEP));
        assert!(no.contains("Kepala Seksi Infrastruktur Jaringan tidak termasuk bawahan Kepala Dinas Komunikasi dan Informatika"), "{no}");
        assert!(no.contains("Yang dapat dituju: ") && no.contains("Kepala Bidang Aplikasi Informatika"), "{no}");
        town.official(ASEP).reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.orders(id).await[0].target.as_str(), "KABID-APTIKA", "{:?}", town.last_inbound().await);
        town.finish().await;
    }

    /// The phone offers direct subordinates; whoever stopped being one between two presses is refused in the same words.
    async fn on_the_phone_nobody_else_is_offered_and_none_is_slipped_in(database: Database) {
        let town = town(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        asep.press(&asep.last(), "Disposisi").await;
        let step = asep.last();
        let offered: Vec<String> = step.keyboard.iter().flatten().map(|button| button.label.clone()).collect();
        assert!(offered.iter().all(|label| !label.contains("Seksi")) && offered.iter().any(|label| label.contains("Aplikasi")), "{offered:?}");
        let target = offered.iter().find(|label| label.contains("Aplikasi")).unwrap();
        asep.press(&step, target).await;
        asep.press(&step, "Lanjut").await;
        asep.press(&step, town.house().desk.label("instruction", "follow_up").unwrap()).await;
        asep.press(&step, "Lanjut").await;
        asep.press(&step, "Jumat").await;
        asep.press(&step, "Lewati").await;
        town.import(&[("positions.csv", "KABID-APTIKA,Kepala Bidang Aplikasi Informatika,DISKOMINFO,KADIS-KOMINFO", "KABID-APTIKA,Kepala Bidang Aplikasi Informatika,DISKOMINFO,SEKDIS-KOMINFO")]).await;
        asep.press(&step, "Ya, catat").await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "not_authorised".to_owned()));
        assert_eq!((town.acts(id).await.len(), town.orders(id).await.len()), (0, 0));
        let said = asep.with("tidak termasuk bawahan").text;
        assert!(said.contains("Kepala Bidang Aplikasi Informatika tidak termasuk bawahan Kepala Dinas") && said.contains("belum dicatat"), "{said}");
        town.finish().await;
    }

    async fn whoever_may_not_be_ordered_is_no_choice_of_a_question(database: Database) {
        let town = town(database).await;
        town.submit(&letter(&["SEKDA"])).await;
        town.run_until_idle().await;
        let sekda = "sekda@sukamaju.example";
        town.official(sekda).reply(&town.mail_of(sekda), "Lurah Pasir tolong dicek ke lapangan").await;
        town.run_until_idle().await;
        let asked = told(&town.mail_of(sekda));
        assert!(!asked.contains("1. Lurah"), "{asked}");
        town.finish().await;
    }
}
