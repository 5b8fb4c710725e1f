//! A phone as its owner sees it: bubbles, buttons, what popped up.

use super::Opened;
use crate::demo::telegram::{Entity, Phone, PhoneButton, PhoneMessage};
use serde::Serialize;

/// How many bubbles a phone shows at most; older ones lie above.
const SHOWN: usize = 40;

/// One phone.
#[derive(Debug, Clone, Serialize)]
pub struct PhoneView {
    /// Its chat.
    pub chat: i64,
    /// All phones: chat and the owner's first name.
    pub phones: Vec<(i64, String)>,
    /// Its messages, oldest first.
    pub bubbles: Vec<Bubble>,
    /// What popped up after the last press.
    pub pop_up: String,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
pub struct Bubble {
    /// Number of the message.
    pub id: i32,
    /// Written by the owner of the phone.
    pub own: bool,
    /// Its text in stretches that look alike.
    pub runs: Vec<Run>,
    /// Name of its file.
    pub file: Option<String>,
    /// Its buttons, row by row.
    pub rows: Vec<Vec<PhoneButton>>,
}

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The text.
    pub text: String,
    /// What kinds of entity cover it: `bold`, `italic` ...
    pub kinds: Vec<String>,
}

/// The chat that is meant, else the last that was linked.
pub(super) fn chosen(phone: &Phone, opened: &Opened) -> i64 {
    let chats = phone.chats();
    let meant = opened.ponsel.parse::<i64>().ok().filter(|chat| chats.iter().any(|(id, _)| id == chat));
    meant.or(chats.last().map(|(id, _)| *id)).unwrap_or_default()
}

pub(super) fn view(phone: &Phone, chat: i64, pressed: Option<&str>) -> PhoneView {
    let messages = phone.messages(chat);
    let skipped = messages.len().saturating_sub(SHOWN);
    let pop_up = phone.pop_ups().into_iter().rev().find(|one| Some(one.callback_id.as_str()) == pressed);
    PhoneView {
        chat,
        phones: phone.chats().into_iter().map(|(id, person)| (id, person.first_name)).collect(),
        bubbles: messages.into_iter().skip(skipped).map(bubble).collect(),
        pop_up: pop_up.map(|one| one.text).unwrap_or_default(),
    }
}

fn bubble(message: PhoneMessage) -> Bubble {
    Bubble {
        id: message.message_id,
        own: !message.from_bot,
        runs: runs(&message.text, &message.entities),
        file: message.document.map(|file| file.file_name),
        rows: message.keyboard,
    }
}

/// Cuts a text wherever something begins or ends to look different. Offsets count UTF-16 units.
fn runs(text: &str, entities: &[Entity]) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    let mut at = 0;
    for c in text.chars() {
        let covers = |entity: &&Entity| entity.offset <= at && at < entity.offset + entity.length;
        let kinds: Vec<String> = entities.iter().filter(covers).map(|entity| entity.kind.clone()).collect();
        match found.last_mut() {
            Some(last) if last.kinds == kinds => last.text.push(c),
            _ => found.push(Run { text: c.into(), kinds }),
        }
        at += c.len_utf16();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_where_it_looks_different() {
        let bold = Entity { kind: "bold".into(), offset: 2, length: 2, url: None };
        let cut = runs("😀ab c", &[bold]);
        let told: Vec<(&str, usize)> = cut.iter().map(|run| (run.text.as_str(), run.kinds.len())).collect();
        assert_eq!(told, [("😀", 0), ("ab", 1), (" c", 0)]);
    }
}
