//! The buttons under a message on the phone follow what was done about it, whichever way the act came: one that says what is on
//! record already goes. A hand-over is not repeated for it: the delivery keeps its state, and a change that Telegram does not take
//! is left: a press on an old button is judged like any other.

use super::Claimed;
use super::chat::{self, Personal};
use crate::channel::telegram::{Button, ButtonData, ChatId, Keyboard, MessageRef, TelegramError};
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::routing::Address;
use crate::flow::doors::Doors;
use crate::flow::house::House;
use crate::store::StoreError;
use crate::store::files::sha256;
use jiff::{SignedDuration, Timestamp};

/// How long the buttons wait after an act: the receipt is of more use, and a chat takes one message a second.
const AFTER: SignedDuration = SignedDuration::from_secs(2);

/// When the buttons of an answered delivery are to be looked at; `None` where it has none.
pub fn due(house: &House, channel: Channel) -> Option<Timestamp> {
    (channel == Channel::Telegram).then(|| house.now().saturating_add(AFTER).unwrap_or(Timestamp::MAX))
}

/// Whether a claimed delivery is one whose message stands on the phone and was answered.
pub(super) fn are_due(claimed: &Claimed) -> bool {
    let delivery = &claimed.delivery;
    delivery.channel == Channel::Telegram && matches!(delivery.state, DeliveryState::Acknowledged | DeliveryState::Acted)
}

/// Takes away what is of no use any more.
pub(super) async fn put_right(house: &House, doors: &Doors, answered: Vec<Claimed>) -> Result<(), StoreError> {
    for one in answered {
        let later = change(house, doors, &one).await?;
        let mut tx = house.store.write().await?;
        match later {
            Some(at) => tx.postpone(one.delivery.id, one.delivery.lease_no, at).await?,
            None => tx.let_lie(one.delivery.id, one.delivery.lease_no).await?,
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Changes the buttons of one message; the moment from which it can be tried again, where it is to be.
async fn change(house: &House, doors: &Doors, answered: &Claimed) -> Result<Option<Timestamp>, StoreError> {
    let (Address::Chat(chat), Some(telegram)) = (&answered.delivery.address, &doors.telegram) else { return Ok(None) };
    if let Some(at) = chat::opens(house, doors, &answered.delivery) {
        return Ok(Some(at));
    }
    let Some((message_id, keyboard)) = left(house, answered).await? else { return Ok(None) };
    let message = MessageRef { chat: ChatId(*chat), message_id, captioned: false };
    Ok(match telegram.edit_keyboard(&message, &keyboard).await {
        Ok(()) => None,
        Err(TelegramError::Paced(at) | TelegramError::RateLimited(at)) => Some(at),
        Err(error) => {
            tracing::warn!(delivery = %answered.delivery.id, code = error.code(), "the buttons stay as they were");
            None
        }
    })
}

/// The message and the buttons that are left to it; `None` where nothing changes.
async fn left(house: &House, answered: &Claimed) -> Result<Option<(i32, Keyboard)>, StoreError> {
    let delivery = &answered.delivery;
    let mut tx = house.store.read().await?;
    let Some(prepared) = tx.prepared(delivery.id).await? else { return Ok(None) };
    let Ok(personal) = house.open_row::<Personal>(&delivery.id.to_string(), &prepared.sealed) else { return Ok(None) };
    let sent = tx.attempts_of(delivery.id).await?.into_iter().filter_map(|attempt| attempt.remote_id).next_back();
    let Some(message_id) = sent.and_then(|id| id.parse().ok()) else { return Ok(None) };
    let mut kept = Vec::new();
    for (label, token) in &personal.buttons {
        let button = tx.button(&sha256(token.as_bytes())).await?;
        if button.is_some_and(|button| stays(delivery.state, &button.action)) {
            kept.extend(ButtonData::parse(token).and_then(|data| Button::new(label, data)).ok());
        }
    }
    Ok((kept.len() < personal.buttons.len()).then(|| (message_id, Keyboard::pairs(kept))))
}

/// What may still be wanted: who has it need not say so again; who acted may order more, and gives back no more by a press.
fn stays(state: DeliveryState, action: &str) -> bool {
    match state {
        DeliveryState::Acted => action == "disposition",
        _ => action != "acknowledge",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::dispatch::chat::ACTIONS;

    #[test]
    fn what_is_on_record_is_offered_no_more() {
        let left = |state| ACTIONS.iter().copied().filter(|action| stays(state, action)).collect::<Vec<_>>();
        assert_eq!(left(DeliveryState::Acknowledged), ["disposition", "return"]);
        assert_eq!(left(DeliveryState::Acted), ["disposition"]);
    }
}
