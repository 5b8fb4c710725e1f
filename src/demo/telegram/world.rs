//! What Telegram holds: people, chats, messages, updates that wait, presses that wait for an answer, faults that wait.

use super::{fault::Fault, html::Entity, json, request::Call};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

/// Seconds in which a press takes an answer.
pub(super) const QUERY_SECONDS: i64 = 15;

/// What the numbers of updates begin after.
const FIRST_UPDATE: i64 = 817_004_210;

/// A person with a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Numeric id, which is the id of the private chat too.
    pub id: i64,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Name with `@`, without it.
    pub username: Option<String>,
}

impl Person {
    /// A person known by one name.
    pub fn named(id: i64, name: &str) -> Self {
        let (first, last) = name.split_once(' ').map_or((name, None), |(first, last)| (first, Some(last.to_owned())));
        Self { id, first_name: first.to_owned(), last_name: last, username: None }
    }
}

/// A button on the phone.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PhoneButton {
    /// What stands on it.
    #[serde(rename = "text")]
    pub label: String,
    /// What it carries.
    #[serde(rename = "callback_data")]
    pub data: String,
}

impl std::fmt::Debug for PhoneButton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}]", self.label)
    }
}

/// A file on the phone.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PhoneFile {
    /// Its name.
    pub file_name: String,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
    /// Under which Telegram holds it.
    pub file_id: String,
}

impl std::fmt::Debug for PhoneFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PhoneFile({}, {} bytes)", self.file_name, self.bytes.len())
    }
}

impl PhoneFile {
    pub(super) fn json(&self) -> Value {
        let pdf = self.bytes.starts_with(b"%PDF");
        json!({
            "file_id": self.file_id, "file_unique_id": format!("u{}", self.file_id), "file_name": self.file_name,
            "mime_type": if pdf { "application/pdf" } else { "application/octet-stream" }, "file_size": self.bytes.len(),
        })
    }
}

/// A message as the phone shows it; as JSON for a page that shows the phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneMessage {
    /// Its number in the chat.
    pub message_id: i32,
    /// True for ours, false for the person's.
    pub from_bot: bool,
    /// The text (with a document: the caption) without tags.
    pub text: String,
    /// The text as it was sent.
    pub html: String,
    /// What looks different in it.
    pub entities: Vec<Entity>,
    /// The file.
    pub document: Option<PhoneFile>,
    /// The buttons.
    pub keyboard: Vec<Vec<PhoneButton>>,
    /// The message that it answers.
    pub reply_to: Option<i32>,
    /// May not be forwarded or saved.
    pub protected: bool,
    /// Came without a sound.
    pub silent: bool,
    /// Seconds since 1970.
    pub date: i64,
    /// When it was changed last.
    pub edit_date: Option<i64>,
    /// What it said before, oldest first.
    pub earlier: Vec<String>,
}

/// A chat with the bot.
#[derive(Debug, Clone)]
pub(super) struct Chat {
    pub id: i64,
    pub person: Person,
    /// A group has one.
    pub title: Option<String>,
    /// The person has written to the bot (the group has let it in).
    pub started: bool,
    pub blocked: bool,
    pub deactivated: bool,
    pub messages: Vec<PhoneMessage>,
    pub last_message: i32,
}

/// What popped up on the phone after a press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PopUp {
    /// The chat.
    pub chat: i64,
    /// The press.
    pub callback_id: String,
    /// What it says; empty when the press was only taken note of.
    pub text: String,
    /// A dialogue that has to be closed.
    pub alert: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Query {
    pub chat: i64,
    pub pressed: i64,
    pub answered: bool,
}

/// Everything.
#[derive(Debug, Default)]
pub(super) struct World {
    pub chats: BTreeMap<i64, Chat>,
    pub updates: VecDeque<(i64, Value)>,
    pub last_update: i64,
    pub allowed: Vec<String>,
    /// The number of the newest `getUpdates`; an older one that still waits is ended by it.
    pub poll: u64,
    pub confirmed: i64,
    pub calls: Vec<Call>,
    pub queries: HashMap<String, Query>,
    pub pop_ups: Vec<PopUp>,
    pub faults: VecDeque<Fault>,
    pub chat_faults: HashMap<i64, VecDeque<Fault>>,
    pub commands: Vec<(String, String)>,
    pub webhook: Option<String>,
    pub minted: u64,
    /// Files that people sent, by id.
    pub files: HashMap<String, Arc<[u8]>>,
}

impl World {
    /// A fresh number for an id of Telegram's.
    pub(super) fn mint(&mut self) -> u64 {
        self.minted += 1;
        self.minted
    }

    /// Puts an update into the line, if its kind is asked for.
    pub(super) fn push(&mut self, kind: &str, content: Value) {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|allowed| allowed == kind) {
            return;
        }
        // As at Telegram the first number is just some number.
        let id = self.last_update.max(FIRST_UPDATE) + 1;
        self.last_update = id;
        let mut update = json!({ "update_id": id });
        json::set(&mut update, kind, Some(content));
        self.updates.push_back((id, update));
    }

    /// Puts a message into a chat and gives its number.
    pub(super) fn store(&mut self, chat: i64, mut message: PhoneMessage) -> Option<i32> {
        let place = self.chats.get_mut(&chat)?;
        place.last_message += 1;
        message.message_id = place.last_message;
        place.messages.push(message);
        Some(place.last_message)
    }

    /// A message that can be changed.
    pub(super) fn message_mut(&mut self, chat: i64, message_id: i32) -> Option<&mut PhoneMessage> {
        self.chats.get_mut(&chat)?.messages.iter_mut().find(|message| message.message_id == message_id)
    }

    /// The fault that waits for a call into this chat: of the chat first, then of whoever comes next.
    pub(super) fn fault(&mut self, chat: Option<i64>) -> Option<Fault> {
        let own = chat.and_then(|chat| self.chat_faults.get_mut(&chat)).and_then(VecDeque::pop_front);
        own.or_else(|| self.faults.pop_front())
    }

    /// Tells the bot that it may (not) write any more.
    pub(super) fn tell_membership(&mut self, chat: i64, now: i64, before: &str, after: &str) {
        let Some(place) = self.chats.get(&chat) else { return };
        let member = |status: &str| {
            let mut member = json!({ "user": json::bot(), "status": status });
            json::set(&mut member, "until_date", (status == "kicked").then(|| json!(0)));
            member
        };
        let content = json!({
            "chat": json::chat(place), "from": json::user(&place.person), "date": now,
            "old_chat_member": member(before), "new_chat_member": member(after),
        });
        self.push("my_chat_member", content);
    }
}
