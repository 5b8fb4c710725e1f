//! Links, seals, and what an operator or a holder is told about somebody else's mail.

use crate::domain::letter::SecurityClass;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

/// `link_code`: the mail that carries a Telegram link code to the registered address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCode {
    /// The code.
    pub code: String,
    /// Until when.
    pub expires: Moment,
    /// User name of the bot, without `@`.
    pub bot: String,
    /// For which post.
    pub capacity_position: String,
}

/// `telegram_linked`: told in the chat and by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TelegramLinked {
    /// Name of the official.
    pub name: String,
    /// Capacity and position.
    pub capacity_position: String,
    /// Name that the chat account shows.
    pub telegram_name: String,
    /// When.
    pub linked_at: Moment,
}

/// `seal_note`, with the CA file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealNote {
    /// SHA-256 fingerprint of the office CA.
    pub fingerprint: String,
    /// Name of the attached file.
    pub ca_file: String,
}

/// `two_from`, to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoFrom {
    /// Whose name stands in the mail.
    pub position: String,
    /// His short title.
    pub position_short: String,
}

/// `unit_mail`, to the operator of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMail {
    /// Unit or post that it was written to.
    pub addressee: String,
    /// Who wrote, masked; empty where that is not clear.
    pub masked_address: String,
    /// Whether the origin of the mail is proven.
    pub proven: bool,
    /// When it came in.
    pub received_at: Moment,
    /// Under which id the tray has it.
    pub tray: String,
}

/// `foreign_answer`, to the holder of a letter that somebody else answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignAnswer {
    /// Who wrote, masked.
    pub masked_address: String,
    /// Number of the letter.
    pub letter_number: String,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
}
