//! Understand: a mail that a person wrote and the slice of the record that it answers enter; who proved to be whom, what he
//! wants and what is to be done leave, as one value. Pure, so that what the daemon records and what `kurir inspect` only
//! shows can never differ: both call this, and nothing else decides about a mail.

use super::decide::{Decision, Record, decide};
use crate::channel::email::claims::claims;
use crate::channel::email::origin::BorderSettings;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::ids::{DelegationId, DeliveryId};
use crate::domain::inbound::{Claims, InboundState, MailClass};
use crate::domain::instruction::{Catalogue, Hint, Intent, Place, Reading, read_with};
use crate::domain::letter::SecurityClass;
use crate::domain::policy::DispositionRules;
use crate::domain::reply_text::ReplyText;
use crate::domain::trust::{Actor, Doubt, Owner, Standing, judge};
use crate::flow::house::CityView;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where and when a mail is judged.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Who is who, and when people work.
    pub city: &'a CityView,
    /// Our own name in mail.
    pub gateway: &'a Gateway,
    /// The border whose word counts.
    pub border: &'a BorderSettings,
    /// The office's rules of dispositions.
    pub rules: DispositionRules,
    /// The mail domain under which units and posts have addresses of their own; empty where nobody told it.
    pub domain: &'a str,
    /// When the mail was kept: rights are judged as of this moment, however late it is looked at.
    pub received_at: Timestamp,
}

/// What the record says about the message that a mail or a press answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The post it was for; `None` for a unit's operator.
    pub position: Option<PositionCode>,
    /// The unit it was for, where it was for no post.
    pub unit: Option<UnitCode>,
    /// The person it went to.
    pub person: Option<EmployeeNumber>,
    /// By which order that person stood in.
    pub delegation: Option<DelegationId>,
    /// Whether the time for answers is over.
    pub expired: bool,
    /// Class of the letter.
    pub class: SecurityClass,
    /// Whether the letter is settled.
    pub settled: bool,
    /// The post that settled it: it may still go on with it.
    pub closer: Option<PositionCode>,
    /// The posts from which it came down, nearest first.
    pub above: Vec<PositionCode>,
    /// Who decided on this message already, and for which post.
    pub decisions: Vec<(PositionCode, EmployeeNumber)>,
    /// What was asked, where the mail answers a question of ours.
    pub asked: Option<Asked>,
}

/// Words that were asked about. A figure in the answer is read as the choice of that number, and the words once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The delivery that the words answered.
    pub delivery: DeliveryId,
    /// The words.
    pub reply: String,
    /// From when their dates are read.
    pub at: Timestamp,
    /// What was chosen, question by question.
    pub picked: Vec<u8>,
}

impl Slice {
    /// Whose message it is, where it went to a person at all.
    pub fn owner(&self) -> Option<Owner<'_>> {
        Some(Owner {
            position: self.position.as_ref(),
            unit: self.unit.as_ref(),
            person: self.person.as_ref()?,
            delegation: self.delegation,
            expired: self.expired,
        })
    }

    /// What deciding on an act of this person looks at.
    pub fn record<'a>(&'a self, city: &'a CityView, rules: DispositionRules, actor: &Actor, now: Timestamp) -> Record<'a> {
        // The first valid act wins: another person in the same post was quicker.
        let by_other = |(post, person): &(PositionCode, EmployeeNumber)| post == actor.position() && person != actor.person();
        Record {
            directory: &city.directory,
            calendar: &city.calendar,
            reach: rules.reach,
            class: self.class,
            above: &self.above,
            decided_by_other: self.decisions.iter().any(by_other),
            settled: self.settled && self.closer.as_ref() != Some(actor.position()),
            now: city.calendar.local(now),
        }
    }
}

/// A mail, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// What it claims.
    pub claims: Claims,
    /// What the person wrote himself; empty where no person wrote it.
    pub reply: String,
    /// The figures that he chose of earlier questions, and the words that they were about.
    pub picked: Option<Asked>,
    /// What is to be done.
    pub verdict: Verdict,
}

/// What is to be done with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No person wrote it: it is a report or an automatic answer, whatever its text says.
    Machine(MailClass),
    /// Not proven; `person` is whom it claims to be from.
    Unproven {
        /// Why.
        why: Doubt,
        /// Whose name it bears.
        person: Option<EmployeeNumber>,
    },
    /// Proven, read and decided.
    Proven {
        /// Who acts.
        actor: Actor,
        /// What he wants.
        reading: Box<Reading>,
        /// What is done with it.
        decision: Decision,
    },
}

impl Verdict {
    /// The visible state that the mail ends in, and the code of the reason.
    pub const fn outcome(&self) -> (InboundState, &'static str) {
        match self {
            Self::Machine(MailClass::Bounce) => (InboundState::Bounce, ""),
            Self::Machine(MailClass::Mdn) => (InboundState::DisplayNotice, ""),
            Self::Machine(_) => (InboundState::Automatic, ""),
            Self::Unproven { why, .. } => (state_of(*why), why.as_str()),
            Self::Proven { decision, .. } => decision.outcome(),
        }
    }
}

/// What cannot be misused is answered; what may be somebody else's work waits for the operator.
const fn state_of(why: Doubt) -> InboundState {
    match why {
        Doubt::TokenMissing | Doubt::TokenExpired | Doubt::TokenForeign | Doubt::DelegateOutsideDates | Doubt::PowerEnded => {
            InboundState::Declined
        }
        _ => InboundState::Held,
    }
}

/// Understands a mail; `answered` is what its token belongs to, where the record knows that token.
pub fn understand(mail: &Mail, answered: Option<&Slice>, scene: Scene<'_>) -> Understood {
    let claims = claims(mail, scene.gateway, scene.border);
    if !claims.class.may_act() {
        return Understood { verdict: Verdict::Machine(claims.class), claims, reply: String::new(), picked: None };
    }
    let reply = ReplyText::of(mail.text()).visible(mail.text());
    let day = scene.city.calendar.day(scene.received_at);
    let owner = answered.and_then(Slice::owner);
    let mut picked = None;
    let verdict = match (judge(&claims, owner, &scene.city.directory, day), answered) {
        (Standing::Proven(actor), Some(slice)) => {
            let mut said = reading(&reply, mail, actor.position(), scene);
            picked = slice.asked.as_ref().and_then(|asked| pick(asked, &said));
            if let Some(asked) = &picked {
                said = read_again(asked, actor.position(), scene);
            }
            let reading = Box::new(said);
            let words = picked.as_ref().map_or(reply.as_str(), |asked| asked.reply.as_str());
            let record = slice.record(scene.city, scene.rules, &actor, scene.received_at);
            let decision = decide(&actor, &reading, words, record);
            Verdict::Proven { actor, reading, decision }
        }
        // Whoever wrote it and however well that is proven: it is for the people of that unit to read.
        (standing, None) if !super::addressed::desks(mail, scene.domain, &scene.city.directory).is_empty() => {
            let person = match standing {
                Standing::Proven(actor) => Some(actor.person().clone()),
                Standing::Unproven { person, .. } => person,
            };
            Verdict::Unproven { why: Doubt::UnitMail, person }
        }
        (Standing::Proven(actor), None) => Verdict::Unproven { why: Doubt::TokenMissing, person: Some(actor.person().clone()) },
        (Standing::Unproven { why, person }, _) => Verdict::Unproven { why, person },
    };
    Understood { claims, reply, picked, verdict }
}

/// The words that were asked about with one more choice, where the answer is a figure.
fn pick(asked: &Asked, said: &Reading) -> Option<Asked> {
    let figure = said.chosen.filter(|_| said.intent == Intent::Choose)?;
    let picked = asked.picked.iter().copied().chain([figure]).collect();
    Some(Asked { picked, ..asked.clone() })
}

/// The words once more, with every choice that fits. One that was not offered changes nothing: it is asked again.
fn read_again(asked: &Asked, position: &PositionCode, scene: Scene<'_>) -> Reading {
    let mut hints = Vec::new();
    for figure in &asked.picked {
        let place = usize::from(*figure).checked_sub(1);
        let Some(unclear) = reading_at((&asked.reply, asked.at), position, scene, &hints).unclear else { break };
        let choice = place.and_then(|place| unclear.choices.into_iter().nth(place));
        hints.extend(choice.map(|choice| Hint { quoted: unclear.quoted, choice }));
    }
    reading_at((&asked.reply, asked.at), position, scene, &hints)
}

/// What a reply says, read from a post.
pub fn reading(reply: &str, mail: &Mail, position: &PositionCode, scene: Scene<'_>) -> Reading {
    reading_at((reply, written_at(mail, scene.received_at)), position, scene, &[])
}

fn reading_at((reply, at): (&str, Timestamp), position: &PositionCode, scene: Scene<'_>, hints: &[Hint]) -> Reading {
    let calendar = &scene.city.calendar;
    let place = Place { directory: &scene.city.directory, position, reference: calendar.local(at), calendar, hints };
    read_with(reply, &place, Catalogue::standard(), &scene.city.targets())
}

/// Dates are read from the mail's Date if that is within 48 hours of its receipt; else from the receipt.
pub fn written_at(mail: &Mail, received_at: Timestamp) -> Timestamp {
    let near = |date: &Timestamp| date.duration_since(received_at).abs() <= SignedDuration::from_hours(48);
    mail.date.filter(near).unwrap_or(received_at)
}
