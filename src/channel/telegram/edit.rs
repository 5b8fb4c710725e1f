//! Changes a message that stands already, answers presses, and the few calls around them.

use super::{
    ChatId, Telegram, call,
    error::{LostCode, RefusalCode, TelegramError},
    keyboard::Keyboard,
    send::{check_caption, check_keyboard, check_text, no_preview},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::{
    payloads::{
        AnswerCallbackQuery, AnswerCallbackQuerySetters, DeleteWebhook, EditMessageCaption, EditMessageCaptionSetters,
        EditMessageReplyMarkup, EditMessageReplyMarkupSetters, EditMessageText, EditMessageTextSetters, LeaveChat, SetMyCommands,
    },
    types::{BotCommand, CallbackQueryId, ChatId as Chat, MessageId, ParseMode},
};

/// Where a message of ours stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageRef {
    /// The chat.
    pub chat: ChatId,
    /// The number of the message in that chat.
    pub message_id: i32,
    /// Its text is the caption of a document.
    pub captioned: bool,
}

/// Characters of a pop-up.
const POP_UP: usize = 200;

impl Telegram {
    /// Replaces text and buttons of a message. Saying what it says already is no error.
    pub async fn edit_text(&self, message: &MessageRef, html: &str, keyboard: &Keyboard) -> Result<(), TelegramError> {
        check_keyboard(keyboard)?;
        if message.captioned { check_caption(html) } else { check_text(html) }?;
        self.take(message.chat)?;
        let (chat, id, wait) = (Chat(message.chat.0), MessageId(message.message_id), self.settings.request_timeout());
        let answer = if message.captioned {
            let payload = EditMessageCaption::new(chat, id).caption(html).parse_mode(ParseMode::Html);
            call::post(&self.bot, &payload.reply_markup(keyboard.markup()), wait).await
        } else {
            let payload = EditMessageText::new(chat, id, html).parse_mode(ParseMode::Html).link_preview_options(no_preview());
            call::post(&self.bot, &payload.reply_markup(keyboard.markup()), wait).await
        };
        self.edited(message.chat, answer)
    }

    /// Replaces the buttons of a message, or takes them away.
    pub async fn edit_keyboard(&self, message: &MessageRef, keyboard: &Keyboard) -> Result<(), TelegramError> {
        check_keyboard(keyboard)?;
        self.take(message.chat)?;
        let payload = EditMessageReplyMarkup::new(Chat(message.chat.0), MessageId(message.message_id));
        let payload = payload.reply_markup(keyboard.markup());
        let answer = call::post(&self.bot, &payload, self.settings.request_timeout()).await;
        self.edited(message.chat, answer)
    }

    /// Answers a press: at once, before the work, since Telegram takes the answer for some seconds only. `alert` shows the
    /// text as a dialogue that the person closes. [`RefusalCode::QueryTooOld`] is ordinary after a restart.
    pub async fn answer_callback(&self, callback_id: &str, text: Option<&str>, alert: bool) -> Result<(), TelegramError> {
        let length = text.map_or(0, |text| text.encode_utf16().count());
        if length > POP_UP {
            let text = format!("{length} characters, at most {POP_UP} fit");
            return Err(TelegramError::guard(RefusalCode::PopUpTooLong, text));
        }
        let mut payload = AnswerCallbackQuery::new(CallbackQueryId(callback_id.to_owned())).show_alert(alert);
        payload.text = text.map(ToOwned::to_owned);
        self.ask(&payload).await.map(|_| ())
    }

    /// Shows the commands in the phone's menu: name without slash, and what it does.
    pub async fn set_commands(&self, commands: &[(&str, &str)]) -> Result<(), TelegramError> {
        let commands = commands.iter().map(|(name, description)| BotCommand::new(*name, *description));
        self.ask(&SetMyCommands::new(commands)).await.map(|_| ())
    }

    /// Takes a webhook away, without which `getUpdates` is refused. What waits at Telegram stays.
    pub async fn delete_webhook(&self) -> Result<(), TelegramError> {
        self.ask(&DeleteWebhook::new()).await.map(|_| ())
    }

    /// Leaves a group: letters are for private chats.
    pub async fn leave(&self, chat: ChatId) -> Result<(), TelegramError> {
        let answer = call::post(&self.bot, &LeaveChat::new(Chat(chat.0)), self.settings.request_timeout()).await;
        answer.map(|_| ()).map_err(|failure| self.read_in(chat, failure))
    }

    fn edited(&self, chat: ChatId, answer: Result<Box<RawValue>, call::Failure>) -> Result<(), TelegramError> {
        match answer.map_err(|failure| self.read_in(chat, failure)) {
            Err(TelegramError::Refused { text, .. }) if text.contains("message is not modified") => Ok(()),
            Err(error) => Err(error),
            Ok(answer) if answer.get() == "null" => {
                Err(TelegramError::Lost { code: LostCode::Answer, text: "an edit that answers nothing".to_owned() })
            }
            Ok(_) => Ok(()),
        }
    }
}
