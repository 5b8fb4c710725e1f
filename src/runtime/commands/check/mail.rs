//! The doors of mail: nothing is sent and nothing is read, but everything up to that is tried.

use super::{Found, bad, fault_words, good, remedy};
use crate::channel::email::address::Address;
use crate::channel::email::fault::{Fault, Phase};
use crate::channel::email::imap::ImapError;
use crate::channel::email::imap_inbox::ImapInbox;
use crate::channel::email::pool::SmtpDoor;
use crate::channel::email::tokens::{BOUNCE_LOCAL, REPLY_LOCAL};
use crate::flow::MailOut;
use crate::runtime::commands::told;
use crate::runtime::intake::client_config;
use crate::runtime::open::Opened;
use crate::runtime::words::{grouped, line};
use anyhow::Result;
use jiff::civil::Date;

const OUT: &str = "surel keluar";
const IN: &str = "surel masuk";

/// The way out.
pub(super) async fn out(opened: &Opened) -> Found {
    match &opened.doors.mail {
        MailOut::PostOffice(folder) => good(OUT, folder.display().to_string()),
        MailOut::Smtp(door) => smtp(opened, door).await.unwrap_or_else(|error| bad(OUT, &error, &line("remedy_unset", &[]))),
    }
}

/// Asks with the addresses that every letter needs: the envelope sender that reports come back to must be ours to use, and an
/// answer to a reply address must be taken in.
async fn smtp(opened: &Opened, door: &SmtpDoor) -> Result<Found> {
    let domain = &opened.house.settings.gateway.domain;
    let [sender, reply] = [BOUNCE_LOCAL, REPLY_LOCAL].map(|local| Address::parse(&format!("{local}+uji@{domain}")));
    let (sender, reply) = (sender?, reply?);
    let at = &opened.installation.config.smtp;
    let place = format!("{}:{}", at.host, at.port);
    Ok(match door.check(&sender, &reply).await {
        Ok(checked) => {
            let tls = checked.tls.unwrap_or_else(|| line("without_tls", &[]));
            good(OUT, format!("{place}, {} ({tls}; {})", checked.peer, checked.offers.join(" ")))
        }
        Err(fault) => {
            let code = code(&fault);
            let remedy = remedy(&code).replace("{sender}", sender.expose()).replace("{reply}", reply.expose());
            let words = match &fault {
                Fault::Expired { on, .. } => expired_words(opened, *on),
                other => fault_words(&code, &other.said()),
            };
            bad(OUT, &at_door(&words, &place), &remedy)
        }
    })
}

/// Until when the server's certificate was good.
fn expired_words(opened: &Opened, on: Date) -> String {
    grouped("fault", "tls_expired", &[("date", &told::day(&opened.house, on))])
}

/// What failed, and at which door it was tried.
fn at_door(words: &str, place: &str) -> String {
    line("at_door", &[("words", words), ("place", place)])
}

/// A recipient that is refused here is our own reply address.
fn code(fault: &Fault) -> String {
    match fault.code() {
        code if fault.phase() == Some(Phase::Rcpt) && code != "sender" => "reply".to_owned(),
        code => code,
    }
}

/// The mailbox that answers come to.
pub(super) async fn imap(opened: &Opened) -> Found {
    opened_mailbox(opened).await.unwrap_or_else(|error| bad(IN, &format!("{error:#}"), &line("remedy_auth", &[])))
}

async fn opened_mailbox(opened: &Opened) -> Result<Found> {
    let installation = &opened.installation;
    let settings = &installation.config.intake;
    let Some(name) = &settings.password_file else {
        return Ok(bad(IN, &line("unset", &[("key", "intake.password_file")]), &line("remedy_unset", &[])));
    };
    let password = installation.secrets.read(name)?;
    let tls = client_config(settings.ca_file.as_deref(), &installation.secrets.beside)?;
    let place = format!("{}:{}", settings.imap.host, settings.imap.port);
    Ok(match ImapInbox::check(&settings.imap, &password.value, tls).await {
        Ok(state) => good(IN, line("mailbox", &[("host", &place), ("n", &state.mails.to_string())])),
        Err(ImapError::Expired { on, .. }) => bad(IN, &at_door(&expired_words(opened, on), &place), &remedy("tls_expired")),
        Err(error) => bad(IN, &at_door(&fault_words(error.code(), &said(&error)), &place), &remedy(error.code())),
    })
}

fn said(error: &ImapError) -> String {
    match error {
        ImapError::Connect(cause) => cause.to_string(),
        ImapError::Tls(why) => why.clone(),
        ImapError::MailboxMissing { mailbox } | ImapError::MailboxName { mailbox } => mailbox.clone(),
        ImapError::Protocol { detail, .. } => detail.clone(),
        ImapError::Expired { on, .. } => on.to_string(),
        ImapError::Auth | ImapError::Timeout { .. } | ImapError::Lost { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::email::reply::Reply;

    #[test]
    fn a_recipient_that_is_refused_is_our_own_reply_address() {
        let answer = |text: &str| Fault::Replied { phase: Phase::Rcpt, reply: Reply { code: 550, lines: vec![text.into()] } };
        assert_eq!(code(&answer("5.1.1 user unknown")), "reply");
        assert_eq!(code(&answer("5.7.1 <kembali+uji@kurir.example>: Sender address rejected: not owned by user")), "sender");
        assert!(remedy("reply").contains("{reply}") && remedy("sender").contains("{sender}"));
    }
}
