//! What can go wrong between a bot and Telegram, on demand.

use super::json::Reply;

/// Something that goes wrong once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 429, with the seconds to wait.
    TooManyRequests(u32),
    /// Any refusal: code and Telegram's words. Nothing is stored.
    Refuse(u16, String),
    /// The group became a supergroup with this id.
    MovedTo(i64),
    /// 502 with a page instead of an answer; the message is stored (`true`) or not.
    BadGateway {
        /// Whether Telegram had acted before its front failed.
        stored: bool,
    },
    /// The message is stored, the connection ends before the answer.
    AnswerLost,
    /// The message is stored, half an answer comes.
    AnswerCut,
    /// The message is stored, the answer never comes.
    Silence,
    /// 200 with a page: a captive portal.
    ForeignPage,
}

impl Fault {
    /// The bot was blocked by the person (for one call; [`super::Phone::block`] blocks for good).
    pub fn blocked() -> Self {
        Self::Refuse(403, "Forbidden: bot was blocked by the user".to_owned())
    }

    /// There is no such chat.
    pub fn chat_not_found() -> Self {
        Self::Refuse(400, "Bad Request: chat not found".to_owned())
    }

    /// Whether the method is carried out before it goes wrong.
    pub(super) const fn acts_first(&self) -> bool {
        matches!(self, Self::BadGateway { stored: true } | Self::AnswerLost | Self::AnswerCut | Self::Silence)
    }

    /// The answer that comes instead, where one comes in Telegram's form.
    pub(super) fn reply(&self) -> Option<Reply> {
        match self {
            Self::TooManyRequests(seconds) => Some(Reply::wait(*seconds)),
            Self::Refuse(code, text) => Some(Reply::no(*code, text)),
            Self::MovedTo(id) => Some(Reply::moved(*id)),
            _ => None,
        }
    }
}
