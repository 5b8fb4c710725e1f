//! Logs: JSON for the daemon, short lines for a person at the terminal. Ids and codes only, never words of a letter.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt, registry};

/// Starts logging to standard error.
pub fn start(daemon: bool) {
    let filter =
        EnvFilter::try_from_env("KURIR_LOG").unwrap_or_else(|_| EnvFilter::new(if daemon { "info,sqlx=warn" } else { "warn" }));
    let registry = registry().with(filter).with(filter_fn(may_speak));
    let started = if daemon {
        registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init()
    } else {
        registry.with(fmt::layer().without_time().with_writer(std::io::stderr)).try_init()
    };
    // A second start in one process (tests) keeps the first one.
    drop(started);
}

/// Libraries write whole mails, logins and tokens at their lower levels, and nobody who asks for more of ours wants those in a
/// log: whatever `KURIR_LOG` says, of others only warnings and errors are let through.
fn may_speak(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    target == "kurir" || target.starts_with("kurir::") || *metadata.level() <= Level::WARN
}
