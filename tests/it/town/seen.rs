//! What people see: the words of a mail, its PDF and its seal; the folder entry that the clerk finds.

use super::Town;
use crate::servers::StoredMail;
use jiff::SignedDuration;
use kurir::domain::clock::Clock as _;
use kurir::domain::delivery::Channel;
use kurir::domain::ids::LetterId;
use mail_parser::{MessageParser, MimeHeaders as _};
use std::process::Command;

/// A print job as it lies in the spool folder.
#[derive(Debug)]
pub struct PrintEntry {
    /// The letter.
    pub letter: Vec<u8>,
    /// The cover sheet.
    pub cover: Vec<u8>,
    /// The ticket in words.
    pub ticket: String,
}

/// The first part of the mail as text.
pub fn plain(mail: &StoredMail) -> String {
    let parsed = MessageParser::default().parse(&mail.raw).unwrap();
    parsed.body_text(0).unwrap().into_owned()
}

/// The same in one line, however it was wrapped.
pub fn told(mail: &StoredMail) -> String {
    plain(mail).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The file that a mail brings, if any.
pub fn attachment(mail: &StoredMail) -> Option<Vec<u8>> {
    let parsed = MessageParser::default().parse(&mail.raw).unwrap();
    let found = parsed.parts.iter().find(|part| part.attachment_name() == Some("surat.pdf"));
    found.map(|part| part.contents().to_vec())
}

impl Town {
    /// openssl, which is not ours, accepts the seal, the chain and the sender's address of a mail from a real mailbox.
    #[track_caller]
    pub fn assert_sealed(&self, mail: &StoredMail) {
        let file = self.folder.join("diperiksa.eml");
        std::fs::write(&file, &mail.raw).unwrap();
        let at = self.clock.now().saturating_add(SignedDuration::from_mins(1)).unwrap().as_second().to_string();
        let output = Command::new("openssl")
            .args(["cms", "-verify", "-purpose", "smimesign", "-x509_strict", "-verify_email", &self.gateway(), "-CAfile"])
            .arg(self.opened.installation.layout.ca.as_os_str())
            .args(["-attime", &at, "-in"])
            .arg(&file)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stderr), mail.text());
    }

    /// The entry of a recipient's paper.
    pub async fn print_entry(&self, letter: LetterId, recipient: &str) -> PrintEntry {
        let delivery = self.delivery(letter, recipient, Channel::Print).await;
        let folder = self.opened.installation.layout.spool.join(format!("{}-1", delivery.id));
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sums = Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&folder).status().unwrap();
        assert!(sums.success(), "the checksums of the entry");
        PrintEntry {
            letter: read("01-surat.pdf"),
            cover: read("00-lembar-sampul.pdf"),
            ticket: String::from_utf8(read("tiket.txt")).unwrap(),
        }
    }
}
