//! The sheet that says what an official did, for a reader whom only paper reaches: a disposition above all, in the form that
//! offices know, else a report, a return, a decision or a forward. It lies between cover and letter.
//!
//! In come the values of the record; out go the words of the form. Nothing is left out because it is long: the sheet grows.

use super::cover::Letterhead;
use crate::domain::letter::{SecurityClass, Urgency};
use crate::render::context::{Act, Assurance};
use crate::render::filters;
use crate::render::labels::Labels;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// From this length on a piece of words ends at the next space: the form takes no value without end.
const PIECE: usize = 1_500;
/// Longest piece of words, in characters; below what the form takes.
const LONGEST: usize = 1_900;

/// Who did it, as it stands under an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetActor {
    /// Title with capacity.
    pub title: String,
    /// Name with titles.
    pub name: String,
    /// Pangkat and golongan; may be empty.
    pub rank: String,
    /// NIP.
    pub number: String,
}

/// Everything on the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActSheet {
    /// What was done.
    pub act: Act,
    /// Head: the unit of whoever did it.
    pub letterhead: Letterhead,
    /// Surat dari.
    pub sender: String,
    /// Number.
    pub letter_number: String,
    /// Date on the letter.
    pub letter_date: Moment,
    /// When the letter came in.
    pub received: Moment,
    /// Agenda number; may be empty.
    pub agenda_number: String,
    /// Speed.
    pub urgency: Urgency,
    /// Class; of a closed letter neither hal nor words are printed, whatever stands here.
    pub class: SecurityClass,
    /// Hal.
    pub subject: String,
    /// To whom, titles, the reader first; empty where the act names nobody.
    pub targets: Vec<String>,
    /// Codes of instructions.
    pub instructions: Vec<String>,
    /// Until when.
    pub due: Option<Moment>,
    /// Whom a return suggests.
    pub suggested: Option<String>,
    /// Note, report or reason; may be empty and of many lines.
    pub words: String,
    /// Names of files that go along.
    pub files: Vec<String>,
    /// Who did it.
    pub actor: SheetActor,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// How it was proven.
    pub assurance: Assurance,
    /// When this sheet was made.
    pub printed_at: Moment,
}

/// The values of the form.
pub(super) fn data(sheet: &ActSheet, labels: &Labels) -> Result<Value, String> {
    let label = |group: &str, code: &str| labels.find(group, code).unwrap_or_default().to_owned();
    let closed = sheet.class.is_closed();
    let open = |words: &str| if closed { String::new() } else { words.to_owned() };
    let act = sheet.act.as_str();
    let wanted = |code: &String| labels.find("instruction", code).unwrap_or(code).to_owned();
    let instructions = sheet.instructions.iter().filter(|code| !closed || labels.find("instruction", code).is_some());
    Ok(json!({
        "title": label("sheet", act),
        "is_disposition": matches!(sheet.act, Act::Disposition | Act::Correction),
        "letterhead": sheet.letterhead,
        "sender": sheet.sender,
        "letter_number": sheet.letter_number,
        "letter_date": filters::plain_date(labels, &sheet.letter_date),
        "received": filters::plain_date(labels, &sheet.received),
        "agenda_number": sheet.agenda_number,
        "urgency": sheet.urgency.as_str(),
        "urgency_word": label("urgency", sheet.urgency.as_str()),
        "class": label("class", sheet.class.as_str()),
        "closed": closed,
        "subject": open(&sheet.subject),
        "targets": sheet.targets,
        "instructions": instructions.map(wanted).collect::<Vec<_>>(),
        "due": sheet.due.as_ref().map(|due| filters::long(labels, due)),
        "suggested": sheet.suggested,
        "words_label": label("sheet_words", act),
        "words": pieces(&open(&sheet.words)),
        "files": if closed { Vec::new() } else { sheet.files.clone() },
        "actor": sheet.actor,
        "recorded_at": filters::long(labels, &sheet.recorded_at),
        "assurance": filters::assurance(labels, &sheet.assurance).map_err(|fault| fault.to_string())?,
        "printed_at": filters::long(labels, &sheet.printed_at),
    }))
}

/// The lines of a text, cut at a space where they are longer than [`PIECE`], anywhere where there is no space.
fn pieces(words: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in words.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (mut piece, mut length) = (String::new(), 0);
        for c in line.chars() {
            piece.push(c);
            length += 1;
            if (length >= PIECE && c == ' ') || length >= LONGEST {
                all.push(std::mem::take(&mut piece));
                length = 0;
            }
        }
        all.push(piece);
    }
    all
}
