//! `kurir evidence`: show and verify.

use super::{letter_meant, print_json, record, told, unknown};
use crate::domain::evidence::{Fact, FactKind};
use crate::domain::ids::DeliveryId;
use crate::flow::evidence::{Broken, Place, verify};
use crate::flow::{House, holdings};
use crate::runtime::Ended;
use crate::runtime::cli::Evidence;
use crate::runtime::config::Source;
use crate::runtime::words::{grouped, line, out, say};
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
    let mut tx = house.store.read().await?;
    let delivery = match text.parse::<DeliveryId>() {
        Ok(id) => tx.delivery(id).await?,
        Err(_) => None,
    };
    let letter = match &delivery {
        Some(delivery) => delivery.letter,
        None => letter_meant(house, text).await?,
    };
    let Some(letter) = letter else { return Ok(unknown(text)) };
    let city = house.city(&mut tx).await?;
    let only = delivery.map(|delivery| delivery.id);
    let mut kinds = Vec::new();
    for stored in tx.facts_of_letter(letter).await? {
        let Ok(fact) = serde_json::from_slice::<Fact>(&stored.body) else { continue };
        if only.is_some() && fact.delivery != only {
            continue;
        }
        if as_json {
            let body: Value = serde_json::from_slice(&stored.body).unwrap_or_default();
            print_json(&json!({
                "seq": stored.seq, "hash": hex(&stored.hash), "fact": body, "proves_not": fact.event.proves_not(),
            }));
            continue;
        }
        if !kinds.contains(&fact.event) {
            kinds.push(fact.event);
        }
        let label = house.desk.label("evidence", fact.event.as_str()).unwrap_or(fact.event.as_str());
        let number = stored.seq.map_or_else(|| "-".to_owned(), |seq| seq.to_string());
        let about = fact.recipient.as_deref().unwrap_or_default();
        out!("{number:>6}  {}  {label}  {about}", told::at(house, &city.calendar, fact.event_time));
    }
    if !as_json && !kinds.is_empty() {
        say(&line("evidence_legend", &[]));
        for kind in kinds {
            say(&legend(house, kind));
        }
    }
    Ok(Ended::Done)
}

/// What facts of a kind prove, and what they do not.
fn legend(house: &House, kind: FactKind) -> String {
    let label = told::label(house, "evidence", kind.as_str());
    let (proves, not) = (grouped("proves", kind.as_str(), &[]), kind.proves_not());
    if not.is_empty() {
        return line("evidence_proves", &[("kind", &label), ("proves", &proves)]);
    }
    let not = not.iter().map(|what| grouped("proves_not", what, &[])).collect::<Vec<_>>().join(&grouped("proves_not", "or", &[]));
    line("evidence_proves_not", &[("kind", &label), ("proves", &proves), ("not", &not)])
}

/// Where the chain does not fit, for a person.
pub(super) fn broken_words(broken: &Broken) -> String {
    let mut reason = grouped("misfit", broken.why.as_str(), &[]);
    if let Some(Place { table, row, column }) = &broken.place {
        reason += &grouped("misfit_place", "row", &[("table", table), ("row", row), ("column", column)]);
    }
    let number = broken.seq.to_string();
    match broken.id {
        None if broken.place.is_some() => line("tidak_utuh_row", &[("reason", &reason)]),
        Some(id) => line("tidak_utuh", &[("id", &id.to_string()), ("number", &number), ("reason", &reason)]),
        None => line("tidak_utuh_number", &[("number", &number), ("reason", &reason)]),
    }
}

async fn verified(house: &House, as_json: bool) -> Result<Ended> {
    let mut found = verify(house).await?;
    if found.broken.is_none() {
        found.broken = holdings::verify(house).await?;
    }
    let ended = if found.broken.is_some() { Ended::Wanting } else { Ended::Done };
    if as_json {
        print_json(&found);
        return Ok(ended);
    }
    let (facts, unsealed) = (found.facts.to_string(), found.unsealed.to_string());
    match found.broken {
        None if found.unsealed == 0 => out!("{}", line("utuh", &[("facts", &facts)])),
        None => out!("{}", line("utuh_tail", &[("facts", &facts), ("unsealed", &unsealed)])),
        Some(broken) => out!("{}", broken_words(&broken)),
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::evidence::Misfit;

    #[test]
    fn every_kind_of_fact_says_what_it_proves_and_what_not() {
        for kind in FactKind::ALL {
            assert_ne!(grouped("proves", kind.as_str(), &[]), kind.as_str());
            for what in kind.proves_not() {
                assert_ne!(&grouped("proves_not", what, &[]), what);
            }
        }
    }

    #[test]
    fn every_misfit_has_its_sentence() {
        for why in Misfit::ALL {
            let words = broken_words(&Broken::number(13, *why));
            assert!(words.starts_with("Tidak utuh mulai nomor 13: ") && !words.contains(why.as_str()), "{words}");
            let place = Place { table: "delivery", row: "krm-1".into(), column: "state" };
            let words = broken_words(&Broken { place: Some(place), ..Broken::number(0, *why) });
            assert!(words.starts_with("Tidak utuh: ") && words.ends_with(" (delivery krm-1, kolom state)."), "{words}");
        }
    }
}
