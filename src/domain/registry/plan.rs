//! What an import would change in the record.
//!
//! In come the record and a sound import; out comes a value that the store writes in one transaction and the command shows
//! before and after. Nothing is deleted: rows that the files no longer have are reported, and end on a day only where the
//! caller asks for it. An import that would leave two holders of one post, or one address for two people, names each clash
//! and is not to be written.

use super::RegistryImport;
use super::groups;
use super::record::RegistryRecord;
use super::rows::{DelegationRow, HolidayRow, IncumbencyRow, OfficialRow, OperatorRow};
use crate::domain::delegation::Days;
use crate::domain::directory::{Group, OperatorRole, OrgUnit, Position};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanOptions {
    /// The city's day: what ended before it is history and not reported as disappeared.
    pub today: Date,
    /// The last day of posts, groups and dated rows that disappeared (`--close-missing`); `None` leaves them as they are.
    pub close_missing: Option<Date>,
}

/// A row before and after. The row of the record is the one with the key of `before`; in `after` the first day may be
/// another one, where the files correct it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<T> {
    /// As the record has it.
    pub before: T,
    /// As it shall be.
    pub after: T,
}

/// A dated row whose first day the files correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Its key in the record.
    pub row: String,
    /// Its first day from now on.
    pub first: Date,
}

/// What becomes of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableChanges<T> {
    /// New rows.
    pub added: Vec<T>,
    /// Rows whose content changes.
    pub changed: Vec<Changed<T>>,
    /// How many rows stay as they are.
    pub unchanged: usize,
    /// Rows that the files no longer have and that get a last day: a later operator ended them, or `close_missing`.
    pub ended: Vec<Changed<T>>,
    /// Rows that the files no longer have and that stay as they are.
    pub disappeared: Vec<T>,
}

/// Two rows that cannot stand in the record together: one of the import, one that the record keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// What they have in common.
    pub code: ClashKind,
    /// Position, unit or employee number of the row of the import.
    pub subject: String,
    /// Key of the row that the record keeps.
    pub kept: String,
}

/// Why two rows cannot stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClashKind {
    /// A position would have two holders on one day.
    HolderKept,
    /// A position would have two stand-ins on one day.
    DelegationKept,
    /// A unit would have a third person at its desk, or two operators from one day on.
    DeskKept,
    /// Somebody who is no longer in the files still has that mail address.
    EmailKept,
}

/// What an import changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryChanges {
    /// Units.
    pub units: TableChanges<OrgUnit>,
    /// Positions.
    pub positions: TableChanges<Position>,
    /// People. A new address of a known person counts as verified; his linked chat stays.
    pub officials: TableChanges<OfficialRow>,
    /// Holders.
    pub incumbencies: TableChanges<IncumbencyRow>,
    /// Stand-ins.
    pub delegations: TableChanges<DelegationRow>,
    /// Desks.
    pub operators: TableChanges<OperatorRow>,
    /// Days off.
    pub holidays: TableChanges<HolidayRow>,
    /// Groups.
    pub groups: TableChanges<Group>,
    /// People whose cell is empty although the record has an address of theirs: it stays, and is told.
    pub addresses_kept: Vec<String>,
    /// Why the import must not be written; empty where it may.
    pub clashes: Vec<Clash>,
}

/// The figures of one table, for a person and for `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableSummary {
    /// Name of the table, which is that of its file without the ending; "delegations" come from incumbencies.csv.
    pub table: &'static str,
    /// New rows.
    pub added: usize,
    /// Changed rows.
    pub changed: usize,
    /// Rows as they were.
    pub unchanged: usize,
    /// Keys of rows that end.
    pub ended: Vec<String>,
    /// Keys of rows that disappeared and stay.
    pub disappeared: Vec<String>,
    /// Keys of people whose address stays although the file has none.
    pub addresses_kept: Vec<String>,
}

/// Compares an import with the record.
pub fn plan(current: &RegistryRecord, import: &RegistryImport, options: PlanOptions) -> RegistryChanges {
    let rows = current.rows();
    let (officials, addresses_kept) = keep_addresses(&rows.officials, &import.officials);
    let mut changes = RegistryChanges {
        units: compare(&rows.units, &import.units, |row| row.code.clone()),
        positions: compare(&rows.positions, &import.positions, |row| row.code.clone()),
        officials: compare(&rows.officials, &officials, |row| row.number.clone()),
        incumbencies: compare(&rows.incumbencies, &import.incumbencies, incumbency_key),
        delegations: compare(&rows.delegations, &import.delegations, delegation_key),
        operators: compare(&rows.operators, &import.operators, operator_key),
        holidays: compare(&rows.holidays, &import.holidays, |row| row.date),
        groups: compare(&rows.groups, &groups::after(&rows, import), |row| row.name.clone()),
        addresses_kept,
        clashes: Vec::new(),
    };
    let imported: BTreeSet<_> = current.delegations_of_imports().iter().map(delegation_key).collect();
    correct(&mut changes.incumbencies, |old, new| {
        old.position == new.position && old.official == new.official && old.days.overlaps(new.days)
    });
    correct(&mut changes.delegations, |old, new| {
        let same = old.position == new.position && old.delegate == new.delegate && old.days.overlaps(new.days);
        same && imported.contains(&delegation_key(old))
    });
    correct(&mut changes.operators, |old, new| {
        old.unit == new.unit && old.official == new.official && old.days.overlaps(new.days)
    });
    changes.relieve_operators(import);
    if let Some(last) = options.close_missing {
        close(&mut changes.positions, last, |row| &mut row.until, |_| true);
        close(&mut changes.groups, last, |row| &mut row.until, |_| true);
        close(&mut changes.incumbencies, last, |row| &mut row.days.to, |row| row.days.from <= last);
        close(&mut changes.operators, last, |row| &mut row.days.to, |row| row.days.from <= last);
        let begun = |row: &DelegationRow| row.days.from <= last && imported.contains(&delegation_key(row));
        close(&mut changes.delegations, last, |row| &mut row.days.to, begun);
    }
    changes.clashes = super::clashes::find(&changes, import);
    changes.forget_history(current, options.today);
    changes
}

/// An empty cell takes no address away: a forgotten column would make a person unregistered without a word. Only where the
/// import gives the address to somebody else does it leave.
fn keep_addresses(known: &[OfficialRow], given: &[OfficialRow]) -> (Vec<OfficialRow>, Vec<String>) {
    let taken: BTreeSet<&str> = given.iter().filter_map(|row| row.email.as_deref()).collect();
    let held: BTreeMap<&str, &str> = known.iter().filter_map(|row| Some((row.number.as_str(), row.email.as_deref()?))).collect();
    let (mut rows, mut kept) = (given.to_vec(), Vec::new());
    for row in rows.iter_mut().filter(|row| row.email.is_none()) {
        if let Some(email) = held.get(row.number.as_str()).filter(|email| !taken.contains(**email)) {
            row.email = Some((*email).to_owned());
            kept.push(row.number.to_string());
        }
    }
    (rows, kept)
}

fn incumbency_key(row: &IncumbencyRow) -> (String, String, Date) {
    (row.position.to_string(), row.official.to_string(), row.days.from)
}

fn delegation_key(row: &DelegationRow) -> (String, String, Date) {
    (row.position.to_string(), row.delegate.to_string(), row.days.from)
}

fn operator_key(row: &OperatorRow) -> (String, String, Date) {
    (row.unit.to_string(), row.official.to_string(), row.days.from)
}

fn compare<T: Clone + PartialEq, K: Ord>(current: &[T], import: &[T], key: impl Fn(&T) -> K) -> TableChanges<T> {
    let known: BTreeMap<K, &T> = current.iter().map(|row| (key(row), row)).collect();
    let mut changes =
        TableChanges { added: Vec::new(), changed: Vec::new(), unchanged: 0, ended: Vec::new(), disappeared: Vec::new() };
    let mut seen: BTreeSet<K> = BTreeSet::new();
    for row in import {
        match known.get(&key(row)) {
            None => changes.added.push(row.clone()),
            Some(before) if *before == row => changes.unchanged += 1,
            Some(before) => changes.changed.push(Changed { before: (*before).clone(), after: row.clone() }),
        }
        seen.insert(key(row));
    }
    changes.disappeared = current.iter().filter(|row| !seen.contains(&key(row))).cloned().collect();
    changes
}

/// Recognises a row that disappeared in one that was added: the same person in the same place on a common day, so that only
/// the first day was corrected.
fn correct<T>(table: &mut TableChanges<T>, same: impl Fn(&T, &T) -> bool) {
    let mut stay = Vec::new();
    for before in std::mem::take(&mut table.disappeared) {
        match table.added.iter().position(|after| same(&before, after)) {
            Some(at) => {
                let after = table.added.remove(at);
                table.changed.push(Changed { before, after });
            }
            None => stay.push(before),
        }
    }
    table.disappeared = stay;
}

/// Where a row has its last day.
type Until<T> = fn(&mut T) -> &mut Option<Date>;

/// Gives a last day to the disappeared rows that are wanted and would go on behind it.
fn close<T: Clone>(table: &mut TableChanges<T>, last: Date, until: Until<T>, wanted: impl Fn(&T) -> bool) {
    end_where(table, until, |row, to| (wanted(row) && to.is_none_or(|to| to > last)).then_some(last));
}

/// Moves disappeared rows for which `last` names a last day to those that end.
fn end_where<T: Clone>(table: &mut TableChanges<T>, until: Until<T>, last: impl Fn(&T, Option<Date>) -> Option<Date>) {
    let mut stay = Vec::new();
    for before in std::mem::take(&mut table.disappeared) {
        let mut after = before.clone();
        let to = until(&mut after);
        match last(&before, *to) {
            Some(day) => {
                *to = Some(day);
                table.ended.push(Changed { before, after });
            }
            None => stay.push(before),
        }
    }
    table.disappeared = stay;
}

impl RegistryChanges {
    /// True where nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.summary().iter().all(|table| table.added == 0 && table.changed == 0 && table.ended.is_empty())
    }

    /// The figures of every table, in the order of the files.
    pub fn summary(&self) -> Vec<TableSummary> {
        vec![
            summary("units", &self.units, |row| row.code.to_string()),
            summary("positions", &self.positions, |row| row.code.to_string()),
            TableSummary {
                addresses_kept: self.addresses_kept.clone(),
                ..summary("officials", &self.officials, |row| row.number.to_string())
            },
            summary("incumbencies", &self.incumbencies, |row| shown(incumbency_key(row))),
            summary("delegations", &self.delegations, |row| shown(delegation_key(row))),
            summary("operators", &self.operators, |row| shown(operator_key(row))),
            summary("holidays", &self.holidays, |row| row.date.to_string()),
            summary("groups", &self.groups, |row| row.name.clone()),
        ]
    }

    /// Every row whose first day changes.
    pub fn corrections(&self) -> Vec<Correction> {
        let mut found = corrected(&self.incumbencies, |row| (incumbency_key(row), row.days.from));
        found.extend(corrected(&self.delegations, |row| (delegation_key(row), row.days.from)));
        found.extend(corrected(&self.operators, |row| (operator_key(row), row.days.from)));
        found
    }

    /// A later operator of the files ends an earlier one that only the record knows.
    fn relieve_operators(&mut self, import: &RegistryImport) {
        let mut begins: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
        for row in import.operators.iter().filter(|row| row.role == OperatorRole::Operator) {
            begins.entry(row.unit.as_str()).or_default().push(row.days.from);
        }
        end_where(
            &mut self.operators,
            |row| &mut row.days.to,
            |row, to| {
                if row.role != OperatorRole::Operator {
                    return None;
                }
                let next = begins.get(row.unit.as_str())?.iter().filter(|begin| **begin > row.days.from).min()?;
                to.is_none_or(|to| to >= *next).then(|| next.yesterday().ok()).flatten()
            },
        );
    }

    /// What ended before today, and what an operator set up by hand, is no news where the files do not have it.
    fn forget_history(&mut self, current: &RegistryRecord, today: Date) {
        let open = |days: Days| days.to.is_none_or(|last| last >= today);
        self.positions.disappeared.retain(|row| row.is_open(today));
        self.groups.disappeared.retain(|row| row.is_open(today));
        let imported: BTreeSet<_> = current.delegations_of_imports().iter().map(delegation_key).collect();
        self.incumbencies.disappeared.retain(|row| open(row.days));
        self.delegations.disappeared.retain(|row| open(row.days) && imported.contains(&delegation_key(row)));
        self.operators.disappeared.retain(|row| open(row.days));
        self.holidays.disappeared.retain(|row| row.date >= today);
    }
}

fn corrected<T>(table: &TableChanges<T>, keyed: impl Fn(&T) -> ((String, String, Date), Date)) -> Vec<Correction> {
    let pairs = table.changed.iter().map(|change| (keyed(&change.before), keyed(&change.after).1));
    pairs.filter(|((_, old), new)| old != new).map(|((key, _), first)| Correction { row: shown(key), first }).collect()
}

fn shown((what, who, from): (String, String, Date)) -> String {
    format!("{what} {who} {from}")
}

fn summary<T>(table: &'static str, changes: &TableChanges<T>, key: impl Fn(&T) -> String) -> TableSummary {
    TableSummary {
        table,
        added: changes.added.len(),
        changed: changes.changed.len(),
        unchanged: changes.unchanged,
        ended: changes.ended.iter().map(|row| key(&row.before)).collect(),
        disappeared: changes.disappeared.iter().map(key).collect(),
        addresses_kept: Vec::new(),
    }
}
