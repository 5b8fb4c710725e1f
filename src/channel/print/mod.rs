//! The door to paper: a folder from which a clerk or a printer's script takes jobs.
//!
//! In come finished bytes (the letter as it is, attachments, a cover, a ticket); out goes an entry in the spool folder or
//! a reason. What never happens here: setting forms (that is the desk's), changing a byte of a letter, deciding who gets
//! paper, sending anything over a network.

mod entry;
mod spool;

/// Points at which a crash story lets the process die.
pub const ABORT_POINTS: &[&str] = &["print.after_tmp", "print.after_rename"];

pub use entry::{ActFile, SpoolFile, SpoolJob, Ticket};
pub use spool::{Spool, SpoolError};
