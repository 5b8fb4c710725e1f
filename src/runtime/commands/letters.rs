//! `kurir letter`: submit, show, list, route.

use super::{letter_meant, print_json, record};
use crate::domain::delegation::Absence;
use crate::domain::directory::Directory;
use crate::domain::letter_form::{self, LetterForm};
use crate::domain::routing::{Leg, LegRecipient, Route};
use crate::flow::House;
use crate::flow::accept::{AcceptError, Accepted, Refusal, Submission, SubmittedFile, accept, preview};
use crate::runtime::Ended;
use crate::runtime::cli::Letter;
use crate::runtime::config::Source;
use crate::runtime::words::{faults, grouped, line, out, say};
use crate::store::records::StoredLetter;
use anyhow::{Context as _, Result};
use jiff::civil::Date;
use serde_json::{Value, json};
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

fn read_form(path: &Path) -> Result<Result<LetterForm, String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    Ok(letter_form::parse(&text).map_err(|found| faults(letter_form::SENTENCES, &found)))
}

fn read_file(path: &Path) -> Result<SubmittedFile> {
    let bytes = std::fs::read(path).with_context(|| format!("{}", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(SubmittedFile { name, bytes })
}

async fn submit(source: &Source, form: &Path, (pdf, attach): (&Path, &[std::path::PathBuf]), json: bool) -> Result<Ended> {
    let form = match read_form(form)? {
        Ok(form) => form,
        Err(faults) => {
            eprintln!("{faults}");
            return Ok(Ended::Wanting);
        }
    };
    let opened = record(source).await?;
    let house = &opened.house;
    let letter = {
        let mut tx = house.store.read().await?;
        letter_form::resolve(form.letter, &house.city(&mut tx).await?.directory)
    };
    let attachments = attach.iter().map(|path| read_file(path)).collect::<Result<Vec<_>>>()?;
    let submission = Submission { letter, pdf: read_file(pdf)?, attachments };
    told(accept(house, submission).await, json)
}

fn told(answer: Result<Accepted, AcceptError>, as_json: bool) -> Result<Ended> {
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
                tell_refusals(&refusals);
            }
            Ok(Ended::Wanting)
        }
        Err(AcceptError::Conflict(id)) => {
            eprintln!("{}", line("conflict", &[("id", &id.to_string())]));
            Ok(Ended::Wanting)
        }
        Err(AcceptError::Store(error)) => Err(error.into()),
    }
}

fn tell_refusals(refusals: &[Refusal]) {
    for refusal in refusals {
        eprintln!("{}", refusal_line(refusal));
    }
}

fn refusal_line(refusal: &Refusal) -> String {
    grouped("refusal", refusal.code.as_str(), &[("subject", &refusal.subject), ("detail", &refusal.detail)])
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
            out!("{}  {}  {}  {subject}", stored.id, stored.state, stored.letter.letter_number);
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
    let shown = letter_value(house, id, why).await?;
    if as_json {
        print_json(&shown);
    } else {
        print_letter(&shown);
    }
    Ok(Ended::Done)
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
    let acts = tx.acts_of(id).await?.into_iter().map(|act| {
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

fn print_letter(value: &Value) {
    let text = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    out!("{}  {}  {}", text(value, "/id"), text(value, "/state"), text(value, "/letter/letter_number"));
    for one in value.get("deliveries").and_then(Value::as_array).into_iter().flatten() {
        let reason = grouped("route_reason", &text(one, "/reason"), &[]);
        out!(
            "  {:<16} {:<22} {:<9} {:<16} {reason}",
            text(one, "/recipient"),
            text(one, "/message"),
            text(one, "/channel"),
            text(one, "/state"),
        );
    }
    for act in value.get("acts").and_then(Value::as_array).into_iter().flatten() {
        out!("  {} {} ({}, {})", text(act, "/kind"), text(act, "/for"), text(act, "/via"), text(act, "/assurance"));
    }
    for fact in value.get("facts").and_then(Value::as_array).into_iter().flatten() {
        let detail = fact.get("detail").map(ToString::to_string).unwrap_or_default();
        out!("  {}  {}  {detail}", text(fact, "/recorded_at"), text(fact, "/event"));
    }
}

async fn route(source: &Source, text: &str, explain: bool, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    let path = Path::new(text);
    let letter = if path.extension().is_some_and(|end| end == "toml") {
        match read_form(path)? {
            Ok(form) => {
                let mut tx = house.store.read().await?;
                Arc::new(letter_form::resolve(form.letter, &house.city(&mut tx).await?.directory))
            }
            Err(faults) => {
                eprintln!("{faults}");
                return Ok(Ended::Wanting);
            }
        }
    } else {
        let Some(id) = letter_meant(house, text).await? else {
            eprintln!("{}", line("letter_unknown", &[("letter", text)]));
            return Ok(Ended::Wanting);
        };
        house.store.read().await?.letter(id).await?.context("the letter is gone")?.letter
    };
    let (plan, refusals) = preview(house, &letter).await?;
    let city = house.city(&mut house.store.read().await?).await?;
    print_route(&plan, (&city.directory, house.today()), explain, as_json);
    tell_refusals(&refusals);
    Ok(if refusals.is_empty() { Ended::Done } else { Ended::Wanting })
}

fn print_route(plan: &Route, view: (&Directory, Date), explain: bool, as_json: bool) {
    for leg in &plan.legs {
        let away = off_duty(leg, view);
        for planned in &leg.deliveries {
            if as_json {
                print_json(&json!({
                    "recipient": leg.recipient.name(), "role": leg.role, "channel": planned.address.channel(),
                    "content": planned.content, "reason": planned.reason,
                    "person": leg.person.as_ref().map(|person| &person.number),
                    "capacity": leg.person.as_ref().and_then(|person| person.capacity), "notice": leg.notice,
                    "off_duty": away.map(|one| json!({
                        "person": one.official, "reason": one.reason, "from": one.days.from, "to": one.days.to,
                    })),
                }));
            } else {
                let reason = grouped("route_reason", planned.reason.as_str(), &[]);
                let who =
                    [("recipient", leg.recipient.name()), ("channel", planned.address.channel().as_str()), ("reason", &reason)];
                say(&line("route", &who));
            }
        }
        if explain && !as_json {
            explain_leg(leg, away);
        }
    }
}

/// The absence of whoever holds the post that a leg is for.
fn off_duty<'a>(leg: &Leg, (directory, day): (&'a Directory, Date)) -> Option<&'a Absence> {
    let LegRecipient::Position(code) = &leg.recipient else { return None };
    let (holder, _) = directory.incumbent(code, day)?;
    directory.absence(&holder.number, day)
}

fn explain_leg(leg: &Leg, away: Option<&Absence>) {
    if let Some(away) = away {
        let to = away.days.to.map(|day| day.to_string()).unwrap_or_default();
        out!("    off duty: {} ({}) {}..{to}", away.official, away.reason, away.days.from);
    }
    if let Some(person) = &leg.person {
        let capacity = person.capacity.map_or("operator", crate::domain::delegation::Capacity::as_str);
        out!("    {} ({capacity})", person.number);
    }
    if let Some(notice) = leg.notice {
        out!("    operator: {notice}");
    }
}
