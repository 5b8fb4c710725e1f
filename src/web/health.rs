//! `/health` and `/metrics`: whether kurir works, and how much.

use crate::flow::House;
use crate::store::StoreError;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;

/// A number that somebody else counts, read when it is asked for.
#[derive(Clone)]
pub struct Counter {
    /// Name, without the prefix.
    pub name: &'static str,
    /// What it counts.
    pub help: &'static str,
    /// Its value now.
    pub read: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Counter({})", self.name)
    }
}

#[derive(Debug, Clone)]
struct Shared {
    house: Arc<House>,
    counters: Arc<Vec<Counter>>,
}

/// The two routes.
pub fn routes(house: Arc<House>, counters: Vec<Counter>) -> Router {
    let shared = Shared { house, counters: Arc::new(counters) };
    Router::new().route("/health", get(health)).route("/metrics", get(metrics)).with_state(shared)
}

async fn health(State(shared): State<Shared>) -> impl IntoResponse {
    match look(&shared.house).await {
        Ok((ok, value)) => (if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(value)),
        Err(error) => {
            let word = away(&error);
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ok": false, "database": word, "disk": disk(&shared.house) })))
        }
    }
}

/// What is told of a database that does not answer. Its own words name users, files and tables: they are for the log.
fn away(error: &StoreError) -> &'static str {
    tracing::error!(%error, "the database does not answer");
    "unavailable"
}

async fn look(house: &House) -> Result<(bool, serde_json::Value), StoreError> {
    let mut tx = house.store.read().await?;
    let channels = tx.channel_states().await?;
    let disk = disk(house);
    let room = disk.get("enough").is_none_or(|enough| enough == true);
    let ok = room && channels.iter().all(|one| one.state == "connected");
    let told: Vec<_> =
        channels.iter().map(|one| json!({ "channel": one.channel, "state": one.state, "since": one.since })).collect();
    Ok((ok, json!({ "ok": ok, "engine": house.store.engine(), "disk": disk, "channels": told, "tray": tx.count_tray().await? })))
}

/// The room on the disk. Where the reserve is touched no letter is accepted, and nobody could write that down: it is asked
/// anew each time.
fn disk(house: &House) -> serde_json::Value {
    let (free, reserve) = (house.store.free_bytes(), house.settings.limits.free_disk_bytes);
    let enough = free.is_none_or(|free| free >= reserve);
    json!({ "free_bytes": free, "reserve_bytes": reserve, "enough": enough })
}

async fn metrics(State(shared): State<Shared>) -> impl IntoResponse {
    match text(&shared).await {
        Ok(text) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/plain")], away(&error).to_owned()),
    }
}

/// The Prometheus text format, version 0.0.4. Numbers of the record are read from the record: a restart loses none.
async fn text(shared: &Shared) -> Result<String, StoreError> {
    let mut tx = shared.house.store.read().await?;
    let mut out = String::new();
    for counter in shared.counters.iter() {
        let _ = writeln!(
            out,
            "# HELP kurir_{0} {1}\n# TYPE kurir_{0} counter\nkurir_{0} {2}",
            counter.name,
            counter.help,
            (counter.read)()
        );
    }
    let _ = writeln!(out, "# HELP kurir_deliveries_open Deliveries that are not settled.\n# TYPE kurir_deliveries_open gauge");
    for (channel, state, count, _) in tx.open_counts().await? {
        let _ = writeln!(out, "kurir_deliveries_open{{channel=\"{channel}\",state=\"{state}\"}} {count}");
    }
    let _ = writeln!(out, "# HELP kurir_attempts_total Attempts by outcome.\n# TYPE kurir_attempts_total counter");
    for (outcome, count) in tx.attempt_counts().await? {
        let _ = writeln!(out, "kurir_attempts_total{{outcome=\"{outcome}\"}} {count}");
    }
    let _ = writeln!(out, "# HELP kurir_inbound_total Inbound items by state.\n# TYPE kurir_inbound_total counter");
    for (state, count) in tx.inbound_counts().await? {
        let _ = writeln!(out, "kurir_inbound_total{{state=\"{state}\"}} {count}");
    }
    let (sealed, unsealed) = tx.count_facts().await?;
    let _ = writeln!(out, "# HELP kurir_facts Facts of the evidence.\n# TYPE kurir_facts gauge");
    let _ = writeln!(out, "kurir_facts{{sealed=\"true\"}} {sealed}\nkurir_facts{{sealed=\"false\"}} {unsealed}");
    let _ = writeln!(
        out,
        "# HELP kurir_facts_unsealable Facts whose row is damaged, so that they get no number.\n# TYPE kurir_facts_unsealable gauge\nkurir_facts_unsealable {}",
        tx.unsealable(i64::MAX).await?.len()
    );
    let _ = writeln!(
        out,
        "# HELP kurir_tray_open Items that wait for a person.\n# TYPE kurir_tray_open gauge\nkurir_tray_open {}",
        tx.count_tray().await?
    );
    Ok(out)
}
