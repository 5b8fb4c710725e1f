//! A letter as a person or a script writes it down for submission: a TOML text (docs/letter-form.md).
//!
//! In comes the text; out comes a [`Form`]: the letter where all of it was understood, every fault by field, and whatever was
//! understood beside them, so that [`Form::faults_in`] tells the faults of shape, of fields, of people and of days in one pass.
//! No file is read here.

mod check;
mod fault;
mod fields;
mod people;
mod said;
mod shape;

#[cfg(test)]
mod tests;

pub use check::{check, dates};
pub use fault::{FormFault, FormFaultKind, FormNote};
pub use said::{Said, resolve};

use crate::domain::directory::Directory;
use crate::domain::letter::{Event, Letter, SecurityClass, Urgency};
use crate::domain::limits;
use fields::{Faults, Section};
use jiff::civil::DateTime;
use shape::Shape;

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

/// A form as far as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The letter; `None` where a field has a fault. A bare code stands as a position until [`resolve`] has asked the directory.
    pub letter: Option<Letter>,
    /// What was decided in place of the writer, to be told to him.
    pub notes: Vec<FormNote>,
    /// What is wrong with its shape and its fields.
    pub faults: Vec<FormFault>,
    /// What it says of people and days.
    pub said: Said,
}

impl Form {
    /// Everything that is wrong with it in a city at a moment of its own time.
    pub fn faults_in(&self, directory: &Directory, now: DateTime) -> Vec<FormFault> {
        let said = self.said.clone().resolved(directory);
        let mut people = check(&said, directory, now.date());
        // That nobody is addressed is seen by both.
        people.retain(|fault| !self.faults.contains(fault));
        [self.faults.clone(), people, dates(&said, now)].concat()
    }
}

/// Reads a form.
pub fn parse(text: &str) -> Form {
    let shape = Shape::read(text);
    let form = Section::new(&shape.table, "");
    let mut faults = Faults::new();
    form.known(KEYS, &mut faults);
    let (mut notes, mut said) = (Vec::new(), Said::default());
    let letter = letter(&form, (&mut said, &mut notes), &mut faults);
    faults.retain(|fault| !shape.hides(fault));
    let faults = [shape.faults.clone(), faults].concat();
    let whole = letter.filter(|_| faults.is_empty());
    said.addressed |= shape.is_unreadable("to");
    Form { letter: whole, notes, faults, said }
}

fn letter(form: &Section<'_>, (said, notes): (&mut Said, &mut Vec<FormNote>), faults: &mut Faults) -> Option<Letter> {
    let caller_id = form.field("id").needed_text(limits::CALLER_ID, faults);
    let letter_number = form.field("number").needed_text(limits::LETTER_NUMBER, faults);
    said.letter_date = form.field("date").date(faults);
    let kind = form.field("kind").word(None, faults);
    let urgency = form.field("urgency").word(Some(Urgency::Normal), faults);
    let class = class(form, notes, faults);
    let classification_code = form.field("classification").text(limits::LETTER_NUMBER, faults);
    let subject = form.field("subject").needed_text(limits::SUBJECT, faults);
    let summary = form.field("summary").lines(limits::SUMMARY, faults);
    let sender = people::sender(form, said, faults);
    people::recipients(form, said, faults);
    let answers = form.field("answers").text(limits::LETTER_NUMBER, faults);
    let event = event(form, said, faults);
    let due = form.field("due").optional_moment(faults);
    said.due = due.flatten();
    Some(Letter {
        caller_id: caller_id?,
        letter_number: letter_number?,
        letter_date: said.letter_date?,
        kind: kind?,
        urgency: urgency?,
        class: class?,
        classification_code: classification_code?,
        subject: subject?,
        summary: summary?,
        sender: sender?,
        recipients: said.recipients.iter().map(|(_, recipient)| recipient.clone()).collect(),
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
fn event(form: &Section<'_>, said: &mut Said, faults: &mut Faults) -> Option<Option<Event>> {
    let field = form.field("event");
    if field.is_absent() {
        return Some(None);
    }
    let section = field.section(faults)?;
    section.known(&["starts", "ends", "place"], faults);
    said.starts = section.field("starts").moment(faults);
    let ends = section.field("ends").optional_moment(faults);
    let place = section.field("place").needed_text(limits::PARTY, faults);
    said.ends = ends.flatten();
    if said.ends.zip(said.starts).is_some_and(|(ends, starts)| ends < starts) {
        faults.push(section.field("ends").fault(FormFaultKind::EndsBeforeStart));
    }
    Some(Some(Event { starts: said.starts?, ends: ends?, place: place? }))
}
