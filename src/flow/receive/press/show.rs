//! What is shown on the phone after the commit.

use crate::channel::telegram::{ChatId, Keyboard, MessageRef, Outgoing, TelegramError};
use crate::flow::doors::Doors;
use crate::flow::house::House;
use crate::render::context::Pop;
use crate::store::StoreError;
use uuid::Uuid;

/// One thing to show. Losing it loses nothing of the record.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Answers a press.
    Pop {
        /// The press.
        callback_id: String,
        /// The words; none just ends the waiting.
        text: Option<String>,
    },
    /// Says something.
    Say {
        /// Where.
        chat: ChatId,
        /// What.
        html: String,
    },
    /// Shows a step of a dialog: edits its message, or sends the first one.
    Step {
        /// The dialog.
        dialog: Uuid,
        /// Where.
        chat: ChatId,
        /// Its message so far.
        message: Option<i32>,
        /// What.
        html: String,
        /// With which buttons.
        keyboard: Keyboard,
    },
    /// Leaves a group.
    Leave(ChatId),
}

impl Effect {
    /// A pop-up; words that cannot be set end the waiting all the same.
    pub fn pop(house: &House, callback_id: &str, pop: &Pop) -> Self {
        Self::Pop { callback_id: callback_id.to_owned(), text: house.desk.pop(pop).ok() }
    }

    /// Ends the waiting of a press without words.
    pub fn seen(callback_id: &str) -> Self {
        Self::Pop { callback_id: callback_id.to_owned(), text: None }
    }
}

/// Shows everything. A failure is logged and forgotten.
pub async fn all(house: &House, doors: &Doors, effects: Vec<Effect>) -> Result<(), StoreError> {
    for effect in effects {
        if let Err(error) = one(house, doors, effect).await? {
            tracing::warn!(code = error.code(), "the phone was not shown what is recorded");
        }
    }
    Ok(())
}

async fn one(house: &House, doors: &Doors, effect: Effect) -> Result<Result<(), TelegramError>, StoreError> {
    let Some(telegram) = &doors.telegram else { return Ok(Ok(())) };
    Ok(match effect {
        Effect::Pop { callback_id, text } => {
            crate::domain::abort::point("press.before_answer");
            let answered = telegram.answer_callback(&callback_id, text.as_deref(), false).await;
            crate::domain::abort::point("press.after_answer");
            answered
        }
        Effect::Say { chat, html } => telegram.send_text(&Outgoing::text(chat, &html)).await.map(|_| ()),
        Effect::Leave(chat) => telegram.leave(chat).await,
        Effect::Step { dialog, chat, message: None, html, keyboard } => {
            let sent = telegram.send_text(&Outgoing { keyboard, ..Outgoing::text(chat, &html) }).await;
            match sent {
                Ok(at) => {
                    remember(house, dialog, at).await?;
                    Ok(())
                }
                Err(error) => Err(error),
            }
        }
        Effect::Step { chat, message: Some(message_id), html, keyboard, .. } => {
            telegram.edit_text(&MessageRef { chat, message_id, captioned: false }, &html, &keyboard).await
        }
    })
}

/// Where the dialog's message stands, so that the next step edits it.
async fn remember(house: &House, dialog: Uuid, at: MessageRef) -> Result<(), StoreError> {
    let mut tx = house.store.write().await?;
    if let Some(mut stored) = tx.dialog(dialog).await? {
        stored.remote_message = Some(i64::from(at.message_id));
        tx.update_dialog(&stored, house.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
