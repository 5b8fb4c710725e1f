//! Several processes over one ledger: one leads, all hear, and an answer lost at COMMIT neither loses nor doubles.

use super::office::{KADIS, Office, copies, seen, waits};
use crate::servers::engines::{Database, Engine};
use ::kurir::store::{Store, Topic};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::time::{Duration, Instant};

async fn stores() -> (Database, Store, Store) {
    let database = Database::fresh(Engine::Postgres).await;
    let one = Store::open(&database.url, &database.files).await.unwrap();
    one.migrate().await.unwrap();
    let other = Store::open(&database.url, &database.files).await.unwrap();
    (database, one, other)
}

/// Ends the connections of the database that a condition on `pg_stat_activity` picks, and waits until they are gone. Returns how
/// many.
async fn end_connections(database: &Database, condition: &str) -> i64 {
    let mut admin = PgConnection::connect(&database.url).await.unwrap();
    let query = format!(
        "SELECT count(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({condition})"
    );
    let (ended,): (i64,) = sqlx::query_as(AssertSqlSafe(query)).fetch_one(&mut admin).await.unwrap();
    ended
}

/// Only a notification or a reconnection wakes it: the wait would take a minute.
async fn woken(store: &Store, topic: Topic) -> bool {
    let before = Instant::now();
    store.wake().wait(topic, Duration::from_mins(1)).await;
    before.elapsed() < Duration::from_secs(30)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_one_replica_wakes_the_other_even_after_its_connection_was_lost() {
    let (database, one, other) = stores().await;
    let listening = other.clone();
    let relay = tokio::spawn(async move { listening.relay_wakes().await });
    assert!(woken(&other, Topic::Facts).await, "connecting wakes everybody once");
    for round in 0..2 {
        let mut tx = one.write().await.unwrap();
        tx.set_setting("round", &round.to_string()).await.unwrap();
        tx.announce(Topic::Facts);
        tx.commit().await.unwrap();
        assert!(woken(&other, Topic::Facts).await, "round {round}");
        if round == 0 {
            assert!(end_connections(&database, "query LIKE 'LISTEN%'").await >= 1);
            assert!(woken(&other, Topic::Facts).await, "the return of the connection wakes everybody");
        }
    }
    relay.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_replica_leads_and_another_takes_over_when_its_connection_dies() {
    let (database, one, other) = stores().await;
    let mut first = one.lead("kurir/imap-leader").await.unwrap().expect("nobody else leads");
    assert!(other.lead("kurir/imap-leader").await.unwrap().is_none());
    assert!(other.lead("kurir/telegram-leader").await.unwrap().is_some(), "another lock is another matter");
    first.ping().await.unwrap();
    assert_eq!(end_connections(&database, "query LIKE '%SELECT 1%' OR query LIKE '%pg_try_advisory_lock%'").await, 1);
    let second = other.lead("kurir/imap-leader").await.unwrap().expect("the lock went with its connection");
    assert!(first.ping().await.is_err(), "the old leader notices");
    second.give_up().await.unwrap();
    assert!(one.lead("kurir/imap-leader").await.unwrap().is_some(), "given up, it is free at once");
}

/// `store.connections` is kept: a third transaction waits for one of the two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_connections_are_used_than_are_set() {
    let database = Database::fresh(Engine::Postgres).await;
    let store = Store::open_sized(&database.url, &database.files, 2).await.unwrap();
    let held = [store.read().await.unwrap(), store.read().await.unwrap()];
    assert!(tokio::time::timeout(Duration::from_millis(300), store.read()).await.is_err(), "a third one");
    drop(held);
    store.read().await.unwrap();
}

#[tokio::test]
async fn the_one_process_over_a_file_always_leads() {
    let database = Database::fresh(Engine::Sqlite).await;
    let store = Store::open(&database.url, &database.files).await.unwrap();
    let mut leader = store.lead("kurir/imap-leader").await.unwrap().unwrap();
    assert!(store.lead("kurir/imap-leader").await.unwrap().is_some());
    assert!(!leader.is_shared());
    leader.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_share_the_work_and_the_survivor_reads_the_mailbox() {
    let office = Office::open(Engine::Postgres, "").await;
    let first = office.start().await;
    let second = office.start().await;
    let ids: Vec<_> = (0..6).map(|number| office.accepted(&format!("s-{number}"), "KADIS-KES")).collect();
    let relayed = || async {
        for id in &ids {
            let all = office.deliveries(*id).await;
            if !all.iter().all(|one| one.next_at.is_none()) {
                return Err(format!("{all:?}"));
            }
        }
        Ok(())
    };
    waits("all letters are out", &second, relayed).await;
    // The leader dies without a farewell: the other one reads the reports.
    drop(first);
    std::fs::remove_file(format!("{}.code", second.log.display())).unwrap();
    let last = office.accepted("s-9", "KADIS-KES");
    let reported = || async {
        let all = office.deliveries(last).await;
        let mut tx = office.house.store.read().await.unwrap();
        let facts = tx.facts_of_letter(last).await.unwrap();
        let reported = facts.iter().any(|fact| String::from_utf8_lossy(&fact.body).contains("\"DSN\""));
        if reported { Ok(()) } else { Err(format!("{all:?}")) }
    };
    waits("the survivor takes the report in", &second, reported).await;
    seen("every letter is there", || (0..6).all(|number| copies(&office, KADIS, &format!("s-{number}")) >= 1)).await;
    for number in 0..6 {
        assert_eq!(copies(&office, KADIS, &format!("s-{number}")), 1, "s-{number}");
    }
    office.stop(second).await;
    office.sound().await;
}

/// Connections die at any moment, many of them between COMMIT and its answer: nobody can tell from outside. The caller who got
/// no answer asks again with the same id, and the daemon goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_lost_at_commit_neither_loses_nor_doubles() {
    let office = Office::open(Engine::Postgres, "").await;
    let daemon = office.start().await;
    let mut cut = 0;
    for number in 0..12 {
        let id = format!("x-{number}");
        let (submitted, ended) = tokio::join!(
            async { tokio::task::block_in_place(|| office.submit("", &id, "KADIS-KES")) },
            end_connections(&office.database, "state <> 'idle' OR query = 'COMMIT'")
        );
        cut += ended;
        if !submitted.status.success() {
            office.accepted(&id, "KADIS-KES");
        }
    }
    assert!(cut > 0, "no connection was cut");
    let all_out = || async {
        let open = office.house.store.read().await.unwrap().open_counts().await.unwrap();
        let open: Vec<_> = open.into_iter().filter(|(_, state, ..)| state != "unknown").collect();
        if open.is_empty() { Ok(()) } else { Err(format!("{open:?}")) }
    };
    waits("all letters are out", &daemon, all_out).await;
    seen("every letter is there", || (0..12).all(|number| copies(&office, KADIS, &format!("x-{number}")) >= 1)).await;
    for number in 0..12 {
        assert_eq!(copies(&office, KADIS, &format!("x-{number}")), 1, "x-{number}");
    }
    assert_eq!(office.house.store.read().await.unwrap().count_letters().await.unwrap(), 12);
    office.stop(daemon).await;
    office.sound().await;
}
