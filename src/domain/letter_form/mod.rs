//! A letter as a person or a script writes it down for submission: a TOML text (docs/letter-form.md).
//!
//! In comes the text; out comes the letter, or every fault of it at once by field. Against the directory it is checked in a
//! second step, [`check()`], because the same letter may be looked at before anybody asks who exists. No file is read here.

mod check;
mod fault;
mod fields;
mod people;

#[cfg(test)]
mod tests;

pub use check::{check, dates, resolve};
pub use fault::{FormFault, FormFaultKind, FormNote};

use crate::domain::letter::{Event, Letter, SecurityClass, Urgency};
use crate::domain::limits;
use fields::{Faults, Section};
use toml::Table;

/// The example that docs/letter-form.md shows and explains.
pub const EXAMPLE: &str = include_str!("../../../config/letter.toml");

/// The sentences for faults and notes, for [`FaultTable`](crate::domain::fault_lines::FaultTable).
pub const SENTENCES: &str = include_str!("../../../templates/cli/form_faults.toml");

/// Every key at the top of the form.
const KEYS: &[&str] = &[
    "id",
    "number",
    "date",
    "kind",
    "urgency",
    "class",
    "classification",
    "subject",
    "summary",
    "sender",
    "to",
    "cc",
    "answers",
    "event",
    "due",
];

/// A form that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterForm {
    /// The letter. A bare code stands as a position until [`resolve`] has asked the directory.
    pub letter: Letter,
    /// What was decided in place of the writer, to be told to him.
    pub notes: Vec<FormNote>,
}

/// Reads a form: the letter, or every fault at once.
pub fn parse(text: &str) -> Result<LetterForm, Vec<FormFault>> {
    let table: Table = text.parse().map_err(|error| vec![fault::of_syntax(text, &error)])?;
    let form = Section::new(&table, "");
    let mut faults = Faults::new();
    form.known(KEYS, &mut faults);
    let mut notes = Vec::new();
    match letter(&form, &mut notes, &mut faults) {
        Some(letter) if faults.is_empty() => Ok(LetterForm { letter, notes }),
        _ => Err(faults),
    }
}

fn letter(form: &Section<'_>, notes: &mut Vec<FormNote>, faults: &mut Faults) -> Option<Letter> {
    let caller_id = form.field("id").needed_text(limits::CALLER_ID, faults);
    let letter_number = form.field("number").needed_text(limits::LETTER_NUMBER, faults);
    let letter_date = form.field("date").date(faults);
    let kind = form.field("kind").word(None, faults);
    let urgency = form.field("urgency").word(Some(Urgency::Normal), faults);
    let class = class(form, notes, faults);
    let classification_code = form.field("classification").text(limits::LETTER_NUMBER, faults);
    let subject = form.field("subject").needed_text(limits::SUBJECT, faults);
    let summary = form.field("summary").lines(limits::SUMMARY, faults);
    let sender = people::sender(form, faults);
    let recipients = people::recipients(form, faults);
    let answers = form.field("answers").text(limits::LETTER_NUMBER, faults);
    let event = event(form, faults);
    let due = form.field("due").optional_moment(faults);
    Some(Letter {
        caller_id: caller_id?,
        letter_number: letter_number?,
        letter_date: letter_date?,
        kind: kind?,
        urgency: urgency?,
        class: class?,
        classification_code: classification_code?,
        subject: subject?,
        summary: summary?,
        sender: sender?,
        recipients: recipients?,
        answers: answers.map(|number| Some(number).filter(|number| !number.is_empty()))?,
        event: event?,
        due: due?,
    })
}

/// The class must be named; a name that nobody knows counts as secret, and the writer is told so.
fn class(form: &Section<'_>, notes: &mut Vec<FormNote>, faults: &mut Faults) -> Option<SecurityClass> {
    let given = form.field("class").needed_text(limits::LETTER_NUMBER, faults)?;
    let class = SecurityClass::parse_or_secret(&given);
    if class.as_str() != given {
        notes.push(FormNote::ClassUnknown { given });
    }
    Some(class)
}

#[expect(clippy::option_option, reason = "the outer one tells a fault, the inner one a letter without event")]
fn event(form: &Section<'_>, faults: &mut Faults) -> Option<Option<Event>> {
    let field = form.field("event");
    if field.is_absent() {
        return Some(None);
    }
    let section = field.section(faults)?;
    section.known(&["starts", "ends", "place"], faults);
    let starts = section.field("starts").moment(faults);
    let ends = section.field("ends").optional_moment(faults);
    let place = section.field("place").needed_text(limits::PARTY, faults);
    let event = Event { starts: starts?, ends: ends?, place: place? };
    if event.ends.is_some_and(|ends| ends < event.starts) {
        faults.push(section.field("ends").fault(FormFaultKind::EndsBeforeStart));
        return None;
    }
    Some(Some(event))
}
