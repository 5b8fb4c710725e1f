//! Queries over the directory of the city.

use super::Conn;
use crate::domain::codes::{EmployeeNumber, UnitCode};
use crate::domain::delegation::{Absence, Days, Delegation};
use crate::domain::directory::{DirectoryParts, Incumbency, Official, OrgUnit, PersonalChannelState, TelegramLink, UnitOperator};
use crate::domain::ids::{AbsenceId, DelegationId, LinkId, OfficialId};
use crate::store::StoreError;
use crate::store::convert::{day, word, word_of};
use crate::store::error::one;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

crate::store::sql! {
    VERSION = "SELECT version FROM directory_version WHERE only_row = 1";
    BUMP = "UPDATE directory_version SET version = version + 1 WHERE only_row = 1";
    UNITS = "SELECT code, name, kind, parent_code, address, route FROM unit ORDER BY place, code";
    OFFICIALS = "SELECT id, employee_number, name, email, email_state, rank, grade FROM official ORDER BY employee_number";
    INCUMBENCIES = "SELECT position_code, employee_number, capacity, valid_from, valid_to FROM incumbency ORDER BY valid_from, position_code";
    DELEGATIONS = "SELECT id, position_code, employee_number, capacity, valid_from, valid_to, order_number, includes_secret FROM delegation \
        WHERE valid_to IS NULL OR valid_to >= valid_from ORDER BY valid_from, position_code";
    ABSENCES = "SELECT id, employee_number, valid_from, valid_to, reason FROM absence \
        WHERE valid_to IS NULL OR valid_to >= valid_from ORDER BY valid_from, employee_number";
    OPERATORS = "SELECT unit_code, employee_number, role, valid_from, valid_to FROM unit_operator ORDER BY valid_from, unit_code, role DESC";
    LINKS = "SELECT id, employee_number, chat, state FROM telegram_link WHERE ended_at IS NULL";
    HOLIDAYS = "SELECT day, name FROM holiday ORDER BY day";
    PUT_UNIT = "INSERT INTO unit (code, name, kind, parent_code, address, route, place) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, parent_code = excluded.parent_code, \
        address = excluded.address, route = excluded.route, place = excluded.place";
    PUT_OFFICIAL = "INSERT INTO official (id, employee_number, name, email, email_state, rank, grade) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (employee_number) DO UPDATE SET name = excluded.name, rank = excluded.rank, grade = excluded.grade, \
        email_state = CASE WHEN official.email IS NOT DISTINCT FROM excluded.email THEN official.email_state ELSE excluded.email_state END, \
        email = excluded.email";
    PUT_INCUMBENCY = "INSERT INTO incumbency (id, position_code, employee_number, capacity, valid_from, valid_to, order_number) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (position_code, employee_number, valid_from) DO UPDATE SET capacity = excluded.capacity, valid_to = excluded.valid_to, order_number = excluded.order_number";
    PUT_DELEGATION = "INSERT INTO delegation (id, position_code, employee_number, capacity, valid_from, valid_to, order_number, order_sha256, includes_secret, imported) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9) \
        ON CONFLICT (position_code, employee_number, valid_from) DO UPDATE SET capacity = excluded.capacity, valid_to = excluded.valid_to, \
        order_number = excluded.order_number, includes_secret = excluded.includes_secret";
    PUT_OPERATOR = "INSERT INTO unit_operator (id, unit_code, employee_number, role, valid_from, valid_to, order_number) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (unit_code, employee_number, valid_from) DO UPDATE SET role = excluded.role, valid_to = excluded.valid_to, order_number = excluded.order_number";
    PUT_ABSENCE = "INSERT INTO absence (id, employee_number, valid_from, valid_to, reason) VALUES ($1, $2, $3, $4, $5)";
    END_ABSENCE = "UPDATE absence SET valid_to = $2 WHERE employee_number = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)";
    REVOKE_ABSENCE = "UPDATE absence SET valid_to = $2 WHERE id = $1 AND valid_from > $2";
    PUT_HOLIDAY = "INSERT INTO holiday (day, name) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET name = excluded.name";
    SET_EMAIL_STATE = "UPDATE official SET email_state = $2 WHERE employee_number = $1";
    INCUMBENCY_ORDERS = "SELECT position_code, employee_number, valid_from, order_number FROM incumbency";
    OPERATOR_ORDERS = "SELECT unit_code, employee_number, valid_from, order_number FROM unit_operator";
    IMPORTED_DELEGATIONS = "SELECT id FROM delegation WHERE imported";
    SETTING = "SELECT value FROM setting WHERE name = $1";
    SET_SETTING = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

/// See [`crate::store::Tx::ask_directory_version`].
pub async fn ask_directory_version(conn: &mut Conn) -> Result<i64, StoreError> {
    let (version,): (i64,) = sqlx::query_as(VERSION).fetch_one(conn).await?;
    Ok(version)
}

/// See [`crate::store::Tx::raise_directory_version`].
pub async fn raise_directory_version(conn: &mut Conn) -> Result<(), StoreError> {
    let done = sqlx::query(BUMP).execute(conn).await?;
    one("directory_version", 1, done.rows_affected())
}

/// See [`crate::store::Tx::directory_parts`].
pub async fn directory_parts(conn: &mut Conn) -> Result<DirectoryParts, StoreError> {
    Ok(DirectoryParts {
        units: units(conn).await?,
        positions: super::posts::positions(conn).await?,
        officials: officials(conn).await?,
        incumbencies: incumbencies(conn).await?,
        delegations: delegations(conn).await?,
        absences: absences(conn).await?,
        operators: operators(conn).await?,
        groups: super::posts::groups(conn).await?,
    })
}

async fn units(conn: &mut Conn) -> Result<Vec<OrgUnit>, StoreError> {
    type Row = (String, String, String, Option<String>, String, String);
    let rows: Vec<Row> = sqlx::query_as(UNITS).fetch_all(conn).await?;
    let read = |(code, name, kind, parent, address, route): Row| {
        Ok(OrgUnit {
            kind: word("unit", "kind", &code, &kind)?,
            parent: word_of("unit", "parent_code", &code, parent.as_deref())?,
            code: word("unit", "code", &code, &code)?,
            name,
            address,
            route,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn officials(conn: &mut Conn) -> Result<Vec<Official>, StoreError> {
    type Row = (Uuid, String, String, Option<String>, String, String, String);
    let mut links = links(conn).await?;
    let rows: Vec<Row> = sqlx::query_as(OFFICIALS).fetch_all(conn).await?;
    let read = |(id, number, name, email, email_state, rank, grade): Row| {
        Ok(Official {
            id: OfficialId::new(id),
            email_state: word("official", "email_state", &number, &email_state)?,
            telegram: links.remove(&number),
            number: word("official", "employee_number", &number, &number)?,
            name,
            email,
            rank,
            grade,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn links(conn: &mut Conn) -> Result<HashMap<String, TelegramLink>, StoreError> {
    type Row = (Uuid, String, i64, String);
    let rows: Vec<Row> = sqlx::query_as(LINKS).fetch_all(conn).await?;
    let read = |(id, number, chat, state): Row| {
        let state = word("telegram_link", "state", &number, &state)?;
        Ok((number, TelegramLink { id: LinkId::new(id), chat, state }))
    };
    rows.into_iter().map(read).collect()
}

fn days(table: &'static str, row: &str, from: &str, to: Option<&str>) -> Result<Days, StoreError> {
    Ok(Days { from: day(table, "valid_from", &row, from)?, to: to.map(|to| day(table, "valid_to", &row, to)).transpose()? })
}

async fn incumbencies(conn: &mut Conn) -> Result<Vec<Incumbency>, StoreError> {
    type Row = (String, String, String, String, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(INCUMBENCIES).fetch_all(conn).await?;
    let read = |(position, number, capacity, from, to): Row| {
        Ok(Incumbency {
            official: word("incumbency", "employee_number", &position, &number)?,
            capacity: word("incumbency", "capacity", &position, &capacity)?,
            days: days("incumbency", &position, &from, to.as_deref())?,
            position: word("incumbency", "position_code", &position, &position)?,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn delegations(conn: &mut Conn) -> Result<Vec<Delegation>, StoreError> {
    type Row = (Uuid, String, String, String, String, Option<String>, String, bool);
    let rows: Vec<Row> = sqlx::query_as(DELEGATIONS).fetch_all(conn).await?;
    let read = |(id, position, number, capacity, from, to, order_number, includes_secret): Row| {
        Ok(Delegation {
            id: DelegationId::new(id),
            delegate: word("delegation", "employee_number", &id, &number)?,
            capacity: word("delegation", "capacity", &id, &capacity)?,
            days: days("delegation", &position, &from, to.as_deref())?,
            position: word("delegation", "position_code", &id, &position)?,
            order_number,
            includes_secret,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn absences(conn: &mut Conn) -> Result<Vec<Absence>, StoreError> {
    type Row = (Uuid, String, String, Option<String>, String);
    let rows: Vec<Row> = sqlx::query_as(ABSENCES).fetch_all(conn).await?;
    let read = |(id, number, from, to, reason): Row| {
        Ok(Absence {
            id: AbsenceId::new(id),
            days: days("absence", &number, &from, to.as_deref())?,
            reason: word("absence", "reason", &id, &reason)?,
            official: word("absence", "employee_number", &id, &number)?,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn operators(conn: &mut Conn) -> Result<Vec<UnitOperator>, StoreError> {
    type Row = (String, String, String, String, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(OPERATORS).fetch_all(conn).await?;
    let read = |(unit, number, role, from, to): Row| {
        Ok(UnitOperator {
            official: word("unit_operator", "employee_number", &unit, &number)?,
            role: word("unit_operator", "role", &unit, &role)?,
            days: days("unit_operator", &unit, &from, to.as_deref())?,
            unit: word("unit_operator", "unit_code", &unit, &unit)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// See [`crate::store::Tx::holidays`].
pub async fn holidays(conn: &mut Conn) -> Result<BTreeMap<Date, String>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(HOLIDAYS).fetch_all(conn).await?;
    rows.into_iter().map(|(at, name)| Ok((day("holiday", "day", &at, &at)?, name))).collect()
}

/// See [`crate::store::Tx::put_unit`].
pub async fn put_unit(conn: &mut Conn, unit: &OrgUnit, place: i64) -> Result<(), StoreError> {
    sqlx::query(PUT_UNIT)
        .bind(unit.code.as_str())
        .bind(&unit.name)
        .bind(unit.kind.as_str())
        .bind(unit.parent.as_ref().map(UnitCode::as_str))
        .bind(&unit.address)
        .bind(&unit.route)
        .bind(place)
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::put_official`].
pub async fn put_official(conn: &mut Conn, official: &Official) -> Result<(), StoreError> {
    sqlx::query(PUT_OFFICIAL)
        .bind(official.id.uuid())
        .bind(official.number.as_str())
        .bind(&official.name)
        .bind(official.email.as_deref())
        .bind(official.email_state.as_str())
        .bind(&official.rank)
        .bind(&official.grade)
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::put_incumbency`].
pub async fn put_incumbency(conn: &mut Conn, id: Uuid, row: &Incumbency, order_number: &str) -> Result<(), StoreError> {
    sqlx::query(PUT_INCUMBENCY)
        .bind(id)
        .bind(row.position.as_str())
        .bind(row.official.as_str())
        .bind(row.capacity.as_str())
        .bind(row.days.from.to_string())
        .bind(row.days.to.map(|to| to.to_string()))
        .bind(order_number)
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::put_delegation`].
pub async fn put_delegation(conn: &mut Conn, row: &Delegation, imported: bool) -> Result<(), StoreError> {
    sqlx::query(PUT_DELEGATION)
        .bind(row.id.uuid())
        .bind(row.position.as_str())
        .bind(row.delegate.as_str())
        .bind(row.capacity.as_str())
        .bind(row.days.from.to_string())
        .bind(row.days.to.map(|to| to.to_string()))
        .bind(&row.order_number)
        .bind(row.includes_secret)
        .bind(imported)
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::put_operator`].
pub async fn put_operator(conn: &mut Conn, id: Uuid, row: &UnitOperator, order_number: &str) -> Result<(), StoreError> {
    sqlx::query(PUT_OPERATOR)
        .bind(id)
        .bind(row.unit.as_str())
        .bind(row.official.as_str())
        .bind(row.role.as_str())
        .bind(row.days.from.to_string())
        .bind(row.days.to.map(|to| to.to_string()))
        .bind(order_number)
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::put_absence`].
pub async fn put_absence(conn: &mut Conn, row: &Absence) -> Result<(), StoreError> {
    sqlx::query(PUT_ABSENCE)
        .bind(row.id.uuid())
        .bind(row.official.as_str())
        .bind(row.days.from.to_string())
        .bind(row.days.to.map(|to| to.to_string()))
        .bind(row.reason.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::end_absence`].
pub async fn end_absence(conn: &mut Conn, employee: &EmployeeNumber, last_day: Date) -> Result<u64, StoreError> {
    let done = sqlx::query(END_ABSENCE).bind(employee.as_str()).bind(last_day.to_string()).execute(conn).await?;
    Ok(done.rows_affected())
}

/// See [`crate::store::Tx::revoke_absence`].
pub async fn revoke_absence(conn: &mut Conn, id: AbsenceId, before: Date) -> Result<(), StoreError> {
    let done = sqlx::query(REVOKE_ABSENCE).bind(id.uuid()).bind(before.to_string()).execute(conn).await?;
    one("absence", id, done.rows_affected())
}

/// See [`crate::store::Tx::put_holiday`].
pub async fn put_holiday(conn: &mut Conn, day: Date, name: &str) -> Result<(), StoreError> {
    sqlx::query(PUT_HOLIDAY).bind(day.to_string()).bind(name).execute(conn).await?;
    Ok(())
}

/// See [`crate::store::Tx::set_email_state`].
pub async fn set_email_state(conn: &mut Conn, employee: &EmployeeNumber, state: PersonalChannelState) -> Result<(), StoreError> {
    let done = sqlx::query(SET_EMAIL_STATE).bind(employee.as_str()).bind(state.as_str()).execute(conn).await?;
    one("official", employee, done.rows_affected())
}

/// See [`crate::store::Tx::order_numbers`].
pub async fn order_numbers(conn: &mut Conn) -> Result<BTreeMap<String, String>, StoreError> {
    let mut numbers = BTreeMap::new();
    for (table, statement) in [("incumbency", INCUMBENCY_ORDERS), ("operator", OPERATOR_ORDERS)] {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(statement).fetch_all(&mut *conn).await?;
        numbers.extend(rows.into_iter().map(|(code, person, from, number)| (format!("{table}|{code}|{person}|{from}"), number)));
    }
    Ok(numbers)
}

/// See [`crate::store::Tx::imported_delegations`].
pub async fn imported_delegations(conn: &mut Conn) -> Result<Vec<DelegationId>, StoreError> {
    let rows: Vec<(Uuid,)> = sqlx::query_as(IMPORTED_DELEGATIONS).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id,)| DelegationId::new(id)).collect())
}

/// See [`crate::store::Tx::setting`].
pub async fn ask_setting(conn: &mut Conn, name: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(SETTING).bind(name).fetch_optional(conn).await?;
    Ok(row.map(|(value,)| value))
}

/// See [`crate::store::Tx::set_setting`].
pub async fn put_setting(conn: &mut Conn, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query(SET_SETTING).bind(name).bind(value).execute(conn).await?;
    Ok(())
}
