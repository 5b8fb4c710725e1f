//! Officials at their mail clients: logged in at the city's submission server, or outside behind a DKIM signature.

use super::Town;
use crate::servers::StoredMail;
use crate::servers::outside::Domain;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kurir::domain::clock::Clock as _;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An official at a mail client.
pub struct Official<'a> {
    town: &'a Town,
    /// His address.
    pub address: String,
}

/// What a test may do differently from a well-behaved client.
#[derive(Debug, Clone, Default)]
pub struct Oddly {
    /// Headers in place of the one From.
    pub from: Option<String>,
    /// The address it is sent to, in place of the Reply-To.
    pub to: Option<String>,
    /// Whether In-Reply-To and References are left out.
    pub no_thread: bool,
    /// Further headers, each with its line end.
    pub headers: String,
    /// The subject.
    pub subject: Option<String>,
    /// Files that are attached: name, media type, bytes.
    pub files: Vec<(String, String, Vec<u8>)>,
}

impl Town {
    /// The official with this address.
    pub fn official(&self, address: &str) -> Official<'_> {
        Official { town: self, address: address.to_owned() }
    }
}

impl Official<'_> {
    /// Answers a mail the way his address lets him: over the submission server, or from outside with DKIM. Gives the Message-ID.
    pub async fn reply(&self, to: &StoredMail, text: &str) -> String {
        self.reply_oddly(to, text, &Oddly::default()).await
    }

    /// The same, with something odd about it.
    pub async fn reply_oddly(&self, to: &StoredMail, text: &str, oddly: &Oddly) -> String {
        let (id, raw, rcpt) = self.written(to, text, oddly);
        let outside = !self.address.ends_with("sukamaju.example");
        let sent = if outside {
            let domain = Domain { name: self.address.split_once('@').unwrap().1.to_owned() };
            self.town.post.arrive(&self.address, &[&rcpt], &domain.sign(&raw)).await
        } else {
            let account = self.town.post.add_mailbox(&self.address);
            self.town.post.submit(&account, &[&rcpt], &raw).await
        };
        assert!(sent.is_ok(), "{sent:?}");
        self.town.arrived(&id).await;
        id
    }

    /// Brings the mail to the MX from a server that may not send for this address, without a signature.
    pub async fn forge(&self, to: &StoredMail, text: &str, oddly: &Oddly) -> String {
        let (id, raw, rcpt) = self.written(to, text, oddly);
        let sent = self.town.post.outside_talk("203.0.113.66").await.mail(&self.address, &[&rcpt], &raw).await;
        assert!(sent.is_ok(), "{sent:?}");
        self.town.arrived(&id).await;
        id
    }

    /// Puts the mail into the gateway's mailbox past every border: no border would deliver it so.
    pub fn plant(&self, to: &StoredMail, text: &str, oddly: &Oddly) -> String {
        let (id, raw, _) = self.written(to, text, oddly);
        self.town.post.drop_into(&self.town.gateway(), &format!("planted-{id}"), &raw);
        id
    }

    fn written(&self, to: &StoredMail, text: &str, oddly: &Oddly) -> (String, Vec<u8>, String) {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let id = format!("r{}.{}", NEXT.fetch_add(1, Ordering::Relaxed), self.address);
        let address = |value: &String| value.rsplit('<').next().unwrap().trim_end_matches('>').trim().to_owned();
        let asked = to.headers("Reply-To").first().map(address);
        let rcpt = oddly.to.clone().or(asked).expect("the mail has a Reply-To");
        let from = oddly.from.clone().unwrap_or_else(|| format!("From: <{}>\r\n", self.address));
        let parent = to.headers("Message-ID").first().cloned().unwrap_or_default();
        let thread = if oddly.no_thread { String::new() } else { format!("In-Reply-To: {parent}\r\nReferences: {parent}\r\n") };
        let subject = oddly.subject.clone().unwrap_or_else(|| "Re: surat".to_owned());
        let date = jiff::fmt::rfc2822::to_string(
            &self.town.clock.now().to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(7))),
        );
        let raw = format!(
            "{from}To: <{rcpt}>\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{id}>\r\n{thread}{}MIME-Version: 1.0\r\n{}",
            date.unwrap(),
            oddly.headers,
            body(text, &oddly.files),
        );
        (id, raw.into_bytes(), rcpt)
    }
}

/// The text alone, or with files beside it.
fn body(text: &str, files: &[(String, String, Vec<u8>)]) -> String {
    let text = format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        text.replace('\n', "\r\n")
    );
    if files.is_empty() {
        return text;
    }
    let mut mixed = format!("Content-Type: multipart/mixed; boundary=batas\r\n\r\n--batas\r\n{text}");
    for (name, media_type, bytes) in files {
        let encoded = STANDARD.encode(bytes);
        let lines: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        write!(
            mixed,
            "--batas\r\nContent-Type: {media_type}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        )
        .unwrap();
    }
    mixed + "--batas--\r\n"
}

impl Town {
    /// Lets mail to one more address of the gateway's domain come into its mailbox, as a catch-all or an alias does it.
    pub fn catches(&self, local: &str) {
        let mailbox = self.post.dovecot.maildir(&self.gateway());
        let alias = mailbox.with_file_name(local);
        if !alias.exists() {
            std::os::unix::fs::symlink(&mailbox, alias).unwrap();
        }
    }

    /// Waits until a mail lies in the gateway's mailbox.
    pub async fn arrived(&self, id: &str) {
        let gateway = self.gateway();
        let look = || {
            let there = self.post.mails_now(&gateway).iter().any(|mail| mail.text().contains(id));
            there.then_some(()).ok_or_else(|| self.post.postfix.log())
        };
        crate::servers::until("the reply is in the mailbox", look).await;
    }

    /// Waits until a report of the mail server lies in the gateway's mailbox, and lets it be read.
    pub async fn reported(&self) {
        let gateway = self.gateway();
        let look = || {
            let there = !self.post.mails_now(&gateway).is_empty();
            there.then_some(()).ok_or_else(|| self.post.postfix.log())
        };
        crate::servers::until("the report is in the mailbox", look).await;
        self.run_until_idle().await;
    }

    /// The mails of this town in an official's mailbox, oldest first.
    pub fn mails_of(&self, address: &str) -> Vec<StoredMail> {
        let ours = format!("kurir@{}", self.domain);
        let mut mails = self.post.mails_now(address);
        mails.retain(|mail| mail.headers("From").iter().any(|from| from.contains(&ours)));
        mails
    }

    /// The newest mail of this town in an official's mailbox.
    #[track_caller]
    pub fn mail_of(&self, address: &str) -> StoredMail {
        self.mails_of(address).pop().unwrap_or_else(|| panic!("no mail for {address}"))
    }
}
