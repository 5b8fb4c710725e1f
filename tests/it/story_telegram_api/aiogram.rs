//! Two witnesses that neither of us wrote: aiogram's models for what we send, aiogram's client for what the stand-in says.

use super::*;
use kurir::{
    channel::telegram::updates::{Incoming, next_offset, parse},
    demo::telegram::{Call, Fault},
};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn python() -> Option<PathBuf> {
    crate::python::with("aiogram", "so that nobody else checks our Telegram requests")
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aiogram").join(name)
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn validate(python: &Path, calls: &[Call]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    let lines: Vec<String> = calls.iter().map(|call| serde_json::to_string(call).unwrap()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    Command::new(python).arg(script("validate.py")).arg(file).output().unwrap()
}

/// Everything that the door can say, once.
async fn say_everything(room: &Room) {
    let door = &room.door;
    door.check().await.unwrap();
    door.set_commands(&[("bantuan", "Petunjuk")]).await.unwrap();
    door.delete_webhook().await.unwrap();
    for message in [letter(EKA), with_pdf(letter(EKA)), Outgoing { silent: true, reply_to: Some(1), ..Outgoing::text(EKA, "x") }]
    {
        let placed = door.send_text(&message).await.unwrap();
        door.edit_text(&placed, "<b>Tercatat</b>", &Keyboard::pairs(vec![button("Tarik", "x")])).await.unwrap();
        door.edit_text(&placed, "<i>Ditarik</i>", &Keyboard::none()).await.unwrap();
        door.edit_keyboard(&placed, &Keyboard::none()).await.unwrap();
        door.edit_keyboard(&placed, &Keyboard::pairs(vec![button("Ya", "y")])).await.unwrap();
        let press = room.phone.press(EKA.0, placed.message_id, "Ya").unwrap();
        door.answer_callback(&press, Some("Tercatat."), true).await.unwrap();
        let press = room.phone.press(EKA.0, placed.message_id, "Ya").unwrap();
        door.answer_callback(&press, None, false).await.unwrap();
    }
    room.phone.send_file(EKA.0, "voice", "", b"OggS");
    let updates = door.get_updates(0, 0).await.unwrap();
    let Incoming::File { file, .. } = parse(&updates.last().unwrap().json) else { panic!("{updates:?}") };
    assert_eq!(door.fetch(&file).await.unwrap(), b"OggS");
    door.get_updates(next_offset(&updates, 0), 0).await.unwrap();
    room.phone.register_group(-77, "Grup", &Person::named(EKA.0, "Eka"));
    door.leave(ChatId(-77)).await.unwrap();
}

#[tokio::test]
async fn every_request_we_send_fits_the_models_of_aiogram() {
    let Some(python) = python() else { return };
    let room = Room::open().await;
    say_everything(&room).await;
    let calls = room.phone.calls();
    let output = validate(&python, &calls);
    assert!(output.status.success(), "{}", text(&output));
    let counted: std::collections::BTreeMap<String, usize> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(counted.values().sum::<usize>(), calls.len());
    let said: Vec<&str> = counted.keys().map(String::as_str).collect();
    let expected = [
        "AnswerCallbackQuery",
        "DeleteWebhook",
        "EditMessageCaption",
        "EditMessageReplyMarkup",
        "EditMessageText",
        "GetFile",
        "GetMe",
        "GetUpdates",
        "LeaveChat",
        "SendDocument",
        "SendMessage",
        "SetMyCommands",
    ];
    assert_eq!(said, expected);
}

#[test]
fn planted_mistakes_in_requests_are_found() {
    let Some(python) = python() else { return };
    let call = |method: &str, field: &str, value: serde_json::Value| {
        let mut params = serde_json::json!({ "chat_id": 7, "text": "x" });
        params[field] = value;
        Call { method: method.to_owned(), params: params.as_object().unwrap().clone(), files: Vec::new() }
    };
    let button = serde_json::json!({ "inline_keyboard": [[{ "text": "a", "callback": "x" }]] });
    let output = validate(
        &python,
        &[
            call("sendMessage", "text", "nothing is wrong with this one".into()),
            call("sendMessages", "text", "x".into()),
            call("sendMessage", "texts", "x".into()),
            call("sendMessage", "protect_content", "perhaps".into()),
            call("sendMessage", "reply_markup", button),
            call("editMessageText", "text", serde_json::json!({ "a": 1 })),
        ],
    );
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{found}");
    for words in [
        "sendMessages: no such method",
        "sendMessage.texts: unknown to aiogram",
        "sendMessage: ('protect_content', 'bool')",
        "sendMessage.reply_markup.inline_keyboard[0][0].callback: unknown to aiogram",
        "editMessageText: ('text',)",
    ] {
        assert!(found.contains(words), "{words} is not in:\n{found}");
    }
    assert!(!found.contains("nothing is wrong"), "{found}");
}

#[tokio::test]
async fn aiogram_talks_to_the_stand_in_and_understands_every_answer() {
    let Some(python) = python() else { return };
    let stand_in = stand_in(&Wrist::new()).await;
    let phone = stand_in.phone();
    for (id, name) in [(5001, "Eka Nurjanah"), (5002, "Rudi Hartono"), (5003, "Sari Dewi")] {
        phone.register(&Person::named(id, name));
        phone.start(id, Some(&format!("kode-{id}")));
    }
    phone.send_file(5001, "voice", "", b"OggS");
    phone.block(5002);
    phone.fault_chat(5003, Fault::TooManyRequests(7));
    let url = stand_in.url().to_string();
    let talk = tokio::process::Command::new(python).arg(script("talk.py")).args([&url, TOKEN]).kill_on_drop(true).output();
    let press = async {
        phone.until(|phone| phone.last(5001).is_some_and(|shown| shown.text.starts_with("Tekan"))).await.unwrap();
        let shown = phone.last(5001).unwrap();
        phone.press(5001, shown.message_id, "Ya").unwrap();
        // Stays until the other side has ended.
        std::future::pending::<()>().await;
    };
    let output = tokio::select! { output = talk => output.unwrap(), () = press => unreachable!() };
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("aiogram is content"));
    assert_eq!(phone.pop_ups()[0].text, "Tercatat.");
    let file = phone.messages(5001).into_iter().find_map(|message| message.document).unwrap();
    assert!(file.bytes.starts_with(b"%PDF-1.7\r\n--not-a-boundary"));
}
