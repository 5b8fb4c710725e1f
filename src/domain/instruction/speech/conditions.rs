//! "Apabila ..., laksanakan", "setuju, kalau ...": what holds only under a condition is no order yet.
//!
//! A condition that is asked behind a complete order and brings its own consequence ("bila berhalangan diwakili Sekcam")
//! leaves that order alone. Everything else a condition touches is open.

use super::doubt::{is_post, order};
use super::vocabulary::{AFTER, CALLS, Class, IF_NEEDED, IN_THAT_CASE, PARTICLES, PROVIDED};
use crate::domain::instruction::catalogue::InstructionCode;
use crate::domain::instruction::items::{Item, Pause, Piece};
use crate::domain::instruction::spelling::Voice;
use crate::domain::instruction::targets::{self, Named};
use std::ops::Range;

/// Stretches that hold only under a condition.
pub(super) fn open(items: &[Item], is_below: &dyn Fn(&Named) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < items.len() {
        let end = sentence_end(items, start);
        let sentence = items.get(start..end).unwrap_or_default();
        if let Some(range) = of_sentence(sentence, is_below) {
            found.push(start + range.start..start + range.end);
        }
        start = end + 1;
    }
    found
}

/// A line that opens with a condition and orders nothing yet goes on in the next.
fn sentence_end(items: &[Item], start: usize) -> usize {
    let mut waits = false;
    for (at, item) in items.iter().enumerate().skip(start) {
        match item.pause() {
            Some(Pause::Line) if waits => waits = false,
            Some(pause) if pause >= Pause::Line => return at,
            _ => waits |= begins(items, at),
        }
    }
    items.len()
}

/// Whether a condition begins here.
fn begins(items: &[Item], at: usize) -> bool {
    let next = |step: usize| items.get(at + step);
    let here = |words: &[&str]| items.get(at).is_some_and(|item| item.is_word(words));
    let here_in = |class: &Class| items.get(at).is_some_and(|item| item.is_in(class));
    let after = || {
        let filler = |item: &&Item| item.is_word(&["oleh", "ada", "dapat", "mendapat", "sudah", "ini", "memperoleh", "di"]);
        (1..=3).filter_map(next).find(|item| !filler(item)).is_some_and(|item| match &item.piece {
            Piece::Post(_) => true,
            Piece::Order { code, voice, .. } => {
                *voice == Voice::Passive || matches!(code, InstructionCode::Approve | InstructionCode::Reject)
            }
            _ => item.is_word(&["persetujuan", "izin", "restu", "kesepakatan"]),
        })
    };
    let as_soon = here(&["begitu"])
        && at.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|item| order(item).is_some())
        && next(1).is_some_and(|item| {
            matches!(item.piece, Piece::Word(_)) && !item.is_in(&PARTICLES) && !item.is_word(&["juga", "itu"])
        });
    let in_that_case = at.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|item| item.is_word(&["kalau"]));
    as_soon
        || (here(&["kalau"]) && !next(1).is_some_and(|item| item.is_in(&IN_THAT_CASE)))
        || here_in(&PROVIDED)
        || (here(&["dengan"]) && next(1).is_some_and(|item| item.is_word(&["catatan", "syarat", "ketentuan"])))
        || (here_in(&AFTER) && !in_that_case && after())
}

fn of_sentence(items: &[Item], is_below: &dyn Fn(&Named) -> bool) -> Option<Range<usize>> {
    let at = (0..items.len()).find(|at| begins(items, *at))?;
    let before = items.get(..at).unwrap_or_default();
    let tail = items.get(at + 1..).unwrap_or_default();
    let verdict = |item: &Item| matches!(order(item), Some(InstructionCode::Approve | InstructionCode::Reject));
    let ordered = before.iter().any(|item| order(item).is_some());
    if !ordered {
        return Some(0..items.len());
    }
    let apart = before.iter().any(|item| item.pause().is_some());
    let if_needed = tail.first().is_some_and(|item| item.is_in(&IF_NEEDED));
    let proviso = items.get(at).is_some_and(|item| item.is_in(&PROVIDED) || item.is_word(&["dengan"]));
    let harmless = !proviso && !before.iter().any(verdict) && ((if_needed && apart) || has_consequence(tail, is_below));
    (!harmless).then_some(0..items.len())
}

/// Whether something is ordered behind the condition's own words.
fn has_consequence(tail: &[Item], is_below: &dyn Fn(&Named) -> bool) -> bool {
    let mut said = false;
    let mut comma = false;
    let mut by_other = false;
    for item in tail {
        match &item.piece {
            Piece::Pause(Pause::Comma | Pause::Colon) => comma = said,
            Piece::Word(_) if item.is_in(&CALLS) => return said,
            Piece::Word(word) => {
                by_other = word.starts_with("di") || item.is_word(&["oleh", "minta"]);
                said |= !targets::is_function_word(word);
            }
            Piece::Order { code, voice, .. } => {
                let own = comma || (said && (*voice == Voice::Plain || *code == InstructionCode::Represent));
                if own && !matches!(code, InstructionCode::Approve | InstructionCode::Reject) {
                    return true;
                }
                (said, by_other) = (true, true);
            }
            Piece::Post(named) if (comma || (said && !by_other)) && is_below(named) => return true,
            Piece::Post(_) => by_other = false,
            Piece::Time(_) => said = true,
            Piece::Pause(_) => {}
        }
    }
    tail.iter().any(is_post) && comma && !said
}
