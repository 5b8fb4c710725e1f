//! The words of a report, a return, a decision and a forward: what somebody did, told to whom it concerns.

use super::Claimed;
use super::carriage::Carriage;
use super::words::{WordsError, acting_as, examples, facts, file_text, missing};
use crate::domain::codes::PositionCode;
use crate::domain::ids::ActId;
use crate::flow::act::{PlannedAct, PlannedOrder};
use crate::flow::assurance;
use crate::flow::house::{CityView, House, titled};
use crate::render::context::{
    Decided, DispositionCopy, Forwarded, Item, LetterFacts, Message, Purpose, ReportOn, ReportReceived, Returned,
};
use crate::render::moment::Moment;
use crate::store::Tx;
use crate::store::records::{StoredAct, StoredLetter, StoredMessage, StoredOrder};

/// The kinds that are put into words here.
pub const KINDS: [&str; 6] = ["report_received", "returned", "forward_received", "approved", "rejected", "disposition_copy"];

/// The context of one of [`KINDS`].
pub async fn told(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (claimed, stored): (&Claimed, &StoredLetter),
    carriage: &Carriage,
) -> Result<Message, WordsError> {
    let said = &claimed.message;
    let (done, act) = done(tx, said).await?;
    let orders = tx.orders_of(stored.id).await?;
    let given = done.order.and_then(|id| orders.iter().find(|one| one.id == id));
    let (actor, actor_short) = named(city, &done).ok_or_else(|| missing(said, "acting position"))?;
    let facts = facts(tx, said, stored, city).await?;
    Ok(match said.kind.as_str() {
        "report_received" => {
            let (answers, asked_at) = asked(tx, city, (&done, given), stored).await?;
            Message::ReportReceived(ReportReceived {
                actor,
                actor_short,
                answers,
                asked_at,
                report_text: act.note,
                act_files: carriage.files.clone(),
                assurance: assurance::words(&done.assurance),
                open_children: given.map(|order| open_beside(city, &orders, order)).unwrap_or_default(),
                facts,
            })
        }
        "returned" => {
            let item = if given.is_some() { Item::Disposition } else { Item::Letter };
            returned(city, said, (act, item), (facts, actor), carriage)
        }
        kind @ ("approved" | "rejected") => {
            let (item, assurance) = (item(tx, &done).await?, assurance::words(&done.assurance));
            let (note, act_files) = (act.note, carriage.files.clone());
            let decided = Decided { facts, actor, actor_short, item, note, act_files, assurance };
            if kind == "approved" { Message::Approved(decided) } else { Message::Rejected(decided) }
        }
        "disposition_copy" => copy(city, said, (done, act), (facts, actor, actor_short), carriage),
        _ => Message::ForwardReceived(Forwarded {
            giver: actor,
            giver_short: actor_short,
            acting_as: acting_as(said, city, house),
            purpose: purpose(&act.orders.iter().flat_map(|order| &order.instructions).chain(&act.own).collect::<Vec<_>>()),
            note: act.note,
            act_files: carriage.files.clone(),
            examples: examples(said.position.as_ref(), city),
            file: file_text(stored, carriage)?,
            facts,
        }),
    })
}

fn returned(
    city: &CityView,
    said: &StoredMessage,
    (act, item): (PlannedAct, Item),
    (facts, actor): (LetterFacts, String),
    carriage: &Carriage,
) -> Message {
    Message::Returned(Returned {
        actor,
        item,
        return_reason: act.note,
        act_files: carriage.files.clone(),
        suggested_target: act.suggested.and_then(|code| city.directory.position(&code)).map(|post| post.title.clone()),
        example_1: examples(said.position.as_ref(), city).into_iter().next().unwrap_or_default(),
        facts,
    })
}

/// Title and short title of whoever acted, with capacity.
fn named(city: &CityView, done: &StoredAct) -> Option<(String, String)> {
    let post = city.directory.position(&done.position)?;
    Some((titled(post, Some(done.capacity)), format!("{}{}", done.capacity.prefix(), post.short_title)))
}

/// The act that is told, from the record.
pub(super) async fn done(tx: &mut Tx, said: &StoredMessage) -> Result<(StoredAct, PlannedAct), WordsError> {
    let id: ActId = said
        .payload
        .get("act")
        .cloned()
        .and_then(|id| serde_json::from_value(id).ok())
        .ok_or_else(|| missing(said, "the act's id"))?;
    done_by(tx, said, id).await
}

/// An act by its id, with what was planned.
pub(super) async fn done_by(tx: &mut Tx, said: &StoredMessage, id: ActId) -> Result<(StoredAct, PlannedAct), WordsError> {
    let done = tx.act(id).await?.ok_or_else(|| missing(said, "act"))?;
    let act = serde_json::from_value(done.body.clone())
        .map_err(|error| WordsError::Payload { kind: said.kind.clone(), reason: error.to_string() })?;
    Ok((done, act))
}

/// The part of a disposition that passes the reader over: the orders to posts below his.
fn copy(
    city: &CityView,
    said: &StoredMessage,
    (done, act): (StoredAct, PlannedAct),
    (mut facts, giver, giver_short): (LetterFacts, String, String),
    carriage: &Carriage,
) -> Message {
    let below = |order: &&PlannedOrder| said.position.as_ref().is_none_or(|own| city.directory.is_below(&order.target, own));
    let orders: Vec<&PlannedOrder> = act.orders.iter().filter(below).collect();
    let title = |code: &PositionCode| city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone());
    let mut instructions: Vec<String> = Vec::new();
    for code in orders.iter().flat_map(|order| &order.instructions) {
        if !instructions.contains(code) {
            instructions.push(code.clone());
        }
    }
    let due = orders.iter().filter_map(|order| order.due_at).min();
    facts.due = due.map(|due| Moment::at(&city.calendar, due));
    Message::DispositionCopy(DispositionCopy {
        facts,
        giver,
        giver_short,
        targets: orders.iter().map(|order| title(&order.target)).collect(),
        instructions,
        note: act.note,
        act_files: carriage.files.clone(),
        assurance: assurance::words(&done.assurance),
    })
}

/// By what a report was asked for, and when: an order, what somebody passed on, else the letter. Who reports on a copy of an order
/// reports to whoever gave it.
async fn asked(
    tx: &mut Tx,
    city: &CityView,
    (done, given): (&StoredAct, Option<&StoredOrder>),
    stored: &StoredLetter,
) -> Result<(ReportOn, Moment), WordsError> {
    if let Some(order) = given {
        return Ok((ReportOn::Disposition, Moment::at(&city.calendar, order.created_at)));
    }
    let answered = answered(tx, done).await?;
    let answers = match answered.as_ref().map(|message| message.kind.as_str()) {
        Some("forward_received") => ReportOn::Forward,
        Some("disposition_copy") => ReportOn::Disposition,
        _ => return Ok((ReportOn::Letter, Moment::day(stored.letter.letter_date))),
    };
    let at = answered.map_or(done.recorded_at, |message| message.created_at);
    Ok((answers, Moment::at(&city.calendar, at)))
}

/// The message that an act answers.
async fn answered(tx: &mut Tx, done: &StoredAct) -> Result<Option<StoredMessage>, WordsError> {
    Ok(match tx.delivery(done.delivery).await? {
        Some(delivery) => tx.message(delivery.message).await?,
        None => None,
    })
}

/// What was decided on: a report that was told, an order, else the letter itself.
async fn item(tx: &mut Tx, done: &StoredAct) -> Result<Item, WordsError> {
    Ok(match answered(tx, done).await? {
        Some(message) if message.kind == "report_received" => Item::Report,
        _ if done.order.is_some() => Item::Disposition,
        _ => Item::Letter,
    })
}

/// Posts whose orders of the same giver on the same letter nobody has reported on or returned yet.
fn open_beside(city: &CityView, orders: &[StoredOrder], answered: &StoredOrder) -> Vec<String> {
    let is_open = |state: &str| matches!(state, "issued" | "delivered" | "read" | "in_progress");
    let beside = orders.iter().filter(|one| one.act == answered.act && one.id != answered.id && is_open(&one.state));
    beside.filter_map(|order| city.directory.position(&order.target)).map(|post| post.short_title.clone()).collect()
}

fn purpose(instructions: &[&String]) -> Option<Purpose> {
    let any = |codes: &[&str]| instructions.iter().any(|code| codes.contains(&code.as_str()));
    if any(&["give_opinion", "consider", "discuss_with_me"]) {
        return Some(Purpose::Guidance);
    }
    any(&["for_information"]).then_some(Purpose::Information)
}
