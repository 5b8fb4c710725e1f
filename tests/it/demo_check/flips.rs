//! One flipped byte, wherever the evidence reaches: `kurir evidence verify` ends with 1 and names the row.

use super::folder::{Run, Sql};
use crate::servers::kurir;
use crate::town::dump::Raw;
use serde_json::Value;
use std::path::Path;

/// What is flipped in the fact's own row: the bytes of a column, as they stand in the file.
const OWN: [&str; 3] = ["body", "hash", "link"];

/// What is changed in another row, past every rule, and the event whose fact must be named.
const ELSEWHERE: [(&str, &str, &str); 8] = [
    ("a fact's time", "UPDATE fact SET recorded_at = recorded_at + 1 WHERE seq = 40", "seq = 40"),
    (
        "a fact's event",
        "UPDATE fact SET event = 'Routee' WHERE seq = (SELECT max(seq) FROM fact WHERE event = 'Routed')",
        "seq = (SELECT max(seq) FROM fact WHERE event = 'Routed')",
    ),
    (
        "a fact's letter",
        "UPDATE fact SET letter_id = (SELECT max(id) FROM official) WHERE seq = (SELECT max(seq) FROM fact WHERE letter_id IS NOT NULL)",
        "seq = (SELECT max(seq) FROM fact WHERE letter_id IS NOT NULL)",
    ),
    (
        "a letter's fields",
        "UPDATE letter SET body = replace(body, 'Kewaspadaan', 'Kewaspadaam') WHERE caller_id = 'latihan-1'",
        "event = 'SubmissionAcceptance' AND CAST(body AS TEXT) LIKE '%latihan-1%'",
    ),
    (
        "a mail as it came in",
        "UPDATE inbound SET raw = CAST(replace(CAST(raw AS TEXT), 'lapor Jumat', 'lapor jumat') AS BLOB) WHERE source = 'maildir' AND state = 'recorded'",
        "event = 'ReceivedFromNonERDS' AND instr(CAST(body AS TEXT), (SELECT lower(hex(id)) FROM inbound WHERE source = 'maildir' AND state = 'recorded'))",
    ),
    (
        "the words of an act",
        "UPDATE act SET body = replace(body, 'follow_up', 'follow_uq') WHERE via = 'email'",
        "event = 'ConsignmentAcceptance' AND CAST(body AS TEXT) LIKE '%\"via\":\"email\"%'",
    ),
    (
        "the post of an act",
        "UPDATE act SET position_code = 'CAMAT-KRT' WHERE via = 'telegram'",
        "event = 'ConsignmentAcceptance' AND CAST(body AS TEXT) LIKE '%\"via\":\"telegram\"%'",
    ),
    (
        "the kind of an act",
        "UPDATE act SET kind = 'dispositiom' WHERE via = 'telegram'",
        "event = 'ConsignmentAcceptance' AND CAST(body AS TEXT) LIKE '%\"via\":\"telegram\"%'",
    ),
];

/// The exit code and the answer of `kurir evidence verify`.
fn verify(folder: &Path) -> (Option<i32>, Value) {
    let output = kurir::run(&["evidence", "verify", "--json", "--dir", folder.to_str().unwrap()]);
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

/// It ends with 1 and names the row, as JSON and in words.
fn names(folder: &Path, id: &str, what: &str) {
    let (code, told) = verify(folder);
    assert_eq!((code, told["broken"]["id"].as_str()), (Some(1), Some(format!("bkt-{id}").as_str())), "{what}: {told}");
    let words = kurir::run(&["evidence", "verify", "--dir", folder.to_str().unwrap()]);
    assert_eq!(words.status.code(), Some(1), "{what}");
    assert!(String::from_utf8_lossy(&words.stdout).contains(id), "{what}");
}

/// Flips one bit of every copy of some bytes in a file.
fn flip(file: &Path, bytes: &[u8], at: usize) {
    let mut content = std::fs::read(file).unwrap();
    let places: Vec<usize> = (0..content.len() - bytes.len()).filter(|from| content[*from..].starts_with(bytes)).collect();
    assert!(!places.is_empty(), "the bytes are not in {}", file.display());
    for from in places {
        content[from + at] ^= 1;
    }
    std::fs::write(file, content).unwrap();
}

async fn id_of(sql: &mut Sql, which: &str) -> String {
    sql.text(&format!("SELECT lower(hex(id)) FROM fact WHERE {which}")).await
}

#[tokio::test]
async fn one_flipped_byte_is_found_and_its_row_is_named() {
    let run = Run::play("whole");
    let mut sql = run.sql().await;
    let rows = sql.facts().await;
    let (code, told) = verify(&run.folder);
    assert_eq!((code, told["facts"].as_u64(), &told["broken"]), (Some(0), Some(rows.len() as u64), &Value::Null));
    for (number, column) in OWN.iter().enumerate() {
        let row = &rows[7 + 20 * number];
        let folder = run.copy(column);
        let bytes = match *column {
            "body" => row.body.clone(),
            "hash" => super::chain::unhex(&row.hash),
            _ => super::chain::unhex(&row.link),
        };
        flip(&folder.join("kurir.db"), &bytes, bytes.len() / 2);
        names(&folder, &row.id, column);
    }
    for (what, change, which) in ELSEWHERE {
        let id = id_of(&mut sql, which).await;
        let folder = run.copy(&what.replace(' ', "-"));
        let mut raw = Raw::connect(&format!("sqlite:{}", folder.join("kurir.db").display())).await;
        for guard in ["fact_never_deleted", "fact_never_rewritten", "fact_sealed_once"] {
            raw.run(&format!("DROP TRIGGER {guard}")).await.unwrap();
        }
        assert_eq!(raw.run(change).await.unwrap(), 1, "{what}");
        drop(raw);
        names(&folder, &id, what);
    }
}

#[tokio::test]
async fn one_flipped_byte_of_a_letters_file_is_found_and_a_lost_file_too() {
    let run = Run::play("files");
    let mut sql = run.sql().await;
    let hash = sql.text("SELECT sha256 FROM letter_file WHERE name = 'R-7-SETDA.pdf'").await;
    let id = id_of(&mut sql, &format!("event = 'SubmissionAcceptance' AND CAST(body AS TEXT) LIKE '%{hash}%'")).await;
    let place = format!("files/sha256/{}/{}/{hash}", &hash[..2], &hash[2..4]);
    let folder = run.copy("flipped");
    let bytes = std::fs::read(folder.join(&place)).unwrap();
    flip(&folder.join(&place), &bytes[..9], 4);
    names(&folder, &id, "a letter's PDF");
    let folder = run.copy("lost");
    std::fs::remove_file(folder.join(&place)).unwrap();
    names(&folder, &id, "a lost PDF");
}
