//! Attempts, and steps of the print desk, against the facts about their delivery.

use super::{Found, differing, near, place, simple, told};
use crate::domain::evidence::{Fact, FactKind};
use crate::domain::ids::{AttemptId, DeliveryId};
use crate::flow::evidence::Misfit;
use crate::store::{PlainAttempt, PlainStep};

/// Name of the detail that holds an attempt's number. Facts that have it say its begin and its end as well, and whether it was
/// the second with the same bytes; older ones do not.
pub const ATTEMPT: &str = "attempt_number";

/// What does not fit about the attempts of a delivery.
pub fn misfit(rows: &[PlainAttempt], facts: &[Fact]) -> Option<Found> {
    let of = |row: &PlainAttempt, fact: &Fact| fact.attempt.is_some_and(|id| id.uuid().simple().to_string() == row.id);
    for row in rows {
        let at = |column| Some(place("attempt", AttemptId::PREFIX, &row.id, column));
        // Two workers may each have told of an attempt: one of them wrote the row.
        let told: Vec<Option<&'static str>> =
            facts.iter().filter(|fact| of(row, fact)).map(|fact| differing(&columns(fact, row))).collect();
        match told.last() {
            _ if told.contains(&None) => {}
            Some(column) => return Some((Misfit::RowDiffers, at(column.unwrap_or_default()))),
            // Nobody knows yet how it ends.
            None if row.ended_at.is_none() && row.outcome.is_none() => {}
            None => return Some((Misfit::RowUnknown, at("outcome"))),
        }
    }
    let gone = |id: &AttemptId| rows.iter().all(|row| row.id != id.uuid().simple().to_string());
    let id = facts.iter().filter_map(|fact| fact.attempt).find(gone)?;
    Some((Misfit::RowGone, Some(place("attempt", AttemptId::PREFIX, &simple(Some(id.uuid())), "id"))))
}

fn columns(fact: &Fact, row: &PlainAttempt) -> [(&'static str, bool); 11] {
    let new = !told(fact, ATTEMPT).is_empty();
    let (code, text) = (told(fact, "code"), told(fact, "text"));
    let wire = fact.content.iter().find(|part| part.part == "on-the-wire");
    let began = told(fact, "started_at").parse::<jiff::Timestamp>().map(jiff::Timestamp::as_microsecond);
    [
        ("outcome", row.outcome.as_deref() == outcome(fact.event)),
        ("code", bare(row.code.as_deref()) == code),
        ("answer", bare(row.answer.as_deref()) == if text.is_empty() { told(fact, "answer") } else { text }),
        ("peer", bare(row.peer.as_deref()) == told(fact, "peer")),
        ("remote_id", bare(row.remote_id.as_deref()) == told(fact, "remote_id")),
        ("wire_sha256", wire.is_none_or(|wire| row.wire_sha256.as_ref() == Some(&wire.sha256))),
        ("number", !new || row.number.to_string() == told(fact, ATTEMPT)),
        ("duplicate", !new || row.duplicate == (told(fact, "duplicate") == "true")),
        ("started_at", !new || began.is_ok_and(|at| at == row.started_at)),
        ("ended_at", row.ended_at.is_some_and(|at| ended(fact, at, new))),
        ("delivery_id", Some(&row.delivery_id) == fact.delivery.map(|id| id.uuid().simple().to_string()).as_ref()),
    ]
}

fn ended(fact: &Fact, at: i64, new: bool) -> bool {
    let told = fact.recorded_at.as_microsecond();
    if new { at == told } else { near(at, told) }
}

/// The outcome that a fact of this kind tells.
const fn outcome(kind: FactKind) -> Option<&'static str> {
    Some(match kind {
        FactKind::RelayToNonERDS | FactKind::ConsignmentNotification | FactKind::DeskStep | FactKind::PossibleDuplicate => {
            "delivered"
        }
        FactKind::AttemptDeferred | FactKind::FellThrough => "deferred",
        FactKind::OutcomeUnknown => "unknown",
        FactKind::RelayToNonERDSFailure | FactKind::ConsignmentNotificationFailure | FactKind::ContentHandoverFailure => {
            "refused"
        }
        _ => return None,
    })
}

/// A column's words as a fact holds them: without control characters.
fn bare(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).collect()
}

/// What does not fit about the print desk's steps with a delivery.
pub fn steps(rows: &[PlainStep], facts: &[Fact]) -> Option<Found> {
    // A clerk's hand-over closes the entry on a tray as well; that is no step with the paper.
    let is_step = |fact: &&Fact| fact.actor.kind == "clerk" && told(fact, "tray").is_empty();
    let mut facts: Vec<&Fact> = facts.iter().filter(is_step).collect();
    for row in rows {
        let at = |column| crate::flow::evidence::Place {
            table: "print_step",
            row: format!("{}-{}/{}", DeliveryId::PREFIX, row.delivery_id, row.number),
            column,
        };
        let Some(same) = facts.iter().position(|fact| step(fact, row).is_none()) else {
            let nearest = facts.iter().find(|fact| told(fact, "after") == row.state).or(facts.first());
            let column = nearest.and_then(|fact| step(fact, row));
            let why = if column.is_some() { Misfit::RowDiffers } else { Misfit::RowUnknown };
            return Some((why, Some(at(column.unwrap_or("number")))));
        };
        facts.remove(same);
    }
    let left = facts.first()?.delivery?;
    Some((Misfit::RowGone, Some(place("print_step", DeliveryId::PREFIX, &simple(Some(left.uuid())), "number"))))
}

fn step(fact: &Fact, row: &PlainStep) -> Option<&'static str> {
    differing(&[
        ("state", row.state == told(fact, "after")),
        ("by_whom", row.by_whom == fact.actor.who),
        ("receiver", bare(Some(&row.receiver)) == told(fact, "receiver")),
        ("note", bare(Some(&row.note)) == told(fact, "note")),
        ("at", near(row.at, fact.event_time.as_microsecond())),
    ])
}
