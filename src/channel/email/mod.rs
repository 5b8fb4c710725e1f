//! The email door: outgoing mail is composed, signed and handed to the city's own mail server; incoming mail is fetched and
//! taken apart. Protocol only: no SQL, no decisions.

pub mod address;
mod certificate;
pub mod compose;
pub mod dial;
pub mod digest;
mod encode;
pub mod envelope;
pub mod fault;
pub mod fields;
pub mod guard;
mod offers;
pub mod office;
mod pace;
pub mod pool;
pub mod reply;
pub mod seal;
pub mod session;
pub mod settings;
mod sign;
mod wire;
pub mod wiremail;
