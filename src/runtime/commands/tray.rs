//! `kurir tray`: what waits for a person.

use super::{print_json, record, told, unknown};
use crate::domain::ids::TrayId;
use crate::flow::House;
use crate::flow::tray::close;
use crate::runtime::Ended;
use crate::runtime::cli::Tray;
use crate::runtime::config::Source;
use crate::runtime::words::{line, out, say};
use crate::store::StoreError;
use crate::store::records::StoredTray;
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
                "{}  {:<14} {:<24} {}",
                item.id,
                item.unit.as_deref().unwrap_or("administrator"),
                item.code,
                told::at(house, &city.calendar, item.opened_at)
            );
        }
    }
    if items.is_empty() && !as_json {
        say(&line("tray_empty", &[]));
    }
    Ok(Ended::Done)
}

async fn show(house: &House, text: &str, as_json: bool) -> Result<Ended> {
    let Ok(id) = text.parse::<TrayId>() else { return Ok(unknown(text)) };
    let mut tx = house.store.read().await?;
    let Some(item) = tx.tray_item(id).await? else { return Ok(unknown(text)) };
    let inbound = match item.inbound {
        Some(id) => tx.inbound(id).await?,
        None => None,
    };
    let mut shown = value(&item);
    if let (Value::Object(map), Some(inbound)) = (&mut shown, inbound) {
        map.insert("mail".into(), json!({ "state": inbound.state, "class": inbound.class, "why": inbound.why, "person": inbound.person, "detail": inbound.detail, "received_at": inbound.received_at }));
    }
    if as_json {
        print_json(&shown);
    } else {
        out!("{}", serde_json::to_string_pretty(&shown).unwrap_or_default());
    }
    Ok(Ended::Done)
}
