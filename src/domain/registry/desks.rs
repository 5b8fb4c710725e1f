//! Who runs a unit's desk: one operator and at most one deputy on any day.
//!
//! A later operator ends the earlier one, whose end a list rarely names. A second deputy would be a third person at the desk
//! and is refused.

use super::Placed;
use super::fault::{FaultKind, ImportFault};
use super::rows::{OfficialRow, OperatorRow};
use crate::domain::codes::{EmployeeNumber, UnitCode};
use crate::domain::directory::OperatorRole;
use std::collections::{HashMap, HashSet};

type Rows = Vec<Placed<OperatorRow>>;

/// Ends earlier operators and tells everybody who is one too many or cannot be written to.
pub(super) fn check(file: &str, rows: &mut Rows, officials: &[Placed<OfficialRow>], faults: &mut Vec<ImportFault>) {
    let mut desks: HashMap<UnitCode, Vec<usize>> = HashMap::new();
    for (at, placed) in rows.iter().enumerate() {
        desks.entry(placed.row.unit.clone()).or_default().push(at);
    }
    let mut told = |line: u64, column: &str, kind: FaultKind| {
        faults.push(ImportFault { file: file.to_owned(), line, column: Some(column.to_owned()), kind });
    };
    for desk in desks.into_values() {
        relieve(rows, &desk);
        for (line, kind) in crowded(rows, &desk) {
            told(line, "valid_from", kind);
        }
    }
    let silent: HashSet<&EmployeeNumber> =
        officials.iter().filter(|at| at.row.email.is_none()).map(|at| &at.row.number).collect();
    for placed in rows.iter().filter(|placed| silent.contains(&placed.row.official)) {
        let number = placed.row.official.to_string();
        told(placed.line, "employee_number", FaultKind::OperatorWithoutEmail { number });
    }
}

/// Ends each open operator of a desk on the day before the next one begins.
fn relieve(rows: &mut Rows, desk: &[usize]) {
    let mut begins: Vec<_> = desk
        .iter()
        .filter_map(|at| rows.get(*at))
        .filter(|placed| placed.row.role == OperatorRole::Operator)
        .map(|placed| placed.row.days.from)
        .collect();
    begins.sort_unstable();
    for at in desk {
        let Some(placed) = rows.get_mut(*at) else { continue };
        let days = &mut placed.row.days;
        if placed.row.role == OperatorRole::Operator && days.to.is_none() {
            let next = begins.iter().find(|begin| **begin > days.from);
            days.to = next.and_then(|begin| begin.yesterday().ok());
        }
    }
}

/// The rows of a desk that share a day with an earlier row where they must not.
fn crowded(rows: &Rows, desk: &[usize]) -> Vec<(u64, FaultKind)> {
    let people: Vec<&Placed<OperatorRow>> = desk.iter().filter_map(|at| rows.get(*at)).collect();
    let mut found = Vec::new();
    for (at, later) in people.iter().enumerate() {
        let mut meets = people.iter().take(at).filter(|earlier| earlier.row.days.overlaps(later.row.days));
        let kind = meets.find_map(|earlier| clash(earlier, later));
        found.extend(kind.map(|kind| (later.line, kind)));
    }
    found
}

fn clash(earlier: &Placed<OperatorRow>, later: &Placed<OperatorRow>) -> Option<FaultKind> {
    let (unit, other) = (later.row.unit.to_string(), earlier.line);
    match (earlier.row.role, later.row.role) {
        (OperatorRole::Operator, OperatorRole::Operator) => Some(FaultKind::TwoOperators { unit, other }),
        (OperatorRole::Deputy, OperatorRole::Deputy) => Some(FaultKind::ThirdAtDesk { unit, other }),
        _ if earlier.row.official == later.row.official => Some(FaultKind::DeputyOfHimself { unit, other }),
        _ => None,
    }
}
