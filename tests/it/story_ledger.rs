//! The ledger by itself: both engines have the same tables and understand every statement, and facts cannot be changed unseen.

use crate::servers::engines::{Database, Engine, on_both_engines};
use crate::town::Town;
use crate::town::dump::Raw;
use crate::town::letters::letter;
use kurir::flow::evidence::{Broken, Misfit, verify};
use kurir::store::Store;
use sqlx::Row as _;

async fn migrated(engine: Engine) -> (Database, Raw) {
    let database = Database::fresh(engine).await;
    let store = Store::open(&database.url, &database.files).await.unwrap();
    store.migrate().await.unwrap();
    store.migrate().await.expect("a second start changes nothing");
    store.close().await;
    let raw = Raw::connect(&database.url).await;
    (database, raw)
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let (_one, mut sqlite) = migrated(Engine::Sqlite).await;
    let (_two, mut postgres) = migrated(Engine::Postgres).await;
    let tables = sqlite.tables().await;
    assert!(tables.len() > 20, "{tables:?}");
    assert_eq!(tables, postgres.tables().await);
    for table in tables {
        assert_eq!(sqlite.columns(&table).await, postgres.columns(&table).await, "{table}");
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_its_engine() {
    let (_one, mut sqlite) = migrated(Engine::Sqlite).await;
    let (_two, mut postgres) = migrated(Engine::Postgres).await;
    let mut wrong = Vec::new();
    let mut count = 0;
    for (engine, file, name, text) in kurir::store::statements() {
        let raw = if engine == "sqlite" { &mut sqlite } else { &mut postgres };
        count += 1;
        if let Err(complaint) = raw.prepare(text).await {
            wrong.push(format!("{engine} {file}::{name}: {complaint}"));
        }
    }
    assert!(count > 100, "{count} statements");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is asked every half minute must not read through years of deliveries to find nothing.
#[tokio::test]
async fn paper_to_take_out_is_found_by_its_index() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (_database, mut raw) = migrated(engine).await;
        let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
        let all = kurir::store::statements();
        let (_, _, _, asked) = all.iter().find(|one| one.0 == name && one.2 == "TO_TAKE_OUT").unwrap();
        let nil = if engine == Engine::Sqlite { "zeroblob(16)" } else { "'00000000-0000-0000-0000-000000000000'" };
        let asked = asked.replace("$1", nil).replace("$2", "1000");
        let plan: Vec<String> = match &mut raw {
            Raw::Sqlite(conn) => {
                let rows = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {asked}"))).fetch_all(conn).await.unwrap();
                rows.iter().map(|row| row.get("detail")).collect()
            }
            Raw::Postgres(conn) => {
                sqlx::query("SET enable_seqscan = off").execute(&mut *conn).await.unwrap();
                let rows = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN {asked}"))).fetch_all(conn).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        };
        let plan = plan.join("\n");
        assert!(plan.contains("delivery_to_take_out") && !plan.to_uppercase().contains("SORT"), "{name}: {plan}");
    }
}

/// A town with a few sealed facts.
async fn with_facts(database: Database) -> Town {
    let town = Town::open(database).await;
    town.submit(&letter(&["KADIS-KOMINFO"])).await;
    town.run_until_idle().await;
    assert_eq!(verify(town.house()).await.unwrap().broken, None);
    town
}

on_both_engines! {
    async fn facts_are_neither_deleted_nor_rewritten(database: Database) {
        let town = with_facts(database).await;
        let mut raw = town.raw().await;
        for forbidden in [
            "DELETE FROM fact",
            "UPDATE fact SET event = 'Routed'",
            "UPDATE fact SET body = hash",
            "UPDATE fact SET recorded_at = recorded_at + 1",
            "UPDATE fact SET seq = seq + 1000 WHERE seq IS NOT NULL",
            "UPDATE fact SET link = hash WHERE seq IS NOT NULL",
        ] {
            assert!(raw.run(forbidden).await.is_err(), "{forbidden}");
        }
        assert_eq!(verify(town.house()).await.unwrap().broken, None);
        drop(raw);
        town.finish().await;
    }

    /// Whoever owns the database can take the guards off. The chain still tells.
    async fn one_changed_byte_row_or_column_is_named(database: Database) {
        let town = with_facts(database).await;
        let mut raw = town.raw().await;
        let (guards, flip): (&[&str], &str) = match &raw {
            Raw::Sqlite(_) => (
                &["DROP TRIGGER fact_never_deleted", "DROP TRIGGER fact_never_rewritten", "DROP TRIGGER fact_sealed_once"],
                "UPDATE fact SET body = CAST(replace(CAST(body AS TEXT), '\"', '''') AS BLOB) WHERE seq = 3",
            ),
            Raw::Postgres(_) => (
                &["DROP TRIGGER fact_guard ON fact"],
                "UPDATE fact SET body = set_byte(body, 5, get_byte(body, 5) # 1) WHERE seq = 3",
            ),
        };
        for guard in guards {
            raw.run(guard).await.unwrap();
        }
        raw.run("CREATE TABLE fact_copy AS SELECT * FROM fact").await.unwrap();
        let tampered = [
            (flip, 3),
            ("UPDATE fact SET hash = (SELECT hash FROM fact_copy WHERE seq = 1) WHERE seq = 2", 2),
            ("DELETE FROM fact WHERE seq = 2", 3),
            ("UPDATE fact SET event = 'Superseded' WHERE seq = 4", 4),
            ("UPDATE fact SET letter_id = NULL WHERE seq = (SELECT max(seq) FROM fact_copy WHERE letter_id IS NOT NULL)", 0),
            ("UPDATE fact SET recorded_at = recorded_at - 1 WHERE seq = 1", 1),
            ("UPDATE fact SET link = hash WHERE seq = 4", 4),
        ];
        for (change, named) in tampered {
            assert_eq!(raw.run(change).await.unwrap(), 1, "{change}");
            let broken = verify(town.house()).await.unwrap().broken;
            let broken = broken.unwrap_or_else(|| panic!("unseen: {change}"));
            assert!(named == 0 || broken.seq == named, "{change}: {broken:?}");
            raw.run("DELETE FROM fact").await.unwrap();
            raw.run("INSERT INTO fact SELECT * FROM fact_copy").await.unwrap();
            assert_eq!(verify(town.house()).await.unwrap().broken, None, "put back after {change}");
        }
        drop(raw);
        town.finish().await;
    }

    /// A chain that lost its end, or a database that was set back, is whole in itself: the heads beside it tell.
    async fn facts_that_are_gone_from_the_end_are_missed(database: Database) {
        let mut town = with_facts(database).await;
        let mut raw = town.raw().await;
        let guards: &[&str] = match &raw {
            Raw::Sqlite(_) => &["DROP TRIGGER fact_never_deleted", "DROP TRIGGER fact_never_rewritten", "DROP TRIGGER fact_sealed_once"],
            Raw::Postgres(_) => &["DROP TRIGGER fact_guard ON fact"],
        };
        for guard in guards {
            raw.run(guard).await.unwrap();
        }
        let facts = verify(town.house()).await.unwrap().facts;
        let newest = town.opened.installation.layout.chain.join("head");
        let honest = std::fs::read(&newest).unwrap();
        raw.run("CREATE TABLE fact_copy AS SELECT * FROM fact").await.unwrap();
        raw.run(&format!("DELETE FROM fact WHERE seq > {}", facts - 2)).await.unwrap();
        let gone = Broken::number(facts - 1, Misfit::TailGone);
        assert_eq!(verify(town.house()).await.unwrap().broken, Some(gone));
        // The daemon goes on over what is left and seals other facts under the numbers: it is still told, for good.
        town.submit(&letter(&["KADIS-PUPR"])).await;
        town.run_until_idle().await;
        town.submit(&letter(&["KADIS-PUPR"])).await;
        town.run_until_idle().await;
        let broken = verify(town.house()).await.unwrap().broken.unwrap();
        assert_eq!((broken.seq, broken.why), (facts, Misfit::SealedOtherwise));
        raw.run("DELETE FROM fact").await.unwrap();
        raw.run("INSERT INTO fact SELECT * FROM fact_copy").await.unwrap();
        let broken = verify(town.house()).await.unwrap().broken.unwrap();
        assert_eq!((broken.seq, broken.why), (facts + 1, Misfit::TailGone));
        std::fs::write(&newest, "1 made up").unwrap();
        assert_eq!(verify(town.house()).await.unwrap().broken.unwrap().why, Misfit::HeadForeign);
        // What was put back is whole again once the witnesses of the other chain are taken away by hand.
        std::fs::remove_file(town.opened.installation.layout.chain.join("heads")).unwrap();
        std::fs::write(&newest, honest).unwrap();
        drop(raw);
        // The letters of the other chain are in the record without a fact, and that is found too.
        let broken = kurir::flow::holdings::verify(town.house()).await.unwrap().unwrap();
        assert_eq!((broken.why, broken.place.unwrap().column), (Misfit::RowUnknown, "id"));
        town.rows_without_facts = true;
        town.finish().await;
    }

    /// A copy of the database opens no door: tokens and codes stand in it as hashes or sealed.
    async fn no_token_stands_in_the_database(database: Database) {
        let town = with_facts(database).await;
        let mail = town.mail_of("asep.hidayatulloh@diskominfo.sukamaju.example");
        let reply = mail.headers("Reply-To")[0].clone();
        let token = reply.split('+').nth(1).unwrap().split('@').next().unwrap();
        assert_eq!(token.len(), 26);
        let text = town.database_text().await;
        assert!(text.contains("KADIS-KOMINFO"), "the search finds what is there");
        assert!(!text.contains(token), "the token stands in the database");
        town.finish().await;
    }
}
