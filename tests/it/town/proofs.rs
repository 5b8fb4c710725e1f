//! The simulator's own promises: a story that looks away, or leaves something behind, fails.

use super::Town;
use super::letters::letter;
use crate::servers::engines::{Database, Engine};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "nobody looked whether anything was lost")]
async fn a_story_without_an_end_fails() {
    drop(Town::open(Database::fresh(Engine::Sqlite).await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "LURAH-PSM: print is queued")]
async fn a_story_that_leaves_a_delivery_open_fails() {
    let town = Town::open(Database::fresh(Engine::Sqlite).await).await;
    town.submit(&letter(&["LURAH-PSM"])).await;
    town.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "broken: Some")]
async fn a_story_with_a_broken_chain_fails() {
    let town = Town::open(Database::fresh(Engine::Sqlite).await).await;
    town.run_until_idle().await;
    let mut raw = town.raw().await;
    raw.run("DROP TRIGGER fact_never_rewritten").await.unwrap();
    raw.run("UPDATE fact SET event = 'Superseded' WHERE seq = 1").await.unwrap();
    drop(raw);
    town.finish().await;
}
