//! The email door: outgoing mail is composed, signed and handed to the city's own mail server; incoming mail is fetched and
//! taken apart. Protocol only: no SQL, no decisions.

pub mod address;
pub mod compose;
mod encode;
pub mod header;
pub mod office;
pub mod seal;
mod sign;
pub mod wiremail;
