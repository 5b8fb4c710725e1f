//! A mail from its fields: texts, addresses and shared files in, signed bytes out (RFC 8551 multipart/signed around
//! multipart/mixed, headers repeated inside by RFC 9788). Nothing is rendered, looked up or stored here.

use super::address::Address;
use super::digest::Hasher;
use super::encode::{base64_lines, quoted_printable};
use super::fields::{ids, mailbox, unstructured};
use super::guard::{Charset, Unsendable};
use super::seal::{Seal, SealError};
use super::wiremail::{MIXED, SharedPart, WireMail};
use jiff::ZonedDateTime;
use std::fmt::Write as _;

const SIGNED: &str = "=_kurir_signed";
const ALTERNATIVE: &str = "=_kurir_alternative";

/// Message-IDs of a thread that are named, the newest; a thread of years would make a header of kilobytes.
const REFERENCES: usize = 20;

/// Header that marks every mail of ours, so that we know it when it comes back.
pub const LOOP_HEADER: &str = "X-Kurir-Loop";

/// Everything that a mail says.
#[derive(Clone)]
pub struct Outgoing {
    /// Name of the sender as people see it.
    pub from_name: String,
    /// The sender: the address of the seal.
    pub from: Address,
    /// Name of the recipient; may be empty.
    pub to_name: String,
    /// The recipient.
    pub to: Address,
    /// Where answers go: the address with the secret token.
    pub reply_to: Option<Address>,
    /// Message-ID without its brackets.
    pub message_id: String,
    /// Subject, in any characters.
    pub subject: String,
    /// Date, which is the time of signing as well: Thunderbird shows no seal where they are an hour apart.
    pub date: ZonedDateTime,
    /// The text, enough on its own.
    pub text: String,
    /// The HTML twin.
    pub html: Option<String>,
    /// The files, encoded once per letter.
    pub parts: Vec<SharedPart>,
    /// An invitation (RFC 5545), shown by calendars.
    pub calendar: Option<Calendar>,
    /// Message-ID that this one answers.
    pub in_reply_to: Option<String>,
    /// Message-IDs of the thread, oldest first.
    pub references: Vec<String>,
    /// True for what kurir says by itself (receipts, questions): nobody's machine shall answer it. False for letters.
    pub automatic: bool,
}

/// A calendar object beside the texts.
#[derive(Clone)]
pub struct Calendar {
    /// iTIP method ("PUBLISH", "REQUEST", "CANCEL").
    pub method: String,
    /// The iCalendar object.
    pub text: String,
}

/// Why a mail could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// Our own Message-ID is empty, too long or holds characters that it may not hold.
    #[error("not a Message-ID")]
    MessageId,
    /// The method of a calendar is not one word of letters.
    #[error("the calendar method is not a word")]
    CalendarMethod,
    /// The date cannot be written in a header.
    #[error("the date cannot be written: {0}")]
    Date(String),
    /// The seal is not usable.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The bytes must not leave: a fault of ours, stopped here.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
}

impl std::fmt::Debug for Outgoing {
    /// Nothing of what it says: a mail that is printed by mistake must not put names and tokens into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({} parts, {} characters)", self.parts.len(), self.text.len())
    }
}

impl Outgoing {
    /// Makes and signs the mail.
    pub fn compose(&self, seal: &Seal) -> Result<WireMail, ComposeError> {
        self.check()?;
        let fields = self.fields()?;
        let outer = format!(
            "{fields}MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n \
             micalg=sha-256; boundary=\"{SIGNED}\"\r\n\r\n--{SIGNED}\r\n"
        );
        let inner = self.inner_head(&fields);
        // RFC 2046 5.1.1: the line end before a delimiter belongs to the delimiter, so it is not signed.
        let close = format!("--{MIXED}--");
        let mut hasher = Hasher::new();
        hasher.update(&inner);
        self.parts.iter().for_each(|part| hasher.update(part.bytes()));
        hasher.update(close.as_bytes());
        let signature = seal.sign(hasher.finish(), self.date.timestamp())?;
        let head = [outer.as_bytes(), &inner].concat();
        let tail = signature_part(&close, &signature);
        Ok(WireMail::join(head.into(), self.parts.clone(), tail.into(), self.charset())?)
    }

    fn charset(&self) -> Charset {
        let addresses = [Some(&self.from), Some(&self.to), self.reply_to.as_ref()];
        if addresses.into_iter().flatten().all(Address::is_ascii) { Charset::Ascii } else { Charset::Utf8 }
    }

    fn check(&self) -> Result<(), ComposeError> {
        if !is_id(&self.message_id) {
            return Err(ComposeError::MessageId);
        }
        let word = |text: &str| !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_alphabetic());
        if !self.calendar.iter().all(|calendar| word(&calendar.method)) {
            return Err(ComposeError::CalendarMethod);
        }
        Ok(())
    }

    /// The fields that stand outside, and once more inside the signature.
    fn fields(&self) -> Result<String, ComposeError> {
        let mut out = String::with_capacity(1024);
        let date = jiff::fmt::rfc2822::to_string(&self.date).map_err(|err| ComposeError::Date(err.to_string()))?;
        mailbox(&mut out, "From", &self.from_name, self.from.expose());
        mailbox(&mut out, "To", &self.to_name, self.to.expose());
        if let Some(reply_to) = &self.reply_to {
            mailbox(&mut out, "Reply-To", &self.from_name, reply_to.expose());
        }
        unstructured(&mut out, "Subject", &self.subject);
        let _ = write!(out, "Date: {date}\r\n");
        ids(&mut out, "Message-ID", std::iter::once(self.message_id.as_str()));
        self.thread(&mut out);
        let _ = write!(out, "{LOOP_HEADER}: {}\r\n", self.from.domain());
        if self.automatic {
            // RFC 3834 5, and the word that Exchange listens to.
            out.push_str("Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n");
        }
        Ok(out)
    }

    /// What this mail belongs to. The ids come from other people's programs: one that would break a header is left out,
    /// because a thread that is not recognised harms nobody and an answer that is never sent does.
    fn thread(&self, out: &mut String) {
        if let Some(answered) = self.in_reply_to.as_ref().filter(|id| is_id(id)) {
            ids(out, "In-Reply-To", std::iter::once(answered.as_str()));
        }
        let newest: Vec<&str> =
            self.references.iter().map(String::as_str).filter(|id| is_id(id)).rev().take(REFERENCES).collect();
        if !newest.is_empty() {
            ids(out, "References", newest.into_iter().rev());
        }
    }

    /// The signed entity up to the first shared part.
    fn inner_head(&self, fields: &str) -> Vec<u8> {
        let mut out = format!(
            "Content-Type: multipart/mixed; boundary=\"{MIXED}\"; hp=\"clear\"\r\n{fields}\r\n--{MIXED}\r\n\
             Content-Type: multipart/alternative; boundary=\"{ALTERNATIVE}\"\r\n\r\n"
        )
        .into_bytes();
        text_part(&mut out, "text/plain; charset=utf-8", &self.text);
        if let Some(html) = &self.html {
            text_part(&mut out, "text/html; charset=utf-8", html);
        }
        if let Some(calendar) = &self.calendar {
            text_part(&mut out, &format!("text/calendar; charset=utf-8; method={}", calendar.method), &calendar.text);
        }
        out.extend_from_slice(format!("--{ALTERNATIVE}--\r\n").as_bytes());
        out
    }
}

/// What may stand between the brackets of a Message-ID.
fn is_id(id: &str) -> bool {
    (3..=250).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b))
}

fn text_part(out: &mut Vec<u8>, media_type: &str, text: &str) {
    let head = format!("--{ALTERNATIVE}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
    out.extend_from_slice(head.as_bytes());
    quoted_printable(text, out);
}

fn signature_part(close: &str, signature: &[u8]) -> Vec<u8> {
    let mut out = format!(
        "{close}\r\n--{SIGNED}\r\nContent-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n"
    )
    .into_bytes();
    base64_lines(signature, &mut out);
    out.extend_from_slice(format!("--{SIGNED}--\r\n").as_bytes());
    out
}
