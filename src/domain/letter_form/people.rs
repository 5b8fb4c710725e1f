//! Who a letter is from and to, as a form names them.

use super::fault::FormFaultKind;
use super::fields::{Faults, Field, Section};
use super::said::Said;
use crate::domain::codes::PositionCode;
use crate::domain::letter::{Addressee, OutsideSender, PostalParty, Recipient, RecipientRole, Sender};
use crate::domain::limits;
use crate::domain::registry::group_name;
use toml::Value;

const SENDER_KEYS: &[&str] = &["position", "unit", "outside"];
const OUTSIDE_KEYS: &[&str] = &["name", "address", "way", "received", "registered_by"];
const ADDRESSEE_KEYS: &[&str] = &["position", "unit", "group", "name"];

/// The sender: a bare code, or a table with exactly one of position, unit, outside.
pub(super) fn sender(form: &Section<'_>, said: &mut Said, faults: &mut Faults) -> Option<Sender> {
    let field = form.field("sender");
    let named = if matches!(field.value, Some(Value::String(_))) {
        field.code(faults).map(Sender::Position)
    } else {
        let section = field.section(faults)?;
        section.known(SENDER_KEYS, faults);
        match section.present(SENDER_KEYS).as_slice() {
            ["position"] => section.field("position").code(faults).map(Sender::Position),
            ["unit"] => section.field("unit").code(faults).map(Sender::Unit),
            ["outside"] => return outside(&section.field("outside"), said, faults).map(Sender::Outside),
            _ => {
                faults.push(field.fault(FormFaultKind::WhoUnclear { expected: SENDER_KEYS.to_vec() }));
                None
            }
        }
    };
    said.sender.clone_from(&named);
    named
}

fn outside(field: &Field<'_>, said: &mut Said, faults: &mut Faults) -> Option<OutsideSender> {
    let section = field.section(faults)?;
    section.known(OUTSIDE_KEYS, faults);
    let name = section.field("name").needed_text(limits::PARTY, faults);
    let address = section.field("address").text(limits::PARTY, faults);
    let way = section.field("way").word(None, faults);
    said.received = section.field("received").date(faults);
    said.registered_by = section.field("registered_by").code(faults);
    let registered_by = said.registered_by.clone();
    Some(OutsideSender { name: name?, address: address?, way: way?, received: said.received?, registered_by: registered_by? })
}

/// Everybody addressed, then everybody copied, in the order of the form.
pub(super) fn recipients(form: &Section<'_>, said: &mut Said, faults: &mut Faults) {
    for (key, role) in [("to", RecipientRole::To), ("cc", RecipientRole::Cc)] {
        let items = form.field(key).items();
        said.addressed |= role == RecipientRole::To && !items.is_empty();
        for (item, number) in items.iter().zip(1..) {
            let understood = addressee(item, faults);
            said.recipients.extend(understood.map(|addressee| (format!("{key}[{number}]"), Recipient { role, addressee })));
        }
    }
    if !said.addressed {
        faults.push(form.field("to").fault(FormFaultKind::NobodyAddressed));
    }
}

/// One recipient: a code, "@group", or a table.
fn addressee(field: &Field<'_>, faults: &mut Faults) -> Option<Addressee> {
    if let Some(Value::String(text)) = field.value {
        return match text.trim().strip_prefix('@') {
            Some(name) => group(field, name, Vec::new(), faults),
            None => field.code(faults).map(Addressee::Position),
        };
    }
    let section = field.section(faults)?;
    match section.present(ADDRESSEE_KEYS).as_slice() {
        ["position"] => only(&section, &["position"], faults).code(faults).map(Addressee::Position),
        ["unit"] => only(&section, &["unit"], faults).code(faults).map(Addressee::Unit),
        ["group"] => members(&section, faults),
        ["name"] => party(&section, faults).map(Addressee::Outside),
        _ => {
            faults.push(field.fault(FormFaultKind::WhoUnclear { expected: ADDRESSEE_KEYS.to_vec() }));
            None
        }
    }
}

/// The first of these keys, after telling every other one.
fn only<'t>(section: &Section<'t>, keys: &[&'static str; 1], faults: &mut Faults) -> Field<'t> {
    section.known(keys, faults);
    let [key] = keys;
    section.field(key)
}

fn members(section: &Section<'_>, faults: &mut Faults) -> Option<Addressee> {
    section.known(&["group", "except"], faults);
    let field = section.field("group");
    let name = field.needed_text(limits::PARTY, faults);
    let items = section.field("except").items();
    let except: Vec<Option<PositionCode>> = items.iter().map(|item| item.code(faults)).collect();
    let except: Option<Vec<PositionCode>> = except.into_iter().collect();
    let name = name?;
    group(&field, name.strip_prefix('@').unwrap_or(&name), except?, faults)
}

fn group(field: &Field<'_>, given: &str, except: Vec<PositionCode>, faults: &mut Faults) -> Option<Addressee> {
    let name = group_name(given);
    if name.is_none() {
        faults.push(field.fault(FormFaultKind::BadGroupName { given: given.to_owned() }));
    }
    Some(Addressee::Group { name: name?, except })
}

fn party(section: &Section<'_>, faults: &mut Faults) -> Option<PostalParty> {
    section.known(&["name", "address"], faults);
    let name = section.field("name").needed_text(limits::PARTY, faults);
    let address = section.field("address").needed_text(limits::PARTY, faults);
    Some(PostalParty { name: name?, address: address? })
}
