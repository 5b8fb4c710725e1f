//! The counter: pages over `flow` (acts) and `store` (reads). One folder per audience.

mod download;
mod guard;
mod health;
pub mod practice;
mod static_files;

use crate::flow::House;
use axum::Router;
use std::sync::Arc;

pub use guard::{guarded, loopback_only};
pub use health::Counter;

/// The pages of an office: health, counters, and files that are too large for a mail.
pub fn office(house: Arc<House>, counters: Vec<Counter>) -> Router {
    let pages = health::routes(Arc::clone(&house), counters).merge(download::routes(house));
    guarded(pages.merge(static_files::routes()))
}
