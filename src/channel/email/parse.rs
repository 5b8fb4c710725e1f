//! A mail, read: raw bytes enter, a [`Mail`] leaves, or a typed refusal that says what there is too much of.
//!
//! Nothing here judges: whether From is proven is for [`super::origin`], what kind of mail it is for [`super::classify`].
//! No link is followed, no attachment opened, nothing decrypted.

use super::attachments::{Attachment, PartKind};
use super::headers::{Headers, Mailbox};
use super::parts::{Parts, Problem, TextSource, take_apart};
use super::weigh::{Unreadable, weigh};
use crate::domain::limits::MAIL_HEADER_BYTES;
use jiff::Timestamp;

/// Headers that name whom a mail was for, the strongest first. Forwarding hides the To, but seldom all of them.
pub(super) const RECIPIENT_HEADERS: &[&str] =
    &["to", "cc", "delivered-to", "x-original-to", "x-delivered-to", "envelope-to", "x-envelope-to", "x-forwarded-to"];

/// A mail as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The header section.
    pub headers: Headers,
    /// Every mailbox of every From header.
    pub from: Vec<Mailbox>,
    /// How many From headers there are.
    pub from_headers: usize,
    /// Date header; a claim of the writer.
    pub date: Option<Timestamp>,
    /// Subject, decoded; empty where there is none.
    pub subject: String,
    /// Message-ID without brackets.
    pub message_id: Option<String>,
    /// Ids of In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// Ids of References, at most a hundred.
    pub references: Vec<String>,
    /// Addresses in To, Cc and what else names a recipient, in that order, without repetition.
    pub recipients: Vec<String>,
    /// Envelope sender as the last server wrote it; `Some("")` is the null sender.
    pub return_path: Option<String>,
    /// Text and attachments.
    pub parts: Parts,
}

impl Mail {
    /// Reads the raw bytes of a mail.
    pub fn parse(raw: &[u8]) -> Result<Self, Unreadable> {
        weigh(raw)?;
        let headers = Headers::read(raw);
        if headers.fields().is_empty() {
            return Err(Unreadable::NoHeader);
        }
        let parts = take_apart(raw)?;
        Ok(Self::of(headers, parts))
    }

    /// What the head of a mail says that is not read whole: over the limits, or its rest was not taken. It has no text and no
    /// parts.
    pub fn head(raw: &[u8]) -> Self {
        Self::of(Headers::read(raw.get(..MAIL_HEADER_BYTES).unwrap_or(raw)), Parts::default())
    }

    fn of(headers: Headers, parts: Parts) -> Self {
        Self {
            from: senders(&headers),
            from_headers: headers.all("from").count(),
            date: headers.date(),
            subject: headers.text("subject").unwrap_or_default().trim().to_owned(),
            message_id: headers.ids("message-id").into_iter().next(),
            in_reply_to: headers.ids("in-reply-to"),
            references: headers.ids("references"),
            recipients: recipients(&headers),
            return_path: headers.return_path(),
            headers,
            parts,
        }
    }

    /// The From address in lower case, where there is exactly one From header with exactly one address.
    pub fn only_from(&self) -> Option<&str> {
        let [only] = self.from.as_slice() else { return None };
        let fields: Vec<_> = self.headers.all("from").collect();
        let [field] = fields.as_slice() else { return None };
        let sure = is_plain_address(&only.address) && named_address(&field.text()).as_deref() == Some(only.address.as_str());
        sure.then_some(only.address.as_str())
    }

    /// The Authentication-Results as they stood, from the top down. ARC copies are never among them.
    pub fn authentication_results(&self) -> Vec<String> {
        self.headers.all("authentication-results").map(super::headers::Field::text).collect()
    }

    /// The text: the plain part, else what the HTML says; LF line ends.
    pub fn text(&self) -> &str {
        &self.parts.text
    }

    /// Where the text came from.
    pub const fn text_source(&self) -> TextSource {
        self.parts.source
    }

    /// The files that the writer attached: no images of the HTML, no parts of reports, no signatures. Of a mail that no person
    /// wrote they are nobody's files.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.parts.attachments.iter().filter(|one| matches!(one.kind, PartKind::File | PartKind::Calendar))
    }

    /// What is odd about the mail.
    pub fn problems(&self) -> &[Problem] {
        &self.parts.problems
    }
}

/// Mailboxes of From. A comma in an unquoted name ("Cecep Sopandi, M.Si. <...>") makes no second sender.
fn senders(headers: &Headers) -> Vec<Mailbox> {
    let mut list = headers.mailboxes("from");
    if list.iter().any(|one| one.address.contains('@')) {
        list.retain(|one| one.address.contains('@'));
    }
    list
}

/// A local part and a domain and nothing that two programs could read in two ways.
fn is_plain_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '\\' | '@');
    !local.is_empty() && !domain.is_empty() && !local.contains(odd) && !domain.contains(odd)
}

/// The address that a From value names beyond doubt: what stands between its only `<` and `>`, with nothing behind them, or
/// all of it where there are none. Quoted names and comments are left out; an encoded word is never an address.
fn named_address(text: &str) -> Option<String> {
    let (mut quoted, mut escaped, mut comments) = (false, false, 0_u32);
    let (mut bare, mut angle, mut closed) = (String::new(), None::<String>, false);
    for c in text.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' if quoted || comments > 0 => escaped = true,
            '"' if comments == 0 && (angle.is_none() || closed) => quoted = !quoted,
            _ if quoted => {}
            '(' => comments += 1,
            ')' if comments > 0 => comments -= 1,
            _ if comments > 0 => {}
            '<' if angle.is_none() => angle = Some(String::new()),
            '<' => return None,
            '>' if angle.is_some() && !closed => closed = true,
            other if closed && !other.is_whitespace() => return None,
            other => angle.as_mut().unwrap_or(&mut bare).push(other),
        }
    }
    if quoted || comments > 0 || (angle.is_some() && !closed) {
        return None;
    }
    Some(angle.unwrap_or(bare).trim().to_ascii_lowercase())
}

fn recipients(headers: &Headers) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let named = RECIPIENT_HEADERS.iter().flat_map(|name| headers.mailboxes(name)).map(|one| one.address);
    let received = headers.all("received").filter_map(|field| received_for(&field.text()));
    for address in named.chain(received).filter(|address| !address.is_empty()).take(1_000) {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// The address of `for <...>` in a Received header.
fn received_for(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    words.find(|word| word.eq_ignore_ascii_case("for"))?;
    let word = words.next()?.trim_end_matches(';');
    let address = word.strip_prefix('<')?.strip_suffix('>')?;
    address.contains('@').then(|| address.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_from(header: &str) -> Option<String> {
        Mail::parse(format!("{header}\nTo: x@y.example\n\ntext\n").as_bytes()).unwrap().only_from().map(str::to_owned)
    }

    #[test]
    fn there_is_one_from_only_where_nobody_can_read_two() {
        assert_eq!(only_from("From: Asep <Asep@City.example>").as_deref(), Some("asep@city.example"));
        assert_eq!(only_from("From: \"a@b <c@d>\" <asep@city.example>").as_deref(), Some("asep@city.example"));
        assert_eq!(only_from("From: a@b (c) <asep@city.example>").filter(|from| from != "asep@city.example"), None);
        assert_eq!(only_from("From: a@b <asep@city.example>").as_deref(), Some("asep@city.example"));
        assert_eq!(only_from("From: =?utf-8?q?Asep?=\n\t<asep@city.example>").as_deref(), Some("asep@city.example"));
        assert_eq!(only_from("From: Drs. H. Asep, M.Si., M.M. <asep@city.example>").as_deref(), Some("asep@city.example"));
        // The Kelvin sign folds to k outside ASCII; here it folds to nothing.
        assert_ne!(only_from("From: \u{212a}epala@city.example").as_deref(), Some("kepala@city.example"));
        assert_eq!(only_from("From: asep@city.example (Asep)").as_deref(), Some("asep@city.example"));
        for two in [
            "From: a@x.example, b@x.example",
            "From: a@x.example\nFrom: b@x.example",
            "From: <a@x.example> <b@x.example>",
            "From: a@x.example <b@x.example> c@x.example",
            "From: <a@x.example>b@x.example",
            "From: a@x.example (x) b@x.example",
            "From: =?utf-8?q?a=40x.example?=",
            "From: <=?utf-8?q?a=40x.example?=>",
            "From: <a@x.example",
            "From: <a@x.example\0>",
            "From: \"a@x.example",
            "From: <a@x.example>, ",
            "From: <a@x.example;dmarc=pass>",
            "From: \"a@x.example\"@evil.example",
            "From: team: a@x.example, b@x.example;",
            "From: ",
            "Subject: none",
        ] {
            assert_eq!(only_from(two), None, "{two}");
        }
    }

    #[test]
    fn recipients_come_from_every_header_that_names_one() {
        let mail = Mail::parse(
            b"From: a@x.example\nTo: One <one@k.example>\nReceived: from a by b\n\tfor <four@k.example>; Fri\nDelivered-To: two@k.example\n\n",
        )
        .unwrap();
        assert_eq!(mail.recipients, ["one@k.example", "two@k.example", "four@k.example"]);
    }

    #[test]
    fn no_mail_is_not_a_mail() {
        assert_eq!(Mail::parse(b""), Err(Unreadable::NoHeader));
        assert_eq!(Mail::parse(b"\r\n\r\nbody"), Err(Unreadable::NoHeader));
    }
}
