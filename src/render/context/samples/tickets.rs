//! Tickets of print jobs.

use super::Tone;
use crate::domain::delivery::PrintReason;
use crate::domain::letter::SecurityClass;
use crate::render::context::{Act, PrintTicket};

/// A ticket in every tone.
pub fn tickets() -> Vec<PrintTicket> {
    Tone::ALL.into_iter().map(ticket).collect()
}

fn ticket(tone: Tone) -> PrintTicket {
    let full = tone != Tone::Short;
    PrintTicket {
        recipient: tone.position(),
        address: vec![tone.unit(), tone.text("Jl. Melati No. 12"), tone.text("Sukamaju 17912")],
        route: tone.or_long("", "Bantarjati"),
        letter_number: tone.text("005/123/Setda"),
        urgency: tone.urgency(),
        security: if full { SecurityClass::TopSecret } else { SecurityClass::Ordinary },
        reason: if full { PrintReason::SecretClass } else { PrintReason::Unregistered },
        copies: 1,
        sheet_number: 1,
        copy_number: u32::from(full) * 2,
        copy_count: u32::from(full) * 5,
        attachment_count: u32::from(full),
        act: tone.maybe(Act::Disposition),
        double_envelope: full,
        replaced: u32::from(full) * 3,
    }
}
