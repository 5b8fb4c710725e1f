//! Every way in which a call can end, and what the door says of it.

use super::*;
use kurir::{
    channel::telegram::{TelegramError, moved_to},
    demo::telegram::Fault,
    domain::delivery::{Outcome, Reason, Receipt},
};

fn delivered(outcome: Outcome) -> Receipt {
    match outcome {
        Outcome::Delivered(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

fn refused(outcome: Outcome) -> Reason {
    match outcome {
        Outcome::Refused(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn unknown(outcome: Outcome) -> Reason {
    match outcome {
        Outcome::Unknown(reason) => reason,
        other => panic!("{other:?}"),
    }
}

fn deferred(outcome: Outcome) -> (String, Option<Timestamp>) {
    match outcome {
        Outcome::Deferred(reason, until) => (reason.code, until),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_letter_without_a_file_is_one_text() {
    let room = Room::open().await;
    let receipt = delivered(room.door.send_letter(&letter(EKA)).await);
    let message = room.phone.last(EKA.0).unwrap();
    assert_eq!(message.text, "[SEGERA] Undangan Rapat\nDari: BPBD & Setda");
    assert_eq!(receipt.remote_id, Some(message.message_id.to_string()));
    assert!(!receipt.answer.contains("Undangan") && receipt.answer.starts_with("{\"ok\":true"), "{}", receipt.answer);
    assert_eq!(receipt.peer, "sendMessage 127.0.0.1");
    let labels: Vec<Vec<_>> = message.keyboard.iter().map(|row| row.iter().map(|one| one.label.as_str()).collect()).collect();
    assert_eq!(labels, [vec!["Disposisi", "Teruskan"], vec!["Sudah saya terima"]]);
    assert!(message.protected && !message.silent);
    assert_eq!(room.phone.calls().len(), 1);
    let preview = room.phone.calls()[0].structure("link_preview_options").unwrap();
    assert_eq!(preview["is_disabled"], true);
}

#[tokio::test]
async fn a_letter_with_a_file_is_one_document_with_the_same_bytes() {
    let room = Room::open().await;
    let sent = Outgoing { silent: true, ..with_pdf(letter(EKA)) };
    let receipt = delivered(room.door.send_letter(&sent).await);
    let message = room.phone.last(EKA.0).unwrap();
    let file = message.document.unwrap();
    assert_eq!((&file.bytes, file.file_name.as_str()), (&sent.document.unwrap().bytes, "Surat undangan é.pdf"));
    assert_eq!(message.text, "[SEGERA] Undangan Rapat\nDari: BPBD & Setda");
    assert!(message.protected && message.silent && message.keyboard.len() == 2);
    assert_eq!((room.phone.calls().len(), receipt.peer.as_str()), (1, "sendDocument 127.0.0.1"));
}

#[tokio::test]
async fn too_many_requests_is_not_hidden_and_is_honoured() {
    let room = Room::open().await;
    room.phone.fault_chat(EKA.0, Fault::TooManyRequests(7));
    let until = room.now() + SignedDuration::from_secs(7);
    assert_eq!(deferred(room.door.send_letter(&letter(EKA)).await), ("rate_limit".to_owned(), Some(until)));
    assert_eq!(room.phone.calls().len(), 1, "nothing is repeated inside the call");
    room.clock.advance(6);
    assert_eq!(room.door.opens(EKA), until);
    assert_eq!(deferred(room.door.send_letter(&letter(EKA)).await), ("rate_limit".to_owned(), Some(until)));
    assert_eq!(room.phone.calls().len(), 1, "Telegram is left alone until then");
    room.clock.advance(1);
    delivered(room.door.send_letter(&letter(EKA)).await);
}

#[tokio::test]
async fn our_own_pace_says_when_and_sends_nothing() {
    let room = Room::with(Pace::default(), 30).await;
    delivered(room.door.send_letter(&letter(EKA)).await);
    let next = room.now() + SignedDuration::from_secs(1);
    assert_eq!(deferred(room.door.send_letter(&letter(EKA)).await), ("rate_limit".to_owned(), Some(next)));
    assert_eq!(room.phone.calls().len(), 1);
    room.clock.advance(1);
    delivered(room.door.send_letter(&letter(EKA)).await);
}

#[tokio::test]
async fn a_closed_chat_is_refused_for_good_with_its_word() {
    let room = Room::open().await;
    let person = |id: i64, name: &str| room.phone.register(&Person::named(id, name));
    let (blocked, gone, shy) = (person(5002, "Rudi Hartono"), person(5003, "Sari Dewi"), person(5004, "Budi"));
    room.phone.start(blocked, None);
    room.phone.block(blocked);
    room.phone.start(gone, None);
    room.phone.deactivate(gone);
    for (chat, code) in [(blocked, "blocked"), (gone, "user_deactivated"), (shy, "chat_not_found"), (9999, "chat_not_found")] {
        assert_eq!(refused(room.door.send_letter(&letter(ChatId(chat))).await).code, code);
        let error = room.door.send_text(&Outgoing::text(ChatId(chat), "x")).await.unwrap_err();
        assert!(error.closes_the_chat(), "{error:?}");
    }
    room.phone.fault_chat(EKA.0, Fault::Refuse(403, "Forbidden: words of next year".into()));
    assert_eq!(refused(room.door.send_letter(&letter(EKA)).await).code, "forbidden");
}

#[tokio::test]
async fn a_chat_that_moved_names_its_new_id() {
    let room = Room::open().await;
    room.phone.fault_chat(EKA.0, Fault::MovedTo(-1_001_234));
    let reason = refused(room.door.send_letter(&letter(EKA)).await);
    assert_eq!(moved_to(&reason), Some(ChatId(-1_001_234)));
}

#[tokio::test]
async fn our_own_mistakes_are_refused_and_do_not_close_the_chat() {
    let room = Room::open().await;
    for html in ["<h1>x</h1>", "<b>x", "3 < 4 > 2"] {
        let error = room.door.send_text(&Outgoing::text(EKA, html)).await.unwrap_err();
        assert_eq!((error.code(), error.closes_the_chat()), ("bad_markup", false), "{html}");
    }
}

#[tokio::test]
async fn where_the_answer_is_lost_nobody_knows_and_nothing_is_repeated() {
    for (fault, code, stored) in [
        (Fault::AnswerLost, "connection_lost", 1),
        (Fault::AnswerCut, "connection_lost", 1),
        (Fault::BadGateway { stored: true }, "server_error", 1),
        (Fault::BadGateway { stored: false }, "server_error", 0),
        (Fault::ForeignPage, "unreadable_answer", 0),
    ] {
        for message in [letter(EKA), with_pdf(letter(EKA))] {
            let room = Room::open().await;
            room.phone.fault_chat(EKA.0, fault.clone());
            let reason = unknown(room.door.send_letter(&message).await);
            let ours = room.phone.messages(EKA.0).iter().filter(|message| message.from_bot).count();
            assert_eq!((reason.code.as_str(), ours, room.phone.calls().len()), (code, stored, 1), "{fault:?} {reason:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_unknown() {
    let room = Room::with(Pace::default(), 1).await;
    room.phone.fault_chat(EKA.0, Fault::Silence);
    assert_eq!(unknown(room.door.send_letter(&letter(EKA)).await).code, "timeout");
    assert_eq!(room.phone.messages(EKA.0).iter().filter(|message| message.from_bot).count(), 1);
}

#[tokio::test]
async fn a_failing_server_costs_no_ten_seconds() {
    let room = Room::open().await;
    room.phone.fault_chat(EKA.0, Fault::BadGateway { stored: false });
    let start = std::time::Instant::now();
    unknown(room.door.send_letter(&letter(EKA)).await);
    assert!(start.elapsed() < std::time::Duration::from_secs(8), "teloxide's own call sleeps ten seconds here");
}

#[tokio::test]
async fn when_telegram_is_away_nothing_was_sent() {
    let room = Room::open().await;
    room.stand_in.close().await;
    assert_eq!(deferred(room.door.send_letter(&letter(EKA)).await), ("connect".to_owned(), None));
    assert!(matches!(room.door.check().await, Err(TelegramError::Unreachable(_))));
}

#[tokio::test]
async fn a_wrong_token_is_told_from_a_dead_network_and_lets_letters_wait() {
    let room = Room::open().await;
    assert_eq!(room.door.check().await.unwrap().username, "kurir_latihan_bot");
    let settings = TelegramSettings { api_url: room.stand_in.url(), ..Default::default() };
    let clock = Arc::clone(&room.clock) as Arc<dyn Clock>;
    let stranger = Telegram::new(settings, &SecretString::from("7000000001:CANARY-wrong"), clock).unwrap();
    let error = stranger.check().await.unwrap_err();
    assert_eq!(error, TelegramError::Unauthorized);
    let outcome = stranger.send_letter(&letter(EKA)).await;
    let shown = format!("{error} {error:?} {outcome:?} {stranger:?}");
    assert!(!shown.contains("CANARY"), "{shown}");
    assert_eq!(deferred(outcome), ("auth".to_owned(), None));
}

#[tokio::test]
async fn no_way_of_failing_shows_the_token() {
    let room = Room::with(Pace { overall: 1000, per_chat: 1000, chat_window_ms: 1 }, 1).await;
    for fault in [
        Fault::AnswerLost,
        Fault::AnswerCut,
        Fault::Silence,
        Fault::ForeignPage,
        Fault::BadGateway { stored: false },
        Fault::TooManyRequests(1),
    ] {
        room.phone.fault_next(fault);
        let error = room.door.check().await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", Outcome::from(error.clone()));
        assert!(!shown.contains("CANARY"), "{shown}");
    }
    room.stand_in.close().await;
    let error = room.door.check().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}
