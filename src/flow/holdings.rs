//! What the evidence speaks of must still be there and say what it said: letters and their files, mails as they came in, what
//! officials did and ordered, deliveries with their states and attempts.
//!
//! In: the ledger and the file store. Out: the first fact whose bytes or rows are gone or say something else, or the first row
//! that no fact tells of. Nothing is mended here. It reads every stored byte, so it is for `kurir evidence verify`, not for a
//! page; rows are read in batches. Columns that only say what the queue does next (`next_at`, leases, `held`, `tries`) are no
//! part of what happened and are not looked at.

mod acts;
mod attempts;
mod deliveries;
mod letters;

use super::evidence::{Broken, Misfit, Place};
use super::house::House;
use super::receive::raw;
use crate::domain::evidence::{ContentPart, Fact, FactKind};
use crate::domain::ids::{DeliveryId, LetterId};
use crate::store::files::sha256_hex;
use crate::store::records::StoredFact;
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use std::collections::HashMap;
use uuid::Uuid;

pub use acts::{ANSWER, of_act};
pub use attempts::ATTEMPT;
pub use letters::{FILES, FORM, files_sha256};

/// How many rows are looked at in one go.
const BATCH: i64 = 1_000;

/// How far a row and its fact may lie apart where the fact does not say the row's own moment: older facts took their own.
const APART: i64 = 60_000_000;

/// What does not fit, and where.
type Found = (Misfit, Option<Place>);

/// Sizes of files that were read and are whole, so that a file of many letters is read once.
type Sound = HashMap<String, i64>;

/// Reads everything that a fact names, and every row that has its facts. The chain itself is looked at by
/// [`super::evidence::verify`].
pub async fn verify(house: &House) -> Result<Option<Broken>, StoreError> {
    let mut tx = house.store.snapshot().await?;
    match looked(house, &mut tx).await {
        Err(StoreError::Misfit { table, column, row, .. }) => {
            Ok(Some(Broken { place: Some(Place { table, row, column }), ..Broken::number(0, Misfit::RowUnreadable) }))
        }
        other => other,
    }
}

async fn looked(house: &House, tx: &mut Tx) -> Result<Option<Broken>, StoreError> {
    if let Some(broken) = facts(house, tx).await? {
        return Ok(Some(broken));
    }
    if let Some(broken) = deliveries::verify(tx).await? {
        return Ok(Some(broken));
    }
    let unknown = tx.unaccepted_letter().await?.map(|id| place("letter", LetterId::PREFIX, &id, "id"));
    Ok(unknown.map(|place| Broken { place: Some(place), ..Broken::number(0, Misfit::RowUnknown) }))
}

/// Walks the facts, and looks at what each names.
async fn facts(house: &House, tx: &mut Tx) -> Result<Option<Broken>, StoreError> {
    let (mut seq, mut sound) = (0, Sound::new());
    loop {
        let facts = tx.sealed_after(seq, BATCH).await?;
        let last = facts.is_empty();
        let facts = if last { tx.unsealed(i64::MAX).await? } else { facts };
        let mut routed = Vec::new();
        for stored in &facts {
            seq = stored.seq.unwrap_or(seq);
            let Ok(fact) = serde_json::from_slice::<Fact>(&stored.body) else {
                return Ok(Some(Broken::fact(stored, Misfit::NoFact)));
            };
            if let Some((why, place)) = misfit(house, tx, &fact, &mut sound).await? {
                return Ok(Some(Broken { place, ..Broken::fact(stored, why) }));
            }
            routed.extend(fact.delivery.filter(|_| fact.event == FactKind::Routed).map(|id| (id, stored)));
        }
        if let Some(broken) = gone(tx, &routed).await? {
            return Ok(Some(broken));
        }
        if last {
            return Ok(None);
        }
        if sound.len() > 10_000 {
            sound.clear();
        }
    }
}

/// The first of these deliveries that is gone.
async fn gone(tx: &mut Tx, routed: &[(DeliveryId, &StoredFact)]) -> Result<Option<Broken>, StoreError> {
    let ids: Vec<DeliveryId> = routed.iter().map(|(id, _)| *id).collect();
    let there = tx.deliveries_there(&ids).await?;
    Ok(routed.iter().find(|(id, _)| !there.contains(id)).map(|(id, fact)| {
        let place = Place { table: "delivery", row: id.to_string(), column: "id" };
        Broken { place: Some(place), ..Broken::fact(fact, Misfit::RowGone) }
    }))
}

/// What does not fit about what a fact names.
async fn misfit(house: &House, tx: &mut Tx, fact: &Fact, sound: &mut Sound) -> Result<Option<Found>, StoreError> {
    match fact.event {
        FactKind::SubmissionAcceptance => letters::misfit(house, tx, fact, sound).await,
        FactKind::ReceivedFromNonERDS => mail(house, tx, fact).await,
        FactKind::ConsignmentAcceptance => acts::misfit(tx, fact).await,
        _ => Ok(None),
    }
}

async fn mail(house: &House, tx: &mut Tx, fact: &Fact) -> Result<Option<Found>, StoreError> {
    let Some(inbound) = fact.inbound else { return Ok(None) };
    let at = |column| Some(Place { table: "inbound", row: inbound.to_string(), column });
    let item = match tx.inbound(inbound).await {
        Ok(Some(item)) => item,
        Ok(None) => return Ok(Some((Misfit::MailGone, None))),
        Err(error) if error.is_unreadable() => return Ok(Some((Misfit::RowUnreadable, at("id")))),
        Err(error) => return Err(error),
    };
    let named = fact.content.first().is_none_or(|part| part.sha256 == item.sha256);
    let whole = match raw(house, &item).await {
        Ok(bytes) => sha256_hex(&bytes) == item.sha256,
        Err(error) => lost(error)?,
    };
    if !(named && whole) {
        return Ok(Some((Misfit::MailDiffers, None)));
    }
    let columns = [("source", told(fact, "source") == item.source), ("size", told(fact, "size") == item.size.to_string())];
    Ok(differing(&columns).map(|column| (Misfit::RowDiffers, at(column))))
}

/// A file that is gone or changed is a finding; a disk that does not answer is none.
fn lost(error: StoreError) -> Result<bool, StoreError> {
    if error.is_lost_file() { Ok(false) } else { Err(error) }
}

/// The first column that is not the same.
fn differing(columns: &[(&'static str, bool)]) -> Option<&'static str> {
    columns.iter().find(|(_, same)| !same).map(|(column, _)| *column)
}

/// A detail of a fact; empty where there is none.
fn told<'a>(fact: &'a Fact, name: &str) -> &'a str {
    fact.detail.get(name).map_or("", String::as_str)
}

/// The digits of a typed id in a detail, as the ledger's ids are read; empty where there is none.
fn digits(id: &str) -> &str {
    id.split_once('-').map_or("", |(_, digits)| digits)
}

/// The digits of an id, or none.
fn simple(id: Option<Uuid>) -> String {
    id.map(|id| id.simple().to_string()).unwrap_or_default()
}

/// A place in a table whose ids have a prefix.
fn place(table: &'static str, prefix: &str, id: &str, column: &'static str) -> Place {
    Place { table, row: format!("{prefix}-{id}"), column }
}

/// Whether a row's moment is the one that its fact says, or lies beside the fact's where it says none.
fn at_its_time(fact: &Fact, detail: &str, micros: i64) -> bool {
    match told(fact, detail).parse::<Timestamp>() {
        Ok(at) => at.as_microsecond() == micros,
        Err(_) => near(fact.recorded_at.as_microsecond(), micros),
    }
}

const fn near(one: i64, other: i64) -> bool {
    one.abs_diff(other) <= APART.unsigned_abs()
}

/// Hash of a column's text.
fn hashed(text: &str) -> String {
    sha256_hex(text.as_bytes())
}

/// A part of a fact's content.
fn part(name: &str, sha256: String) -> ContentPart {
    ContentPart { part: name.to_owned(), sha256 }
}
