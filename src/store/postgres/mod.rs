//! `PostgreSQL`: the coordinator of a city that outgrew one machine.

use super::error::StoreError;
use sqlx::Connection as _;
use sqlx::migrate::Migrator;
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

/// What the server does for a connection whose other end says nothing. A machine without power or a pulled plug ends no
/// connection by itself: Linux would keep it, and with it every lock, for two hours. Here it is over within half a minute; who
/// waits for a lock says so after as long, and is told that it passes. No statement of ours takes minutes.
const GUARDS: [(&str, &str); 7] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
    ("idle_in_transaction_session_timeout", "60000"),
    ("lock_timeout", "30000"),
    ("statement_timeout", "300000"),
];

/// How many connections are used at once, besides those of a leader and of the listener.
pub const CONNECTIONS: u32 = 10;

/// The options of every connection; what the URL sets itself stays.
fn connect_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url)?.application_name("kurir");
    let given = options.get_options().unwrap_or_default().to_owned();
    Ok(options.options(GUARDS.into_iter().filter(|(name, _)| !given.contains(name))))
}

/// Connects, and refuses a server that may forget what it confirmed.
pub async fn open(url: &str, connections: u32) -> Result<sqlx::PgPool, StoreError> {
    let patience = Duration::from_secs(10);
    let options = connect_options(url)?;
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(patience).connect_with(options).await?;
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

/// Brings the schema up to date on a connection that may take its time: another replica may be at it, and waits for it are long.
pub async fn migrate(pool: &sqlx::PgPool, migrations: &Migrator) -> Result<(), StoreError> {
    let mut connection = sqlx::PgConnection::connect_with(&pool.connect_options()).await?;
    for name in ["lock_timeout", "statement_timeout"] {
        sqlx::query("SELECT set_config($1, '0', false)").bind(name).execute(&mut connection).await?;
    }
    migrations.run(&mut connection).await?;
    Ok(connection.close().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_ends_with_its_other_end() {
        let options = connect_options("postgres://kurir@db/kurir").unwrap();
        let given = options.get_options().unwrap();
        for (name, value) in GUARDS {
            assert!(given.contains(&format!("-c {name}={value}")), "{name}: {given}");
        }
    }

    #[test]
    fn what_the_url_sets_stays() {
        let options = connect_options("postgres://kurir@db/kurir?options=-c%20lock_timeout%3D7").unwrap();
        let given = options.get_options().unwrap();
        assert!(given.contains("lock_timeout=7") && !given.contains("lock_timeout=30000"), "{given}");
    }
}
