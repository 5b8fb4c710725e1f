//! Trust: who proved to be whom, and how well. Pure: claims, the directory and a day in, a [`Standing`] out.
//!
//! An [`Actor`] has no other constructor than these judges, so that nothing can be decided without proof.

use super::codes::{EmployeeNumber, PositionCode, UnitCode};
use super::delegation::Capacity;
use super::directory::{Directory, Official};
use super::ids::DelegationId;
use super::inbound::{Assurance, Claims, Origin};
use super::words::words;
use jiff::civil::Date;

words! {
    /// Why a claim is not proven, by the code of the refusal that people are told.
    Doubt {
        /// From is not registered.
        UnknownSender = "unknown_sender",
        /// No letter recognisable.
        TokenMissing = "token_missing",
        /// The letter's reply address is no longer alive.
        TokenExpired = "token_expired",
        /// Another registered person answers.
        TokenForeign = "token_foreign",
        /// Recognised by the visible line only.
        CodeLineOnly = "code_line_only",
        /// Tokens of more than one letter.
        TokensDisagree = "tokens_disagree",
        /// Sent by a server that is not the domain's.
        FromNotAligned = "from_not_aligned",
        /// The origin check failed.
        DmarcFailed = "dmarc_failed",
        /// No result of our border.
        OriginNotChecked = "origin_not_checked",
        /// More than one From.
        TwoFrom = "two_from",
        /// Before the start or after the end of a delegation.
        DelegateOutsideDates = "delegate_outside_dates",
        /// No longer on the post.
        PowerEnded = "power_ended",
        /// Written to a unit or a post at its own address, not in answer to a letter.
        UnitMail = "unit_mail",
        /// The button is not for this account.
        NotYours = "not_yours",
    }
}

/// Somebody whose identity, post and capacity are proven for this act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    person: EmployeeNumber,
    seat: Seat,
    assurance: Assurance,
}

/// For what somebody acts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seat {
    /// The post; at a desk the unit's code.
    position: PositionCode,
    capacity: Capacity,
    delegation: Option<DelegationId>,
    /// The unit at whose desk he sits, where he acts for no post.
    desk: Option<UnitCode>,
}

impl Actor {
    /// Who.
    pub const fn person(&self) -> &EmployeeNumber {
        &self.person
    }

    /// For which post; the unit's code where he acts as its operator.
    pub const fn position(&self) -> &PositionCode {
        &self.seat.position
    }

    /// The unit at whose desk he acts, and for no post: he may say that its letter is there, and nothing else.
    pub const fn desk(&self) -> Option<&UnitCode> {
        self.seat.desk.as_ref()
    }

    /// In what capacity.
    pub const fn capacity(&self) -> Capacity {
        self.seat.capacity
    }

    /// By which order he stands in.
    pub const fn delegation(&self) -> Option<DelegationId> {
        self.seat.delegation
    }

    /// How it was proven.
    pub const fn assurance(&self) -> Assurance {
        self.assurance
    }
}

/// What a claim is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Proven.
    Proven(Actor),
    /// Not proven; `person` is whom it claims to be from, where that person is registered.
    Unproven {
        /// Why.
        why: Doubt,
        /// Whose name it bears.
        person: Option<EmployeeNumber>,
    },
}

/// What the record says about the message that a token or a button belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The post it was for; `None` for a unit's operator.
    pub position: Option<&'a PositionCode>,
    /// The unit it was for, where it was for no post.
    pub unit: Option<&'a UnitCode>,
    /// The person it went to.
    pub person: &'a EmployeeNumber,
    /// By which order that person stood in.
    pub delegation: Option<DelegationId>,
    /// Whether the time for answers is over.
    pub expired: bool,
}

/// Judges a mail written by a person.
pub fn judge(claims: &Claims, owner: Option<Owner<'_>>, directory: &Directory, day: Date) -> Standing {
    let sender = claims.from.as_deref().and_then(|from| directory.official_by_email(from));
    let unproven = |why| Standing::Unproven { why, person: sender.map(|one| one.number.clone()) };
    if claims.origin == Origin::TwoFrom {
        return unproven(Doubt::TwoFrom);
    }
    let Some(sender) = sender else { return unproven(Doubt::UnknownSender) };
    if let Some(why) = origin_doubt(claims.origin) {
        return unproven(why);
    }
    if claims.tokens_disagree {
        return unproven(Doubt::TokensDisagree);
    }
    let (Some(found), Some(owner)) = (&claims.token, owner) else { return unproven(Doubt::TokenMissing) };
    if owner.expired {
        return unproven(Doubt::TokenExpired);
    }
    match seat(sender, owner, directory, day) {
        Err(why) => unproven(why),
        Ok(_) if !found.carrier.may_act() => unproven(Doubt::CodeLineOnly),
        Ok(seat) => Standing::Proven(Actor { person: sender.number.clone(), seat, assurance: Assurance::MailFull }),
    }
}

/// Judges a press or a text from a linked chat.
pub fn judge_chat(chat: i64, owner: Owner<'_>, directory: &Directory, day: Date) -> Standing {
    let Some(sender) = directory.official_by_chat(chat) else { return Standing::Unproven { why: Doubt::NotYours, person: None } };
    let unproven = |why| Standing::Unproven { why, person: Some(sender.number.clone()) };
    if owner.expired {
        return unproven(Doubt::TokenExpired);
    }
    match seat(sender, owner, directory, day) {
        Err(Doubt::TokenForeign) => unproven(Doubt::NotYours),
        Err(why) => unproven(why),
        Ok(seat) => Standing::Proven(Actor { person: sender.number.clone(), seat, assurance: Assurance::Telegram }),
    }
}

const fn origin_doubt(origin: Origin) -> Option<Doubt> {
    use super::inbound::OriginFault;
    match origin {
        Origin::DmarcPass | Origin::SubmissionAuth => None,
        Origin::TwoFrom => Some(Doubt::TwoFrom),
        Origin::NotChecked => Some(Doubt::OriginNotChecked),
        Origin::Failed(OriginFault::FromNotAligned) => Some(Doubt::FromNotAligned),
        Origin::Failed(_) => Some(Doubt::DmarcFailed),
    }
}

/// In what capacity a person may answer what was sent to an owner. Rights are judged on the day of receipt.
fn seat(sender: &Official, owner: Owner<'_>, directory: &Directory, day: Date) -> Result<Seat, Doubt> {
    let Some(position) = owner.position else { return desk(sender, owner, directory, day) };
    let mine = directory.posts_of(&sender.number, day).into_iter().find(|(post, _)| &post.code == position);
    if mine.is_none() && &sender.number != owner.person {
        return Err(Doubt::TokenForeign);
    }
    if directory.power_ended(&sender.number, day).is_some() {
        return Err(Doubt::PowerEnded);
    }
    let Some((_, capacity)) = mine else {
        return Err(if owner.delegation.is_some() { Doubt::DelegateOutsideDates } else { Doubt::PowerEnded });
    };
    let delegation = directory.delegation(position, day).filter(|row| row.delegate == sender.number).map(|row| row.id);
    Ok(Seat { position: position.clone(), capacity, delegation: delegation.filter(|_| capacity.is_acting()), desk: None })
}

/// A unit's letter: the operator to whom it went answers, as long as he sits at a desk that serves the unit. A post of his own
/// has nothing to do with it.
fn desk(sender: &Official, owner: Owner<'_>, directory: &Directory, day: Date) -> Result<Seat, Doubt> {
    let unit = owner.unit.filter(|_| &sender.number == owner.person).ok_or(Doubt::TokenForeign)?;
    let position = unit.as_str().parse().map_err(|_| Doubt::TokenForeign)?;
    if directory.power_ended(&sender.number, day).is_some() || !directory.serves(&sender.number, unit, day) {
        return Err(Doubt::PowerEnded);
    }
    Ok(Seat { position, capacity: Capacity::Definitive, delegation: None, desk: Some(unit.clone()) })
}
