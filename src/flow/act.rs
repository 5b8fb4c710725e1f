//! An act is recorded together with everything it sets in motion: orders, the messages to their targets, the receipt, and
//! the evidence, in one transaction. Whoever calls this holds an [`Actor`], so that it was proven who acts.

mod files;
mod given;
mod mark;
mod onward;
pub mod settle;

pub use files::{carried, files_of, keep, too_many};
pub use given::{echo as order_echo, in_force};

use super::holdings::{ANSWER, of_act};
use super::house::{CityView, House};
use super::outgoing::{Gate, NewMessage, plan, put, text};
use super::receive::Asked;
use crate::domain::codes::{EmployeeNumber, PositionCode};
use crate::domain::directory::Official;
use crate::domain::disposition::{Later, OrderState};
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::ids::{ActId, InboundId, OrderId};
use crate::domain::letter::{LetterFile, SecurityClass};
use crate::domain::routing::{Address, Content, PlannedDelivery, RouteReason};
use crate::domain::trust::Actor;
use crate::domain::words::words;
use crate::render::context::{Act as SaidAct, ActRecorded, DayOff, Message};
use crate::render::moment::Moment;
use crate::store::files::{hex, sha256};
use crate::store::records::{StoredAct, StoredDelivery, StoredLetter, StoredMessage};
use crate::store::{StoreError, Topic, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// What an official did.
    ActKind {
        /// Ordered something of somebody below.
        Disposition = "disposition",
        /// Passed it up or sideways.
        Forward = "forward",
        /// Gave it back: it belongs elsewhere.
        Return = "return",
        /// Approved.
        Approve = "approve",
        /// Rejected.
        Reject = "reject",
        /// Told what was done.
        Report = "follow_up_report",
        /// Said that he has it.
        Acknowledge = "acknowledge",
    }
}

impl ActKind {
    /// Its name in the templates.
    pub const fn said(self) -> SaidAct {
        match self {
            Self::Disposition => SaidAct::Disposition,
            Self::Forward => SaidAct::Forward,
            Self::Return => SaidAct::Return,
            Self::Approve => SaidAct::Approval,
            Self::Reject => SaidAct::Rejection,
            Self::Report => SaidAct::Report,
            Self::Acknowledge => SaidAct::Acknowledgement,
        }
    }

    /// True where a second person's act on the same letter for the same post comes too late.
    pub const fn is_decision(self) -> bool {
        !matches!(self, Self::Acknowledge | Self::Report)
    }
}

/// One order of a disposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedOrder {
    /// To whom.
    pub target: PositionCode,
    /// Codes of instructions.
    pub instructions: Vec<String>,
    /// Until when.
    pub due_at: Option<Timestamp>,
    /// What it is to an earlier order of the same post to the same target on this letter; found when it is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub later: Option<Later>,
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAct {
    /// What.
    pub kind: ActKind,
    /// The orders; of a forward the one that names the addressee.
    pub orders: Vec<PlannedOrder>,
    /// Instructions to nobody by name: "Arsip", "Saya hadir".
    #[serde(default)]
    pub own: Vec<String>,
    /// Free words, a reason, a report.
    pub note: String,
    /// Whom a return suggests.
    pub suggested: Option<PositionCode>,
    /// What was written, without quotes and signature.
    pub quote: String,
    /// Files that came with it, by hash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<LetterFile>,
}

/// The capacity, in evidence, of who acts at a unit's desk and for no post.
pub const OPERATOR: &str = "operator";

/// On what an act is done, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The letter.
    pub letter: &'a StoredLetter,
    /// The message that is answered.
    pub message: &'a StoredMessage,
    /// Its delivery through which the answer came.
    pub delivery: &'a StoredDelivery,
    /// Who answers, and is answered.
    pub person: &'a EmployeeNumber,
    /// The inbound item.
    pub inbound: InboundId,
    /// email or telegram.
    pub via: &'static str,
    /// Subject of the mail that is answered; empty for Telegram.
    pub thread_subject: &'a str,
    /// Message-ID of the mail that is answered.
    pub in_reply_to: Option<&'a str>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Recorded.
    New(ActId),
    /// The same person gave the very same answer before.
    Before,
    /// That act gave the very same orders, and they stand.
    Stands(ActId),
}

impl Recorded {
    /// The act that gave the same orders before, where this one says nothing new.
    pub const fn given(&self) -> Option<ActId> {
        match self {
            Self::Stands(act) => Some(*act),
            Self::New(_) | Self::Before => None,
        }
    }
}

/// Records an act and what follows.
#[tracing::instrument(name = "flow.act.record", skip_all, fields(letter = %occasion.letter.id))]
pub async fn record(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (actor, act): (&Actor, &PlannedAct),
    occasion: Occasion<'_>,
) -> Result<Recorded, StoreError> {
    // A forward asks, it does not order: what it names is told onward like a report.
    let orders = act.kind == ActKind::Disposition;
    let placed = if orders { given::placed(tx, actor.position(), act, occasion.letter.id).await? } else { act.clone() };
    let stored = stored_act(house, actor, (act, &placed), occasion);
    let act = &placed;
    if let Some(order) = given::stands(act)
        && let Some(order) = tx.order(order).await?
    {
        return Ok(Recorded::Stands(order.act));
    }
    if !tx.insert_act(&stored).await? {
        return Ok(Recorded::Before);
    }
    if let Some(order) = occasion.message.order {
        tx.advance_order(order, answered_state(act.kind)).await?;
    }
    let changed = settle::settle(tx, &stored, act, occasion).await?;
    let fact = act_fact(house, &stored, act, occasion);
    // Cause before effect: the chain says what was done, then what it set in motion.
    tx.insert_fact(&changed.into_iter().fold(fact, |fact, state| fact.with(settle::LETTER_STATE, state))).await?;
    for order in act.orders.iter().filter(|_| orders) {
        given::give(house, tx, city, (&stored, order), occasion).await?;
    }
    onward::tell(house, tx, city, (&stored, act), occasion).await?;
    mark::answered(house, tx, occasion, act.kind).await?;
    receipt(house, tx, city, (actor, act), occasion).await?;
    tx.announce(Topic::Facts);
    Ok(Recorded::New(stored.id))
}

fn stored_act(house: &House, actor: &Actor, (act, placed): (&PlannedAct, &PlannedAct), occasion: Occasion<'_>) -> StoredAct {
    // The quote is left out: the same order in other words is the same order; a changed date is another one. So is what it is to
    // earlier orders: the same mail by another way in is the same answer, whatever came between.
    let same = PlannedAct { quote: String::new(), ..act.clone() };
    let content_hash = sha256(&serde_json::to_vec(&same).unwrap_or_default());
    StoredAct {
        id: ActId::new(house.uuid()),
        letter: occasion.letter.id,
        kind: act.kind.as_str().to_owned(),
        person: actor.person().clone(),
        position: actor.position().clone(),
        capacity: actor.capacity(),
        delegation: actor.delegation(),
        via: occasion.via.to_owned(),
        assurance: actor.assurance().as_str().to_owned(),
        inbound: Some(occasion.inbound),
        delivery: occasion.delivery.id,
        order: occasion.message.order,
        content_hash,
        body: serde_json::to_value(placed).unwrap_or_default(),
        recorded_at: house.now(),
    }
}

fn act_fact(house: &House, stored: &StoredAct, act: &PlannedAct, occasion: Occasion<'_>) -> Fact {
    let who = FactActor {
        kind: "official".into(),
        who: stored.person.to_string(),
        on_behalf_of: Some(stored.position.to_string()),
        capacity: if occasion.message.position.is_some() { stored.capacity.as_str() } else { OPERATOR }.to_owned(),
        assurance: stored.assurance.clone(),
    };
    let mut fact = house.fact(FactKind::ConsignmentAcceptance, who);
    (fact.letter, fact.act, fact.inbound) = (Some(stored.letter), Some(stored.id), stored.inbound);
    (fact.delivery, fact.channel) = (Some(stored.delivery), Some(occasion.delivery.channel));
    fact.recipient = Some(occasion.message.recipient.clone());
    fact.content.push(of_act(&stored.body.to_string()));
    let targets: Vec<String> = act.orders.iter().map(|order| order.target.to_string()).collect();
    let instructions = instructions(act);
    let files: Vec<&str> = act.files.iter().map(|file| file.sha256.as_str()).collect();
    if !files.is_empty() {
        fact = fact.with("files", files.join(" "));
    }
    let corrected: Vec<String> = act.orders.iter().filter_map(corrects).map(|id| id.to_string()).collect();
    if !corrected.is_empty() {
        fact = fact.with("corrects", corrected.join(" "));
    }
    fact.with("intent", act.kind.as_str())
        .with("targets", targets.join(" "))
        .with("instructions", instructions.join(" "))
        .with("delegation", stored.delegation.map(|id| id.to_string()).unwrap_or_default())
        .with("via", &stored.via)
        .with("order", stored.order.map(|id| id.to_string()).unwrap_or_default())
        .with("recorded_at", text(stored.recorded_at))
        .with(ANSWER, hex(&stored.content_hash))
}

const fn corrects(order: &PlannedOrder) -> Option<OrderId> {
    match order.later {
        Some(Later::Corrects(id)) => Some(id),
        _ => None,
    }
}

/// Every instruction of an act, each once, in order.
pub fn instructions(act: &PlannedAct) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for code in act.orders.iter().flat_map(|order| &order.instructions).chain(&act.own) {
        if !all.contains(code) {
            all.push(code.clone());
        }
    }
    all
}

/// How far an act takes the order that it answers.
pub const fn answered_state(kind: ActKind) -> OrderState {
    match kind {
        ActKind::Acknowledge => OrderState::Read,
        ActKind::Report => OrderState::Reported,
        ActKind::Return => OrderState::Returned,
        ActKind::Forward => OrderState::ForwardedUp,
        ActKind::Disposition => OrderState::Redelegated,
        ActKind::Approve | ActKind::Reject => OrderState::Completed,
    }
}

/// The receipt goes back the way the answer came.
async fn receipt(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (actor, act): (&Actor, &PlannedAct),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let title = |code: &PositionCode| city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone());
    let due = act.orders.iter().filter_map(|order| order.due_at).min();
    let note_of = |at: Timestamp| {
        let day = city.calendar.day(at);
        city.calendar.day_off(day).map(|name| DayOff { day: Moment::day(day), day_off_name: name.to_owned() })
    };
    let instructions = instructions(act);
    let told = given::told(tx, city, act).await?;
    let new = act.orders.iter().filter(|order| !matches!(order.later, Some(Later::Repeats(_))));
    let said = Message::ActRecorded(ActRecorded {
        thread_subject: occasion.thread_subject.to_owned(),
        letter_number: occasion.letter.letter.letter_number.clone(),
        class: occasion.letter.letter.class,
        agenda_number: super::dispatch::agenda_number(tx, occasion.message.position.as_ref(), occasion.letter, city).await?,
        recorded_at: Moment::at(&city.calendar, house.now()),
        act: if told.is_correction { SaidAct::Correction } else { act.kind.said() },
        targets: new.map(|order| title(&order.target)).collect(),
        instructions,
        before: told.before,
        corrected: told.corrected,
        added: told.added,
        unchanged: told.unchanged,
        due: due.map(|due| Moment::at(&city.calendar, due)),
        note: act.note.clone(),
        due_note: due.and_then(note_of),
        capacity_position: super::house::acted_as(&city.directory, actor.desk(), (actor.position(), actor.capacity())),
        assurance: super::assurance::words(actor.assurance().as_str()),
        undo_until: None,
        can_change: false,
    });
    answer(house, tx, city, &said, occasion).await
}

/// Sends words back to the person who wrote or pressed, on the channel he used.
pub async fn answer(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    said: &Message,
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    answer_asking(house, tx, city, (said, None), occasion).await
}

/// The same with a question in it: what was asked about is kept with the words, for the answer to it.
pub async fn answer_asking(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (said, asked): (&Message, Option<&Asked>),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let Some(person) = city.directory.official(occasion.person) else { return Ok(()) };
    let Some(address) = way_back(person, occasion) else { return Ok(()) };
    let mut payload = said.to_payload();
    if let (Some(map), Some(id)) = (payload.as_object_mut(), occasion.in_reply_to) {
        map.insert("in_reply_to".into(), id.into());
    }
    if let (Some(map), Some(asked)) = (payload.as_object_mut(), asked) {
        map.insert("asked".into(), serde_json::to_value(asked).unwrap_or_default());
    }
    let new = NewMessage {
        letter: Some(occasion.letter.id),
        kind: said.kind(),
        role: "notice",
        recipient: occasion.message.recipient.clone(),
        position: occasion.message.position.clone(),
        person: Some(person.number.clone()),
        capacity: occasion.message.capacity,
        delegation: occasion.message.delegation,
        order: occasion.message.order,
        payload,
    };
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let planned = PlannedDelivery { address, content: Content::Full, reason: RouteReason::Answer };
    put(tx, &plan(house, gate, new, &[planned], occasion.letter.letter.urgency)).await
}

fn way_back(person: &Official, occasion: Occasion<'_>) -> Option<Address> {
    let mail = || person.working_email().map(|email| Address::Email(email.to_owned()));
    // A closed letter has no words on Telegram, not even receipts.
    let chat = || person.working_chat().filter(|_| occasion.letter.letter.class != SecurityClass::TopSecret).map(Address::Chat);
    if occasion.via == "telegram" { chat().or_else(mail) } else { mail().or_else(chat) }
}
