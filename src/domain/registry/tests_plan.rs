//! Planning an import against a record, and the way back.

use super::samples::{Seeds, edited, file_of, seeds, small};
use super::*;
use crate::domain::directory::OperatorRole;
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

/// The record after an import was written into an empty one.
fn recorded(import: &RegistryImport) -> RegistryRecord {
    let mut count = 0;
    import.clone().into_record(|| {
        count += 1;
        Uuid::from_u128(count)
    })
}

const TODAY: PlanOptions = PlanOptions { today: date(2026, 11, 24), close_missing: None };

#[test]
fn the_same_import_twice_plans_nothing() {
    let import = read(&small()).unwrap();
    assert!(!plan(&RegistryRecord::default(), &import, TODAY).is_empty());
    let again = plan(&recorded(&import), &import, TODAY);
    assert!(again.is_empty() && again.clashes.is_empty());
    assert!(again.summary().iter().all(|table| table.disappeared.is_empty()));
}

#[test]
fn what_disappeared_is_reported_and_ends_only_when_asked() {
    let record = recorded(&read(&small()).unwrap());
    let without = edited("incumbencies", "CAMAT-V,444444444444444444,pj,2025-01-01,,\n", "");
    let import = read(&without).unwrap();
    let changes = plan(&record, &import, TODAY);
    assert!(changes.is_empty() && changes.incumbencies.disappeared.len() == 1);
    let last = date(2026, 11, 30);
    let closed = plan(&record, &import, PlanOptions { close_missing: Some(last), ..TODAY });
    assert_eq!(closed.incumbencies.ended[0].after.days.to, Some(last));
    assert!(!closed.is_empty() && closed.incumbencies.disappeared.is_empty());
}

#[test]
fn posts_and_groups_that_disappeared_end_when_asked_and_what_has_ended_is_no_news() {
    let team = edited("groups", "", "tim,HEAD-U\n");
    let record = recorded(&read(&team).unwrap());
    let mut files = edited("positions", "CAMAT-V,Camat V,V,HEAD-U,camat\n", "");
    files.incumbencies = edited("incumbencies", "CAMAT-V,444444444444444444,pj,2025-01-01,,\n", "").incumbencies;
    let import = read(&files).unwrap();
    let missed = plan(&record, &import, TODAY);
    let keys = |table: &TableChanges<Position>| table.disappeared.iter().map(|post| post.code.to_string()).collect::<Vec<_>>();
    assert!(missed.is_empty(), "the post stays a member of what the rules make: {:?}", missed.summary());
    assert_eq!((keys(&missed.positions), missed.groups.disappeared.len()), (vec!["CAMAT-V".to_owned()], 1));
    let last = date(2026, 11, 20);
    let options = PlanOptions { close_missing: Some(last), ..TODAY };
    let closed = plan(&record, &import, options);
    assert_eq!(closed.positions.ended[0].after.until, Some(last));
    assert_eq!((closed.groups.ended[0].after.name.as_str(), closed.groups.ended[0].after.until), ("tim", Some(last)));
    let after = recorded(&written(record.rows(), &closed));
    assert!(plan(&after, &import, options).is_empty());
    let again = plan(&after, &import, TODAY);
    assert!(again.is_empty() && keys(&again.positions).is_empty() && again.groups.disappeared.is_empty());
    // Our own export keeps the last days; back in the files both are open again.
    let own = read(&export(&after)).unwrap();
    assert!(plan(&after, &own, TODAY).is_empty(), "{:?}", plan(&after, &own, TODAY).summary());
    let back = plan(&after, &read(&team).unwrap(), TODAY);
    assert_eq!((back.positions.changed[0].after.until, back.groups.changed[0].after.until), (None, None));
}

#[test]
fn a_successor_clashes_with_a_holder_that_the_record_keeps_until_he_is_closed() {
    let record = recorded(&read(&small()).unwrap());
    let row = "CAMAT-V,444444444444444444,pj,2025-01-01,,";
    let import = read(&edited("incumbencies", row, "CAMAT-V,333333333333333333,definitive,2026-12-01,,")).unwrap();
    let clashes = plan(&record, &import, TODAY).clashes;
    assert_eq!(clashes.iter().map(|clash| clash.code).collect::<Vec<_>>(), [ClashKind::HolderKept]);
    let closed = plan(&record, &import, PlanOptions { close_missing: Some(date(2026, 11, 30)), ..TODAY });
    assert!(closed.clashes.is_empty() && closed.incumbencies.ended.len() == 1);
}

#[test]
fn a_corrected_first_day_changes_the_row_instead_of_adding_one() {
    let record = recorded(&read(&small()).unwrap());
    let row = "CAMAT-V,444444444444444444,pj,2025-01-01,,";
    let import = read(&edited("incumbencies", row, "CAMAT-V,444444444444444444,pj,2025-02-01,,")).unwrap();
    let changes = plan(&record, &import, TODAY);
    let table = &changes.incumbencies;
    assert_eq!((table.added.len(), table.changed.len(), table.disappeared.len()), (0, 1, 0));
    assert_eq!((table.changed[0].before.days.from, table.changed[0].after.days.from), (date(2025, 1, 1), date(2025, 2, 1)));
    assert!(changes.clashes.is_empty());
}

#[test]
fn a_later_operator_of_the_file_ends_the_one_of_the_record() {
    let record = recorded(&read(&small()).unwrap());
    let row = "U,333333333333333333,2026-01-05,O.1";
    let import = read(&edited("operators", row, "U,222222222222222222,2026-12-01,O.2")).unwrap();
    let changes = plan(&record, &import, TODAY);
    assert_eq!(changes.operators.ended[0].after.days.to, Some(date(2026, 11, 30)));
    assert!(changes.clashes.is_empty() && changes.operators.added[0].role == OperatorRole::Operator);
}

#[test]
fn a_delegation_that_an_operator_set_up_is_no_news_and_never_closed() {
    let mut record = recorded(&read(&small()).unwrap());
    record.imported_delegations.clear();
    let row = "HEAD-U,222222222222222222,plh,2026-12-07,2026-12-11,P.1\n";
    let import = read(&edited("incumbencies", row, "")).unwrap();
    let changes = plan(&record, &import, PlanOptions { close_missing: Some(date(2026, 12, 8)), ..TODAY });
    assert!(changes.is_empty() && changes.delegations.disappeared.is_empty());
    let other = read(&edited("incumbencies", row, "HEAD-U,333333333333333333,plh,2026-12-08,2026-12-09,\n")).unwrap();
    assert_eq!(plan(&record, &other, TODAY).clashes[0].code, ClashKind::DelegationKept);
}

#[test]
fn an_address_stays_with_whoever_the_record_keeps() {
    let record = recorded(&read(&small()).unwrap());
    let mut files = edited("officials", "444444444444444444,Dedi,,,", "444444444444444444,Dedi,ani@u.example,,");
    files.officials.bytes = String::from_utf8(files.officials.bytes)
        .unwrap()
        .replace("111111111111111111,\"Ani, S.H.\",ani@u.example,,\n", "")
        .into();
    files.incumbencies.bytes = String::from_utf8(files.incumbencies.bytes)
        .unwrap()
        .replace("HEAD-U,111111111111111111,definitive,2025-01-01,,K.1\n", "")
        .into();
    let changes = plan(&record, &read(&files).unwrap(), TODAY);
    assert_eq!(changes.clashes.iter().map(|clash| clash.code).collect::<Vec<_>>(), [ClashKind::EmailKept]);
}

/// A random registry, out as files and in again.
fn import_of(seeds: &Seeds) -> Result<RegistryImport, TestCaseError> {
    read(&export(&seeds.record())).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))
}

/// What the store makes of planned changes.
fn written(mut rows: RegistryImport, changes: &RegistryChanges) -> RegistryImport {
    write(&mut rows.units, &changes.units);
    write(&mut rows.positions, &changes.positions);
    write(&mut rows.officials, &changes.officials);
    write(&mut rows.incumbencies, &changes.incumbencies);
    write(&mut rows.delegations, &changes.delegations);
    write(&mut rows.operators, &changes.operators);
    write(&mut rows.holidays, &changes.holidays);
    write(&mut rows.groups, &changes.groups);
    rows
}

fn write<T: Clone + PartialEq + std::fmt::Debug>(rows: &mut Vec<T>, changes: &TableChanges<T>) {
    for change in changes.changed.iter().chain(&changes.ended) {
        let at = rows.iter().position(|row| *row == change.before).expect("a changed row stands in the record");
        rows[at] = change.after.clone();
    }
    assert!(changes.disappeared.iter().all(|row| rows.contains(row)));
    rows.extend(changes.added.iter().cloned());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn an_export_imports_again_without_a_change(seeds in seeds()) {
        let record = seeds.record();
        let files = export(&record);
        let import = import_of(&seeds)?;
        let changes = plan(&record, &import, TODAY);
        prop_assert!(changes.is_empty() && changes.clashes.is_empty(), "{:?}", changes.summary());
        prop_assert!(changes.summary().iter().all(|table| table.disappeared.is_empty()), "{:?}", changes.summary());
        prop_assert_eq!(export(&recorded(&import)), files);
    }

    #[test]
    fn what_was_planned_and_written_plans_nothing_more(before in seeds(), after in seeds(), close in any::<bool>()) {
        let record = before.record();
        let import = import_of(&after)?;
        let close_missing = close.then(|| date(2022, 6, 30));
        let options = PlanOptions { close_missing, ..TODAY };
        let changes = plan(&record, &import, options);
        let written = written(record.rows(), &changes);
        prop_assert!(written.incumbencies.len() >= record.parts.incumbencies.len(), "something was deleted");
        prop_assert_eq!(written.units.len(), record.parts.units.len().max(import.units.len()));
        let again = plan(&recorded(&written), &import, options);
        prop_assert!(again.is_empty(), "{:?}", again.summary());
        prop_assert_eq!(again.clashes, changes.clashes);
    }

    #[test]
    fn no_bytes_bring_the_import_down(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..7_usize) {
        let mut files = small();
        let names = ["units", "positions", "officials", "incumbencies", "operators", "holidays", "groups"];
        file_of(&mut files, names[at]).bytes.extend_from_slice(&bytes);
        let _ = read(&files);
    }
}

/// A town of the folder of towns; `None` where there is no such folder and nobody asked for it.
fn town(name: &str) -> Option<RegistryFiles> {
    let named = std::env::var_os("KURIR_TOWN").map(std::path::PathBuf::from);
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/town");
    let asked = named.is_some() || std::env::var_os("CI").is_some();
    let folder = named.unwrap_or(beside).join(name);
    assert!(folder.is_dir() || !asked, "no town at {}", folder.display());
    folder.is_dir().then(|| RegistryFiles::gather(|name| std::fs::read(folder.join(name)).ok()))
}

#[test]
fn both_sample_towns_import_and_export_without_a_change() {
    for (name, positions) in [("small", 41), ("city", 998)] {
        let Some(files) = town(name) else { continue };
        let import = read(&files).unwrap_or_else(|faults| panic!("{name}: {:?}", faults.iter().take(9).collect::<Vec<_>>()));
        assert_eq!(import.positions.len(), positions);
        let record = recorded(&import);
        assert!(plan(&record, &import, TODAY).is_empty());
        let again = read(&export(&record)).unwrap();
        assert!(plan(&record, &again, TODAY).is_empty());
    }
}

#[test]
fn the_large_town_is_read_and_planned() {
    let Some(files) = town("city") else { return };
    let import = read(&files).unwrap();
    let changes = plan(&RegistryRecord::default(), &import, TODAY);
    assert_eq!(changes.positions.added.len(), 998);
}
