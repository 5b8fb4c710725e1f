//! A last press that records nothing: the words that a mail would have got, in the place of the buttons, and a pop-up that says
//! why, at every press and however many answers a day are given: nobody shall believe that it was recorded.

use super::{Behind, settled};
use crate::domain::inbound::InboundState;
use crate::domain::instruction::Reading;
use crate::flow::dispatch::frame;
use crate::flow::house::House;
use crate::flow::receive::decide::Decision;
use crate::flow::refuse;
use crate::render::context::{Chat, Message, Pop, You};
use crate::store::records::StoredInbound;
use crate::store::{StoreError, Tx};

/// Settles the item and gives the pop-up and the words.
pub async fn told(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    (decision, reading): (&Decision, &Reading),
) -> Result<(Pop, String), StoreError> {
    let (state, why) = decision.outcome();
    // A press has no words of its own that could be kept as a note.
    let state = if state == InboundState::Asked { state } else { InboundState::Declined };
    settled(house, tx, item, state, why).await?;
    let about = if let Decision::Decline(_, about) = decision { about.as_ref() } else { None };
    let words = refuse::words(house, tx, behind.city, (behind.actor, why, about, reading), behind.occasion(item.id)).await?;
    let pop = match &words {
        Some(Message::AlreadyRecorded(said)) => {
            Pop::RecordedBy { actor: said.actor.clone(), recorded_at: said.recorded_at.clone() }
        }
        _ => match house.desk.label("press_why", why) {
            Some(why) => Pop::Declined { why: why.to_owned() },
            None => Pop::NotRecorded,
        },
    };
    Ok((pop, html(house, behind, words.as_ref())))
}

fn html(house: &House, behind: &Behind<'_>, words: Option<&Message>) -> String {
    let answered = behind.answered;
    let around = frame(house, &answered.message, Some(&answered.letter), behind.city);
    let said = words.and_then(|words| house.desk.chat(&around, words).ok()).map(|text| text.html);
    said.or_else(|| house.desk.say(You::Either, &Chat::FlowUnrecorded).ok().map(|text| text.html)).unwrap_or_default()
}
