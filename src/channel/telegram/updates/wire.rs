//! The few fields of an update that we need, read leniently.
//!
//! Not by teloxide's types: they are of 2025 and strict, and where a message holds one thing that is new to them (an entity
//! of a new kind, a voice without `mime_type`) they give the message as empty, *without its text and without an error* (a
//! test beside `parse` shows it). A press or a sentence of an official must not be lost to that.
#![expect(clippy::struct_field_names, reason = "the names are the Bot API's")]

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Update {
    pub message: Option<Message>,
    pub edited_message: Option<Message>,
    pub callback_query: Option<Query>,
    pub my_chat_member: Option<MemberChange>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub message_id: i32,
    pub from: Option<User>,
    pub chat: Chat,
    #[serde(default)]
    pub date: i64,
    pub text: Option<String>,
    pub caption: Option<String>,
    pub reply_to_message: Option<Answered>,
    pub voice: Option<File>,
    pub document: Option<File>,
    pub photo: Option<Vec<File>>,
    pub video: Option<File>,
    pub video_note: Option<File>,
    pub audio: Option<File>,
}

#[derive(Deserialize)]
pub(super) struct Answered {
    pub message_id: i32,
}

#[derive(Deserialize)]
pub(super) struct Query {
    pub id: String,
    pub from: User,
    pub message: Option<Message>,
    pub data: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct MemberChange {
    pub chat: Chat,
    pub from: User,
    pub new_chat_member: Member,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub status: String,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub id: i64,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default)]
    pub first_name: String,
    pub last_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    kind: String,
}

impl Chat {
    pub(super) fn is_private(&self) -> bool {
        self.kind == "private"
    }
}

#[derive(Deserialize)]
pub(super) struct File {
    pub file_id: String,
    pub file_size: Option<u64>,
    pub file_name: Option<String>,
    #[serde(default)]
    pub width: u32,
    #[serde(default)]
    pub height: u32,
}
