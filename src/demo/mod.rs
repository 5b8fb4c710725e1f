//! The practice room: the outside world in small, on loopback and in its own folder only.

pub mod letters;
pub mod post_office;
pub mod telegram;
pub mod town;
