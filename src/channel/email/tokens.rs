//! Where a reply token stands in a mail.
//!
//! A mail enters, the tokens and their carriers leave, the strongest first. Whether a token is known, whose it is and what
//! it may lead to is not decided here.

use super::attachments::PartKind;
use super::bounce_text::returned_id;
use super::headers::Headers;
use super::parse::{Mail, RECIPIENT_HEADERS};
use crate::domain::clock::Token;
use crate::domain::inbound::{FoundToken, TokenCarrier};

/// Local part in front of `+<token>` of the address that a reply goes to.
pub const REPLY_LOCAL: &str = "balas";
/// Local part in front of `+<token>` of the envelope sender of our letters: reports of mail servers come back there.
pub const BOUNCE_LOCAL: &str = "kembali";
/// What the line with the token begins with; the reader needs it as it is printed in every letter.
pub const TOKEN_LINE: &str = "Kode naskah:";

/// The gateway's own name in mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Domain of its addresses and Message-IDs, in lower case. Officials may have theirs in the same domain.
    domain: String,
    /// Whether tokens under other domains count too.
    anywhere: bool,
    /// Addresses that kurir itself writes from, in lower case.
    senders: Vec<String>,
}

impl Gateway {
    /// A gateway under a domain.
    pub fn new(domain: &str) -> Self {
        Self { domain: domain.trim().to_ascii_lowercase(), anywhere: false, senders: Vec::new() }
    }

    /// A gateway whose domain nobody told: tokens count under any. Only for looking at mails without an installation; nothing
    /// is ever recorded by it.
    pub fn of_any_domain() -> Self {
        Self { anywhere: true, ..Self::new("kurir.invalid") }
    }

    fn is_ours(&self, domain: &str) -> bool {
        self.anywhere || domain.eq_ignore_ascii_case(&self.domain)
    }

    /// The same with one more address that kurir writes from.
    #[must_use]
    pub fn with_sender(mut self, address: &str) -> Self {
        self.senders.push(address.trim().to_lowercase());
        self
    }

    /// Whether kurir itself writes from an address.
    pub fn is_sender(&self, address: &str) -> bool {
        self.senders.iter().any(|own| own == address)
    }

    /// The address that answers to a letter go to.
    pub fn reply_address(&self, token: &Token) -> String {
        format!("{REPLY_LOCAL}+{}@{}", token.expose(), self.domain)
    }

    /// The envelope sender of a letter.
    pub fn bounce_address(&self, token: &Token) -> String {
        format!("{BOUNCE_LOCAL}+{}@{}", token.expose(), self.domain)
    }

    /// The Message-ID of a letter, without brackets.
    pub fn message_id(&self, token: &Token) -> String {
        format!("d.{}@{}", token.expose(), self.domain)
    }

    /// The token of `<local>+<token>@<our domain>` in an address.
    pub fn token_of_address(&self, local: &str, address: &str) -> Option<Token> {
        let (user, domain) = address.trim().rsplit_once('@')?;
        let (name, token) = user.split_once('+')?;
        (self.is_ours(domain) && name.eq_ignore_ascii_case(local)).then(|| Token::parse(token))?
    }

    /// The token of a Message-ID of ours, `d.<token>@<our domain>`.
    pub fn token_of_id(&self, id: &str) -> Option<Token> {
        let (left, domain) = id.trim().rsplit_once('@')?;
        let token = left.strip_prefix("d.").or_else(|| left.strip_prefix("D."))?;
        self.is_ours(domain).then(|| Token::parse(token))?
    }

    /// Every token in a mail with its strongest carrier, the strongest first, each token once.
    pub fn tokens(&self, mail: &Mail) -> Vec<FoundToken> {
        let mut found = Vec::new();
        for address in &mail.recipients {
            let token = self.token_of_address(REPLY_LOCAL, address).or_else(|| self.token_of_address(BOUNCE_LOCAL, address));
            add(&mut found, token, TokenCarrier::Address);
        }
        for name in RECIPIENT_HEADERS {
            for field in mail.headers.all(name) {
                for token in self.addresses_in(&field.text()) {
                    add(&mut found, Some(token), TokenCarrier::Address);
                }
            }
        }
        for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
            add(&mut found, self.token_of_id(id), TokenCarrier::Thread);
        }
        for token in self.inside(mail) {
            add(&mut found, Some(token), TokenCarrier::Thread);
        }
        for token in lines(mail.text()).chain(self.beside(mail)) {
            add(&mut found, Some(token), TokenCarrier::Line);
        }
        found
    }

    /// The strongest token of a mail, and whether the reply address and In-Reply-To name more than one letter between them:
    /// a client that completes addresses by itself sends an answer to the wrong one. Older letters of the thread in
    /// References, and in quotes, are no second letter.
    pub fn token(&self, mail: &Mail) -> (Option<FoundToken>, bool) {
        let found = self.tokens(mail);
        let answered: Vec<Token> = mail.in_reply_to.iter().filter_map(|id| self.token_of_id(id)).collect();
        let addressed = found.iter().filter(|one| one.carrier == TokenCarrier::Address).map(|one| &one.token);
        let mut named = addressed.chain(&answered);
        let first = named.next();
        let disagree = named.any(|token| Some(token) != first);
        (found.into_iter().next(), disagree)
    }

    /// The token of the envelope address that a report of a mail server came back to: not to be guessed, so believable.
    pub fn bounce_token(&self, mail: &Mail) -> Option<Token> {
        mail.recipients.iter().find_map(|address| self.token_of_address(BOUNCE_LOCAL, address))
    }

    /// Our Message-ID in a header section.
    fn named_in(&self, bytes: &[u8]) -> Option<Token> {
        let headers = Headers::read(bytes.get(..bytes.len().min(HEAD)).unwrap_or_default());
        ["message-id", "original-message-id"].iter().flat_map(|name| headers.ids(name)).find_map(|id| self.token_of_id(&id))
    }

    /// Our Message-ID in a mail that came along as a file or as text: whoever holds a copy can send that.
    fn beside<'a>(&'a self, mail: &'a Mail) -> impl Iterator<Item = Token> + 'a {
        let files =
            mail.parts.attachments.iter().filter(|one| one.kind == PartKind::File && one.content_type == "message/rfc822");
        let copied = files.filter_map(|one| self.named_in(&one.bytes));
        copied.chain(returned_id(mail.text()).and_then(|id| self.token_of_id(&id)))
    }

    /// Reply addresses anywhere in a header that the address parser could not read.
    fn addresses_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Token> + 'a {
        text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | ':'))
            .filter_map(|word| self.token_of_address(REPLY_LOCAL, word))
    }

    /// Our Message-ID in what a report returns or names, and as the UID of a calendar object.
    fn inside<'a>(&'a self, mail: &'a Mail) -> impl Iterator<Item = Token> + 'a {
        let reports = mail.parts.attachments.iter().filter(|one| one.kind == PartKind::Report);
        let returned = reports.filter_map(|one| self.named_in(&one.bytes));
        let calendars = mail.parts.attachments.iter().filter(|one| one.kind == PartKind::Calendar);
        let events = calendars.filter_map(|one| {
            let text = String::from_utf8_lossy(&one.bytes);
            text.lines().take(2_000).find_map(|line| line.trim().strip_prefix("UID:").and_then(|uid| self.token_of_id(uid)))
        });
        returned.chain(events)
    }
}

/// How much of an attached mail is looked at for its Message-ID.
const HEAD: usize = 64 * 1024;

fn add(found: &mut Vec<FoundToken>, token: Option<Token>, carrier: TokenCarrier) {
    let Some(token) = token else { return };
    if found.len() < 50 && !found.iter().any(|one| one.token == token) {
        found.push(FoundToken { token, carrier });
    }
}

/// Tokens on lines `Kode naskah: <token>`, quoted or not. A client may have put the token on the next line.
fn lines(text: &str) -> impl Iterator<Item = Token> {
    text.split(TOKEN_LINE).skip(1).filter_map(|after| {
        let word = after.split_whitespace().find(|word| !word.chars().all(|c| c == '>'))?;
        Token::parse(word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "7bwvdtb3tvtlkcxl3gorbiigaa";
    const B: &str = "gj6znf63vtoihgmvgzaxhmr4an";

    fn found(mail: &str) -> Vec<(String, TokenCarrier)> {
        let mail = Mail::parse(mail.as_bytes()).unwrap();
        let gateway = Gateway::new("Kurir.example");
        gateway.tokens(&mail).into_iter().map(|one| (one.token.expose().to_owned(), one.carrier)).collect()
    }

    #[test]
    fn a_token_is_found_where_it_stands_with_its_strongest_carrier() {
        let table = [
            (format!("To: <balas+{A}@kurir.example>\nIn-Reply-To: <d.{A}@kurir.example>\n\n"), TokenCarrier::Address),
            (format!("To: x@y.example\nX-Original-To: BALAS+{}@KURIR.example\n\n", A.to_uppercase()), TokenCarrier::Address),
            (format!("Received: from a\n\tfor <balas+{A}@kurir.example>; Fri\nTo: x@y\n\n"), TokenCarrier::Address),
            (format!("Delivered-To: kembali+{A}@kurir.example\n\n"), TokenCarrier::Address),
            (format!("References: <x@y> <d.{A}@kurir.example>\n\n"), TokenCarrier::Thread),
            (format!("To: x@y\n\nya\n> Kode naskah: {A}\n"), TokenCarrier::Line),
            (
                format!("To: x@y\n\nHi. This is the qmail-send program.\n\nMessage-ID: <d.{A}@kurir.example>\n"),
                TokenCarrier::Line,
            ),
            (
                format!("Content-Type: message/disposition-notification\n\nOriginal-Message-ID: <d.{A}@kurir.example>\n"),
                TokenCarrier::Thread,
            ),
            (format!("Content-Type: message/rfc822\n\nMessage-ID: <d.{A}@kurir.example>\nSubject: x\n\n"), TokenCarrier::Line),
            (format!("Content-Type: text/calendar\n\nBEGIN:VEVENT\nUID:d.{A}@kurir.example\n"), TokenCarrier::Thread),
            (format!("To: x@y\n\nya\n> Kode naskah:\n> {A}.\n"), TokenCarrier::Line),
        ];
        for (mail, carrier) in table {
            assert_eq!(found(&mail), [(A.to_owned(), carrier)], "{mail}");
        }
    }

    #[test]
    fn what_is_minted_is_found_again() {
        let (gateway, token) = (Gateway::new("kurir.example"), Token::parse(A).unwrap());
        assert_eq!(gateway.token_of_address(REPLY_LOCAL, &gateway.reply_address(&token)).as_ref(), Some(&token));
        assert_eq!(gateway.token_of_address(BOUNCE_LOCAL, &gateway.bounce_address(&token)).as_ref(), Some(&token));
        assert_eq!(gateway.token_of_id(&gateway.message_id(&token)).as_ref(), Some(&token));
        assert!(gateway.reply_address(&token).split('@').next().unwrap().len() <= 64, "RFC 5321 4.5.3.1.1");
    }

    #[test]
    fn other_domains_and_other_words_carry_nothing() {
        for mail in [
            format!("To: balas+{A}@evil.example\n\n"),
            format!("To: lain+{A}@kurir.example\n\n"),
            format!("In-Reply-To: <d.{A}@evil.example>\n\n"),
            format!("To: x@y\n\n{A}\n"),
            "To: balas+short@kurir.example\n\nKode naskah: short\n".to_owned(),
        ] {
            assert_eq!(found(&mail), [], "{mail}");
        }
    }

    #[test]
    fn two_letters_at_once_disagree() {
        let gateway = Gateway::new("kurir.example");
        let both = Mail::parse(format!("To: balas+{A}@kurir.example, balas+{B}@kurir.example\n\n").as_bytes()).unwrap();
        assert!(gateway.token(&both).1);
        let crossed = format!("To: balas+{A}@kurir.example\nIn-Reply-To: <d.{B}@kurir.example>\n\n");
        assert!(gateway.token(&Mail::parse(crossed.as_bytes()).unwrap()).1);
        for old in [
            format!("To: balas+{A}@kurir.example\n\n> Kode naskah: {B}\n"),
            format!("In-Reply-To: <d.{A}@kurir.example>\nReferences: <d.{B}@kurir.example> <d.{A}@kurir.example>\n\n"),
            format!("References: <d.{B}@kurir.example> <d.{A}@kurir.example>\n\n"),
        ] {
            let (token, disagree) = gateway.token(&Mail::parse(old.as_bytes()).unwrap());
            assert!(!disagree && token.unwrap().token.expose() == A, "{old}");
        }
    }
}
