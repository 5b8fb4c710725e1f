//! What comes in: nothing is confirmed before it is asked past, and nothing is lost on the way.

use super::*;
use kurir::channel::telegram::{
    Incoming, TelegramError,
    updates::{FileKind, next_offset, parse},
};
use serde_json::json;

fn kinds(updates: &[kurir::channel::telegram::RawUpdate]) -> Vec<&'static str> {
    updates.iter().map(|update| parse(&update.json).kind()).collect()
}

#[tokio::test]
async fn nothing_is_confirmed_before_the_next_offset_is_asked_for() {
    let room = Room::open().await;
    room.phone.type_text(EKA.0, "Arsip");
    let first = room.door.get_updates(0, 0).await.unwrap();
    assert_eq!(kinds(&first), ["start", "text"]);
    // The daemon dies here, before its commit: the same updates come again, byte for byte.
    assert_eq!(room.door.get_updates(0, 0).await.unwrap(), first);
    assert_eq!((room.phone.waiting(), room.phone.confirmed()), (2, 0));
    // After its commit it asks past them, and only that confirms.
    let offset = next_offset(&first, 0);
    assert_eq!(room.door.get_updates(offset, 0).await.unwrap(), []);
    assert_eq!((room.phone.waiting(), room.phone.confirmed()), (0, first[1].update_id));
    assert_eq!(next_offset(&[], offset), offset);
}

#[tokio::test]
async fn a_long_poll_ends_when_something_comes() {
    let room = Room::open().await;
    let offset = next_offset(&room.door.get_updates(0, 0).await.unwrap(), 0);
    let typed = async {
        room.phone.until(|phone| phone.waiting() == 0).await.unwrap();
        room.phone.type_text(EKA.0, "Selesai");
    };
    let (updates, ()) = tokio::join!(room.door.get_updates(offset, 50), typed);
    let updates = updates.unwrap();
    let Incoming::Text { text, .. } = parse(&updates[0].json) else { panic!("{updates:?}") };
    assert_eq!(text, "Selesai");
}

#[tokio::test]
async fn two_readers_of_one_bot_are_a_conflict_that_has_a_name() {
    let room = Room::open().await;
    let offset = next_offset(&room.door.get_updates(0, 0).await.unwrap(), 0);
    let calls = room.phone.calls().len();
    let second = async {
        // The one who was first waits at Telegram by now: this runtime has one thread, and the call is noted there as it
        // takes its place.
        room.phone.until(|phone| phone.calls().len() > calls).await.unwrap();
        room.door.get_updates(offset, 0).await
    };
    let (first, second) = tokio::join!(room.door.get_updates(offset, 50), second);
    assert_eq!(second, Ok(Vec::new()));
    assert!(matches!(first, Err(TelegramError::Conflict(_))), "{first:?}");
}

#[tokio::test]
async fn a_webhook_excludes_polling_until_it_is_taken_away() {
    let room = Room::open().await;
    let url = format!("{}bot{TOKEN}/setWebhook", room.stand_in.url());
    let set = reqwest::Client::new().post(url).json(&json!({ "url": "https://kota.example/hook" })).send().await.unwrap();
    assert!(set.status().is_success());
    assert!(matches!(room.door.get_updates(0, 0).await, Err(TelegramError::Conflict(_))));
    room.door.delete_webhook().await.unwrap();
    assert_eq!(room.door.get_updates(0, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_keeps_its_number() {
    let room = Room::open().await;
    room.phone.push_raw("message", json!({ "some fields are missing": true }));
    room.phone.push_raw("kind_of_next_year", json!({ "x": 1.5 }));
    let updates = room.door.get_updates(0, 0).await.unwrap();
    assert_eq!(kinds(&updates), ["start", "other", "other"]);
    assert_eq!(updates[2].update_id, updates[1].update_id + 1);
    assert!(updates[2].json.contains("kind_of_next_year"));
    assert_eq!(room.door.get_updates(next_offset(&updates, 0), 0).await.unwrap(), []);
}

#[tokio::test]
async fn only_four_kinds_are_asked_for() {
    let room = Room::open().await;
    room.door.get_updates(0, 0).await.unwrap();
    let asked = room.phone.calls()[0].structure("allowed_updates").unwrap();
    assert_eq!(asked, json!(["message", "edited_message", "callback_query", "my_chat_member"]));
    room.phone.push_raw("poll_answer", json!({}));
    assert_eq!(room.phone.waiting(), 1, "only what was there before");
}

#[tokio::test]
async fn what_people_do_arrives_as_what_it_is() {
    let room = Room::open().await;
    let sent = room.door.send_text(&letter(EKA)).await.unwrap();
    room.phone.press(EKA.0, sent.message_id, "Disposisi").unwrap();
    let answer = room.phone.reply(EKA.0, sent.message_id, "TL Kabid Aptika").unwrap();
    room.phone.edit(EKA.0, answer, "TL Sekdis");
    room.phone.type_text(EKA.0, "/cari rapat");
    room.phone.send_file(EKA.0, "voice", "", b"OggS");
    room.phone.send_file(EKA.0, "document", "notula.pdf", &vec![7; 20_000_001]);
    room.phone.block(EKA.0);
    room.phone.unblock(EKA.0);
    room.phone.register_group(-77, "Grup Kantor", &Person::named(EKA.0, "Eka Nurjanah"));
    let updates = room.door.get_updates(0, 0).await.unwrap();
    let expected = ["start", "press", "text", "edited", "command", "file", "file", "membership", "membership", "group"];
    assert_eq!(kinds(&updates), expected);
    let read: Vec<Incoming> = updates.iter().map(|update| parse(&update.json)).collect();
    assert!(matches!(&read[0], Incoming::Start { code: Some(code), origin } if code == "kode-5001" && origin.from.id == EKA.0));
    assert!(matches!(&read[1], Incoming::Press { data, message, .. } if data == "d1" && *message == Some(sent)));
    assert!(matches!(&read[2], Incoming::Text { origin, .. } if origin.reply_to == Some(sent.message_id)));
    assert!(matches!(&read[3], Incoming::Edited { text: Some(text), .. } if text == "TL Sekdis"));
    assert!(matches!(&read[5], Incoming::File { file, .. } if file.kind == FileKind::Voice && !file.is_too_big()));
    assert!(matches!(&read[6], Incoming::File { file, .. } if file.name.as_deref() == Some("notula.pdf") && file.is_too_big()));
    assert!(matches!(&read[7], Incoming::Membership { blocked: true, chat, .. } if *chat == EKA));
    assert!(matches!(&read[8], Incoming::Membership { blocked: false, .. }));
    assert!(matches!(&read[9], Incoming::Group { chat: ChatId(-77), present: true }));
    room.door.leave(ChatId(-77)).await.unwrap();
    assert_eq!(room.door.send_text(&Outgoing::text(ChatId(-77), "x")).await.unwrap_err().code(), "kicked");
}

#[tokio::test]
async fn a_file_is_fetched_whole_or_refused_with_its_word() {
    let room = Room::open().await;
    room.phone.send_file(EKA.0, "document", "notula.pdf", b"%PDF-1.7 notula");
    room.phone.send_file(EKA.0, "document", "film.bin", &vec![7; 20_000_001]);
    let updates = room.door.get_updates(0, 0).await.unwrap();
    let file = |update: &kurir::channel::telegram::RawUpdate| match parse(&update.json) {
        Incoming::File { file, .. } => Some(file),
        _ => None,
    };
    let files: Vec<_> = updates.iter().filter_map(file).collect();
    assert_eq!(room.door.fetch(&files[0]).await.unwrap(), b"%PDF-1.7 notula");
    let calls = room.phone.calls().len();
    assert_eq!(room.door.fetch(&files[1]).await.unwrap_err().code(), "file_too_large");
    assert_eq!(room.phone.calls().len(), calls, "refused before it is asked for");
    // Where Telegram's first word of the size was wrong, its second one counts.
    let lied = kurir::channel::telegram::updates::IncomingFile { bytes: 9, ..files[1].clone() };
    assert_eq!(room.door.fetch(&lied).await.unwrap_err().code(), "file_too_large");
    let foreign = kurir::channel::telegram::updates::IncomingFile { file_id: "nobody's".into(), ..files[0].clone() };
    assert_eq!(room.door.fetch(&foreign).await.unwrap_err().code(), "bad_request");
    room.stand_in.close().await;
    let error = room.door.fetch(&files[0]).await.unwrap_err();
    assert!(matches!(error, TelegramError::Unreachable(_)) && !format!("{error:?}").contains("CANARY"), "{error:?}");
}
