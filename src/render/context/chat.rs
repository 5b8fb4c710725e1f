//! What is said in a chat only: flows of one edited message, notices, and pop-ups after a press.

use super::frame::You;
use super::parts::Act;
use crate::domain::letter::SecurityClass;
use crate::render::moment::Moment;
use serde::Serialize;

/// A chat text without a mail twin; `chat/<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the placeholders of the sentence in templates/telegram/chat")]
pub enum Chat {
    /// Step 1 of the disposition flow; the buttons are the targets.
    FlowTargets { letter_number: String },
    /// Step 2; the buttons are the instructions.
    FlowInstructions { targets: Vec<String> },
    /// Step 3.
    FlowDue,
    /// Step 4.
    FlowNote,
    /// Step 5.
    FlowCheck {
        letter_number: String,
        subject: String,
        class: SecurityClass,
        agenda_number: String,
        targets: Vec<String>,
        instructions: Vec<String>,
        due: Option<Moment>,
        note: String,
        acting_as: Option<String>,
    },
    /// Recorded: what takes the place of the buttons.
    FlowDone { recorded_at: Moment },
    /// Not recorded, because the person said so.
    FlowDropped,
    /// Not recorded, and no words of its own say why.
    FlowUnrecorded,
    /// Asks why a letter is given back.
    ReturnReason { letter_number: String },
    /// The second tap of a weighty act.
    WeightyAct { act: Act, letter_number: String, class: SecurityClass, agenda_number: String, acting_as: Option<String> },
    /// Not linked, no code given.
    Hello { city: String, link_url: Option<String> },
    /// A code that is not known or too old.
    WrongCode { minutes: u64, link_url: Option<String> },
    /// Too many codes.
    TooManyCodes { retry_at: Moment, unit: Option<String> },
    /// Linked to the same person already.
    AlreadyLinked { name: String, capacity_position: String },
    /// Linked to another person.
    LinkedToAnother,
    /// The link was taken away.
    Unlinked { link_url: Option<String> },
    /// The bot was put into a group.
    GroupRefused { bot: String },
    /// `/bantuan`.
    Help { unit: String, operator_contact: String },
    /// A text that answers nothing.
    FreeText,
    /// A message was edited.
    MessageEdited,
    /// `/cari` without words.
    Search,
    /// `/terbuka` without a result.
    NothingOpen,
    /// `/lewat` without a result.
    NothingOverdue,
    /// `/plh` without a result.
    NoDelegation,
}

/// A short pop-up after a press, at most 200 characters; `pop/<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the placeholders of the sentence in templates/telegram/pop")]
pub enum Pop {
    /// Recorded.
    Recorded,
    /// Taken back before anything left.
    Undone,
    /// Too late to take it back quietly.
    AlreadyCarried { time: Moment },
    /// In work.
    InWork,
    /// Another person was first.
    RecordedBy { actor: String, recorded_at: Moment },
    /// Own second press.
    RecordedAlready { recorded_at: Moment },
    /// "Ya, ini dari saya".
    Confirmed { you: You },
    /// "Bukan saya".
    Disowned,
    /// "Surel belum masuk".
    MailMissing { unit: String, you: You },
    /// Not recorded; the message says why.
    NotRecorded,
    /// Not recorded, with the reason in a few words: a message that says more may follow, or not.
    Declined { why: String },
    /// Whoever presses has no power over this letter any more, or none yet.
    NoPower { holder: String },
    /// An old button.
    ButtonOld,
    /// Not for this account.
    NotYours,
    /// The day that was chosen is over by now.
    DueInPast { due: Moment },
}

macro_rules! coded {
    ($($name:ident),+) => {$(
        impl $name {
            /// Code: the name of its template.
            pub fn code(&self) -> String {
                let code = serde_json::to_value(self).ok().and_then(|map| map.get("code")?.as_str().map(str::to_owned));
                code.unwrap_or_default()
            }
        }
    )+};
}
coded!(Chat, Pop);
