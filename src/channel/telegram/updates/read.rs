//! Reads a stored update. Total: whatever it is, it becomes one [`Incoming`], and nothing of it can panic.

use super::{FileKind, Incoming, IncomingFile, Origin, Sender, bare};
use crate::channel::telegram::{ChatId, edit::MessageRef};
use teloxide::types::{
    CallbackQuery, Chat, ChatMemberUpdated, FileMeta, MaybeInaccessibleMessage, Message, Update, UpdateKind, User,
};

/// What an update says.
pub fn parse(json: &str) -> Incoming {
    let unread = |why| bare::parse(json).unwrap_or(Incoming::Other { why });
    let Ok(update) = serde_json::from_str::<Update>(json) else {
        return unread("no update of the Bot API");
    };
    match update.kind {
        UpdateKind::Message(message) => message_of(&message),
        UpdateKind::EditedMessage(message) => edited(&message),
        UpdateKind::CallbackQuery(query) => press(query),
        UpdateKind::MyChatMember(change) => membership(&change),
        UpdateKind::Error(_) => unread("an update in a form that is new to us"),
        _ => Incoming::Other { why: "a kind that was not asked for" },
    }
}

fn message_of(message: &Message) -> Incoming {
    if !message.chat.is_private() {
        return group(&message.chat, message.left_chat_member().is_none());
    }
    let Some(origin) = origin(message) else { return Incoming::Other { why: "a message without a sender" } };
    if let Some(text) = message.text() {
        return words(origin, text);
    }
    match file(message) {
        Some(file) => Incoming::File { origin, file },
        None => Incoming::Unsupported { origin },
    }
}

/// Words, or a command: `/name@bot rest`.
pub(super) fn words(origin: Origin, text: &str) -> Incoming {
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

fn edited(message: &Message) -> Incoming {
    if !message.chat.is_private() {
        return group(&message.chat, true);
    }
    let text = message.text().or_else(|| message.caption()).map(ToOwned::to_owned);
    match origin(message) {
        Some(origin) => Incoming::Edited { origin, text },
        None => Incoming::Other { why: "an edit without a sender" },
    }
}

fn press(query: CallbackQuery) -> Incoming {
    let chat = query.message.as_ref().map(MaybeInaccessibleMessage::chat);
    if let Some(chat) = chat.filter(|chat| !chat.is_private()) {
        return group(chat, true);
    }
    let message = query.regular_message().map(reference);
    let Some(data) = query.data else { return Incoming::Other { why: "a press without data" } };
    Incoming::Press { callback_id: query.id.0, from: sender(&query.from), message, data }
}

fn membership(change: &ChatMemberUpdated) -> Incoming {
    let present = change.new_chat_member.is_present();
    if change.chat.is_private() {
        Incoming::Membership { from: sender(&change.from), chat: ChatId(change.chat.id.0), blocked: !present }
    } else {
        group(&change.chat, present)
    }
}

fn group(chat: &Chat, present: bool) -> Incoming {
    Incoming::Group { chat: ChatId(chat.id.0), present }
}

fn origin(message: &Message) -> Option<Origin> {
    Some(Origin {
        from: sender(message.from.as_ref()?),
        message: reference(message),
        reply_to: message.reply_to_message().map(|answered| answered.id.0),
        date: message.date.timestamp(),
    })
}

fn reference(message: &Message) -> MessageRef {
    MessageRef { chat: ChatId(message.chat.id.0), message_id: message.id.0, captioned: message.document().is_some() }
}

fn sender(user: &User) -> Sender {
    // An id of a user has at most 52 bits, so that it always fits.
    let id = i64::try_from(user.id.0).unwrap_or(i64::MAX);
    Sender { id, name: user.full_name(), is_bot: user.is_bot }
}

fn file(message: &Message) -> Option<IncomingFile> {
    let largest =
        message.photo().and_then(|sizes| sizes.iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height)));
    let (kind, meta, name): (_, &FileMeta, Option<&String>) = if let Some(voice) = message.voice() {
        (FileKind::Voice, &voice.file, None)
    } else if let Some(document) = message.document() {
        (FileKind::Document, &document.file, document.file_name.as_ref())
    } else if let Some(photo) = largest {
        (FileKind::Photo, &photo.file, None)
    } else if let Some(video) = message.video() {
        (FileKind::Video, &video.file, video.file_name.as_ref())
    } else if let Some(note) = message.video_note() {
        (FileKind::Video, &note.file, None)
    } else {
        let audio = message.audio()?;
        (FileKind::Audio, &audio.file, audio.file_name.as_ref())
    };
    Some(IncomingFile {
        kind,
        file_id: meta.id.0.clone(),
        name: name.cloned(),
        bytes: u64::from(meta.size),
        caption: message.caption().map(ToOwned::to_owned),
    })
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
        // teloxide 0.17 cannot read a voice message without `mime_type`, nor an entity of a kind that came after it.
        let voice = json!({ "file_id": "F", "file_unique_id": "u", "file_size": 9, "duration": 2 });
        assert_eq!(message(&json!({ "voice": voice })).kind(), "unsupported");
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
