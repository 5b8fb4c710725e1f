//! The counter: pages over `flow` (acts) and `store` (reads). One folder per audience.

mod download;
mod health;

use crate::flow::House;
use axum::Router;
use std::sync::Arc;

pub use health::Counter;

/// The pages of an office: health, counters, and files that are too large for a mail.
pub fn office(house: Arc<House>, counters: Vec<Counter>) -> Router {
    health::routes(Arc::clone(&house), counters).merge(download::routes(house))
}
