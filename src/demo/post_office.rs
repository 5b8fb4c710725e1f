//! The practice room's post office: Maildirs in a folder, one an address, and a border that writes what a city's own mail
//! server would write about a reply.
//!
//! In: mails that kurir delivered. Out: replies of invented officials, put into the mailbox that kurir reads. Only files in
//! its own folder; nothing here is ever sent anywhere.

use super::seal_check::{Seal, check};
use crate::channel::email::maildir::{Maildir, MaildirError};
use crate::channel::email::parse::Mail;
use crate::domain::clock::{Clock, Ids};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A mail that lies in somebody's mailbox.
#[derive(Debug, Clone)]
pub struct Letterbox {
    /// Name of its file.
    pub key: String,
    /// Raw bytes.
    pub raw: Vec<u8>,
}

/// Whether the border vouches for the sender of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Sent from the official's own mailbox: aligned DMARC pass.
    Own,
    /// Sent by a stranger who writes the official's address into From.
    Forged,
}

/// Why a reply could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PostOfficeError {
    /// The mailbox.
    #[error(transparent)]
    Maildir(#[from] MaildirError),
    /// The folder.
    #[error("the post office's folder: {0}")]
    Folder(#[from] std::io::Error),
    /// The mail that is answered cannot be read, or has no reply address.
    #[error("the mail cannot be answered")]
    Unanswerable,
}

/// The post office.
#[derive(Debug, Clone)]
pub struct PostOffice {
    mailboxes: PathBuf,
    inbox: PathBuf,
    ca: PathBuf,
    authserv_id: String,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl PostOffice {
    /// A post office whose folder holds the officials' mailboxes (`mail`), the mailbox that kurir reads (`maildir`) and the
    /// office CA that their mail programs trust (`ca.pem`).
    pub fn new(folder: &Path, authserv_id: &str, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let (mailboxes, inbox, ca) = (folder.join("mail"), folder.join("maildir"), folder.join("ca.pem"));
        Self { mailboxes, inbox, ca, authserv_id: authserv_id.to_owned(), clock, ids }
    }

    /// What a mail program that trusts the office CA says of the seal of a mail.
    pub fn seal(&self, raw: &[u8]) -> Seal {
        check(raw, &fs::read_to_string(&self.ca).unwrap_or_default(), self.clock.now())
    }

    /// Addresses that have received something, in alphabetical order.
    pub fn addresses(&self) -> Result<Vec<String>, PostOfficeError> {
        if !self.mailboxes.exists() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.mailboxes)? {
            found.push(entry?.file_name().to_string_lossy().into_owned());
        }
        found.sort();
        Ok(found)
    }

    /// Mails of an address, oldest first.
    pub fn mails(&self, address: &str) -> Result<Vec<Letterbox>, PostOfficeError> {
        let folder = self.mailboxes.join(address).join("new");
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let key = entry.file_name().to_string_lossy().into_owned();
            found.push((entry.metadata()?.modified()?, Letterbox { raw: fs::read(entry.path())?, key }));
        }
        found.sort_by(|left, right| (left.0, &left.1.key).cmp(&(right.0, &right.1.key)));
        Ok(found.into_iter().map(|(_, mail)| mail).collect())
    }

    /// Writes a reply of the holder of `address` to a mail in his mailbox, as a mail client does.
    pub fn reply(&self, address: &str, to: &Letterbox, text: &str, origin: Origin) -> Result<(), PostOfficeError> {
        let mail = Mail::parse(&to.raw).map_err(|_| PostOfficeError::Unanswerable)?;
        let reply_to = mail.headers.text("reply-to").ok_or(PostOfficeError::Unanswerable)?;
        let raw = self.written(address, (&mail, &reply_to), text, origin);
        let key = format!("{}.practice", self.ids.uuid(self.clock.now()).simple());
        Maildir::open(&self.inbox)?.deliver(&key, raw.as_bytes())?;
        Ok(())
    }

    fn written(&self, address: &str, (mail, reply_to): (&Mail, &str), text: &str, origin: Origin) -> String {
        let now = self.clock.now();
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let result = match origin {
            Origin::Own => format!("dkim=pass header.d={domain}; dmarc=pass (policy=reject) header.from={domain}"),
            Origin::Forged => format!("dkim=none; dmarc=fail (policy=none) header.from={domain}"),
        };
        let id = self.ids.uuid(now).simple();
        let thread = mail.message_id.clone().unwrap_or_default();
        let quoted: String = mail.text().lines().take(60).fold(String::new(), |all, line| all + "> " + line + "\r\n");
        let clean: String = text.replace("\r\n", "\n").replace('\n', "\r\n");
        format!(
            "Authentication-Results: {};\r\n\t{result}\r\nReturn-Path: <{address}>\r\nFrom: <{address}>\r\nTo: <{}>\r\n\
             Date: {}\r\nMessage-ID: <{id}@{domain}>\r\nIn-Reply-To: <{thread}>\r\nReferences: <{thread}>\r\n\
             Subject: Re: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n{clean}\r\n\r\n{quoted}",
            self.authserv_id,
            bare(reply_to),
            now.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            ascii_subject(&mail.subject),
        )
    }
}

/// The address of a header without the name before it.
fn bare(header: &str) -> &str {
    header.rsplit('<').next().unwrap_or(header).trim().trim_end_matches('>')
}

/// A subject as one encoded word where it is not plain ASCII.
fn ascii_subject(subject: &str) -> String {
    use base64::Engine as _;
    if subject.is_ascii() {
        return subject.chars().filter(|c| !c.is_control()).collect();
    }
    format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(subject.as_bytes()))
}
