//! `kurir evidence`: show and verify.

use super::{letter_meant, print_json, record, told, unknown};
use crate::domain::evidence::Fact;
use crate::flow::House;
use crate::flow::evidence::verify;
use crate::runtime::Ended;
use crate::runtime::cli::Evidence;
use crate::runtime::config::Source;
use crate::runtime::words::{line, out};
use crate::store::files::hex;
use anyhow::Result;
use serde_json::{Value, json};

/// Runs `kurir evidence`.
pub async fn run(source: &Source, command: Evidence) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    match command {
        Evidence::Show { id, json } => show(house, &id, json).await,
        Evidence::Verify { json } => verified(house, json).await,
    }
}

async fn show(house: &House, text: &str, as_json: bool) -> Result<Ended> {
    let Some(letter) = letter_meant(house, text).await? else { return Ok(unknown(text)) };
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    for stored in tx.facts_of_letter(letter).await? {
        if as_json {
            let body: Value = serde_json::from_slice(&stored.body).unwrap_or_default();
            print_json(&json!({ "seq": stored.seq, "hash": hex(&stored.hash), "fact": body }));
            continue;
        }
        let Ok(fact) = serde_json::from_slice::<Fact>(&stored.body) else { continue };
        let label = house.desk.label("evidence", fact.event.as_str()).unwrap_or(fact.event.as_str());
        let number = stored.seq.map_or_else(|| "-".to_owned(), |seq| seq.to_string());
        let about = fact.recipient.as_deref().unwrap_or_default();
        out!("{number:>6}  {}  {label}  {about}", told::at(house, &city.calendar, fact.event_time));
    }
    Ok(Ended::Done)
}

async fn verified(house: &House, as_json: bool) -> Result<Ended> {
    let found = verify(house).await?;
    let ended = if found.broken.is_some() { Ended::Wanting } else { Ended::Done };
    if as_json {
        print_json(&found);
        return Ok(ended);
    }
    let (facts, unsealed) = (found.facts.to_string(), found.unsealed.to_string());
    match found.broken {
        None if found.unsealed == 0 => out!("{}", line("utuh", &[("facts", &facts)])),
        None => out!("{}", line("utuh_tail", &[("facts", &facts), ("unsealed", &unsealed)])),
        Some(broken) => out!("{}", line("tidak_utuh", &[("id", &broken.id.to_string()), ("reason", broken.why)])),
    }
    Ok(ended)
}
