//! Queries over the state of the ways out and in.

use super::Conn;
use crate::store::StoreError;
use crate::store::convert::{micros, moment, moment_of};
use crate::store::records::ChannelHealth;

crate::store::sql! {
    STATES = "SELECT channel, state, cause, since, until_at FROM channel_state ORDER BY channel";
    SET = "INSERT INTO channel_state (channel, state, cause, since, until_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (channel) DO UPDATE SET since = CASE WHEN channel_state.state = excluded.state THEN channel_state.since ELSE excluded.since END, \
        state = excluded.state, cause = excluded.cause, until_at = excluded.until_at";
}

/// See [`crate::store::Tx::channel_states`].
pub async fn channel_states(conn: &mut Conn) -> Result<Vec<ChannelHealth>, StoreError> {
    type Row = (String, String, String, i64, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(STATES).fetch_all(conn).await?;
    let read = |(channel, state, cause, since, until_at): Row| {
        Ok(ChannelHealth {
            since: moment("channel_state", "since", &channel, since)?,
            until_at: moment_of("channel_state", "until_at", &channel, until_at)?,
            channel,
            state,
            cause,
        })
    };
    rows.into_iter().map(read).collect()
}

/// See [`crate::store::Tx::set_channel_state`].
pub async fn set_channel_state(conn: &mut Conn, health: &ChannelHealth) -> Result<(), StoreError> {
    sqlx::query(SET)
        .bind(&health.channel)
        .bind(&health.state)
        .bind(&health.cause)
        .bind(micros(health.since))
        .bind(health.until_at.map(micros))
        .execute(conn)
        .await?;
    Ok(())
}
