//! Giving the outside its people: an address or a chat says nothing to a reader, an office and a name do.

use super::page::clock;
use crate::domain::directory::{Directory, Official};
use crate::flow::House;
use crate::flow::house::CityView;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

/// Adds owners and times to what the outside tells, and what of it is open.
pub(super) fn named(house: &House, city: &CityView, mut seen: Value) -> Value {
    let today = house.today();
    let directory = &city.directory;
    let address = text(&seen, "/mailbox/address").to_owned();
    let chat = seen.pointer("/phone/chat").and_then(Value::as_i64).unwrap_or_default();
    let opened = json!({ "kotak": address, "surel": text(&seen, "/mailbox/open/key"), "ponsel": chat.to_string() });
    let owners: Vec<Value> = list(&seen, "/mailbox/addresses")
        .filter_map(Value::as_str)
        .map(|one| option(one, one == address, directory.official_by_email(one), directory, today))
        .collect();
    let phones: Vec<Value> = list(&seen, "/phone/phones")
        .filter_map(|pair| pair.get(0).and_then(Value::as_i64))
        .map(|one| option(&one.to_string(), one == chat, directory.official_by_chat(one), directory, today))
        .collect();
    let post = directory.official_by_email(&address).and_then(|person| main_post(directory, person, today));
    timed(house, &mut seen);
    put(&mut seen, "/mailbox", "owners", Value::Array(owners));
    put(&mut seen, "/mailbox", "position", post.map(|(code, _)| code).unwrap_or_default().into());
    put(&mut seen, "/phone", "owners", Value::Array(phones));
    put(&mut seen, "", "opened", opened);
    seen
}

/// Gives every mail of the list its time of day in the city.
fn timed(house: &House, seen: &mut Value) {
    let Some(mails) = seen.pointer_mut("/mailbox/mails").and_then(Value::as_array_mut) else { return };
    for mail in mails.iter_mut().filter_map(Value::as_object_mut) {
        let at = mail.get("date").and_then(Value::as_i64).and_then(|second| Timestamp::from_second(second).ok());
        mail.insert("time".into(), at.map(|at| clock(house, at)).unwrap_or_default().into());
    }
}

fn put(seen: &mut Value, pointer: &str, name: &str, value: Value) {
    if let Some(part) = seen.pointer_mut(pointer).and_then(Value::as_object_mut) {
        part.insert(name.into(), value);
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// A choice: whom it belongs to, and in what capacity.
fn option(key: &str, chosen: bool, owner: Option<&Official>, directory: &Directory, today: Date) -> Value {
    let title = owner.and_then(|person| main_post(directory, person, today)).map(|(_, title)| title);
    let name = owner.map_or(key, |person| &person.name);
    let label = title.map_or_else(|| name.to_owned(), |title| format!("{title} ({name})"));
    json!({ "key": key, "chosen": chosen, "label": label })
}

/// The post that the story calls a person by: one he stands in for first, then his own; code and short title.
fn main_post(directory: &Directory, person: &Official, today: Date) -> Option<(String, String)> {
    let mut posts = directory.posts_of(&person.number, today);
    posts.sort_by_key(|(_, capacity)| std::cmp::Reverse(capacity.prefix().len()));
    let (position, capacity) = posts.into_iter().next()?;
    Some((position.code.to_string(), format!("{}{}", capacity.prefix(), position.short_title)))
}
