//! Whether a post stands where one who is ordered stands: in front of a verb, behind one that has nobody yet, or in a list.
//!
//! "Kabid Aptika TL, supervisi Sekdis" names Sekdis in a clause of his own with words that order nothing: what he should do
//! is open.

use super::doubt::{is_post, order};
use super::fillers::{FILLERS, GREETINGS, JOINERS, OPENERS, THINGS, is_figure};
use super::frames::orders;
use super::vocabulary::{FIRST_PERSON, NEGATIONS, classes};
use super::{Act, Listener, REQUESTS};
use crate::domain::instruction::items::{Item, Pause, Piece};
use crate::domain::instruction::targets::Named;
use std::ops::Range;

/// A sentence is looked at this far to both sides.
const NEAR: usize = 40;

classes! {
    /// Verbs outside of the catalogue that are weighed by rules of their own.
    CARRYING = "kembalikan alihkan teruskan naikkan sampaikan salah seharusnya semestinya mestinya harusnya tepatnya kewenangan wewenang
        tupoksi ranah bukan";
    /// Between a verb and who is to do it.
    LEADS = "ke kepada oleh untuk yth bapak ibu : saja dulu ya segera ini itu tersebut tsb kang mas mbak teh sdr saudara tolong mohon harap
        surat suratnya undangan undangannya langsung lagi nya dan / semua dengan agar sendiri rapat acara";
}

impl Listener<'_> {
    /// Whether the post at this place is one who is ordered.
    pub(super) fn stands(&self, at: usize) -> bool {
        let list = self.list_around(at);
        let clause = self.clause_around(&list);
        let asked = self.mood.request;
        let verb = |range: Range<usize>| {
            let mut asked = asked || self.any(clause.start..range.start, |item| item.is_word(REQUESTS));
            range.into_iter().find(|index| {
                asked |= self.word_at(*index, REQUESTS);
                self.at(*index).is_some_and(|item| orders(item, asked))
            })
        };
        if verb(list.end..clause.end).is_some() {
            return true;
        }
        // "Sekdis: sakit".
        if self.at(list.end).and_then(Item::pause) == Some(Pause::Colon) {
            return self.verb_comes(list.end);
        }
        if let Some(verb) = verb(clause.start..list.start) {
            return self.is_led_to(verb, list.start);
        }
        if self.any(clause.clone(), |item| item.is_in(&CARRYING)) {
            return true;
        }
        let closed = self.is_closed(clause.start..list.start) && self.is_closed(list.end..clause.end);
        if closed && self.verb_comes(clause.end) {
            return true;
        }
        let (ordered, named) = self.said();
        if !ordered {
            return closed || !self.comes(clause.end, |item| orders(item, true));
        }
        closed && (!named || self.any(clause.start..clause.end, |item| item.is_in(&JOINERS)))
    }

    fn any(&self, range: Range<usize>, is: impl Fn(&Item) -> bool) -> bool {
        range.into_iter().any(|index| self.at(index).is_some_and(&is))
    }

    /// The run of posts around this one.
    fn list_around(&self, at: usize) -> Range<usize> {
        let links = |index: usize| {
            self.at(index).is_some_and(|item| {
                item.is_word(&["dan", "/", "atau"])
                    || item.pause().is_some_and(|pause| pause <= Pause::Line || pause == Pause::Point)
            })
        };
        let post = |index: usize| self.at(index).is_some_and(is_post);
        let (mut start, mut end) = (at, at + 1);
        while at - start < NEAR {
            match start {
                1.. if post(start - 1) => start -= 1,
                2.. if links(start - 1) && post(start - 2) => start -= 2,
                3.. if links(start - 1) && links(start - 2) && post(start - 3) => start -= 3,
                _ => break,
            }
        }
        while end - at < NEAR {
            if post(end) {
                end += 1;
            } else if links(end) && post(end + 1) {
                end += 2;
            } else if links(end) && links(end + 1) && post(end + 2) {
                end += 3;
            } else {
                break;
            }
        }
        start..end
    }

    fn clause_around(&self, list: &Range<usize>) -> Range<usize> {
        let pauses = |index: &usize| self.at(*index).is_none_or(|item| item.pause().is_some());
        let from = list.start.saturating_sub(NEAR);
        // "Hadir: Kabid IKP".
        let led = list.start.checked_sub(1).filter(|before| self.at(*before).and_then(Item::pause) == Some(Pause::Colon));
        let start = (from..led.unwrap_or(list.start)).rev().find(pauses).map_or(from, |index| index + 1);
        let end = (list.end..list.end + NEAR).find(pauses).unwrap_or(list.end + NEAR);
        start..end.min(self.items.len()).max(list.end)
    }

    /// "TL oleh Kabid Aptika", "UDK Sekdis"; not "wakili Kabid IKP" behind a post of its own, nor "perbaiki laptop Kabid IKP".
    fn is_led_to(&self, verb: usize, post: usize) -> bool {
        let begins = self.at(verb).map_or(0, |item| item.range.start);
        let has_subject = self
            .speech
            .acts
            .iter()
            .rev()
            .take(4 * NEAR)
            .take_while(|act| !matches!(act, Act::Pause(_)))
            .any(|act| matches!(act, Act::Post(named, range) if range.end <= begins && self.is_below(named)));
        let led = self.before(post, 1).is_some_and(|item| item.is_word(&["ke", "kepada", "oleh"]));
        let between = |item: &Item| match &item.piece {
            Piece::Word(word) => item.is_in(&LEADS) || is_figure(word) || item.is_in(&FILLERS),
            _ => true,
        };
        !has_subject && !self.may_be_its_object(verb) && (led || !self.any(verb + 1..post, |item| !between(item)))
    }

    /// "Kabid Aptika TL, koordinasi Sekdis": who is named behind a verb may be whom it is about, unless the writer names all
    /// of them behind their verbs.
    fn may_be_its_object(&self, verb: usize) -> bool {
        use crate::domain::instruction::catalogue::InstructionCode as I;
        use crate::domain::instruction::spelling::Voice;
        let Some(Item { piece: Piece::Order { code, voice, .. }, range, .. }) = self.at(verb) else { return false };
        let of_nobody = matches!(
            code,
            I::ForInformation
                | I::ForAttention
                | I::FollowUp
                | I::Execute
                | I::Attend
                | I::File
                | I::ProcessPerRules
                | I::Complete
        );
        let before =
            self.speech.acts.iter().rev().take(4 * NEAR).filter(|act| !matches!(act, Act::Order(_, own) if own == range));
        let mut before = before
            .skip_while(|act| !matches!(act, Act::Post(..)))
            .filter(|act| !matches!(act, Act::Post(..) | Act::Pause(Pause::Colon)));
        let subject_first = self.said().1 && !matches!(before.next(), Some(Act::Order(..)));
        // "Periksa Kabid Aptika", "laporkan Kabid Aptika": an order to him or about him.
        let of_a_person = matches!(code, I::Check | I::Monitor | I::Remind | I::ReportBack)
            && !self.before(verb, 1).is_some_and(|item| order(item).is_some() || item.is_word(&["dan", "/"]))
            && !self.at(verb + 1).is_some_and(|item| item.is_word(&["ke", "kepada", "oleh"]));
        let announced = self.at(verb + 1).and_then(Item::pause) == Some(Pause::Colon);
        (subject_first || of_a_person) && !announced && !of_nobody && *voice != Voice::Passive
    }

    /// Whether only words stand here that carry nothing.
    fn is_closed(&self, range: Range<usize>) -> bool {
        let mut open = false;
        range.into_iter().all(|index| {
            let Some(item) = self.at(index) else { return true };
            open |= item.is_in(&OPENERS) || item.is_in(&THINGS);
            match &item.piece {
                Piece::Word(word) => {
                    open || is_figure(word)
                        || [&FILLERS, &GREETINGS, &NEGATIONS, &FIRST_PERSON, &JOINERS].iter().any(|class| item.is_in(class))
                }
                // A verb that only tells.
                Piece::Order { .. } => !orders(item, true) || open,
                _ => true,
            }
        })
    }

    /// Whether a verb comes before the next post and before the sentence ends.
    fn verb_comes(&self, from: usize) -> bool {
        self.comes(from, |item| orders(item, self.mood.request || self.any(from..from + 6, |item| item.is_word(REQUESTS))))
    }

    fn comes(&self, from: usize, is: impl Fn(&Item) -> bool) -> bool {
        let ends = |item: &&Item| item.pause().is_some_and(|pause| pause >= Pause::Sentence) || is_post(item);
        (from..from + NEAR).map_while(|index| self.at(index)).take_while(|item| !ends(item)).any(is)
    }

    /// Whether something was ordered before, and whether of somebody.
    fn said(&self) -> (bool, bool) {
        let open = self.speech.acts.iter().rev().take(4 * NEAR).take_while(|act| **act != Act::Pause(Pause::Point));
        open.fold((false, false), |(ordered, named), act| match act {
            Act::Order(..) => (true, named),
            Act::Post(named_here, _) => (ordered, named || matches!(named_here, Named::Posts(_))),
            _ => (ordered, named),
        })
    }
}
