//! Importing and exporting the registry: compared with the record, written in one transaction, repeatable. What the files
//! no longer have is told and never deleted.

use crate::domain::abort;
use crate::domain::delegation::Delegation;
use crate::domain::directory::{Incumbency, Official, PersonalChannelState, UnitOperator};
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::ids::{DelegationId, OfficialId};
use crate::domain::registry::{
    Changed, Clash, DelegationRow, IncumbencyRow, OfficialRow, OperatorRow, OrderNumbers, PlanOptions, RegistryChanges,
    RegistryFiles, RegistryImport, RegistryRecord, TableChanges, TableSummary, export, plan,
};
use crate::flow::dispatch::sweep;
use crate::flow::house::House;
use crate::store::records::DatedRow;
use crate::store::{StoreError, Topic, Tx};
use jiff::civil::Date;
use std::collections::HashSet;

/// What an import did, or why it did nothing.
#[derive(Debug)]
pub enum Imported {
    /// Written.
    Done(Vec<TableSummary>),
    /// Rows of the import and rows that the record keeps cannot stand together; nothing was written.
    Clashes(Vec<Clash>),
}

/// Writes an import that fits together.
pub async fn import(house: &House, files: &RegistryImport, close_missing: Option<Date>) -> Result<Imported, StoreError> {
    let mut tx = house.store.write().await?;
    let record = record(&mut tx).await?;
    let changes = plan(&record, files, PlanOptions { today: house.today(), close_missing });
    if !changes.clashes.is_empty() {
        return Ok(Imported::Clashes(changes.clashes));
    }
    let summary = changes.summary();
    if changes.is_empty() {
        return Ok(Imported::Done(summary));
    }
    write(house, &mut tx, &changes, files).await?;
    tx.bump_directory().await?;
    tx.insert_fact(&administered(house, &summary, &changes)).await?;
    tx.announce(Topic::Facts);
    abort::point("registry.before_commit");
    tx.commit().await?;
    abort::point("registry.after_commit");
    sweep(house).await?;
    Ok(Imported::Done(summary))
}

/// The evidence of an import: figures of every table, and by name each row whose first day it corrects, since power follows it.
fn administered(house: &House, summary: &[TableSummary], changes: &RegistryChanges) -> Fact {
    let mut fact = house.fact(FactKind::Administered, FactActor::administrator()).with("what", "registry imported");
    for table in summary {
        let ended = table.ended.len();
        fact = fact.with(table.table, format!("{} added, {} changed, {ended} ended", table.added, table.changed));
    }
    let corrected: Vec<String> = changes.corrections().iter().map(|one| format!("{} > {}", one.row, one.first)).collect();
    if corrected.is_empty() { fact } else { fact.with("corrected", corrected.join("; ")) }
}

/// The record in the files of an import.
pub async fn files(house: &House) -> Result<RegistryFiles, StoreError> {
    let mut tx = house.store.read().await?;
    Ok(export(&record(&mut tx).await?))
}

async fn record(tx: &mut Tx) -> Result<RegistryRecord, StoreError> {
    let mut orders = OrderNumbers::default();
    for (key, number) in tx.order_numbers().await? {
        let pieces: Vec<&str> = key.split('|').collect();
        let &[table, code, person, from] = pieces.as_slice() else { continue };
        let (Ok(person), Ok(from)) = (person.parse(), from.parse()) else { continue };
        if table == "operator" {
            orders.operators.extend(code.parse().ok().map(|unit| ((unit, person, from), number)));
        } else {
            orders.incumbencies.extend(code.parse().ok().map(|position| ((position, person, from), number)));
        }
    }
    Ok(RegistryRecord {
        parts: tx.directory_parts().await?,
        holidays: tx.holidays().await?,
        imported_delegations: tx.imported_delegations().await?.into_iter().collect(),
        orders,
    })
}

async fn write(house: &House, tx: &mut Tx, changes: &RegistryChanges, files: &RegistryImport) -> Result<(), StoreError> {
    // Parents first, because the record refers to them.
    for (place, unit) in ordered(&files.units, |unit| unit.code.to_string(), |unit| unit.parent.as_ref().map(ToString::to_string))
    {
        tx.put_unit(unit, place).await?;
    }
    let posts = ordered(&files.positions, |post| post.code.to_string(), |post| post.superior.as_ref().map(ToString::to_string));
    for (place, position) in posts {
        tx.put_position(position, place).await?;
    }
    for change in &changes.positions.ended {
        tx.end_position(&change.after).await?;
    }
    // An address may wander from one person to another: it is taken away before it is given.
    for change in changes.officials.changed.iter().filter(|change| change.before.email != change.after.email) {
        tx.put_official(&official(house, &OfficialRow { email: None, ..change.before.clone() })).await?;
    }
    for row in rows(&changes.officials) {
        tx.put_official(&official(house, row)).await?;
    }
    first_days(tx, changes).await?;
    for row in rows(&changes.incumbencies) {
        tx.put_incumbency(house.uuid(), &incumbency(row), &row.order_number).await?;
    }
    for row in rows(&changes.delegations) {
        tx.put_delegation(&delegation(house, row), true).await?;
    }
    for row in rows(&changes.operators) {
        tx.put_operator(house.uuid(), &operator(row), &row.order_number).await?;
    }
    for row in rows(&changes.holidays) {
        tx.put_holiday(row.date, &row.name).await?;
    }
    for row in rows(&changes.groups) {
        tx.put_group(row).await?;
    }
    Ok(())
}

/// A corrected first day is written into the row that has the wrong one, before anything is put beside it: who has a power is
/// found by it, and two rows would both give one.
async fn first_days(tx: &mut Tx, changes: &RegistryChanges) -> Result<(), StoreError> {
    for Changed { before, after } in moved(&changes.incumbencies, |row| row.days.from) {
        let row = DatedRow::Incumbency((before.position.as_str(), &before.official, before.days.from));
        tx.correct_first_day(row, after.days.from).await?;
    }
    for Changed { before, after } in moved(&changes.delegations, |row| row.days.from) {
        let row = DatedRow::Delegation((before.position.as_str(), &before.delegate, before.days.from));
        tx.correct_first_day(row, after.days.from).await?;
    }
    for Changed { before, after } in moved(&changes.operators, |row| row.days.from) {
        let row = DatedRow::Operator((before.unit.as_str(), &before.official, before.days.from));
        tx.correct_first_day(row, after.days.from).await?;
    }
    Ok(())
}

fn moved<T>(table: &TableChanges<T>, first: fn(&T) -> Date) -> impl Iterator<Item = &Changed<T>> {
    table.changed.iter().filter(move |change| first(&change.before) != first(&change.after))
}

/// Everything of a table that is written: new, changed and ended rows.
fn rows<T>(table: &TableChanges<T>) -> impl Iterator<Item = &T> {
    table.added.iter().chain(table.changed.iter().chain(&table.ended).map(|change| &change.after))
}

/// Rows with their place in the file, each after the one it refers to. The reader refused circles; what refers to rows that
/// only the record has comes last.
fn ordered<T>(rows: &[T], key: impl Fn(&T) -> String, parent: impl Fn(&T) -> Option<String>) -> Vec<(i64, &T)> {
    let mut waiting: Vec<(i64, &T)> = (0_i64..).zip(rows).collect();
    let mut written = HashSet::new();
    let mut order = Vec::with_capacity(rows.len());
    while !waiting.is_empty() {
        let before = order.len();
        waiting.retain(|(place, row)| {
            let ready = parent(row).is_none_or(|above| written.contains(&above));
            if ready {
                written.insert(key(row));
                order.push((*place, *row));
            }
            !ready
        });
        if order.len() == before {
            order.append(&mut waiting);
        }
    }
    order
}

fn official(house: &House, row: &OfficialRow) -> Official {
    Official {
        id: OfficialId::new(house.uuid()),
        number: row.number.clone(),
        name: row.name.clone(),
        email: row.email.clone(),
        email_state: PersonalChannelState::Verified,
        rank: row.rank.clone(),
        grade: row.grade.clone(),
        telegram: None,
    }
}

fn incumbency(row: &IncumbencyRow) -> Incumbency {
    Incumbency { position: row.position.clone(), official: row.official.clone(), capacity: row.capacity, days: row.days }
}

fn delegation(house: &House, row: &DelegationRow) -> Delegation {
    Delegation {
        id: DelegationId::new(house.uuid()),
        position: row.position.clone(),
        delegate: row.delegate.clone(),
        capacity: row.capacity,
        days: row.days,
        order_number: row.order_number.clone(),
        includes_secret: false,
    }
}

fn operator(row: &OperatorRow) -> UnitOperator {
    UnitOperator { unit: row.unit.clone(), official: row.official.clone(), role: row.role, days: row.days }
}
