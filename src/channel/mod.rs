//! The doors: protocol code only. A door knows the words of [`crate::domain`], no SQL and no decisions.

pub mod email;
pub mod print;
pub mod telegram;
