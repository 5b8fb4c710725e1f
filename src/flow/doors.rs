//! The doors out, as `dispatch` uses them.

use crate::channel::email::address::Address as MailAddress;
use crate::channel::email::envelope::Envelope;
use crate::channel::email::maildir::{Maildir, MaildirError};
use crate::channel::email::pool::SmtpDoor;
use crate::channel::email::wiremail::WireMail;
use crate::channel::print::Spool;
use crate::channel::telegram::Telegram;
use crate::domain::delivery::{Outcome, Reason, Receipt};
use std::path::{Path, PathBuf};

/// How mail leaves.
#[derive(Debug)]
pub enum MailOut {
    /// The city's own mail server.
    Smtp(Box<SmtpDoor>),
    /// Maildirs in a folder, one an address: the practice room's post office.
    PostOffice(PathBuf),
}

impl MailOut {
    /// Hands a mail over.
    pub async fn send(&self, envelope: &Envelope, mail: &WireMail) -> Outcome {
        match self {
            Self::Smtp(door) => door.send(envelope, mail).await,
            Self::PostOffice(folder) => deliver(folder, envelope, mail),
        }
    }
}

/// The file bears the name of the delivery, so that the same mail a second time is the same file. As every server that
/// delivers for good does, it writes the return path above the mail.
fn deliver(folder: &Path, envelope: &Envelope, mail: &WireMail) -> Outcome {
    let envid = &envelope.envid;
    let return_path = envelope.return_path.as_ref().map_or("", MailAddress::expose);
    let mut raw = format!("Return-Path: <{return_path}>\r\n").into_bytes();
    raw.extend(mail.to_vec());
    let stored = Maildir::open(&folder.join(envelope.to.expose())).and_then(|maildir| maildir.deliver(envid, &raw));
    match stored {
        Ok(()) | Err(MaildirError::Exists) => Outcome::Delivered(Receipt {
            peer: "maildir".into(),
            answer: "stored".into(),
            remote_id: Some(envid.to_owned()),
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
