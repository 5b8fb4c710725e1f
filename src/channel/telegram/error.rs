//! What can become of a call, told apart as a caller treats it, and what each means for a delivery.
//!
//! Nothing in here ever holds an address of the API with the token in it, or words of a message: `Display` is fit for a log.

use super::ChatId;
use crate::domain::{
    delivery::{Outcome, Reason},
    words::words,
};
use jiff::Timestamp;
use teloxide::{ApiError, types::Seconds};

words! {
    /// Why a message is not taken, for good.
    RefusalCode {
        /// The person blocked the bot.
        Blocked = "blocked",
        /// The account is gone.
        Deactivated = "user_deactivated",
        /// No such chat, or the person never wrote to the bot.
        ChatNotFound = "chat_not_found",
        /// The person has not started the bot.
        NotStarted = "not_started",
        /// Thrown out of a group.
        Kicked = "kicked",
        /// Forbidden in words that are new to us.
        Forbidden = "forbidden",
        /// The group became a supergroup with another id.
        Migrated = "migrated",
        /// More than 4,096 visible characters.
        TextTooLong = "text_too_long",
        /// More than 1,024 visible characters.
        CaptionTooLong = "caption_too_long",
        /// A pop-up of more than 200 characters.
        PopUpTooLong = "pop_up_too_long",
        /// Nothing to say.
        TextEmpty = "text_empty",
        /// Larger than the Bot API takes.
        FileTooLarge = "file_too_large",
        /// Tags or entities that Telegram cannot read: a fault of a template.
        BadMarkup = "bad_markup",
        /// A button that Telegram does not take.
        BadButton = "bad_button",
        /// The message to edit is gone or may not be edited any more.
        MessageGone = "message_gone",
        /// The press was too long ago to be answered with a pop-up.
        QueryTooOld = "query_too_old",
        /// Anything else that Telegram calls a bad request.
        BadRequest = "bad_request",
    }

    /// Why nobody knows whether a message was taken.
    LostCode {
        /// No answer in time.
        Timeout = "timeout",
        /// The connection ended before the answer.
        Connection = "connection_lost",
        /// An answer that is not Telegram's (a proxy's page, a cut text).
        Answer = "unreadable_answer",
        /// The server's own failure (5xx): it may have acted before it failed.
        Server = "server_error",
    }
}

impl RefusalCode {
    /// True where the chat itself is the reason: the link is set to blocked and the letter goes down the ladder.
    pub const fn closes_the_chat(self) -> bool {
        use RefusalCode as R;
        matches!(self, R::Blocked | R::Deactivated | R::ChatNotFound | R::NotStarted | R::Kicked | R::Forbidden)
    }
}

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TelegramError {
    /// Not done, and trying again is of no use.
    #[error("telegram does not take it: {code}")]
    Refused {
        /// Why.
        code: RefusalCode,
        /// Telegram's words, or ours.
        text: String,
    },
    /// Not done: the chat has another id now.
    #[error("the group has moved to another chat")]
    Migrated(ChatId),
    /// Not done: Telegram asks to wait.
    #[error("telegram asks to wait until {0}")]
    RateLimited(Timestamp),
    /// Not done: our own pace asks to wait; nothing was sent.
    #[error("our own pace allows it from {0} on")]
    Paced(Timestamp),
    /// Not done: no connection (name, route, TLS).
    #[error("no connection to the Bot API: {0}")]
    Unreachable(String),
    /// Not done: the token is not a bot's. A fault of the office, not of the letter.
    #[error("the Bot API does not know this token")]
    Unauthorized,
    /// Not done: another process asks for updates, or a webhook is set.
    #[error("another reader of this bot's updates: {0}")]
    Conflict(String),
    /// Nobody knows whether it was done.
    #[error("nobody knows whether telegram did it: {code}")]
    Lost {
        /// Why.
        code: LostCode,
        /// What was seen.
        text: String,
    },
}

impl TelegramError {
    /// A refusal of our own, before anything was sent.
    pub(super) fn guard(code: RefusalCode, text: String) -> Self {
        Self::Refused { code, text }
    }

    /// The code that stands in the record.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused { code, .. } => code.as_str(),
            Self::Migrated(_) => RefusalCode::Migrated.as_str(),
            Self::RateLimited(_) | Self::Paced(_) => "rate_limit",
            Self::Unreachable(_) => "connect",
            Self::Unauthorized => "auth",
            Self::Conflict(_) => "conflict",
            Self::Lost { code, .. } => code.as_str(),
        }
    }

    /// True where the chat cannot be written to any more.
    pub const fn closes_the_chat(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code.closes_the_chat())
    }
}

impl From<TelegramError> for Outcome {
    /// What it means for a delivery. A wrong token is the office's fault: the letters wait instead of going to paper.
    fn from(error: TelegramError) -> Self {
        let reason = |text: &str| Reason::new(error.code(), text);
        match &error {
            TelegramError::Refused { text, .. } => Self::Refused(reason(text)),
            TelegramError::Migrated(to) => Self::Refused(reason(&format!("{MOVED_TO}{}", to.0))),
            TelegramError::RateLimited(until) => Self::Deferred(reason("Too Many Requests"), Some(*until)),
            TelegramError::Paced(until) => Self::Deferred(reason("own pace"), Some(*until)),
            TelegramError::Unreachable(text) | TelegramError::Conflict(text) => Self::Deferred(reason(text), None),
            TelegramError::Unauthorized => Self::Deferred(reason("Unauthorized"), None),
            TelegramError::Lost { text, .. } => Self::Unknown(reason(text)),
        }
    }
}

/// How a reason names the new id of a chat that moved.
const MOVED_TO: &str = "migrate_to_chat_id=";

/// The chat to which a refused message should have gone, if that was the reason.
pub fn moved_to(reason: &Reason) -> Option<ChatId> {
    let same = reason.code == RefusalCode::Migrated.as_str();
    same.then(|| reason.text.strip_prefix(MOVED_TO)?.parse().ok().map(ChatId)).flatten()
}

/// What Telegram said when it did not say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `error_code`, or the HTTP status where the body has none.
    pub code: u16,
    /// `description`.
    pub description: String,
    /// `parameters.retry_after`.
    pub retry_after: Option<Seconds>,
    /// `parameters.migrate_to_chat_id`.
    pub moved_to: Option<i64>,
}

impl Refusal {
    /// Reads what Telegram said. Where it asks to wait without saying how long, `fallback` is the time.
    pub(super) fn read(self, now: Timestamp, fallback: u32) -> TelegramError {
        if let Some(to) = self.moved_to {
            return TelegramError::Migrated(ChatId(to));
        }
        if self.retry_after.is_some() || self.code == 429 {
            let seconds = self.retry_after.map_or(fallback, Seconds::seconds);
            return TelegramError::RateLimited(now + jiff::SignedDuration::from_secs(i64::from(seconds)));
        }
        match self.code {
            500.. => TelegramError::Lost { code: LostCode::Server, text: format!("HTTP {}", self.code) },
            409 => TelegramError::Conflict(self.description),
            413 => TelegramError::guard(RefusalCode::FileTooLarge, self.description),
            _ => self.classify(),
        }
    }

    /// By teloxide's list of texts where it knows the text, else by code and prefix: Telegram's texts grow every year.
    fn classify(self) -> TelegramError {
        use RefusalCode as R;
        let known = serde_json::from_value(serde_json::Value::String(self.description.clone()));
        let code = match known.unwrap_or_else(|_| ApiError::Unknown(self.description.clone())) {
            ApiError::InvalidToken => return TelegramError::Unauthorized,
            ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => return TelegramError::Conflict(self.description),
            ApiError::BotBlocked => R::Blocked,
            ApiError::UserDeactivated | ApiError::GroupDeactivated => R::Deactivated,
            ApiError::ChatNotFound | ApiError::UserNotFound => R::ChatNotFound,
            ApiError::CantInitiateConversation | ApiError::CantTalkWithBots => R::NotStarted,
            ApiError::BotKicked | ApiError::BotKickedFromSupergroup | ApiError::BotKickedFromChannel => R::Kicked,
            ApiError::CantParseEntities(_) => R::BadMarkup,
            ApiError::MessageIsTooLong | ApiError::EditedMessageIsTooLong => R::TextTooLong,
            ApiError::MessageTextIsEmpty => R::TextEmpty,
            ApiError::ButtonDataInvalid | ApiError::ButtonUrlInvalid => R::BadButton,
            ApiError::MessageToEditNotFound | ApiError::MessageIdInvalid | ApiError::MessageCantBeEdited => R::MessageGone,
            ApiError::InvalidQueryId => R::QueryTooOld,
            ApiError::RequestEntityTooLarge => R::FileTooLarge,
            _ => return self.by_prefix(),
        };
        TelegramError::guard(code, self.description)
    }

    /// Texts that are new to teloxide 0.17, which keeps no `error_code`: ours is kept, the prefix is the second witness.
    fn by_prefix(self) -> TelegramError {
        let text = self.description.as_str();
        let code = match text {
            _ if self.code == 401 && !text.contains("bot") => return TelegramError::Unauthorized,
            _ if text.contains("can't initiate conversation") => RefusalCode::NotStarted,
            _ if text.contains("was kicked") => RefusalCode::Kicked,
            _ if self.code == 403 || text.starts_with("Forbidden") => RefusalCode::Forbidden,
            _ if text.contains("caption is too long") => RefusalCode::CaptionTooLong,
            _ if text.contains("file is too big") => RefusalCode::FileTooLarge,
            _ if text.contains("query is too old") => RefusalCode::QueryTooOld,
            _ => RefusalCode::BadRequest,
        };
        TelegramError::guard(code, self.description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: u16, description: &str) -> TelegramError {
        let refusal = Refusal { code, description: description.to_owned(), retry_after: None, moved_to: None };
        refusal.read(Timestamp::UNIX_EPOCH, 30)
    }

    #[test]
    fn every_text_that_telegram_is_known_to_say_has_its_word() {
        for (code, text, word) in [
            (403, "Forbidden: bot was blocked by the user", "blocked"),
            (403, "Forbidden: user is deactivated", "user_deactivated"),
            (403, "Forbidden: bot can't initiate conversation with a user", "not_started"),
            (403, "Forbidden: bot was kicked from the group chat", "kicked"),
            (403, "Forbidden: something that is new this year", "forbidden"),
            (400, "Forbidden: the code is odd, the prefix is not", "forbidden"),
            (400, "Bad Request: chat not found", "chat_not_found"),
            (400, "Bad Request: message is too long", "text_too_long"),
            (400, "Bad Request: message caption is too long", "caption_too_long"),
            (400, "Bad Request: BUTTON_DATA_INVALID", "bad_button"),
            (400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0", "bad_markup"),
            (400, "Bad Request: message to edit not found", "message_gone"),
            (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", "query_too_old"),
            (400, "Bad Request: nobody has seen this before", "bad_request"),
            (413, "Request Entity Too Large", "file_too_large"),
            (400, "Bad Request: file is too big", "file_too_large"),
            (401, "Unauthorized", "auth"),
            (404, "Not Found", "auth"),
            (
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                "conflict",
            ),
            (429, "Too Many Requests: retry later", "rate_limit"),
            (500, "Internal Server Error", "server_error"),
        ] {
            assert_eq!(read(code, text).code(), word, "{text}");
        }
    }

    #[test]
    fn a_chat_is_closed_by_the_chat_and_never_by_our_own_fault() {
        assert!(read(403, "Forbidden: bot was blocked by the user").closes_the_chat());
        assert!(read(400, "Bad Request: chat not found").closes_the_chat());
        for text in ["Bad Request: message is too long", "Bad Request: BUTTON_DATA_INVALID", "Bad Request: x"] {
            assert!(!read(400, text).closes_the_chat(), "{text}");
        }
    }

    #[test]
    fn a_wrong_token_lets_the_letters_wait() {
        assert!(matches!(Outcome::from(read(401, "Unauthorized")), Outcome::Deferred(reason, None) if reason.code == "auth"));
    }

    #[test]
    fn a_wait_without_a_time_has_one_of_ours() {
        let until = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(30);
        assert_eq!(read(429, "Too Many Requests"), TelegramError::RateLimited(until));
    }

    #[test]
    fn a_moved_chat_keeps_its_new_id_in_the_reason() {
        let Outcome::Refused(reason) = Outcome::from(TelegramError::Migrated(ChatId(-1_001_234))) else { panic!() };
        assert_eq!(moved_to(&reason), Some(ChatId(-1_001_234)));
        assert_eq!(moved_to(&Reason::new("blocked", "migrate_to_chat_id=7")), None);
    }
}
