//! When a letter is settled: the work came back up. Whoever it was for has given his last word to whoever sent it (a report, a
//! yes, a no, a filing, or a yes to the report of the one he gave it to), and no order under it is open. A report counts whatever
//! mail of the letter's thread it answers, unless it goes to somebody else: to the giver of an order, or to whoever asked for
//! guidance. From then on the letter's reply addresses and links live as many days as the office wants (`disposition.token_days`).
//!
//! In: an act. Out: the letter's state. Asked only where an act may be the last one, never when something is sent.

use super::{ActKind, Occasion, PlannedAct};
use crate::domain::codes::PositionCode;
use crate::domain::policy::DispositionRules;
use crate::store::records::{StoredAct, StoredLetter};
use crate::store::{StoreError, Tx};
use jiff::{SignedDuration, Timestamp};

/// Settles the letter where this act ends it; opens it again where its closer gives out new work. The state that the letter has
/// from now on, where it is another one.
pub async fn settle(
    tx: &mut Tx,
    stored: &StoredAct,
    act: &PlannedAct,
    occasion: Occasion<'_>,
) -> Result<Option<&'static str>, StoreError> {
    let letter = occasion.letter;
    let mut changed = None;
    if letter.settled_at.is_some() && act.kind != ActKind::Acknowledge && tx.set_settled(letter.id, None).await? {
        changed = Some(ACCEPTED);
    }
    if may_be_last(act) && !tx.has_open_part(letter.id).await? && tx.set_settled(letter.id, Some(stored.recorded_at)).await? {
        changed = Some(SETTLED);
    }
    Ok(changed)
}

/// State of a letter that is open.
pub const ACCEPTED: &str = "accepted";
/// State of a letter that is settled.
pub const SETTLED: &str = "settled";
/// Name of the detail with which an act's fact says the state that the letter has from then on.
pub const LETTER_STATE: &str = "letter_state";

/// Acts after which nothing may be left to do.
const fn may_be_last(act: &PlannedAct) -> bool {
    match act.kind {
        ActKind::Report | ActKind::Approve | ActKind::Reject => true,
        ActKind::Disposition => act.orders.is_empty(),
        ActKind::Forward | ActKind::Return | ActKind::Acknowledge => false,
    }
}

/// The act that settled a letter.
pub async fn closing(tx: &mut Tx, letter: &StoredLetter) -> Result<Option<StoredAct>, StoreError> {
    let Some(at) = letter.settled_at else { return Ok(None) };
    Ok(tx.acts_of(letter.id).await?.into_iter().rfind(|act| act.recorded_at == at))
}

/// The post that settled a letter: it may go on with it, nobody else.
pub async fn closer(tx: &mut Tx, letter: &StoredLetter) -> Result<Option<PositionCode>, StoreError> {
    Ok(closing(tx, letter).await?.map(|act| act.position))
}

/// Until when a letter may be answered, and its files fetched by their link; `None` while it is open.
pub fn answerable_until(rules: DispositionRules, letter: &StoredLetter) -> Option<Timestamp> {
    let term = SignedDuration::from_hours(24 * i64::from(rules.token_days));
    letter.settled_at.map(|at| at.checked_add(term).unwrap_or(Timestamp::MAX))
}
