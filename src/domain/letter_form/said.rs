//! What of a letter is held against the directory and the clock: field by field, so that one that is wrong hides no other.

use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::directory::Directory;
use crate::domain::letter::{Addressee, Letter, Recipient, RecipientRole, Sender};
use jiff::civil::{Date, DateTime};
use std::collections::HashMap;

/// What a letter, or a form that is no letter yet, says of people and days. A field of a form that was not understood is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Date on the letter.
    pub letter_date: Option<Date>,
    /// The position or unit that it is from.
    pub sender: Option<Sender>,
    /// When a letter from outside came in.
    pub received: Option<Date>,
    /// The unit that registered it.
    pub registered_by: Option<UnitCode>,
    /// Everybody who is named, with the field that names him.
    pub recipients: Vec<(String, Recipient)>,
    /// Whether somebody is addressed, understood or not.
    pub addressed: bool,
    /// When it shall be done.
    pub due: Option<DateTime>,
    /// When the event begins.
    pub starts: Option<DateTime>,
    /// When it ends.
    pub ends: Option<DateTime>,
}

impl Said {
    /// All of it, of a letter that was understood.
    pub fn of(letter: &Letter) -> Self {
        let (sender, received, registered_by) = match &letter.sender {
            Sender::Outside(outside) => (None, Some(outside.received), Some(outside.registered_by.clone())),
            inside => (Some(inside.clone()), None, None),
        };
        Self {
            letter_date: Some(letter.letter_date),
            sender,
            received,
            registered_by,
            recipients: fields_of(&letter.recipients).map(|(recipient, field)| (field, recipient.clone())).collect(),
            addressed: letter.recipients.iter().any(|recipient| recipient.role == RecipientRole::To),
            due: letter.due,
            starts: letter.event.as_ref().map(|event| event.starts),
            ends: letter.event.as_ref().and_then(|event| event.ends),
        }
    }

    /// The same with every bare code read as what it is.
    #[must_use]
    pub fn resolved(mut self, directory: &Directory) -> Self {
        if let Some(sender) = &mut self.sender {
            resolve_sender(sender, directory);
        }
        for (_, recipient) in &mut self.recipients {
            resolve_addressee(&mut recipient.addressee, directory);
        }
        self
    }
}

/// The letter with every bare code read as what it is: a code that only a unit has names the unit.
pub fn resolve(mut letter: Letter, directory: &Directory) -> Letter {
    resolve_sender(&mut letter.sender, directory);
    for recipient in &mut letter.recipients {
        resolve_addressee(&mut recipient.addressee, directory);
    }
    letter
}

fn resolve_sender(sender: &mut Sender, directory: &Directory) {
    if let Sender::Position(code) = sender
        && let Some(unit) = unit_of(code, directory)
    {
        *sender = Sender::Unit(unit);
    }
}

fn resolve_addressee(addressee: &mut Addressee, directory: &Directory) {
    if let Addressee::Position(code) = addressee
        && let Some(unit) = unit_of(code, directory)
    {
        *addressee = Addressee::Unit(unit);
    }
}

fn unit_of(code: &PositionCode, directory: &Directory) -> Option<UnitCode> {
    let unit = code.as_str().parse().ok().filter(|_| directory.position(code).is_none())?;
    directory.unit(&unit).map(|unit| unit.code.clone())
}

/// Each recipient with the field of the form that names him.
fn fields_of(recipients: &[Recipient]) -> impl Iterator<Item = (&Recipient, String)> {
    let mut counts: HashMap<RecipientRole, usize> = HashMap::new();
    recipients.iter().map(move |recipient| {
        let count = counts.entry(recipient.role).or_default();
        *count += 1;
        (recipient, format!("{}[{count}]", recipient.role))
    })
}
