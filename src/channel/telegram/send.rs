//! Sends a message: with a file it is one document whose caption is the text, without one it is a text. Always one call.

use super::{
    AFTER_REQUEST, BEFORE_REQUEST, ChatId, Telegram,
    call::{self, Attached},
    edit::MessageRef,
    error::{LostCode, RefusalCode, TelegramError},
    html,
    keyboard::Keyboard,
};
use crate::domain::{
    abort,
    delivery::{Outcome, Receipt},
    limits,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use teloxide::{
    payloads::{SendDocument, SendDocumentSetters, SendMessage, SendMessageSetters},
    types::{ChatId as Chat, InputFile, LinkPreviewOptions, MessageId, ParseMode, ReplyMarkup, ReplyParameters},
};

/// A file that goes with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// The name that the reader sees.
    pub file_name: String,
    /// The bytes, shared by everybody who gets the same letter.
    pub bytes: Arc<[u8]>,
}

impl std::fmt::Debug for Document {
    /// A name of a file tells what a letter is about.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.bytes.len())
    }
}

/// A message to one chat.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub chat: ChatId,
    /// The text in Telegram's HTML; with a document it is the caption.
    pub html: String,
    /// The file, if any.
    pub document: Option<Document>,
    /// The buttons, if any.
    pub keyboard: Keyboard,
    /// No sound on the phone (quiet hours).
    pub silent: bool,
    /// The message of the same chat that this one answers; where it is gone, this one comes all the same.
    pub reply_to: Option<i32>,
}

impl std::fmt::Debug for Outgoing {
    /// Without a word of the letter.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Outgoing");
        shown.field("chat", &self.chat).field("document", &self.document).finish_non_exhaustive()
    }
}

impl Outgoing {
    /// A text without file and buttons.
    pub fn text(chat: ChatId, html: &str) -> Self {
        Self { chat, html: html.to_owned(), document: None, keyboard: Keyboard::none(), silent: false, reply_to: None }
    }

    /// What Telegram would refuse is refused before anything is sent.
    fn check(&self) -> Result<(), TelegramError> {
        check_keyboard(&self.keyboard)?;
        match &self.document {
            None => check_text(&self.html),
            Some(document) => check_caption(&self.html).and_then(|()| check_file(document)),
        }
    }
}

/// What stands in Telegram after a message was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    message_id: i32,
    date: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<StoredFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredFile {
    file_unique_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_size: Option<u64>,
}

impl Telegram {
    /// Sends a letter in one call and says how it ended. It never repeats and never waits for its turn: where our own pace
    /// or Telegram's has no place, the outcome is `Deferred` with the moment from which there is one.
    pub async fn send_letter(&self, letter: &Outgoing) -> Outcome {
        match self.send(letter).await {
            Ok((stored, method)) => Outcome::Delivered(self.receipt(&stored, method)),
            Err(error) => error.into(),
        }
    }

    /// Sends a small message of a dialogue and says where it stands, so that it can be edited.
    pub async fn send_text(&self, message: &Outgoing) -> Result<MessageRef, TelegramError> {
        let (stored, _) = self.send(message).await?;
        Ok(MessageRef { chat: message.chat, message_id: stored.message_id, captioned: message.document.is_some() })
    }

    async fn send(&self, message: &Outgoing) -> Result<(Stored, &'static str), TelegramError> {
        message.check()?;
        self.take(message.chat)?;
        abort::point(BEFORE_REQUEST);
        let (answer, method) = match &message.document {
            None => (self.post_text(message).await, "sendMessage"),
            Some(document) => (self.post_document(message, document).await, "sendDocument"),
        };
        abort::point(AFTER_REQUEST);
        let answer = answer.map_err(|failure| self.read_in(message.chat, failure))?;
        Ok((stored(&answer)?, method))
    }

    async fn post_text(&self, message: &Outgoing) -> Result<Box<RawValue>, call::Failure> {
        let mut payload = SendMessage::new(Chat(message.chat.0), &message.html)
            .parse_mode(ParseMode::Html)
            .link_preview_options(no_preview())
            .protect_content(self.settings.protect_content)
            .disable_notification(message.silent);
        payload.reply_markup = reply_markup(&message.keyboard);
        payload.reply_parameters = message.reply_to.map(answering);
        call::post(&self.bot, &payload, self.settings.request_timeout()).await
    }

    async fn post_document(&self, message: &Outgoing, document: &Document) -> Result<Box<RawValue>, call::Failure> {
        // The payload only names the field; the bytes go with the form, see `call`.
        let mut payload = SendDocument::new(Chat(message.chat.0), InputFile::memory(Vec::new()))
            .caption(&message.html)
            .parse_mode(ParseMode::Html)
            .protect_content(self.settings.protect_content)
            .disable_notification(message.silent);
        payload.reply_markup = reply_markup(&message.keyboard);
        payload.reply_parameters = message.reply_to.map(answering);
        let file = Attached { field: "document", file_name: plain_name(&document.file_name), bytes: Arc::clone(&document.bytes) };
        call::post_file(&self.bot, &payload, file, self.settings.request_timeout()).await
    }

    /// What goes into the record: Telegram's answer without the letter's own words, which it repeats.
    fn receipt(&self, stored: &Stored, method: &str) -> Receipt {
        let host = self.settings.api_url.host_str().unwrap_or_default();
        let answer = serde_json::json!({ "ok": true, "result": stored });
        Receipt {
            peer: format!("{method} {host}"),
            answer: answer.to_string(),
            remote_id: Some(stored.message_id.to_string()),
            reports_delivery: false,
        }
    }
}

/// Only what we need is read of the message that Telegram answers with: a field that is new to us must never turn a
/// message that was taken into one of which nobody knows.
fn stored(answer: &RawValue) -> Result<Stored, TelegramError> {
    serde_json::from_str(answer.get())
        .map_err(|_| TelegramError::Lost { code: LostCode::Answer, text: "ok, but without a message id".to_owned() })
}

/// No preview: fetching a link would tell a third party that a letter was read.
pub(super) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn answering(message_id: i32) -> ReplyParameters {
    ReplyParameters::new(MessageId(message_id)).allow_sending_without_reply()
}

fn reply_markup(keyboard: &Keyboard) -> Option<ReplyMarkup> {
    (!keyboard.is_empty()).then(|| ReplyMarkup::InlineKeyboard(keyboard.markup()))
}

/// Buttons that Telegram takes under one message.
const BUTTONS: usize = 100;

pub(super) fn check_keyboard(keyboard: &Keyboard) -> Result<(), TelegramError> {
    let count = keyboard.rows().iter().map(Vec::len).sum::<usize>();
    if count > BUTTONS {
        return Err(TelegramError::guard(RefusalCode::BadButton, format!("{count} buttons, at most {BUTTONS} fit")));
    }
    Ok(())
}

pub(super) fn check_text(html: &str) -> Result<(), TelegramError> {
    check_length(html, limits::TELEGRAM_TEXT, RefusalCode::TextTooLong).and_then(|length| match length {
        0 => Err(TelegramError::guard(RefusalCode::TextEmpty, "a text needs words".to_owned())),
        _ => Ok(()),
    })
}

pub(super) fn check_caption(html: &str) -> Result<(), TelegramError> {
    check_length(html, limits::TELEGRAM_CAPTION, RefusalCode::CaptionTooLong).map(|_| ())
}

fn check_length(html: &str, max: usize, code: RefusalCode) -> Result<usize, TelegramError> {
    let length = html::visible_length(html.trim());
    if length > max {
        return Err(TelegramError::guard(code, format!("{length} visible characters, at most {max} fit")));
    }
    Ok(length)
}

fn check_file(document: &Document) -> Result<(), TelegramError> {
    let size = u64::try_from(document.bytes.len()).unwrap_or(u64::MAX);
    if size > limits::TELEGRAM_FILE_BYTES {
        let text = format!("{size} bytes, at most {} fit", limits::TELEGRAM_FILE_BYTES);
        return Err(TelegramError::guard(RefusalCode::FileTooLarge, text));
    }
    if size == 0 {
        return Err(TelegramError::guard(RefusalCode::BadRequest, "the file is empty".to_owned()));
    }
    Ok(())
}

/// A name that cannot end the header it stands in, and that no phone takes for a folder.
fn plain_name(name: &str) -> String {
    let keep =
        |c: char| if c.is_control() || matches!(c, '"' | '\\' | '/' | ':' | '*' | '?' | '<' | '>' | '|') { '-' } else { c };
    let plain: String = name.chars().map(keep).take(limits::FILE_NAME).collect();
    if plain.trim().is_empty() { "surat.pdf".to_owned() } else { plain }
}
