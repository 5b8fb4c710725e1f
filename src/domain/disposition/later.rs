//! What a later order is to the earlier ones of the same giver to the same post on the same letter: a correction, an addition, or
//! nothing new.

use super::OrderState;
use crate::domain::ids::OrderId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a later order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Later {
    /// The same instruction with another date or note: it takes the place of that order.
    Corrects(OrderId),
    /// The same in everything that it says: that order stands, and no other one is given.
    Repeats(OrderId),
    /// Another instruction, or work after that order is done: both stand.
    Adds(OrderId),
}

/// What an order says.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Codes of its instructions.
    pub instructions: &'a [String],
    /// Until when.
    pub due: Option<Timestamp>,
    /// Free words.
    pub note: &'a str,
}

/// An order that was given before.
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// Its id.
    pub id: OrderId,
    /// What it says.
    pub terms: Terms<'a>,
    /// How far it has come.
    pub state: OrderState,
}

impl Earlier<'_> {
    /// Whether its target still has it to do, himself or through somebody below.
    const fn stands(&self) -> bool {
        matches!(self.state, OrderState::Issued | OrderState::Read | OrderState::ForwardedUp | OrderState::Redelegated)
    }
}

/// Tells what an order is; `None` where it is the first. The earlier ones are given oldest first. A date or a note that is not said
/// again stays as it is; `more` says that something came along (a file) which the earlier order has not.
pub fn later(earlier: &[Earlier<'_>], wanted: Terms<'_>, more: bool) -> Option<Later> {
    let in_force = || earlier.iter().rev().filter(|one| one.state != OrderState::Corrected);
    let Some(same) = in_force().find(|one| one.stands() && alike(one.terms.instructions, wanted.instructions)) else {
        return in_force().next().map(|one| Later::Adds(one.id));
    };
    let other_date = wanted.due.is_some() && wanted.due != same.terms.due;
    let other_note = !wanted.note.is_empty() && wanted.note != same.terms.note;
    Some(if other_date || other_note || more { Later::Corrects(same.id) } else { Later::Repeats(same.id) })
}

/// Whether two lists name the same instructions, in whatever order.
fn alike(one: &[String], other: &[String]) -> bool {
    one.iter().all(|code| other.contains(code)) && other.iter().all(|code| one.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> OrderId {
        OrderId::new(Uuid::from_u128(number))
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    /// Against order 1 (follow up, day 5, no note) in a state, and order 2 (report back), which was corrected.
    fn told(state: OrderState, codes: &[&str], due: impl Into<Option<Timestamp>>, note: &str, more: bool) -> Option<Later> {
        let (first, second, wanted) = (["follow_up", "report_back"], ["report_back"], codes);
        let list = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        let (first, second, wanted) = (list(&first), list(&second), list(wanted));
        let terms = |instructions, due| Terms { instructions, due, note: "" };
        let earlier = [
            Earlier { id: id(1), terms: terms(&first, Some(day(5))), state },
            Earlier { id: id(2), terms: terms(&second, None), state: OrderState::Corrected },
        ];
        later(&earlier, Terms { instructions: &wanted, due: due.into(), note }, more)
    }

    #[test]
    fn the_same_instruction_with_another_date_or_note_corrects() {
        let same = ["report_back", "follow_up"];
        for state in [OrderState::Issued, OrderState::Read, OrderState::ForwardedUp, OrderState::Redelegated] {
            assert_eq!(told(state, &same, day(6), "", false), Some(Later::Corrects(id(1))));
            assert_eq!(told(state, &same, day(5), "bawa laptop", false), Some(Later::Corrects(id(1))));
            assert_eq!(told(state, &same, None, "", true), Some(Later::Corrects(id(1))), "a file came along");
            assert_eq!(told(state, &same, day(5), "", false), Some(Later::Repeats(id(1))));
            assert_eq!(
                told(state, &same, None, "", false),
                Some(Later::Repeats(id(1))),
                "a date that is not said is not changed"
            );
        }
    }

    #[test]
    fn anything_else_is_added() {
        assert_eq!(told(OrderState::Issued, &["follow_up"], day(6), "", false), Some(Later::Adds(id(1))));
        for state in [OrderState::Reported, OrderState::Returned, OrderState::Completed] {
            assert_eq!(told(state, &["follow_up", "report_back"], day(6), "", false), Some(Later::Adds(id(1))), "{state}");
        }
        assert_eq!(later(&[], Terms { instructions: &[], due: None, note: "" }, false), None);
    }
}
