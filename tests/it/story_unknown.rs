//! Answers of servers that are lost, late or temporary, seen from the letter: nothing is repeated blindly, nothing is forgotten.

use crate::servers::engines::on_both_engines;
use crate::servers::proxy::{Fault as LineFault, Side};
use crate::town::letters::letter;
use crate::town::seen::told;
use crate::town::{Plan, Town};
use jiff::SignedDuration;
use kurir::demo::telegram::Fault;
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::directory::PersonalChannelState;
use kurir::domain::ids::LetterId;
use kurir::flow::administer::pause_channel;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const JOKO: &str = "joko.purnomosidi@dpupr.sukamaju.example";
const NADIA: &str = "operator@diskominfo.sukamaju.example";
/// As long as an unknown outcome waits for a report.
const RESOLVE: SignedDuration = SignedDuration::from_mins(16);

async fn state(town: &Town, id: LetterId, channel: Channel) -> DeliveryState {
    town.delivery(id, "KADIS-KOMINFO", channel).await.state
}

/// Attempts at Asep on a channel: outcome and whether it may have been the second one.
async fn attempts(town: &Town, id: LetterId, channel: Channel) -> Vec<(String, bool)> {
    let delivery = town.delivery(id, "KADIS-KOMINFO", channel).await.id;
    let tries = town.house().store.read().await.unwrap().attempts_of(delivery).await.unwrap();
    tries.into_iter().map(|one| (one.outcome.unwrap_or_default(), one.duplicate)).collect()
}

/// How often the mail to the full mailbox was tried.
async fn tried(town: &Town, id: LetterId) -> usize {
    let delivery = town.delivery(id, "KADIS-PUPR", Channel::Email).await.id;
    town.house().store.read().await.unwrap().attempts_of(delivery).await.unwrap().len()
}

/// Joko's mailbox is gone: only the phone is left to him.
async fn without_mailbox(town: &Town) {
    let number = crate::town::record::official_number(town, JOKO).await;
    let mut tx = town.house().store.write().await.unwrap();
    tx.set_email_state(&number, PersonalChannelState::Bounced).await.unwrap();
    tx.bump_directory().await.unwrap();
    tx.commit().await.unwrap();
}

fn through_proxy() -> Plan {
    Plan { through_proxy: true, ..Plan::default() }
}

on_both_engines! {
    /// The server took it and its answer was lost: its report settles it, and the mail is not sent a second time.
    async fn a_mail_whose_answer_was_lost_is_settled_by_the_servers_report(database: Database) {
        let town = Town::open_with(database, through_proxy()).await;
        town.line().script([LineFault::LoseAnswer { after: b"\r\n.\r\n" }]);
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.engine.run_until_idle().await.unwrap();
        assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Unknown);
        assert_eq!(attempts(&town, id, Channel::Email).await, [("unknown".to_owned(), false)]);
        assert!(town.tray_codes().await.iter().any(|(code, _)| code == "outcome_unknown"), "{:?}", town.tray_codes().await);
        town.reported().await;
        assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Relayed, "{:#?}", town.attempts(id).await);
        assert!(told(&town.mail_of(NADIA)).contains("belum pasti sampai"), "{}", told(&town.mail_of(NADIA)));
        town.after(RESOLVE).await;
        assert_eq!((attempts(&town, id, Channel::Email).await.len(), town.mails_of(ASEP).len()), (1, 1));
        assert_eq!(town.facts(id, "OutcomeUnknown").await.len(), 1);
        assert_eq!(town.facts(id, "PossibleDuplicate").await.len(), 0);
        town.finish().await;
    }

    /// The line broke within the body: no report comes, so the same bytes go once more, and the record says that it may be twice.
    async fn a_mail_that_was_cut_in_its_body_goes_once_more_as_possibly_second(database: Database) {
        let town = Town::open_with(database, through_proxy()).await;
        town.line().script([LineFault::Cut { after: b"Content-Type: multipart/signed" }]);
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.engine.run_until_idle().await.unwrap();
        assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Unknown, "{:#?}", town.attempts(id).await);
        assert!(town.mails_of(ASEP).is_empty());
        town.run_until_idle().await;
        assert_eq!(attempts(&town, id, Channel::Email).await.len(), 1, "not before the time for a report is over");
        town.after(RESOLVE).await;
        assert_eq!(attempts(&town, id, Channel::Email).await, [("unknown".to_owned(), false), ("delivered".to_owned(), true)]);
        assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Relayed);
        assert_eq!(town.facts(id, "PossibleDuplicate").await.len(), 1);
        assert_eq!(town.mails_of(ASEP).len(), 1);
        town.assert_sealed(&town.mail_of(ASEP));
        town.finish().await;
    }

    /// Its outcome was unknown once: it may have arrived, so a new address does not make a fresh letter of it. The same bytes go
    /// to the same mailbox, marked as possibly second, however often the second try is put off.
    async fn what_may_have_arrived_goes_nowhere_else(database: Database) {
        let town = Town::open_with(database, through_proxy()).await;
        town.line().script([LineFault::Cut { after: b"Content-Type: multipart/signed" }]);
        town.line().always(Some(LineFault::Reset { side: Side::Client, bytes: 1 }));
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.engine.run_until_idle().await.unwrap();
        assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Unknown);
        town.clock.forward(RESOLVE);
        town.engine.run_until_idle().await.unwrap();
        assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Deferred, "{:#?}", town.attempts(id).await);
        let elsewhere = "asep.baru@diskominfo.sukamaju.example";
        town.import(&[("officials.csv", ASEP, elsewhere)]).await;
        town.line().always(None);
        for _ in 0..6 {
            town.after(SignedDuration::from_mins(30)).await;
        }
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"], "{:#?}", town.attempts(id).await);
        assert_eq!((town.mails_of(ASEP).len(), town.mails_of(elsewhere).len()), (1, 0));
        assert_eq!(town.facts(id, "PossibleDuplicate").await.len(), 1);
        assert_eq!(attempts(&town, id, Channel::Email).await.last(), Some(&("delivered".to_owned(), true)));
        town.finish().await;
    }

    /// Telegram has no report to ask for: once more, marked for the eye.
    async fn a_message_whose_answer_was_lost_goes_once_more_and_says_so(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        for (fault, copies) in [
            (Fault::AnswerLost, 2),
            (Fault::AnswerCut, 2),
            (Fault::BadGateway { stored: true }, 2),
            (Fault::BadGateway { stored: false }, 1),
        ] {
            let one = letter(&["KADIS-KOMINFO"]);
            town.phone.fault_chat(7001, fault.clone());
            let id = town.submit(&one).await.id;
            town.run_until_idle().await;
            assert_eq!(state(&town, id, Channel::Telegram).await, DeliveryState::Unknown, "{fault:?} {:#?}", town.attempts(id).await);
            assert_eq!(state(&town, id, Channel::Email).await, DeliveryState::Relayed, "mail is not held up");
            town.after(RESOLVE).await;
            assert_eq!(state(&town, id, Channel::Telegram).await, DeliveryState::TelegramStored, "{fault:?}");
            assert_eq!(attempts(&town, id, Channel::Telegram).await, [("unknown".to_owned(), false), ("delivered".to_owned(), true)]);
            assert_eq!(town.facts(id, "PossibleDuplicate").await.len(), 1, "{fault:?}");
            let there: Vec<String> = asep.texts().into_iter().filter(|text| text.contains(&one.letter_number)).collect();
            assert_eq!(there.len(), copies, "{fault:?}");
            assert!(there.last().unwrap().starts_with("(ulang)"), "{there:?}");
            let said = told(&town.mails_of(NADIA).pop().unwrap());
            assert!(said.contains("diserahkan ke Telegram, sehingga belum pasti sampai"), "{said}");
        }
        town.finish().await;
    }

    /// 429 names a time, and that time is kept; 5xx after which nothing was stored is tried again by the ladder.
    async fn a_bot_that_is_told_to_wait_waits_as_long_as_it_was_told(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        town.phone.fault_chat(7001, Fault::TooManyRequests(600));
        let one = letter(&["KADIS-KOMINFO"]);
        let id = town.submit(&one).await.id;
        town.run_until_idle().await;
        assert_eq!(state(&town, id, Channel::Telegram).await, DeliveryState::Deferred);
        let there = || asep.texts().iter().filter(|text| text.contains(&one.letter_number)).count();
        town.after(SignedDuration::from_secs(560)).await;
        assert_eq!((there(), attempts(&town, id, Channel::Telegram).await.len()), (0, 1), "not a second earlier");
        town.after(SignedDuration::from_secs(41)).await;
        assert_eq!((there(), state(&town, id, Channel::Telegram).await), (1, DeliveryState::TelegramStored));
        assert_eq!(attempts(&town, id, Channel::Telegram).await, [("deferred".to_owned(), false), ("delivered".to_owned(), false)]);
        town.finish().await;
    }

    /// His mailbox is gone, then he blocks the bot: each letter takes the next rung, the last one is paper.
    async fn a_blocked_bot_falls_down_the_ladder_to_paper(database: Database) {
        let town = Town::open(database).await;
        town.linked(JOKO, 7003).await;
        without_mailbox(&town).await;
        let first = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(first).await, ["letter KADIS-PUPR telegram full next_channel telegram_stored"]);
        town.phone.fault_chat(7003, Fault::blocked());
        let second = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(second).await,
            ["letter KADIS-PUPR print full channel_blocked queued", "letter KADIS-PUPR telegram full next_channel refused"]
        );
        assert!(town.tray_codes().await.contains(&("fallen_back".to_owned(), "DPUPR".to_owned())), "{:?}", town.tray_codes().await);
        let said = told(&town.mail_of("operator@dpupr.sukamaju.example"));
        assert!(said.contains("dicetak karena saluran terhalang"), "{said}");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Whatever Telegram says about the chat itself closes it and is told as what it is; nobody reads of a mail that came back.
    async fn every_word_about_the_chat_itself_closes_it(database: Database) {
        let words = ["user is deactivated", "bot can't initiate conversation with a user", "something that is new to us"];
        let town = Town::open(database).await;
        town.linked(JOKO, 7003).await;
        without_mailbox(&town).await;
        for word in words {
            town.phone.fault_chat(7003, Fault::Refuse(403, format!("Forbidden: {word}")));
            let id = town.submit(&letter(&["KADIS-PUPR"])).await.id;
            town.run_until_idle().await;
            assert_eq!(
                town.lines(id).await,
                ["letter KADIS-PUPR print full channel_blocked queued", "letter KADIS-PUPR telegram full next_channel refused"],
                "{word}"
            );
            let next = town.submit(&letter(&["KADIS-PUPR"])).await.id;
            town.run_until_idle().await;
            assert!(!town.lines(next).await.iter().any(|line| line.contains("telegram")), "{word}: {:?}", town.lines(next).await);
            let mut tx = town.house().store.write().await.unwrap();
            tx.set_link_state(7003, PersonalChannelState::Verified, false, town.house().now()).await.unwrap();
            tx.bump_directory().await.unwrap();
            tx.commit().await.unwrap();
        }
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Two days of rest ordered by hand are not two days of failure: the ladder begins with the first try.
    async fn a_pause_longer_than_the_ladder_costs_no_step_of_it(database: Database) {
        let registry = vec![("officials.csv", JOKO, "penuh@sukamaju.example")];
        let more = "[retry]\nsteps = [\"2 min\", \"10 min\"]\nthen = \"1 h\"\ngive_up = { immediate = \"1 h\", urgent = \"2 h\", normal = \"3 h\" }\n".to_owned();
        let town = Town::open_with(database, Plan { more, registry, ..Plan::default() }).await;
        pause_channel(town.house(), "email", true).await.unwrap();
        let id = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.after(SignedDuration::from_hours(48)).await;
        assert_eq!(tried(&town, id).await, 0);
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-PUPR email full primary_channel deferred"]);
        for _ in 0..4 {
            town.after(SignedDuration::from_hours(1)).await;
        }
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-PUPR email full primary_channel expired", "letter KADIS-PUPR print full delivery_timeout queued"]
        );
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Every wait of the configured ladder is kept, then the next channel takes over, and the operator hears of it.
    async fn a_mailbox_that_stays_full_is_tried_at_every_step_of_the_ladder(database: Database) {
        let registry = vec![("officials.csv", JOKO, "penuh@sukamaju.example")];
        let more = "[retry]\nsteps = [\"2 min\", \"10 min\"]\nthen = \"1 h\"\ngive_up = { immediate = \"1 h\", urgent = \"2 h\", normal = \"3 h\" }\n".to_owned();
        let town = Town::open_with(database, Plan { more, registry, ..Plan::default() }).await;
        let id = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        for (wait, tries) in [(2, 2), (10, 3), (60, 4), (60, 5)] {
            town.after(SignedDuration::from_secs(wait * 60 - 35)).await;
            assert_eq!(tried(&town, id).await, tries - 1, "{wait} minutes are not over");
            town.after(SignedDuration::from_secs(40)).await;
            assert_eq!(tried(&town, id).await, tries, "after {wait} minutes");
        }
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-PUPR email full primary_channel expired", "letter KADIS-PUPR print full delivery_timeout queued"],
            "{:#?}",
            town.attempts(id).await
        );
        let said = told(&town.mail_of("operator@dpupr.sukamaju.example"));
        assert!(said.contains("dicetak karena belum terkirim sampai batas"), "{said}");
        let sender = told(&town.mail_of("sekda@sukamaju.example"));
        assert!(sender.contains("masuk antrean cetak") && sender.contains("Tidak ada yang perlu"), "{sender}");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// A slow phone, an impatient thumb: a thousand presses, judged by several at once, are one act.
    async fn the_same_press_a_thousand_times_is_one_act(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let shown = asep.last();
        let button = shown.keyboard.iter().flatten().find(|button| button.label == "Sudah saya terima").unwrap().clone();
        for _ in 0..1000 {
            town.phone.press_data(7001, shown.message_id, &button.data);
        }
        while town.phone.waiting() > 0 {
            kurir::runtime::intake::take_updates(&town.engine, Some(0)).await.unwrap();
            let judges = (0..4).map(|_| kurir::flow::receive::round(town.house(), &town.engine.doors));
            futures::future::try_join_all(judges).await.unwrap();
        }
        town.run_until_idle().await;
        assert_eq!(town.acts(id).await.len(), 1);
        let items = town.inbounds().await;
        let recorded = items.iter().filter(|item| item.letter == Some(id) && item.state == "recorded").count();
        let late = items.iter().filter(|item| item.letter == Some(id) && item.why == "token_used").count();
        assert_eq!((recorded, late), (1, 999));
        town.finish().await;
    }

    /// The mailbox is read over IMAP and the MTA pipes the same mail in as well: one act, one receipt.
    async fn the_same_reply_by_two_ways_in_is_one_act(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        let raw = town.post.mails_now(&town.gateway()).pop().expect("the reply").raw;
        let file = town.file("balasan.eml", &raw);
        assert_eq!(town.kurir(&["ingest", &file]).done(), "Tersimpan: 1 surel baru.\n");
        assert_eq!(town.kurir(&["ingest", &file]).done(), "Tersimpan: 0 surel baru.\n");
        town.run_until_idle().await;
        assert_eq!((town.acts(id).await.len(), town.orders(id).await.len()), (1, 1));
        assert_eq!(town.inbounds().await.iter().filter(|item| item.letter == Some(id)).count(), 2, "both are kept, and say what became of them");
        assert_eq!(town.mails_of(ASEP).len(), 2, "the letter and one receipt: {:?}", town.mails_of(ASEP).iter().map(told).collect::<Vec<_>>());
        town.finish().await;
    }
}
