//! The stories: named people of the invented town act through the doors.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is the report"
)]

mod corpus_mail;
mod cpu;
mod house;
mod mail_bombs;
mod servers;
mod story_imap;
mod story_servers;
