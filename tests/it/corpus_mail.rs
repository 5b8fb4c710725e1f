//! Mail that others wrote: the Indonesian corpus and the public test suites.
//!
//! They are found by `KURIR_CORPORA` or beside the project; with `CI` set their absence is a failure.

use crate::cpu;
use kurir::channel::email::bounce::{ReportSource, delivery_report, display_report};
use kurir::channel::email::claims::claims;
use kurir::channel::email::classify::classify;
use kurir::channel::email::origin::{BorderSettings, judge};
use kurir::channel::email::parse::Mail;
use kurir::channel::email::tokens::Gateway;
use kurir::channel::email::weigh::Unreadable;
use kurir::domain::inbound::{MailClass, Origin};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

fn shared(variable: &str, name: &str) -> Option<PathBuf> {
    let given = std::env::var_os(variable).map(PathBuf::from);
    let near =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1).map(|up| up.join("shared").join(name)).find(|p| p.is_dir());
    let found = given.or(near).filter(|folder| folder.is_dir());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{variable} is not set and there is no ../shared/{name}");
        println!("{variable} is not set and there is no ../shared/{name}: skipped");
    }
    found
}

fn mails_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            mails_under(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn gateway() -> Gateway {
    Gateway::new("kurir.sukamaju.example")
}

fn border() -> BorderSettings {
    BorderSettings {
        mx_authserv_id: "mx.sukamaju.example".into(),
        submission_authserv_id: Some("submission.sukamaju.example".into()),
    }
}

/// The addresses of the registered people, for `authentic`.
fn registered() -> Option<HashSet<String>> {
    let town = shared("KURIR_TOWN", "town")?;
    let town = if town.join("small").is_dir() { town.join("small") } else { town };
    let mut reader = csv::Reader::from_path(town.join("officials.csv")).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "email").unwrap();
    Some(reader.records().map(|row| row.unwrap()[column].to_lowercase()).filter(|email| !email.is_empty()).collect())
}

/// What we make of a mail, under the names of the expected results.
fn understood(mail: &Mail, people: &HashSet<String>) -> (MailClass, [(&'static str, Value); 6]) {
    let claims = claims(mail, &gateway(), &border());
    assert!(!claims.tokens_disagree, "{}", mail.subject);
    let authentic = claims.origin.is_proven() && claims.from.as_ref().is_some_and(|from| people.contains(from));
    let files: Vec<Value> = match claims.class {
        MailClass::Human => mail.files().map(|one| serde_json::json!({"name": one.name, "sha256": one.sha256})).collect(),
        _ => Vec::new(),
    };
    let bounce: Vec<Value> = match claims.class {
        MailClass::Bounce => delivery_report(mail)
            .recipients
            .iter()
            .map(|one| serde_json::json!({"recipient": one.recipient, "status": one.status, "permanent": one.permanent}))
            .collect(),
        _ => Vec::new(),
    };
    let got = [
        ("class", Value::from(claims.class.as_str())),
        ("from", Value::from(claims.from)),
        ("letter_token", Value::from(claims.token.map(|found| found.token.expose().to_owned()))),
        ("authentic", Value::from(authentic)),
        ("attachments", Value::from(files)),
        ("bounce", Value::from(bounce)),
    ];
    (claims.class, got)
}

/// The lines of the expected reply that our text lacks, white space folded.
fn lines_lost<'a>(mail: &Mail, reply: &'a str) -> Vec<&'a str> {
    let fold = |text: &str| {
        let text = text.replace(['\u{200b}', '\u{2063}', '\u{feff}'], "");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = fold(mail.text());
    reply.lines().map(str::trim).filter(|line| !text.contains(&fold(line))).collect()
}

#[test]
fn the_indonesian_mails_are_told_apart() {
    let (Some(corpora), Some(people)) = (shared("KURIR_CORPORA", "corpora"), registered()) else { return };
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(corpora.join("indonesia")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "eml") {
            continue;
        }
        count += 1;
        let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let mail = Mail::parse(&std::fs::read(&path).unwrap()).unwrap();
        let (class, got) = understood(&mail, &people);
        for (key, value) in got {
            if expected[key] != value {
                wrong.push(format!("{}: {key} is {value}, not {}", path.file_name().unwrap().display(), expected[key]));
            }
        }
        if class == MailClass::Human {
            let lost = lines_lost(&mail, expected["reply_text"].as_str().unwrap());
            wrong.extend(lost.iter().map(|line| format!("{}: the text lacks {line:?}", path.file_name().unwrap().display())));
        }
    }
    assert!(count >= 40, "only {count} mails");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_display_report_says_deleted_without_being_read() {
    let Some(corpora) = shared("KURIR_CORPORA", "corpora") else { return };
    let raw = std::fs::read(corpora.join("indonesia/076-outlook-dihapus-tanpa-dibaca.eml")).unwrap();
    let report = display_report(&Mail::parse(&raw).unwrap()).unwrap();
    assert!(!report.displayed);
    assert_eq!(report.disposition, "deleted");
    assert!(report.original_message_id.unwrap().starts_with("d.uvwihtyrvqphmxqtvcgqiuy3zq@"));
}

#[test]
fn every_mail_of_every_corpus_is_read_in_time_and_without_panic() {
    let Some(corpora) = shared("KURIR_CORPORA", "corpora") else { return };
    let mut paths = Vec::new();
    mails_under(&corpora, &mut paths);
    let (mut read, mut refused, mut slowest) = (0, 0, Duration::ZERO);
    for path in &paths {
        let raw = std::fs::read(path).unwrap();
        let began = cpu::of_this_thread();
        match Mail::parse(&raw) {
            Ok(mail) => {
                read += 1;
                let class = classify(&mail, &gateway());
                let _ = (judge(&mail, &border()), gateway().tokens(&mail), display_report(&mail));
                if class == MailClass::Bounce {
                    let _ = delivery_report(&mail);
                }
            }
            Err(Unreadable::NoHeader) => {}
            Err(refusal) => {
                println!("{}: {refusal}", path.display());
                refused += 1;
            }
        }
        let took = cpu::of_this_thread().saturating_sub(began);
        slowest = slowest.max(took);
        assert!(took < Duration::from_secs(1), "{} took {took:?}", path.display());
    }
    println!("{read} read, {refused} refused, slowest {slowest:?}");
    assert!(read > 1_000, "only {read} read");
    assert!(refused <= 3, "{refused} of {read} refused");
}

struct Expected {
    status: String,
}

fn sisimai(corpora: &Path) -> BTreeMap<String, Expected> {
    let table = std::fs::read_to_string(corpora.join("bounces-sisimai/expected.tsv")).unwrap();
    table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .map(|row| (row[0].to_owned(), Expected { status: row[1].to_owned() }))
        .collect()
}

#[test]
fn bounces_of_many_servers_are_understood() {
    let Some(corpora) = shared("KURIR_CORPORA", "corpora") else { return };
    let (mut total, mut bounces, mut named, mut status, mut class, mut reported, mut reported_status) = (0, 0, 0, 0, 0, 0, 0);
    let mut misses = Vec::new();
    for (name, expected) in sisimai(&corpora) {
        let mail = Mail::parse(&std::fs::read(corpora.join("bounces-sisimai").join(&name)).unwrap()).unwrap();
        let kind = classify(&mail, &gateway());
        if kind == MailClass::Arf || name.starts_with("arf") {
            assert_eq!(kind, MailClass::Arf, "{name}");
            continue;
        }
        if name.starts_with("rfc3834") {
            assert_eq!(kind, MailClass::AutoReply, "{name}: that RFC is about answers, not about bounces");
            continue;
        }
        total += 1;
        bounces += usize::from(kind == MailClass::Bounce);
        if kind != MailClass::Bounce {
            misses.push(format!("{name}: {kind} {:?}", mail.subject));
        }
        let report = delivery_report(&mail);
        let first = report.recipients.first();
        named += usize::from(first.is_some());
        let got = first.map(|one| one.status.clone()).unwrap_or_default();
        // x.0.9xx are numbers of that suite, not of any server: the class is all that can be right there.
        let own_number = expected.status.rsplit('.').next().is_some_and(|detail| detail.len() == 3 && detail.starts_with('9'));
        let fits = if own_number { got.get(..1) == expected.status.get(..1) } else { got == expected.status };
        status += usize::from(fits);
        class += usize::from(got.get(..1) == expected.status.get(..1));
        if report.source == ReportSource::DeliveryStatus {
            reported += 1;
            reported_status += usize::from(fits);
        }
        if !fits {
            misses.push(format!("{name}: {got:?} for {:?}", expected.status));
        }
    }
    println!("{}", misses.join("\n"));
    println!(
        "{total} bounces: class {bounces}, recipient {named}, status {status}, its class {class}; by report {reported_status} of {reported}"
    );
    assert!(bounces * 100 >= total * 97, "{bounces} of {total} are told as bounces");
    assert!(named * 100 >= total * 96, "{named} of {total} name a recipient");
    assert!(reported_status * 100 >= reported * 93, "{reported_status} of {reported} reports give the expected status");
    assert!(status * 100 >= total * 79, "{status} of {total} give the expected status");
}

#[test]
fn nothing_but_the_given_proofs_counts_in_the_corpus() {
    let Some(corpora) = shared("KURIR_CORPORA", "corpora") else { return };
    let origin = |name: &str| {
        let folder = std::fs::read_dir(corpora.join("indonesia")).unwrap();
        let path = folder
            .map(|e| e.unwrap().path())
            .find(|p| p.extension().is_some_and(|e| e == "eml") && p.file_name().unwrap().to_str().unwrap().starts_with(name));
        judge(&Mail::parse(&std::fs::read(path.unwrap()).unwrap()).unwrap(), &border())
    };
    assert_eq!(origin("001"), Origin::DmarcPass);
    assert_eq!(origin("039"), Origin::NotChecked);
    assert_eq!(origin("042"), Origin::TwoFrom);
    assert!(!origin("044").is_proven() && !origin("046").is_proven());
}

/// Mails are cut, joined, and their bytes changed by chance: whatever comes of it, nothing panics and nothing takes long.
#[test]
fn damaged_mails_are_read_without_panic() {
    let Some(corpora) = shared("KURIR_CORPORA", "corpora") else { return };
    let mut paths = Vec::new();
    for folder in ["mikel-mail", "mail-parser", "indonesia", "enmime"] {
        mails_under(&corpora.join(folder), &mut paths);
    }
    paths.sort();
    // A small generator of its own keeps every run equal.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut chance = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    let mut read = 0;
    for round in 0..1_500 {
        let mut raw = std::fs::read(&paths[chance(paths.len())]).unwrap();
        raw.truncate(60_000);
        for _ in 0..=round % 8 {
            if raw.len() < 4 {
                break;
            }
            let (at, other) = (chance(raw.len()), chance(raw.len()));
            match chance(5) {
                0 => raw[at] = [0, b'\r', b'\n', b'"', b'(', b'<', b'=', 0xe2, 0xff][chance(9)],
                1 => raw.truncate(at),
                2 => raw.splice(at..at, *b"\r\n").for_each(drop),
                3 => raw.drain(at.min(other)..at.max(other)).for_each(drop),
                _ => {
                    let piece = raw[at.min(other)..at.max(other)].to_vec();
                    raw.splice(at..at, piece).for_each(drop);
                }
            }
        }
        let began = cpu::of_this_thread();
        if let Ok(mail) = Mail::parse(&raw) {
            read += 1;
            let _ = (classify(&mail, &gateway()), judge(&mail, &border()), gateway().tokens(&mail), delivery_report(&mail));
            let _ = display_report(&mail);
        }
        assert!(cpu::of_this_thread().saturating_sub(began) < Duration::from_secs(1), "round {round}");
    }
    assert!(read > 900, "only {read} of 1500 read");
}
