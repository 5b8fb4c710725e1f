//! The rows of the record against the evidence: a column that is changed past every rule is found, and its row is named.

use crate::servers::engines::Database;
use crate::servers::engines::{Engine, on_both_engines};
use crate::town::Town;
use crate::town::dump::Raw;
use crate::town::letters::letter;
use kurir::domain::evidence::Fact;
use kurir::flow::evidence::{Broken, Misfit, next_link, verify};
use kurir::flow::holdings;
use kurir::store::files::{hex, sha256};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const WAHYU: &str = "wahyu.nugraha@diskominfo.sukamaju.example";

/// Key of the row, the change (`SET ...`), which row, and the table and column that must be named.
type Change = (&'static str, &'static str, &'static str, &'static str);

/// One row of a table is changed in one column; the last word is the column that must be named.
const CHANGES: [Change; 45] = [
    ("letter", "letter_number = '999'", "", "letter_number"),
    ("letter", "urgency = 'urgent'", "", "urgency"),
    ("letter", "class = 'restricted'", "", "class"),
    ("letter", "caller_id = 'lain'", "", "caller_id"),
    ("letter", "content_hash = (SELECT hash FROM fact WHERE seq = 1)", "", "content_hash"),
    ("letter", "state = 'settled'", "", "state"),
    ("letter", "settled_at = 1", "", "settled_at"),
    ("letter", "accepted_at = accepted_at + 1", "", "accepted_at"),
    ("letter_file", "name = 'lain.pdf'", "place = 0", "name"),
    ("letter_file", "size = size + 1", "place = 0", "size"),
    ("letter_file", "media_type = 'text/plain'", "place = 0", "media_type, pages"),
    ("letter_file", "pages = 7", "place = 0", "media_type, pages"),
    ("agenda", "number = number + 70", "unit_code = 'DISKOMINFO'", "number"),
    ("delivery", "state = 'delivered'", "channel = 'email' AND state = 'acted'", "state"),
    ("delivery", "state = 'cancelled'", "channel = 'print'", "state"),
    ("delivery", "address = '{\"email\":\"lain@kota.example\"}'", "channel = 'email' AND state = 'acted'", "address"),
    ("delivery", "reason = 'absent'", "channel = 'print'", "reason"),
    ("delivery", "content = 'notice'", "channel = 'print'", "content"),
    ("delivery", "priority = 2", "channel = 'print'", "priority"),
    ("delivery", "copy_number = 3", "channel = 'print'", "copy_number"),
    ("delivery", "created_at = created_at - 3600000000", "channel = 'print'", "created_at"),
    ("message", "recipient = 'CAMAT-KRT'", "recipient = 'LURAH-PSM' AND role = 'to'", "message.recipient"),
    ("message", "position_code = 'CAMAT-KRT'", "recipient = 'LURAH-PSM' AND role = 'to'", "message.position_code"),
    ("message", "payload = '{}'", "recipient = 'LURAH-PSM' AND role = 'to'", "message.payload"),
    ("message", "order_id = letter_id", "recipient = 'LURAH-PSM' AND role = 'to'", "message.order_id"),
    ("attempt", "outcome = 'refused'", "outcome = 'delivered' AND number = 1", "outcome"),
    ("attempt", "answer = '250 lain'", "outcome = 'delivered' AND number = 1", "answer"),
    ("attempt", "peer = 'lain'", "outcome = 'delivered' AND number = 1", "peer"),
    ("attempt", "wire_sha256 = 'lain'", "outcome = 'delivered' AND number = 1", "wire_sha256"),
    ("attempt", "started_at = started_at - 1", "outcome = 'delivered' AND number = 1", "started_at"),
    ("attempt", "ended_at = NULL, outcome = NULL", "outcome = 'delivered' AND number = 1", "outcome"),
    ("print_step", "receiver = 'Pak Lain'", "state = 'delivered'", "receiver"),
    ("print_step", "by_whom = 'Pak Lain'", "state = 'claimed'", "by_whom"),
    ("act", "assurance = 'login_totp'", "kind = 'disposition'", "assurance"),
    ("act", "recorded_at = recorded_at + 1", "kind = 'disposition'", "recorded_at"),
    ("act", "position_code = 'SEKDA'", "kind = 'disposition'", "position_code"),
    ("act", "capacity = 'plh'", "kind = 'disposition'", "capacity"),
    ("act", "order_id = delivery_id", "kind = 'disposition'", "order_id"),
    ("disposition_order", "target_position = 'CAMAT-KRT'", "", "target_position"),
    ("disposition_order", "instructions = '[\"file\"]'", "", "instructions"),
    ("disposition_order", "due_at = due_at + 86400000000", "", "due_at"),
    ("disposition_order", "note = 'segera'", "", "note"),
    ("disposition_order", "giver_position = 'SEKDA'", "", "giver_position"),
    ("disposition_order", "state = 'completed'", "", "state"),
    ("disposition_order", "corrects = id", "", "corrects"),
];

/// A letter that went by mail and on paper, was ordered on, reported and handed over.
async fn lived(database: Database) -> Town {
    let town = Town::open(database).await;
    let id = town.submit(&letter(&["KADIS-KOMINFO", "LURAH-PSM"])).await.id;
    town.run_until_idle().await;
    town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
    town.run_until_idle().await;
    town.official(WAHYU).reply(&town.mail_of(WAHYU), "Laporan: sudah kami tindaklanjuti, terkumpul 14 lokasi.").await;
    town.run_until_idle().await;
    let job = town.delivery(id, "LURAH-PSM", kurir::domain::delivery::Channel::Print).await.id.to_string();
    for step in ["claim", "printed", "dispatched"] {
        town.kurir(&["print", step, &job, "--by", "Pak Dedi"]).done();
    }
    town.kurir(&["print", "delivered", &job, "--to", "Bu Sari"]).done();
    town.run_until_idle().await;
    whole(&town, "as it was lived").await;
    town
}

async fn found(town: &Town) -> Option<Broken> {
    let chain = verify(town.house()).await.unwrap().broken;
    if chain.is_some() { chain } else { holdings::verify(town.house()).await.unwrap() }
}

async fn whole(town: &Town, when: &str) {
    assert_eq!(found(town).await, None, "{when}");
}

/// Takes the guards of the evidence off, as whoever owns the database can.
async fn unguard(raw: &mut Raw) {
    let guards: &[&str] = match raw {
        Raw::Sqlite(_) => {
            &["DROP TRIGGER fact_never_deleted", "DROP TRIGGER fact_never_rewritten", "DROP TRIGGER fact_sealed_once"]
        }
        Raw::Postgres(_) => &["DROP TRIGGER fact_guard ON fact"],
    };
    for guard in guards {
        raw.run(guard).await.unwrap();
    }
}

/// What newer facts seal and older ones did not have.
const NEWER: [&str; 15] = [
    "address_sha256",
    "payload_sha256",
    "message_id",
    "position",
    "priority",
    "copy",
    "order",
    "accepted_at",
    "files_sha256",
    "attempt_number",
    "started_at",
    "duplicate",
    "recorded_at",
    "answer_sha256",
    "attempt",
];

/// The evidence as an older kurir would have written it, sealed anew.
async fn aged(town: &Town, raw: &mut Raw) {
    unguard(raw).await;
    let facts = town.house().store.read().await.unwrap().sealed_after(0, i64::MAX).await.unwrap();
    let mut link = vec![0; 32];
    for stored in facts {
        let mut fact: Fact = serde_json::from_slice(&stored.body).unwrap();
        for name in NEWER {
            fact.detail.remove(name);
        }
        let (body, hash) = (fact.canonical(), sha256(&fact.canonical()));
        link = next_link(&link, &hash);
        let seq = stored.seq.unwrap();
        let bytes = |bytes: &[u8]| match raw {
            Raw::Sqlite(_) => format!("x'{}'", hex(bytes)),
            Raw::Postgres(_) => format!("'\\x{}'::bytea", hex(bytes)),
        };
        let sql = format!(
            "UPDATE fact SET body = {}, hash = {}, link = {} WHERE seq = {seq}",
            bytes(&body),
            bytes(&hash),
            bytes(&link)
        );
        assert_eq!(raw.run(&sql).await.unwrap(), 1);
    }
    let chain = &town.opened.installation.layout.chain;
    for head in ["head", "heads"] {
        let _ = std::fs::remove_file(chain.join(head));
    }
}

/// What may be done to the end of a letter, past every rule.
const ENDS: [(&str, &str); 3] =
    [("state = 'accepted'", "state"), ("settled_at = settled_at + 1000000", "settled_at"), ("settled_at = NULL", "settled_at")];

on_both_engines! {
    /// A letter that is settled says so because of an act; neither its end nor its moment can be made up.
    async fn the_end_of_a_letter_is_held_as_well(database: Database) {
        let town = Town::open(database).await;
        town.submit(&letter(&["KADIS-KOMINFO"])).await;
        town.run_until_idle().await;
        town.official(ASEP).reply(&town.mail_of(ASEP), "Arsip").await;
        town.run_until_idle().await;
        whole(&town, "as it was settled").await;
        let mut raw = town.raw().await;
        for (change, column) in ENDS {
            raw.run("CREATE TABLE kept AS SELECT * FROM letter").await.unwrap();
            assert_eq!(raw.run(&format!("UPDATE letter SET {change} WHERE state = 'settled'")).await.unwrap(), 1);
            let broken = found(&town).await.unwrap_or_else(|| panic!("{change} was not found"));
            assert_eq!(broken.place.as_ref().map(|place| (place.table, place.column)), Some(("letter", column)), "{broken:?}");
            restore(&mut raw, "letter", change).await;
        }
        drop(raw);
        town.finish().await;
    }

    async fn a_changed_column_is_found_and_its_row_is_named(database: Database) {
        let town = lived(database).await;
        let mut raw = town.raw().await;
        for (table, change, which, column) in CHANGES {
            raw.run(&format!("CREATE TABLE kept AS SELECT * FROM {table}")).await.unwrap();
            let which = if which.is_empty() { String::new() } else { format!(" WHERE {which}") };
            assert!(raw.run(&format!("UPDATE {table} SET {change}{which}")).await.unwrap() > 0, "{table}: {change}{which}");
            let broken = found(&town).await.unwrap_or_else(|| panic!("unseen: {table} {change}"));
            let place = broken.place.clone().unwrap_or_else(|| panic!("{table} {change}: {broken:?}"));
            let named = if table == "message" { "delivery" } else { table };
            assert_eq!((place.table, place.column), (named, column), "{change}: {broken:?}");
            assert!(broken.id.is_some() && place.row.contains('-'), "{broken:?}");
            restore(&mut raw, table, change).await;
            whole(&town, &format!("put back after {table} {change}")).await;
        }
        // At the command line it ends with 1, in words that name the row.
        raw.run("CREATE TABLE kept AS SELECT * FROM attempt").await.unwrap();
        raw.run("UPDATE attempt SET peer = 'lain' WHERE number = 1").await.unwrap();
        town.kurir(&["evidence", "verify"]).wanting(&["Tidak utuh mulai bukti bkt-", "catatan di basis data berbeda dari buktinya (attempt cob-", ", kolom peer)."]);
        restore(&mut raw, "attempt", "peer = 'lain'").await;
        drop(raw);
        town.finish().await;
    }

    async fn a_row_that_is_gone_or_that_no_fact_tells_of_is_named(database: Database) {
        let town = lived(database).await;
        let mut raw = town.raw().await;
        if let Raw::Sqlite(_) = raw { raw.run("PRAGMA foreign_keys = OFF").await.unwrap(); } else { raw.run("SET session_replication_role = replica").await.unwrap(); }
        let gone = [
            ("DELETE FROM attempt WHERE number = 1 AND outcome = 'delivered'", "attempt", Misfit::RowGone),
            ("DELETE FROM print_step WHERE state = 'printed'", "print_step", Misfit::RowGone),
            ("DELETE FROM disposition_order", "disposition_order", Misfit::RowGone),
            ("DELETE FROM delivery WHERE channel = 'print'", "delivery", Misfit::RowGone),
        ];
        for (sql, table, why) in gone {
            raw.run(&format!("CREATE TABLE kept AS SELECT * FROM {table}")).await.unwrap();
            assert!(raw.run(sql).await.unwrap() > 0, "{sql}");
            let broken = found(&town).await.unwrap_or_else(|| panic!("unseen: {sql}"));
            assert_eq!((broken.why, broken.place.as_ref().map(|place| place.table)), (why, Some(table)), "{sql}: {broken:?}");
            raw.run(&format!("DELETE FROM {table}")).await.unwrap();
            raw.run(&format!("INSERT INTO {table} SELECT * FROM kept")).await.unwrap();
            raw.run("DROP TABLE kept").await.unwrap();
            whole(&town, &format!("put back after {sql}")).await;
        }
        // A further order, a further act, a further letter: nobody gave them.
        let other = "(SELECT id FROM fact WHERE seq = 1)";
        let made = [
            ("disposition_order", "id", String::new()),
            ("act", "id, content_hash", ", (SELECT hash FROM fact WHERE seq = 1)".to_owned()),
            ("letter", "id, caller_id", ", 'lain'".to_owned()),
        ];
        for (table, keys, values) in made {
            let columns: Vec<String> = raw.columns(table).await.into_iter().filter(|name| !keys.split(", ").any(|key| key == name)).collect();
            let columns = columns.join(", ");
            raw.run(&format!("INSERT INTO {table} ({keys}, {columns}) SELECT {other}{values}, {columns} FROM {table} LIMIT 1")).await.unwrap();
            let broken = found(&town).await.unwrap_or_else(|| panic!("unseen: another {table}"));
            assert_eq!((broken.why, broken.place.as_ref().map(|place| place.table)), (Misfit::RowUnknown, Some(table)), "{broken:?}");
            raw.run(&format!("DELETE FROM {table} WHERE id = {other}")).await.unwrap();
        }
        whole(&town, "all put back").await;
        drop(raw);
        town.finish().await;
    }

    /// Facts of an older kurir sealed less. They still verify, and what they did seal is still held against the rows.
    async fn older_facts_still_verify(database: Database) {
        let town = lived(database).await;
        let mut raw = town.raw().await;
        aged(&town, &mut raw).await;
        whole(&town, "as an older kurir wrote it").await;
        for (table, change, which, column) in [
            ("delivery", "state = 'delivered'", "channel = 'email' AND state = 'acted'", "state"),
            ("attempt", "outcome = 'refused'", "outcome = 'delivered' AND number = 1", "outcome"),
            ("act", "assurance = 'login_totp'", "kind = 'disposition'", "assurance"),
            ("act", "recorded_at = recorded_at + 3600000000", "kind = 'disposition'", "recorded_at"),
        ] {
            raw.run(&format!("CREATE TABLE kept AS SELECT * FROM {table}")).await.unwrap();
            assert!(raw.run(&format!("UPDATE {table} SET {change} WHERE {which}")).await.unwrap() > 0);
            assert_eq!(found(&town).await.and_then(|broken| broken.place).map(|place| place.column), Some(column), "{change}");
            restore(&mut raw, table, change).await;
        }
        whole(&town, "put back").await;
        drop(raw);
        town.finish().await;
    }
}

/// Puts the changed columns of a table back from the copy.
async fn restore(raw: &mut Raw, table: &str, change: &str) {
    let key = match table {
        "letter_file" => "kept.letter_id = letter_file.letter_id AND kept.place = letter_file.place",
        "agenda" => "kept.letter_id = agenda.letter_id AND kept.unit_code = agenda.unit_code",
        "print_step" => "kept.delivery_id = print_step.delivery_id AND kept.number = print_step.number",
        _ => &format!("kept.id = {table}.id"),
    };
    let changed: Vec<&str> = change.split(", ").filter_map(|one| one.split_once(" = ")).map(|(name, _)| name).collect();
    let back: Vec<String> = changed.iter().map(|name| format!("{name} = (SELECT {name} FROM kept WHERE {key})")).collect();
    raw.run(&format!("UPDATE {table} SET {}", back.join(", "))).await.unwrap();
    raw.run("DROP TABLE kept").await.unwrap();
}

/// A row whose id is none cannot be sealed. It is told of once, by name, and the facts behind it get their numbers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fact_that_cannot_be_sealed_is_named_and_holds_no_other_up() {
    let mut town = lived(Database::fresh(Engine::Sqlite).await).await;
    let mut raw = town.raw().await;
    unguard(&mut raw).await;
    let columns = "event, letter_id, delivery_id, body, hash, recorded_at";
    raw.run(&format!("INSERT INTO fact (id, {columns}) SELECT x'0102', {columns} FROM fact WHERE seq = 3")).await.unwrap();
    let before = verify(town.house()).await.unwrap().facts;
    for _ in 0..2 {
        town.submit(&letter(&["KADIS-PUPR"])).await;
        town.run_until_idle().await;
    }
    let verified = verify(town.house()).await.unwrap();
    assert!(verified.facts > before + 4 && verified.unsealed == 1, "{verified:?}");
    let broken = verified.broken.unwrap();
    assert_eq!((broken.seq, broken.why), (0, Misfit::ColumnDiffers));
    let id = broken.id.unwrap().to_string();
    town.kurir(&["evidence", "verify"]).wanting(&["Tidak utuh mulai bukti", &id]);
    town.kurir(&["check"]).refused(3, &["bukti: Tidak utuh mulai bukti", &id]);
    let tray: Vec<_> = town.tray().await.into_iter().filter(|item| item.code == "fact_unsealable").collect();
    assert_eq!(tray.len(), 1, "{:?}", town.tray_codes().await);
    assert_eq!(tray[0].unit, None);
    let shown = town.kurir(&["tray", "show", &tray[0].id.to_string()]).done();
    assert!(shown.contains("bukti yang tidak dapat disegel") && shown.contains(&id), "{shown}");
    let pages = crate::town::pages::Pages::open(&town).await;
    let (_, metrics) = pages.get("/metrics").await;
    assert!(metrics.contains("kurir_facts_unsealable 1\n"), "{metrics}");
    pages.close().await;
    raw.run("DELETE FROM fact WHERE seq IS NULL").await.unwrap();
    drop(raw);
    town.rows_without_facts = false;
    town.finish().await;
}

/// An id of another length is a finding like every other, and no error. Only SQLite keeps such bytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_of_the_wrong_length_is_named() {
    let town = lived(Database::fresh(Engine::Sqlite).await).await;
    let mut raw = town.raw().await;
    unguard(&mut raw).await;
    for column in ["id", "letter_id", "delivery_id"] {
        let seq = raw
            .texts(&format!("SELECT CAST(max(seq) AS TEXT) FROM fact WHERE {column} IS NOT NULL AND delivery_id IS NOT NULL"))
            .await
            .remove(0);
        raw.run("CREATE TABLE kept AS SELECT * FROM fact").await.unwrap();
        raw.run(&format!("UPDATE fact SET {column} = x'0102' WHERE seq = {seq}")).await.unwrap();
        let broken = found(&town).await.unwrap();
        assert_eq!((broken.seq.to_string(), broken.why), (seq, Misfit::ColumnDiffers), "{column}");
        let id = broken.id.unwrap().to_string();
        town.kurir(&["evidence", "verify"]).wanting(&["Tidak utuh mulai bukti", &id]);
        raw.run("DELETE FROM fact").await.unwrap();
        raw.run("INSERT INTO fact SELECT * FROM kept").await.unwrap();
        raw.run("DROP TABLE kept").await.unwrap();
    }
    raw.run("PRAGMA foreign_keys = OFF").await.unwrap();
    raw.run("CREATE TABLE kept AS SELECT * FROM inbound").await.unwrap();
    raw.run("UPDATE inbound SET delivery_id = x'01' WHERE delivery_id IS NOT NULL").await.unwrap();
    assert_eq!(found(&town).await.unwrap().why, Misfit::RowUnreadable);
    raw.run("DELETE FROM inbound").await.unwrap();
    raw.run("INSERT INTO inbound SELECT * FROM kept").await.unwrap();
    drop(raw);
    town.finish().await;
}
