//! Decide: what a proven official wants becomes a value, before anything is written. Pure.

use crate::domain::calendar::WorkCalendar;
use crate::domain::codes::PositionCode;
use crate::domain::directory::Directory;
use crate::domain::disposition::{Direction, Refusal, Rights, Standpoint, may_order};
use crate::domain::inbound::InboundState;
use crate::domain::instruction::{Choice, Intent, QuestionKind, Reading, Unclear};
use crate::domain::letter::SecurityClass;
use crate::domain::policy::DispositionReach;
use crate::domain::tray::TrayWord;
use crate::domain::trust::Actor;
use crate::flow::act::{ActKind, PlannedAct, PlannedOrder};
use jiff::civil::DateTime;

/// What is asked back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Code of the problem.
    pub kind: QuestionKind,
    /// The words it is about.
    pub quoted: String,
    /// What may be chosen.
    pub choices: Vec<Choice>,
}

/// What is to be done with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Record it, with all that follows.
    Accept(Box<PlannedAct>),
    /// Ask back.
    Ask(Question),
    /// Refuse, with the code of the reason and the position it is about.
    Decline(&'static str, Option<PositionCode>),
    /// Keep as a note: nothing that could be recorded as an act.
    Comment(TrayWord),
}

impl Decision {
    /// The visible state that the answer ends in, and the code of the reason.
    pub const fn outcome(&self) -> (InboundState, &'static str) {
        match self {
            Self::Accept(_) => (InboundState::Recorded, ""),
            Self::Ask(question) => (InboundState::Asked, question.kind.as_str()),
            Self::Decline(why, _) => (InboundState::Declined, why),
            Self::Comment(why) => (InboundState::Comment, why.as_str()),
        }
    }
}

/// What deciding looks at.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The directory.
    pub directory: &'a Directory,
    /// The calendar.
    pub calendar: &'a WorkCalendar,
    /// How far down a disposition may reach.
    pub reach: DispositionReach,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Positions above in the tree of this letter, nearest first: who ordered the answering post, who ordered him, ...
    pub above: &'a [PositionCode],
    /// Whether another person already decided on this message.
    pub decided_by_other: bool,
    /// Whether the letter is settled, and by somebody else.
    pub settled: bool,
    /// When the answer came, in the city. The reader knows when it was written: a mail may come days later, a question be answered
    /// after weeks, and a button be pressed when the day that was chosen is over.
    pub now: DateTime,
}

/// Decides on a reading.
pub fn decide(actor: &Actor, reading: &Reading, quote: &str, record: Record<'_>) -> Decision {
    // "I have it" decides nothing: neither the class of the letter nor its end is in the way.
    let acknowledges = reading.intent == Intent::Acknowledge && reading.unclear.is_none();
    if record.class.is_closed() && !acknowledges {
        return Decision::Decline("class_forbids_channel", None);
    }
    if actor.desk().is_some() && reading.intent != Intent::Acknowledge {
        return Decision::Decline("unit_operator_acting", None);
    }
    if let Some(unclear) = &reading.unclear {
        return ask(actor, unclear, record);
    }
    let Some(kind) = kind_of(reading.intent) else { return other(reading.intent) };
    if record.settled && !acknowledges {
        return Decision::Decline("already_settled", None);
    }
    if kind.is_decision() && record.decided_by_other {
        return Decision::Decline("already_recorded", None);
    }
    if let Some(order) = reading.orders.iter().find(|order| kind == ActKind::Disposition && order.due.is_before(record.now)) {
        return Decision::Ask(Question { kind: QuestionKind::DueInPast, quoted: order.due.to_string(), choices: Vec::new() });
    }
    let (orders, suggested) = orders(kind, reading, record);
    if let Some(refused) = refused(actor, kind, &orders, record) {
        return refused;
    }
    if kind == ActKind::Disposition && orders.is_empty() && reading.instructions().is_empty() {
        return Decision::Ask(Question { kind: QuestionKind::TargetMissing, quoted: quote.to_owned(), choices: Vec::new() });
    }
    let own = if orders.is_empty() && kind == ActKind::Disposition {
        reading.instructions().iter().map(|code| code.as_str().to_owned()).collect()
    } else {
        Vec::new()
    };
    Decision::Accept(Box::new(PlannedAct {
        kind,
        orders,
        own,
        note: reading.note.clone().unwrap_or_else(|| note(kind, quote)),
        suggested,
        quote: quote.to_owned(),
        files: Vec::new(),
    }))
}

/// What is asked back. A post below that this official may not order is no choice.
fn ask(actor: &Actor, unclear: &Unclear, record: Record<'_>) -> Decision {
    let directory = record.directory;
    let may_be_meant = |choice: &&Choice| match choice {
        Choice::Position(post) if record.reach == DispositionReach::Direct => {
            !directory.is_below(post, actor.position()) || directory.subordinates(actor.position()).contains(post)
        }
        _ => true,
    };
    match unclear.kind {
        QuestionKind::ToOneself => Decision::Decline("to_oneself", None),
        kind => {
            let choices = unclear.choices.iter().filter(may_be_meant).cloned().collect();
            Decision::Ask(Question { kind, quoted: unclear.quoted.clone(), choices })
        }
    }
}

const fn kind_of(intent: Intent) -> Option<ActKind> {
    match intent {
        Intent::Disposition => Some(ActKind::Disposition),
        Intent::Forward => Some(ActKind::Forward),
        Intent::Return => Some(ActKind::Return),
        Intent::Approve => Some(ActKind::Approve),
        Intent::Reject => Some(ActKind::Reject),
        Intent::FollowUpReport => Some(ActKind::Report),
        Intent::Acknowledge => Some(ActKind::Acknowledge),
        _ => None,
    }
}

/// Words that act on things which do not exist by now, questions, and mails without words of their own.
const fn other(intent: Intent) -> Decision {
    match intent {
        Intent::None => Decision::Decline("empty_reply", None),
        Intent::Question => Decision::Comment(TrayWord::Question),
        _ => Decision::Comment(TrayWord::WordNotInUse),
    }
}

/// The orders as they would be recorded; of a return, whom it suggests.
fn orders(kind: ActKind, reading: &Reading, record: Record<'_>) -> (Vec<PlannedOrder>, Option<PositionCode>) {
    if kind == ActKind::Return {
        return (Vec::new(), reading.targets().into_iter().next());
    }
    if !matches!(kind, ActKind::Disposition | ActKind::Forward) {
        return (Vec::new(), None);
    }
    let mut planned: Vec<PlannedOrder> = Vec::new();
    for order in &reading.orders {
        for target in &order.targets {
            let codes = order.instructions.iter().map(|code| code.as_str().to_owned());
            let due_at = order.due.moment(record.calendar);
            match planned.iter_mut().find(|known| &known.target == target) {
                // Two sentences about one post are one order to it.
                Some(known) => {
                    known.instructions.extend(codes);
                    known.due_at = known.due_at.into_iter().chain(due_at).min();
                }
                None => planned.push(PlannedOrder { target: target.clone(), instructions: codes.collect(), due_at, later: None }),
            }
        }
    }
    (planned, None)
}

fn refused(actor: &Actor, kind: ActKind, orders: &[PlannedOrder], record: Record<'_>) -> Option<Decision> {
    let from = Standpoint { giver: actor.position(), person: Some((actor.person(), record.now.date())), came_from: record.above };
    let direction = if kind == ActKind::Forward { Direction::UpOrSideways } else { Direction::Down };
    let rights = Rights { reach: record.reach, also: Vec::new() };
    let refusal = orders.iter().find_map(|order| may_order(record.directory, from, &order.target, direction, &rights).err())?;
    Some(match refusal {
        Refusal::ToOneself(_) => Decision::Decline("to_oneself", None),
        // A letter goes back to where it came from as a report or a return; as guidance it may be asked for upwards.
        Refusal::Circular { target } => Decision::Decline("circular", Some(target)),
        Refusal::NotAuthorised { target, .. } | Refusal::UnknownPost(target) | Refusal::IsBelow { target, .. } => {
            Decision::Decline("not_authorised", Some(target))
        }
    })
}

/// Reports, reasons and answers are their own note.
fn note(kind: ActKind, quote: &str) -> String {
    match kind {
        ActKind::Report | ActKind::Return | ActKind::Reject | ActKind::Approve | ActKind::Forward => quote.to_owned(),
        ActKind::Disposition | ActKind::Acknowledge => String::new(),
    }
}
