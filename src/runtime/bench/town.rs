//! The town of a measurement: as many officials as a round has recipients, fifty a unit, every one with a mail address; and
//! the letters to them. Made anew from numbers, so that a run needs no files and every run has the same work.

use crate::domain::codes::PositionCode;
use crate::domain::letter::{Addressee, Letter, LetterKind, Recipient, RecipientRole, SecurityClass, Sender, Urgency};
use crate::domain::registry::{RegistryFile, RegistryFiles};
use crate::flow::accept::{Submission, SubmittedFile};
use anyhow::Result;
use jiff::civil::Date;
use std::fmt::Write as _;

/// Posts of one unit.
const UNIT: usize = 50;

/// Code of a post.
pub fn post(number: usize) -> String {
    let (unit, place) = (number / UNIT, number % UNIT);
    format!("POS-{unit:03}-{place:02}")
}

/// Mail address of its holder.
pub fn address(number: usize) -> String {
    format!("pejabat.{number}@dinas{:03}.kota.example", number / UNIT)
}

fn employee(number: usize) -> String {
    let (block, place) = (number / 999, number % 999 + 1);
    format!("1970{:02}{:02}1995031{place:03}", 1 + block % 12, 1 + block / 12 % 28)
}

/// The registry of a town with so many posts.
pub fn registry(posts: usize) -> RegistryFiles {
    let mut units = "code,name,kind,parent_code,address,route\n".to_owned();
    let mut positions = "code,title,unit_code,superior_code,aliases,short_title\n".to_owned();
    let mut officials = "employee_number,name,email,rank,grade\n".to_owned();
    let mut held = "position_code,employee_number,capacity,valid_from,valid_to,order_number\n".to_owned();
    let mut desks = "unit_code,employee_number,valid_from,order_number,role,valid_to\n".to_owned();
    for number in 0..posts {
        let unit = number / UNIT;
        let (code, person) = (post(number), employee(number));
        if number % UNIT == 0 {
            let parent = if unit == 0 { "" } else { "DINAS-000" };
            let _ = writeln!(
                units,
                "DINAS-{unit:03},Dinas Urusan {unit},agency,{parent},Jl. Contoh No. {unit} Kota 19801,Rute {unit}"
            );
            let _ = writeln!(desks, "DINAS-{unit:03},{person},2026-01-05,800/{unit}/OPR,operator,");
        }
        let (title, superior) = title(number);
        let short = format!("{} {unit:03}", title.0);
        let _ = writeln!(
            positions,
            "{code},{} Dinas Urusan {unit},DINAS-{unit:03},{superior},{},{short}",
            title.1,
            title.0.to_lowercase()
        );
        let _ = writeln!(officials, "{person},Pejabat Nomor {number},{},Pembina,IV/a", address(number));
        let _ = writeln!(held, "{code},{person},definitive,2025-03-03,,821.2/{number}/2025");
    }
    RegistryFiles {
        units: RegistryFile::new("units.csv", units),
        positions: RegistryFile::new("positions.csv", positions),
        officials: RegistryFile::new("officials.csv", officials),
        incumbencies: RegistryFile::new("incumbencies.csv", held),
        operators: RegistryFile::new("operators.csv", desks),
        holidays: RegistryFile::new("holidays.csv", "date,name\n2026-01-01,Tahun Baru Masehi\n"),
        groups: None,
    }
}

/// Short and long title of a post, and its superior: a head, a secretary, eight heads of division with five sections each.
fn title(number: usize) -> ((String, String), String) {
    let (first, place) = (number - number % UNIT, number % UNIT);
    match place {
        0 if first == 0 => (("Kadis".into(), "Kepala".into()), String::new()),
        0 => (("Kadis".into(), "Kepala".into()), post(0)),
        1 => (("Sekdis".into(), "Sekretaris".into()), post(first)),
        2..10 => ((format!("Kabid {}", letter_of(place - 2)), format!("Kepala Bidang {}", letter_of(place - 2))), post(first)),
        _ => {
            let (division, section) = ((place - 10) / 5, (place - 10) % 5 + 1);
            let name = format!("{}{section}", letter_of(division));
            ((format!("Kasi {name}"), format!("Kepala Seksi {name}")), post(first + 2 + division))
        }
    }
}

/// Names of divisions.
const fn letter_of(place: usize) -> &'static str {
    match place {
        0 => "Alfa",
        1 => "Beta",
        2 => "Gama",
        3 => "Delta",
        4 => "Epsilon",
        5 => "Zeta",
        6 => "Eta",
        _ => "Teta",
    }
}

/// A letter from the head of the town to some posts, with a PDF of about so many bytes.
pub fn letter(id: &str, today: Date, to: &[usize], pdf_bytes: usize) -> Result<Submission> {
    let mut recipients = Vec::with_capacity(to.len());
    for number in to {
        let position: PositionCode = post(*number).parse()?;
        recipients.push(Recipient { role: RecipientRole::To, addressee: Addressee::Position(position) });
    }
    let letter = Letter {
        caller_id: id.to_owned(),
        letter_number: format!("005/{id}/{}", today.year()),
        letter_date: today,
        kind: LetterKind::OfficialLetter,
        urgency: Urgency::Normal,
        class: SecurityClass::Ordinary,
        classification_code: "005".into(),
        subject: "Penyampaian laporan triwulan".into(),
        summary: "Laporan triwulan disampaikan paling lambat akhir pekan ini.".into(),
        sender: Sender::Position(post(0).parse()?),
        recipients,
        answers: None,
        event: None,
        due: None,
    };
    let pdf = SubmittedFile { name: "surat.pdf".into(), bytes: pdf(id, pdf_bytes) };
    Ok(Submission { letter, pdf, attachments: Vec::new() })
}

/// A PDF of one empty page that carries its id and as many bytes that do not compress as are asked for.
fn pdf(id: &str, bytes: usize) -> Vec<u8> {
    let filling = noise(bytes.saturating_sub(700), id.len());
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let mut object = |out: &mut Vec<u8>, body: &[u8]| {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", places.len()).as_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendobj\n");
    };
    object(&mut out, b"<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut out, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(&mut out, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>");
    object(&mut out, format!("<< /Producer ({id}) >>").as_bytes());
    let mut stream = format!("<< /Length {} >>\nstream\n", filling.len()).into_bytes();
    stream.extend_from_slice(&filling);
    stream.extend_from_slice(b"\nendstream");
    object(&mut out, &stream);
    let begin = out.len();
    let mut tail = format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in &places {
        let _ = writeln!(tail, "{place:010} 00000 n ");
    }
    let _ = write!(tail, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n", places.len() + 1);
    out.extend_from_slice(tail.as_bytes());
    out
}

/// Bytes without a pattern, the same for the same seed.
pub fn noise(bytes: usize, seed: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64 ^ u64::try_from(seed).unwrap_or(0).wrapping_mul(0x9E37_79B9);
    let mut out = Vec::with_capacity(bytes + 8);
    while out.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out.truncate(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::registry::read;
    use crate::render::pdf_check::examine;

    #[test]
    fn the_town_imports_and_everybody_has_an_address() {
        let town = read(&registry(2_100)).unwrap_or_else(|faults| panic!("{:#?}", faults.first()));
        assert_eq!((town.positions.len(), town.units.len()), (2_100, 42));
        assert!(town.officials.iter().all(|one| one.email.is_some()));
    }

    #[test]
    fn a_letter_has_a_good_pdf_of_the_wanted_size() {
        let letter = letter("uji-1", jiff::civil::date(2026, 11, 24), &[1, 2], 50_000).unwrap();
        assert_eq!(examine(&letter.pdf.bytes).unwrap().pages, 1);
        assert!(letter.pdf.bytes.len().abs_diff(50_000) < 300, "{}", letter.pdf.bytes.len());
    }
}
