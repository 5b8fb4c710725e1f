//! Writing an accepted letter, or the trace of a refused one.

use super::{Accepted, CheckedFile, Refusal, Submission};
use crate::domain::codes::UnitCode;
use crate::domain::evidence::{ContentPart, Fact, FactActor, FactKind};
use crate::domain::ids::LetterId;
use crate::domain::letter::{Letter, LetterFile, Sender};
use crate::domain::routing::{Leg, LegRecipient, Route};
use crate::flow::holdings::{FILES, FORM, files_sha256};
use crate::flow::house::{CityView, House};
use crate::flow::outgoing::{Gate, NewMessage, Outgoing, plan, put_all, text};
use crate::flow::tell;
use crate::store::files::sha256_hex;
use crate::store::records::StoredLetter;
use crate::store::{StoreError, Topic, Tx};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Legs whose rows are made and written together.
const LEGS: usize = 200;

/// A letter that passed every check.
#[derive(Debug)]
pub struct Taken<'a> {
    /// As submitted.
    pub submission: &'a Submission,
    /// SHA-256 of all of it.
    pub content_hash: Vec<u8>,
    /// Checked files.
    pub files: &'a [CheckedFile],
    /// Its route.
    pub route: &'a Route,
}

/// Inserts letter, files, agenda numbers, messages, deliveries and evidence.
pub async fn record(house: &House, tx: &mut Tx, taken: Taken<'_>, city: &CityView) -> Result<Accepted, StoreError> {
    let now = house.now();
    let id = LetterId::new(house.ids.uuid(now));
    let stored = StoredLetter {
        id,
        letter: Arc::new(taken.submission.letter.clone()),
        content_hash: taken.content_hash,
        state: "accepted".into(),
        accepted_at: now,
        settled_at: None,
        files: taken.files.iter().enumerate().map(|(place, file)| file_row(place, file)).collect(),
    };
    tx.insert_letter(&stored).await?;
    let agenda = take_agenda(tx, &stored, taken.route, i64::from(house.today().year())).await?;
    tx.insert_fact(&acceptance(house, &stored, &agenda)).await?;
    send_legs(house, tx, &stored, &taken.route.legs).await?;
    for leg in &taken.route.legs {
        tell::route(house, tx, city, &stored, leg).await?;
    }
    tx.announce(Topic::Facts);
    Ok(Accepted { id, agenda, again: false })
}

/// Messages and deliveries of all legs, some at a time: a circular to thousands must not stand in memory as a whole.
async fn send_legs(house: &House, tx: &mut Tx, stored: &StoredLetter, legs: &[Leg]) -> Result<(), StoreError> {
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let mut copies = 0;
    for some in legs.chunks(LEGS) {
        let mut all: Vec<Outgoing> = some.iter().map(|leg| leg_message(house, gate, stored, leg)).collect();
        for outgoing in &mut all {
            number_copies(outgoing, &stored.letter, &mut copies);
        }
        put_all(tx, &all).await?;
    }
    Ok(())
}

fn file_row(place: usize, file: &CheckedFile) -> LetterFile {
    LetterFile {
        name: file.name.clone(),
        media_type: file.media_type.to_owned(),
        sha256: file.sha256.clone(),
        size: file.bytes.len() as u64,
        pages: file.pages,
        is_letter: place == 0,
    }
}

/// One number per receiving unit, taken in the order of the codes: two circulars that share units never wait for each
/// other in a circle.
async fn take_agenda(
    tx: &mut Tx,
    stored: &StoredLetter,
    route: &Route,
    year: i64,
) -> Result<BTreeMap<UnitCode, (i64, i64)>, StoreError> {
    let mut units: BTreeSet<UnitCode> = route.legs.iter().filter_map(|leg| leg.unit.clone()).collect();
    if let Sender::Outside(outside) = &stored.letter.sender {
        units.insert(outside.registered_by.clone());
    }
    let mut agenda = BTreeMap::new();
    for unit in units {
        let number = tx.take_agenda(&unit, year, stored.id).await?;
        agenda.insert(unit, (year, number));
    }
    Ok(agenda)
}

/// Hash of a letter's fields as the ledger writes them down.
fn form_sha256(letter: &Letter) -> String {
    sha256_hex(serde_json::to_string(letter).unwrap_or_default().as_bytes())
}

fn acceptance(house: &House, stored: &StoredLetter, agenda: &BTreeMap<UnitCode, (i64, i64)>) -> Fact {
    let caller = FactActor { kind: "caller".into(), who: stored.letter.caller_id.clone(), ..FactActor::system() };
    let mut fact = house.fact(FactKind::SubmissionAcceptance, caller);
    fact.letter = Some(stored.id);
    fact.content = stored.files.iter().map(|file| ContentPart { part: file.name.clone(), sha256: file.sha256.clone() }).collect();
    let numbers: Vec<String> = agenda.iter().map(|(unit, (year, number))| format!("{number}/{unit}/{year}")).collect();
    fact.with("letter_number", &stored.letter.letter_number)
        .with("class", stored.letter.class.as_str())
        .with("urgency", stored.letter.urgency.as_str())
        .with("agenda", numbers.join(", "))
        .with("accepted_at", text(stored.accepted_at))
        .with(FILES, files_sha256(&stored.files))
        .with(FORM, form_sha256(stored.letter.as_ref()))
}

/// The message of one leg: the letter itself to one recipient.
pub fn leg_message(house: &House, gate: Gate<'_>, stored: &StoredLetter, leg: &Leg) -> Outgoing {
    let new = NewMessage {
        letter: Some(stored.id),
        kind: "letter".into(),
        role: leg.role.as_str(),
        recipient: leg.recipient.name().to_owned(),
        position: match &leg.recipient {
            LegRecipient::Position(code) => Some(code.clone()),
            _ => None,
        },
        person: leg.person.as_ref().map(|person| person.number.clone()),
        capacity: leg.person.as_ref().and_then(|person| person.capacity),
        delegation: leg.person.as_ref().and_then(|person| person.delegation),
        order: None,
        payload: serde_json::json!({ "unit": leg.unit }),
    };
    plan(house, gate, new, &leg.deliveries, stored.letter.urgency)
}

/// Secret letters go out in numbered copies.
fn number_copies(outgoing: &mut Outgoing, letter: &Letter, copies: &mut i64) {
    if !letter.class.is_closed() {
        return;
    }
    outgoing.number_copies(|| {
        *copies += 1;
        *copies
    });
}

/// The trace of a refused letter: a fact, and a line on the administrator's tray.
pub async fn refusal(house: &House, letter: &Letter, refusals: &[Refusal]) -> Result<(), StoreError> {
    let caller = FactActor { kind: "caller".into(), who: letter.caller_id.clone(), ..FactActor::system() };
    let mut fact = house.fact(FactKind::SubmissionRejection, caller).with("letter_number", &letter.letter_number);
    for (place, refusal) in refusals.iter().enumerate() {
        fact = fact.with(&format!("reason_{}", place + 1), format!("{} {} {}", refusal.code, refusal.subject, refusal.detail));
    }
    let mut tx = house.store.write().await?;
    tx.insert_fact(&fact).await?;
    tx.announce(Topic::Facts);
    tx.commit().await
}
