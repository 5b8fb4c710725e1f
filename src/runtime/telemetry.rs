//! Logs: JSON for the daemon, short lines for a person at the terminal. Ids and codes only, never words of a letter.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error.
pub fn start(daemon: bool) {
    let filter =
        EnvFilter::try_from_env("KURIR_LOG").unwrap_or_else(|_| EnvFilter::new(if daemon { "info,sqlx=warn" } else { "warn" }));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if daemon { builder.json().try_init() } else { builder.without_time().try_init() };
    // A second start in one process (tests) keeps the first one.
    drop(started);
}
