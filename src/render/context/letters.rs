//! Letters and what forwards them.

use super::parts::{ActFile, LetterFacts, LetterFileText, Purpose};
use crate::domain::letter::SecurityClass;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

/// `letter_ordinary`, `letter_restricted`, `letter_cc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterText {
    /// Facts.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Capacity and position; only where the reader acts for a post or holds two.
    pub acting_as: Option<String>,
    /// Capacity and position, always.
    pub capacity_position: String,
    /// Isi ringkas; may be empty.
    pub summary: String,
    /// The PDF.
    pub file: LetterFileText,
    /// Answers the reader could write, built from his own subordinates.
    pub examples: Vec<String>,
    /// The mailbox where a restricted letter waits, masked.
    pub masked_mailbox: String,
}

/// `letter_secret`: a notice without content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretNotice {
    /// For whom.
    pub capacity_position: String,
    /// R or SR.
    pub class: SecurityClass,
    /// Agenda number: the only mark of the letter.
    pub agenda_number: String,
    /// Which copy.
    pub copy_number: u32,
    /// Of how many.
    pub copy_count: u32,
    /// Who brings it.
    pub desk: String,
    /// Until when.
    pub handover_due: Moment,
}

/// `invitation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Facts.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// See [`LetterText::acting_as`].
    pub acting_as: Option<String>,
    /// Begin.
    pub starts: Moment,
    /// End; `None` is "s.d. selesai".
    pub ends: Option<Moment>,
    /// Where.
    pub event_place: String,
    /// Whether a calendar file goes along.
    pub has_calendar: bool,
    /// Whether it goes to a unit's operator, who may say that it is there and nothing else.
    pub for_unit: bool,
    /// A subordinate for the example "Wakili ...".
    pub subordinate_example: String,
    /// The PDF.
    pub file: LetterFileText,
}

/// `forward_received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Facts.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Who forwards, with capacity.
    pub giver: String,
    /// His short title, for Telegram.
    pub giver_short: String,
    /// See [`LetterText::acting_as`].
    pub acting_as: Option<String>,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Note; may be empty.
    pub note: String,
    /// Answers the reader could write.
    pub examples: Vec<String>,
    /// Files that came with the forward.
    pub act_files: Vec<ActFile>,
    /// The PDF.
    pub file: LetterFileText,
}
