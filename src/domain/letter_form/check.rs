//! A letter against the directory and the clock: does everybody whom it names exist, can paper reach whoever is outside, and
//! is what it asks for still to come.

use super::fault::{FormFault, FormFaultKind};
use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::directory::{Directory, Group};
use crate::domain::letter::{Addressee, Letter, PostalParty, Recipient, RecipientRole, Sender};
use crate::domain::limits;
use jiff::civil::{Date, DateTime, time};
use std::collections::HashMap;

/// The letter with every bare code read as what it is: a code that only a unit has names the unit.
pub fn resolve(mut letter: Letter, directory: &Directory) -> Letter {
    if let Sender::Position(code) = &letter.sender
        && let Some(unit) = unit_of(code, directory)
    {
        letter.sender = Sender::Unit(unit);
    }
    for recipient in &mut letter.recipients {
        if let Addressee::Position(code) = &recipient.addressee
            && let Some(unit) = unit_of(code, directory)
        {
            recipient.addressee = Addressee::Unit(unit);
        }
    }
    letter
}

fn unit_of(code: &PositionCode, directory: &Directory) -> Option<UnitCode> {
    let unit = code.as_str().parse().ok().filter(|_| directory.position(code).is_none())?;
    directory.unit(&unit).map(|unit| unit.code.clone())
}

/// Everything about the people of a resolved letter that its acceptance must refuse.
pub fn check(letter: &Letter, directory: &Directory, day: Date) -> Vec<FormFault> {
    let mut faults = Vec::new();
    sender(letter, directory, &mut faults);
    let mut named: HashMap<&Addressee, String> = HashMap::new();
    let mut reached = 0;
    for (recipient, field) in fields_of(&letter.recipients) {
        let kinds = addressee(&recipient.addressee, directory, day);
        faults.extend(kinds.into_iter().map(|kind| FormFault { field: field.clone(), kind }));
        reached += count(&recipient.addressee, directory, day);
        match named.get(&recipient.addressee) {
            Some(first) => faults.push(FormFault { field, kind: FormFaultKind::Duplicate { first: first.clone() } }),
            None => {
                named.insert(&recipient.addressee, field);
            }
        }
    }
    if !letter.recipients.iter().any(|recipient| recipient.role == RecipientRole::To) {
        faults.push(FormFault { field: "to".into(), kind: FormFaultKind::NobodyAddressed });
    }
    if reached > limits::RECIPIENTS {
        let kind = FormFaultKind::TooManyRecipients { found: reached, limit: limits::RECIPIENTS };
        faults.push(FormFault { field: "to".into(), kind });
    }
    faults
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

fn sender(letter: &Letter, directory: &Directory, faults: &mut Vec<FormFault>) {
    let mut told = |field: &str, kind: FormFaultKind| faults.push(FormFault { field: field.to_owned(), kind });
    match &letter.sender {
        Sender::Position(code) if directory.position(code).is_none() => {
            told("sender", FormFaultKind::UnknownCode { given: code.to_string() });
        }
        Sender::Unit(code) if directory.unit(code).is_none() => {
            told("sender", FormFaultKind::UnknownUnit { given: code.to_string() });
        }
        Sender::Outside(sender) if directory.unit(&sender.registered_by).is_none() => {
            let given = sender.registered_by.to_string();
            told("sender.outside.registered_by", FormFaultKind::UnknownUnit { given });
        }
        Sender::Position(_) | Sender::Unit(_) | Sender::Outside(_) => {}
    }
}

/// What a letter that comes at this moment, the city's own, cannot say: it would be dated, or have come in, on a day to come, or
/// ask for what is over. An event is over with its last minute; one without an end with its day.
pub fn dates(letter: &Letter, now: DateTime) -> Vec<FormFault> {
    let mut faults = Vec::new();
    let mut told = |field: &str, kind: FormFaultKind| faults.push(FormFault { field: field.to_owned(), kind });
    if letter.letter_date > now.date() {
        told("date", FormFaultKind::DatedLater { given: letter.letter_date.to_string() });
    }
    if let Sender::Outside(sender) = &letter.sender
        && sender.received > now.date()
    {
        told("sender.outside.received", FormFaultKind::ReceivedLater { given: sender.received.to_string() });
    }
    if let Some(due) = letter.due.filter(|due| *due <= now) {
        told("due", FormFaultKind::DueOver { given: minutes(due), now: minutes(now) });
    }
    if let Some(event) = &letter.event {
        let (field, over) = match event.ends {
            Some(ends) => ("event.ends", ends),
            None => ("event.starts", event.starts.date().to_datetime(time(23, 59, 59, 0))),
        };
        if over < now {
            let given = minutes(event.ends.unwrap_or(event.starts));
            told(field, FormFaultKind::EventOver { given, now: minutes(now) });
        }
    }
    faults
}

/// A moment as the form has it.
fn minutes(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%dT%H:%M").to_string()
}

fn addressee(addressee: &Addressee, directory: &Directory, day: Date) -> Vec<FormFaultKind> {
    match addressee {
        Addressee::Position(code) => match directory.position(code) {
            None => vec![FormFaultKind::UnknownCode { given: code.to_string() }],
            Some(post) => ended(code.as_str(), post.until, day).into_iter().collect(),
        },
        Addressee::Unit(code) if directory.unit(code).is_none() => {
            vec![FormFaultKind::UnknownUnit { given: code.to_string() }]
        }
        Addressee::Group { name, except } => group(name, except, directory, day),
        Addressee::Outside(party) if !has_postcode(party) => vec![FormFaultKind::NoPostcode],
        Addressee::Unit(_) | Addressee::Outside(_) => Vec::new(),
    }
}

/// The fault of naming what is closed.
fn ended(given: &str, until: Option<Date>, day: Date) -> Option<FormFaultKind> {
    let last = until.filter(|last| *last < day)?;
    Some(FormFaultKind::Ended { given: given.to_owned(), last: last.to_string() })
}

fn group(name: &str, except: &[PositionCode], directory: &Directory, day: Date) -> Vec<FormFaultKind> {
    let Some(group) = directory.group(name) else {
        let open = directory.parts().groups.iter().filter(|group| group.is_open(day));
        return vec![FormFaultKind::UnknownGroup {
            given: name.to_owned(),
            expected: open.map(|group| group.name.clone()).collect(),
        }];
    };
    if let Some(ended) = ended(&group.name, group.until, day) {
        return vec![ended];
    }
    let strangers = except.iter().filter(|code| !group.members.contains(code));
    let mut kinds: Vec<FormFaultKind> =
        strangers.map(|code| FormFaultKind::NotInGroup { given: code.to_string(), group: group.name.clone() }).collect();
    if members(group, directory, day).all(|code| except.contains(code)) {
        kinds.push(FormFaultKind::EmptyGroup { group: group.name.clone() });
    }
    kinds
}

/// The members of a group that are not closed.
fn members<'a>(group: &'a Group, directory: &'a Directory, day: Date) -> impl Iterator<Item = &'a PositionCode> {
    group.members.iter().filter(move |code| directory.position(code).is_none_or(|post| post.is_open(day)))
}

/// How many recipients one line of the form stands for.
fn count(addressee: &Addressee, directory: &Directory, day: Date) -> usize {
    match addressee {
        Addressee::Group { name, except } => {
            directory.group(name).map_or(0, |group| members(group, directory, day).filter(|code| !except.contains(code)).count())
        }
        _ => 1,
    }
}

/// Whether a postal address holds a postcode: five digits that are not part of a longer number.
fn has_postcode(party: &PostalParty) -> bool {
    let digits = party.address.split(|c: char| !c.is_ascii_digit());
    digits.into_iter().any(|run| run.len() == 5)
}
