//! `kurir tray`: what waits for a person.

use super::{print_json, record, told, unknown};
use crate::domain::ids::TrayId;
use crate::flow::House;
use crate::flow::house::CityView;
use crate::flow::tray::close;
use crate::render::Desk;
use crate::runtime::Ended;
use crate::runtime::cli::Tray;
use crate::runtime::config::Source;
use crate::runtime::words::{grouped, line, out, say};
use crate::store::records::{StoredInbound, StoredTray};
use crate::store::{StoreError, Tx};
use anyhow::Result;
use serde_json::{Value, json};

/// Runs `kurir tray`.
pub async fn run(source: &Source, command: Tray) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    match command {
        Tray::List { all, json } => list(house, all, json).await,
        Tray::Show { id, json } => show(house, &id, json).await,
        Tray::Close { id, by, outcome } => {
            let Ok(item) = id.parse::<TrayId>() else { return Ok(unknown(&id)) };
            match close(house, item, &by, &outcome).await {
                Ok(()) => {
                    say(&line("tray_closed", &[("id", &id)]));
                    Ok(Ended::Done)
                }
                Err(StoreError::Stale { .. }) => Ok(unknown(&id)),
                Err(error) => Err(error.into()),
            }
        }
    }
}

fn value(item: &StoredTray) -> Value {
    json!({
        "id": item.id, "unit": item.unit, "code": item.code, "letter": item.letter, "delivery": item.delivery,
        "inbound": item.inbound, "detail": item.detail, "opened_at": item.opened_at, "closed_at": item.closed_at,
        "closed_by": item.closed_by, "outcome": item.outcome,
    })
}

async fn list(house: &House, all: bool, as_json: bool) -> Result<Ended> {
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let items = tx.tray_items(all, 100_000).await?;
    for item in &items {
        if as_json {
            print_json(&value(item));
        } else {
            out!(
                "{}  {:<14} {:<44} {}",
                item.id,
                item.unit.as_deref().unwrap_or("administrator"),
                why(&house.desk, &item.code),
                told::at(house, &city.calendar, item.opened_at)
            );
        }
    }
    if items.is_empty() && !as_json {
        say(&line("tray_empty", &[]));
    }
    Ok(Ended::Done)
}

/// Why something lies there, for people: the words of the refusals, of the routes, or of the tray itself.
fn why(desk: &Desk, code: &str) -> String {
    if let Some(words) = desk.label("inbound_why", code) {
        return words.to_owned();
    }
    match grouped("notice", code, &[]) {
        none if none == code => grouped("tray", code, &[]),
        words => words,
    }
}

async fn show(house: &House, text: &str, as_json: bool) -> Result<Ended> {
    let Ok(id) = text.parse::<TrayId>() else { return Ok(unknown(text)) };
    let mut tx = house.store.read().await?;
    let Some(item) = tx.tray_item(id).await? else { return Ok(unknown(text)) };
    let inbound = match item.inbound {
        Some(id) => tx.inbound(id).await?,
        None => None,
    };
    if as_json {
        let mut shown = value(&item);
        if let (Value::Object(map), Some(inbound)) = (&mut shown, inbound) {
            map.insert("mail".into(), json!({ "state": inbound.state, "class": inbound.class, "why": inbound.why, "person": inbound.person, "detail": inbound.detail, "received_at": inbound.received_at }));
        }
        print_json(&shown);
        return Ok(Ended::Done);
    }
    let city = house.city(&mut tx).await?;
    let letter = match item.letter {
        Some(id) => tx.letter(id).await?,
        None => None,
    };
    say(&line("tray_head", &[("id", text), ("why", &why(&house.desk, &item.code))]));
    let unit = item.unit.as_ref().and_then(|code| city.directory.unit(&code.parse().ok()?)).map(|unit| unit.name.clone());
    field(
        "desk",
        &unit.map_or_else(|| grouped("tray_field", "administrator", &[]), |unit| line("operator_of", &[("unit", &unit)])),
    );
    field("since", &told::at(house, &city.calendar, item.opened_at));
    field("letter", &letter.map(|stored| stored.letter.letter_number.clone()).unwrap_or_default());
    field("recipient", text_of(&item.detail, "recipient"));
    field("remark", text_of(&item.detail, "remark"));
    field("fact", text_of(&item.detail, "fact"));
    let codes = item.detail.get("addressees").and_then(Value::as_array);
    field("addressees", &codes.into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
    if let Some(mail) = &inbound {
        mail_shown(mail);
    }
    field("origin", &origin(text_of(&item.detail, "origin")));
    others(house, &mut tx, (&item, &city)).await?;
    if let Some(at) = item.closed_at {
        let by = item.closed_by.clone().unwrap_or_default();
        field("closed", &format!("{by}, {} {}", told::at(house, &city.calendar, at), item.outcome.clone().unwrap_or_default()));
    }
    Ok(Ended::Done)
}

/// Whether it was proven who wrote; empty where nobody did.
fn origin(code: &str) -> String {
    match code {
        "" => String::new(),
        "dmarc_pass" | "submission_auth" => grouped("tray_field", "proven", &[]),
        _ => grouped("tray_field", "unproven", &[]),
    }
}

/// The same mail on other trays: who looked at it there, and what came of it.
async fn others(house: &House, tx: &mut Tx, (item, city): (&StoredTray, &CityView)) -> Result<(), StoreError> {
    let Some(inbound) = item.inbound else { return Ok(()) };
    for other in tx.tray_of_inbound(inbound).await?.into_iter().filter(|row| row.id != item.id) {
        let unit = other.unit.unwrap_or_else(|| grouped("tray_field", "administrator", &[]));
        match (other.closed_at, other.closed_by) {
            (Some(at), Some(by)) => {
                let done = format!("{by}, {} {}", told::at(house, &city.calendar, at), other.outcome.unwrap_or_default());
                say(&grouped("tray_field", "other_closed", &[("unit", &unit), ("value", done.trim())]));
            }
            _ => say(&grouped("tray_field", "other_open", &[("unit", &unit)])),
        }
    }
    Ok(())
}

/// What came in: who wrote, about what, and his own words.
fn mail_shown(mail: &StoredInbound) {
    for name in ["from", "subject", "reply"] {
        field(name, &text_of(&mail.detail, name).replace('\n', "\n    "));
    }
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// One line with its name; none where there is nothing to say.
fn field(name: &str, value: &str) {
    if !value.trim().is_empty() {
        say(&grouped("tray_field", name, &[("value", value)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tray::TrayCode;

    #[test]
    fn every_code_of_a_tray_has_its_words() {
        let desk = Desk::new().unwrap();
        let codes = TrayCode::all();
        assert!(codes.len() > 20, "{codes:?}");
        for code in codes {
            let words = why(&desk, code.as_str());
            assert!(words.contains(' ') && !words.contains('_') && words != code.as_str(), "{code:?}: {words}");
        }
    }
}
