//! The counter: pages over `flow` (acts) and `store` (reads). One folder per audience.

mod check;
mod download;
mod guard;
mod health;
mod pages;
pub mod practice;
mod static_files;
mod told;

use crate::flow::House;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;
use std::sync::Arc;

pub use guard::loopback_only;
pub use health::Counter;

/// The pages of an office: its front door, the check of a code on paper, files too large for a mail, health and counters.
pub fn office(house: Arc<House>, counters: Vec<Counter>) -> Router {
    let front = Router::new().route("/", get(welcome)).with_state(Arc::clone(&house));
    with_front(front, house, counters)
}

/// The same behind another front door.
pub fn with_front(front: Router, house: Arc<House>, counters: Vec<Counter>) -> Router {
    let pages = health::routes(Arc::clone(&house), counters)
        .merge(download::routes(Arc::clone(&house)))
        .merge(check::routes(Arc::clone(&house)))
        .merge(static_files::routes())
        .merge(front);
    guard::guarded(pages, house)
}

async fn welcome(State(house): State<Arc<House>>) -> Response {
    pages::page(&house, StatusCode::OK, "welcome.html", json!({}))
}
