//! Parts that several kinds share.

use crate::domain::letter::{SecurityClass, Urgency};
use crate::domain::words::words;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

words! {
    /// What an official did, as messages name it.
    Act {
        /// Disposisi.
        Disposition = "disposition",
        /// Penerusan.
        Forward = "forward",
        /// Laporan.
        Report = "report",
        /// Persetujuan.
        Approval = "approval",
        /// Penolakan.
        Rejection = "rejection",
        /// Pengembalian.
        Return = "return",
        /// Pernyataan terima.
        Acknowledgement = "acknowledgement",
        /// Jawaban undangan.
        InvitationAnswer = "invitation_answer",
        /// Penarikan.
        Recall = "recall",
        /// Ralat.
        Correction = "correction",
    }

    /// What the act is about.
    Item {
        /// Surat.
        Letter = "letter",
        /// Disposisi.
        Disposition = "disposition",
        /// Laporan.
        Report = "report",
    }

    /// What a report answers.
    ReportOn {
        /// A disposition of the reader.
        Disposition = "disposition",
        /// A letter that the reader passed on.
        Forward = "forward",
        /// The letter itself.
        Letter = "letter",
    }

    /// Why something was forwarded.
    Purpose {
        /// Untuk petunjuk.
        Guidance = "guidance",
        /// Untuk diketahui.
        Information = "information",
    }
}

/// A file beside the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// A file that came with an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActFile {
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Where it is fetched, where it is not in the message itself.
    pub file_url: Option<String>,
}

/// The letter's own file, in the mail or too large for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFileText {
    /// Name.
    pub file_name: String,
    /// Pages of the PDF.
    pub pages: u32,
    /// Bytes.
    pub size: u64,
    /// False where it is too large for a mail.
    pub attached: bool,
    /// Where an account opens it.
    pub letter_url: Option<String>,
}

/// The facts block of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFacts {
    /// Number, as it is.
    pub letter_number: String,
    /// Date on the letter (a day).
    pub letter_date: Moment,
    /// Sender in full.
    pub sender: String,
    /// Sender's short name, for subjects and Telegram.
    pub sender_short: String,
    /// Hal.
    pub subject: String,
    /// Sifat.
    pub urgency: Urgency,
    /// Keamanan.
    pub class: SecurityClass,
    /// Until when.
    pub due: Option<Moment>,
    /// Attachments, without the letter itself.
    pub attachments: Vec<AttachedFile>,
    /// Agenda number at the receiving unit.
    pub agenda_number: String,
}

/// How an act was proven, as its last clause says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Assurance {
    /// Secret link and registered address.
    MailFull,
    /// The official's own certificate.
    Smime,
    /// The linked Telegram.
    Telegram,
    /// An account.
    Login,
    /// An account with a second factor.
    LoginTotp,
    /// Confirmed afterwards.
    Challenge {
        /// Label of the channel.
        channel: String,
        /// When.
        time: Moment,
    },
    /// Stated by a system of record.
    Record {
        /// Its name.
        system: String,
    },
    /// Entered from paper.
    Clerk {
        /// Who entered it.
        clerk: String,
    },
    /// Not proven.
    Unproven,
}

/// An act in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    /// What.
    pub act: Act,
    /// To whom, short titles; may be empty.
    pub targets: Vec<String>,
    /// Codes of instructions, or words as written.
    pub instructions: Vec<String>,
    /// Until when.
    pub due: Option<Moment>,
    /// Note; may be empty.
    pub note: String,
}

/// One line of the tree of a disposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeLine {
    /// How deep it is indented.
    pub depth: u32,
    /// Who gave it.
    pub giver: String,
    /// To whom.
    pub target: String,
    /// Codes of instructions.
    pub instructions: Vec<String>,
    /// Until when.
    pub due: Option<Moment>,
    /// Code of a disposition's or a delivery's state.
    pub state: String,
}

/// A due date that falls on a day off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOff {
    /// The date.
    pub day: Moment,
    /// "Sabtu", "Hari Raya Natal".
    pub day_off_name: String,
}

/// What is asked back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Question {
    /// A name fits several posts.
    SeveralPositions {
        /// The name.
        text: String,
    },
    /// No target.
    TargetMissing,
    /// No instruction.
    InstructionMissing,
    /// A date can be read in two ways.
    DateTwoWays {
        /// As written.
        text: String,
    },
    /// Weekday and date differ.
    DateMismatch,
    /// Guidance is asked for, nobody named.
    GuidanceFromWhom,
    /// Words can mean two acts.
    SeveralReadings {
        /// As written.
        text: String,
        /// First meaning.
        reading_1: String,
        /// Second meaning.
        reading_2: String,
    },
    /// A date with its two readings.
    DateReadings {
        /// As written.
        text: String,
        /// First reading.
        reading_1: String,
        /// Second reading.
        reading_2: String,
    },
    /// No such day.
    NotInCalendar {
        /// As written.
        text: String,
    },
}

/// Why an answer needs a confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChallengeWhy {
    /// Sent through a server that is not the domain's (`from_not_aligned`).
    OutsideService {
        /// The domain of the From.
        from_domain: String,
    },
    /// The origin check failed (`dmarc_failed`).
    OriginFailed,
    /// The letter was recognised by its code line only.
    CodeLineOnly,
}
