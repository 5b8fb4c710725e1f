//! What was done before stands in the way: the same answer again, another person who was first, a letter that is settled.

use super::{echo, refused, say};
use crate::domain::ids::ActId;
use crate::domain::trust::Actor;
use crate::flow::act::Occasion;
use crate::flow::act::settle::closing;
use crate::flow::house::{CityView, House, acted_as};
use crate::render::context::{AlreadyRecorded, Because, Message};
use crate::render::moment::Moment;
use crate::store::{StoreError, Tx};

/// The very same answer again, or orders that another act gave already. Where it is the very same mail, by another way in, its
/// writer has his receipt already.
pub async fn used(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    given: Option<ActId>,
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let last = match given {
        Some(id) => tx.act(id).await?,
        None => tx.acts_on_message(occasion.message.id).await?.into_iter().rfind(|one| &one.person == occasion.person),
    };
    let Some(last) = last else { return Ok(()) };
    let first = match last.inbound {
        Some(id) => tx.inbound(id).await?,
        None => None,
    };
    let first_id = first.as_ref().and_then(|item| item.detail.get("message_id")).and_then(|id| id.as_str());
    if occasion.in_reply_to.is_some() && first_id == occasion.in_reply_to {
        return Ok(());
    }
    let because = Because::TokenUsed {
        letter_number: occasion.letter.letter.letter_number.clone(),
        recorded_at: Moment::at(&city.calendar, last.recorded_at),
        echo: echo(&last, city),
    };
    say(house, tx, city, &Message::Refused(refused(occasion, because)), occasion).await
}

/// The letter is settled: by whom, and when.
pub(super) async fn settled(tx: &mut Tx, city: &CityView, occasion: Occasion<'_>) -> Result<Option<Because>, StoreError> {
    let closing = closing(tx, occasion.letter).await?;
    Ok(closing.map(|act| Because::AlreadySettled {
        letter_number: occasion.letter.letter.letter_number.clone(),
        actor: acted_as(&city.directory, None, (&act.position, act.capacity)),
        closed_at: Moment::at(&city.calendar, act.recorded_at),
    }))
}

/// Another person was first.
pub(super) async fn already(
    tx: &mut Tx,
    city: &CityView,
    occasion: Occasion<'_>,
    actor: &Actor,
) -> Result<Option<Message>, StoreError> {
    let acts = tx.acts_of(occasion.letter.id).await?;
    let first = acts.iter().find(|one| &one.position == actor.position() && &one.person != actor.person());
    let Some(first) = first else { return Ok(None) };
    Ok(Some(Message::AlreadyRecorded(AlreadyRecorded {
        thread_subject: occasion.thread_subject.to_owned(),
        class: occasion.letter.letter.class,
        actor: acted_as(&city.directory, None, (&first.position, first.capacity)),
        recorded_at: Moment::at(&city.calendar, first.recorded_at),
        echo: echo(first, city),
    })))
}
