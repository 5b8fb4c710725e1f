//! Loops that only one replica may run.

use super::daemon::{Engine, pause};
use crate::store::Leadership;
use std::future::Future;
use std::time::Duration;

/// The one who reads the mailbox.
pub const IMAP_LEADER: &str = "kurir/imap-leader";
/// The one who asks Telegram for updates.
pub const TELEGRAM_LEADER: &str = "kurir/telegram-leader";

/// How long a replica that does not lead waits before it asks again.
const REST: Duration = Duration::from_secs(3);

/// Runs `work` as long as this replica leads. Losing it drops the work where it stands: what it keeps is keyed, so whoever
/// takes over may find the same things again.
pub async fn alone<W, R>(engine: Engine, name: &'static str, work: W)
where
    W: Fn() -> R,
    R: Future<Output = ()>,
{
    while !engine.stop.is_cancelled() {
        match engine.house.store.lead(name).await {
            Ok(Some(leadership)) => lead(&engine, name, leadership, &work).await,
            Ok(None) => pause(&engine.stop, REST).await,
            Err(error) => {
                tracing::error!(%error, lock = name, "nobody knows who leads; asked again");
                pause(&engine.stop, REST).await;
            }
        }
    }
}

async fn lead<R: Future<Output = ()>>(engine: &Engine, name: &'static str, mut leadership: Leadership, work: impl Fn() -> R) {
    tracing::info!(lock = name, shared = leadership.is_shared(), "this replica leads");
    tokio::select! {
        // It ends by itself only when the daemon stops.
        () = work() => {}
        error = leadership.lost() => {
            tracing::error!(%error, lock = name, "this replica leads no more");
            return pause(&engine.stop, REST).await;
        }
    }
    if let Err(error) = leadership.give_up().await {
        tracing::warn!(%error, lock = name, "the lock goes with its connection");
    }
}
