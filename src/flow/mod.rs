//! The corridor: one verb a file that tells the story and calls its stages. Only here rooms meet.
//!
//! [`accept`] takes letters over, [`dispatch`] carries them, [`receive`] takes answers in, [`act`] records what officials
//! did, [`handover`] is the print desk, [`administer`] the registry and the links, [`evidence`] seals and verifies.

pub mod accept;
pub mod act;
pub mod administer;
mod assurance;
pub mod dispatch;
pub mod doors;
pub mod evidence;
pub mod handover;
pub mod house;
pub mod outgoing;
mod parts;
pub mod receive;
mod refuse;
pub mod settings;
mod tell;
pub mod tray;

pub use doors::{Doors, MailOut};
pub use house::{CityView, House, HouseParts};
pub use settings::Settings;
