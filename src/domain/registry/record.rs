//! What the record holds of a registry, in the shape that files have, so that the two can be compared.

use super::RegistryImport;
use super::rows::{DelegationRow, HolidayRow, IncumbencyRow, OfficialRow, OperatorRow};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::directory::DirectoryParts;
use crate::domain::ids::DelegationId;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of the decrees and orders behind tenures and desks: the directory does not need them, the files have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderNumbers {
    /// By position, person and first day.
    pub incumbencies: BTreeMap<(PositionCode, EmployeeNumber, Date), String>,
    /// By unit, person and first day.
    pub operators: BTreeMap<(UnitCode, EmployeeNumber, Date), String>,
}

/// A registry as the record holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryRecord {
    /// The directory.
    pub parts: DirectoryParts,
    /// Days off.
    pub holidays: BTreeMap<Date, String>,
    /// Order numbers.
    pub orders: OrderNumbers,
    /// Delegations that came with an import. The others were carried out by an operator on an order of its own: no file
    /// needs to know them, so their absence from a file means nothing.
    pub imported_delegations: BTreeSet<DelegationId>,
}

impl RegistryRecord {
    /// The record in the shape of an import.
    pub fn rows(&self) -> RegistryImport {
        RegistryImport {
            units: self.parts.units.clone(),
            positions: self.parts.positions.clone(),
            officials: self.officials(),
            incumbencies: self.incumbencies(),
            delegations: self.delegations(|_| true),
            operators: self.operators(),
            holidays: self.holidays.iter().map(|(date, name)| HolidayRow { date: *date, name: name.clone() }).collect(),
            groups: self.parts.groups.clone(),
        }
    }

    /// The delegations whose absence from a file means that they disappeared.
    pub(super) fn delegations_of_imports(&self) -> Vec<DelegationRow> {
        self.delegations(|id| self.imported_delegations.contains(&id))
    }

    fn officials(&self) -> Vec<OfficialRow> {
        let people = self.parts.officials.iter().map(|one| OfficialRow {
            number: one.number.clone(),
            name: one.name.clone(),
            email: one.email.clone(),
            rank: one.rank.clone(),
            grade: one.grade.clone(),
        });
        people.collect()
    }

    fn incumbencies(&self) -> Vec<IncumbencyRow> {
        let rows = self.parts.incumbencies.iter().map(|row| {
            let key = (row.position.clone(), row.official.clone(), row.days.from);
            IncumbencyRow {
                order_number: self.orders.incumbencies.get(&key).cloned().unwrap_or_default(),
                position: key.0,
                official: key.1,
                capacity: row.capacity,
                days: row.days,
            }
        });
        rows.collect()
    }

    fn delegations(&self, wanted: impl Fn(DelegationId) -> bool) -> Vec<DelegationRow> {
        let rows = self.parts.delegations.iter().filter(|row| wanted(row.id)).map(|row| DelegationRow {
            position: row.position.clone(),
            delegate: row.delegate.clone(),
            capacity: row.capacity,
            days: row.days,
            order_number: row.order_number.clone(),
        });
        rows.collect()
    }

    fn operators(&self) -> Vec<OperatorRow> {
        let rows = self.parts.operators.iter().map(|row| {
            let key = (row.unit.clone(), row.official.clone(), row.days.from);
            OperatorRow {
                order_number: self.orders.operators.get(&key).cloned().unwrap_or_default(),
                unit: key.0,
                official: key.1,
                role: row.role,
                days: row.days,
            }
        });
        rows.collect()
    }
}
