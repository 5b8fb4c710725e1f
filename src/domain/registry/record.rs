//! What the record holds of a registry, in the shape that files have, so that the two can be compared.

use super::RegistryImport;
use super::rows::{DelegationRow, HolidayRow, IncumbencyRow, OfficialRow, OperatorRow};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::Delegation;
use crate::domain::directory::{DirectoryParts, Incumbency, Official, PersonalChannelState, UnitOperator};
use crate::domain::ids::{DelegationId, OfficialId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

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

impl RegistryImport {
    /// The record as it is after this import was written into an empty one: for whoever works on the files alone. Ids come
    /// from `uuid`; addresses count as verified.
    pub fn into_record(self, mut uuid: impl FnMut() -> Uuid) -> RegistryRecord {
        let tenures = self
            .incumbencies
            .iter()
            .map(|row| ((row.position.clone(), row.official.clone(), row.days.from), row.order_number.clone()));
        let desks =
            self.operators.iter().map(|row| ((row.unit.clone(), row.official.clone(), row.days.from), row.order_number.clone()));
        let orders = OrderNumbers { incumbencies: tenures.collect(), operators: desks.collect() };
        let parts = DirectoryParts {
            officials: self.officials.into_iter().map(|row| official(row, OfficialId::new(uuid()))).collect(),
            incumbencies: self.incumbencies.into_iter().map(incumbency).collect(),
            delegations: self.delegations.into_iter().map(|row| delegation(row, DelegationId::new(uuid()))).collect(),
            operators: self.operators.into_iter().map(operator).collect(),
            absences: Vec::new(),
            units: self.units,
            positions: self.positions,
            groups: self.groups,
        };
        RegistryRecord {
            imported_delegations: parts.delegations.iter().map(|row| row.id).collect(),
            holidays: self.holidays.into_iter().map(|row| (row.date, row.name)).collect(),
            orders,
            parts,
        }
    }
}

fn official(row: OfficialRow, id: OfficialId) -> Official {
    Official {
        id,
        number: row.number,
        name: row.name,
        rank: row.rank,
        grade: row.grade,
        email: row.email,
        email_state: PersonalChannelState::Verified,
        telegram: None,
    }
}

fn incumbency(row: IncumbencyRow) -> Incumbency {
    Incumbency { position: row.position, official: row.official, capacity: row.capacity, days: row.days }
}

fn delegation(row: DelegationRow, id: DelegationId) -> Delegation {
    Delegation {
        id,
        position: row.position,
        delegate: row.delegate,
        capacity: row.capacity,
        days: row.days,
        order_number: row.order_number,
        includes_secret: false,
    }
}

fn operator(row: OperatorRow) -> UnitOperator {
    UnitOperator { unit: row.unit, official: row.official, role: row.role, days: row.days }
}
