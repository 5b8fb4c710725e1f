//! Files over the size of a mail: a link bound to one delivery. GET shows a page (a mail scanner that follows links opens
//! nothing); its button hands out the file, and that is evidence.

use super::pages::{moment, page};
use super::told::no_page;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::LetterId;
use crate::domain::letter::LetterFile;
use crate::flow::House;
use crate::flow::act::files_of;
use crate::flow::act::settle::answerable_until;
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
        .route("/berkas/{token}", get(show).post(hand_out))
        .route("/berkas/{token}/{place}", get(show_of).post(hand_out_of))
        .with_state(house)
}

async fn show(State(house): State<Arc<House>>, Path(token): Path<String>) -> Response {
    shown(&house, &token, 0).await
}

/// The page of a file that came with an act, by its place from one.
async fn show_of(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    shown(&house, &token, place).await
}

async fn shown(house: &House, token: &str, place: usize) -> Response {
    match look(house, token, place).await {
        Ok(Found::Letter(file, until)) => {
            let until = until.map(|until| moment(house, until));
            page(house, StatusCode::OK, "download.html", json!({ "name": file.name, "size": file.size, "until": until }))
        }
        Ok(no) => no_page(house, no.status()),
        Err(error) => broken(house, &error),
    }
}

async fn hand_out(State(house): State<Arc<House>>, Path(token): Path<String>) -> Response {
    handed(&house, &token, 0).await
}

async fn hand_out_of(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    handed(&house, &token, place).await
}

async fn handed(house: &House, token: &str, place: usize) -> Response {
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
    Letter(Box<LetterFile>, Option<Timestamp>),
    Over,
    Unknown,
}

impl Found {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Letter(..) => StatusCode::OK,
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

/// The letter's file at place 0, or one of the act that the delivery tells, from place 1 on.
async fn file_at(tx: &mut Tx, delivery: &StoredDelivery, place: usize) -> Result<Option<(LetterId, LetterFile)>, StoreError> {
    let Some(letter) = delivery.letter else { return Ok(None) };
    let files = match place {
        0 => tx.files_of(letter).await?,
        _ => match tx.message(delivery.message).await? {
            Some(message) => files_of(tx, &message).await?,
            None => Vec::new(),
        },
    };
    Ok(files.into_iter().nth(place.saturating_sub(1)).map(|file| (letter, file)))
}

async fn look(house: &House, token: &str, place: usize) -> Result<Found, StoreError> {
    let mut tx = house.store.read().await?;
    let (delivery, until) = match find(house, &mut tx, token).await? {
        Link::Delivery(delivery, until) => (delivery, until),
        Link::Over => return Ok(Found::Over),
        Link::Unknown => return Ok(Found::Unknown),
    };
    let file = file_at(&mut tx, &delivery, place).await?;
    Ok(file.map_or(Found::Unknown, |(_, file)| Found::Letter(Box::new(file), until)))
}

/// Name, media type and bytes of a file, or why there is none.
type HandedOut = Result<(String, String, Vec<u8>), StatusCode>;

async fn file(house: &House, token: &str, place: usize) -> Result<HandedOut, StoreError> {
    let mut tx = house.store.write().await?;
    let delivery = match find(house, &mut tx, token).await? {
        Link::Delivery(delivery, _) => delivery,
        Link::Over => return Ok(Err(StatusCode::GONE)),
        Link::Unknown => return Ok(Err(StatusCode::NOT_FOUND)),
    };
    let Some((letter, file)) = file_at(&mut tx, &delivery, place).await? else { return Ok(Err(StatusCode::NOT_FOUND)) };
    let bytes = house.store.files().get(&file.sha256).await?;
    // The link reached the registered mailbox; who opened it there is not proven.
    let mut fact = house.fact(FactKind::NotificationAccessTracking, FactActor::system());
    (fact.letter, fact.delivery, fact.channel) = (Some(letter), Some(delivery.id), Some(delivery.channel));
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
