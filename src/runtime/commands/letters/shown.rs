//! A letter, its deliveries, acts and facts, and a route, in the words of the people who read them.

use crate::domain::codes::UnitCode;
use crate::domain::delegation::{Absence, Capacity};
use crate::domain::delivery::Channel;
use crate::domain::directory::Directory;
use crate::domain::evidence::Fact;
use crate::domain::ids::LetterId;
use crate::domain::routing::{Leg, LegRecipient, Route};
use crate::flow::House;
use crate::flow::house::{CityView, acted_as, titled};
use crate::runtime::commands::told;
use crate::runtime::words::{grouped, line, out, say};
use crate::store::Tx;
use crate::store::records::{StoredAct, StoredLetter};
use anyhow::{Context as _, Result};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Prints a letter; with `why` only what concerns one recipient, with every attempt and fact.
pub async fn letter(house: &House, id: LetterId, why: Option<&str>) -> Result<()> {
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let stored = tx.letter(id).await?.context("the letter is gone")?;
    head(house, &mut tx, &stored).await?;
    deliveries(house, &mut tx, &city, (id, why)).await?;
    for act in tx.acts_of(id).await?.into_iter().filter(|act| why.is_none_or(|why| super::is_of(act, why))) {
        let answered = match tx.delivery(act.delivery).await? {
            Some(delivery) => tx.message(delivery.message).await?,
            None => None,
        };
        let desk = answered.and_then(|message| message.unit());
        out!("  {}", act_line(house, &city, &act, desk.as_ref()));
    }
    if let Some(why) = why {
        facts(house, &mut tx, &city, (id, why)).await?;
    }
    Ok(())
}

async fn head(house: &House, tx: &mut Tx, stored: &StoredLetter) -> Result<()> {
    let letter = &stored.letter;
    let (date, state) = (told::day(house, letter.letter_date), grouped("letter_state", &stored.state, &[]));
    let id = stored.id.to_string();
    say(&line("letter_head", &[("id", &id), ("number", &letter.letter_number), ("date", &date), ("state", &state)]));
    if !letter.class.is_closed() {
        say(&line("letter_subject", &[("subject", &letter.subject)]));
    }
    if let Some(number) = &letter.answers {
        say(&line("letter_answers", &[("number", number)]));
    }
    for (unit, (year, number)) in tx.agenda_of(stored.id).await? {
        let (year, number) = (year.to_string(), number.to_string());
        say(&line("agenda", &[("number", &number), ("unit", unit.as_str()), ("year", &year)]));
    }
    Ok(())
}

async fn deliveries(house: &House, tx: &mut Tx, city: &CityView, (id, why): (LetterId, Option<&str>)) -> Result<()> {
    for delivery in tx.deliveries_of_letter(id).await? {
        let Some(message) = tx.message(delivery.message).await? else { continue };
        if why.is_some_and(|why| !message.recipient.eq_ignore_ascii_case(why)) {
            continue;
        }
        let states = if delivery.channel == Channel::Print { "print_job" } else { "delivery_state" };
        let state = told::label(house, states, delivery.state.as_str());
        let channel = told::label(house, "channel", delivery.channel.as_str());
        let reason = grouped("route_reason", delivery.reason.as_str(), &[]);
        let what = grouped("message", &message.kind, &[]);
        out!("  {:<18} {what:<14} {channel:<9} {state:<26} {reason}", message.recipient);
        if why.is_none() {
            continue;
        }
        for attempt in tx.attempts_of(delivery.id).await? {
            let outcome = grouped("outcome", attempt.outcome.as_deref().unwrap_or_default(), &[]);
            let (when, answer) = (told::at(house, &city.calendar, attempt.started_at), attempt.answer.unwrap_or_default());
            out!("    {when}  {outcome}  {}", grouped("spool_answer", &answer, &[]));
        }
    }
    Ok(())
}

fn act_line(house: &House, city: &CityView, act: &StoredAct, desk: Option<&UnitCode>) -> String {
    let when = told::at(house, &city.calendar, act.recorded_at);
    let by = acted_as(&city.directory, desk, (&act.position, act.capacity));
    let assurance = told::label(house, "assurance", &act.assurance);
    let what = grouped("act", &act.kind, &[]);
    line("act_line", &[("when", &when), ("what", &what), ("by", &by), ("assurance", &assurance)])
}

async fn facts(house: &House, tx: &mut Tx, city: &CityView, (id, why): (LetterId, &str)) -> Result<()> {
    for stored in tx.facts_of_letter(id).await? {
        let Ok(fact) = serde_json::from_slice::<Fact>(&stored.body) else { continue };
        if fact.recipient.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(why)) {
            let when = told::at(house, &city.calendar, fact.event_time);
            out!("  {when}  {}", told::label(house, "evidence", fact.event.as_str()));
        }
    }
    Ok(())
}

/// Prints a route, a line a delivery; with `explain` who it goes to and what the operator is told.
pub fn route(house: &House, city: &CityView, plan: &Route, explain: bool) {
    for leg in &plan.legs {
        for planned in &leg.deliveries {
            let channel = told::label(house, "channel", planned.address.channel().as_str());
            let reason = grouped("route_reason", planned.reason.as_str(), &[]);
            say(&line("route", &[("recipient", leg.recipient.name()), ("channel", &channel), ("reason", &reason)]));
        }
        if explain {
            explained(house, city, leg);
        }
    }
}

/// The absence of whoever holds the post that a leg is for.
fn off_duty<'a>(leg: &Leg, (directory, day): (&'a Directory, Date)) -> Option<&'a Absence> {
    let LegRecipient::Position(code) = &leg.recipient else { return None };
    let (holder, _) = directory.incumbent(code, day)?;
    directory.absence(&holder.number, day)
}

fn explain_absence(house: &House, city: &CityView, leg: &Leg) {
    let Some(away) = off_duty(leg, (&city.directory, house.today())) else { return };
    let name = city.directory.official(&away.official).map_or_else(|| away.official.to_string(), |one| one.name.clone());
    let from = told::day(house, away.days.from);
    match away.days.to {
        Some(to) => say(&line("route_away", &[("name", &name), ("from", &from), ("to", &told::day(house, to))])),
        None => say(&line("route_away_open", &[("name", &name), ("from", &from)])),
    }
}

fn explained(house: &House, city: &CityView, leg: &Leg) {
    explain_absence(house, city, leg);
    if let Some(person) = &leg.person {
        let name = city.directory.official(&person.number).map_or_else(|| person.number.to_string(), |one| one.name.clone());
        let as_what = match &leg.recipient {
            LegRecipient::Position(code) => city
                .directory
                .position(code)
                .map_or_else(|| code.to_string(), |post| titled(post, person.capacity.or(Some(Capacity::Definitive)))),
            LegRecipient::Unit(code) => {
                let unit = city.directory.unit(code).map_or_else(|| code.to_string(), |unit| unit.name.clone());
                line("operator_of", &[("unit", &unit)])
            }
            LegRecipient::Outside(party) => party.name.clone(),
        };
        say(&line("route_person", &[("name", &name), ("as", &as_what)]));
    }
    if let Some(notice) = leg.notice {
        say(&line("route_notice", &[("why", &grouped("notice", notice.as_str(), &[]))]));
    }
}

/// A route as JSON lines.
pub fn route_json(plan: &Route, view: (&Directory, Date)) -> Vec<serde_json::Value> {
    let told = |leg: &Leg| -> Vec<serde_json::Value> {
        let away = off_duty(leg, view).map(
            |one| serde_json::json!({ "person": one.official, "reason": one.reason, "from": one.days.from, "to": one.days.to }),
        );
        let one = |planned: &crate::domain::routing::PlannedDelivery| {
            let fields: BTreeMap<&str, serde_json::Value> = [
                ("recipient", serde_json::json!(leg.recipient.name())),
                ("role", serde_json::json!(leg.role)),
                ("channel", serde_json::json!(planned.address.channel())),
                ("content", serde_json::json!(planned.content)),
                ("reason", serde_json::json!(planned.reason)),
                ("person", serde_json::json!(leg.person.as_ref().map(|person| &person.number))),
                ("capacity", serde_json::json!(leg.person.as_ref().and_then(|person| person.capacity))),
                ("notice", serde_json::json!(leg.notice)),
                ("off_duty", serde_json::json!(away)),
            ]
            .into();
            serde_json::json!(fields)
        };
        leg.deliveries.iter().map(one).collect()
    };
    plan.legs.iter().flat_map(told).collect()
}
