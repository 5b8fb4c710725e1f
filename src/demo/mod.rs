//! The practice room: the outside world in small, on loopback and in its own folder only.

pub mod letters;
pub mod outside;
pub mod post_office;
pub mod seal_check;
pub mod telegram;
pub mod town;
