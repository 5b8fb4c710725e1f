//! The trays: what waits for a person, on whose desk, and how it is closed.

use super::house::{CityView, House};
use crate::domain::abort;
use crate::domain::codes::UnitCode;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::{DeliveryId, LetterId, TrayId};
use crate::domain::routing::{Leg, NoticeCode};
use crate::domain::tray::TrayCode;
use crate::store::records::{StoredMessage, StoredTray};
use crate::store::{StoreError, Topic, Tx};

/// A fresh item on the administrator's desk.
pub fn item(house: &House, code: impl Into<TrayCode>) -> StoredTray {
    StoredTray::new(TrayId::new(house.uuid()), code.into().as_str().to_owned(), house.now())
}

/// The unit whose desk serves a unit today: its own, or the nearest above with an operator.
pub fn desk_of(house: &House, city: &CityView, unit: &UnitCode) -> Option<String> {
    city.directory.operator_of(unit, house.today()).map(|(_, unit)| unit.code.to_string())
}

/// The desk that serves whoever a message was for: the post's unit, or the unit itself.
pub fn desk_behind(house: &House, city: &CityView, message: &StoredMessage) -> Option<String> {
    let position = message.position.as_ref().and_then(|code| city.directory.position(code));
    let unit = position.map(|post| post.unit.clone()).or_else(|| message.unit())?;
    desk_of(house, city, &unit)
}

/// What the operator finds because of a route.
pub fn route_notice(house: &House, city: &CityView, letter: LetterId, leg: &Leg, notice: NoticeCode) -> StoredTray {
    StoredTray {
        unit: leg.unit.as_ref().and_then(|unit| desk_of(house, city, unit)),
        letter: Some(letter),
        detail: serde_json::json!({ "recipient": leg.recipient.name() }),
        ..item(house, notice)
    }
}

/// Closes an item by hand. A mail to several units lies on the tray of each, and each closes its own: what one unit did with it
/// is no answer to what was asked of the other. The inbound item behind them becomes "closed" with the last.
pub async fn close(house: &House, id: TrayId, by: &str, outcome: &str) -> Result<(), StoreError> {
    let now = house.now();
    let mut tx = house.store.write().await?;
    let Some(item) = tx.tray_item(id).await? else { return Err(StoreError::Stale { table: "tray", row: id.to_string() }) };
    let operator = FactActor { kind: "operator".into(), who: by.to_owned(), ..FactActor::system() };
    shut(house, &mut tx, &item, operator, outcome).await?;
    if let Some(inbound) = item.inbound
        && tx.tray_of_inbound(inbound).await?.iter().all(|row| row.closed_at.is_some())
        && let Some(kept) = tx.inbound(inbound).await?
        && matches!(kept.state.as_str(), "held" | "unreadable" | "dead")
    {
        tx.close_inbound(inbound, now).await?;
    }
    abort::point("tray.before_commit");
    tx.commit().await?;
    abort::point("tray.after_commit");
    Ok(())
}

/// Paper that came back from the door was taken after all: what lies open because of it is done.
pub async fn handed_over(house: &House, tx: &mut Tx, delivery: DeliveryId, by: &str) -> Result<(), StoreError> {
    let open = tx.tray_items(false, i64::MAX).await?;
    for item in open.iter().filter(|item| item.delivery == Some(delivery) && item.inbound.is_none()) {
        let clerk = FactActor { kind: "clerk".into(), who: by.to_owned(), ..FactActor::system() };
        shut(house, tx, item, clerk, "delivered").await?;
    }
    Ok(())
}

/// Closes an item, with its fact.
async fn shut(house: &House, tx: &mut Tx, item: &StoredTray, actor: FactActor, outcome: &str) -> Result<(), StoreError> {
    tx.close_tray(item.id, &actor.who, outcome, house.now()).await?;
    let mut fact = house.fact(FactKind::Administered, actor);
    (fact.letter, fact.delivery, fact.inbound) = (item.letter, item.delivery, item.inbound);
    let fact = fact.with("tray", &item.code).with("unit", item.unit.as_deref().unwrap_or_default());
    tx.insert_fact(&fact.with("outcome", outcome)).await?;
    tx.announce(Topic::Facts);
    Ok(())
}
