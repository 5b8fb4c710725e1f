//! The rows of a registry: what a city says about itself, file by file.
//!
//! A row that has any fault is not there; all faults of it are told.

use super::cells;
use super::fault::ImportFault;
use super::sheet::{Columns, Row};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::{Capacity, Days};
use crate::domain::directory::{OperatorRole, OrgUnit, Position};
use crate::domain::limits;
use jiff::civil::Date;

/// Characters of an order number, a rank, a grade, a route.
const SHORT_TEXT: usize = 120;

/// A person, as a registry knows him: without what kurir learns later (linked chats, bounces).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialRow {
    /// Employee number.
    pub number: EmployeeNumber,
    /// Name with titles.
    pub name: String,
    /// Address in lower case.
    pub email: Option<String>,
    /// Pangkat; may be empty.
    pub rank: String,
    /// Golongan; may be empty.
    pub grade: String,
}

/// A person on a post, definitive or pj.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncumbencyRow {
    /// The post.
    pub position: PositionCode,
    /// Who.
    pub official: EmployeeNumber,
    /// Definitive or pj.
    pub capacity: Capacity,
    /// When.
    pub days: Days,
    /// Number of the decree; may be empty.
    pub order_number: String,
}

/// A person standing in, from a row plh or plt: a delegation on an order whose file is still missing. The reason of the
/// absence behind it is [`AbsenceReason::Unstated`](crate::domain::delegation::AbsenceReason::Unstated), and it does not
/// include secret letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationRow {
    /// The post.
    pub position: PositionCode,
    /// Who acts.
    pub delegate: EmployeeNumber,
    /// Plh or Plt.
    pub capacity: Capacity,
    /// When.
    pub days: Days,
    /// Number of the order; may be empty.
    pub order_number: String,
}

/// A person at a unit's desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorRow {
    /// The unit.
    pub unit: UnitCode,
    /// Who.
    pub official: EmployeeNumber,
    /// Operator or deputy.
    pub role: OperatorRole,
    /// When.
    pub days: Days,
    /// Number of the order; may be empty.
    pub order_number: String,
}

/// A day on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayRow {
    /// The day.
    pub date: Date,
    /// Its name.
    pub name: String,
}

/// One member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MemberRow {
    /// The group.
    pub group: String,
    /// The member.
    pub position: PositionCode,
    /// Last day of the group; the same in each of its rows.
    pub until: Option<Date>,
}

/// A row of incumbencies.csv, before it becomes one or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TenureRow {
    pub position: PositionCode,
    pub official: EmployeeNumber,
    pub capacity: Capacity,
    pub days: Days,
    pub order_number: String,
}

pub(super) const UNITS: Columns =
    Columns { required: &["code", "name", "kind", "parent_code", "address", "route"], optional: &[] };
pub(super) const POSITIONS: Columns =
    Columns { required: &["code", "title", "unit_code", "superior_code", "aliases"], optional: &["short_title", "valid_to"] };
pub(super) const OFFICIALS: Columns = Columns { required: &["employee_number", "name", "email", "rank", "grade"], optional: &[] };
pub(super) const INCUMBENCIES: Columns = Columns {
    required: &["position_code", "employee_number", "capacity", "valid_from", "valid_to", "order_number"],
    optional: &[],
};
pub(super) const OPERATORS: Columns =
    Columns { required: &["unit_code", "employee_number", "valid_from", "order_number"], optional: &["role", "valid_to"] };
pub(super) const HOLIDAYS: Columns = Columns { required: &["date", "name"], optional: &[] };
pub(super) const GROUPS: Columns = Columns { required: &["name", "position_code"], optional: &["valid_to"] };

type Faults = Vec<ImportFault>;

pub(super) fn unit(row: &Row<'_>, faults: &mut Faults) -> Option<OrgUnit> {
    let code = row.cell("code").own_code(faults);
    let name = row.cell("name").needed_text(limits::PARTY, faults);
    let kind = row.cell("kind").word(None, faults);
    let parent = row.cell("parent_code").optional_code(faults);
    let address = row.cell("address").needed_text(limits::PARTY, faults);
    let route = row.cell("route").text(SHORT_TEXT, faults);
    Some(OrgUnit { code: code?, name: name?, kind: kind?, parent: parent?, address: address?, route: route? })
}

pub(super) fn position(row: &Row<'_>, faults: &mut Faults) -> Option<Position> {
    let code = row.cell("code").own_code(faults);
    let title = row.cell("title").needed_text(limits::PARTY, faults);
    let short_title = row.cell("short_title").text(limits::PARTY, faults);
    let unit = row.cell("unit_code").code(faults);
    let superior = row.cell("superior_code").optional_code(faults);
    let aliases = row.cell("aliases").text(10 * limits::PARTY, faults).map(|text| aliases_of(&text));
    let until = row.cell("valid_to").optional_date(faults);
    let (title, short_title) = (title?, short_title?);
    let short_title = if short_title.is_empty() { title.clone() } else { short_title };
    Some(Position { code: code?, title, short_title, unit: unit?, superior: superior?, aliases: aliases?, until: until? })
}

/// What people type for a post, each once.
fn aliases_of(text: &str) -> Vec<String> {
    let mut aliases: Vec<String> = Vec::new();
    for alias in text.split(';').map(str::trim).filter(|alias| !alias.is_empty()) {
        if !aliases.iter().any(|known| known == alias) {
            aliases.push(alias.to_owned());
        }
    }
    aliases
}

pub(super) fn official(row: &Row<'_>, faults: &mut Faults) -> Option<OfficialRow> {
    let number = row.cell("employee_number").number(faults);
    let name = row.cell("name").needed_text(limits::PARTY, faults);
    let email = row.cell("email").email(faults);
    let rank = row.cell("rank").text(SHORT_TEXT, faults);
    let grade = row.cell("grade").text(SHORT_TEXT, faults);
    Some(OfficialRow { number: number?, name: name?, email: email?, rank: rank?, grade: grade? })
}

pub(super) fn tenure(row: &Row<'_>, faults: &mut Faults) -> Option<TenureRow> {
    let position = row.cell("position_code").code(faults);
    let official = row.cell("employee_number").number(faults);
    let capacity = row.cell("capacity").word(None, faults);
    let days = cells::days(row.cell("valid_from"), row.cell("valid_to"), faults);
    let order_number = row.cell("order_number").text(SHORT_TEXT, faults);
    Some(TenureRow { position: position?, official: official?, capacity: capacity?, days: days?, order_number: order_number? })
}

pub(super) fn operator(row: &Row<'_>, faults: &mut Faults) -> Option<OperatorRow> {
    let unit = row.cell("unit_code").code(faults);
    let official = row.cell("employee_number").number(faults);
    let role = row.cell("role").word(Some(OperatorRole::Operator), faults);
    let days = cells::days(row.cell("valid_from"), row.cell("valid_to"), faults);
    let order_number = row.cell("order_number").text(SHORT_TEXT, faults);
    Some(OperatorRow { unit: unit?, official: official?, role: role?, days: days?, order_number: order_number? })
}

pub(super) fn holiday(row: &Row<'_>, faults: &mut Faults) -> Option<HolidayRow> {
    let date = row.cell("date").date(faults);
    let name = row.cell("name").needed_text(limits::PARTY, faults);
    Some(HolidayRow { date: date?, name: name? })
}

pub(super) fn member(row: &Row<'_>, faults: &mut Faults) -> Option<MemberRow> {
    let name = row.cell("name");
    let group = match super::groups::group_name(name.text) {
        Some(group) => Some(group),
        None if name.text.is_empty() => name.needed_text(0, faults),
        None => {
            faults.push(name.fault(super::fault::FaultKind::BadGroupName { given: name.text.to_owned() }));
            None
        }
    };
    let position = row.cell("position_code").code(faults);
    let until = row.cell("valid_to").optional_date(faults);
    Some(MemberRow { group: group?, position: position?, until: until? })
}
