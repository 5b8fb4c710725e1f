//! The desk: what kurir says to people, in words and on paper.
//!
//! In come typed contexts (one per kind of message, see [`context`]); out go finished texts ([`desk::MailText`],
//! [`desk::ChatText`]) and PDF bytes ([`pdf::PdfDesk`]). Indonesian words live in `templates/` only. What never happens
//! here: sending, signing, deciding who may see what (the one exception is [`by_class`], the last guard against content of
//! a closed letter on an electronic channel), reading a clock, SQL.

pub mod by_class;
pub mod context;
pub mod desk;
mod error;
mod filters;
pub use filters::size;
mod fit;
pub mod fold;
mod labels;
pub mod moment;
mod pages;
pub mod pdf;
pub mod pdf_check;
pub mod worker;

pub use desk::Desk;
pub use error::RenderError;
pub use pages::pages;
pub use pdf::PdfDesk;
