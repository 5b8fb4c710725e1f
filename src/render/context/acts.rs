//! Acts: what they set in motion, their receipts, and questions about them.

use super::parts::{
    Act, ActFile, Assurance, ChallengeWhy, DayOff, Echo, Item, LetterFacts, LetterFileText, Question, ReportOn, TreeLine,
};
use crate::domain::letter::SecurityClass;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

/// `disposition_received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionReceived {
    /// Facts of the letter; `due` is the due date of the disposition.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Who gave it, with capacity.
    pub giver: String,
    /// His short title.
    pub giver_short: String,
    /// Only where the reader acts for a post or holds two.
    pub acting_as: Option<String>,
    /// Codes of instructions.
    pub instructions: Vec<String>,
    /// Note; may be empty.
    pub note: String,
    /// Who got it too, short titles.
    pub other_targets: Vec<String>,
    /// The tree down to the reader.
    pub tree: Vec<TreeLine>,
    /// How it was proven.
    pub assurance: Assurance,
    /// An answer to a subordinate, e.g. "Kasi Infra, siapkan bahan, besok".
    pub example_2: String,
    /// The letter's PDF.
    pub file: LetterFileText,
    /// Files that came with the disposition.
    pub act_files: Vec<ActFile>,
}

/// `disposition_copy`: to a superior who was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionCopy {
    /// Facts of the letter; `due` is the due date of the disposition.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Who gave it, with capacity.
    pub giver: String,
    /// His short title.
    pub giver_short: String,
    /// To whom, titles.
    pub targets: Vec<String>,
    /// Codes of instructions.
    pub instructions: Vec<String>,
    /// Note; may be empty.
    pub note: String,
    /// Files that came with it.
    pub act_files: Vec<ActFile>,
    /// How it was proven.
    pub assurance: Assurance,
}

/// `act_recorded`: the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActRecorded {
    /// Subject of the mail that is answered.
    pub thread_subject: String,
    /// Number of the letter.
    pub letter_number: String,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// What.
    pub act: Act,
    /// To whom, titles.
    pub targets: Vec<String>,
    /// Codes of instructions.
    pub instructions: Vec<String>,
    /// Until when.
    pub due: Option<Moment>,
    /// Note; may be empty.
    pub note: String,
    /// What the orders were that it corrects, each with its target where there are several.
    pub before: Vec<Echo>,
    /// Titles of those whose earlier order is corrected.
    pub corrected: Vec<String>,
    /// Titles of those who have an earlier order besides.
    pub added: Vec<String>,
    /// Titles of those who were ordered the same before.
    pub unchanged: Vec<String>,
    /// The due date is a day off.
    pub due_note: Option<DayOff>,
    /// As whom.
    pub capacity_position: String,
    /// How proven.
    pub assurance: Assurance,
    /// Until when a press takes it back without trace.
    pub undo_until: Option<Moment>,
    /// Whether a reply can take it back or correct it by now; what is not possible yet is not promised.
    pub can_change: bool,
}

/// `clarify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarify {
    /// Subject of the mail that is answered.
    pub thread_subject: String,
    /// Number of the letter.
    pub letter_number: String,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// What is not clear.
    pub question: Question,
    /// What was written.
    pub quote: String,
    /// What was understood; may be empty.
    pub understood: String,
    /// Choices, numbered from 1.
    pub choices: Vec<String>,
}

/// `challenge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Number of the letter.
    pub letter_number: String,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// What was done in the reader's name.
    pub act: Act,
    /// Why it is not recorded.
    pub why: ChallengeWhy,
    /// The act in one line.
    pub echo: Echo,
    /// Page of the account, once there are accounts.
    pub confirm_url: Option<String>,
    /// Until when.
    pub expires: Moment,
}

/// `already_recorded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlreadyRecorded {
    /// Subject of the mail that is answered.
    pub thread_subject: String,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Who was first, with capacity.
    pub actor: String,
    /// When.
    pub recorded_at: Moment,
    /// What he did.
    pub echo: Echo,
}

/// `returned`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Facts.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Who returns it, with capacity.
    pub actor: String,
    /// What.
    pub item: Item,
    /// His words.
    pub return_reason: String,
    /// Files that came with it.
    pub act_files: Vec<ActFile>,
    /// Whom he suggests.
    pub suggested_target: Option<String>,
    /// An answer, e.g. "TL Kabid Aptika".
    pub example_1: String,
}

/// `approved` and `rejected`: what somebody decided on what he was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Facts.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Who decided, with capacity.
    pub actor: String,
    /// His short title.
    pub actor_short: String,
    /// On what.
    pub item: Item,
    /// His words.
    pub note: String,
    /// Files that came with it.
    pub act_files: Vec<ActFile>,
    /// How proven.
    pub assurance: Assurance,
}

/// `report_received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportReceived {
    /// Facts.
    #[serde(flatten)]
    pub facts: LetterFacts,
    /// Who reports, with capacity.
    pub actor: String,
    /// His short title.
    pub actor_short: String,
    /// What he was asked by.
    pub answers: ReportOn,
    /// The day of that: when the disposition was given or the letter passed on, else the date of the letter.
    pub asked_at: Moment,
    /// His words.
    pub report_text: String,
    /// Files that came with it.
    pub act_files: Vec<ActFile>,
    /// How proven.
    pub assurance: Assurance,
    /// Posts whose part is still open.
    pub open_children: Vec<String>,
}
