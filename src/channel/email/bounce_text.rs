//! Reports of mail servers in free text: a fallback for the clerk's eye.
//!
//! Text enters; addresses and codes that stand near each other leave. It guesses, so nothing it says fails a delivery.

use super::bounce::{Action, RecipientReport};
use super::parse::Mail;

/// Characters of text that are looked at, and recipients that are told.
const TEXT: usize = 64 * 1024;
const RECIPIENTS: usize = 20;

/// The recipients that a report in free text names, with the best code that stands near each.
pub(super) fn recipients(mail: &Mail) -> Vec<RecipientReport> {
    // Some gateways put the report itself into an attached text.
    let attached = mail.parts.attachments.iter().find(|one| one.content_type == "text/plain" && mail.text().trim().is_empty());
    let attached = attached.map(|one| String::from_utf8_lossy(&one.bytes).into_owned());
    let text = attached.as_deref().unwrap_or(mail.text());
    let text = text.get(..text.floor_char_boundary(TEXT)).unwrap_or(text);
    let told = report_text(text);
    let named = named_recipients(mail, told);
    let delayed = is_delay(&mail.subject, told);
    named
        .into_iter()
        .map(|recipient| {
            let status = status_near(told, &recipient).unwrap_or_default();
            let status = if status.is_empty() && delayed { "4.0.0".to_owned() } else { status };
            let class = status.bytes().next();
            let action = if delayed || class == Some(b'4') { Action::Delayed } else { Action::Failed };
            let permanent = class == Some(b'5') && action == Action::Failed;
            RecipientReport { recipient, original_recipient: None, status, action, permanent, diagnostic: String::new() }
        })
        .collect()
}

/// The part of a text that begins with the fields of a status part; empty where there are none.
pub(super) fn groups_in(text: &str) -> &str {
    const FIELDS: &[&str] =
        &["\nReporting-MTA:", "\nFinal-Recipient:", "\nOriginal-Recipient:", "\nFinal-recipient:", "\nOriginal-recipient:"];
    let head = text.get(..text.floor_char_boundary(TEXT)).unwrap_or(text);
    let at = FIELDS.iter().filter_map(|field| head.find(field)).min();
    at.and_then(|at| head.get(at + 1..)).unwrap_or_default()
}

/// What stands in front of the returned mail: the report itself.
fn report_text(text: &str) -> &str {
    const CUTS: &[&str] = &[
        "below this line is a copy of the message",
        "this is a copy of the message",
        "original message follows",
        "returned message follows",
        "message header follows",
        "original message header",
        "--- original message",
        "----- original message",
        "unsent message follows",
        "start of returned message",
        "the header of the original message",
        "your original message",
        "text of your message",
        "below is a copy of",
        "\nreturn-path: <",
        "\nreceived: from",
        "message headers follow",
        "original mail as follows",
        "[original message",
    ];
    let lower = text.to_ascii_lowercase();
    let at = CUTS.iter().filter_map(|cut| lower.find(cut)).filter(|at| *at > 40).min().unwrap_or(text.len());
    text.get(..at).unwrap_or(text)
}

fn named_recipients(mail: &Mail, text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let header = mail.headers.text("x-failed-recipients").unwrap_or_default();
    addresses(&header, &mut found);
    if !found.is_empty() {
        return found;
    }
    let to = mail.headers.mailboxes("to");
    let own: Vec<&str> = mail.from.iter().chain(&to).map(|one| one.address.as_str()).collect();
    addresses(text, &mut found);
    let program = |address: &String| {
        let local = address.split('@').next().unwrap_or_default();
        own.contains(&address.as_str())
            || matches!(local, "postmaster" | "mailer-daemon" | "support" | "help" | "abuse" | "root" | "noreply")
    };
    let kept: Vec<String> = found.iter().filter(|address| !program(address)).cloned().collect();
    // Only the first is believed unless the header listed them: later ones are often the writer or a help desk.
    kept.into_iter().take(1).collect()
}

fn addresses(text: &str, found: &mut Vec<String>) {
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '[' | ']' | '\''))
    {
        let word = word.trim_start_matches("mailto:").trim_start_matches("rfc822;").trim_matches(['.', ':', '!', '=', '*']);
        let good = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._%+-=/&'#~".contains(c));
        let Some((local, domain)) = word.rsplit_once('@') else { continue };
        if found.len() < RECIPIENTS && good(local) && good(domain) && domain.contains('.') && domain.len() > 3 {
            let address = word.to_lowercase();
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
}

/// The first enhanced code after the address, else anywhere, else the class of a reply code.
fn status_near(text: &str, recipient: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let after = lower.find(recipient).and_then(|at| lower.get(at..)).unwrap_or_default();
    enhanced(after)
        .or_else(|| enhanced(&lower))
        .or_else(|| reply_code(after).or_else(|| reply_code(&lower)).map(|class| format!("{class}.0.0")))
        .or_else(|| by_words(&lower))
}

/// What the usual words of mail servers mean as a code.
fn by_words(lower: &str) -> Option<String> {
    const WORDS: &[(&str, &str)] = &[
        ("user unknown", "5.1.1"),
        ("unknown user", "5.1.1"),
        ("no such user", "5.1.1"),
        ("no mailbox here by that name", "5.1.1"),
        ("not recognized", "5.1.1"),
        ("does not exist", "5.1.1"),
        ("recipient unknown", "5.1.1"),
        ("unknown recipient", "5.1.1"),
        ("not listed in", "5.1.1"),
        ("no such recipient", "5.1.1"),
        ("invalid recipient", "5.1.1"),
        ("tidak ditemukan", "5.1.1"),
        ("mailbox is full", "5.2.2"),
        ("mailbox full", "5.2.2"),
        ("quota", "5.2.2"),
        ("host unknown", "5.1.2"),
        ("host not found", "5.1.2"),
        ("domain name not found", "5.1.2"),
        ("too large", "5.3.4"),
        ("message size exceeds", "5.3.4"),
        ("suspended", "5.2.1"),
        ("disabled", "5.2.1"),
    ];
    WORDS.iter().find(|(word, _)| lower.contains(word)).map(|(_, status)| (*status).to_owned())
}

fn is_delay(subject: &str, text: &str) -> bool {
    const WORDS: &[&str] =
        &["delayed", "delay)", "will retry", "will be retried", "will continue to try", "warning message only", "belum terkirim"];
    let subject = subject.to_lowercase();
    let head: String = text.chars().take(2_000).collect::<String>().to_lowercase();
    (subject.contains("delay") || subject.contains("warning")) || WORDS.iter().any(|word| head.contains(word))
}

/// The first enhanced status code (RFC 3463) of class 2, 4 or 5 that stands as a word of its own.
pub(super) fn enhanced(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
        let word = word.trim_matches('.');
        let mut parts = word.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let short = |part: &str| (1..=3).contains(&part.len());
        let good = parts.next().is_none() && matches!(class, "2" | "4" | "5") && short(subject) && short(detail);
        good.then(|| word.to_owned())
    })
}

/// Class of the first SMTP reply code (4xx, 5xx) that stands as a word of its own.
pub(super) fn reply_code(text: &str) -> Option<char> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ':' | '<' | '>' | '-' | ',' | '[' | ']' | '#' | ';'))
        .filter(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .find_map(|word| word.chars().next().filter(|class| matches!(class, '4' | '5')))
}

/// Message-ID of a mail that is returned as text below the report.
pub(super) fn returned_id(text: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(TEXT)).unwrap_or(text);
    text.lines().find_map(|line| {
        let line = line.trim_start_matches(['>', ' ', '\t']);
        let (name, value) = line.split_once(':')?;
        let id = value.trim().strip_prefix('<')?.split('>').next()?;
        name.eq_ignore_ascii_case("message-id").then(|| id.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_of_their_own() {
        assert_eq!(enhanced("550-5.1.1 x").as_deref(), Some("5.1.1"));
        assert_eq!(enhanced("(#5.1.1 - chkusr)").as_deref(), Some("5.1.1"));
        assert_eq!(enhanced("host 192.0.2.5 version 5.5.1960.3 says 4.7.650").as_deref(), Some("4.7.650"));
        assert_eq!(enhanced("no code"), None);
        assert_eq!(reply_code("said: 550 sorry"), Some('5'));
        assert_eq!(reply_code("at 2010 or 5504"), None);
    }
}
