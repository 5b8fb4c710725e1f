//! The trays: what waits for a person, on whose desk, and how it is closed.

use super::house::{CityView, House};
use crate::domain::abort;
use crate::domain::codes::UnitCode;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::{LetterId, TrayId};
use crate::domain::routing::{Leg, NoticeCode};
use crate::store::records::StoredTray;
use crate::store::{StoreError, Topic};

/// A fresh item on the administrator's desk.
pub fn item(house: &House, code: &str) -> StoredTray {
    StoredTray::new(TrayId::new(house.uuid()), code.to_owned(), house.now())
}

/// The unit whose desk serves a unit today: its own, or the nearest above with an operator.
pub fn desk_of(house: &House, city: &CityView, unit: &UnitCode) -> Option<String> {
    city.directory.operator_of(unit, house.today()).map(|(_, unit)| unit.code.to_string())
}

/// What the operator finds because of a route.
pub fn route_notice(house: &House, city: &CityView, letter: LetterId, leg: &Leg, notice: NoticeCode) -> StoredTray {
    StoredTray {
        unit: leg.unit.as_ref().and_then(|unit| desk_of(house, city, unit)),
        letter: Some(letter),
        detail: serde_json::json!({ "recipient": leg.recipient.name() }),
        ..item(house, notice.as_str())
    }
}

/// Closes an item by hand; the inbound item behind it becomes "closed".
pub async fn close(house: &House, id: TrayId, by: &str, outcome: &str) -> Result<(), StoreError> {
    let now = house.now();
    let mut tx = house.store.write().await?;
    let Some(item) = tx.tray_item(id).await? else { return Err(StoreError::Stale { table: "tray", row: id.to_string() }) };
    tx.close_tray(id, by, outcome, now).await?;
    if let Some(inbound) = item.inbound
        && let Some(kept) = tx.inbound(inbound).await?
        && matches!(kept.state.as_str(), "held" | "unreadable" | "dead")
    {
        tx.close_inbound(inbound, now).await?;
    }
    let operator = FactActor { kind: "operator".into(), who: by.to_owned(), ..FactActor::system() };
    let mut fact = house.fact(FactKind::Administered, operator);
    (fact.letter, fact.delivery, fact.inbound) = (item.letter, item.delivery, item.inbound);
    tx.insert_fact(&fact.with("tray", &item.code).with("outcome", outcome)).await?;
    tx.announce(Topic::Facts);
    abort::point("tray.before_commit");
    tx.commit().await?;
    abort::point("tray.after_commit");
    Ok(())
}
