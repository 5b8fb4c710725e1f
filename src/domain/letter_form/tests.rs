use super::*;
use crate::domain::delegation::{Capacity, Delegation};
use crate::domain::directory::{Directory, DirectoryParts};
use crate::domain::fault_lines::{FaultLine, FaultTable};
use crate::domain::letter::{Addressee, LetterKind, ReceiptWay, RecipientRole, Sender};
use crate::domain::registry::{RegistryFile, RegistryFiles, read};
use jiff::civil::{DateTime, date, datetime};
use std::collections::{BTreeMap, BTreeSet};
use toml::Table;

/// The directory of the shipped town.
fn directory() -> Directory {
    let file = |name: &str, text: &str| RegistryFile::new(name, text);
    let tenures = include_str!("../../../config/town/incumbencies.csv");
    let mut import = read(&RegistryFiles {
        units: file("units.csv", include_str!("../../../config/town/units.csv")),
        positions: file("positions.csv", include_str!("../../../config/town/positions.csv")),
        officials: file("officials.csv", include_str!("../../../config/town/officials.csv")),
        incumbencies: file("incumbencies.csv", &tenures.replace("PLH-FROM", "2026-11-23").replace("PLH-TO", "2026-11-29")),
        operators: file("operators.csv", include_str!("../../../config/town/operators.csv")),
        holidays: file("holidays.csv", include_str!("../../../config/town/holidays.csv")),
        groups: None,
    })
    .unwrap();
    let delegations: Vec<Delegation> = Vec::new();
    let closed = import.positions.iter_mut().find(|post| post.code.as_str() == "KASI-LAYANAN").unwrap();
    closed.until = Some(date(2026, 11, 23));
    assert_eq!(import.delegations[0].capacity, Capacity::Plh);
    Directory::new(DirectoryParts {
        units: import.units,
        positions: import.positions,
        groups: import.groups,
        delegations,
        ..DirectoryParts::default()
    })
}

/// Tuesday morning, on the date of the letters here.
const NOW: DateTime = datetime(2026, 11, 24, 9, 0, 0, 0);

const SHORT: &str = r#"
id = "a-1"
number = "1/2026"
date = "2026-11-24"
kind = "circular"
class = "ordinary"
subject = "Hal"
sender = "SEKDA"
to = "KADIS-KES"
"#;

#[test]
fn the_shipped_example_is_read_in_full_and_stands_in_the_shipped_town() {
    let form = parse(EXAMPLE);
    let directory = directory();
    assert_eq!((form.notes.as_slice(), form.faults_in(&directory, NOW)), (&[][..], vec![]));
    let letter = resolve(form.letter.unwrap(), &directory);
    assert_eq!(letter.kind, LetterKind::Invitation);
    assert_eq!(letter.due, Some(datetime(2026, 12, 1, 12, 0, 0, 0)));
    assert_eq!(letter.event.unwrap().ends, Some(datetime(2026, 12, 2, 11, 30, 0, 0)));
    assert_eq!(letter.recipients.len(), 6);
    assert_eq!(letter.recipients[1].addressee, Addressee::Unit("DISKOMINFO".parse().unwrap()));
    assert_eq!(letter.recipients[5].role, RecipientRole::Cc);
    let named: BTreeSet<String> = EXAMPLE.parse::<Table>().unwrap().keys().cloned().collect();
    assert_eq!(named, KEYS.iter().map(|key| (*key).to_owned()).collect(), "the example shows every key");
}

#[test]
fn the_guide_explains_every_key_and_shows_the_example() {
    let guide = include_str!("../../../docs/letter-form.md");
    for key in KEYS.iter().chain(&["except", "registered_by", "received", "way", "starts", "ends", "place"]) {
        assert!(guide.contains(&format!("`{key}`")), "{key}");
    }
    assert!(guide.contains(EXAMPLE.trim()), "docs/letter-form.md shows another example than config/letter.toml");
}

#[test]
fn a_short_form_is_enough() {
    let letter = letter_of(SHORT);
    assert_eq!(letter.urgency, Urgency::Normal);
    assert_eq!((letter.answers, letter.event, letter.due), (None, None, None));
    assert_eq!(letter.sender, Sender::Position("SEKDA".parse().unwrap()));
}

#[test]
fn an_unknown_class_counts_as_secret_and_the_writer_is_told() {
    let form = parse(&SHORT.replace("ordinary", "sangat penting"));
    assert_eq!(form.letter.unwrap().class, SecurityClass::Secret);
    assert_eq!(form.notes, [FormNote::ClassUnknown { given: "sangat penting".into() }]);
}

#[test]
fn a_letter_from_outside_tells_how_it_came() {
    let outside = r#"sender = { outside = { name = "RW 04", address = "Jl. X", way = "counter", received = 2026-11-23, registered_by = "BAGUM" } }"#;
    let letter = letter_of(&SHORT.replace("sender = \"SEKDA\"", outside));
    let Sender::Outside(sender) = &letter.sender else { panic!("{:?}", letter.sender) };
    assert_eq!((sender.way, sender.received), (ReceiptWay::Counter, date(2026, 11, 23)));
    assert_eq!(check(&Said::of(&letter), &directory(), NOW.date()), []);
    assert_eq!(dates(&Said::of(&letter), datetime(2026, 11, 22, 9, 0, 0, 0))[1].field, "sender.outside.received");
}

#[test]
fn a_date_alone_is_due_at_the_end_of_that_day() {
    let due = |text: &str| parse(&format!("{SHORT}due = {text}")).letter.map(|letter| letter.due);
    assert_eq!(due("2026-12-01").unwrap(), Some(datetime(2026, 12, 1, 23, 59, 0, 0)));
    assert_eq!(due("'2026-12-01T08:30'").unwrap(), Some(datetime(2026, 12, 1, 8, 30, 0, 0)));
    for bad in ["2026-12-01T08:30:00Z", "'besok'", "'2026-12-01T8.30'", "5"] {
        assert!(due(bad).is_none(), "{bad}");
    }
}

/// What replaces what in the short form, at which field, with which code.
const SLIPS: &[(&str, &str, &str, &str)] = &[
    ("to = \"KADIS-KES\"", "to = [", "", "syntax"),
    ("number =", "nomor =", "nomor", "unknown_key"),
    ("number =", "nomor =", "number", "missing"),
    ("\"1/2026\"", "7", "number", "not_text"),
    ("\"2026-11-24\"", "7", "date", "not_date"),
    ("\"SEKDA\"", "7", "sender", "not_table"),
    ("\"Hal\"", "\"Hal\\u0007\"", "subject", "hidden_character"),
    ("2026-11-24", "24-11-2026", "date", "bad_date"),
    ("circular", "edaran", "kind", "unknown_word"),
    ("SEKDA", "Sekda", "sender", "bad_code"),
    ("\"SEKDA\"", "{ position = \"SEKDA\", unit = \"SETDA\" }", "sender", "who_unclear"),
    ("\"KADIS-KES\"", "[]", "to", "nobody_addressed"),
    ("\"KADIS-KES\"", "[\"KADIS-KES\", \"kadis\"]", "to[2]", "bad_code"),
    ("\"KADIS-KES\"", "[{ name = \"RW\" }]", "to[1].address", "missing"),
    ("\"KADIS-KES\"", "[\"@semua ?\"]", "to[1]", "bad_group_name"),
    ("\"KADIS-KES\"", "[{ group = \"semua-camat\", except = [\"x\"] }]", "to[1].except[1]", "bad_code"),
    ("\"KADIS-KES\"", "\"KADIS-KES\"\ndue = 'besok'", "due", "bad_moment"),
    (
        "\"KADIS-KES\"",
        "\"A\"\nevent = { starts = 2026-12-02T09:00:00, ends = 2026-12-02T08:00:00, place = 'X' }",
        "event.ends",
        "ends_before_start",
    ),
    ("\"KADIS-KES\"", "\"KADIS-ZZ\"", "to[1]", "unknown_code"),
    ("\"KADIS-KES\"", "\"KASI-LAYANAN\"", "to[1]", "ended"),
    ("\"KADIS-KES\"", "{ unit = \"ZZ\" }", "to[1]", "unknown_unit"),
    ("\"KADIS-KES\"", "[\"@semua-raja\"]", "to[1]", "unknown_group"),
    ("\"KADIS-KES\"", "[{ group = \"semua-camat\", except = [\"SEKDA\"] }]", "to[1]", "not_in_group"),
    ("\"KADIS-KES\"", "[{ group = \"semua-camat\", except = [\"CAMAT-LBS\", \"CAMAT-KRS\"] }]", "to[1]", "empty_group"),
    ("\"KADIS-KES\"", "[\"KADIS-KES\", \"DINKES\"]\ncc = [{ position = \"KADIS-KES\" }]", "cc[1]", "duplicate"),
    ("\"KADIS-KES\"", "[{ name = \"RW 04\", address = \"Jl. Kenanga 198234\" }]", "to[1]", "no_postcode"),
    ("\"KADIS-KES\"", "[{ name = \"RW 04\", address = \"RT 12345\" }]", "to[1]", "no_street"),
    ("\"SEKDA\"", "{ unit = \"ZZ\" }", "sender", "unknown_unit"),
    (
        "\"SEKDA\"",
        "{ outside = { name = 'A', way = 'post', received = 2027-01-01, registered_by = 'BAGUM' } }",
        "sender.outside.received",
        "received_later",
    ),
    ("2026-11-24", "2026-11-25", "date", "dated_later"),
    ("\"KADIS-KES\"", "\"KADIS-KES\"\ndue = 2026-11-23", "due", "due_over"),
    ("\"KADIS-KES\"", "\"KADIS-KES\"\nevent = { starts = 2026-11-23T09:00:00, place = 'X' }", "event.starts", "event_over"),
    (
        "\"KADIS-KES\"",
        "\"KADIS-KES\"\nevent = { starts = 2026-11-23T09:00:00, ends = 2026-11-24T08:00:00, place = 'X' }",
        "event.ends",
        "event_over",
    ),
];

#[test]
fn what_runs_or_ends_today_is_still_to_come() {
    let said = |more: &str| parse(&format!("{SHORT}{more}")).said;
    for more in [
        "due = 2026-11-24",
        "due = 2026-11-24T09:01:00",
        "event = { starts = 2026-11-24T07:00:00, place = 'X' }",
        "event = { starts = 2026-11-20T07:00:00, ends = 2026-11-24T09:00:00, place = 'X' }",
    ] {
        assert_eq!(dates(&said(more), NOW), [], "{more}");
    }
    let faults = dates(&said("due = 2026-11-24T09:00:00"), NOW);
    let now = "2026-11-24T09:00".to_owned();
    assert_eq!(faults, [FormFault { field: "due".into(), kind: FormFaultKind::DueOver { given: now.clone(), now } }]);
}

fn faults_of(old: &str, new: &str) -> Vec<FormFault> {
    assert!(SHORT.contains(old), "{old}");
    parse(&SHORT.replacen(old, new, 1)).faults_in(&directory(), NOW)
}

fn letter_of(text: &str) -> Letter {
    parse(text).letter.unwrap_or_else(|| panic!("{:?}", parse(text).faults))
}

#[test]
fn every_slip_of_the_hand_is_told_at_its_field() {
    for (old, new, field, code) in SLIPS {
        let faults = faults_of(old, new);
        let told: Vec<(String, String)> = faults
            .iter()
            .map(|fault| (fault.field.clone(), serde_json::to_value(fault).unwrap()["code"].as_str().unwrap().to_owned()))
            .collect();
        assert!(told.contains(&((*field).to_owned(), (*code).to_owned())), "{old:?} > {new:?}: {told:?}");
    }
}

#[test]
fn all_faults_come_at_once() {
    let text = "id = ''\nkind = 'x'\nclass = 5\nsender = { king = 'A' }\nto = ['a', { unit = 'b', name = 'c' }]\ncolour = 1\n";
    let fields: BTreeSet<String> = parse(text).faults.into_iter().map(|fault| fault.field).collect();
    let expected = ["class", "colour", "date", "id", "kind", "number", "sender", "sender.king", "subject", "to[1]", "to[2]"];
    assert_eq!(fields.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// One field that is wrong says nothing of the others: people and days are judged beside it.
#[test]
fn a_field_that_is_wrong_hides_none_of_the_others() {
    let outside = "{ outside = { name = '', way = 'pos', received = 2027-01-01, registered_by = 'NOPE' } }";
    let text = SHORT.replace("\"SEKDA\"", outside).replace("2026-11-24", "2026-11-25").replace("\"Hal\"", "\"Hal")
        + "due = 2020-01-01\n";
    let text = text.replace("\"KADIS-KES\"", "[\"kadis\", \"KADIS-ZZ\", \"@semua-raja\", \"SEKDA\", \"SEKDA\"]");
    let faults = parse(&text).faults_in(&directory(), NOW);
    let told: BTreeSet<(String, String)> = faults
        .iter()
        .map(|fault| (fault.field.clone(), serde_json::to_value(fault).unwrap()["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("", "syntax"),
        ("date", "dated_later"),
        ("due", "due_over"),
        ("sender.outside.name", "missing"),
        ("sender.outside.received", "received_later"),
        ("sender.outside.registered_by", "unknown_unit"),
        ("sender.outside.way", "unknown_word"),
        ("to[1]", "bad_code"),
        ("to[2]", "unknown_code"),
        ("to[3]", "unknown_group"),
        ("to[5]", "duplicate"),
    ];
    assert_eq!(told, expected.map(|(field, code)| (field.to_owned(), code.to_owned())).into());
}

#[test]
fn every_fault_has_a_sentence_and_every_sentence_a_fault() {
    let table = FaultTable::parse(SENTENCES).unwrap();
    let mut lines: Table = SENTENCES.parse().unwrap();
    lines.remove("frames");
    let lines: BTreeMap<String, FaultLine> = Table::try_into(lines).unwrap();
    let mut values: Vec<serde_json::Value> =
        SLIPS.iter().flat_map(|(old, new, ..)| faults_of(old, new)).map(|fault| serde_json::to_value(fault).unwrap()).collect();
    for kind in [FormFaultKind::TooLong { limit: 5 }, FormFaultKind::TooManyRecipients { found: 7, limit: 5 }] {
        values.push(serde_json::to_value(FormFault { field: "to".into(), kind }).unwrap());
    }
    values.push(serde_json::to_value(FormNote::ClassUnknown { given: "x".into() }).unwrap());
    for value in &values {
        let code = value["code"].as_str().unwrap();
        let line = &lines.get(code).unwrap_or_else(|| panic!("{code} has no sentence"));
        for name in (line.fault.clone() + &line.remedy).split('{').skip(1).filter_map(|part| part.split('}').next()) {
            assert!(value.get(name).is_some(), "{code}: {{{name}}} is no field of {value}");
        }
        assert!(!table.line(value).fault.is_empty());
    }
    let told: BTreeSet<&str> = values.iter().filter_map(|value| value["code"].as_str()).collect();
    assert_eq!(told, table.codes().collect());
}

proptest::proptest! {
    #[test]
    fn no_text_brings_the_reading_down(text in "\\PC{0,200}", tail in "[a-z]{1,8} = [\\[\\]{}\"0-9a-z, =]{0,40}") {
        let _ = parse(&text);
        let _ = parse(&format!("{SHORT}{tail}\n"));
    }
}
