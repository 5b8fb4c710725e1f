//! Letters that were read lately. What a letter says never changes once it is accepted, and a letter to a thousand posts is
//! asked for by each of a thousand mails; only its state is asked for anew, within the transaction that asks.

use super::records::StoredLetter;
use crate::domain::ids::LetterId;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many letters are remembered.
const LETTERS: usize = 32;

/// The shelf.
#[derive(Debug, Default)]
pub(crate) struct LetterShelf {
    kept: Mutex<VecDeque<StoredLetter>>,
}

impl LetterShelf {
    /// A letter that was read before; its state may be an old one.
    pub(crate) fn find(&self, id: LetterId) -> Option<StoredLetter> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|letter| letter.id == id).cloned()
    }

    /// Remembers a letter.
    pub(crate) fn keep(&self, letter: &StoredLetter) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|known| known.id != letter.id) {
            kept.push_front(letter.clone());
            kept.truncate(LETTERS);
        }
    }
}
