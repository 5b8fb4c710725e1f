//! Letters to a unit: its operator says that he has them, and that is all he may say; what he is offered is no more than that.

use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, recipient};
use crate::town::people::Oddly;
use crate::town::seen::told;
use crate::town::{Plan, Town};
use kurir::domain::letter::{Addressee, Letter, RecipientRole};

const NADIA: &str = "operator@diskominfo.sukamaju.example";
const EUIS: &str = "euis.komalasari@diskominfo.sukamaju.example";

fn to_unit() -> Letter {
    let mut letter = letter(&[]);
    letter.recipients.push(recipient(RecipientRole::To, Addressee::Unit("DISKOMINFO".parse().unwrap())));
    letter
}

on_both_engines! {
    async fn an_operator_without_a_post_acknowledges_by_mail_and_by_a_press(database: Database) {
        let town = Town::open(database).await;
        let nadia = town.linked(NADIA, 7001).await;
        let id = town.submit(&to_unit()).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(NADIA);
        let text = mail.text();
        assert!(text.contains("Sudah saya terima") && !text.contains("Contoh:") && !text.contains("LEMBAR DISPOSISI"), "{text}");
        assert!(!text.contains("Balas dengan disposisi") && !text.contains(">Teruskan</a>"), "{text}");
        town.official(NADIA).reply(&mail, "Sudah saya terima").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?}", town.last_inbound().await);
        assert_eq!((acts[0].kind.as_str(), acts[0].position.as_str()), ("acknowledge", "DISKOMINFO"));
        let receipt = told(&town.mail_of(NADIA));
        assert!(receipt.contains("Dicatat sebagai tindakan Operator Dinas Komunikasi dan Informatika"), "{receipt}");
        let said = town.kurir(&["letter", "show", &id.to_string()]).done();
        assert!(said.contains("pernyataan terima oleh Operator Dinas Komunikasi dan Informatika"), "{said}");
        let id = town.submit(&to_unit()).await.id;
        town.run_until_idle().await;
        nadia.press(&nadia.last(), "Sudah saya terima").await;
        let acts = town.acts(id).await;
        assert_eq!((acts.len(), nadia.pop_up().as_str()), (1, "Tercatat."), "{:?}", town.last_inbound().await);
        assert_eq!((acts[0].kind.as_str(), acts[0].via.as_str()), ("acknowledge", "telegram"));
        town.finish().await;
    }

    /// A post of his own gives an operator no power over what was sent to the unit.
    async fn an_operator_who_holds_a_post_decides_nothing_for_his_unit(database: Database) {
        let registry = vec![("operators.csv", "DISKOMINFO,199308172018012947", "DISKOMINFO,198005162007012915")];
        let town = Town::open_with(database, Plan { registry, ..Plan::default() }).await;
        for words in ["Setuju", "TL ke Kabid Aptika, lapor Jumat", "Teruskan ke Sekdis", "Kembalikan, bukan tugas kami"] {
            let id = town.submit(&to_unit()).await.id;
            town.run_until_idle().await;
            town.official(EUIS).reply(&town.mail_of(EUIS), words).await;
            town.run_until_idle().await;
            assert_eq!(town.acts(id).await.len(), 0, "{words}");
            assert_eq!(town.last_inbound().await, ("declined".to_owned(), "unit_operator_acting".to_owned()), "{words}");
            let answer = told(&town.mail_of(EUIS));
            assert!(answer.contains("ditujukan kepada Dinas Komunikasi dan Informatika") && answer.contains("“Sudah saya terima”"), "{answer}");
        }
        town.official(EUIS).reply(&town.mails_of(EUIS)[0], "Sudah saya terima").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("recorded".to_owned(), String::new()));
        // Her desk is another's now: an old mail gives her nothing.
        town.import(&[("operators.csv", "DISKOMINFO,199308172018012947,2026-01-05", "DISKOMINFO,199308172018012947,2026-12-08")]).await;
        town.official(EUIS).reply(&town.mails_of(EUIS)[2], "Sudah saya terima").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "power_ended".to_owned()));
        town.finish().await;
    }

    /// What is not proven in answer to a unit's letter is looked at by the unit's operator, whichever door it came through.
    async fn what_is_not_proven_lies_on_the_units_tray_whatever_the_door(database: Database) {
        let town = Town::open(database).await;
        let nadia = town.linked(NADIA, 7001).await;
        let euis = town.linked(EUIS, 7002).await;
        town.submit(&to_unit()).await;
        town.run_until_idle().await;
        let mail = town.mail_of(NADIA);
        town.official(NADIA).forge(&mail, "Sudah saya terima", &Oddly::default()).await;
        town.run_until_idle().await;
        town.official(EUIS).reply(&mail, "Sudah saya terima").await;
        town.run_until_idle().await;
        town.phone.press_data(7002, euis.last().message_id, &nadia.last().keyboard[0][0].data);
        town.run_until_idle().await;
        let desk = |code: &str| (code.to_owned(), "DISKOMINFO".to_owned());
        assert_eq!(town.tray_codes().await, [desk("dmarc_failed"), desk("token_foreign"), desk("not_yours")]);
        town.finish().await;
    }
}
