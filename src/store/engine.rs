//! Opening a ledger, beginning transactions, waking who waits.

use super::error::StoreError;
use super::files::{self, Files};
use super::shelf::LetterShelf;
use super::tx::{Inner, Tx};
use super::{postgres, sqlite};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Wakes the loops of this process after a commit. A hint, never the only way: every loop polls as well, and on
/// `PostgreSQL` other replicas are woken by NOTIFY.
#[derive(Debug, Default)]
pub struct Wake {
    deliveries: Notify,
    inbound: Notify,
    facts: Notify,
    commits: AtomicU64,
}

/// What a commit may have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Deliveries that are due.
    Deliveries,
    /// Inbound items that wait to be judged.
    Inbound,
    /// Facts that wait to be sealed.
    Facts,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Deliveries, Self::Inbound, Self::Facts];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deliveries => "deliveries",
            Self::Inbound => "inbound",
            Self::Facts => "facts",
        }
    }
}

impl Wake {
    const fn of(&self, topic: Topic) -> &Notify {
        match topic {
            Topic::Deliveries => &self.deliveries,
            Topic::Inbound => &self.inbound,
            Topic::Facts => &self.facts,
        }
    }

    /// Wakes who waits for the topic; if nobody does, the next one who waits goes on at once.
    pub fn notify(&self, topic: Topic) {
        self.of(topic).notify_one();
        self.of(topic).notify_waiters();
    }

    /// Counts a commit.
    pub(crate) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits for the topic, at most `poll` long.
    pub async fn wait(&self, topic: Topic, poll: Duration) {
        let _ = tokio::time::timeout(poll, self.of(topic).notified()).await;
    }
}

/// The pools of either engine.
#[derive(Debug, Clone)]
pub(crate) enum Pools {
    Sqlite(sqlite::Pools),
    Postgres(sqlx::PgPool),
}

/// The ledger.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pools: Pools,
    files: Files,
    wake: Arc<Wake>,
    letters: Arc<LetterShelf>,
}

impl Store {
    /// Opens the database that `url` names (`sqlite:PATH`, `postgres://...`) and the file store in `files`.
    /// The schema is not touched; call [`Store::migrate`].
    pub async fn open(url: &str, files: &Path) -> Result<Self, StoreError> {
        Self::open_sized(url, files, postgres::CONNECTIONS).await
    }

    /// The same with at most so many connections to `PostgreSQL` at once, besides those of a leader and of the listener.
    pub async fn open_sized(url: &str, files: &Path, connections: u32) -> Result<Self, StoreError> {
        let pools = if let Some(path) = url.strip_prefix("sqlite:") {
            Pools::Sqlite(sqlite::open(Path::new(path.trim_start_matches("//"))).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pools::Postgres(postgres::open(url, connections).await?)
        } else {
            return Err(StoreError::BadUrl(url.split('@').next_back().unwrap_or_default().to_owned()));
        };
        Ok(Self { pools, files: Files::open(files)?, wake: Arc::default(), letters: Arc::default() })
    }

    /// Brings the schema up to date; safe to call by several replicas at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite(pools) => SQLITE_MIGRATIONS.run(&pools.write).await?,
            Pools::Postgres(pool) => postgres::migrate(pool, &POSTGRES_MIGRATIONS).await?,
        }
        Ok(())
    }

    /// Begins a transaction that may write.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            // A deferred BEGIN fails with SQLITE_BUSY_SNAPSHOT as soon as it writes after it read.
            Pools::Sqlite(pools) => Inner::Sqlite(pools.write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx::new(inner, Arc::clone(&self.wake), Arc::clone(&self.letters)))
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite(pools) => Inner::Sqlite(pools.read.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx::new(inner, Arc::clone(&self.wake), Arc::clone(&self.letters)))
    }

    /// Begins a transaction that only reads, and sees the record as it stood at its begin however long it takes.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Sqlite(pools) => Inner::Sqlite(pools.read.begin().await?),
            // It holds no lock, and between two questions files may be read for a long time.
            Pools::Postgres(pool) => {
                let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
                sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *tx).await?;
                Inner::Postgres(tx)
            }
        };
        Ok(Tx::new(inner, Arc::clone(&self.wake), Arc::clone(&self.letters)))
    }

    /// The file store.
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// Free bytes of the fuller of the two disks, under the files and under the database of `SQLite`; `None` where the system
    /// does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        let database = match &self.pools {
            Pools::Sqlite(pools) => files::free_under(pools.file.parent()?),
            Pools::Postgres(_) => None,
        };
        [self.files.free_bytes(), database].into_iter().flatten().min()
    }

    /// Who waits for commits.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Commits of writing transactions since the ledger was opened.
    pub fn commits(&self) -> u64 {
        self.wake.commits.load(Ordering::Relaxed)
    }

    /// Passes on what other replicas commit to [`Store::wake`], until it is dropped. One process alone has nobody to hear.
    pub async fn relay_wakes(&self) {
        match &self.pools {
            Pools::Sqlite(_) => std::future::pending().await,
            Pools::Postgres(pool) => postgres::wake::relay(pool, &self.wake).await,
        }
    }

    /// Takes back every lease of an earlier run, where no other process can hold one. Returns how many. On `PostgreSQL`
    /// other replicas may be at work, so leases run out by themselves.
    pub async fn release_leases(&self, now: Timestamp) -> Result<u64, StoreError> {
        let Pools::Sqlite(pools) = &self.pools else { return Ok(0) };
        let mut tx = pools.write.begin_with("BEGIN IMMEDIATE").await?;
        let released = sqlite::leases::release_all(&mut tx, now).await?;
        tx.commit().await?;
        Ok(released)
    }

    /// Name of the engine.
    pub const fn engine(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite(_) => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Closes the pools after running transactions.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite(pools) => {
                pools.read.close().await;
                pools.write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
