//! The words: pure types and decisions. No async, no I/O, and nothing here ever reads a clock.

pub mod calendar;
pub mod clock;
pub mod codes;
pub mod delegation;
pub mod delivery;
pub mod directory;
pub mod disposition;
pub mod evidence;
pub mod ids;
pub mod instruction;
pub mod letter;
pub mod limits;
pub mod reply_text;
pub mod routing;
pub mod words;
