//! The ticket of a print job, for the clerk's eyes.

use super::parts::Act;
use crate::domain::delivery::PrintReason;
use crate::domain::letter::{SecurityClass, Urgency};
use serde::Serialize;

/// `print/ticket.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintTicket {
    /// For whom, one line, without "Yth.".
    pub recipient: String,
    /// Postal address, lines.
    pub address: Vec<String>,
    /// Courier route; may be empty.
    pub route: String,
    /// Number of the letter.
    pub letter_number: String,
    /// Speed.
    pub urgency: Urgency,
    /// Class. The ticket is paper of the desk: number and recipient may stand on it, hal never does.
    #[serde(rename = "class")]
    pub security: SecurityClass,
    /// Why on paper.
    pub reason: PrintReason,
    /// How many copies.
    pub copies: u32,
    /// Which sheet.
    pub sheet_number: u32,
    /// Which numbered copy; 0 where copies are not numbered.
    pub copy_number: u32,
    /// Of how many; 0 where copies are not numbered.
    pub copy_count: u32,
    /// Attachments.
    pub attachment_count: u32,
    /// What act the sheet behind the cover tells, where there is one.
    pub act: Option<Act>,
    /// Double envelope.
    pub double_envelope: bool,
    /// Characters of the cover that were replaced (see `pdf::Printed::replaced`).
    pub replaced: u32,
}
