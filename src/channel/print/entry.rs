//! What an entry of the spool is made of.

use crate::domain::delivery::PrintReason;
use crate::domain::ids::DeliveryId;
use crate::domain::letter::{SecurityClass, Urgency};
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A file that goes to paper as it is.
#[derive(Debug, Clone, Copy)]
pub struct SpoolFile<'a> {
    /// Name as the sender wrote it; it stands in the ticket, never in the file system.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// One print job.
#[derive(Debug, Clone)]
pub struct SpoolJob<'a> {
    /// What is told about it.
    pub ticket: Ticket,
    /// The ticket for people, in Indonesian (set by the desk).
    pub ticket_text: &'a str,
    /// The cover sheet.
    pub cover: &'a [u8],
    /// What was done with the letter, where this paper brings an act: its name in the folder and its bytes.
    pub act: Option<(ActFile, &'a [u8])>,
    /// The letter, untouched.
    pub letter: SpoolFile<'a>,
    /// Attachments, untouched, in the order of the letter.
    pub attachments: Vec<SpoolFile<'a>>,
}

/// Name of the sheet that says what an official did; it lies between cover and letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActFile {
    /// A disposition.
    Disposition,
    /// Another act.
    Other,
}

impl ActFile {
    const fn name(self) -> &'static str {
        match self {
            Self::Disposition => "01-lembar-disposisi.pdf",
            Self::Other => "01-lembar-tindakan.pdf",
        }
    }
}

/// What a printer's script needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The delivery: with the sheet number the name of the entry.
    pub delivery: DeliveryId,
    /// First sheet is 1; a reprint is the next number and an entry of its own.
    pub sheet_number: u32,
    /// For whom, one line.
    pub recipient: String,
    /// Where to, lines.
    pub address: Vec<String>,
    /// Courier route; may be empty.
    pub route: String,
    /// Why on paper.
    pub reason: PrintReason,
    /// How many copies.
    pub copies: u32,
    /// Speed.
    pub urgency: Urgency,
    /// Class; closed ones go into a double envelope.
    pub class: SecurityClass,
}

/// A file of an entry: its name in the folder and its bytes.
pub(super) struct Part<'a> {
    pub(super) file: String,
    pub(super) bytes: std::borrow::Cow<'a, [u8]>,
}

/// A ticket with the list of files, as it is written down.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    ticket: &'a Ticket,
    files: Vec<WrittenFile<'a>>,
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    file: &'a str,
    name: &'a str,
    sha256: String,
}

impl Ticket {
    /// Name of the entry in the spool folder.
    pub fn entry(&self) -> String {
        format!("{}-{}", self.delivery, self.sheet_number)
    }
}

impl SpoolJob<'_> {
    /// Every file of the entry in the order of printing, with tickets and checksums last.
    pub(super) fn parts(&self) -> serde_json::Result<Vec<Part<'_>>> {
        let mut parts = vec![part("00-lembar-sampul.pdf".to_owned(), self.cover)];
        parts.extend(self.act.map(|(file, bytes)| part(file.name().to_owned(), bytes)));
        parts.push(part(format!("01-surat.{}", extension(self.letter.name)), self.letter.bytes));
        for (at, file) in self.attachments.iter().enumerate() {
            parts.push(part(format!("{:02}-lampiran.{}", at + 2, extension(file.name)), file.bytes));
        }
        let ours = std::iter::repeat_n("", 1 + usize::from(self.act.is_some()));
        let names = ours.chain([self.letter.name]).chain(self.attachments.iter().map(|file| file.name));
        let files = parts
            .iter()
            .zip(names)
            .map(|(part, name)| WrittenFile { file: &part.file, name, sha256: hex_sha256(&part.bytes) })
            .collect();
        let json = serde_json::to_vec_pretty(&Written { ticket: &self.ticket, files })?;
        parts.push(Part { file: "tiket.json".to_owned(), bytes: json.into() });
        parts.push(part("tiket.txt".to_owned(), self.ticket_text.as_bytes()));
        let sums = parts.iter().fold(String::new(), |mut sums, part| {
            // The form that `sha256sum --check` reads.
            let _ = writeln!(sums, "{}  {}", hex_sha256(&part.bytes), part.file);
            sums
        });
        parts.push(Part { file: SUMS.to_owned(), bytes: sums.into_bytes().into() });
        Ok(parts)
    }
}

/// Name of the checksums: two entries with the same one have the same content.
pub(super) const SUMS: &str = "SHA256SUMS";

fn part(file: String, bytes: &[u8]) -> Part<'_> {
    Part { file, bytes: bytes.into() }
}

/// A harmless ending, since names come from anybody.
fn extension(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let good = (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    if good { ending } else { "bin".to_owned() }
}

fn hex_sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_outside_leave_only_a_harmless_ending() {
        assert_eq!(extension("Peta.PDF"), "pdf");
        for name in ["x", "x.", "../../etc/passwd", "a.b/c", "a.tar.gz\0", "a.aaaaaaaaaaaa"] {
            assert_eq!(extension(name), "bin", "{name}");
        }
    }
}
