//! The doors out, as `dispatch` uses them.

use crate::channel::email::address::Address as MailAddress;
use crate::channel::email::maildir::PostOffice;
use crate::channel::email::pool::SmtpDoor;
use crate::channel::email::session::Envelope;
use crate::channel::email::wiremail::WireMail;
use crate::channel::print::Spool;
use crate::channel::telegram::Telegram;
use crate::domain::delivery::{Outcome, Reason, Receipt};

/// How mail leaves.
#[derive(Debug)]
pub enum MailOut {
    /// The city's own mail server.
    Smtp(Box<SmtpDoor>),
    /// Maildirs in a folder: the practice room's post office.
    PostOffice(PostOffice),
}

impl MailOut {
    /// Hands a mail over.
    pub async fn send(&self, envelope: &Envelope, mail: &WireMail) -> Outcome {
        match self {
            Self::Smtp(door) => door.send(envelope, mail).await,
            Self::PostOffice(office) => deliver(office, &envelope.to, mail, &envelope.envid),
        }
    }
}

fn deliver(office: &PostOffice, to: &MailAddress, mail: &WireMail, envid: &str) -> Outcome {
    match office.deliver(to.expose(), &mail.to_vec(), envid) {
        Ok(name) => Outcome::Delivered(Receipt {
            peer: "maildir".into(),
            answer: "stored".into(),
            remote_id: Some(name),
            reports_delivery: false,
        }),
        Err(error) => Outcome::Deferred(Reason::new("maildir", &error.to_string()), None),
    }
}

/// The doors out.
#[derive(Debug)]
pub struct Doors {
    /// Mail.
    pub mail: MailOut,
    /// Telegram, where the city uses it.
    pub telegram: Option<Telegram>,
    /// The print desk's folder.
    pub print: Spool,
}
