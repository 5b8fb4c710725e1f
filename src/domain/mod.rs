//! The words: pure types and decisions. No async, no I/O, and nothing here ever reads a clock.

pub mod abort;
pub mod calendar;
pub mod check_code;
pub mod clock;
pub mod codes;
pub mod delegation;
pub mod delivery;
pub mod directory;
pub mod disposition;
pub mod evidence;
pub mod fault_lines;
pub mod ids;
pub mod inbound;
pub mod instruction;
pub mod letter;
pub mod letter_form;
pub mod limits;
pub mod policy;
pub mod registry;
pub mod reply_text;
pub mod routing;
pub mod tray;
pub mod trust;
pub mod words;
