//! What follows an act: acceptance, recall, correction, questions, and time.

use super::parts::{ActFile, Echo, Item, TreeLine};
use crate::domain::letter::SecurityClass;
use crate::domain::words::words;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

words! {
    /// What is still open.
    Open {
        /// No report.
        NoReport = "no_report",
        /// Not opened.
        NotOpened = "not_opened",
        /// An invitation without an answer.
        NotAnswered = "not_answered",
    }

    /// Why a superior is told.
    Relation {
        /// He gave the disposition.
        Giver = "giver",
        /// He is the direct superior.
        Superior = "superior",
    }
}

/// What is known of a silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum KnownCause {
    /// The mail was not opened.
    NotOpenedSince {
        /// Since when.
        time: Moment,
    },
    /// The official travels.
    TravelsUntil {
        /// Until when.
        time: Moment,
    },
    /// He works on it.
    InWork {
        /// Last news.
        time: Moment,
    },
    /// Nothing.
    Nothing,
}

/// What these kinds know of their letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutLetter {
    /// Hal.
    pub subject: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
}

/// `report_accepted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportAccepted {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// Who accepts, with capacity.
    pub giver: String,
    /// When.
    pub accepted_at: Moment,
}

/// `report_sent_back`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSentBack {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// Who sends it back, with capacity.
    pub giver: String,
    /// What is missing.
    pub note: String,
    /// Until when.
    pub due: Option<Moment>,
}

/// `question_passed_on`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionPassedOn {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// Who asks, with capacity.
    pub actor: String,
    /// What.
    pub question_text: String,
}

/// `recalled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// Who takes it back, with capacity.
    pub actor: String,
    /// What.
    pub item: Item,
    /// When.
    pub recalled_at: Moment,
    /// Why; may be empty.
    pub return_reason: String,
}

/// `correction`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// Who corrects, with capacity.
    pub actor: String,
    /// What.
    pub item: Item,
    /// When the reader got the first version.
    pub delivered_at: Moment,
    /// As it was.
    pub before: Echo,
    /// As it is now.
    pub after: Echo,
    /// Files that came with it.
    pub act_files: Vec<ActFile>,
}

/// `reminder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// What is due.
    pub item: Item,
    /// Until when.
    pub due: Moment,
    /// What is open.
    pub open: Open,
    /// The disposition in one line, where it is one.
    pub echo: Option<Echo>,
    /// Who gets a wish for more time.
    pub giver: String,
}

/// `overdue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// What is late.
    pub item: Item,
    /// Since when.
    pub due: Moment,
    /// What is open.
    pub open: Open,
    /// The disposition in one line, where it is one.
    pub echo: Option<Echo>,
    /// Who is told next.
    pub giver: String,
    /// When he is told.
    pub escalate_at: Moment,
}

/// `escalation`, to the superior.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// The letter.
    #[serde(flatten)]
    pub letter: AboutLetter,
    /// What is late.
    pub item: Item,
    /// Whose it is.
    pub target: String,
    /// Since when.
    pub due: Moment,
    /// Why the reader is told.
    pub relation: Relation,
    /// What is known.
    pub known_cause: KnownCause,
    /// The tree.
    pub tree: Vec<TreeLine>,
    /// Another post for the example "Alihkan ke ...".
    pub other_target: String,
    /// Another date for the example "Batas waktu ...".
    pub new_due: Moment,
}

/// `absence_hint`, to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceHint {
    /// Title.
    pub position: String,
    /// Short title.
    pub position_short: String,
    /// When the mailbox answered by itself.
    pub time: Moment,
    /// What it said.
    pub excerpt: String,
    /// First day that it named.
    pub from: Option<Moment>,
    /// Last day that it named.
    pub to: Option<Moment>,
    /// Page of the delegations.
    pub delegation_url: Option<String>,
}
