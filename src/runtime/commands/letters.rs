//! `kurir letter`: submit, show, list, route.

mod form;
mod shown;

use super::{letter_meant, print_json, record, told};
use crate::domain::letter_form;
use crate::flow::House;
use crate::flow::accept::{AcceptError, Accepted, Refusal, RefusalCode, Submission, accept, dates, preview};
use crate::render::size;
use crate::runtime::Ended;
use crate::runtime::cli::Letter;
use crate::runtime::config::Source;
use crate::runtime::words::{grouped, line, out, say};
use crate::store::records::{StoredAct, StoredLetter};
use anyhow::{Context as _, Result};
use form::Papers;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Runs `kurir letter`.
pub async fn run(source: &Source, command: Letter) -> Result<Ended> {
    match command {
        Letter::Submit { form, pdf, attach, json } => submit(source, &form, (&pdf, &attach), json).await,
        Letter::Show { letter, why, json } => show(source, &letter, why.as_deref(), json).await,
        Letter::List { limit, json } => list(source, limit, json).await,
        Letter::Route { letter, explain, json } => route(source, &letter, explain, json).await,
    }
}

async fn submit(source: &Source, form: &Path, (pdf, attach): (&Path, &[std::path::PathBuf]), json: bool) -> Result<Ended> {
    let (form, papers) = (form::read(form), Papers::read(pdf, attach));
    let Some(form) = form else { return Ok(Ended::Usage) };
    // Without the record nobody knows who exists; what the form itself lacks is told all the same.
    let opened = record(source).await.inspect_err(|_| form::tell_own(&form))?;
    let house = &opened.house;
    let (Some(letter), Some(pdf), true) = (&form.letter, &papers.pdf, papers.whole) else {
        return form::refused(house, &form, Some(&papers), json).await;
    };
    let letter = {
        let mut tx = house.store.read().await?;
        letter_form::resolve(letter.clone(), &house.city(&mut tx).await?.directory)
    };
    let caller_id = letter.caller_id.clone();
    let submission = Submission { letter, pdf: pdf.clone(), attachments: papers.attachments };
    answered(house, accept(house, submission).await, (&caller_id, json))
}

fn answered(house: &House, answer: Result<Accepted, AcceptError>, (caller_id, as_json): (&str, bool)) -> Result<Ended> {
    match answer {
        Ok(accepted) => {
            let agenda: Vec<Value> = accepted
                .agenda
                .iter()
                .map(|(unit, (year, number))| json!({ "unit": unit, "year": year, "number": number }))
                .collect();
            if as_json {
                print_json(&json!({ "id": accepted.id, "again": accepted.again, "agenda": agenda }));
                return Ok(Ended::Done);
            }
            say(&line(if accepted.again { "accepted_again" } else { "accepted" }, &[("id", &accepted.id.to_string())]));
            for (unit, (year, number)) in &accepted.agenda {
                let (year, number) = (year.to_string(), number.to_string());
                say(&line("agenda", &[("number", &number), ("unit", unit.as_str()), ("year", &year)]));
            }
            Ok(Ended::Done)
        }
        Err(AcceptError::Refused(refusals)) => {
            if as_json {
                print_json(&json!({ "refused": refusals }));
            } else {
                eprintln!("{}", line("refused_head", &[("n", &refusals.len().to_string())]));
                tell_refusals(house, &refusals);
            }
            Ok(Ended::Wanting)
        }
        Err(AcceptError::Conflict(id, refusals)) => {
            if as_json {
                print_json(&json!({ "conflict": id, "refused": refusals }));
            } else {
                tell_refusals(house, &refusals);
            }
            eprintln!("{}", line("conflict", &[("caller", caller_id), ("id", &id.to_string())]));
            Ok(Ended::Wanting)
        }
        Err(AcceptError::Store(error)) => Err(error.into()),
    }
}

fn tell_refusals(house: &House, refusals: &[Refusal]) {
    for refusal in refusals {
        eprintln!("{}", refusal_line(house, refusal));
    }
}

fn refusal_line(house: &House, refusal: &Refusal) -> String {
    let detail = match refusal.code {
        RefusalCode::PdfUnreadable => told::label(house, "pdf_fault", &refusal.detail),
        RefusalCode::FileTooBig | RefusalCode::DiskFull => in_sizes(&refusal.detail),
        RefusalCode::RecipientIncomplete => grouped("missing", &refusal.detail, &[]),
        _ => refusal.detail.clone(),
    };
    grouped("refusal", refusal.code.as_str(), &[("subject", &refusal.subject), ("detail", &detail)])
}

/// "31,2 MB > 25 MB" of bytes, the way people read sizes.
fn in_sizes(detail: &str) -> String {
    let word = |word: &str| word.parse().map_or_else(|_| word.to_owned(), size);
    detail.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whether an act was done for a recipient's post.
fn is_of(act: &StoredAct, why: &str) -> bool {
    act.position.as_str().eq_ignore_ascii_case(why)
}

async fn list(source: &Source, limit: u32, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let mut tx = opened.house.store.read().await?;
    for id in tx.letters(None, i64::from(limit)).await? {
        let Some(stored) = tx.letter(id).await? else { continue };
        if as_json {
            print_json(&summary(&stored));
        } else {
            let subject = if stored.letter.class.is_closed() { "" } else { &stored.letter.subject };
            let state = grouped("letter_state", &stored.state, &[]);
            out!("{}  {state}  {}  {subject}", stored.id, stored.letter.letter_number);
        }
    }
    Ok(Ended::Done)
}

fn summary(stored: &StoredLetter) -> Value {
    json!({
        "id": stored.id,
        "state": stored.state,
        "accepted_at": stored.accepted_at,
        "letter": stored.letter,
        "files": stored.files,
    })
}

async fn show(source: &Source, text: &str, why: Option<&str>, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    let Some(id) = letter_meant(house, text).await? else {
        eprintln!("{}", line("letter_unknown", &[("letter", text)]));
        return Ok(Ended::Wanting);
    };
    if let Some(why) = why
        && let names = recipients(house, id).await?
        && !names.iter().any(|name| name.eq_ignore_ascii_case(why))
    {
        let known = names.into_iter().collect::<Vec<_>>().join(", ");
        eprintln!("{}", line("recipient_unknown", &[("letter", text), ("recipient", why), ("known", &known)]));
        return Ok(Ended::Usage);
    }
    if as_json {
        print_json(&letter_value(house, id, why).await?);
    } else {
        shown::letter(house, id, why).await?;
    }
    Ok(Ended::Done)
}

/// Whom anything about a letter went to, as the evidence names them.
async fn recipients(house: &House, id: crate::domain::ids::LetterId) -> Result<BTreeSet<String>> {
    let mut tx = house.store.read().await?;
    Ok(tx.messages_of(id).await?.into_iter().map(|message| message.recipient).collect())
}

/// A letter with deliveries, attempts, acts and orders; with `why` only what concerns one recipient, and the facts.
async fn letter_value(house: &House, id: crate::domain::ids::LetterId, why: Option<&str>) -> Result<Value> {
    let mut tx = house.store.read().await?;
    let stored = tx.letter(id).await?.context("the letter is gone")?;
    let mut value = summary(&stored);
    let mut deliveries = Vec::new();
    for delivery in tx.deliveries_of_letter(id).await? {
        let Some(message) = tx.message(delivery.message).await? else { continue };
        if why.is_some_and(|why| !message.recipient.eq_ignore_ascii_case(why)) {
            continue;
        }
        let attempts = tx.attempts_of(delivery.id).await?;
        deliveries.push(json!({
            "id": delivery.id, "recipient": message.recipient, "message": message.kind, "person": message.person,
            "capacity": message.capacity, "channel": delivery.channel, "state": delivery.state, "reason": delivery.reason,
            "content": delivery.content, "state_at": delivery.state_at, "next_at": delivery.next_at,
            "attempts": attempts.iter().map(|one| json!({
                "number": one.number, "started_at": one.started_at, "ended_at": one.ended_at, "outcome": one.outcome,
                "code": one.code, "answer": one.answer, "peer": one.peer, "duplicate": one.duplicate,
            })).collect::<Vec<_>>(),
        }));
    }
    let acts = tx.acts_of(id).await?.into_iter().filter(|act| why.is_none_or(|why| is_of(act, why))).map(|act| {
        json!({
            "id": act.id, "kind": act.kind, "by": act.person, "for": act.position, "capacity": act.capacity, "via": act.via,
            "assurance": act.assurance, "recorded_at": act.recorded_at, "body": act.body,
        })
    });
    let acts: Vec<Value> = acts.collect();
    let agenda: Vec<String> =
        tx.agenda_of(id).await?.into_iter().map(|(unit, (year, number))| format!("{number}/{unit}/{year}")).collect();
    let facts = tx.facts_of_letter(id).await?;
    let facts: Vec<Value> = facts.iter().filter_map(|fact| serde_json::from_slice(&fact.body).ok()).collect();
    let facts: Vec<Value> = match why {
        Some(why) => facts
            .into_iter()
            .filter(|fact| fact.get("recipient").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(why)))
            .collect(),
        None => Vec::new(),
    };
    if let Value::Object(map) = &mut value {
        map.insert("deliveries".into(), deliveries.into());
        map.insert("acts".into(), acts.into());
        map.insert("agenda".into(), agenda.into());
        map.insert("facts".into(), facts.into());
    }
    Ok(value)
}

async fn route(source: &Source, text: &str, explain: bool, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    let path = Path::new(text);
    let mut wrong = Vec::new();
    let letter = if path.extension().is_some_and(|end| end == "toml") {
        let Some(form) = form::read(path) else { return Ok(Ended::Usage) };
        let Some(letter) = &form.letter else { return form::refused(house, &form, None, as_json).await };
        let mut tx = house.store.read().await?;
        let letter = letter_form::resolve(letter.clone(), &house.city(&mut tx).await?.directory);
        wrong = dates(house, &letter);
        Arc::new(letter)
    } else {
        let Some(id) = letter_meant(house, text).await? else {
            eprintln!("{}", line("letter_unknown", &[("letter", text)]));
            return Ok(Ended::Wanting);
        };
        house.store.read().await?.letter(id).await?.context("the letter is gone")?.letter
    };
    let (plan, refusals) = preview(house, &letter).await?;
    let refusals = [refusals, wrong].concat();
    let city = house.city(&mut house.store.read().await?).await?;
    if as_json {
        shown::route_json(&plan, (&city.directory, house.today())).iter().for_each(print_json);
    } else {
        shown::route(house, &city, &plan, explain);
    }
    tell_refusals(house, &refusals);
    Ok(if refusals.is_empty() { Ended::Done } else { Ended::Wanting })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_the_way_people_read_them() {
        assert_eq!(in_sizes("31234567 > 26214400"), "31,2 MB > 26,2 MB");
        assert_eq!(in_sizes("12400000"), "12,4 MB");
    }
}
