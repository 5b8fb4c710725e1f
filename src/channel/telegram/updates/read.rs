//! Reads a stored update. Total: whatever it is, it becomes one [`Incoming`], and nothing of it can panic.

use super::{FileKind, Incoming, IncomingFile, Origin, Sender};
use crate::channel::telegram::{ChatId, edit::MessageRef};
use teloxide::types::{
    CallbackQuery, Chat, ChatMemberUpdated, FileMeta, MaybeInaccessibleMessage, Message, Update, UpdateKind, User,
};

/// What an update says.
pub fn parse(json: &str) -> Incoming {
    let Ok(update) = serde_json::from_str::<Update>(json) else {
        return Incoming::Other { why: "no update of the Bot API" };
    };
    match update.kind {
        UpdateKind::Message(message) => message_of(&message),
        UpdateKind::EditedMessage(message) => edited(&message),
        UpdateKind::CallbackQuery(query) => press(query),
        UpdateKind::MyChatMember(change) => membership(&change),
        UpdateKind::Error(_) => Incoming::Other { why: "an update in a form that is new to us" },
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
