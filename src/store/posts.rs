//! Queries over the posts of the city and the groups of posts.

use super::Conn;
use crate::domain::codes::PositionCode;
use crate::domain::directory::{Group, Position};
use crate::store::StoreError;
use crate::store::convert::{day, word, word_of};
use crate::store::error::one;
use jiff::civil::Date;

crate::store::sql! {
    POSITIONS = "SELECT code, title, short_title, unit_code, superior_code, aliases, valid_to FROM position ORDER BY place, code";
    GROUPS = "SELECT name, position_code, valid_to FROM recipient_group ORDER BY name, place";
    PUT_POSITION = "INSERT INTO position (code, title, short_title, unit_code, superior_code, aliases, place, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (code) DO UPDATE SET title = excluded.title, short_title = excluded.short_title, unit_code = excluded.unit_code, \
        superior_code = excluded.superior_code, aliases = excluded.aliases, place = excluded.place, valid_to = excluded.valid_to";
    END_POSITION = "UPDATE position SET valid_to = $2 WHERE code = $1";
    CLEAR_GROUP = "DELETE FROM recipient_group WHERE name = $1";
    PUT_GROUP = "INSERT INTO recipient_group (name, place, position_code, valid_to) VALUES ($1, $2, $3, $4)";
}

/// All posts, in the order of the registry.
pub async fn positions(conn: &mut Conn) -> Result<Vec<Position>, StoreError> {
    type Row = (String, String, String, String, Option<String>, String, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(POSITIONS).fetch_all(conn).await?;
    let read = |(code, title, short_title, unit, superior, aliases, until): Row| {
        Ok(Position {
            unit: word("position", "unit_code", &code, &unit)?,
            superior: word_of("position", "superior_code", &code, superior.as_deref())?,
            aliases: aliases.split(';').filter(|alias| !alias.is_empty()).map(ToOwned::to_owned).collect(),
            until: last("position", &code, until.as_deref())?,
            code: word("position", "code", &code, &code)?,
            title,
            short_title,
        })
    };
    rows.into_iter().map(read).collect()
}

fn last(table: &'static str, row: &str, until: Option<&str>) -> Result<Option<Date>, StoreError> {
    until.map(|until| day(table, "valid_to", &row, until)).transpose()
}

/// All groups.
pub async fn groups(conn: &mut Conn) -> Result<Vec<Group>, StoreError> {
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(GROUPS).fetch_all(conn).await?;
    let mut groups: Vec<Group> = Vec::new();
    for (name, position, until) in rows {
        let member: PositionCode = word("recipient_group", "position_code", &name, &position)?;
        if let Some(group) = groups.last_mut().filter(|group| group.name == name) {
            group.members.push(member);
            continue;
        }
        let until = last("recipient_group", &name, until.as_deref())?;
        groups.push(Group { name, members: vec![member], until });
    }
    Ok(groups)
}

/// See [`crate::store::Tx::put_position`].
pub async fn put_position(conn: &mut Conn, position: &Position, place: i64) -> Result<(), StoreError> {
    sqlx::query(PUT_POSITION)
        .bind(position.code.as_str())
        .bind(&position.title)
        .bind(&position.short_title)
        .bind(position.unit.as_str())
        .bind(position.superior.as_ref().map(PositionCode::as_str))
        .bind(position.aliases.join(";"))
        .bind(place)
        .bind(position.until.map(|day| day.to_string()))
        .execute(conn)
        .await?;
    Ok(())
}

/// See [`crate::store::Tx::end_position`].
pub async fn end_position(conn: &mut Conn, position: &Position) -> Result<(), StoreError> {
    let until = position.until.map(|day| day.to_string());
    let done = sqlx::query(END_POSITION).bind(position.code.as_str()).bind(until).execute(conn).await?;
    one("position", &position.code, done.rows_affected())
}

/// See [`crate::store::Tx::put_group`].
pub async fn put_group(conn: &mut Conn, group: &Group) -> Result<(), StoreError> {
    sqlx::query(CLEAR_GROUP).bind(&group.name).execute(&mut *conn).await?;
    let until = group.until.map(|day| day.to_string());
    for (place, member) in (0_i64..).zip(&group.members) {
        let row = sqlx::query(PUT_GROUP).bind(&group.name).bind(place).bind(member.as_str()).bind(until.as_deref());
        row.execute(&mut *conn).await?;
    }
    Ok(())
}
