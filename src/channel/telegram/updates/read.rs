//! Reads a stored update. Total: whatever it is, it becomes one [`Incoming`], and nothing of it can panic.

use super::{
    FileKind, Incoming, IncomingFile, Origin, Sender,
    wire::{Chat, File, MemberChange, Message, Query, Update, User},
};
use crate::channel::telegram::{ChatId, edit::MessageRef};

/// What an update says.
pub fn parse(json: &str) -> Incoming {
    let Ok(update) = serde_json::from_str::<Update>(json) else {
        return Incoming::Other { why: "an update in a form that is new to us" };
    };
    match update {
        Update { callback_query: Some(query), .. } => press(query),
        Update { message: Some(message), .. } => message_of(message),
        Update { edited_message: Some(message), .. } => edited(message),
        Update { my_chat_member: Some(change), .. } => membership(&change),
        _ => Incoming::Other { why: "a kind that was not asked for" },
    }
}

fn message_of(mut message: Message) -> Incoming {
    if !message.chat.is_private() {
        return group(&message.chat, true);
    }
    let Some(origin) = origin(&message) else { return Incoming::Other { why: "a message without a sender" } };
    if let Some(text) = message.text {
        return words(origin, &text);
    }
    match file(&mut message) {
        Some(file) => Incoming::File { origin, file },
        None => Incoming::Unsupported { origin },
    }
}

/// Words, or a command: `/name@bot rest`.
fn words(origin: Origin, text: &str) -> Incoming {
    let Some(command) = text.strip_prefix('/') else {
        return Incoming::Text { origin, text: text.to_owned() };
    };
    let (head, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let name = head.split('@').next().unwrap_or_default().to_lowercase();
    let rest = rest.trim();
    match name.as_str() {
        "" => Incoming::Text { origin, text: text.to_owned() },
        "start" => Incoming::Start { origin, code: (!rest.is_empty()).then(|| rest.to_owned()) },
        _ => Incoming::Command { origin, name, rest: rest.to_owned() },
    }
}

fn edited(message: Message) -> Incoming {
    if !message.chat.is_private() {
        return group(&message.chat, true);
    }
    match origin(&message) {
        Some(origin) => Incoming::Edited { origin, text: message.text.or(message.caption) },
        None => Incoming::Other { why: "an edit without a sender" },
    }
}

fn press(query: Query) -> Incoming {
    if let Some(message) = query.message.as_ref().filter(|message| !message.chat.is_private()) {
        return group(&message.chat, true);
    }
    // A message dated zero is one that Telegram no longer shows to the bot; it can still be named, but not edited.
    let message = query.message.as_ref().filter(|message| message.date > 0).map(reference);
    let Some(data) = query.data else { return Incoming::Other { why: "a press without data" } };
    Incoming::Press { callback_id: query.id, from: sender(&query.from), message, data }
}

fn membership(change: &MemberChange) -> Incoming {
    let present = !matches!(change.new_chat_member.status.as_str(), "kicked" | "left");
    if change.chat.is_private() {
        Incoming::Membership { from: sender(&change.from), chat: ChatId(change.chat.id), blocked: !present }
    } else {
        group(&change.chat, present)
    }
}

fn group(chat: &Chat, present: bool) -> Incoming {
    Incoming::Group { chat: ChatId(chat.id), present }
}

fn origin(message: &Message) -> Option<Origin> {
    Some(Origin {
        from: sender(message.from.as_ref()?),
        message: reference(message),
        reply_to: message.reply_to_message.as_ref().map(|answered| answered.message_id),
        date: message.date,
    })
}

fn reference(message: &Message) -> MessageRef {
    MessageRef { chat: ChatId(message.chat.id), message_id: message.message_id, captioned: message.document.is_some() }
}

fn sender(user: &User) -> Sender {
    let last = user.last_name.as_ref().map(|last| format!(" {last}")).unwrap_or_default();
    Sender { id: user.id, name: format!("{}{last}", user.first_name), is_bot: user.is_bot }
}

fn file(message: &mut Message) -> Option<IncomingFile> {
    let largest = message
        .photo
        .take()
        .and_then(|sizes| sizes.into_iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height)));
    let found = [
        (FileKind::Voice, message.voice.take()),
        (FileKind::Document, message.document.take()),
        (FileKind::Photo, largest),
        (FileKind::Video, message.video.take().or_else(|| message.video_note.take())),
        (FileKind::Audio, message.audio.take()),
    ];
    let (kind, file): (FileKind, File) = found.into_iter().find_map(|(kind, file)| Some((kind, file?)))?;
    // Where Telegram names no size, the file counts as too big: better asked for by mail than fetched in vain.
    let bytes = file.file_size.unwrap_or(u64::MAX);
    Some(IncomingFile { kind, file_id: file.file_id, name: file.file_name, bytes, caption: message.caption.take() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn person() -> Value {
        json!({ "id": 10, "is_bot": false, "first_name": "Eka", "last_name": "Nurjanah" })
    }

    fn private() -> Value {
        json!({ "id": 10, "type": "private", "first_name": "Eka" })
    }

    fn message(extra: &Value) -> Incoming {
        let mut message = json!({ "message_id": 5, "from": person(), "chat": private(), "date": 1_796_000_000 });
        message.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        parse(&json!({ "update_id": 1, "message": message }).to_string())
    }

    #[test]
    fn words_and_commands() {
        let Incoming::Text { origin, text } = message(&json!({ "text": "TL Kabid" })) else { panic!() };
        assert_eq!((text.as_str(), origin.from.id, origin.from.name.as_str()), ("TL Kabid", 10, "Eka Nurjanah"));
        assert_eq!(origin.message, MessageRef { chat: ChatId(10), message_id: 5, captioned: false });
        for (text, code) in
            [("/start abc_DEF-1", Some("abc_DEF-1")), ("/start", None), ("/start@Kurir_bot x", Some("x")), ("/START  ", None)]
        {
            let Incoming::Start { code: found, .. } = message(&json!({ "text": text })) else { panic!("{text}") };
            assert_eq!(found.as_deref(), code, "{text}");
        }
        let Incoming::Command { name, rest, .. } = message(&json!({ "text": "/Cari  rapat besok" })) else { panic!() };
        assert_eq!((name.as_str(), rest.as_str()), ("cari", "rapat besok"));
        assert_eq!(message(&json!({ "text": "/" })).kind(), "text");
    }

    #[test]
    fn an_answer_names_what_it_answers() {
        let answered = json!({ "message_id": 3, "chat": private(), "date": 1_796_000_000, "text": "surat" });
        let Incoming::Text { origin, .. } = message(&json!({ "text": "Arsip", "reply_to_message": answered })) else { panic!() };
        assert_eq!(origin.reply_to, Some(3));
    }

    #[test]
    fn files_say_whether_they_can_be_fetched() {
        let file = |size: u64| {
            json!({ "file_id": "F", "file_unique_id": "u", "file_size": size, "duration": 2, "file_name": "a.pdf",
            "mime_type": "application/pdf" })
        };
        for (field, kind) in [("voice", FileKind::Voice), ("document", FileKind::Document), ("audio", FileKind::Audio)] {
            for (size, big) in [(20_000_000, false), (20_000_001, true)] {
                let Incoming::File { file, .. } = message(&json!({ field: file(size), "caption": "ini" })) else {
                    panic!("{field}")
                };
                assert_eq!((file.kind, file.is_too_big(), file.caption.as_deref()), (kind, big, Some("ini")));
            }
        }
        let sizes = json!([{ "file_id": "S", "file_unique_id": "s", "width": 90, "height": 90, "file_size": 9 },
            { "file_id": "L", "file_unique_id": "l", "width": 900, "height": 900, "file_size": 99 }]);
        let Incoming::File { file, .. } = message(&json!({ "photo": sizes })) else { panic!() };
        assert_eq!((file.kind, file.file_id.as_str()), (FileKind::Photo, "L"));
        let place = json!({ "location": { "latitude": 1.5, "longitude": 2.5 } });
        assert_eq!(message(&place).kind(), "unsupported");
    }

    #[test]
    fn nothing_of_a_group_is_read() {
        let group = json!({ "id": -7, "type": "group", "title": "Kantor", "all_members_are_administrators": true });
        assert_eq!(message(&json!({ "text": "x", "chat": group })), Incoming::Group { chat: ChatId(-7), present: true });
        let press = json!({ "update_id": 1, "callback_query": { "id": "9", "from": person(), "chat_instance": "1", "data": "d",
            "message": { "message_id": 5, "chat": group, "date": 1_796_000_000, "text": "x" } } });
        assert_eq!(parse(&press.to_string()).kind(), "group");
    }

    #[test]
    fn a_press_is_read_even_when_its_message_is_out_of_reach() {
        let press = |message: Value| {
            let query = json!({ "id": "9", "from": person(), "chat_instance": "1", "data": "token", "message": message });
            parse(&json!({ "update_id": 1, "callback_query": query }).to_string())
        };
        let text = json!({ "message_id": 5, "chat": private(), "date": 1_796_000_000, "text": "x" });
        let Incoming::Press { callback_id, data, message, from } = press(text) else { panic!() };
        assert_eq!((callback_id.as_str(), data.as_str(), from.id), ("9", "token", 10));
        assert_eq!(message, Some(MessageRef { chat: ChatId(10), message_id: 5, captioned: false }));
        let document = json!({ "file_id": "F", "file_unique_id": "u", "file_size": 7 });
        let caption = json!({ "message_id": 5, "chat": private(), "date": 1_796_000_000, "document": document, "caption": "x" });
        assert!(matches!(press(caption), Incoming::Press { message: Some(MessageRef { captioned: true, .. }), .. }));
        let gone = json!({ "message_id": 5, "chat": private(), "date": 0 });
        assert!(matches!(press(gone), Incoming::Press { message: None, .. }));
    }

    #[test]
    fn blocking_and_coming_back() {
        let bot = json!({ "id": 1, "is_bot": true, "first_name": "Kurir", "username": "k_bot" });
        let change = |old: Value, new: Value| {
            let change = json!({ "chat": private(), "from": person(), "date": 1_796_000_000, "old_chat_member": old, "new_chat_member": new });
            parse(&json!({ "update_id": 1, "my_chat_member": change }).to_string())
        };
        let member = json!({ "user": bot, "status": "member" });
        let kicked = json!({ "user": bot, "status": "kicked", "until_date": 0 });
        assert!(matches!(change(member.clone(), kicked.clone()), Incoming::Membership { blocked: true, chat: ChatId(10), .. }));
        assert!(matches!(change(kicked, member), Incoming::Membership { blocked: false, .. }));
    }

    #[test]
    fn what_is_new_to_teloxide_is_read_all_the_same() {
        let voice = json!({ "file_id": "F", "file_unique_id": "u", "file_size": 9, "duration": 2 });
        assert_eq!(message(&json!({ "voice": voice })).kind(), "file");
        let entities = json!([{ "type": "hologram", "offset": 0, "length": 1 }]);
        let text = json!({ "text": "/start kode", "entities": entities });
        assert!(matches!(message(&text), Incoming::Start { code: Some(code), .. } if code == "kode"));
        let shown = json!({ "message_id": 5, "chat": private(), "date": 1_796_000_000, "text": "x", "entities": entities });
        let query = json!({ "id": "9", "from": person(), "chat_instance": "1", "data": "token", "message": shown });
        let press = parse(&json!({ "update_id": 1, "callback_query": query }).to_string());
        let Incoming::Press { data, message: Some(message), .. } = press else { panic!() };
        assert_eq!((data.as_str(), message.message_id), ("token", 5));
    }

    #[test]
    fn teloxide_loses_such_a_text_without_a_word() {
        // Why `wire` exists. When this fails, teloxide has learnt it and could be asked again.
        use teloxide::types::UpdateKind;
        let entities = json!([{ "type": "hologram", "offset": 0, "length": 1 }]);
        let text = |extra: Value| {
            let mut message =
                json!({ "message_id": 5, "from": person(), "chat": private(), "date": 1_796_000_000, "text": "kode" });
            message.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            let update = json!({ "update_id": 1, "message": message }).to_string();
            match serde_json::from_str::<teloxide::types::Update>(&update).unwrap().kind {
                UpdateKind::Message(message) => message.text().map(ToOwned::to_owned),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(text(json!({})).as_deref(), Some("kode"));
        assert_eq!(text(json!({ "entities": entities })), None);
    }

    #[test]
    fn whatever_it_is_it_becomes_something() {
        for json in [
            "",
            "{}",
            "[]",
            "null",
            "{\"update_id\":1}",
            "{\"update_id\":1,\"new_kind\":{}}",
            "{\"update_id\":1,\"message\":{\"odd\":true}}",
        ] {
            assert_eq!(parse(json).kind(), "other", "{json}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(parse(&deep).kind(), "other");
    }

    proptest::proptest! {
        #[test]
        fn no_text_can_make_it_panic(text in ".{0,300}") {
            parse(&text);
            message(&json!({ "text": text }));
        }
    }
}
