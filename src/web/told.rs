//! What a person reads where there is nothing to show: every answer that says no becomes a page in his language.
//!
//! In: an answer of any page. Out: the same status with a page, unless the answer is for a program (JSON, counters).

use super::pages::{moment, page};
use crate::flow::House;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;

/// When somebody may try again whom a page told to wait.
const WAIT: SignedDuration = SignedDuration::from_mins(1);

/// Puts the pages in front of whoever asks for them.
pub(super) fn told(pages: Router, house: Arc<House>) -> Router {
    pages.layer(from_fn_with_state(house, answer))
}

async fn answer(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let for_program = matches!(request.uri().path(), "/health" | "/metrics");
    let answer = next.run(request).await;
    let no = answer.status().is_client_error() || answer.status().is_server_error();
    if !no || for_program || has_a_page(answer.headers()) { answer } else { no_page(&house, answer.status()) }
}

/// Whether somebody has written the answer already; plain text is what the framework says, in English.
fn has_a_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    !kind.is_empty() && !kind.starts_with("text/plain")
}

/// The page of a status.
pub(super) fn no_page(house: &House, status: StatusCode) -> Response {
    let retry_at = moment(house, house.now().saturating_add(WAIT).unwrap_or_else(|_| house.now()));
    page(house, status, "told.html", json!({ "status": status.as_u16(), "retry_at": retry_at }))
}
