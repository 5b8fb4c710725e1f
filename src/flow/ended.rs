//! A delivery that ended by hand or at the addressee's door, where no step of the ladder follows: it waits on the operator's
//! tray, and operator and sender get a mail with words. Nothing ends in silence.

use super::dispatch::{is_document, recipient_of};
use super::house::House;
use super::{tell, tray};
use crate::domain::delivery::DeliveryState;
use crate::domain::letter::Sender;
use crate::domain::routing::Content;
use crate::domain::tray::TrayWord;
use crate::store::records::{StoredDelivery, StoredTray};
use crate::store::{StoreError, Tx};

/// Tells of a delivery in the state that it ended in; `remark` is the clerk's. A second way that was cancelled while another
/// one carries the letter is told to nobody, nor is a message that only talks about a letter.
pub async fn told(house: &House, tx: &mut Tx, delivery: &StoredDelivery, remark: &str) -> Result<(), StoreError> {
    let Some(message) = tx.message(delivery.message).await?.filter(is_document) else { return Ok(()) };
    let Some(id) = message.letter else { return Ok(()) };
    let Some(letter) = tx.letter(id).await? else { return Ok(()) };
    let brings = |one: &StoredDelivery| one.id != delivery.id && one.content == Content::Full && !one.state.has_failed();
    let carried = tx.deliveries_of_message(message.id).await?.iter().any(brings);
    if carried && delivery.state == DeliveryState::Cancelled {
        return Ok(());
    }
    let city = house.city(tx).await?;
    let recipient = recipient_of(&message);
    let unit = tell::unit_of(&recipient, &city).or_else(|| match &letter.letter.sender {
        Sender::Position(code) => city.directory.position(code).map(|post| post.unit.clone()),
        Sender::Unit(code) => Some(code.clone()),
        Sender::Outside(outside) => Some(outside.registered_by.clone()),
    });
    let item = StoredTray {
        unit: unit.as_ref().and_then(|unit| tray::desk_of(house, &city, unit)),
        letter: Some(id),
        delivery: Some(delivery.id),
        detail: serde_json::json!({ "recipient": message.recipient, "channel": delivery.channel, "remark": remark }),
        ..tray::item(house, code(delivery.state))
    };
    tx.open_tray(&item).await?;
    let about = tell::About { letter: &letter, recipient: &recipient, unit: unit.as_ref() };
    tell::not_handed_over(house, tx, &city, (about, tell::Ended { delivery, carried, remark, tray: &item })).await
}

const fn code(state: DeliveryState) -> TrayWord {
    match state {
        DeliveryState::Refused => TrayWord::PrintRefused,
        DeliveryState::NotFound => TrayWord::PrintNotFound,
        _ => TrayWord::Cancelled,
    }
}
