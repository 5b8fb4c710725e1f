//! Signs by which a report in free text is told from what people write.
//!
//! A mail enters, a yes or no leaves. No sign counts alone except the name of a mail program in From: people write about
//! mail that came back, too.

use super::parse::Mail;

/// Words of mail programs in a subject.
// One line a family, so that it is read like a table.
#[rustfmt::skip]
const SUBJECTS: &[&str] = &[
    "undeliver", "delivery status notification", "failure notice", "returned mail", "mail delivery", "delivery failure",
    "delivery failed", "delivery report", "delivery error", "delivery notification", "mail failure", "failure delivery",
    "nondeliverable", "non-delivery", "non remis", "message delayed", "delivery delayed", "mail system error",
    "unzustellbar", "unable to deliver", "error sending", "not delivered", "warning: could not send", "tidak dapat dikirim",
    "tidak terkirim", "gagal terkirim", "pengiriman gagal", "surel kembali", "returned to sender", "cannot send",
    "mail error", "message you sent blocked", "permanent delivery", "delayed mail", "delivery temporarily",
    "failed delivery", "rejected mail", "rejected:", "mail to", "couldn't be delivered", "user unknown",
];

/// Reports in free text: a program's name in From and a null sender or the words of mail servers in the subject.
pub(super) fn says_it_came_back(mail: &Mail) -> bool {
    let null_sender = mail.return_path.as_deref() == Some("");
    let robot = mail.from.iter().any(|from| is_robot(&from.address));
    let daemon = mail.from.iter().any(|from| {
        let local: String =
            from.address.split('@').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
        local.starts_with("mailerdaemon") || local.starts_with("maildaemon") || local == "mailer" || local == "bounce"
    });
    let postmaster = mail.from.iter().any(|from| {
        let local = from.address.split('@').next().unwrap_or_default().replace('_', "");
        let name = from.name.to_lowercase();
        local.starts_with("postmaster")
            || local == "mta"
            || ["mail delivery", "mailer-daemon", "system administrator"].iter().any(|program| name.contains(program))
    });
    let words = is_bounce_subject(&mail.subject);
    daemon
        || (postmaster && (null_sender || words || says_undelivered(mail.text())))
        || (words && null_sender)
        || (robot && says_undelivered(mail.text()))
}

/// The sentence of a mail server in the head of a text.
fn says_undelivered(text: &str) -> bool {
    const WORDS: &[&str] = &["not be delivered", "invalid user address", "was not delivered", "tidak dapat dikirim"];
    let head: String = text.chars().take(1_000).collect::<String>().to_lowercase();
    let head: String = head.split_whitespace().collect::<Vec<_>>().join(" ");
    WORDS.iter().any(|word| head.contains(word))
}

/// An address that nobody reads.
pub(super) fn is_robot(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(bare.as_str(), "noreply" | "donotreply" | "autoreply" | "autoresponder")
}

fn is_bounce_subject(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    let reply = ["re:", "balas:", "fwd:", "fw:"].iter().any(|prefix| subject.starts_with(prefix));
    !reply && SUBJECTS.iter().any(|word| subject.contains(word))
}
