//! The methods of the Bot API that a courier of letters needs, by Telegram's rules and in Telegram's words.

use super::{
    files, html,
    json::{self, Reply},
    keyboard,
    request::{Call, Upload},
    world::{PhoneFile, PhoneMessage, PopUp, QUERY_SECONDS, World},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Bytes of a file that a bot may send.
const UPLOAD: usize = 50 * 1000 * 1000;
/// Characters of a text.
const TEXT: usize = 4096;
/// Characters of a caption.
const CAPTION: usize = 1024;
/// Characters of a pop-up.
const POP_UP: usize = 200;

type Answer = Result<Value, Reply>;

/// Carries out one call. `getUpdates` is in `poll`, because it waits.
pub(super) fn carry_out(world: &mut World, call: &Call, now: i64) -> Reply {
    let answer = match call.method.to_ascii_lowercase().as_str() {
        "getme" => Ok(json::me()),
        "sendmessage" => send_message(world, call, now),
        "senddocument" => send_document(world, call, now),
        "editmessagetext" => edit(world, call, now, Part::Text),
        "editmessagecaption" => edit(world, call, now, Part::Caption),
        "editmessagereplymarkup" => edit(world, call, now, Part::Buttons),
        "deletemessage" => delete_message(world, call),
        "answercallbackquery" => answer_query(world, call, now),
        "setmycommands" => set_commands(world, call),
        "getmycommands" => Ok(commands(world)),
        "setwebhook" => Ok(set_webhook(world, call.text("url"))),
        "deletewebhook" => Ok(set_webhook(world, None)),
        "getwebhookinfo" => Ok(json!({
            "url": world.webhook.clone().unwrap_or_default(), "has_custom_certificate": false,
            "pending_update_count": world.updates.len(),
        })),
        "leavechat" => leave(world, call),
        "getfile" => files::get_file(world, call),
        "getchat" => get_chat(world, call),
        _ => Err(Reply::no(404, "Not Found")),
    };
    answer.map_or_else(|no| no, Reply::ok)
}

/// The chat of a call, if the bot may write to it.
fn open_chat(world: &World, call: &Call) -> Result<i64, Reply> {
    let id = call.int("chat_id").ok_or_else(|| Reply::bad("chat_id is empty"))?;
    let chat = world.chats.get(&id).filter(|chat| chat.started).ok_or_else(|| Reply::bad("chat not found"))?;
    match chat {
        _ if chat.deactivated => Err(Reply::no(403, "Forbidden: user is deactivated")),
        _ if chat.blocked && chat.title.is_some() => Err(Reply::no(403, "Forbidden: bot was kicked from the group chat")),
        _ if chat.blocked => Err(Reply::no(403, "Forbidden: bot was blocked by the user")),
        _ => Ok(id),
    }
}

/// Text and entities of a call, by its parse mode.
fn words(call: &Call, name: &str) -> Result<(String, Vec<html::Entity>, String), Reply> {
    let given = call.text(name).unwrap_or_default();
    match call.text("parse_mode").unwrap_or_default().to_ascii_lowercase().as_str() {
        "" => Ok((given.trim().to_owned(), Vec::new(), given.to_owned())),
        "html" => {
            let read = html::read(given).map_err(|words| Reply::bad(&format!("can't parse entities: {words}")))?;
            Ok((read.0, read.1, given.to_owned()))
        }
        _ => Err(Reply::bad("unsupported parse_mode")),
    }
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A message of ours, still without number.
fn draft(world: &World, call: &Call, name: &str, now: i64) -> Result<PhoneMessage, Reply> {
    let (text, entities, html) = words(call, name)?;
    let reply_to = answered(world, call)?;
    Ok(PhoneMessage {
        message_id: 0,
        from_bot: true,
        text,
        html,
        entities,
        document: None,
        keyboard: keyboard::read(call)?,
        reply_to,
        protected: call.flag("protect_content"),
        silent: call.flag("disable_notification"),
        date: now,
        edit_date: None,
        earlier: Vec::new(),
    })
}

/// The message that is answered, if it is there, or may be missing.
fn answered(world: &World, call: &Call) -> Result<Option<i32>, Reply> {
    let Some(reply) = call.structure("reply_parameters") else { return Ok(None) };
    let id = reply.get("message_id").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
    let chat = call.int("chat_id").and_then(|id| world.chats.get(&id));
    let found = chat.is_some_and(|chat| chat.messages.iter().any(|message| Some(message.message_id) == id));
    let may_be_missing = reply.get("allow_sending_without_reply").and_then(Value::as_bool).unwrap_or(false);
    match found {
        true => Ok(id),
        false if may_be_missing => Ok(None),
        false => Err(Reply::bad("message to be replied not found")),
    }
}

fn send_message(world: &mut World, call: &Call, now: i64) -> Answer {
    let chat = open_chat(world, call)?;
    let message = draft(world, call, "text", now)?;
    match length(&message.text) {
        0 => return Err(Reply::bad("message text is empty")),
        n if n > TEXT => return Err(Reply::bad("message is too long")),
        _ => {}
    }
    stored(world, chat, message)
}

fn send_document(world: &mut World, call: &Call, now: i64) -> Answer {
    let chat = open_chat(world, call)?;
    let mut message = draft(world, call, "caption", now)?;
    if length(&message.text) > CAPTION {
        return Err(Reply::bad("message caption is too long"));
    }
    message.document = Some(document(world, call)?);
    stored(world, chat, message)
}

/// The file: uploaded, or one that Telegram holds already.
fn document(world: &mut World, call: &Call) -> Result<PhoneFile, Reply> {
    let Some(Upload { file_name, bytes, .. }) = call.file("document") else {
        let known = call.text("document").and_then(|id| held(world, id));
        return known.ok_or_else(|| Reply::bad("there is no document in the request"));
    };
    match bytes.len() {
        0 => Err(Reply::bad("file must be non-empty")),
        n if n > UPLOAD => Err(Reply::no(413, "Request Entity Too Large")),
        _ => Ok(PhoneFile {
            file_name: file_name.clone(),
            bytes: Arc::from(bytes.as_slice()),
            file_id: format!("BQACAgUAAxkB{:012}", world.mint()),
        }),
    }
}

fn held(world: &World, file_id: &str) -> Option<PhoneFile> {
    let mut messages = world.chats.values().flat_map(|chat| &chat.messages);
    messages.find_map(|message| message.document.clone().filter(|file| file.file_id == file_id))
}

fn stored(world: &mut World, chat: i64, message: PhoneMessage) -> Answer {
    let id = world.store(chat, message).ok_or_else(|| Reply::bad("chat not found"))?;
    Ok(json::message(world, chat, id))
}

/// What of a message is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Caption,
    Buttons,
}

fn edit(world: &mut World, call: &Call, now: i64, part: Part) -> Answer {
    let chat = open_chat(world, call)?;
    let id = call.int("message_id").and_then(|id| i32::try_from(id).ok());
    let id = id.ok_or_else(|| Reply::bad("message identifier is not specified"))?;
    let buttons = keyboard::read(call)?;
    let new = new_words(call, part)?;
    let message = world.message_mut(chat, id).ok_or_else(|| Reply::bad("message to edit not found"))?;
    if !message.from_bot {
        return Err(Reply::bad("message can't be edited"));
    }
    match (part, message.document.is_some()) {
        (Part::Text, true) => return Err(Reply::bad("there is no text in the message to edit")),
        (Part::Caption, false) => return Err(Reply::bad("there is no caption in the message to edit")),
        _ => {}
    }
    change(message, new, buttons, now)?;
    Ok(json::message(world, chat, id))
}

type Words = (String, Vec<html::Entity>, String);

fn new_words(call: &Call, part: Part) -> Result<Option<Words>, Reply> {
    let (name, most) = match part {
        Part::Buttons => return Ok(None),
        Part::Text => ("text", TEXT),
        Part::Caption => ("caption", CAPTION),
    };
    let new = words(call, name)?;
    match length(&new.0) {
        0 if part == Part::Text => Err(Reply::bad("message text is empty")),
        n if n > most => Err(Reply::bad("MESSAGE_TOO_LONG")),
        _ => Ok(Some(new)),
    }
}

/// Changes text and buttons; buttons that are not named again are gone, as at Telegram.
fn change(message: &mut PhoneMessage, new: Option<Words>, buttons: Vec<Vec<super::PhoneButton>>, now: i64) -> Result<(), Reply> {
    let same = new.as_ref().is_none_or(|(text, entities, _)| *text == message.text && *entities == message.entities);
    if same && buttons == message.keyboard {
        return Err(Reply::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content \
             and reply markup of the message",
        ));
    }
    if let Some((text, entities, html)) = new {
        message.earlier.push(std::mem::replace(&mut message.html, html));
        (message.text, message.entities) = (text, entities);
    }
    message.keyboard = buttons;
    message.edit_date = Some(now);
    Ok(())
}

fn delete_message(world: &mut World, call: &Call) -> Answer {
    let chat = open_chat(world, call)?;
    let id = call.int("message_id").unwrap_or_default();
    let messages = world.chats.get_mut(&chat).map(|chat| &mut chat.messages);
    let at = messages.as_ref().and_then(|messages| messages.iter().position(|one| i64::from(one.message_id) == id));
    match (messages, at) {
        (Some(messages), Some(at)) => {
            messages.remove(at);
            Ok(Value::Bool(true))
        }
        _ => Err(Reply::bad("message to delete not found")),
    }
}

/// A press takes one answer, and only for a while.
fn answer_query(world: &mut World, call: &Call, now: i64) -> Answer {
    let old = || Reply::bad("query is too old and response timeout expired or query ID is invalid");
    let id = call.text("callback_query_id").ok_or_else(old)?.to_owned();
    let text = call.text("text").unwrap_or_default().to_owned();
    if length(&text) > POP_UP {
        return Err(Reply::bad("MESSAGE_TOO_LONG"));
    }
    let query = world.queries.get_mut(&id).ok_or_else(old)?;
    if query.answered || now - query.pressed > QUERY_SECONDS {
        return Err(old());
    }
    query.answered = true;
    let pop_up = PopUp { chat: query.chat, callback_id: id, text, alert: call.flag("show_alert") };
    world.pop_ups.push(pop_up);
    Ok(Value::Bool(true))
}

fn set_commands(world: &mut World, call: &Call) -> Answer {
    let given = call.structure("commands").and_then(|value| value.as_array().cloned());
    let given = given.ok_or_else(|| Reply::bad("can't parse commands JSON object"))?;
    let mut commands = Vec::new();
    for command in given {
        let field = |name: &str| command.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (name, description) = (field("command"), field("description"));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > 32 || !name.chars().all(plain) {
            return Err(Reply::bad("BOT_COMMAND_INVALID"));
        }
        if description.is_empty() || length(&description) > 256 {
            return Err(Reply::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
        commands.push((name, description));
    }
    world.commands = commands;
    Ok(Value::Bool(true))
}

fn commands(world: &World) -> Value {
    world.commands.iter().map(|(name, description)| json!({ "command": name, "description": description })).collect()
}

fn set_webhook(world: &mut World, url: Option<&str>) -> Value {
    world.webhook = url.filter(|url| !url.is_empty()).map(ToOwned::to_owned);
    Value::Bool(true)
}

fn leave(world: &mut World, call: &Call) -> Answer {
    let id = open_chat(world, call)?;
    match world.chats.get_mut(&id).filter(|chat| chat.title.is_some()) {
        Some(chat) => {
            chat.blocked = true;
            Ok(Value::Bool(true))
        }
        None => Err(Reply::bad("chat member status can't be changed in private chats")),
    }
}

fn get_chat(world: &World, call: &Call) -> Answer {
    let id = open_chat(world, call)?;
    let chat = world.chats.get(&id).ok_or_else(|| Reply::bad("chat not found"))?;
    let mut value = json::chat(chat);
    json::set(&mut value, "accent_color_id", Some(json!(0)));
    json::set(&mut value, "max_reaction_count", Some(json!(11)));
    json::set(
        &mut value,
        "accepted_gift_types",
        Some(json!({
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
            "gifts_from_channels": false,
        })),
    );
    Ok(value)
}
