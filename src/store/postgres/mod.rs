//! `PostgreSQL`: the coordinator of a city that outgrew one machine.

use super::error::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::str::FromStr;
use std::time::Duration;

/// The connection that the shared query files speak to.
pub type Conn = sqlx::PgConnection;

/// Appended to a claim: workers of other replicas take other rows.
macro_rules! skip_locked {
    () => {
        " FOR UPDATE SKIP LOCKED"
    };
}

/// Appended to a question: until the commit nobody else asks for these rows in this way.
macro_rules! held {
    () => {
        " FOR NO KEY UPDATE"
    };
}

/// The ids of a JSON list in the first parameter, see [`crate::store::convert::list`].
macro_rules! ids {
    () => {
        "(SELECT value::uuid FROM json_array_elements_text($1::json))"
    };
}

/// Rows out of a JSON list of lists in the first parameter; its columns by place follow.
macro_rules! rows {
    () => {
        "json_array_elements($1::json)"
    };
}

macro_rules! uuid {
    ($place:literal) => {
        concat!("(value ->> ", $place, ")::uuid")
    };
}

/// The bytes in the second parameter.
macro_rules! blob {
    () => {
        "$2::bytea"
    };
}

macro_rules! bytes {
    ($place:literal) => {
        concat!("decode(value ->> ", $place, ", 'hex')")
    };
}

macro_rules! int {
    ($place:literal) => {
        concat!("(value ->> ", $place, ")::bigint")
    };
}

macro_rules! text {
    ($place:literal) => {
        concat!("value ->> ", $place)
    };
}

macro_rules! bool {
    ($place:literal) => {
        concat!("(value ->> ", $place, ")::boolean")
    };
}

/// An id as hexadecimal digits; nothing where there is none.
macro_rules! digits {
    ($column:literal) => {
        concat!("coalesce(replace(", $column, "::text, '-', ''), '')")
    };
}

/// An id of the fact table: here a column holds nothing else.
macro_rules! row_id {
    ($column:literal) => {
        $column
    };
}

/// Whether the id of a fact is one: here always.
macro_rules! has_id {
    () => {
        "TRUE"
    };
}

#[path = "../acts.rs"]
pub mod acts;
#[path = "../channels.rs"]
pub mod channels;
#[path = "../deliveries.rs"]
pub mod deliveries;
#[path = "../directory.rs"]
pub mod directory;
#[path = "../facts.rs"]
pub mod facts;
#[path = "../first_days.rs"]
pub mod first_days;
#[path = "../inbound.rs"]
pub mod inbound;
#[path = "../letters.rs"]
pub mod letters;
#[path = "../links.rs"]
pub mod links;
#[path = "../many.rs"]
pub mod many;
#[path = "../posts.rs"]
pub mod posts;
#[path = "../queue.rs"]
pub mod queue;
#[path = "../rows.rs"]
pub mod rows;
#[path = "../tray.rs"]
pub mod tray;
pub mod wake;

/// Connects, and refuses a server that may forget what it confirmed.
pub async fn open(url: &str) -> Result<sqlx::PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)?.application_name("kurir");
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10)).connect_with(options).await?;
    for (name, meaning) in [("fsync", "a power cut loses letters"), ("full_page_writes", "a power cut corrupts pages")] {
        let (value,): (String,) = sqlx::query_as("SELECT current_setting($1)").bind(name).fetch_one(&pool).await?;
        if value == "off" {
            return Err(StoreError::Unsafe(format!("PostgreSQL runs with {name} = off: {meaning}; set {name} = on")));
        }
    }
    let (commit,): (String,) = sqlx::query_as("SELECT current_setting('synchronous_commit')").fetch_one(&pool).await?;
    if commit == "off" {
        return Err(StoreError::Unsafe(
            "PostgreSQL runs with synchronous_commit = off: a crash forgets what was sent; set it to on".into(),
        ));
    }
    Ok(pool)
}
