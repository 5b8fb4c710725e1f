//! Files over the size of a mail: a link bound to one delivery. GET shows a page with every file of that delivery (a mail scanner
//! that follows links opens nothing); the button of a file hands it out, and that is evidence.

use super::pages::{moment, page};
use super::told::no_page;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::letter::LetterFile;
use crate::flow::House;
use crate::flow::act::files_of;
use crate::flow::act::settle::answerable_until;
use crate::flow::dispatch::brings_the_letter;
use crate::store::files::sha256;
use crate::store::records::StoredDelivery;
use crate::store::{StoreError, Topic, Tx};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;

/// The routes.
pub fn routes(house: Arc<House>) -> Router {
    Router::new()
        .route("/berkas/{token}", get(show_all).post(hand_out))
        .route("/berkas/{token}/{place}", get(show_act).post(hand_out_act))
        .route("/berkas/{token}/lampiran/{place}", get(show_letter).post(hand_out_letter))
        .with_state(house)
}

/// Where a file stands among those of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Of the letter: 0 is the letter itself, its attachments follow.
    Letter(usize),
    /// Of the act that the delivery tells, from one.
    Act(usize),
}

impl Place {
    /// Where its button leads.
    fn path(self, token: &str) -> String {
        match self {
            Self::Letter(0) => format!("/berkas/{token}"),
            Self::Letter(place) => format!("/berkas/{token}/lampiran/{place}"),
            Self::Act(place) => format!("/berkas/{token}/{place}"),
        }
    }
}

async fn show_all(State(house): State<Arc<House>>, Path(token): Path<String>) -> Response {
    shown(&house, &token, None).await
}

async fn show_act(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    shown(&house, &token, Some(Place::Act(place))).await
}

async fn show_letter(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    shown(&house, &token, Some(Place::Letter(place))).await
}

/// The page of a link: every file of the delivery with a button of its own.
async fn shown(house: &House, token: &str, place: Option<Place>) -> Response {
    match look(house, token, place).await {
        Ok(Found::Files(files, until)) => {
            let until = until.map(|until| moment(house, until));
            let row = |(place, file): &(Place, LetterFile)| {
                json!({ "name": file.name, "size": file.size, "pages": file.pages, "letter": *place == Place::Letter(0),
                    "action": place.path(token) })
            };
            let files: Vec<_> = files.iter().map(row).collect();
            page(house, StatusCode::OK, "download.html", json!({ "files": files, "until": until }))
        }
        Ok(no) => no_page(house, no.status()),
        Err(error) => broken(house, &error),
    }
}

async fn hand_out(State(house): State<Arc<House>>, Path(token): Path<String>) -> Response {
    handed(&house, &token, None).await
}

async fn hand_out_act(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    handed(&house, &token, Some(Place::Act(place))).await
}

async fn hand_out_letter(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    handed(&house, &token, Some(Place::Letter(place))).await
}

async fn handed(house: &House, token: &str, place: Option<Place>) -> Response {
    match file(house, token, place).await {
        Ok(Ok((name, media_type, bytes))) => (headers(&name, &media_type), bytes).into_response(),
        Ok(Err(status)) => no_page(house, status),
        Err(error) => broken(house, &error),
    }
}

fn broken(house: &House, error: &StoreError) -> Response {
    tracing::error!(%error, "a file could not be handed out");
    no_page(house, StatusCode::SERVICE_UNAVAILABLE)
}

/// What a link leads to.
enum Link {
    Delivery(Box<StoredDelivery>, Option<Timestamp>),
    /// There was one, and its time is over.
    Over,
    Unknown,
}

/// What the page of a link shows.
enum Found {
    Files(Vec<(Place, LetterFile)>, Option<Timestamp>),
    Over,
    Unknown,
}

impl Found {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Files(..) => StatusCode::OK,
            Self::Over => StatusCode::GONE,
            Self::Unknown => StatusCode::NOT_FOUND,
        }
    }
}

async fn find(house: &House, tx: &mut Tx, token: &str) -> Result<Link, StoreError> {
    let found = tx.token(&sha256(token.as_bytes())).await?.filter(|found| found.kind == "download");
    let Some(found) = found else { return Ok(Link::Unknown) };
    let Some(delivery) = tx.delivery(found.delivery).await? else { return Ok(Link::Unknown) };
    let letter = match delivery.letter {
        Some(id) => tx.letter(id).await?,
        None => None,
    };
    let until = letter.and_then(|letter| answerable_until(house.dispositions(), &letter));
    if until.is_some_and(|end| end <= house.now()) {
        return Ok(Link::Over);
    }
    Ok(Link::Delivery(Box::new(delivery), until))
}

/// Every file of a delivery in order: those of the letter where the message brings it, those of the act that it tells.
async fn files(tx: &mut Tx, delivery: &StoredDelivery) -> Result<Vec<(Place, LetterFile)>, StoreError> {
    let Some(message) = tx.message(delivery.message).await? else { return Ok(Vec::new()) };
    let of_letter = match delivery.letter.filter(|_| brings_the_letter(&message)) {
        Some(letter) => tx.files_of(letter).await?,
        None => Vec::new(),
    };
    let of_act = files_of(tx, &message).await?;
    let letter = (0..).map(Place::Letter).zip(of_letter);
    Ok(letter.chain((1..).map(Place::Act).zip(of_act)).collect())
}

/// The file at a place; without one the first.
fn at(files: Vec<(Place, LetterFile)>, place: Option<Place>) -> Option<LetterFile> {
    files.into_iter().find(|(one, _)| place.is_none_or(|place| place == *one)).map(|(_, file)| file)
}

async fn look(house: &House, token: &str, place: Option<Place>) -> Result<Found, StoreError> {
    let mut tx = house.store.read().await?;
    let (delivery, until) = match find(house, &mut tx, token).await? {
        Link::Delivery(delivery, until) => (delivery, until),
        Link::Over => return Ok(Found::Over),
        Link::Unknown => return Ok(Found::Unknown),
    };
    let files = files(&mut tx, &delivery).await?;
    Ok(match at(files.clone(), place) {
        Some(_) => Found::Files(files, until),
        None => Found::Unknown,
    })
}

/// Name, media type and bytes of a file, or why there is none.
type HandedOut = Result<(String, String, Vec<u8>), StatusCode>;

async fn file(house: &House, token: &str, place: Option<Place>) -> Result<HandedOut, StoreError> {
    let mut tx = house.store.write().await?;
    let delivery = match find(house, &mut tx, token).await? {
        Link::Delivery(delivery, _) => delivery,
        Link::Over => return Ok(Err(StatusCode::GONE)),
        Link::Unknown => return Ok(Err(StatusCode::NOT_FOUND)),
    };
    let Some(file) = at(files(&mut tx, &delivery).await?, place) else { return Ok(Err(StatusCode::NOT_FOUND)) };
    let bytes = house.store.files().get(&file.sha256).await?;
    // The link reached the registered mailbox; who opened it there is not proven.
    let mut fact = house.fact(FactKind::NotificationAccessTracking, FactActor::system());
    (fact.letter, fact.delivery, fact.channel) = (delivery.letter, Some(delivery.id), Some(delivery.channel));
    tx.insert_fact(&fact.with("what", "file handed out by link").with("sha256", &file.sha256)).await?;
    tx.announce(Topic::Facts);
    tx.commit().await?;
    Ok(Ok((file.name, file.media_type, bytes)))
}

fn headers(name: &str, media_type: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{safe}\"");
    let fallback = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).unwrap_or(fallback));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
}
