//! The registry of a city, from its files and back.
//!
//! In come the texts of six CSV files (units, positions, officials, incumbencies, operators, holidays, and perhaps a seventh
//! with groups). Out come the rows of a city that fits together, or every fault of all files at once. [`plan()`] then compares
//! them with what the record holds, and [`export()`] writes the record back as files. Nothing is read from disk or written to
//! the record here, and nothing is ever deleted: what disappeared from the files is reported.

mod address;
mod cells;
mod clashes;
mod desks;
mod export;
mod fault;
mod groups;
mod links;
mod plan;
mod quotes;
mod record;
mod rows;
mod sheet;
mod tenures;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_plan;

pub use address::{addressee_of, code_of_address, gateway_address};
pub(in crate::domain) use cells::{date_of, is_hidden};
pub use export::export;
pub use fault::{FaultKind, ImportFault};
pub use groups::group_name;
pub use plan::{Changed, Clash, ClashKind, Correction, PlanOptions, RegistryChanges, TableChanges, TableSummary, plan};
pub use record::{OrderNumbers, RegistryRecord};
pub use rows::{DelegationRow, HolidayRow, IncumbencyRow, OfficialRow, OperatorRow};
pub use sheet::RegistryFile;

use crate::domain::codes::EmployeeNumber;
use crate::domain::delegation::{Capacity, Days};
use crate::domain::directory::{Group, OrgUnit, Position};
use links::Keys;
use rows::{MemberRow, TenureRow};
use sheet::{Columns, Row, Sheet};

/// The sentences for faults and clashes, for [`FaultTable`](crate::domain::fault_lines::FaultTable).
pub const SENTENCES: &str = include_str!("../../../templates/cli/import_faults.toml");

/// Names of the files in a registry's folder, in the order of [`RegistryFiles`]; the last one may be absent.
pub const FILE_NAMES: [&str; 7] =
    ["units.csv", "positions.csv", "officials.csv", "incumbencies.csv", "operators.csv", "holidays.csv", "groups.csv"];

/// The files of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFiles {
    /// Units.
    pub units: RegistryFile,
    /// Positions.
    pub positions: RegistryFile,
    /// People, holders and operators alike.
    pub officials: RegistryFile,
    /// Who holds or stands in for what.
    pub incumbencies: RegistryFile,
    /// Who runs which unit's desk.
    pub operators: RegistryFile,
    /// Days off.
    pub holidays: RegistryFile,
    /// Named lists of positions.
    pub groups: Option<RegistryFile>,
}

/// A registry that fits together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryImport {
    /// Units in the order of the file.
    pub units: Vec<OrgUnit>,
    /// Positions in the order of the file.
    pub positions: Vec<Position>,
    /// People.
    pub officials: Vec<OfficialRow>,
    /// Holders.
    pub incumbencies: Vec<IncumbencyRow>,
    /// Stand-ins.
    pub delegations: Vec<DelegationRow>,
    /// Desks; a later operator has ended the earlier one.
    pub operators: Vec<OperatorRow>,
    /// Days off.
    pub holidays: Vec<HolidayRow>,
    /// The groups of the file and those that follow from titles and kinds of units.
    pub groups: Vec<Group>,
}

impl RegistryImport {
    /// The absences that the rows plh imply: the holder of the post is off duty on those days, the reason unstated.
    pub fn implied_absences(&self) -> Vec<(EmployeeNumber, Days)> {
        let plh = self.delegations.iter().filter(|row| row.capacity == Capacity::Plh);
        plh.filter_map(|row| {
            let holder = self.incumbencies.iter().find(|held| held.position == row.position && held.days.overlaps(row.days))?;
            Some((holder.official.clone(), row.days))
        })
        .collect()
    }
}

/// A row with its line, as long as faults may still be told of it.
#[derive(Debug, Clone)]
struct Placed<T> {
    line: u64,
    row: T,
}

/// The files, split into rows.
struct Sheets {
    units: Sheet,
    positions: Sheet,
    officials: Sheet,
    incumbencies: Sheet,
    operators: Sheet,
    holidays: Sheet,
    groups: Option<Sheet>,
}

/// The rows of all files with their lines.
struct Tables {
    units: Vec<Placed<OrgUnit>>,
    positions: Vec<Placed<Position>>,
    officials: Vec<Placed<OfficialRow>>,
    tenures: Vec<Placed<TenureRow>>,
    operators: Vec<Placed<OperatorRow>>,
    holidays: Vec<Placed<HolidayRow>>,
    members: Vec<Placed<MemberRow>>,
}

/// Reads the files of a registry: a city that fits together, or every fault of all files, by file and line.
pub fn read(files: &RegistryFiles) -> Result<RegistryImport, Vec<ImportFault>> {
    let mut faults = Vec::new();
    let sheets = Sheets::split(files, &mut faults);
    let mut tables = Tables::parse(&sheets, &mut faults);
    let keys = Keys::collect(&sheets, &mut faults);
    links::check(&sheets, &tables, &keys, &mut faults);
    tenures::check(&sheets.incumbencies.file, &tables.tenures, &mut faults);
    desks::check(&sheets.operators.file, &mut tables.operators, &tables.officials, &mut faults);
    if faults.is_empty() {
        return Ok(tables.into_import());
    }
    let order = files.names();
    faults.sort_by_cached_key(|fault| (order.iter().position(|name| *name == fault.file), fault.line, fault.column.clone()));
    Err(faults)
}

impl RegistryFiles {
    /// The files that `read` gives by the names of [`FILE_NAMES`]. One that must be there and is not becomes a fault of
    /// [`read`](fn@read), beside those of the others.
    pub fn gather(mut read: impl FnMut(&str) -> Option<Vec<u8>>) -> Self {
        let [units, positions, officials, incumbencies, operators, holidays, groups] = FILE_NAMES;
        let mut file = |name: &str| match read(name) {
            Some(bytes) => RegistryFile::new(name, bytes),
            None => RegistryFile::absent(name),
        };
        Self {
            units: file(units),
            positions: file(positions),
            officials: file(officials),
            incumbencies: file(incumbencies),
            operators: file(operators),
            holidays: file(holidays),
            groups: Some(file(groups)).filter(|file| !file.absent),
        }
    }

    fn names(&self) -> Vec<&str> {
        let six = [&self.units, &self.positions, &self.officials, &self.incumbencies, &self.operators, &self.holidays];
        six.into_iter().chain(&self.groups).map(|file| file.name.as_str()).collect()
    }
}

impl Sheets {
    fn split(files: &RegistryFiles, faults: &mut Vec<ImportFault>) -> Self {
        Self {
            units: Sheet::read(&files.units, rows::UNITS, faults),
            positions: Sheet::read(&files.positions, rows::POSITIONS, faults),
            officials: Sheet::read(&files.officials, rows::OFFICIALS, faults),
            incumbencies: Sheet::read(&files.incumbencies, rows::INCUMBENCIES, faults),
            operators: Sheet::read(&files.operators, rows::OPERATORS, faults),
            holidays: Sheet::read(&files.holidays, rows::HOLIDAYS, faults),
            groups: files.groups.as_ref().map(|file| Sheet::read(file, rows::GROUPS, faults)),
        }
    }
}

fn placed<T>(
    sheet: &Sheet,
    faults: &mut Vec<ImportFault>,
    read: fn(&Row<'_>, &mut Vec<ImportFault>) -> Option<T>,
) -> Vec<Placed<T>> {
    sheet.rows().filter_map(|row| Some(Placed { line: row.line, row: read(&row, faults)? })).collect()
}

impl Tables {
    fn parse(sheets: &Sheets, faults: &mut Vec<ImportFault>) -> Self {
        Self {
            units: placed(&sheets.units, faults, rows::unit),
            positions: placed(&sheets.positions, faults, rows::position),
            officials: placed(&sheets.officials, faults, rows::official),
            tenures: placed(&sheets.incumbencies, faults, rows::tenure),
            operators: placed(&sheets.operators, faults, rows::operator),
            holidays: placed(&sheets.holidays, faults, rows::holiday),
            members: sheets.groups.as_ref().map(|sheet| placed(sheet, faults, rows::member)).unwrap_or_default(),
        }
    }

    fn into_import(self) -> RegistryImport {
        let units: Vec<OrgUnit> = bare(self.units);
        let positions: Vec<Position> = bare(self.positions);
        let (incumbencies, delegations) = tenures::split(bare(self.tenures));
        let groups = groups::all(&bare(self.members), &units, &positions);
        RegistryImport {
            groups,
            units,
            positions,
            officials: bare(self.officials),
            incumbencies,
            delegations,
            operators: bare(self.operators),
            holidays: bare(self.holidays),
        }
    }
}

fn bare<T>(rows: Vec<Placed<T>>) -> Vec<T> {
    rows.into_iter().map(|placed| placed.row).collect()
}

/// The columns of a file of the registry by its name, required and optional; `None` where the registry has no such file.
pub fn columns_of(file: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    let all: [Columns; 7] =
        [rows::UNITS, rows::POSITIONS, rows::OFFICIALS, rows::INCUMBENCIES, rows::OPERATORS, rows::HOLIDAYS, rows::GROUPS];
    let found = FILE_NAMES.iter().zip(all).find(|(name, _)| **name == file);
    found.map(|(_, columns)| (columns.required, columns.optional))
}
