//! A letter against the directory and the clock: does everybody whom it names exist, can paper reach whoever is outside, and
//! is what it asks for still to come.

use super::fault::{FormFault, FormFaultKind};
use super::said::Said;
use crate::domain::codes::PositionCode;
use crate::domain::directory::{Directory, Group};
use crate::domain::letter::{AddressPart, Addressee, Sender};
use crate::domain::limits;
use jiff::civil::{Date, DateTime, time};
use std::collections::HashMap;

/// Everything about the people that a letter names that its acceptance must refuse. The codes are resolved.
pub fn check(said: &Said, directory: &Directory, day: Date) -> Vec<FormFault> {
    let mut faults = Vec::new();
    sender(said, directory, &mut faults);
    let mut named: HashMap<&Addressee, &str> = HashMap::new();
    let mut reached = 0;
    for (field, recipient) in &said.recipients {
        let kinds = addressee(&recipient.addressee, directory, day);
        faults.extend(kinds.into_iter().map(|kind| FormFault { field: field.clone(), kind }));
        reached += count(&recipient.addressee, directory, day);
        match named.get(&recipient.addressee) {
            Some(first) => {
                let kind = FormFaultKind::Duplicate { first: (*first).to_owned() };
                faults.push(FormFault { field: field.clone(), kind });
            }
            None => {
                named.insert(&recipient.addressee, field);
            }
        }
    }
    if !said.addressed {
        faults.push(FormFault { field: "to".into(), kind: FormFaultKind::NobodyAddressed });
    }
    if reached > limits::RECIPIENTS {
        let kind = FormFaultKind::TooManyRecipients { found: reached, limit: limits::RECIPIENTS };
        faults.push(FormFault { field: "to".into(), kind });
    }
    faults
}

fn sender(said: &Said, directory: &Directory, faults: &mut Vec<FormFault>) {
    let mut told = |field: &str, kind: FormFaultKind| faults.push(FormFault { field: field.to_owned(), kind });
    match &said.sender {
        Some(Sender::Position(code)) if directory.position(code).is_none() => {
            told("sender", FormFaultKind::UnknownCode { given: code.to_string() });
        }
        Some(Sender::Unit(code)) if directory.unit(code).is_none() => {
            told("sender", FormFaultKind::UnknownUnit { given: code.to_string() });
        }
        _ => {}
    }
    if let Some(code) = said.registered_by.as_ref().filter(|code| directory.unit(code).is_none()) {
        told("sender.outside.registered_by", FormFaultKind::UnknownUnit { given: code.to_string() });
    }
}

/// What a letter that comes at this moment, the city's own, cannot say: it would be dated, or have come in, on a day to come, or
/// ask for what is over. An event is over with its last minute; one without an end with its day.
pub fn dates(said: &Said, now: DateTime) -> Vec<FormFault> {
    let mut faults = Vec::new();
    let mut told = |field: &str, kind: FormFaultKind| faults.push(FormFault { field: field.to_owned(), kind });
    let later = |day: Option<Date>| day.filter(|day| *day > now.date()).map(|day| day.to_string());
    if let Some(given) = later(said.letter_date) {
        told("date", FormFaultKind::DatedLater { given });
    }
    if let Some(given) = later(said.received) {
        told("sender.outside.received", FormFaultKind::ReceivedLater { given });
    }
    if let Some(due) = said.due.filter(|due| *due <= now) {
        told("due", FormFaultKind::DueOver { given: minutes(due), now: minutes(now) });
    }
    let of_day = |starts: DateTime| starts.date().to_datetime(time(23, 59, 59, 0));
    let event = said.ends.map(|ends| ("event.ends", ends, ends));
    let event = event.or_else(|| said.starts.map(|starts| ("event.starts", starts, of_day(starts))));
    if let Some((field, given, _)) = event.filter(|(.., over)| *over < now) {
        told(field, FormFaultKind::EventOver { given: minutes(given), now: minutes(now) });
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
        Addressee::Outside(party) => party.lacks().map(incomplete).into_iter().collect(),
        Addressee::Unit(_) => Vec::new(),
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

const fn incomplete(lack: AddressPart) -> FormFaultKind {
    match lack {
        AddressPart::Street => FormFaultKind::NoStreet,
        AddressPart::Postcode => FormFaultKind::NoPostcode,
    }
}
