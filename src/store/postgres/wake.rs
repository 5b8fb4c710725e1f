//! Waking across replicas: what another process committed wakes the loops of this one.
//!
//! In: notifications that a commit sent along. Out: the same topics, told to this process. A notification is a hint: what
//! comes while the connection is gone is lost, so every return of the connection wakes everybody once, and every loop polls.

use crate::store::engine::{Topic, Wake};
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;

/// The channel that `Tx::commit` notifies.
const CHANNEL: &str = "kurir";
/// How long a listener that cannot connect rests.
const REST: Duration = Duration::from_secs(2);

/// Passes on what other replicas committed, for ever. Drop it to stop.
pub async fn relay(pool: &sqlx::PgPool, wake: &Wake) {
    // A connection of its own: one of the pool's would be missing there for good.
    let own = PgPoolOptions::new().max_connections(1).connect_lazy_with((*pool.connect_options()).clone());
    loop {
        if let Err(error) = listen(&own, wake).await {
            tracing::warn!(%error, "other replicas cannot wake this one for now; it polls");
        }
        tokio::time::sleep(REST).await;
    }
}

async fn listen(own: &sqlx::PgPool, wake: &Wake) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(own).await?;
    listener.listen(CHANNEL).await?;
    wake_all(wake);
    loop {
        match listener.try_recv().await? {
            Some(told) => {
                for topic in Topic::ALL.into_iter().filter(|topic| topic.as_str() == told.payload()) {
                    wake.notify(topic);
                }
            }
            // The connection was lost and is back: what was told in between is not known.
            None => wake_all(wake),
        }
    }
}

fn wake_all(wake: &Wake) {
    for topic in Topic::ALL {
        wake.notify(topic);
    }
}
