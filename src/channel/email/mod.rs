//! The mail door. In: raw bytes become a [`parse::Mail`] and its claims. Out: (the other half of this room).

pub mod attachments;
pub mod authres;
pub mod bounce;
mod bounce_signs;
mod bounce_text;
pub mod claims;
pub mod classify;
pub mod headers;
pub mod html;
mod html_tags;
pub mod imap;
pub mod imap_after;
pub mod imap_inbox;
pub mod inbox;
pub mod maildir;
pub mod origin;
pub mod parse;
pub mod parts;
mod text;
pub mod tokens;
pub mod weigh;
mod words;
