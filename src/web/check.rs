//! The page behind the code on a cover sheet: whether the paper is on record, and what to compare it with. By class: of a
//! restricted letter no subject, of a secret one nothing but that the code is known. Reads only; nothing is recorded.

use super::pages::{moment, page};
use super::told::no_page;
use crate::domain::check_code::CheckCode;
use crate::domain::delegation::Capacity;
use crate::domain::delivery::DeliveryState;
use crate::domain::directory::Directory;
use crate::domain::letter::{SecurityClass, Sender};
use crate::flow::house::CityView;
use crate::flow::{House, check_code};
use crate::render::moment::Moment;
use crate::store::records::{StoredDelivery, StoredLetter};
use crate::store::{StoreError, Tx};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Unknown codes that are answered in a minute, from everybody together. A code has 49 bits: with a million of them on
/// paper a guesser at this pace meets one in four years. The city's web server limits each address long before.
const MISSES: u32 = 300;

/// Longest text that is told back to whoever typed it.
const TOLD_BACK: usize = 24;

#[derive(Clone)]
struct Desk {
    house: Arc<House>,
    misses: Arc<Mutex<(Timestamp, u32)>>,
}

/// The routes.
pub fn routes(house: Arc<House>) -> Router {
    let desk = Desk { house, misses: Arc::new(Mutex::new((Timestamp::UNIX_EPOCH, 0))) };
    Router::new().route("/periksa", get(typed)).route("/periksa/{code}", get(scanned)).with_state(desk)
}

#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    kode: String,
}

/// The form, or on to the page of the code that was typed into it.
async fn typed(State(desk): State<Desk>, Query(typed): Query<Typed>) -> Response {
    if typed.kode.trim().is_empty() {
        return page(&desk.house, StatusCode::OK, "check.html", json!({ "verdict": null }));
    }
    match CheckCode::parse(&typed.kode) {
        Ok(code) => Redirect::to(&format!("/periksa/{}", code.plain())).into_response(),
        Err(_) => unknown(&desk.house, &typed.kode),
    }
}

async fn scanned(State(desk): State<Desk>, Path(text): Path<String>) -> Response {
    // What cannot be a code at all is no guess at one.
    let Ok(code) = CheckCode::parse(&text) else { return unknown(&desk.house, &text) };
    if desk.is_tired() {
        return no_page(&desk.house, StatusCode::TOO_MANY_REQUESTS);
    }
    match found(&desk.house, &code).await {
        Ok(Some(value)) => page(&desk.house, StatusCode::OK, "check.html", value),
        Ok(None) => {
            desk.miss();
            unknown(&desk.house, &code.grouped())
        }
        Err(error) => {
            tracing::error!(%error, "a code could not be looked up");
            no_page(&desk.house, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

fn unknown(house: &House, text: &str) -> Response {
    let told: String = text.chars().filter(|c| !c.is_control()).take(TOLD_BACK).collect();
    page(house, StatusCode::NOT_FOUND, "check.html", json!({ "verdict": "unknown", "code": told }))
}

impl Desk {
    /// Counts an unknown code.
    fn miss(&self) {
        let now = self.house.now();
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(misses.0) >= SignedDuration::from_mins(1) {
            *misses = (now, 0);
        }
        misses.1 = misses.1.saturating_add(1);
    }

    /// Whether this minute has had too many of them.
    fn is_tired(&self) -> bool {
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        misses.1 >= MISSES && self.house.now().duration_since(misses.0) < SignedDuration::from_mins(1)
    }
}

async fn found(house: &House, code: &CheckCode) -> Result<Option<Value>, StoreError> {
    let mut tx = house.store.read().await?;
    let Some(id) = check_code::delivery(&mut tx, code).await? else { return Ok(None) };
    let Some(delivery) = tx.delivery(id).await? else { return Ok(None) };
    let Some(letter) = (match delivery.letter {
        Some(id) => tx.letter(id).await?,
        None => None,
    }) else {
        return Ok(None);
    };
    let verdict = verdict(&letter, &delivery);
    let since = moment(house, delivery.state_at);
    let facts = match letter.letter.class {
        SecurityClass::Secret | SecurityClass::TopSecret => Value::Null,
        _ => facts(house, &mut tx, &letter, &delivery).await?,
    };
    Ok(Some(json!({ "verdict": verdict, "code": code.grouped(), "since": since, "facts": facts })))
}

fn verdict(letter: &StoredLetter, delivery: &StoredDelivery) -> &'static str {
    match (letter.state.as_str(), delivery.state) {
        ("recalled", _) => "recalled",
        (_, DeliveryState::Cancelled) => "cancelled",
        _ if letter.letter.class.is_closed() => "closed",
        _ => "good",
    }
}

async fn facts(house: &House, tx: &mut Tx, stored: &StoredLetter, delivery: &StoredDelivery) -> Result<Value, StoreError> {
    let city = house.city(tx).await?;
    let letter = &stored.letter;
    let open = letter.class == SecurityClass::Ordinary;
    let message = tx.message(delivery.message).await?;
    let recipient = message.map(|message| match (&message.position, message.capacity) {
        (Some(code), capacity) => city
            .directory
            .position(code)
            .map_or_else(|| code.to_string(), |post| Directory::capacity_title(post, capacity.unwrap_or(Capacity::Definitive))),
        (None, _) => message.recipient,
    });
    let paper = stored.files.iter().find(|file| file.is_letter);
    Ok(json!({
        "letter_number": letter.letter_number,
        "letter_date": Moment::day(letter.letter_date),
        "sender": sender(&city, &letter.sender),
        "recipient": recipient,
        "subject": open.then_some(&letter.subject),
        "urgency": letter.urgency,
        "class": letter.class,
        "pages": paper.and_then(|file| file.pages),
        "attachments": stored.files.iter().filter(|file| !file.is_letter).count(),
        "sha256": paper.filter(|_| open).map(|file| in_groups(&file.sha256)),
        "state": state(house, delivery.state),
    }))
}

/// A hash in groups of four, which an eye can follow.
fn in_groups(hash: &str) -> Vec<String> {
    let figures: Vec<char> = hash.chars().collect();
    figures.chunks(4).map(|group| group.iter().collect()).collect()
}

/// The office that a sender writes for, else his name.
pub(super) fn office_of(city: &CityView, from: &Sender) -> String {
    let Sender::Position(code) = from else { return sender(city, from) };
    let unit = city.directory.position(code).and_then(|post| city.directory.unit(&post.unit));
    unit.map_or_else(|| sender(city, from), |unit| unit.name.clone())
}

/// What the print desk calls a state.
pub(super) fn state(house: &House, state: DeliveryState) -> String {
    let code = state.as_str();
    let label = house.desk.label("print_job", code).or_else(|| house.desk.label("delivery_state", code));
    label.unwrap_or(code).to_owned()
}

/// The name of a sender in full.
fn sender(city: &CityView, sender: &Sender) -> String {
    match sender {
        Sender::Position(code) => city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone()),
        Sender::Unit(code) => city.directory.unit(code).map_or_else(|| code.to_string(), |unit| unit.name.clone()),
        Sender::Outside(body) => body.name.clone(),
    }
}
