//! The points of choice in the life of a letter (`config/workflow.toml`).

use super::by_urgency::ByUrgency;
use super::term::Term;
use crate::domain::letter::{LetterKind, Recipient, RecipientRole};
use crate::domain::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Whom an official may disposition a letter to.
    DispositionReach {
        /// Every post below his own in the tree.
        Below = "below",
        /// His direct subordinates only.
        Direct = "direct",
    }
}

/// Who is chased for an answer, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chase {
    /// Kinds of letters that nobody owes an answer to.
    pub information_kinds: Vec<LetterKind>,
    /// Time after the hand-over when who has not read is reminded.
    pub remind: ByUrgency<Term>,
    /// Time after the reminder when the operator is told.
    pub escalate: ByUrgency<Term>,
    /// Whether a letter that stays unread then goes on paper too, without being asked for by the operator.
    pub paper_when_unread: ByUrgency<bool>,
}

impl Chase {
    /// Whether this recipient of a letter of this kind owes an answer.
    pub fn owes(&self, kind: LetterKind, recipient: &Recipient) -> bool {
        recipient.role == RecipientRole::To && !self.information_kinds.contains(&kind)
    }
}

/// Rules of dispositions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispositionRules {
    /// Whom an official may address.
    pub reach: DispositionReach,
    /// Whether a superior who is skipped gets a copy.
    pub copy_to_skipped: bool,
    /// Days that a reply token lives after its letter is settled.
    pub token_days: u16,
}

/// All points of choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Chasing.
    pub chase: Chase,
    /// Dispositions.
    pub disposition: DispositionRules,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::Addressee;

    #[test]
    fn copies_and_kinds_for_information_owe_nothing() {
        let term = ByUrgency { immediate: Term::Hours(4), urgent: Term::Hours(8), normal: Term::Hours(24) };
        let chase = Chase {
            information_kinds: vec![LetterKind::Circular],
            remind: term,
            escalate: term,
            paper_when_unread: ByUrgency { immediate: false, urgent: false, normal: false },
        };
        let named = |role| Recipient { role, addressee: Addressee::Position("A".parse().unwrap()) };
        assert!(chase.owes(LetterKind::Order, &named(RecipientRole::To)));
        assert!(!chase.owes(LetterKind::Order, &named(RecipientRole::Cc)));
        assert!(!chase.owes(LetterKind::Circular, &named(RecipientRole::To)));
    }
}
