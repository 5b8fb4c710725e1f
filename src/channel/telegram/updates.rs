//! Updates: asked for as raw JSON, kept by the caller, and read only afterwards.
//!
//! Telegram forgets an update as soon as it is asked with a higher offset. So the caller stores what [`Telegram::get_updates`]
//! gives *and* [`next_offset`] in one transaction, and asks again only after the commit; nothing in here confirms by itself.
//! After a quiet week ids begin anew at a random number: they are unique, not ordered for ever.

use super::{
    ChatId, Telegram, call,
    edit::MessageRef,
    error::{LostCode, RefusalCode, TelegramError},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::{
    payloads::{GetUpdates, GetUpdatesSetters},
    types::AllowedUpdate,
};

mod read;
mod wire;
pub use read::parse;

/// The kinds that are asked for. Everything else would be noise, or a channel where letters have no business.
const ALLOWED: [AllowedUpdate; 4] =
    [AllowedUpdate::Message, AllowedUpdate::EditedMessage, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];

/// Bytes of a file that the Bot API hands out; larger ones must come by mail.
pub const DOWNLOAD_BYTES: u64 = 20 * 1000 * 1000;

/// An update as it came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawUpdate {
    /// Telegram's number: the key under which it is stored once.
    pub update_id: i64,
    /// The JSON, byte for byte.
    pub json: String,
}

impl std::fmt::Debug for RawUpdate {
    /// The JSON holds names and words of people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawUpdate({}, {} bytes)", self.update_id, self.json.len())
    }
}

/// A person as Telegram names him; only the id is proof of anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    /// Numeric id, the same for ever.
    pub id: i64,
    /// The name he gave himself.
    pub name: String,
    /// A program.
    pub is_bot: bool,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sender(..{:02})", self.id.unsigned_abs() % 100)
    }
}

/// What came with a message, whatever its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who wrote.
    pub from: Sender,
    /// Where it stands.
    pub message: MessageRef,
    /// The message of ours that it answers.
    pub reply_to: Option<i32>,
    /// When Telegram took it, in seconds since 1970.
    pub date: i64,
}

/// What kind of file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A voice message.
    Voice,
    /// A file as such.
    Document,
    /// A picture.
    Photo,
    /// A film or a round film.
    Video,
    /// Music or another recording.
    Audio,
}

/// A file that came; it is fetched separately, if at all.
#[derive(Clone, PartialEq, Eq)]
pub struct IncomingFile {
    /// What it is.
    pub kind: FileKind,
    /// Under which Telegram hands it out.
    pub file_id: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its size as Telegram says.
    pub bytes: u64,
    /// What was written to it.
    pub caption: Option<String>,
}

impl std::fmt::Debug for IncomingFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IncomingFile({:?}, {} bytes)", self.kind, self.bytes)
    }
}

impl IncomingFile {
    /// Larger than the Bot API hands out.
    pub const fn is_too_big(&self) -> bool {
        self.bytes > DOWNLOAD_BYTES
    }
}

/// What an update says.
#[derive(Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A button was pressed.
    Press {
        /// To be answered with [`Telegram::answer_callback`].
        callback_id: String,
        /// Who pressed.
        from: Sender,
        /// Under which message; `None` where Telegram no longer shows it.
        message: Option<MessageRef>,
        /// What the button carried.
        data: String,
    },
    /// The bot was started, with the code of a link where there was one.
    Start {
        /// Who and where.
        origin: Origin,
        /// What stood behind `?start=` or `/start `.
        code: Option<String>,
    },
    /// Another command.
    Command {
        /// Who and where.
        origin: Origin,
        /// Without slash and bot's name, in lower case.
        name: String,
        /// What followed.
        rest: String,
    },
    /// Words.
    Text {
        /// Who and where.
        origin: Origin,
        /// The words.
        text: String,
    },
    /// A voice message or a file.
    File {
        /// Who and where.
        origin: Origin,
        /// What.
        file: IncomingFile,
    },
    /// A message was changed afterwards. It never changes an act.
    Edited {
        /// Who and where.
        origin: Origin,
        /// The words (or caption) as they are now.
        text: Option<String>,
    },
    /// A person blocked the bot, or came back.
    Membership {
        /// Who.
        from: Sender,
        /// The private chat.
        chat: ChatId,
        /// True when the bot may not write any more.
        blocked: bool,
    },
    /// Something in a chat that is not private: nothing of it is read.
    Group {
        /// The chat, to be answered once and left.
        chat: ChatId,
        /// True when the bot is (still) in it.
        present: bool,
    },
    /// Something else from a person (a sticker, a place, a contact): he is told what is understood here.
    Unsupported {
        /// Who and where.
        origin: Origin,
    },
    /// Nothing that we know, or nothing that can be read. Kept all the same.
    Other {
        /// Why, in our words.
        why: &'static str,
    },
}

impl Incoming {
    /// The name of the kind, for the record and the counters.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Press { .. } => "press",
            Self::Start { .. } => "start",
            Self::Command { .. } => "command",
            Self::Text { .. } => "text",
            Self::File { .. } => "file",
            Self::Edited { .. } => "edited",
            Self::Membership { .. } => "membership",
            Self::Group { .. } => "group",
            Self::Unsupported { .. } => "unsupported",
            Self::Other { .. } => "other",
        }
    }
}

impl std::fmt::Debug for Incoming {
    /// Codes, tokens and words of people stay out of every log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Incoming({})", self.kind())
    }
}

/// The offset that confirms these updates, or `offset` again when there are none.
pub fn next_offset(updates: &[RawUpdate], offset: i64) -> i64 {
    updates.iter().map(|update| update.update_id + 1).max().unwrap_or(offset)
}

impl Telegram {
    /// Asks for updates from `offset` on (0 at the very first time) and waits at Telegram for at most `wait_seconds`.
    /// Asking is confirming: everything below `offset` is forgotten by Telegram. After any error, a lost answer too, the
    /// same question may be asked again: it loses nothing.
    pub async fn get_updates(&self, offset: i64, wait_seconds: u32) -> Result<Vec<RawUpdate>, TelegramError> {
        let beyond = |_| TelegramError::guard(RefusalCode::BadRequest, "an offset that Telegram cannot have given".to_owned());
        let offset = i32::try_from(offset.max(0)).map_err(beyond)?;
        let mut payload = GetUpdates::new().timeout(wait_seconds.min(50)).limit(100).allowed_updates(ALLOWED);
        // Without an offset Telegram begins with the earliest that is not confirmed.
        payload.offset = (offset > 0).then_some(offset);
        let answer = call::post(&self.bot, &payload, self.settings.poll_timeout(wait_seconds)).await;
        split(&answer.map_err(|failure| self.read(failure))?)
    }
}

/// Takes a batch apart without reading more than the numbers.
fn split(batch: &RawValue) -> Result<Vec<RawUpdate>, TelegramError> {
    #[derive(Deserialize)]
    struct Numbered {
        update_id: i64,
    }
    let unreadable = |_| TelegramError::Lost { code: LostCode::Answer, text: "updates without numbers".to_owned() };
    let updates: Vec<&RawValue> = serde_json::from_str(batch.get()).map_err(unreadable)?;
    let numbered = |raw: &&RawValue| {
        let Numbered { update_id } = serde_json::from_str(raw.get()).map_err(unreadable)?;
        Ok(RawUpdate { update_id, json: raw.get().to_owned() })
    };
    updates.iter().map(numbered).collect()
}
