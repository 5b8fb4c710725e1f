//! Reads what teloxide cannot: its types are of 2025 and strict, and one new or missing field anywhere in an update makes
//! the whole of it unreadable. A press or a sentence of an official must not be lost to that, so the few fields that we
//! need are read here once more, leniently.

use super::{Incoming, Origin, Sender, read};
use crate::channel::telegram::{ChatId, edit::MessageRef};
use serde::{Deserialize, de::IgnoredAny};

#[derive(Deserialize)]
struct Bare {
    message: Option<Message>,
    edited_message: Option<Message>,
    callback_query: Option<Query>,
}

#[derive(Deserialize)]
struct Message {
    message_id: i32,
    from: Option<User>,
    chat: Chat,
    #[serde(default)]
    date: i64,
    text: Option<String>,
    caption: Option<String>,
    document: Option<IgnoredAny>,
    reply_to_message: Option<Answered>,
}

#[derive(Deserialize)]
struct Answered {
    message_id: i32,
}

#[derive(Deserialize)]
struct Query {
    id: String,
    from: User,
    message: Option<Message>,
    data: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: i64,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    first_name: String,
    last_name: Option<String>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
}

/// What can be read of an update in a form that is new to us.
pub(super) fn parse(json: &str) -> Option<Incoming> {
    let bare: Bare = serde_json::from_str(json).ok()?;
    if let Some(query) = bare.callback_query {
        return press(query);
    }
    let edited = bare.edited_message.is_some();
    let message = bare.message.or(bare.edited_message)?;
    if message.chat.kind != "private" {
        return Some(Incoming::Group { chat: ChatId(message.chat.id), present: true });
    }
    let origin = origin(&message)?;
    Some(match (edited, message.text) {
        (true, text) => Incoming::Edited { origin, text: text.or(message.caption) },
        (false, Some(text)) => read::words(origin, &text),
        (false, None) => Incoming::Unsupported { origin },
    })
}

fn press(query: Query) -> Option<Incoming> {
    if let Some(message) = query.message.as_ref().filter(|message| message.chat.kind != "private") {
        return Some(Incoming::Group { chat: ChatId(message.chat.id), present: true });
    }
    // A message without a date is one that Telegram no longer shows.
    let message = query.message.as_ref().filter(|message| message.date > 0).map(reference);
    Some(Incoming::Press { callback_id: query.id, from: sender(&query.from), message, data: query.data? })
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
