//! A press or a text from Telegram through the stages. What is shown on the phone (pop-up, edited message) is done after
//! the commit: it may be lost without loss, since a second press says what is recorded.

mod command;
mod dialog;
mod link;
mod refused;
mod show;

use super::decide::{Decision, decide};
use super::mail::{Answered, slice};
use super::{keep, settled};
use crate::channel::telegram::ChatId;
use crate::channel::telegram::updates::{self, Incoming};
use crate::domain::directory::PersonalChannelState;
use crate::domain::ids::{ActId, InboundId};
use crate::domain::inbound::InboundState;
use crate::domain::instruction::{Intent, Reading};
use crate::domain::trust::{Actor, Doubt, Owner, Standing, judge_chat};
use crate::flow::act::settle::answerable_until;
use crate::flow::act::{self, Occasion, PlannedAct, Recorded};
use crate::flow::doors::Doors;
use crate::flow::house::{CityView, House};
use crate::render::context::Pop;
use crate::render::moment::Moment;
use crate::store::files::sha256;
use crate::store::records::{StoredAct, StoredButton, StoredInbound, StoredTray};
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
pub use show::Effect;

/// Judges one kept update, then shows on the phone what came of it.
#[tracing::instrument(name = "flow.press.judge", skip_all, fields(inbound = %kept.id))]
pub async fn judge(house: &House, doors: &Doors, kept: &StoredInbound) -> Result<(), StoreError> {
    let raw = keep::raw(house, kept).await?;
    let incoming = updates::parse(&String::from_utf8_lossy(&raw));
    let mut item = kept.clone();
    incoming.kind().clone_into(&mut item.class);
    let mut tx = house.store.write().await?;
    let effects = judge_incoming(house, &mut tx, &mut item, &incoming).await?;
    crate::domain::abort::point("receive.before_record_commit");
    tx.commit().await?;
    show::all(house, doors, effects).await
}

async fn judge_incoming(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    incoming: &Incoming,
) -> Result<Vec<Effect>, StoreError> {
    let city = house.city(tx).await?;
    match incoming {
        Incoming::Press { callback_id, from, data, .. } => {
            press(house, tx, item, &city, Pressed { callback_id, chat: from.id, data }).await
        }
        Incoming::Start { origin, code } => link::start(house, tx, item, &city, (origin, code.as_deref())).await,
        Incoming::Text { origin, text } => dialog::text(house, tx, item, &city, (origin, text)).await,
        Incoming::Membership { chat, blocked, .. } => membership(house, tx, item, *chat, *blocked).await,
        Incoming::Group { chat, present } => {
            settled(house, tx, item, InboundState::Declined, "group_refused").await?;
            Ok(if *present { vec![Effect::Leave(*chat)] } else { Vec::new() })
        }
        Incoming::Command { origin, name, .. } => command::command(house, tx, item, &city, (origin.message.chat, name)).await,
        Incoming::File { origin, .. } | Incoming::Unsupported { origin } => {
            settled(house, tx, item, InboundState::Comment, "free_text").await?;
            Ok(vec![link::greeting(house, &city, origin.message.chat)])
        }
        Incoming::Edited { .. } => {
            settled(house, tx, item, InboundState::Comment, "message_edited").await?;
            Ok(Vec::new())
        }
        Incoming::Other { why } => {
            settled(house, tx, item, InboundState::Automatic, why).await?;
            Ok(Vec::new())
        }
    }
}

/// The owner blocked the bot, or came back: his next letters are routed by it.
async fn membership(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    chat: ChatId,
    blocked: bool,
) -> Result<Vec<Effect>, StoreError> {
    let state = if blocked { PersonalChannelState::Blocked } else { PersonalChannelState::Verified };
    if tx.set_link_state(chat.0, state, false, house.now()).await? > 0 {
        tx.bump_directory().await?;
    }
    settled(house, tx, item, InboundState::Recorded, "").await?;
    Ok(Vec::new())
}

/// A press as it came.
#[derive(Clone, Copy)]
pub struct Pressed<'a> {
    /// To be answered.
    pub callback_id: &'a str,
    /// Who pressed: in a private chat the person's id.
    pub chat: i64,
    /// The token.
    pub data: &'a str,
}

/// Everything behind a press that proved to be good.
pub struct Behind<'a> {
    /// The button.
    pub button: &'a StoredButton,
    /// The record it belongs to.
    pub answered: &'a Answered,
    /// Who pressed.
    pub actor: &'a Actor,
    /// The city.
    pub city: &'a CityView,
}

impl<'a> Behind<'a> {
    /// On what the press is an act, and from where.
    const fn occasion(&self, inbound: InboundId) -> Occasion<'a> {
        Occasion {
            letter: &self.answered.letter,
            message: &self.answered.message,
            delivery: &self.answered.delivery,
            person: self.actor.person(),
            inbound,
            via: "telegram",
            thread_subject: "",
            in_reply_to: None,
        }
    }
}

async fn press(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    city: &CityView,
    pressed: Pressed<'_>,
) -> Result<Vec<Effect>, StoreError> {
    let popped = |pop: &Pop| vec![Effect::pop(house, pressed.callback_id, pop)];
    let Some(button) = tx.button(&sha256(pressed.data.as_bytes())).await? else {
        settled(house, tx, item, InboundState::Declined, "button_old").await?;
        return Ok(popped(&Pop::ButtonOld));
    };
    let Some(answered) = answered(house, tx, &button, item.received_at).await? else {
        settled(house, tx, item, InboundState::Declined, "button_old").await?;
        return Ok(popped(&Pop::ButtonOld));
    };
    (item.delivery, item.letter) = (Some(answered.delivery.id), Some(answered.letter.id));
    let unit = answered.message.unit();
    let owner = Owner {
        position: answered.message.position.as_ref(),
        unit: unit.as_ref(),
        person: &button.person,
        delegation: answered.message.delegation,
        expired: answered.expired,
    };
    match judge_chat(pressed.chat, owner, &city.directory, city.calendar.day(item.received_at)) {
        Standing::Proven(actor) => {
            item.person = Some(actor.person().clone());
            let behind = Behind { button: &button, answered: &answered, actor: &actor, city };
            proven(house, tx, item, &behind, pressed).await
        }
        Standing::Unproven { why, person } => {
            item.person = person;
            let pop = unproven(house, tx, item, (city, &answered), why).await?;
            Ok(popped(&pop))
        }
    }
}

/// Not proven: a button that ran out only says so; anything else waits on the unit's tray.
async fn unproven(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    (city, answered): (&CityView, &Answered),
    why: Doubt,
) -> Result<Pop, StoreError> {
    if why == Doubt::TokenExpired {
        settled(house, tx, item, InboundState::Declined, why.as_str()).await?;
        return Ok(Pop::ButtonOld);
    }
    let tray = StoredTray {
        unit: crate::flow::tray::desk_behind(house, city, &answered.message),
        letter: item.letter,
        delivery: item.delivery,
        inbound: Some(item.id),
        ..crate::flow::tray::item(house, why)
    };
    tx.open_tray(&tray).await?;
    settled(house, tx, item, InboundState::Held, why.as_str()).await?;
    Ok(match why {
        Doubt::NotYours => Pop::NotYours,
        Doubt::PowerEnded | Doubt::DelegateOutsideDates => {
            Pop::NoPower { holder: crate::flow::refuse::successor(house, city, &answered.message) }
        }
        _ => Pop::ButtonOld,
    })
}

/// The record behind a button.
async fn answered(
    house: &House,
    tx: &mut Tx,
    button: &StoredButton,
    received_at: Timestamp,
) -> Result<Option<Answered>, StoreError> {
    let Some(delivery) = tx.delivery(button.delivery).await? else { return Ok(None) };
    let Some(mut message) = tx.message(delivery.message).await? else { return Ok(None) };
    message.order = act::in_force(tx, message.order).await?;
    let Some(letter) = message.letter else { return Ok(None) };
    let Some(letter) = tx.letter(letter).await? else { return Ok(None) };
    let over = answerable_until(house.dispositions(), &letter).is_some_and(|end| end <= received_at);
    let expired = over || letter.state == "recalled";
    Ok(Some(Answered { expired, delivery, message, letter, asked: None, files_kept: false }))
}

async fn proven(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    pressed: Pressed<'_>,
) -> Result<Vec<Effect>, StoreError> {
    if let Some(at) = behind.button.used_at {
        settled(house, tx, item, InboundState::Declined, "token_used").await?;
        let recorded_at = Moment::at(&behind.city.calendar, at);
        return Ok(vec![Effect::pop(house, pressed.callback_id, &Pop::RecordedAlready { recorded_at })]);
    }
    match (behind.button.dialog, behind.button.action.as_str()) {
        (Some(_), _) => dialog::step(house, tx, item, behind, pressed).await,
        (None, "acknowledge") => acknowledge(house, tx, item, behind, pressed).await,
        (None, "disposition" | "return") => dialog::begin(house, tx, item, behind, pressed).await,
        _ => {
            settled(house, tx, item, InboundState::Declined, "button_old").await?;
            Ok(vec![Effect::pop(house, pressed.callback_id, &Pop::ButtonOld)])
        }
    }
}

async fn acknowledge(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    pressed: Pressed<'_>,
) -> Result<Vec<Effect>, StoreError> {
    let reading = Reading::of(Intent::Acknowledge);
    let pop = match decision(house, tx, behind, &reading, "").await? {
        Decision::Accept(planned) => carry_out(house, tx, item, behind, &planned).await?,
        other => refused::told(house, tx, item, behind, (&other, &reading)).await?.0,
    };
    Ok(vec![Effect::pop(house, pressed.callback_id, &pop)])
}

/// The same decision as for mail: rights are asked in one place, whatever the door.
pub async fn decision(
    house: &House,
    tx: &mut Tx,
    behind: &Behind<'_>,
    reading: &Reading,
    quote: &str,
) -> Result<Decision, StoreError> {
    let slice = slice(tx, behind.answered).await?;
    let record = slice.record(behind.city, house.dispositions(), behind.actor, house.now());
    Ok(decide(behind.actor, reading, quote, record))
}

/// Uses the button once and records the act.
pub async fn carry_out(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    planned: &PlannedAct,
) -> Result<Pop, StoreError> {
    if !tx.use_button(&behind.button.token_hash, "recorded", house.now()).await? {
        settled(house, tx, item, InboundState::Declined, "token_used").await?;
        return Ok(Pop::RecordedAlready { recorded_at: recorded_before(house, tx, behind, None).await? });
    }
    match act::record(house, tx, behind.city, (behind.actor, planned), behind.occasion(item.id)).await? {
        Recorded::New(id) => {
            item.act = Some(id);
            settled(house, tx, item, InboundState::Recorded, "").await?;
            Ok(Pop::Recorded)
        }
        before @ (Recorded::Before | Recorded::Stands(_)) => {
            settled(house, tx, item, InboundState::Declined, "token_used").await?;
            Ok(Pop::RecordedAlready { recorded_at: recorded_before(house, tx, behind, before.given()).await? })
        }
    }
}

/// When this person acted on this message before, or gave the same orders.
async fn recorded_before(house: &House, tx: &mut Tx, behind: &Behind<'_>, given: Option<ActId>) -> Result<Moment, StoreError> {
    let by_him = |one: &StoredAct| &one.person == behind.actor.person();
    let last = match given {
        Some(id) => tx.act(id).await?,
        None => tx.acts_on_message(behind.answered.message.id).await?.into_iter().rfind(by_him),
    };
    Ok(Moment::at(&behind.city.calendar, last.map_or_else(|| house.now(), |one| one.recorded_at)))
}
