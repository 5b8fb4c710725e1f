//! Posts, instructions and dates put together: who does what until when.
//!
//! People write either the post first ("Kabid Aptika hadir, Sekdis siapkan bahan") or the order first ("UDK Sekdis, TL
//! Kabid Aptika"). A new order begins where its first half comes again although the last one is complete.

use super::catalogue::InstructionCode;
use super::due::{Due, Misread};
use super::items::Pause;
use super::reading::{Choice, Hint, Order, QuestionKind, Unclear, distinct, quote};
use super::speech::{Act, Speech};
use super::targets::Named;
use crate::domain::codes::PositionCode;
use std::ops::Range;

/// Orders, and the first thing that is unclear about them.
#[derive(Debug, Clone, Default)]
pub(super) struct Grouped {
    pub(super) orders: Vec<Order>,
    pub(super) unclear: Option<Unclear>,
}

#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one observation about the same words, and all combinations occur")]
struct Draft {
    order: Order,
    dues: Vec<Due>,
    post_first: bool,
    /// Words of an order with a name in it that is not settled: it has a target, we only do not know which.
    unsettled: bool,
    /// Words behind its posts that nobody understood.
    other: bool,
    /// Such words, and the sentence ended before any known order came.
    lost: bool,
    /// Sentence of the last instruction and of the last post.
    work_in: usize,
    post_in: usize,
    words: Option<Range<usize>>,
}

impl Draft {
    fn has_target(&self) -> bool {
        self.unsettled || !self.order.targets.is_empty()
    }

    fn has_work(&self) -> bool {
        !self.order.instructions.is_empty()
    }

    fn is_empty(&self) -> bool {
        !self.has_target() && !self.has_work() && self.dues.is_empty()
    }

    fn covers(&mut self, range: &Range<usize>) {
        self.words =
            Some(self.words.take().map_or_else(|| range.clone(), |words| words.start.min(range.start)..words.end.max(range.end)));
    }
}

struct Grouper<'a> {
    text: &'a str,
    hints: &'a [Hint],
    acts: &'a [Act],
    drafts: Vec<Draft>,
    general: Vec<Due>,
    unclear: Option<Unclear>,
    sentence: usize,
}

/// Groups what was said into orders.
pub(super) fn group(speech: &Speech, text: &str, hints: &[Hint]) -> Grouped {
    let mut grouper = Grouper {
        text,
        hints,
        acts: &speech.acts,
        drafts: vec![Draft::default()],
        general: Vec::new(),
        unclear: None,
        sentence: 0,
    };
    for at in 0..speech.acts.len() {
        grouper.take(at);
    }
    grouper.finish(&speech.excluded)
}

impl Grouper<'_> {
    fn take(&mut self, at: usize) {
        match self.acts.get(at) {
            Some(Act::Post(named, range)) => self.post(at, named, range),
            Some(Act::Order(code, range)) => self.work(at, *code, range),
            Some(Act::Due(due, range, apart)) => self.due(due, range, *apart),
            Some(Act::Pause(Pause::Point)) if self.last().is_some_and(|last| last.has_target() && last.has_work()) => {
                self.drafts.push(Draft::default());
            }
            Some(Act::Other) => self.edit(|draft| {
                draft.other |= draft.has_target() && !draft.has_work();
                // "Hadir. Kabag Umum dampingi": what he should do stands behind his name, not in the sentence before.
                draft.lost |= draft.has_target() && draft.has_work() && !draft.post_first && draft.post_in > draft.work_in;
            }),
            Some(Act::Pause(Pause::Sentence)) => {
                self.sentence += 1;
                self.edit(|draft| draft.lost |= draft.other && !draft.has_work());
            }
            Some(Act::Pause(_)) | None => {}
        }
    }

    fn last(&self) -> Option<&Draft> {
        self.drafts.last()
    }

    /// Adds to the order that is open.
    fn edit(&mut self, change: impl FnOnce(&mut Draft)) {
        if self.drafts.is_empty() {
            self.drafts.push(Draft::default());
        }
        if let Some(draft) = self.drafts.last_mut() {
            change(draft);
        }
    }

    fn post(&mut self, at: usize, named: &Named, range: &Range<usize>) {
        let complete = self.last().is_some_and(|last| last.has_target() && last.has_work());
        let begins = complete
            && (self.last().is_some_and(|last| last.post_first) || self.work_follows(at))
            && self.work_follows_or_ends(at);
        let busy = self.last().is_some_and(|last| last.other && !last.has_work());
        let apart = complete
            && self.acts.iter().skip(at + 1).find(|act| !matches!(act, Act::Post(..))).is_some_and(|act| *act == Act::Other);
        if begins || busy || apart {
            self.drafts.push(Draft::default());
        }
        let (posts, unclear) = match self.settle(named, range) {
            Ok(posts) => (posts, None),
            Err(unclear) => (Vec::new(), Some(unclear)),
        };
        let sentence = self.sentence;
        self.edit(|draft| {
            draft.post_in = sentence;
            draft.post_first |= !draft.has_work();
            draft.covers(range);
            draft.unsettled |= unclear.is_some();
            draft.order.targets.extend(posts);
        });
        if let Some(unclear) = unclear {
            self.unclear.get_or_insert(unclear);
        }
    }

    fn settle(&self, named: &Named, range: &Range<usize>) -> Result<Vec<PositionCode>, Unclear> {
        let quoted = quote(self.text, range.clone());
        let (kind, posts) = match named {
            Named::Posts(posts) => return Ok(posts.clone()),
            Named::OneOf(posts) => (QuestionKind::TargetAmbiguous, posts),
            Named::Nobody(posts) => (QuestionKind::TargetUnknown, posts),
        };
        let chosen = self.hints.iter().find(|hint| hint.quoted == quoted).and_then(|hint| match &hint.choice {
            Choice::Position(code) => Some(code.clone()),
            _ => None,
        });
        match chosen {
            Some(code) => Ok(vec![code]),
            None => Err(Unclear { kind, quoted, choices: posts.iter().take(3).cloned().map(Choice::Position).collect() }),
        }
    }

    fn work(&mut self, at: usize, code: InstructionCode, range: &Range<usize>) {
        let complete = self.last().is_some_and(|last| last.has_target() && last.has_work());
        let post_first = self.last().is_some_and(|last| last.post_first);
        if complete && ((!post_first && self.post_follows(at)) || (post_first && self.has_its_own_post(at))) {
            self.drafts.push(Draft::default());
        }
        let sentence = self.sentence;
        self.edit(|draft| {
            draft.work_in = sentence;
            draft.covers(range);
            if !draft.order.instructions.contains(&code) {
                draft.order.instructions.push(code);
            }
        });
    }

    fn due(&mut self, due: &Result<Due, Misread>, range: &Range<usize>, apart: bool) {
        let quoted = quote(self.text, range.clone());
        let hinted = self
            .hints
            .iter()
            .find(|hint| hint.quoted == quoted)
            .and_then(|hint| if let Choice::Due(due) = &hint.choice { Some(due) } else { None });
        let due = match (hinted, due) {
            (Some(due), _) | (None, Ok(due)) => *due,
            (None, Err(misread)) => {
                self.unclear.get_or_insert(misread_as(misread, quoted));
                return;
            }
        };
        if apart && self.drafts.iter().filter(|draft| draft.has_work()).count() > 1 {
            self.general.push(due);
        } else {
            self.edit(|draft| draft.dues.push(due));
        }
    }

    /// Acts of the same stretch behind `at`, up to a pause of at least `end`.
    fn ahead(&self, at: usize, end: Pause) -> impl Iterator<Item = &Act> {
        self.acts.iter().skip(at + 1).take_while(move |act| !matches!(act, Act::Pause(pause) if *pause >= end))
    }

    /// Whether an instruction follows the run of posts that begins here, before the sentence ends.
    fn work_follows(&self, at: usize) -> bool {
        self.ahead(at, Pause::Line)
            .find(|act| !matches!(act, Act::Post(..) | Act::Pause(_)))
            .is_some_and(|act| matches!(act, Act::Order(..)))
    }

    /// The same, or a line break between post and instruction; a post at the very end joins the order before it.
    fn work_follows_or_ends(&self, at: usize) -> bool {
        self.acts
            .iter()
            .skip(at + 1)
            .find(|act| !matches!(act, Act::Post(..) | Act::Pause(_)))
            .is_some_and(|act| matches!(act, Act::Order(..)))
    }

    /// Whether a post follows before the stretch ends, after instructions only.
    fn post_follows(&self, at: usize) -> bool {
        self.ahead(at, Pause::Line)
            .find(|act| !matches!(act, Act::Order(..) | Act::Pause(Pause::Colon | Pause::Comma)))
            .is_some_and(|act| matches!(act, Act::Post(..)))
    }

    /// "Kabid Aptika TL, UDK Sekdis": a clause of its own in which the post comes last.
    fn has_its_own_post(&self, at: usize) -> bool {
        let begins = at.checked_sub(1).and_then(|before| self.acts.get(before)).is_some_and(|act| matches!(act, Act::Pause(_)));
        let order = |act: &&Act| matches!(act, Act::Order(..) | Act::Pause(Pause::Colon));
        let post = at + 1 + self.acts.iter().skip(at + 1).take_while(order).count();
        begins && matches!(self.acts.get(post), Some(Act::Post(..))) && !self.work_follows(post)
    }

    fn finish(mut self, excluded: &[PositionCode]) -> Grouped {
        self.drafts.retain(|draft| !draft.is_empty());
        self.join_halves();
        let mut orders = Vec::new();
        for mut draft in std::mem::take(&mut self.drafts) {
            // A report alone, behind words that nobody understood, is half of what was ordered.
            if draft.lost || (draft.other && draft.order.instructions == [InstructionCode::ReportBack]) {
                let quoted = quote(self.text, draft.words.clone().unwrap_or_default());
                self.unclear.get_or_insert(Unclear { kind: QuestionKind::InstructionMissing, quoted, choices: Vec::new() });
            }
            draft.order.targets = distinct(draft.order.targets.into_iter().filter(|post| !excluded.contains(post)));
            if draft.dues.is_empty() {
                draft.dues.clone_from(&self.general);
            }
            match one_due(&draft.dues) {
                Ok(due) => draft.order.due = due,
                Err(dues) => {
                    let quoted = quote(self.text, draft.words.clone().unwrap_or_default());
                    self.unclear.get_or_insert(Unclear {
                        kind: QuestionKind::DueContradictory,
                        quoted,
                        choices: dues.into_iter().take(3).map(Choice::Due).collect(),
                    });
                }
            }
            orders.push(draft.order);
        }
        Grouped { orders, unclear: self.unclear }
    }

    /// An instruction without a post belongs to the order before it, or to the one behind when it comes first.
    fn join_halves(&mut self) {
        let mut joined: Vec<Draft> = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            match joined.last_mut() {
                Some(last) if !draft.has_target() || !last.has_target() || (!last.has_work() && !last.other) => {
                    last.order.targets.extend(draft.order.targets);
                    last.order.instructions = distinct(last.order.instructions.iter().copied().chain(draft.order.instructions));
                    last.dues.extend(draft.dues);
                    last.unsettled |= draft.unsettled;
                }
                _ => joined.push(draft),
            }
        }
        self.drafts = joined;
    }
}

fn misread_as(misread: &Misread, quoted: String) -> Unclear {
    let (kind, dues) = match misread {
        Misread::TwoReadings(dues) => (QuestionKind::DueUnreadable, dues.clone()),
        Misread::Impossible => (QuestionKind::DueUnreadable, Vec::new()),
        Misread::Contradiction(dues) => (QuestionKind::DueContradictory, dues.clone()),
    };
    Unclear { kind, quoted, choices: dues.into_iter().map(Choice::Due).collect() }
}

/// The one deadline of all that were said. A moment makes its own day more exact.
fn one_due(dues: &[Due]) -> Result<Due, Vec<Due>> {
    let said = distinct(dues.iter().copied());
    match said.as_slice() {
        [] => Ok(Due::Open),
        [due] => Ok(*due),
        [a, b] if a.day() == b.day() && a.is_set() => Ok(if matches!(a, Due::Moment(_)) { *a } else { *b }),
        _ => Err(said),
    }
}
