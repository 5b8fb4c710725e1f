//! Who holds a post, and who stands in for him: one holder and one stand-in at a time, and no chains.

use super::Placed;
use super::fault::{FaultKind, ImportFault};
use super::rows::{DelegationRow, IncumbencyRow, TenureRow};
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::delegation::Capacity;
use std::collections::HashMap;

type Rows<'t> = Vec<&'t Placed<TenureRow>>;

/// Holders and stand-ins, apart.
pub(super) fn split(rows: Vec<TenureRow>) -> (Vec<IncumbencyRow>, Vec<DelegationRow>) {
    let (acting, holding): (Vec<TenureRow>, Vec<TenureRow>) = rows.into_iter().partition(|row| row.capacity.is_acting());
    let holding = holding.into_iter().map(|row| IncumbencyRow {
        position: row.position,
        official: row.official,
        capacity: row.capacity,
        days: row.days,
        order_number: row.order_number,
    });
    let acting = acting.into_iter().map(|row| DelegationRow {
        position: row.position,
        delegate: row.official,
        capacity: row.capacity,
        days: row.days,
        order_number: row.order_number,
    });
    (holding.collect(), acting.collect())
}

/// Tells every day that a post has two holders or two stand-ins, and every stand-in who is himself stood in for.
pub(super) fn check(file: &str, rows: &[Placed<TenureRow>], faults: &mut Vec<ImportFault>) {
    let (acting, holding): (Rows<'_>, Rows<'_>) = rows.iter().partition(|at| at.row.capacity.is_acting());
    let mut told = |at: &Placed<TenureRow>, column: &str, kind: FaultKind| {
        faults.push(ImportFault { file: file.to_owned(), line: at.line, column: Some(column.to_owned()), kind });
    };
    for (earlier, later) in overlaps(&holding) {
        let position = later.row.position.to_string();
        told(later, "valid_from", FaultKind::TwoHolders { position, other: earlier.line });
    }
    for (earlier, later) in overlaps(&acting) {
        let position = later.row.position.to_string();
        told(later, "valid_from", FaultKind::TwoDelegations { position, other: earlier.line });
    }
    let mut posts_of: HashMap<&EmployeeNumber, Rows<'_>> = HashMap::new();
    for at in &holding {
        posts_of.entry(&at.row.official).or_default().push(at);
    }
    let plh: HashMap<&PositionCode, Rows<'_>> = by_position(&acting, |at| at.row.capacity == Capacity::Plh);
    for at in &acting {
        for held in posts_of.get(&at.row.official).into_iter().flatten().filter(|held| held.row.days.overlaps(at.row.days)) {
            let position = held.row.position.to_string();
            if held.row.position == at.row.position {
                told(at, "employee_number", FaultKind::DelegateHolds { position, other: held.line });
            } else if let Some(other) = standing_in(&plh, held, at) {
                told(at, "employee_number", FaultKind::DelegateAway { position, other: other.line });
            }
        }
    }
}

/// The daily stand-in on the delegate's own post during his delegation: it says that he is off duty himself.
fn standing_in<'t>(
    plh: &HashMap<&PositionCode, Rows<'t>>,
    held: &Placed<TenureRow>,
    at: &Placed<TenureRow>,
) -> Option<&'t Placed<TenureRow>> {
    plh.get(&held.row.position)?.iter().copied().find(|other| other.row.days.overlaps(at.row.days))
}

fn by_position<'t>(rows: &Rows<'t>, wanted: impl Fn(&Placed<TenureRow>) -> bool) -> HashMap<&'t PositionCode, Rows<'t>> {
    let mut map: HashMap<&PositionCode, Rows<'t>> = HashMap::new();
    for at in rows.iter().copied().filter(|at| wanted(at)) {
        map.entry(&at.row.position).or_default().push(at);
    }
    map
}

/// Pairs of rows of one position that share a day, each later row once, with the first one that it meets.
fn overlaps<'t>(rows: &Rows<'t>) -> Vec<(&'t Placed<TenureRow>, &'t Placed<TenureRow>)> {
    let mut pairs = Vec::new();
    for same in by_position(rows, |_| true).into_values() {
        for (at, later) in same.iter().enumerate() {
            let met = same.iter().take(at).find(|earlier| earlier.row.days.overlaps(later.row.days));
            pairs.extend(met.map(|earlier| (*earlier, *later)));
        }
    }
    pairs
}
