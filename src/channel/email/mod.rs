//! The email door: outgoing mail is composed, signed and handed to the city's own mail server; incoming mail is fetched and
//! taken apart. Protocol only: no SQL, no decisions.

pub mod address;
pub mod compose;
pub mod dial;
pub mod digest;
mod encode;
pub mod envelope;
pub mod fault;
pub mod guard;
pub mod header;
mod offers;
pub mod office;
pub mod pool;
pub mod reply;
pub mod seal;
pub mod session;
pub mod settings;
mod sign;
mod wire;
pub mod wiremail;
//! The mail door. In: raw bytes become a [`parse::Mail`] and its claims. Out: (the other half of this room).
pub mod authres;
pub mod bounce;
mod bounce_text;
pub mod claims;
pub mod classify;
pub mod headers;
pub mod html;
mod html_tags;
pub mod imap;
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
