//! The database is away, takes something not, or is another version's: what kurir knows is kept, and a person is told.

use crate::servers::engines::{Database, Engine, on_both_engines};
use crate::town::Town;
use crate::town::dump::Raw;
use crate::town::letters::letter;
use jiff::SignedDuration;
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::ids::DeliveryId;
use kurir::store::Store;

/// As long as an unknown outcome waits for a report.
const RESOLVE: SignedDuration = SignedDuration::from_mins(16);

/// The database takes every outcome but that of one delivery.
async fn poisoned(raw: &mut Raw, delivery: DeliveryId) {
    let id = delivery.uuid();
    let statements = match raw {
        Raw::Sqlite(_) => vec![format!(
            "CREATE TRIGGER poison BEFORE UPDATE OF state ON delivery WHEN NEW.state = 'relayed' AND NEW.id = x'{}' \
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
            id.simple()
        )],
        Raw::Postgres(_) => vec![
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$".to_owned(),
            format!(
                "CREATE TRIGGER poison BEFORE UPDATE ON delivery FOR EACH ROW \
                 WHEN (NEW.state = 'relayed' AND NEW.id = '{id}') EXECUTE FUNCTION poison()"
            ),
        ],
    };
    for statement in statements {
        raw.run(&statement).await.unwrap();
    }
}

async fn cured(raw: &mut Raw) {
    let sql = if matches!(raw, Raw::Sqlite(_)) { "DROP TRIGGER poison" } else { "DROP TRIGGER poison ON delivery" };
    raw.run(sql).await.unwrap();
}

on_both_engines! {
    /// One row that cannot be written: the outcomes of the others of its group are written down all the same.
    async fn an_outcome_that_cannot_be_written_takes_no_other_with_it(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO", "KADIS-PUPR", "KADIS-KES"])).await.id;
        let mut raw = Raw::connect(&town.database.url).await;
        let poison = town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.id;
        poisoned(&mut raw, poison).await;
        assert!(town.engine.run_until_idle().await.is_err(), "what could not be written is told");
        for post in ["KADIS-PUPR", "KADIS-KES"] {
            assert_eq!(town.delivery(id, post, Channel::Email).await.state, DeliveryState::Relayed, "{post}");
        }
        cured(&mut raw).await;
        town.after(SignedDuration::from_mins(2)).await;
        town.after(RESOLVE).await;
        assert_eq!(town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.state, DeliveryState::Relayed);
        town.finish().await;
    }
}

/// The same database with a setting of its own for every connection.
fn with_option(url: &str, option: &str) -> String {
    format!("{url}{}options=-c%20{}", if url.contains('?') { "&" } else { "?" }, option.replace('=', "%3D"))
}

/// What a database says while another one takes its place, or while somebody else holds a lock: all of it passes.
#[tokio::test]
async fn what_a_database_says_in_a_failover_passes() {
    let database = Database::fresh(Engine::Postgres).await;
    let store = Store::open(&database.url, &database.files).await.unwrap();
    store.migrate().await.unwrap();
    let retired = Store::open(&with_option(&database.url, "default_transaction_read_only=on"), &database.files).await.unwrap();
    let mut tx = retired.write().await.unwrap();
    let error = tx.set_setting("x", "y").await.unwrap_err();
    assert!(error.is_passing(), "read only: {error:?}");
    let mut holder = store.write().await.unwrap();
    holder.lock_sealer().await.unwrap();
    for option in ["lock_timeout=200", "statement_timeout=200"] {
        let hasty = Store::open(&with_option(&database.url, option), &database.files).await.unwrap();
        let error = hasty.write().await.unwrap().lock_sealer().await.unwrap_err();
        assert!(error.is_passing(), "{option}: {error:?}");
    }
}
