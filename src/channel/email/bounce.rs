//! Reports of mail servers and mail clients, read.
//!
//! A mail of the classes bounce and mdn enters; who did not get what, and why, leaves. Nothing here fails a delivery: that
//! is decided where the token is known. What was read from free text says so.

use super::attachments::PartKind;
use super::bounce_text;
use super::headers::Headers;
use super::parse::Mail;

/// What a server did, or did not yet do (RFC 3464 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Given up.
    Failed,
    /// Tried again.
    Delayed,
    /// In the mailbox.
    Delivered,
    /// Handed to a server that reports nothing.
    Relayed,
    /// Handed to a list.
    Expanded,
}

impl Action {
    fn read(text: &str) -> Option<Self> {
        match text.trim().split([' ', '(', ';']).next()?.to_ascii_lowercase().as_str() {
            "failed" | "failure" | "fail" => Some(Self::Failed),
            "delayed" => Some(Self::Delayed),
            "delivered" => Some(Self::Delivered),
            "relayed" => Some(Self::Relayed),
            "expanded" => Some(Self::Expanded),
            _ => None,
        }
    }
}

/// What is reported for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientReport {
    /// The address, as the report names it finally, in lower case.
    pub recipient: String,
    /// The address that it was sent to at first, where the report says so.
    pub original_recipient: Option<String>,
    /// Enhanced status code ("5.1.1"); empty where there is none.
    pub status: String,
    /// What the server did.
    pub action: Action,
    /// Status class 5 and not only delayed.
    pub permanent: bool,
    /// What the remote server said; for the clerk, never for a log.
    pub diagnostic: String,
}

/// Where a report was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportSource {
    /// A message/delivery-status part.
    DeliveryStatus,
    /// Free text; it is shown to a clerk and fails nothing by itself.
    FreeText,
}

/// A report on a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Where it was read from.
    pub source: ReportSource,
    /// Original-Envelope-Id: the ENVID that we gave.
    pub envid: Option<String>,
    /// Who wrote it.
    pub reporting_mta: Option<String>,
    /// Message-ID of the mail that it is about.
    pub original_message_id: Option<String>,
    /// What became of it for each recipient.
    pub recipients: Vec<RecipientReport>,
}

/// What a mail client says that it did (RFC 8098).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayReport {
    /// Message-ID of the mail that it is about.
    pub original_message_id: Option<String>,
    /// True for "displayed"; false for deleted, dispatched and the rest.
    pub displayed: bool,
    /// The disposition type in lower case.
    pub disposition: String,
}

/// Reads a report on a delivery.
pub fn delivery_report(mail: &Mail) -> DeliveryReport {
    let mut report = DeliveryReport {
        source: ReportSource::DeliveryStatus,
        envid: None,
        reporting_mta: None,
        original_message_id: returned_id(mail),
        recipients: Vec::new(),
    };
    let parts = mail.parts.attachments.iter();
    for part in parts.filter(|one| one.content_type.starts_with("message/") && one.content_type.ends_with("delivery-status")) {
        for group in groups(&part.bytes) {
            read_group(&group, &mut report);
        }
    }
    if report.recipients.is_empty() {
        report.source = ReportSource::FreeText;
        // Some servers, and archives that lost a boundary, leave the groups in the text.
        for group in groups(bounce_text::groups_in(mail.text()).as_bytes()) {
            read_group(&group, &mut report);
        }
    }
    if report.recipients.is_empty() {
        report.recipients = bounce_text::recipients(mail);
        report.original_message_id = report.original_message_id.or_else(|| bounce_text::returned_id(mail.text()));
    }
    report
}

/// Reads a report on display.
pub fn display_report(mail: &Mail) -> Option<DisplayReport> {
    let part = mail.parts.attachments.iter().find(|one| one.content_type.ends_with("disposition-notification"))?;
    let fields = Headers::read(&part.bytes);
    let disposition = fields.text("disposition").unwrap_or_default();
    let kind = disposition.rsplit(';').next().unwrap_or_default();
    let kind = kind.split('/').next().unwrap_or_default().trim().to_ascii_lowercase();
    let original = fields.ids("original-message-id").into_iter().next().or_else(|| returned_id(mail));
    Some(DisplayReport { original_message_id: original, displayed: kind == "displayed", disposition: kind })
}

/// Message-ID of the mail or the headers that a report returns.
fn returned_id(mail: &Mail) -> Option<String> {
    mail.parts
        .attachments
        .iter()
        .filter(|one| one.kind == PartKind::Report || one.content_type == "message/rfc822")
        .filter(|one| {
            matches!(
                one.content_type.as_str(),
                "message/rfc822" | "text/rfc822-headers" | "message/global" | "message/global-headers"
            )
        })
        .find_map(|one| Headers::read(&one.bytes).ids("message-id").into_iter().next())
}

/// The groups of fields of a status part, which stand apart by empty lines.
fn groups(bytes: &[u8]) -> Vec<Headers> {
    let mut rest = bytes;
    let mut found = Vec::new();
    while !rest.is_empty() && found.len() < 1_000 {
        let group = Headers::read(rest);
        rest = rest.get(group.body_offset().max(1)..).unwrap_or_default();
        if !group.fields().is_empty() {
            found.push(group);
        }
    }
    found
}

fn read_group(group: &Headers, report: &mut DeliveryReport) {
    report.envid = report.envid.take().or_else(|| group.text("original-envelope-id").map(|text| xtext(text.trim())));
    report.reporting_mta = report.reporting_mta.take().or_else(|| group.text("reporting-mta").map(|text| typed(&text)));
    let original = group.text("original-recipient").map(|text| address(&text)).filter(|text| text.contains('@'));
    let last = group.text("final-recipient").map(|text| address(&text)).filter(|text| !text.is_empty());
    let Some(recipient) = last.or_else(|| original.clone()) else { return };
    let diagnostic = group.text("diagnostic-code").map(|text| typed(&text)).unwrap_or_default();
    let action = group.text("action").and_then(|text| Action::read(&text));
    let told = group.text("status").map(|text| text.trim().to_owned()).unwrap_or_default();
    let status = best_status(&told, &diagnostic);
    let class = status.bytes().next();
    let action = action.unwrap_or(if class == Some(b'2') {
        Action::Delivered
    } else if class == Some(b'4') {
        Action::Delayed
    } else {
        Action::Failed
    });
    let permanent = class == Some(b'5') && matches!(action, Action::Failed);
    report.recipients.push(RecipientReport { recipient, original_recipient: original, status, action, permanent, diagnostic });
}

/// The status field; where it says nothing exact (`5.0.0`) and the remote server's own words do, those of the same class.
fn best_status(told: &str, diagnostic: &str) -> String {
    let field = bounce_text::enhanced(told);
    let remote = bounce_text::enhanced(diagnostic);
    match (field, remote) {
        (Some(field), Some(remote)) => {
            let vague = field.ends_with(".0.0") && !remote.ends_with(".0.0");
            if vague && field.get(..1) == remote.get(..1) { remote } else { field }
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => bounce_text::reply_code(diagnostic).map(|class| format!("{class}.0.0")).unwrap_or_default(),
    }
}

/// The value behind `type;`.
fn typed(text: &str) -> String {
    text.split_once(';').map_or(text, |(_, value)| value).trim().to_owned()
}

/// The address behind `rfc822;`, in lower case, without brackets.
fn address(text: &str) -> String {
    let value = typed(text);
    let value = value.split_whitespace().find(|word| word.contains('@')).unwrap_or(&value);
    xtext(value).trim_matches(['<', '>', '"', '\'']).to_lowercase()
}

/// Decodes `+XX` (RFC 3461 4).
fn xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('+') {
        out.push_str(before);
        let code = after.get(..2).filter(|hex| hex.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
        if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|byte| (0x21..0x7f).contains(byte)) {
            out.push(char::from(byte));
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push('+');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: &str) -> DeliveryReport {
        let mail = format!(
            "From: MAILER-DAEMON@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\n{status}\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <d.x@kurir.example>\nSubject: y\n--b--\n"
        );
        delivery_report(&Mail::parse(mail.as_bytes()).unwrap())
    }

    #[test]
    fn a_status_part_gives_envid_original_and_every_recipient() {
        let read = report(
            "Reporting-MTA: dns; mx.example\nOriginal-Envelope-Id: krm-0001+2Ba+3Db\n\nFinal-Recipient: rfc822; A@x.example\nOriginal-Recipient: rfc822;a+2Bb@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n\nFinal-Recipient: rfc822; b@x.example\nAction: delayed\nStatus: 5.4.7\n\nFinal-Recipient: rfc822; c@x.example\nAction: relayed\nStatus: 2.0.0\n",
        );
        assert_eq!(read.envid.as_deref(), Some("krm-0001+a=b"));
        assert_eq!(read.original_message_id.as_deref(), Some("d.x@kurir.example"));
        assert_eq!(read.source, ReportSource::DeliveryStatus);
        let found: Vec<_> =
            read.recipients.iter().map(|one| (one.recipient.as_str(), one.status.as_str(), one.action, one.permanent)).collect();
        assert_eq!(
            found,
            [
                ("a@x.example", "5.1.1", Action::Failed, true),
                ("b@x.example", "5.4.7", Action::Delayed, false),
                ("c@x.example", "2.0.0", Action::Relayed, false),
            ]
        );
        assert_eq!(read.recipients[0].original_recipient.as_deref(), Some("a+b@x.example"));
    }

    #[test]
    fn a_vague_status_gives_way_to_the_remote_servers_words() {
        assert_eq!(best_status("5.0.0", "550 5.1.1 no such user"), "5.1.1");
        assert_eq!(best_status("5.0.0 (unknown)", "450 4.2.2 full"), "5.0.0", "but never across classes");
        assert_eq!(best_status("", "550 no such user"), "5.0.0");
    }

    #[test]
    fn displayed_is_told_from_deleted() {
        let mail = |kind: &str| {
            let text = format!(
                "From: a@x.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: <d.x@kurir.example>\nDisposition: manual-action/MDN-sent-manually; {kind}\n--b--\n"
            );
            display_report(&Mail::parse(text.as_bytes()).unwrap()).unwrap()
        };
        assert!(mail("displayed").displayed && mail("Displayed/error").displayed);
        assert!(!mail("deleted").displayed);
        assert_eq!(mail("displayed").original_message_id.as_deref(), Some("d.x@kurir.example"));
    }
}
