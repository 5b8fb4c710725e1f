//! One story, both databases.
//!
//! ```ignore
//! on_both_engines! {
//!     async fn a_letter_is_accepted_once(database: Database) {
//!         let store = Store::open(&database.url, &database.files).await.unwrap();
//!     }
//! }
//! ```
//! makes the tests `a_letter_is_accepted_once::on_sqlite` and `::on_postgres`, each with a new, empty database. `tests/run` counts both
//! kinds and fails when they differ.

use super::postgres::Postgres;
use super::process::Nest;
use std::path::PathBuf;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A new, empty database and an empty folder for files; both go with the test.
#[derive(Debug)]
pub struct Database {
    /// Which.
    pub engine: Engine,
    /// `sqlite:PATH` of a file that is not there yet, or `postgres://...`.
    pub url: String,
    /// An empty folder, for the files of letters.
    pub files: PathBuf,
    /// The folder of both, for whatever else a story keeps.
    pub nest: Nest,
}

impl Database {
    /// Makes one.
    pub async fn fresh(engine: Engine) -> Self {
        let nest = Nest::new("ledger");
        let files = nest.mkdir("files", 0o755, None);
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", nest.text("kurir.db")),
            Engine::Postgres => Postgres::shared().await.fresh_database().await,
        };
        Self { engine, url, files, nest }
    }
}

/// Two tests from one body. They have two threads, so that a story may wait for a child process while its own servers go on.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident: Database) $body:block)*) => {
        $(
            $(#[$meta])*
            async fn $name($database: $crate::servers::engines::Database) $body

            mod $name {
                use $crate::servers::engines::{Database, Engine};

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_sqlite() {
                    super::$name(Database::fresh(Engine::Sqlite).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn on_postgres() {
                    super::$name(Database::fresh(Engine::Postgres).await).await;
                }
            }
        )*
    };
}
pub(crate) use on_both_engines;
