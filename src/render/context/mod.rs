//! What a message is made of: one typed context a kind. Field names are the names that the templates use.
//!
//! Times are [`Moment`](super::moment::Moment)s in the city's zone, closed words are enums or their codes (the labels live in
//! `templates/words.toml`), a missing value is `None`. A string is one line: line breaks in it become spaces.

mod acts;
mod carrying;
mod chat;
mod follow;
mod frame;
mod letters;
mod message;
mod parts;
mod people;
mod refused;
pub mod samples;
mod ticket;

pub use acts::{
    ActRecorded, AlreadyRecorded, Challenge, Clarify, Decided, DispositionCopy, DispositionReceived, ReportReceived, Returned,
};
pub use carrying::{
    AbsentWithoutDelegate, Alarm, AlarmCleared, ChannelReason, DeliveryDelayed, FallenBackOperator, FallenBackSender, HandedOver,
    NotHandedOver, OutcomeUnknown, PrintNote, PrintWithdrawn, TestSend, Undeliverable,
};
pub use chat::{Chat, Pop};
pub use follow::{
    AboutLetter, AbsenceHint, Corrected, Escalation, KnownCause, Open, Overdue, QuestionPassedOn, Recalled, Relation, Reminder,
    ReportAccepted, ReportSentBack,
};
pub use frame::{Frame, Salutation, Verify, You};
pub use letters::{Forwarded, Invitation, LetterText, SecretNotice};
pub use message::Message;
pub use parts::{
    Act, ActFile, Assurance, AttachedFile, ChallengeWhy, DayOff, Echo, Item, LetterFacts, LetterFileText, Purpose, Question,
    ReportOn, TreeLine,
};
pub use people::{ForeignAnswer, LinkCode, SealNote, TelegramLinked, TwoFrom, UnitMail};
pub use refused::{Because, PdfUnreadable, Refused};
pub use ticket::PrintTicket;
