//! How an act was proven, from the record's word to the clause that people read.

use crate::render::context::Assurance;

/// The clause of a stored assurance; a word that is not known proves nothing.
pub fn words(stored: &str) -> Assurance {
    match stored {
        "mail_full" => Assurance::MailFull,
        "smime" => Assurance::Smime,
        "telegram" => Assurance::Telegram,
        "login" => Assurance::Login,
        "login_totp" => Assurance::LoginTotp,
        _ => Assurance::Unproven,
    }
}
