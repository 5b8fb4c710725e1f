//! Yes and no: whether they are the writer's own, whole, and said now.
//!
//! "Kami setujui" is; "Wali Kota setuju", "disetujui DPRD", "kurang setuju", "setujui nanti" and "mohon disetujui" are not. What
//! is not plainly his own is heard, but marked as doubtful, so that it is asked back.

use super::doubt::is_post;
use super::fillers::{OPENERS, THINGS};
use super::vocabulary::{BEHIND, EMPHASIS, FIRST_PERSON, HALF, NEGATIONS, OPENINGS};
use super::{Act, Listener};
use crate::domain::instruction::catalogue::InstructionCode;
use crate::domain::instruction::items::{Item, Piece};
use crate::domain::instruction::spelling::Voice;
use std::ops::Range;

/// A verdict can be this far from the begin of its clause.
const NEAR: usize = 40;

impl Listener<'_> {
    pub(super) fn verdict(&mut self, at: usize, (code, voice): (InstructionCode, Voice), range: Range<usize>) {
        let negation = self.mood.negated_at.filter(|negation| at - negation <= 3);
        let belum = negation.is_some_and(|at| self.word_at(at, &["belum"]));
        let own = negation
            .map_or_else(|| self.is_own(at, at, voice), |from| self.is_whole_no(from, at) && self.is_own(from, at, voice));
        self.speech.cues.doubtful_verdict |= !own || self.mood.past;
        match (code, negation) {
            (InstructionCode::Approve, Some(_)) if belum => self.speech.cues.doubtful = true,
            (InstructionCode::Approve, Some(_)) => self.speech.acts.push(Act::Order(InstructionCode::Reject, range)),
            (InstructionCode::Reject, Some(_)) => self.speech.cues.doubtful = true,
            _ => self.speech.acts.push(Act::Order(code, range)),
        }
    }

    /// "Tidak dapat kami setujui"; not "tidak semua", "tidak perlu", "jangan".
    fn is_whole_no(&self, negation: usize, at: usize) -> bool {
        let between =
            (negation + 1..at).all(|index| self.word_at(index, &["dapat", "bisa", "saya", "kami", "kita", "di", "akan"]));
        between && self.word_at(negation, &["tidak"])
    }

    /// Whether the writer himself says it, all of it, now. `from` is where the verdict begins, with its "tidak".
    fn is_own(&self, from: usize, at: usize, voice: Voice) -> bool {
        let before = self.clause_before(from);
        // Why is no part of it.
        let reason = |item: &&Item| item.is_word(&["karena", "sebab", "mengingat", "berhubung", "lantaran"]);
        let behind: Vec<&Item> = self.clause_behind(at).into_iter().take_while(|item| !reason(item)).collect();
        if before.iter().chain(&behind).any(|item| item.is_in(&HALF)) || is_begged(&before) {
            return false;
        }
        if !is_known_behind(&behind) {
            return false;
        }
        let his = before.iter().find(|item| !item.is_in(&EMPHASIS)).is_some_and(|item| item.is_in(&FIRST_PERSON))
            || (from + 1..at).any(|index| self.at(index).is_some_and(|item| item.is_in(&FIRST_PERSON)));
        if his && !is_topic(&before) {
            return false;
        }
        // "Disetujui besok", "setujui nanti sore": it is not said now.
        let dated = behind.first().is_some_and(|item| matches!(item.piece, Piece::Time(_)));
        !dated && (his || if voice == Voice::Passive { self.has_no_giver(&behind) } else { is_opening(&before) })
    }

    /// The other who is named behind "disetujui" is the one who did it.
    fn has_no_giver(&self, behind: &[&Item]) -> bool {
        match behind.first().map(|item| &item.piece) {
            Some(Piece::Word(word)) if word == "oleh" => behind.get(1).is_some_and(|item| item.is_in(&FIRST_PERSON)),
            Some(Piece::Word(_)) => behind.first().is_some_and(|item| item.is_in(&BEHIND) || item.is_in(&FIRST_PERSON)),
            Some(Piece::Post(named)) => self.is_below(named),
            _ => true,
        }
    }

    /// From `at` back to the begin of the clause, nearest first.
    fn clause_before(&self, at: usize) -> Vec<&Item> {
        (1..=NEAR).map_while(|back| self.before(at, back)).take_while(|item| item.pause().is_none()).collect()
    }

    fn clause_behind(&self, at: usize) -> Vec<&Item> {
        (at + 1..=at + NEAR).map_while(|index| self.at(index)).take_while(|item| item.pause().is_none()).collect()
    }
}

/// "Tolak angin", "setuju sih": what stands next to it has to be what it is about.
fn is_known_behind(behind: &[&Item]) -> bool {
    // "Setuju di mulut saja".
    let place = behind.first().is_some_and(|item| item.is_word(&["di"]));
    let unknown =
        behind.get(1).is_some_and(|item| matches!(item.piece, Piece::Word(_)) && !item.is_in(&THINGS) && !item.is_in(&BEHIND));
    !(place && unknown)
        && behind.first().is_none_or(|item| match &item.piece {
            Piece::Word(word) => {
                word == "oleh" || [&BEHIND, &OPENINGS, &EMPHASIS, &THINGS, &FIRST_PERSON].iter().any(|class| item.is_in(class))
            }
            _ => true,
        })
}

/// In front of "saya setuju" stands what it is about, and nobody whose consent it would be ("staf saya setuju").
fn is_topic(before: &[&Item]) -> bool {
    let mut open = false;
    before.iter().rev().all(|item| {
        let words = matches!(item.piece, Piece::Word(_));
        open |= words
            && !item.is_in(&FIRST_PERSON)
            && (item.is_in(&THINGS) || item.is_in(&OPENERS) || item.is_word(&["usulan", "ini"]));
        open || !words || item.is_in(&OPENINGS) || item.is_in(&EMPHASIS) || item.is_in(&NEGATIONS)
    })
}

/// Only polite words and the letter itself stand in front of it; a post only as part of what is decided on.
fn is_opening(before: &[&Item]) -> bool {
    let names = |index: usize| {
        before.get(index + 1).is_some_and(|item| {
            item.is_word(&[
                "usulan",
                "permohonan",
                "surat",
                "pengajuan",
                "permintaan",
                "dari",
                "rencana",
                "proposal",
                "undangan",
                "konsep",
            ])
        })
    };
    before.iter().enumerate().all(|(index, item)| item.is_in(&OPENINGS) || (is_post(item) && names(index)))
}

/// "Mohon disetujui" asks for it. "Mohon maaf" does not.
fn is_begged(before: &[&Item]) -> bool {
    let asks = |index: usize| {
        let asks = before.get(index).is_some_and(|item| {
            item.is_word(&["mohon", "harap", "tolong", "meminta", "agar", "tugaskan", "perlu", "harus", "wajib"])
        });
        let sorry = index.checked_sub(1).and_then(|next| before.get(next)).is_some_and(|item| item.is_word(&["maaf"]));
        asks && !sorry
    };
    let his = before.first().is_some_and(|item| item.is_in(&FIRST_PERSON));
    let purpose = before.iter().find(|item| !item.is_word(&["dapat", "bisa"])).is_some_and(|item| item.is_word(&["untuk"]));
    purpose || (!his && (0..before.len()).any(asks))
}
