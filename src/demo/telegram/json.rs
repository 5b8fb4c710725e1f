//! Answers and objects in the Bot API's form.

use super::world::{Chat, Person, PhoneMessage, World};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Numeric id of the practice bot.
pub(super) const BOT_ID: i64 = 7_000_000_001;
/// Its name.
pub const BOT_NAME: &str = "kurir_latihan_bot";

/// An answer: status and body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Reply {
    pub(super) fn ok(result: Value) -> Self {
        let mut body = json!({ "ok": true });
        set(&mut body, "result", Some(result));
        Self { status: 200, body }
    }

    pub(super) fn no(code: u16, description: &str) -> Self {
        Self { status: code, body: json!({ "ok": false, "error_code": code, "description": description }) }
    }

    pub(super) fn bad(description: &str) -> Self {
        Self::no(400, &format!("Bad Request: {description}"))
    }

    pub(super) fn wait(seconds: u32) -> Self {
        let mut reply = Self::no(429, &format!("Too Many Requests: retry after {seconds}"));
        set(&mut reply.body, "parameters", Some(json!({ "retry_after": seconds })));
        reply
    }

    pub(super) fn moved(to: i64) -> Self {
        let mut reply = Self::bad("group chat was upgraded to a supergroup chat");
        set(&mut reply.body, "parameters", Some(json!({ "migrate_to_chat_id": to })));
        reply
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The bot as a user.
pub(super) fn bot() -> Value {
    json!({ "id": BOT_ID, "is_bot": true, "first_name": "Kurir (latihan)", "username": BOT_NAME })
}

/// The bot as `getMe` shows it.
pub(super) fn me() -> Value {
    let mut me = bot();
    if let Some(me) = me.as_object_mut() {
        for flag in ["can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business"] {
            me.insert(flag.to_owned(), Value::Bool(false));
        }
        me.insert("has_main_web_app".to_owned(), Value::Bool(false));
    }
    me
}

/// A person as a user.
pub(super) fn user(person: &Person) -> Value {
    let mut user = json!({ "id": person.id, "is_bot": false, "first_name": person.first_name, "language_code": "id" });
    set(&mut user, "last_name", person.last_name.as_deref().map(Value::from));
    set(&mut user, "username", person.username.as_deref().map(Value::from));
    user
}

/// A chat.
pub(super) fn chat(chat: &Chat) -> Value {
    if let Some(title) = &chat.title {
        return json!({ "id": chat.id, "type": "group", "title": title, "all_members_are_administrators": true });
    }
    let mut value = json!({ "id": chat.id, "type": "private", "first_name": chat.person.first_name });
    set(&mut value, "last_name", chat.person.last_name.as_deref().map(Value::from));
    set(&mut value, "username", chat.person.username.as_deref().map(Value::from));
    value
}

/// A message, with the one it answers (one level deep, as at Telegram).
pub(super) fn message(world: &World, chat_id: i64, message_id: i32) -> Value {
    let Some(place) = world.chats.get(&chat_id) else { return Value::Null };
    let find = |id: i32| place.messages.iter().find(|message| message.message_id == id);
    let Some(found) = find(message_id) else { return Value::Null };
    let mut value = bare(place, found);
    let answered = found.reply_to.and_then(find).map(|answered| bare(place, answered));
    set(&mut value, "reply_to_message", answered);
    value
}

fn bare(place: &Chat, message: &PhoneMessage) -> Value {
    let from = if message.from_bot { bot() } else { user(&place.person) };
    let mut value = json!({ "message_id": message.message_id, "from": from, "chat": chat(place), "date": message.date });
    let entities = (!message.entities.is_empty()).then(|| json!(message.entities));
    if let Some(file) = &message.document {
        set(&mut value, "document", Some(file.json()));
        set(&mut value, "caption", (!message.text.is_empty()).then(|| json!(message.text)));
        set(&mut value, "caption_entities", entities);
    } else {
        set(&mut value, "text", Some(json!(message.text)));
        set(&mut value, "entities", entities);
    }
    if !message.keyboard.is_empty() {
        set(&mut value, "reply_markup", Some(json!({ "inline_keyboard": message.keyboard })));
    }
    set(&mut value, "edit_date", message.edit_date.map(Value::from));
    set(&mut value, "has_protected_content", message.protected.then_some(Value::Bool(true)));
    value
}

/// Sets a field that may be missing.
pub(super) fn set(value: &mut Value, name: &str, field: Option<Value>) {
    if let (Some(object), Some(field)) = (value.as_object_mut(), field) {
        object.insert(name.to_owned(), field);
    }
}
