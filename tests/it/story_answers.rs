//! Answers by mail: what an official writes becomes an act, goes down the tree, and comes back as a report.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::letter;
use crate::town::people::Oddly;
use crate::town::seen::plain;
use kurir::domain::delivery::DeliveryState;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";
const TUTI: &str = "kelurahan.cipaku@posel.example";

on_both_engines! {
    /// The main job: down by mail, recorded, delivered, echoed, reported back.
    async fn a_disposition_by_mail_goes_down_and_its_report_comes_back(database: Database) {
        let town = Town::open(database).await;
        let letter = letter(&["KADIS-KOMINFO"]);
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("recorded".to_owned(), String::new()));
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1);
        assert_eq!((acts[0].kind.as_str(), acts[0].position.as_str(), acts[0].via.as_str()), ("disposition", "KADIS-KOMINFO", "email"));
        assert_eq!((acts[0].assurance.as_str(), acts[0].capacity.as_str()), ("mail_full", "definitive"));
        let orders = town.orders(id).await;
        assert_eq!((orders[0].giver.as_str(), orders[0].target.as_str()), ("KADIS-KOMINFO", "KABID-APTIKA"));
        assert!(orders[0].instructions.contains(&"follow_up".to_owned()), "{orders:?}");
        assert_eq!(orders[0].due_at.unwrap().to_string(), "2026-12-11T09:00:00Z", "Friday, end of work");
        let order = town.mail_of(WAHYU);
        town.assert_sealed(&order);
        assert!(plain(&order).contains(&letter.letter_number) && plain(&order).contains("11 Desember 2026"), "{}", plain(&order));
        let receipt = town.mail_of(ASEP);
        town.assert_sealed(&receipt);
        assert!(plain(&receipt).contains("Kepala Bidang Aplikasi Informatika"), "{}", plain(&receipt));
        assert!(receipt.headers("In-Reply-To")[0].contains("@diskominfo"), "the receipt stands in his thread");

        town.official(WAHYU).reply(&order, "Laporan: sudah kami tindaklanjuti, data titik genangan terkumpul 14 lokasi.").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 2, "{:?} {:?}", town.last_inbound().await, town.inbounds().await[0].detail);
        assert_eq!((acts[1].kind.as_str(), acts[1].position.as_str()), ("follow_up_report", "KABID-APTIKA"));
        assert_eq!(town.orders(id).await[0].state, "reported");
        assert_eq!(
            town.lines(id).await,
            [
                "disposition_received KABID-APTIKA email full primary_channel acted",
                "letter KADIS-KOMINFO email full primary_channel acted",
                "report_received KADIS-KOMINFO email full primary_channel relayed",
            ]
        );
        let reports = town.mails_of(ASEP);
        let words = plain(reports.last().unwrap());
        assert!(words.split_whitespace().collect::<Vec<_>>().join(" ").contains("14 lokasi"), "{words}");
        town.finish().await;
    }

    async fn an_official_outside_the_citys_domain_acts_by_his_domains_signature(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["LURAH-CPK"])).await.id;
        town.run_until_idle().await;
        town.official(TUTI).reply(&town.mail_of(TUTI), "Sudah saya terima, terima kasih.").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?}", town.last_inbound().await);
        assert_eq!((acts[0].kind.as_str(), acts[0].assurance.as_str()), ("acknowledge", "mail_full"));
        assert_eq!(town.lines(id).await, ["letter LURAH-CPK email full primary_channel acknowledged"]);
        town.finish().await;
    }

    async fn a_letter_is_returned_with_its_reason(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let text = "Kami kembalikan, karena bukan kewenangan kami. Mohon diteruskan ke Dinas PU.";
        town.official(ASEP).reply(&town.mail_of(ASEP), text).await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?} {}", town.last_inbound().await, town.inbounds().await[0].detail);
        assert_eq!(acts[0].kind, "return");
        assert!(acts[0].body["note"].as_str().unwrap().contains("bukan kewenangan kami"), "{}", acts[0].body);
        assert_eq!(town.orders(id).await.len(), 0, "a return orders nobody");
        let lines = town.lines(id).await;
        assert!(lines.iter().any(|line| line.starts_with("returned SEKDA email full")), "the sender is told: {lines:?}");
        town.finish().await;
    }

    async fn a_forward_asks_sideways_and_orders_nobody(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Teruskan ke Kadis Kesehatan").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?} {}", town.last_inbound().await, town.inbounds().await[0].detail);
        assert_eq!(acts[0].kind, "forward");
        assert_eq!(town.orders(id).await.len(), 0, "a forward orders nobody");
        let lines = town.lines(id).await;
        assert!(lines.iter().any(|line| line.starts_with("forward_received KADIS-KES email full")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.starts_with("disposition_received")), "{lines:?}");
        town.finish().await;
    }

    /// Each message acts once: the same words again change nothing, other words are another act, and the record says so.
    async fn the_same_answer_twice_is_one_act(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        for _ in 0..2 {
            town.official(ASEP).reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
            town.run_until_idle().await;
        }
        assert_eq!(town.acts(id).await.len(), 1);
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_used".to_owned()));
        assert!(plain(&town.mail_of(ASEP)).contains("sudah"), "{}", plain(&town.mail_of(ASEP)));
        assert_eq!(town.mails_of(WAHYU).len(), 1, "the order went out once");
        town.finish().await;
    }

    async fn an_unclear_reply_is_asked_back_and_decides_nothing(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid, segera").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await.0, "asked", "{:?}", town.last_inbound().await);
        assert_eq!(town.acts(id).await.len(), 0);
        let question = town.mail_of(ASEP);
        assert!(plain(&question).contains("Kabid"), "{}", plain(&question));
        town.official(ASEP).reply(&question, "TL ke Kabid Aptika, segera").await;
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 1, "{:?}", town.last_inbound().await);
        town.finish().await;
    }

    async fn an_order_beyond_his_posts_is_refused_with_what_he_may(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid SDA, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "not_authorised".to_owned()));
        assert_eq!(town.acts(id).await.len(), 0);
        assert!(plain(&town.mail_of(ASEP)).contains("Aplikasi Informatika"), "{}", plain(&town.mail_of(ASEP)));
        town.finish().await;
    }

    /// The delegate stands in while his order is in force, and not a day longer.
    async fn a_delegate_acts_within_his_dates_only(database: Database) {
        let town = Town::open(database).await;
        let eka = "eka.nurjanah@kec-mekarwangi.sukamaju.example";
        let (first, second) = (letter(&["CAMAT-MKW"]), letter(&["CAMAT-MKW"]));
        let (first, second) = (town.submit(&first).await.id, town.submit(&second).await.id);
        town.run_until_idle().await;
        let mails = town.mails_of(eka);
        town.official(eka).reply(&mails[0], "Sudah saya terima").await;
        town.run_until_idle().await;
        let acts = town.acts(first).await;
        let acts = if acts.is_empty() { town.acts(second).await } else { acts };
        assert_eq!(acts[0].capacity.as_str(), "plh");
        assert!(acts[0].delegation.is_some());
        town.after(jiff::SignedDuration::from_hours(24 * 5)).await;
        town.official(eka).reply(&mails[1], "Sudah saya terima").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "delegate_outside_dates".to_owned()));
        assert_eq!(town.acts(first).await.len() + town.acts(second).await.len(), 1);
        town.finish().await;
    }

    /// Whatever is not proven waits for a person and decides nothing.
    async fn what_is_not_proven_is_never_an_act(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        let other = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        let order = "TL ke Kabid Aptika, lapor Jumat";
        let plain_client = Oddly::default();
        // A stranger with Asep's From, who even knows the token.
        town.official(ASEP).forge(&mail, order, &plain_client).await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "dmarc_failed".to_owned()));
        // No border ever saw it.
        town.official(ASEP).plant(&mail, order, &plain_client);
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "origin_not_checked".to_owned()));
        // The border's words, written by the forger himself, under a name that is not the border's.
        let claimed = Oddly { headers: "Authentication-Results: mx.lain.example; dmarc=pass header.from=diskominfo.sukamaju.example\r\n".into(), ..plain_client.clone() };
        town.official(ASEP).plant(&mail, order, &claimed);
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "origin_not_checked".to_owned()));
        // Two From lines.
        let two = Oddly { from: Some(format!("From: <{ASEP}>\r\nFrom: <{WAHYU}>\r\n")), ..plain_client.clone() };
        town.official(ASEP).forge(&mail, order, &two).await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("held".to_owned(), "two_from".to_owned()));
        // The letter was forwarded, and staff answers under his own name.
        town.official(WAHYU).reply(&mail, "TL ke Kasi Infra, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_foreign".to_owned()));
        // Without any token.
        let nothing = Oddly { to: Some(town.gateway()), no_thread: true, ..plain_client };
        town.official(ASEP).reply_oddly(&mail, order, &nothing).await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "token_missing".to_owned()));
        assert_eq!(town.acts(id).await.len() + town.acts(other).await.len(), 0);
        assert_eq!(town.orders(id).await.len() + town.orders(other).await.len(), 0);
        assert_eq!(town.tray().await.iter().filter(|item| item.inbound.is_some()).count(), 6, "{:?}", town.tray_codes().await);
        assert!(town.mails_of(WAHYU).iter().all(|mail| !plain(mail).contains("Kepada Yth")), "no order went out");
        town.finish().await;
    }

    async fn a_bounce_goes_to_paper_and_marks_the_address(database: Database) {
        let changes = vec![("officials.csv", "joko.purnomosidi@dpupr.sukamaju.example", "joko.purnomosidi@hilang.example")];
        let town = Town::open_with(database, crate::town::Plan { registry: changes, ..Default::default() }).await;
        let id = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert_eq!(lines, ["letter KADIS-PUPR email full primary_channel bounced", "letter KADIS-PUPR print full bounced queued"]);
        let codes = town.tray_codes().await;
        assert!(codes.contains(&("fallen_back".to_owned(), "DPUPR".to_owned())), "{codes:?}");
        // The address is marked: the next letter does not even try it.
        let next = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(next).await, ["letter KADIS-PUPR print full bounced queued"]);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Postfix over LMTP only says "relayed"; a server that files the mail itself says "delivered" (RFC 3464 2.3.3).
    async fn a_report_of_delivery_makes_it_delivered(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        let way_back = town.mail_of(ASEP).headers("Return-Path")[0].trim_matches(['<', '>']).to_owned();
        assert!(way_back.starts_with("kembali+"), "{way_back}");
        let report = format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.sukamaju.example\r\nTo: <{way_back}>\r\nSubject: Successful Mail Delivery Report\r\n\
             Message-ID: <laporan@mx.sukamaju.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
             Delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.sukamaju.example\r\n\r\n\
             Final-Recipient: rfc822; {ASEP}\r\nAction: delivered\r\nStatus: 2.1.5\r\n\r\n--b--\r\n"
        );
        town.post.drop_into(&town.gateway(), "laporan", report.as_bytes());
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel delivered"]);
        town.finish().await;
    }

    /// Cause before effect: who reads the chain reads what was done, then whom it went to and how.
    async fn an_act_stands_in_the_chain_before_what_it_sets_in_motion(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        town.official(WAHYU).reply(&town.mail_of(WAHYU), "Laporan: sudah selesai dilaksanakan.").await;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mails_of(ASEP)[0], "Laporan: sudah selesai dilaksanakan.").await;
        town.run_until_idle().await;
        let facts = town.house().store.read().await.unwrap().facts_of_letter(id).await.unwrap();
        let steps: Vec<String> = facts
            .iter()
            .map(|fact| serde_json::from_slice::<serde_json::Value>(&fact.body).unwrap())
            .filter_map(|fact| match fact["event"].as_str().unwrap() {
                "ConsignmentAcceptance" => Some(format!("act {}", fact["detail"]["intent"].as_str().unwrap())),
                "Routed" => Some(format!("route {}", fact["detail"]["message"].as_str().unwrap())),
                _ => None,
            })
            .collect();
        let expected = [
            "route letter", "act disposition", "route disposition_received", "route act_recorded", "act follow_up_report", "route report_received",
            "route act_recorded", "act follow_up_report", "route report_received", "route act_recorded",
        ];
        assert_eq!(steps, expected);
        town.finish().await;
    }
}
