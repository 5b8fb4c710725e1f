//! Letters and their papers.

use super::Town;
use jiff::civil::date;
use kurir::domain::letter::{
    Addressee, Letter, LetterKind, PostalParty, Recipient, RecipientRole, SecurityClass, Sender, Urgency,
};
use kurir::flow::accept::{AcceptError, Accepted, Submission, SubmittedFile, accept};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A letter from the Sekda to these positions, with a number of its own.
pub fn letter(to: &[&str]) -> Letter {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Letter {
        caller_id: format!("eoffice-{number}"),
        letter_number: format!("005/{number:04}/SETDA/2026"),
        letter_date: date(2026, 12, 7),
        kind: LetterKind::OfficialLetter,
        urgency: Urgency::Normal,
        class: SecurityClass::Ordinary,
        classification_code: "005".to_owned(),
        subject: "Rapat koordinasi penanganan banjir".to_owned(),
        summary: "Mohon menyiapkan data titik genangan.".to_owned(),
        sender: Sender::Position("SEKDA".parse().unwrap()),
        recipients: to.iter().map(|code| recipient(RecipientRole::To, position(code))).collect(),
        answers: None,
        event: None,
        due: None,
    }
}

/// A position as an addressee.
pub fn position(code: &str) -> Addressee {
    Addressee::Position(code.parse().unwrap())
}

/// Somebody outside as an addressee.
pub fn outside(name: &str, address: &str) -> Addressee {
    Addressee::Outside(PostalParty { name: name.to_owned(), address: address.to_owned() })
}

/// A line of the letter.
pub const fn recipient(role: RecipientRole, addressee: Addressee) -> Recipient {
    Recipient { role, addressee }
}

/// A PDF of one page with these words on it, as plain bytes that can be searched for.
pub fn pdf(words: &str) -> Vec<u8> {
    pdf_of(words, 0)
}

/// The same with so many bytes of ballast.
pub fn pdf_of(words: &str, ballast: usize) -> Vec<u8> {
    pdf_with(1, words, ballast)
}

/// The same with so many pages, all alike.
pub fn pdf_with(pages: usize, words: &str, ballast: usize) -> Vec<u8> {
    let stream = format!("BT /F1 12 Tf 60 780 Td ({words}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{}]/Count {pages}>>", vec!["3 0 R"; pages].join(" ")),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{stream}\nendstream", stream.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        format!("<</Length {ballast}>>\nstream\n{}\nendstream", "x".repeat(ballast)),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    out
}

/// What a caller hands in.
pub fn submission(letter: &Letter, pdf: Vec<u8>) -> Submission {
    let pdf = SubmittedFile { name: "surat.pdf".to_owned(), bytes: pdf };
    Submission { letter: letter.clone(), pdf, attachments: Vec::new() }
}

impl Town {
    /// Submits a letter with a small PDF; it must be taken.
    pub async fn submit(&self, letter: &Letter) -> Accepted {
        self.try_submit(letter, pdf(&letter.letter_number)).await.unwrap()
    }

    /// Submits a letter with this PDF.
    pub async fn try_submit(&self, letter: &Letter, pdf: Vec<u8>) -> Result<Accepted, AcceptError> {
        accept(self.house(), submission(letter, pdf)).await
    }
}
