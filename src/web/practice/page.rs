//! Setting the page and its pieces: both from the same templates, so that what a script brings is what a reload shows.

use super::{Opened, PracticeError, Shown, desk, facts, outside};
use crate::flow::House;
use crate::flow::evidence::verify;
use crate::store::Topic;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tera::Context;

/// The pieces that change by themselves: id of the element, template.
const PIECES: [(&str, &str); 9] = [
    ("jam", "clock.html"),
    ("pilih-kotak", "mailbox_owners.html"),
    ("pilih-ponsel", "phone_owners.html"),
    ("kotak", "mailbox.html"),
    ("surat", "mail.html"),
    ("lampiran", "files.html"),
    ("obrolan", "phone.html"),
    ("meja", "desk.html"),
    ("bukti", "record.html"),
];

/// How long a question for changes waits for one.
const WAIT: Duration = Duration::from_secs(1);

pub(super) async fn page(State(shown): State<Shown>, Query(opened): Query<Opened>) -> Response {
    match whole(&shown, &opened).await {
        Ok(page) => Html(page).into_response(),
        Err(error) => failed(&error),
    }
}

pub(super) async fn pieces(State(shown): State<Shown>, Query(opened): Query<Opened>) -> Response {
    shown.practice.house.store.wake().wait(Topic::Facts, WAIT).await;
    match cut(&shown, &opened).await {
        Ok(pieces) => Json(pieces).into_response(),
        Err(error) => failed(&error),
    }
}

pub(super) fn failed(error: &PracticeError) -> Response {
    tracing::error!(%error, "the practice page");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn whole(shown: &Shown, opened: &Opened) -> Result<String, PracticeError> {
    let context = context(shown, opened).await?;
    Ok(shown.tera.render("page.html", &context)?)
}

async fn cut(shown: &Shown, opened: &Opened) -> Result<BTreeMap<&'static str, String>, PracticeError> {
    let context = context(shown, opened).await?;
    let mut pieces = BTreeMap::new();
    for (id, template) in PIECES {
        pieces.insert(id, shown.tera.render(template, &context)?);
    }
    Ok(pieces)
}

async fn context(shown: &Shown, opened: &Opened) -> Result<Context, PracticeError> {
    let practice = &shown.practice;
    let (see, at) = (practice.outside.clone(), opened.clone());
    // The outside is files: reading them is not for the threads that serve.
    let seen = tokio::task::spawn_blocking(move || see(&at)).await.map_err(|error| PracticeError::Outside(error.to_string()))?;
    let seen = seen.map_err(PracticeError::Outside)?;
    let house = &practice.house;
    let verified = verify(house).await?;
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let record = facts::newest(house, &mut tx, &city).await?;
    let desk = desk::shown(practice, &mut tx, &city).await?;
    let outside = outside::named(house, &city, seen);
    let value = json!({
        "city": house.settings.city.name,
        "now": moment(house, house.now()),
        "mailbox": outside.get("mailbox"),
        "phone": outside.get("phone"),
        "opened": outside.get("opened"),
        "desk": desk,
        "record": record,
        "proof": { "facts": verified.facts, "unsealed": verified.unsealed, "broken": verified.broken },
        "folder": practice.folder.display().to_string(),
        "told": opened.kabar,
    });
    Ok(Context::from_serialize(&value)?)
}

/// "Selasa 24 November 2026, 16.20".
fn moment(house: &House, at: Timestamp) -> String {
    let local = house.zone().to_datetime(at);
    let label = |group: &str, number: i8| house.desk.label(group, &number.to_string()).unwrap_or_default().to_owned();
    let day = label("weekday", local.weekday().to_monday_one_offset());
    format!("{day} {} {} {}, {}", local.day(), label("month", local.month()), local.year(), clock(house, at))
}

/// "16.20", in the city's zone.
pub(super) fn clock(house: &House, at: Timestamp) -> String {
    house.zone().to_datetime(at).strftime("%H.%M").to_string()
}

/// A word of the record in Indonesian.
pub(super) fn word(house: &House, group: &str, code: &str) -> Value {
    house.desk.label(group, code).unwrap_or(code).into()
}
