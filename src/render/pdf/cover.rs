//! The cover sheet with its receipt slip: one A4 page in front of a letter, never part of it.
//!
//! The address stands where a DL window envelope of the shops shows it (window at the left: 45 mm from the top, 20 mm from
//! the left edge, 90 x 45 mm, folds at 105 and 210 mm). The lower right, where Indonesian offices write the address, is a
//! place on the closed envelope; no window is sold there, and a folded A4 sheet could not show it.

use crate::domain::delivery::PrintReason;
use crate::domain::letter::{SecurityClass, Urgency};
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

/// The head of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// "PEMERINTAH KOTA SUKAMAJU".
    pub government: String,
    /// The unit whose desk prints.
    pub unit: String,
    /// Its address, one line; may be empty.
    pub address: String,
}

/// Where the sheet can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverCheck {
    /// What the QR code says: a full address of the verification page.
    pub url: String,
    /// What a person types ("surat.sukamaju.example").
    pub host: String,
    /// The code.
    pub code: String,
}

/// Everything on the cover sheet and the slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverSheet {
    /// Head.
    pub letterhead: Letterhead,
    /// Name line and what follows: position, unit, postal address. "Yth." is put in front.
    pub recipient: Vec<String>,
    /// Recipient in one line, for the slip.
    pub recipient_line: String,
    /// Number.
    pub letter_number: String,
    /// Date on the letter.
    pub letter_date: Moment,
    /// From whom.
    pub sender: String,
    /// Hal; never printed for closed classes, whatever stands here.
    pub subject: String,
    /// Sifat.
    pub urgency: Urgency,
    /// Keamanan.
    pub class: SecurityClass,
    /// Pages of the letter behind the sheet.
    pub pages: u32,
    /// Attachments behind the letter.
    pub attachments: u32,
    /// Why it comes on paper.
    pub reason: PrintReason,
    /// Which sheet of this delivery this is; a reprint is the next number.
    pub sheet_number: u32,
    /// Copy and number of copies, for closed classes.
    pub copy: Option<(u32, u32)>,
    /// Courier route; may be empty.
    pub route: String,
    /// Agenda number; may be empty.
    pub agenda_number: String,
    /// Where the slip goes back to.
    pub desk: String,
    /// Where to check it, once there is such a page.
    pub check: Option<CoverCheck>,
}
