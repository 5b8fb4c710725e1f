//! Who does what only one replica may do: read the mailbox, ask Telegram for updates.
//!
//! On `PostgreSQL` the leader holds an advisory lock on a connection of its own; when that connection ends, so does the lock,
//! and another replica takes over at once. The old leader notices it at its next [`Leadership::ping`] and stops. Until then
//! both work, so what a leader does is idempotent. On `SQLite` there is one process, and it leads.

use super::engine::{Pools, Store};
use super::error::StoreError;
use sqlx::postgres::{PgAdvisoryLock, PgAdvisoryLockGuard, PgConnection};
use sqlx::{Connection as _, Either, Executor as _};
use std::time::Duration;

/// How often a leader makes sure of it.
const PING: Duration = Duration::from_secs(3);
/// How long the database may take to say so.
const PATIENCE: Duration = Duration::from_secs(5);

/// The right to do something alone, as long as it is kept.
pub struct Leadership {
    /// `None` where nobody else can be.
    held: Option<PgAdvisoryLockGuard<PgConnection>>,
}

impl std::fmt::Debug for Leadership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Leadership(shared: {})", self.held.is_some())
    }
}

impl Store {
    /// Tries to become the one who does what `name` stands for; `None` while another replica does it.
    pub async fn lead(&self, name: &str) -> Result<Option<Leadership>, StoreError> {
        let Pools::Postgres(pool) = &self.pools else { return Ok(Some(Leadership { held: None })) };
        let connection = PgConnection::connect_with(&pool.connect_options()).await?;
        match PgAdvisoryLock::new(name).try_acquire(connection).await? {
            Either::Left(guard) => Ok(Some(Leadership { held: Some(guard) })),
            Either::Right(connection) => {
                connection.close().await?;
                Ok(None)
            }
        }
    }
}

impl Leadership {
    /// Asks on the very connection that holds the lock whether it still does. An error means: stop at once.
    pub async fn ping(&mut self) -> Result<(), StoreError> {
        let Some(guard) = &mut self.held else { return Ok(()) };
        match tokio::time::timeout(PATIENCE, guard.as_mut().execute("SELECT 1")).await {
            Ok(answer) => Ok(answer.map(|_| ())?),
            Err(_) => Err(StoreError::Unreachable(sqlx::Error::PoolTimedOut)),
        }
    }

    /// Returns when it is lost, and why; never where nobody else can lead.
    pub async fn lost(&mut self) -> StoreError {
        if self.held.is_none() {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(PING).await;
            if let Err(error) = self.ping().await {
                return error;
            }
        }
    }

    /// Lets another replica have it now, instead of when the connection is found dead.
    pub async fn give_up(self) -> Result<(), StoreError> {
        if let Some(guard) = self.held {
            guard.release_now().await?.close().await?;
        }
        Ok(())
    }
}
