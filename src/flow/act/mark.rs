//! What an answer does to the deliveries of the message that it answers.

use super::{ActKind, Occasion};
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::routing::Content;
use crate::flow::dispatch::buttons_due;
use crate::flow::house::House;
use crate::store::{StoreError, Tx};

/// Every delivery of the answered message that was handed over is answered now; what has not left yet stays home. "I have it"
/// under a notice is said of the notice alone: what brings the content goes on.
pub async fn answered(house: &House, tx: &mut Tx, occasion: Occasion<'_>, kind: ActKind) -> Result<(), StoreError> {
    let now = house.now();
    let answered = if kind == ActKind::Acknowledge { DeliveryState::Acknowledged } else { DeliveryState::Acted };
    let noticed = kind == ActKind::Acknowledge && occasion.delivery.content == Content::Notice;
    let all = tx.deliveries_of_message(occasion.message.id).await?;
    for delivery in all.into_iter().filter(|one| !noticed || one.content == Content::Notice) {
        let to = match delivery.state {
            DeliveryState::Relayed
            | DeliveryState::Delivered
            | DeliveryState::TelegramStored
            | DeliveryState::Displayed
            | DeliveryState::Opened
            | DeliveryState::Acknowledged
            | DeliveryState::Unknown => answered,
            DeliveryState::Queued if delivery.channel == Channel::Print => DeliveryState::Withdrawn,
            _ => continue,
        };
        if to == delivery.state {
            continue;
        }
        // On the phone the buttons are still to follow.
        let next = (to == answered).then(|| buttons_due(house, delivery.channel)).flatten();
        tx.change_state(delivery.id, (delivery.state, to), next, now).await?;
        let mut fact = house.fact(FactKind::ContentAccessTracking, FactActor::system());
        (fact.letter, fact.delivery, fact.channel) = (delivery.letter, Some(delivery.id), Some(delivery.channel));
        fact.recipient = Some(occasion.message.recipient.clone());
        tx.insert_fact(&fact.with("before", delivery.state.as_str()).with("after", to.as_str())).await?;
    }
    Ok(())
}
