//! Files over the size of a mail: a link bound to one delivery. GET shows a page (a mail scanner that follows links opens
//! nothing); its button hands out the file, and that is evidence.

use crate::domain::evidence::{FactActor, FactKind};
use crate::flow::House;
use crate::flow::act::files_of;
use crate::store::files::sha256;
use crate::store::records::StoredDelivery;
use crate::store::{StoreError, Topic};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

const PAGE: &str = include_str!("../../templates/web/download.html");
const GONE: &str = include_str!("../../templates/web/download_gone.html");

/// The route.
pub fn routes(house: Arc<House>) -> Router {
    Router::new()
        .route("/berkas/{token}", get(page).post(hand_out))
        .route("/berkas/{token}/{place}", get(page_of).post(hand_out_of))
        .with_state(house)
}

/// The page of a file that came with an act, by its place from one.
async fn page_of(house: State<Arc<House>>, Path((token, _)): Path<(String, usize)>) -> Response {
    page(house, Path(token)).await
}

async fn hand_out_of(State(house): State<Arc<House>>, Path((token, place)): Path<(String, usize)>) -> Response {
    handed(file(&house, &token, place).await)
}

async fn page(State(house): State<Arc<House>>, Path(token): Path<String>) -> Response {
    match find(&house, &token).await {
        Ok(Some(_)) => Html(PAGE).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, Html(GONE)).into_response(),
        Err(error) => broken(&error),
    }
}

async fn hand_out(State(house): State<Arc<House>>, Path(token): Path<String>) -> Response {
    handed(file(&house, &token, 0).await)
}

fn handed(found: Result<Option<(String, String, Vec<u8>)>, StoreError>) -> Response {
    match found {
        Ok(Some((name, media_type, bytes))) => (headers(&name, &media_type), bytes).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, Html(GONE)).into_response(),
        Err(error) => broken(&error),
    }
}

fn broken(error: &StoreError) -> Response {
    tracing::error!(%error, "a file could not be handed out");
    (StatusCode::SERVICE_UNAVAILABLE, Html(GONE)).into_response()
}

async fn find(house: &House, token: &str) -> Result<Option<StoredDelivery>, StoreError> {
    let mut tx = house.store.read().await?;
    let found = tx.token(&sha256(token.as_bytes())).await?;
    let alive = found.filter(|found| found.kind == "download" && found.expires_at.is_none_or(|end| end > house.now()));
    match alive {
        Some(found) => tx.delivery(found.delivery).await,
        None => Ok(None),
    }
}

/// The letter, or the file at a place of the act that the delivery tells.
async fn file(house: &House, token: &str, place: usize) -> Result<Option<(String, String, Vec<u8>)>, StoreError> {
    let Some(delivery) = find(house, token).await? else { return Ok(None) };
    let Some(letter) = delivery.letter else { return Ok(None) };
    let mut tx = house.store.write().await?;
    let files = match place {
        0 => tx.files_of(letter).await?,
        _ => match tx.message(delivery.message).await? {
            Some(message) => files_of(&mut tx, &message).await?,
            None => Vec::new(),
        },
    };
    let Some(file) = files.into_iter().nth(place.saturating_sub(1)) else { return Ok(None) };
    let bytes = house.store.files().get(&file.sha256).await?;
    // The link reached the registered mailbox; who opened it there is not proven.
    let mut fact = house.fact(FactKind::NotificationAccessTracking, FactActor::system());
    (fact.letter, fact.delivery, fact.channel) = (Some(letter), Some(delivery.id), Some(delivery.channel));
    tx.insert_fact(&fact.with("what", "file handed out by link").with("sha256", &file.sha256)).await?;
    tx.announce(Topic::Facts);
    tx.commit().await?;
    Ok(Some((file.name, file.media_type, bytes)))
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
