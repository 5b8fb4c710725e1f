//! The record as registry files. Importing them again changes nothing.

use super::record::RegistryRecord;
use super::sheet::{Columns, RegistryFile};
use super::{RegistryFiles, RegistryImport, groups, rows};
use crate::domain::codes::PositionCode;
use crate::domain::directory::Group;

/// Writes the record as files: UTF-8, CRLF, every column there is. Groups that the rules of the house make again by
/// themselves are left out, so that they go on following the registry.
pub fn export(record: &RegistryRecord) -> RegistryFiles {
    let all = record.rows();
    RegistryFiles {
        units: write("units.csv", rows::UNITS, units(&all)),
        positions: write("positions.csv", rows::POSITIONS, positions(&all)),
        officials: write("officials.csv", rows::OFFICIALS, officials(&all)),
        incumbencies: write("incumbencies.csv", rows::INCUMBENCIES, tenures(&all)),
        operators: write("operators.csv", rows::OPERATORS, operators(&all)),
        holidays: write("holidays.csv", rows::HOLIDAYS, holidays(&all)),
        groups: Some(write("groups.csv", rows::GROUPS, members(&all))),
    }
}

impl RegistryFiles {
    /// The files in the order of [`FILE_NAMES`](super::FILE_NAMES).
    pub fn into_files(self) -> Vec<RegistryFile> {
        let six = [self.units, self.positions, self.officials, self.incumbencies, self.operators, self.holidays];
        six.into_iter().chain(self.groups).collect()
    }
}

type Line = Vec<String>;

fn write(name: &str, columns: Columns, lines: Vec<Line>) -> RegistryFile {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let header: Vec<&str> = columns.required.iter().chain(columns.optional).copied().collect();
    // A writer into memory has nothing to fail at: every line has the width of the header.
    let mut written = writer.write_record(&header);
    for line in lines {
        written = written.and_then(|()| writer.write_record(&line));
    }
    debug_assert!(written.is_ok(), "a line of {name} has another width than its header");
    RegistryFile::new(name, writer.into_inner().unwrap_or_default())
}

fn shown(code: Option<&impl ToString>) -> String {
    code.map(ToString::to_string).unwrap_or_default()
}

fn units(all: &RegistryImport) -> Vec<Line> {
    let lines = all.units.iter().map(|row| {
        let parent = shown(row.parent.as_ref());
        vec![row.code.to_string(), row.name.clone(), row.kind.to_string(), parent, row.address.clone(), row.route.clone()]
    });
    lines.collect()
}

fn positions(all: &RegistryImport) -> Vec<Line> {
    let lines = all.positions.iter().map(|row| {
        let short = if row.short_title == row.title { String::new() } else { row.short_title.clone() };
        let (unit, superior) = (row.unit.to_string(), shown(row.superior.as_ref()));
        vec![row.code.to_string(), row.title.clone(), unit, superior, row.aliases.join(";"), short, shown(row.until.as_ref())]
    });
    lines.collect()
}

fn officials(all: &RegistryImport) -> Vec<Line> {
    let lines = all.officials.iter().map(|row| {
        let email = row.email.clone().unwrap_or_default();
        vec![row.number.to_string(), row.name.clone(), email, row.rank.clone(), row.grade.clone()]
    });
    lines.collect()
}

fn tenures(all: &RegistryImport) -> Vec<Line> {
    let holding = all.incumbencies.iter().map(|row| (&row.position, &row.official, row.capacity, row.days, &row.order_number));
    let acting = all.delegations.iter().map(|row| (&row.position, &row.delegate, row.capacity, row.days, &row.order_number));
    let lines = holding.chain(acting).map(|(position, official, capacity, days, order)| {
        let (from, to) = (days.from.to_string(), shown(days.to.as_ref()));
        vec![position.to_string(), official.to_string(), capacity.to_string(), from, to, order.clone()]
    });
    lines.collect()
}

fn operators(all: &RegistryImport) -> Vec<Line> {
    let lines = all.operators.iter().map(|row| {
        let (from, to) = (row.days.from.to_string(), shown(row.days.to.as_ref()));
        let (unit, official) = (row.unit.to_string(), row.official.to_string());
        vec![unit, official, from, row.order_number.clone(), row.role.to_string(), to]
    });
    lines.collect()
}

fn holidays(all: &RegistryImport) -> Vec<Line> {
    all.holidays.iter().map(|row| vec![row.date.to_string(), row.name.clone()]).collect()
}

fn members(all: &RegistryImport) -> Vec<Line> {
    let derived = groups::derived(&all.units, &all.positions);
    let own = all.groups.iter().filter(|group| !derived.iter().any(|made| made.is_like(group)));
    let line = |group: &Group, member: &PositionCode| vec![group.name.clone(), member.to_string(), shown(group.until.as_ref())];
    own.flat_map(|group| group.members.iter().map(|member| line(group, member))).collect()
}
