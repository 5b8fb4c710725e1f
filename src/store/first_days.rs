//! First days of dated rows of the registry: part of what such a row is found by, and corrected by an import.

use super::Conn;
use crate::store::StoreError;
use crate::store::error::one;
use crate::store::records::DatedRow;
use jiff::civil::Date;

crate::store::sql! {
    INCUMBENCY = "UPDATE incumbency SET valid_from = $4 WHERE position_code = $1 AND employee_number = $2 AND valid_from = $3";
    DELEGATION = "UPDATE delegation SET valid_from = $4 WHERE position_code = $1 AND employee_number = $2 AND valid_from = $3";
    OPERATOR = "UPDATE unit_operator SET valid_from = $4 WHERE unit_code = $1 AND employee_number = $2 AND valid_from = $3";
}

/// See [`crate::store::Tx::correct_first_day`].
pub async fn correct_first_day(conn: &mut Conn, row: DatedRow<'_>, first: Date) -> Result<(), StoreError> {
    let (table, statement, (code, person, from)) = match row {
        DatedRow::Incumbency(key) => ("incumbency", INCUMBENCY, key),
        DatedRow::Delegation(key) => ("delegation", DELEGATION, key),
        DatedRow::Operator(key) => ("unit_operator", OPERATOR, key),
    };
    let done = sqlx::query(statement)
        .bind(code)
        .bind(person.as_str())
        .bind(from.to_string())
        .bind(first.to_string())
        .execute(conn)
        .await?;
    one(table, code, done.rows_affected())
}
