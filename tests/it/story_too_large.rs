//! What is larger than a channel takes: a link that is bound to the delivery where the pages can be reached, else the next channel, at
//! last paper.

use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, pdf, pdf_of, submission};
use crate::town::pages::Pages;
use crate::town::seen::{attachment, plain, told};
use crate::town::{Plan, Town};
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::flow::accept::{SubmittedFile, accept};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const NADIA: &str = "operator@diskominfo.sukamaju.example";
const SEKDA: &str = "sekda@sukamaju.example";

/// A city whose mails may be small. `pages` is where its readers reach it.
fn small_mails(pages: &'static str) -> Plan {
    let more = "[limits]\nfree_disk_bytes = 10000000\nmail_bytes = 400000\n".to_owned();
    Plan { more, pages, ..Plan::default() }
}

/// Pages that only the machine itself reaches, as a fresh installation has them.
const NOWHERE: &str = "http://127.0.0.1:8025";

fn desk(code: &str) -> (String, String) {
    (code.to_owned(), "DISKOMINFO".to_owned())
}

on_both_engines! {
    /// Each reader gets a link of his own; what is fetched by it is evidence of his delivery and of nobody else's.
    async fn a_link_to_what_is_too_large_is_bound_to_its_delivery(database: Database) {
        let town = Town::open_with(database, small_mails("https://kurir.sukamaju.example")).await;
        let paper = pdf_of("Lampiran tebal", 900_000);
        let id = town.try_submit(&letter(&["KADIS-KOMINFO", "KABID-APTIKA"]), paper.clone()).await.unwrap().id;
        town.run_until_idle().await;
        let pages = Pages::open(&town).await;
        let mut paths = Vec::new();
        for address in [ASEP, WAHYU] {
            let mail = town.mail_of(address);
            assert!(attachment(&mail).is_none());
            let text = plain(&mail);
            let link = text.split_whitespace().find(|word| word.contains("/berkas/")).expect("a link").trim_matches(['<', '>']).to_owned();
            paths.push(link.strip_prefix("https://kurir.sukamaju.example").unwrap().to_owned());
        }
        assert_ne!(paths[0], paths[1]);
        assert_eq!(pages.ask("POST", &paths[1]).await.0, 200);
        let proofs = town.facts(id, "NotificationAccessTracking").await;
        let his = town.delivery(id, "KABID-APTIKA", Channel::Email).await.id.to_string();
        assert_eq!(proofs.iter().map(|fact| fact["delivery"].as_str().unwrap()).collect::<Vec<_>>(), [his]);
        pages.close().await;
        assert_eq!(town.tray_codes().await, []);
        town.finish().await;
    }

    async fn where_no_link_can_be_opened_the_next_channel_carries_and_at_last_paper(database: Database) {
        let town = Town::open_with(database, small_mails(NOWHERE)).await;
        let wahyu = town.linked(WAHYU, 7002).await;
        let paper = pdf_of("Lampiran tebal", 900_000);
        let id = town.try_submit(&letter(&["KADIS-KOMINFO", "KABID-APTIKA"]), paper.clone()).await.unwrap().id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            [
                "letter KABID-APTIKA email full primary_channel refused",
                "letter KABID-APTIKA telegram full linked_account telegram_stored",
                "letter KADIS-KOMINFO email full primary_channel refused",
                "letter KADIS-KOMINFO print full too_large queued",
            ]
        );
        assert!(town.mails_of(ASEP).is_empty(), "no mail with a link that leads nowhere");
        assert_eq!(wahyu.last().document.expect("the letter itself").bytes.as_ref(), paper.as_slice());
        let entry = town.print_entry(id, "KADIS-KOMINFO").await;
        assert_eq!(entry.letter, paper);
        assert!(entry.ticket.to_lowercase().contains("terlalu besar untuk saluran elektronik"), "{}", entry.ticket);
        let mut tray = town.tray_codes().await;
        tray.sort();
        assert_eq!(tray, [desk("carried_elsewhere"), desk("fallen_back")]);
        let operator = told(&town.mail_of(NADIA));
        assert!(operator.contains("dicetak karena terlalu besar untuk saluran elektronik"), "{operator}");
        assert!(!operator.contains("periksa saluran") && operator.contains("administrator"), "what is asked of him must help: {operator}");
        let sender = told(&town.mail_of(SEKDA));
        assert!(sender.contains("terlalu besar untuk saluran elektronik"), "{sender}");
        // His address is well: the next letter goes by mail again.
        let next = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(next).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// A phone takes one file a message: where that is not all, and no link leads to the rest, one print brings everything.
    async fn what_neither_a_mail_nor_a_phone_takes_whole_is_printed_once(database: Database) {
        let town = Town::open_with(database, small_mails(NOWHERE)).await;
        town.linked(WAHYU, 7002).await;
        let mut given = submission(&letter(&["KABID-APTIKA"]), pdf_of("Surat tebal", 900_000));
        given.attachments = vec![SubmittedFile { name: "peta.pdf".to_owned(), bytes: pdf("Peta") }];
        let id = accept(town.house(), given).await.unwrap().id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            [
                "letter KABID-APTIKA email full primary_channel refused",
                "letter KABID-APTIKA print full too_large queued",
                "letter KABID-APTIKA telegram full linked_account refused",
            ]
        );
        let job = town.delivery(id, "KABID-APTIKA", Channel::Print).await.id;
        let entry = town.opened.installation.layout.spool.join(format!("{job}-1"));
        let names: Vec<String> = std::fs::read_dir(&entry).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        let map = names.iter().find(|name| name.starts_with("02-")).unwrap_or_else(|| panic!("{names:?}"));
        assert_eq!(std::fs::read(entry.join(map)).unwrap(), pdf("Peta"));
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Each of two ways that fail in the same moment must not take the other for the one that carries.
    async fn two_ways_that_fail_at_once_end_in_one_print(database: Database) {
        let town = Town::open_with(database, small_mails(NOWHERE)).await;
        town.linked(WAHYU, 7002).await;
        let mut ids = Vec::new();
        for _ in 0..40 {
            let mut given = submission(&letter(&["KABID-APTIKA"]), pdf_of("Surat tebal", 900_000));
            given.attachments = vec![SubmittedFile { name: "peta.pdf".to_owned(), bytes: pdf("Peta") }];
            ids.push(accept(town.house(), given).await.unwrap().id);
            let (house, doors) = (town.house(), &town.engine.doors);
            let both = [Channel::Email, Channel::Telegram].map(|channel| kurir::flow::dispatch::round(house, doors, channel));
            for done in futures::future::join_all(both).await {
                done.unwrap();
            }
        }
        town.run_until_idle().await;
        for id in ids {
            let lines = town.lines(id).await;
            assert_eq!(lines.iter().filter(|line| line.contains(" print full too_large ")).count(), 1, "{lines:#?}");
        }
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn check_says_that_links_lead_nowhere(database: Database) {
        let town = Town::open_with(database, small_mails(NOWHERE)).await;
        let said = town.kurir(&["check"]).done();
        assert!(said.contains("perhatian  pengaturan: gateway.public_url"), "{said}");
        town.finish().await;
    }
}
