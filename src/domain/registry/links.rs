//! Whether the rows of all files fit together: keys once, references that lead somewhere, no circles.

use super::fault::{FaultKind, ImportFault};
use super::rows::MemberRow;
use super::sheet::{Cell, Sheet};
use super::{Placed, Sheets, Tables};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;
use std::str::FromStr;

type Faults = Vec<ImportFault>;

/// The keys that a file gives, with the line of each; a row with other faults still gives its key, so that one slip does not
/// make every row that refers to it faulty.
pub(super) struct Known<K> {
    file: String,
    lines: HashMap<K, u64>,
    /// Nothing can be said about what the file lacks: it has a row whose key cannot be read, or no keys at all.
    broken: bool,
}

/// The keys of the three files that others refer to.
pub(super) struct Keys {
    units: Known<UnitCode>,
    positions: Known<PositionCode>,
    officials: Known<EmployeeNumber>,
}

impl<K: FromStr + Hash + Eq + Display> Known<K> {
    fn collect(sheet: &Sheet, column: &'static str, faults: &mut Faults) -> Self {
        let mut lines: HashMap<K, u64> = HashMap::new();
        let mut broken = sheet.is_unread() || !sheet.has(column);
        for row in sheet.all_rows() {
            let cell = row.cell(column);
            let Ok(key) = cell.text.parse::<K>() else {
                broken |= row.damaged;
                continue;
            };
            match lines.get(&key) {
                Some(_) if row.damaged => {}
                Some(other) => faults.push(cell.fault(FaultKind::Duplicate { given: key.to_string(), other: *other })),
                None => {
                    lines.insert(key, row.line);
                }
            }
        }
        Self { file: sheet.file.clone(), lines, broken }
    }

    /// Tells every cell of a column that names nothing.
    fn check(&self, sheet: &Sheet, column: &'static str, faults: &mut Faults) {
        if self.broken {
            return;
        }
        for row in sheet.rows() {
            let cell = row.cell(column);
            if cell.text.parse::<K>().is_ok_and(|key| !self.lines.contains_key(&key)) {
                faults.push(cell.fault(FaultKind::Unknown { given: cell.text.to_owned(), source: self.file.clone() }));
            }
        }
    }
}

impl Keys {
    pub fn collect(sheets: &Sheets, faults: &mut Faults) -> Self {
        Self {
            units: Known::collect(&sheets.units, "code", faults),
            positions: Known::collect(&sheets.positions, "code", faults),
            officials: Known::collect(&sheets.officials, "employee_number", faults),
        }
    }
}

/// Checks every link between rows.
pub(super) fn check(sheets: &Sheets, tables: &Tables, keys: &Keys, faults: &mut Faults) {
    keys.units.check(&sheets.units, "parent_code", faults);
    keys.units.check(&sheets.positions, "unit_code", faults);
    keys.units.check(&sheets.operators, "unit_code", faults);
    keys.positions.check(&sheets.positions, "superior_code", faults);
    keys.positions.check(&sheets.incumbencies, "position_code", faults);
    keys.officials.check(&sheets.incumbencies, "employee_number", faults);
    keys.officials.check(&sheets.operators, "employee_number", faults);
    if let Some(groups) = &sheets.groups {
        keys.positions.check(groups, "position_code", faults);
        repeated(groups, &["name", "position_code"], faults);
        group_ends(&groups.file, &tables.members, faults);
    }
    repeated(&sheets.holidays, &["date"], faults);
    repeated(&sheets.incumbencies, &["position_code", "employee_number", "valid_from"], faults);
    repeated(&sheets.operators, &["unit_code", "employee_number", "valid_from"], faults);
    emails(&sheets.officials, faults);
    shared_codes(&sheets.positions, &keys.units, faults);
    let parents =
        tables.units.iter().map(|Placed { line, row }| (*line, row.code.as_str(), row.parent.as_ref().map(UnitCode::as_str)));
    circles(&sheets.units.file, "parent_code", parents.collect(), faults);
    let superiors = tables
        .positions
        .iter()
        .map(|Placed { line, row }| (*line, row.code.as_str(), row.superior.as_ref().map(PositionCode::as_str)));
    circles(&sheets.positions.file, "superior_code", superiors.collect(), faults);
}

/// Tells rows of a group that name another last day than its first row.
fn group_ends(file: &str, members: &[Placed<MemberRow>], faults: &mut Faults) {
    let mut firsts: HashMap<&str, (u64, Option<Date>)> = HashMap::new();
    for Placed { line, row } in members {
        let (other, until) = *firsts.entry(&row.group).or_insert((*line, row.until));
        if until != row.until {
            let kind = FaultKind::GroupEnds { group: row.group.clone(), other };
            faults.push(ImportFault { file: file.to_owned(), line: *line, column: Some("valid_to".to_owned()), kind });
        }
    }
}

/// Tells rows whose cells in the named columns are those of an earlier row.
fn repeated(sheet: &Sheet, columns: &[&'static str], faults: &mut Faults) {
    let mut lines: HashMap<Vec<String>, u64> = HashMap::new();
    for row in sheet.rows() {
        let cells: Vec<Cell<'_>> = columns.iter().map(|column| row.cell(column)).collect();
        let key: Vec<String> = cells.iter().map(|cell| cell.text.to_lowercase()).collect();
        let Some(first) = cells.first().filter(|_| key.iter().all(|text| !text.is_empty())) else { continue };
        match lines.get(&key) {
            Some(other) => faults.push(first.fault(FaultKind::Duplicate { given: key.join(", "), other: *other })),
            None => {
                lines.insert(key, row.line);
            }
        }
    }
}

fn emails(officials: &Sheet, faults: &mut Faults) {
    let mut lines: HashMap<String, u64> = HashMap::new();
    for row in officials.rows() {
        let cell = row.cell("email");
        let given = cell.text.to_lowercase();
        if given.is_empty() {
            continue;
        }
        match lines.get(&given) {
            Some(other) => faults.push(cell.fault(FaultKind::EmailTwice { given, other: *other })),
            None => {
                lines.insert(given, row.line);
            }
        }
    }
}

/// A unit and a position of one code would share a mail address.
fn shared_codes(positions: &Sheet, units: &Known<UnitCode>, faults: &mut Faults) {
    for row in positions.rows() {
        let cell = row.cell("code");
        if let Some(other) = cell.text.parse().ok().and_then(|code: UnitCode| units.lines.get(&code)) {
            faults.push(cell.fault(FaultKind::CodeOfUnit { given: cell.text.to_owned(), other: *other }));
        }
    }
}

/// A row on the way up: its line, its code, the code above.
type Step<'t> = (u64, &'t str, Option<&'t str>);

/// Tells each circle once, at the row of it that comes first. Every row is walked at most twice.
fn circles(file: &str, column: &str, steps: Vec<Step<'_>>, faults: &mut Faults) {
    let above: HashMap<&str, Option<&str>> = steps.iter().map(|(_, code, above)| (*code, *above)).collect();
    let mut done: HashSet<&str> = HashSet::new();
    for (line, start, _) in steps {
        let mut path: Vec<&str> = Vec::new();
        let mut on_path: HashSet<&str> = HashSet::new();
        let mut at = Some(start);
        while let Some(code) = at.filter(|code| !done.contains(code) && on_path.insert(code)) {
            path.push(code);
            at = above.get(code).copied().flatten();
        }
        if let Some(from) = at.and_then(|code| path.iter().position(|seen| *seen == code)) {
            let path: Vec<String> = path.iter().skip(from).map(|code| (*code).to_owned()).collect();
            let kind = FaultKind::Circle { path };
            faults.push(ImportFault { file: file.to_owned(), line, column: Some(column.to_owned()), kind });
        }
        done.extend(path);
    }
}
