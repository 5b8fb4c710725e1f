//! The corridor: one verb a file that tells the story and calls its stages. Only here rooms meet.
//!
//! [`accept`] takes letters over, [`dispatch`] carries them, [`receive`] takes answers in, [`act`] records what officials
//! did, [`handover`] is the print desk, [`administer`] the registry and the links, [`evidence`] seals and verifies, [`holdings`]
//! reads what the evidence names, [`check_code`] is the code on paper.

pub mod accept;
pub mod act;
pub mod administer;
mod assurance;
pub mod check_code;
pub mod dispatch;
pub mod doors;
mod ended;
pub mod evidence;
pub mod handover;
pub mod holdings;
pub mod house;
pub mod outgoing;
mod parts;
pub mod receive;
mod refuse;
pub mod settings;
mod tell;
pub mod tray;

/// Points between two stages at which a crash story lets the process die.
pub const ABORT_POINTS: &[&str] = &[
    "accept.after_check",
    "accept.after_files",
    "accept.after_route",
    "accept.before_commit",
    "accept.after_commit",
    "dispatch.after_claim",
    "prepare.before_mint",
    "prepare.before_commit",
    "prepare.after_commit",
    "dispatch.after_attempt",
    "dispatch.before_settle",
    "dispatch.before_settle_commit",
    "dispatch.after_settle",
    "receive.after_file",
    "receive.before_keep_commit",
    "receive.after_keep_commit",
    "receive.before_parse",
    "receive.before_record_commit",
    "receive.after_record",
    "press.before_answer",
    "press.after_answer",
    "handover.before_commit",
    "handover.after_commit",
    "registry.before_commit",
    "registry.after_commit",
    "administer.before_commit",
    "administer.after_commit",
    "live.before_commit",
    "live.after_commit",
    "sweep.before_commit",
    "sweep.after_commit",
    "tray.before_commit",
    "tray.after_commit",
    "evidence.before_seal_commit",
    "evidence.after_seal_commit",
];

pub use doors::{Doors, MailOut};
pub use house::{CityView, House, HouseParts};
pub use settings::Settings;
