//! The newest facts as what their sentences need. The sentences themselves stand in the template.

use super::page::{clock, word};
use crate::domain::codes::PositionCode;
use crate::domain::directory::Directory;
use crate::domain::evidence::{Fact, FactKind};
use crate::flow::House;
use crate::flow::act::OPERATOR;
use crate::flow::house::{CityView, operator_of};
use crate::store::{StoreError, Tx};
use serde_json::{Map, Value, json};

/// How many sentences the record shows.
const SHOWN: usize = 40;
/// How many facts are looked at for them: most are steps in between.
const LOOKED_AT: i64 = 300;

/// The newest facts that say something to a newcomer, oldest first.
pub(super) async fn newest(house: &House, tx: &mut Tx, city: &CityView) -> Result<Vec<Value>, StoreError> {
    let mut told = Vec::new();
    for stored in tx.latest_facts(LOOKED_AT).await? {
        if told.len() == SHOWN {
            break;
        }
        let Ok(fact) = serde_json::from_slice::<Fact>(&stored.body) else { continue };
        let kind = message_kind(tx, &fact).await?;
        if is_telling(&fact, &kind) {
            let value = value(house, tx, city, &fact, &kind).await?;
            if told.last().is_none_or(|last| !says_the_same(last, &value)) {
                told.push(value);
            }
        }
    }
    told.reverse();
    Ok(told)
}

/// Whether two facts make the same sentence: who stands in for whom is on record for each of his channels.
fn says_the_same(one: &Value, other: &Value) -> bool {
    let routed = one.get("event") == Some(&json!(FactKind::Routed));
    routed && ["event", "recipient", "stand_in", "time"].iter().all(|name| one.get(name) == other.get(name))
}

/// Which template the delivery's message was set from; empty without one.
async fn message_kind(tx: &mut Tx, fact: &Fact) -> Result<String, StoreError> {
    let Some(delivery) = fact.delivery else { return Ok(String::new()) };
    let Some(delivery) = tx.delivery(delivery).await? else { return Ok(String::new()) };
    Ok(tx.message(delivery.message).await?.map(|message| message.kind).unwrap_or_default())
}

/// What is left out is on record all the same: how a delivery was planned, that something came in, how the town was set up.
fn is_telling(fact: &Fact, kind: &str) -> bool {
    let detail = |name: &str| fact.detail.get(name).map_or("", String::as_str);
    match fact.event {
        // Who stands in is said where a letter or an order is routed; a receipt goes back to whoever wrote.
        FactKind::Routed if detail("role") == "notice" => false,
        FactKind::Routed => detail("reason") == "unregistered" || !detail("delegation").is_empty(),
        FactKind::InboundSettled => matches!(detail("state"), "held" | "declined" | "asked" | "awaiting_confirmation"),
        FactKind::DeskStep => detail("after") == "dispatched",
        FactKind::ReceivedFromNonERDS | FactKind::Administered | FactKind::ContentAccessTracking => false,
        // Codes and greetings of linking a phone come before the first letter.
        FactKind::RelayToNonERDS | FactKind::ConsignmentNotification => fact.letter.is_some() && !kind.is_empty(),
        _ => true,
    }
}

/// Whether somebody said no, to us or to a letter: that has a mark of its own.
fn is_refusal(event: FactKind, state: &str) -> bool {
    match event {
        FactKind::InboundSettled => matches!(state, "held" | "declined"),
        FactKind::SubmissionRejection
        | FactKind::RelayToNonERDSFailure
        | FactKind::ConsignmentNotificationFailure
        | FactKind::ContentConsignmentFailure
        | FactKind::ContentHandoverFailure => true,
        _ => false,
    }
}

async fn value(house: &House, tx: &mut Tx, city: &CityView, fact: &Fact, kind: &str) -> Result<Value, StoreError> {
    let detail: Map<String, Value> = fact.detail.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect();
    let receivers = match fact.letter {
        Some(id) => tx.letter(id).await?.map_or(0, |letter| letter.letter.recipients.len()),
        None => 0,
    };
    let text = |name: &str| fact.detail.get(name).map_or("", String::as_str);
    let act = match fact.act {
        Some(id) => tx.act(id).await?.map(|act| act.kind).unwrap_or_default(),
        None => String::new(),
    };
    let targets: Vec<String> = text("targets").split_whitespace().map(|code| short_title(city, code)).collect();
    Ok(json!({
        "id": fact.id,
        "time": clock(house, fact.recorded_at),
        "event": fact.event,
        "refused": is_refusal(fact.event, text("state")),
        "event_word": word(house, "evidence", &fact.event.to_string()),
        "why": house.desk.label("inbound_why", text("why")).unwrap_or_default(),
        "recipient": fact.recipient.as_deref().map(|code| short_title(city, code)).unwrap_or_default(),
        "actor": actor(city, fact),
        "channel": fact.channel,
        "message": kind,
        // What kurir says to an answer that is no act yet.
        "is_answer": kind.starts_with("refused/") || matches!(kind, "clarify" | "already_recorded" | "challenge"),
        "receivers": receivers,
        "act": word(house, "intent", if act.is_empty() { text("intent") } else { &act }),
        "targets": targets,
        "assurance": word(house, "assurance", &fact.actor.assurance),
        "stand_in": stand_in(city, fact),
        "detail": detail,
    }))
}

/// "Plh. Camat Karangsuji" for who acted.
fn actor(city: &CityView, fact: &Fact) -> String {
    let Some(code) = &fact.actor.on_behalf_of else { return String::new() };
    let desk = code.parse().ok().filter(|_| fact.actor.capacity == OPERATOR).and_then(|unit| city.directory.unit(&unit));
    if let Some(unit) = desk {
        return operator_of(unit);
    }
    let title = short_title(city, code);
    let capacity = fact.actor.capacity.parse::<crate::domain::delegation::Capacity>();
    capacity.map_or_else(|_| title.clone(), |capacity| format!("{}{title}", capacity.prefix()))
}

/// The name of who receives in somebody's place.
fn stand_in(city: &CityView, fact: &Fact) -> String {
    let number = fact.detail.get("person").and_then(|person| person.parse().ok());
    number.and_then(|number| city.directory.official(&number)).map(|person| person.name.clone()).unwrap_or_default()
}

/// The title of a position in a line of a list; what is no position stays as it stands.
fn short_title(city: &CityView, code: &str) -> String {
    let position = code.parse::<PositionCode>().ok().and_then(|code| city.directory.position(&code));
    position.map_or_else(|| code.to_owned(), |position| position.short_title.clone())
}

/// The title of a position with the capacity, in full.
pub(super) fn titled(directory: &Directory, code: &PositionCode, capacity: crate::domain::delegation::Capacity) -> String {
    directory.position(code).map_or_else(|| code.to_string(), |position| Directory::capacity_title(position, capacity))
}

#[cfg(test)]
mod tests {
    use super::is_refusal;
    use crate::domain::evidence::FactKind;
    use crate::domain::instruction::Intent;
    use crate::render::Desk;

    #[test]
    fn every_no_has_the_mark_of_a_no() {
        let no = [
            FactKind::SubmissionRejection,
            FactKind::RelayToNonERDSFailure,
            FactKind::ConsignmentNotificationFailure,
            FactKind::ContentConsignmentFailure,
            FactKind::ContentHandoverFailure,
        ];
        for kind in FactKind::ALL {
            assert_eq!(is_refusal(*kind, "recorded"), no.contains(kind), "{kind}");
        }
        assert!(is_refusal(FactKind::InboundSettled, "held") && is_refusal(FactKind::InboundSettled, "declined"));
    }

    #[test]
    fn every_intent_has_a_word_for_people() {
        let desk = Desk::new().unwrap();
        for intent in Intent::ALL {
            assert!(desk.label("intent", intent.as_str()).is_some(), "{intent}");
        }
    }
}
