//! The people's side: what a person sees and does, and what a test lets go wrong.

use super::{
    Shared,
    fault::Fault,
    json,
    request::Call,
    world::{Chat, Person, PhoneButton, PhoneMessage, PopUp, Query, World},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The phones of all people; cheap to clone.
#[derive(Clone)]
pub struct Phone {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phone")
    }
}

impl Phone {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Gives a person a phone. The bot cannot write to him before he wrote to the bot.
    pub fn register(&self, person: &Person) -> i64 {
        self.add(person.id, person, None, false)
    }

    /// Makes a group of a person with the bot in it.
    pub fn register_group(&self, id: i64, title: &str, by: &Person) -> i64 {
        let id = self.add(id, by, Some(title.to_owned()), true);
        let now = self.shared.now();
        self.shared.change(|world| world.tell_membership(id, now, "left", "member"));
        id
    }

    fn add(&self, id: i64, person: &Person, title: Option<String>, started: bool) -> i64 {
        let chat = Chat {
            id,
            person: person.clone(),
            title,
            started,
            blocked: false,
            deactivated: false,
            messages: Vec::new(),
            last_message: 0,
        };
        self.shared.change(|world| {
            world.chats.entry(id).or_insert(chat);
        });
        id
    }

    /// Opens the bot, by a link with a code or without; as at Telegram this is also how one comes back after blocking.
    pub fn start(&self, chat: i64, code: Option<&str>) -> Option<i32> {
        self.unblock(chat);
        self.shared.change(|world| {
            if let Some(chat) = world.chats.get_mut(&chat) {
                chat.started = true;
            }
        });
        self.type_text(chat, &code.map_or_else(|| "/start".to_owned(), |code| format!("/start {code}")))
    }

    /// Types a text.
    pub fn type_text(&self, chat: i64, text: &str) -> Option<i32> {
        self.write(chat, text, None)
    }

    /// Types a text as an answer to a message.
    pub fn reply(&self, chat: i64, to: i32, text: &str) -> Option<i32> {
        self.write(chat, text, Some(to))
    }

    fn write(&self, chat: i64, text: &str, reply_to: Option<i32>) -> Option<i32> {
        let now = self.shared.now();
        self.shared.change(|world| {
            let id = world.store(chat, typed(text, reply_to, now))?;
            let content = commanded(json::message(world, chat, id), text);
            world.push("message", content);
            Some(id)
        })
    }

    /// Changes what was typed before.
    pub fn edit(&self, chat: i64, message_id: i32, text: &str) -> bool {
        let now = self.shared.now();
        self.shared.change(|world| {
            let Some(message) = world.message_mut(chat, message_id).filter(|message| !message.from_bot) else { return false };
            message.earlier.push(std::mem::replace(&mut message.html, text.to_owned()));
            text.clone_into(&mut message.text);
            message.edit_date = Some(now);
            let content = json::message(world, chat, message_id);
            world.push("edited_message", content);
            true
        })
    }

    /// Sends a file or a voice message: `kind` is the field of the Bot API (`voice`, `document`).
    pub fn send_file(&self, chat: i64, kind: &str, file_name: &str, bytes: &[u8]) -> Option<i32> {
        let now = self.shared.now();
        self.shared.change(|world| {
            let id = world.store(chat, typed("", None, now))?;
            let mut content = json::message(world, chat, id);
            let file_id = format!("IN{:012}", world.mint());
            let mut file = json!({ "file_id": file_id, "file_unique_id": format!("u{file_id}"), "file_size": bytes.len() });
            world.files.insert(file_id, Arc::from(bytes));
            match kind {
                "voice" => json::set(&mut file, "duration", Some(json!(3))),
                _ => json::set(&mut file, "file_name", Some(json!(file_name))),
            }
            let mime_type = if kind == "voice" { "audio/ogg" } else { "application/octet-stream" };
            json::set(&mut file, "mime_type", Some(json!(mime_type)));
            if let Some(content) = content.as_object_mut() {
                content.remove("text");
                content.insert(kind.to_owned(), file);
            }
            world.push("message", content);
            Some(id)
        })
    }

    /// Presses a button by its label or by what it carries; `None` when there is no such button. Gives the id of the press.
    pub fn press(&self, chat: i64, message_id: i32, button: &str) -> Option<String> {
        let now = self.shared.now();
        self.shared.change(|world| {
            let message = world.message_mut(chat, message_id)?;
            let data = message.keyboard.iter().flatten().find(|one| one.label == button || one.data == button)?.data.clone();
            Some(press(world, chat, message_id, &data, now))
        })
    }

    /// Sends a press with data that no button of the message carries, as an old message or a forger would.
    pub fn press_data(&self, chat: i64, message_id: i32, data: &str) -> String {
        let now = self.shared.now();
        self.shared.change(|world| press(world, chat, message_id, data, now))
    }

    /// Blocks the bot (in a group: throws it out). The bot is told.
    pub fn block(&self, chat: i64) {
        self.set_blocked(chat, true, "kicked");
    }

    /// Lets the bot write again. The bot is told.
    pub fn unblock(&self, chat: i64) {
        self.set_blocked(chat, false, "member");
    }

    fn set_blocked(&self, chat: i64, blocked: bool, after: &str) {
        let now = self.shared.now();
        self.shared.change(|world| {
            let Some(place) = world.chats.get_mut(&chat).filter(|place| place.blocked != blocked) else { return };
            place.blocked = blocked;
            world.tell_membership(chat, now, if blocked { "member" } else { "kicked" }, after);
        });
    }

    /// Deletes the account.
    pub fn deactivate(&self, chat: i64) {
        self.shared.change(|world| {
            if let Some(place) = world.chats.get_mut(&chat) {
                place.deactivated = true;
            }
        });
    }

    /// Lets the next call into any chat (and the next that belongs to none) go wrong once.
    pub fn fault_next(&self, fault: Fault) {
        self.shared.change(|world| world.faults.push_back(fault));
    }

    /// Lets the next call into this chat go wrong once.
    pub fn fault_chat(&self, chat: i64, fault: Fault) {
        self.shared.change(|world| world.chat_faults.entry(chat).or_default().push_back(fault));
    }

    /// Puts an update of a test's own making into the line: `update_id` is added.
    pub fn push_raw(&self, kind: &str, content: Value) {
        self.shared.change(|world| world.push(kind, content));
    }

    /// All messages of a chat, oldest first: the person's and ours.
    pub fn messages(&self, chat: i64) -> Vec<PhoneMessage> {
        self.shared.world().chats.get(&chat).map(|chat| chat.messages.clone()).unwrap_or_default()
    }

    /// The newest message of ours in a chat.
    pub fn last(&self, chat: i64) -> Option<PhoneMessage> {
        self.messages(chat).into_iter().rfind(|message| message.from_bot)
    }

    /// The people and groups, by chat.
    pub fn chats(&self) -> Vec<(i64, Person)> {
        self.shared.world().chats.values().map(|chat| (chat.id, chat.person.clone())).collect()
    }

    /// What popped up after presses, oldest first.
    pub fn pop_ups(&self) -> Vec<PopUp> {
        self.shared.world().pop_ups.clone()
    }

    /// Every call of the bot, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.world().calls.clone()
    }

    /// The commands in the bot's menu.
    pub fn commands(&self) -> Vec<(String, String)> {
        self.shared.world().commands.clone()
    }

    /// How many updates wait, unconfirmed.
    pub fn waiting(&self) -> usize {
        self.shared.world().updates.len()
    }

    /// The highest update that the bot has confirmed.
    pub fn confirmed(&self) -> i64 {
        self.shared.world().confirmed
    }

    /// Counts every change; see [`Phone::until`].
    pub fn changes(&self) -> u64 {
        *self.shared.changes.borrow()
    }

    /// Waits until something is as it should be. Every change is looked at; time only ends a story that waits in vain.
    pub async fn until(&self, mut check: impl FnMut(&Self) -> bool) -> Result<(), WaitedInVain> {
        let mut changes = self.shared.changes.subscribe();
        while !check(self) {
            match tokio::time::timeout(PATIENCE, changes.changed()).await {
                Ok(Ok(())) => {}
                _ => return Err(WaitedInVain),
            }
        }
        Ok(())
    }
}

/// How long nothing at all may happen while a story waits.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);

/// What a story waited for did not happen, and nothing else did for a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing happened on the phones for a minute")]
pub struct WaitedInVain;

fn typed(text: &str, reply_to: Option<i32>, now: i64) -> PhoneMessage {
    PhoneMessage {
        message_id: 0,
        from_bot: false,
        text: text.to_owned(),
        html: text.to_owned(),
        entities: Vec::new(),
        document: None,
        keyboard: Vec::<Vec<PhoneButton>>::new(),
        reply_to,
        protected: false,
        silent: false,
        date: now,
        edit_date: None,
        earlier: Vec::new(),
    }
}

/// Telegram marks commands.
fn commanded(mut content: Value, text: &str) -> Value {
    if text.starts_with('/') {
        let length = text.split_whitespace().next().map_or(1, |command| command.encode_utf16().count());
        json::set(&mut content, "entities", Some(json!([{ "type": "bot_command", "offset": 0, "length": length }])));
    }
    content
}

fn press(world: &mut World, chat: i64, message_id: i32, data: &str, now: i64) -> String {
    let id = format!("{}", 4_000_000_000_000_u64 + world.mint());
    world.queries.insert(id.clone(), Query { chat, pressed: now, answered: false });
    let from = world.chats.get(&chat).map(|chat| json::user(&chat.person)).unwrap_or_default();
    let mut content = json!({ "id": id, "from": from, "chat_instance": format!("-{chat}"), "data": data });
    let message = json::message(world, chat, message_id);
    json::set(&mut content, "message", (!message.is_null()).then_some(message));
    world.push("callback_query", content);
    id
}
