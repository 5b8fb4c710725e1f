//! Deliveries and their messages against the facts about them.
//!
//! The state is what the changes that facts tell lead to. Facts of one moment have no order among them, so it is found without
//! one: a change takes the state before away and brings the state after, and what is left in the end is the state.

use super::{BATCH, Found, at_its_time, attempts, differing, digits, hashed, place, simple, told};
use crate::domain::delivery::DeliveryState;
use crate::domain::evidence::{Fact, FactKind};
use crate::domain::ids::{ActId, DeliveryId, LetterId};
use crate::flow::evidence::{Broken, Misfit};
use crate::flow::outgoing::ADDRESS;
use crate::store::records::StoredFact;
use crate::store::{PlainAttempt, PlainDelivery, PlainStep, StoreError, Tx};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What the record has about one delivery.
#[derive(Default)]
struct About {
    stored: Vec<StoredFact>,
    facts: Vec<Fact>,
    attempts: Vec<PlainAttempt>,
    steps: Vec<PlainStep>,
    acts: Vec<String>,
}

/// The first delivery that is not what its facts say. Its last fact is named.
pub async fn verify(tx: &mut Tx) -> Result<Option<Broken>, StoreError> {
    let mut after = Uuid::nil();
    loop {
        let rows = tx.plain_deliveries(after, BATCH).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut ids = Vec::with_capacity(rows.len());
        for row in &rows {
            let Ok(id) = Uuid::try_parse(&row.id) else {
                let place = Some(place("delivery", DeliveryId::PREFIX, &row.id, "id"));
                return Ok(Some(Broken { place, ..Broken::number(0, Misfit::RowUnknown) }));
            };
            ids.push(DeliveryId::new(id));
            after = id;
        }
        let mut about = read(tx, &ids).await?;
        for row in &rows {
            let about = about.remove(&row.id).unwrap_or_default();
            if let Some((why, place)) = misfit(row, &about) {
                let broken = about.stored.last().map_or(Broken::number(0, why), |fact| Broken::fact(fact, why));
                return Ok(Some(Broken { place, ..broken }));
            }
        }
    }
}

async fn read(tx: &mut Tx, ids: &[DeliveryId]) -> Result<HashMap<String, About>, StoreError> {
    let mut about: HashMap<String, About> = HashMap::new();
    for stored in tx.facts_about(ids).await? {
        let one = about.entry(simple(stored.delivery_id)).or_default();
        one.facts.extend(serde_json::from_slice::<Fact>(&stored.body));
        one.stored.push(stored);
    }
    for attempt in tx.plain_attempts(ids).await? {
        about.entry(attempt.delivery_id.clone()).or_default().attempts.push(attempt);
    }
    for step in tx.plain_steps(ids).await? {
        about.entry(step.delivery_id.clone()).or_default().steps.push(step);
    }
    for (act, delivery) in tx.acts_on(ids).await? {
        about.entry(delivery).or_default().acts.push(act);
    }
    Ok(about)
}

fn misfit(row: &PlainDelivery, about: &About) -> Option<Found> {
    let at = |column| Some(place("delivery", DeliveryId::PREFIX, &row.id, column));
    let Some(routed) = about.facts.iter().find(|fact| fact.event == FactKind::Routed) else {
        return Some((Misfit::RowUnknown, at("id")));
    };
    if let Some(column) = differing(&plan(routed, row)).or_else(|| differing(&sealed(routed, row))) {
        return Some((Misfit::RowDiffers, at(column)));
    }
    if !ends(&about.facts).contains(&row.state) {
        return Some((Misfit::RowDiffers, at("state")));
    }
    let told = |id: &String| about.facts.iter().any(|fact| simple(fact.act.map(ActId::uuid)) == *id);
    if let Some(act) = about.acts.iter().find(|id| !told(id)) {
        return Some((Misfit::RowUnknown, Some(place("act", ActId::PREFIX, act, "id"))));
    }
    attempts::misfit(&about.attempts, &about.facts).or_else(|| attempts::steps(&about.steps, &about.facts))
}

/// What every fact of a route says.
fn plan(routed: &Fact, row: &PlainDelivery) -> [(&'static str, bool); 12] {
    let letter = simple(routed.letter.map(LetterId::uuid));
    [
        ("letter_id", row.letter_id == letter),
        ("message.letter_id", row.message_letter == letter),
        ("channel", Some(row.channel.as_str()) == routed.channel.map(crate::domain::delivery::Channel::as_str)),
        ("message.recipient", Some(&row.recipient) == routed.recipient.as_ref()),
        ("message.kind", row.kind == told(routed, "message")),
        ("message.role", row.role == told(routed, "role")),
        ("reason", row.reason == told(routed, "reason")),
        ("content", row.content == told(routed, "content")),
        ("message.employee_number", row.employee_number.as_deref().unwrap_or_default() == told(routed, "person")),
        ("message.capacity", row.capacity.as_deref().unwrap_or_default() == told(routed, "capacity")),
        ("message.delegation_id", row.delegation_id == digits(told(routed, "delegation"))),
        ("created_at", at_its_time(routed, "", row.created_at)),
    ]
}

/// What newer facts of a route seal as well.
fn sealed(routed: &Fact, row: &PlainDelivery) -> [(&'static str, bool); 7] {
    let old = told(routed, ADDRESS).is_empty();
    [
        ("message_id", old || row.message_id == digits(told(routed, "message_id"))),
        ("address", old || hashed(&row.address) == told(routed, ADDRESS)),
        ("priority", old || row.priority.to_string() == told(routed, "priority")),
        ("copy_number", old || row.copy_number.to_string() == told(routed, "copy")),
        ("message.position_code", old || row.position_code.as_deref().unwrap_or_default() == told(routed, "position")),
        ("message.order_id", old || row.order_id == digits(told(routed, "order"))),
        ("message.payload", old || hashed(&row.payload) == told(routed, "payload_sha256")),
    ]
}

/// A change of state.
type Change<'a> = (&'a str, &'a str);

/// The states that the facts about a delivery may have led to: one, but for what older facts left out.
fn ends(facts: &[Fact]) -> Vec<String> {
    let mut left: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut released, mut displayed): (&[Option<Change<'_>>], &[Option<Change<'_>>]) = (&[None], &[None]);
    for fact in facts {
        let (before, after) = (told(fact, "before"), told(fact, "after"));
        match (fact.event, told(fact, "what")) {
            (FactKind::Routed, _) => {
                *left.entry(told(fact, "state")).or_default() += 1;
                if told(fact, ADDRESS).is_empty() {
                    released = &RELEASED;
                }
            }
            // What came too late changed nothing.
            _ if told(fact, "late") == "true" => {}
            _ if !after.is_empty() => change(&mut left, (before, after)),
            (FactKind::Superseded, _) => change(&mut left, (before, DeliveryState::Superseded.as_str())),
            (FactKind::Administered, "cancelled") => change(&mut left, (before, DeliveryState::Cancelled.as_str())),
            (FactKind::NotificationAccessTracking, _) => displayed = &SHOWN,
            _ => {}
        }
    }
    let mut ends = Vec::new();
    for choices in released.iter().flat_map(|one| displayed.iter().map(move |other| [*one, *other])) {
        let mut way = left.clone();
        choices.into_iter().flatten().for_each(|choice| change(&mut way, choice));
        ends.extend(end(&way));
    }
    ends
}

/// Going live was a fact, what it let out used to be none.
const RELEASED: [Option<Change<'_>>; 2] = [None, Some((DeliveryState::Withheld.as_str(), DeliveryState::Queued.as_str()))];

/// A display report used to be told without the states; one of them at most changed it.
const SHOWN: [Option<Change<'_>>; 3] = [
    None,
    Some((DeliveryState::Relayed.as_str(), DeliveryState::Displayed.as_str())),
    Some((DeliveryState::Delivered.as_str(), DeliveryState::Displayed.as_str())),
];

fn change<'a>(left: &mut BTreeMap<&'a str, i64>, (before, after): Change<'a>) {
    *left.entry(before).or_default() -= 1;
    *left.entry(after).or_default() += 1;
}

/// The one state that is left, if the changes fit together.
fn end(left: &BTreeMap<&str, i64>) -> Option<String> {
    let mut left = left.iter().filter(|(_, count)| **count != 0);
    match (left.next(), left.next()) {
        (Some((state, 1)), None) => Some((*state).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::FactActor;
    use crate::domain::ids::FactId;
    use jiff::Timestamp;

    fn fact(kind: FactKind, details: &[(&str, &str)]) -> Fact {
        let fact = Fact::new(FactId::new(Uuid::nil()), kind, Timestamp::UNIX_EPOCH, FactActor::system());
        details.iter().fold(fact, |fact, (name, value)| fact.with(name, *value))
    }

    fn moved(before: &str, after: &str) -> Fact {
        fact(FactKind::RelayToNonERDS, &[("before", before), ("after", after)])
    }

    #[test]
    fn the_state_is_what_the_changes_lead_to_in_whatever_order_they_are_read() {
        let routed = fact(FactKind::Routed, &[("state", "queued"), (ADDRESS, "00")]);
        let late = fact(FactKind::OutcomeUnknown, &[("before", "queued"), ("after", "unknown"), ("late", "true")]);
        let read = [moved("deferred", "relayed"), late, moved("queued", "deferred"), routed, moved("relayed", "acted")];
        assert_eq!(ends(&read), ["acted"]);
        assert!(ends(read.get(1..).unwrap()).is_empty(), "a change is missing");
    }

    #[test]
    fn what_older_facts_left_out_may_have_happened_once() {
        let routed = fact(FactKind::Routed, &[("state", "withheld")]);
        let shown = fact(FactKind::NotificationAccessTracking, &[]);
        let read = [routed.clone(), moved("queued", "relayed"), shown.clone(), shown];
        assert_eq!(ends(&read), ["relayed", "displayed"]);
        assert_eq!(ends(&[routed]), ["withheld", "queued"]);
        let new = fact(FactKind::Routed, &[("state", "withheld"), (ADDRESS, "00")]);
        assert_eq!(ends(&[new]), ["withheld"]);
        let replaced = fact(FactKind::Superseded, &[("before", "queued")]);
        assert_eq!(ends(&[fact(FactKind::Routed, &[("state", "queued"), (ADDRESS, "00")]), replaced]), ["superseded"]);
    }
}
