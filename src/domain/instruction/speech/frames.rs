//! A clause is read whole or not at all: every word in front of an order has to be one that is known to change nothing.
//!
//! "Kabid IKP segera hadir" orders, "Kabid IKP jarang hadir" tells. Words of the second kind are without number, so the
//! first kind is listed: what stands before a verb and in no list leaves the order open. Behind the verb stands what it is
//! about, which may be anything, except for a few turns that undo it.

use super::REQUESTS;
use super::doubt::{MOST_IN_A_CLAUSE, is_post, order};
use super::fillers::{
    BACKGROUND, BUT, FILLERS, GREETINGS, JOINERS, JOKES, LABELS, MANNERS, OPENERS, POINTERS, PREDICATES, SAYINGS, SELF,
    SUBORDINATORS, TEAM, THINGS, TRIALS, URGENT, WILLING, is_figure,
};
use super::vocabulary::{Class, FIRST_PERSON, LIMITS, NEGATIONS, PARTICLES, WAITING};
use crate::domain::instruction::catalogue::InstructionCode;
use crate::domain::instruction::items::{Item, Pause, Piece};
use crate::domain::instruction::spelling::Voice;
use std::ops::Range;

/// Stretches that order nothing plainly.
pub(super) fn open(items: &[Item], clauses: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut led = false;
    for range in clauses {
        let clause = items.get(range.clone()).unwrap_or_default();
        let frame = Frame { items: clause };
        let pause = items.get(range.end).and_then(Item::pause);
        let labels = pause == Some(Pause::Colon) && !frame.is_label();
        if led || frame.is_loose() {
            found.push(range.clone());
        }
        if let Some(at) = frame.restriction() {
            found.push(sentence_before(items, range.start + at)..range.end);
        }
        led = led || frame.is_hearsay() || (frame.is_remark() && pause.is_some_and(|pause| pause < Pause::Line));
        // "Contoh disposisi: ..." colours its whole line, or the next one.
        led = labels || (led && pause.is_some_and(|pause| pause < Pause::Line));
    }
    let tries = |range: &Range<usize>| items.get(range.clone()).unwrap_or_default().iter().all(|item| item.is_in(&TRIALS));
    // "Kabid Aptika TL: contoh yang baik".
    let example = items.windows(2).any(
        |pair| matches!(pair, [colon, word] if colon.pause() == Some(Pause::Colon) && word.is_word(&["contoh", "contohnya"])),
    );
    if example || items.iter().any(|item| item.is_in(&JOKES)) || clauses.iter().any(tries) {
        found.push(0..items.len());
    }
    found
}

/// Where the sentence begins that ends with or before `at`; only what is near is looked at.
fn sentence_before(items: &[Item], at: usize) -> usize {
    const NEAR: usize = 80;
    let ends = |index: &usize| items.get(*index).and_then(Item::pause).is_some_and(|pause| pause >= Pause::Line);
    let from = at.saturating_sub(NEAR);
    // "... Tapi tunggu dulu": a sentence that begins so speaks of the one before.
    let until = if at.checked_sub(1).is_none_or(|before| ends(&before)) { at.saturating_sub(1) } else { at };
    (from..until).rev().find(ends).map_or(from, |index| index + 1)
}

/// Whether an item orders something of somebody: no verdict, and no verb that only tells.
pub(super) fn orders(item: &Item, asked: bool) -> bool {
    match item.piece {
        Piece::Order { code, voice, .. } => {
            !matches!(code, InstructionCode::Approve | InstructionCode::Reject) && (voice != Voice::Active || asked)
        }
        _ => false,
    }
}

struct Frame<'a> {
    items: &'a [Item],
}

impl Frame<'_> {
    fn is_in(&self, at: usize, class: &Class) -> bool {
        self.items.get(at).is_some_and(|item| item.is_in(class))
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.items.get(at).is_some_and(|item| item.is_word(words))
    }

    fn verbs(&self) -> Vec<usize> {
        let mut asked = false;
        let mut found = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            asked |= item.is_word(REQUESTS);
            if orders(item, asked) {
                found.push(at);
            }
        }
        found
    }

    fn is_loose(&self) -> bool {
        if self.items.len() > MOST_IN_A_CLAUSE {
            return true;
        }
        let verbs = self.verbs();
        let Some(last) = verbs.last() else { return false };
        let mut from = 0;
        for verb in &verbs {
            let told = if from == 0 { self.has_unknown_before(*verb) } else { self.has_unknown_subject(from, *verb) };
            if told || self.is_relative(*verb) || self.goes_by_another_verb(*verb) || self.is_judged(*verb) {
                return true;
            }
            from = verb + 1;
        }
        self.is_proposed()
            || self.is_feared()
            || self.is_some_day()
            || self.is_more_than_said()
            || self.is_reason()
            || self.is_undone_behind(*last)
            || self.is_refused()
            || self.is_carried()
    }

    /// Whether a word in front of the first verb is not known to change nothing.
    fn has_unknown_before(&self, verb: usize) -> bool {
        let subject = self.writer_attends(verb);
        let named = self.items.iter().take(verb).any(is_post);
        let (mut open, mut posts) = (false, 0);
        for at in 0..verb {
            let Some(item) = self.items.get(at) else { break };
            let Piece::Word(word) = &item.piece else {
                (open, posts) = if is_post(item) { (false, posts + 1) } else { (open, posts) };
                continue;
            };
            if item.is_in(&SAYINGS) || self.is_foreign_verb(at) {
                return true;
            }
            if subject.is_some_and(|subject| at > subject) {
                open |= item.is_word(&["dengan", "sebagai", "selaku", "untuk", "pada", "di", "beserta"]);
                if !(open || item.is_in(&SELF) || item.is_in(&NEGATIONS) || is_figure(word)) {
                    return true;
                }
                continue;
            }
            if subject.is_some() && item.is_in(&WILLING) {
                continue;
            }
            if subject == Some(at) {
                open = false;
                continue;
            }
            // "Dari grup: ..." names a source.
            let source = at == 0 && item.is_word(&["dari"]);
            let opens = (item.is_in(&OPENERS) && !source) || (posts == 0 && item.is_in(&THINGS)) || item.is_in(&SUBORDINATORS);
            let known = self.is_known(at, posts == 0)
                || (item.is_word(&["nanti"]) && !named)
                || item.is_in(&THINGS)
                || (posts > 0 && item.is_in(&TEAM));
            if !(open || opens || known) {
                return true;
            }
            open |= opens;
        }
        false
    }

    /// The same for the subject of a later verb: "Kabid IKP hadir Kabid Aptika malas TL".
    fn has_unknown_subject(&self, from: usize, verb: usize) -> bool {
        let subject = (from..verb).rev().find(|at| self.items.get(*at).is_some_and(is_post));
        let Some(subject) = subject else { return false };
        let mut open = false;
        (subject + 1..verb).any(|at| {
            open |= self.is_in(at, &OPENERS);
            let word = self.items.get(at).is_some_and(|item| matches!(item.piece, Piece::Word(_)));
            word && !open && !self.is_known(at, false)
        })
    }

    fn is_known(&self, at: usize, first: bool) -> bool {
        let Some(Item { piece: Piece::Word(word), .. }) = self.items.get(at) else { return true };
        let daytime = ["pagi", "siang", "sore", "malam", "petang"];
        let greets = (self.is_in(at, &GREETINGS) || self.is(at, &daytime)) && (word != "selamat" || self.is(at + 1, &daytime));
        // "Jangan lupa".
        let limit = self.is_in(at, &LIMITS) && at.checked_sub(1).is_some_and(|before| self.is_in(before, &NEGATIONS));
        limit
            || self.is_in(at, &FILLERS)
            || self.is_in(at, &NEGATIONS)
            || self.is_in(at, &FIRST_PERSON)
            || (first && greets)
            || is_figure(word)
    }

    /// "Di rapat disepakati Kabid IKP hadir": a verb of its own, unless it is only a purpose or a quality.
    fn is_foreign_verb(&self, at: usize) -> bool {
        let Some(Item { piece: Piece::Word(word), .. }) = self.items.get(at) else { return false };
        let long = word.len() > 5;
        let passive = word.starts_with("di") && (word.ends_with("kan") || word.ends_with('i'));
        let active = ["meng", "men", "mem", "meny"].iter().any(|begin| word.starts_with(begin))
            && (word.ends_with("kan") || word.ends_with('i') || word.len() > 7);
        let purpose = at.checked_sub(1).is_some_and(|before| {
            self.is(
                before,
                &[
                    "yang", "untuk", "guna", "demi", "rangka", "agar", "tanpa", "sambil", "dengan", "dan", "tidak", "belum",
                    "akan", "sudah",
                ],
            )
        });
        let known = [&FILLERS, &OPENERS, &THINGS].iter().any(|class| self.is_in(at, class)) || word == "menteri";
        long && (passive || active) && !purpose && !known
    }

    /// Where "saya" stands, if it is the writer himself who goes.
    fn writer_attends(&self, verb: usize) -> Option<usize> {
        if self.items.get(verb).and_then(order) != Some(InstructionCode::Attend) {
            return None;
        }
        let subject =
            (0..verb).rev().find(|at| self.items.get(*at).is_some_and(|item| is_post(item) || item.is_in(&FIRST_PERSON)))?;
        let object = subject.checked_sub(1).is_some_and(|before| self.is_in(before, &OPENERS));
        let asks_another = self.items.iter().take(subject).any(is_post) && (subject + 1..verb).any(|at| self.is(at, REQUESTS));
        (self.is_in(subject, &FIRST_PERSON) && !object && !asks_another).then_some(subject)
    }

    /// "Saya dijadwalkan hadir".
    fn goes_by_another_verb(&self, verb: usize) -> bool {
        self.writer_attends(verb)
            .is_some_and(|subject| (subject + 1..verb).any(|at| self.items.get(at).is_some_and(|item| orders(item, true))))
    }

    /// "Kabid IKP hadir pun percuma", "TL ga ya enaknya", "saya hadir di acara lain": what is said of it.
    fn is_judged(&self, verb: usize) -> bool {
        let Some(Item { piece: Piece::Order { bare, .. }, .. }) = self.items.get(verb) else { return false };
        let denied =
            self.is_in(verb + 1, &NEGATIONS) && !self.is_in(verb + 2, &LIMITS) && !self.items.get(verb + 2).is_some_and(is_post);
        let word = self.items.get(verb + 1).is_some_and(|item| matches!(item.piece, Piece::Word(_)));
        let known = self.is_known(verb + 1, true)
            || [&OPENERS, &THINGS, &MANNERS, &SUBORDINATORS, &JOINERS].iter().any(|class| self.is_in(verb + 1, class));
        let elsewhere =
            *bare && (verb + 1..self.items.len()).any(|at| self.is(at, &["lain", "lainnya", "satunya", "sebelah", "sana"]));
        let filed = self.items.get(verb).and_then(order) == Some(InstructionCode::File) && self.has_unknown_behind(verb);
        denied || filed || self.is_in(verb + 1, &PREDICATES) || (*bare && word && !known) || elsewhere
    }

    /// "Surat yang ditindaklanjuti Kabid Aptika": it says which letter. "Kabid IKP yang hadir" and "yang hadir Kabid IKP" order.
    fn is_relative(&self, verb: usize) -> bool {
        let passing = |at: &usize| self.is_in(*at, &FILLERS) && !self.is(*at, &["yang"]);
        let Some(which) = (0..verb).rev().find(|at| !passing(at)).filter(|at| self.is(*at, &["yang"])) else { return false };
        let head = (0..which).rev().find(|at| !self.is_in(*at, &FILLERS) && !self.is_in(*at, &FIRST_PERSON));
        head.is_some_and(|at| {
            self.items.get(at).is_some_and(|item| !is_post(item) && !item.is_in(&GREETINGS) && !item.is_in(&NEGATIONS))
        })
    }

    /// "Usulan saya Kabid Aptika TL".
    fn is_proposed(&self) -> bool {
        self.items.windows(2).any(|pair| {
            let [what, whose] = pair else { return false };
            let opinion =
                what.is_word(&["usulan", "usul", "ide", "masukan"]) || order(what) == Some(InstructionCode::GiveOpinion);
            opinion && whose.is_in(&FIRST_PERSON)
        })
    }

    /// "Tidak hanya Kabid Aptika yang hadir": who else is not said.
    fn is_more_than_said(&self) -> bool {
        self.items.windows(3).any(|three| {
            let [not, only, who] = three else { return false };
            not.is_in(&NEGATIONS) && only.is_word(&["hanya", "cuma", "sekedar", "sekadar"]) && is_post(who)
        })
    }

    /// "Karena Kabid Aptika hadir": why, and not what.
    fn is_reason(&self) -> bool {
        let before = |at: usize| at.checked_sub(1).is_some_and(|before| self.is_in(before, &SUBORDINATORS));
        self.items.iter().position(is_post).is_some_and(before)
    }

    /// "TL itu percuma", "TL nya cepat sekali", "TL bukan sekarang".
    fn is_undone_behind(&self, verb: usize) -> bool {
        let behind = verb + 1..self.items.len();
        let named = self.is_in(verb + 1, &POINTERS)
            && self.items.get(verb + 2).is_some_and(|item| {
                matches!(item.piece, Piece::Word(_))
                    && !self.is_known(verb + 2, false)
                    && !item.is_in(&OPENERS)
                    && !item.is_in(&THINGS)
            });
        let not =
            |at: usize| self.is(at, &["bukan"]) && !self.is_in(at + 1, &LIMITS) && !self.items.get(at + 1).is_some_and(is_post);
        let judged = |at: usize| self.is(at, &["sekali", "banget", "bgt", "amat", "nian"]);
        // "TL nanti", "TL nanti saja".
        let light = |at: &usize| self.is_in(*at, &PARTICLES) || self.is(*at, &["dulu", "bapak", "ibu"]);
        let later = (verb + 1..self.items.len()).rev().find(|at| !light(at));
        let later = later.is_some_and(|at| self.is(at, &["nanti"]));
        let earliest = |at: usize| self.is(at, &["paling"]) && self.is(at + 1, &["cepat", "awal", "dini"]);
        later
            || named
            || behind.clone().any(earliest)
            || self.ends_in_a_remark(verb)
            || behind.clone().any(not)
            || behind.into_iter().any(judged)
    }

    /// "TL Kabid Aptika bagus": behind verb and post nothing may follow that is not known.
    fn ends_in_a_remark(&self, verb: usize) -> bool {
        let Some(post) = (verb + 1..self.items.len()).rev().find(|at| self.items.get(*at).is_some_and(is_post)) else {
            return false;
        };
        self.has_unknown_behind(post)
    }

    fn has_unknown_behind(&self, from: usize) -> bool {
        let mut open = false;
        (from + 1..self.items.len()).any(|at| {
            open |= [&OPENERS, &THINGS, &SUBORDINATORS].iter().any(|class| self.is_in(at, class));
            let word = self.items.get(at).is_some_and(|item| matches!(item.piece, Piece::Word(_)));
            word && !open
                && !self.is_known(at, true)
                && !self.is_in(at, &MANNERS)
                && !self.is_in(at, &TEAM)
                && !self.is_in(at, &JOINERS)
        })
    }

    /// "Jangan sampai Kabid IKP hadir". "Jangan sampai lupa lapor" asks for it.
    fn is_feared(&self) -> bool {
        (0..self.items.len()).any(|at| {
            self.is(at, &["jangan"])
                && self.is(at + 1, &["sampai", "sampe"])
                && !self.is_in(at + 2, &LIMITS)
                && self.items.iter().skip(at + 2).any(|item| orders(item, true))
        })
    }

    /// "Besok-besok".
    fn is_some_day(&self) -> bool {
        self.items
            .windows(2)
            .any(|pair| matches!(pair, [one, two] if matches!(one.piece, Piece::Time(_)) && one.piece == two.piece))
    }

    /// "Kembalikan TL Kabid Aptika".
    fn is_carried(&self) -> bool {
        self.items.windows(2).any(|pair| {
            let [first, second] = pair else { return false };
            first.is_word(&["kembalikan", "alihkan", "teruskan", "sampaikan", "naikkan"]) && orders(second, true)
        })
    }

    /// "Menolak hadir".
    fn is_refused(&self) -> bool {
        self.items.windows(2).any(|pair| {
            let [first, second] = pair else { return false };
            order(first) == Some(InstructionCode::Reject) && orders(second, true)
        })
    }

    /// "... tapi tunggu aba-aba": where a limit begins that is itself no order.
    fn restriction(&self) -> Option<usize> {
        let at = self.items.iter().position(|item| item.is_in(&BUT))?;
        let rest = self.items.get(at + 1..).unwrap_or_default();
        let denies = rest.iter().enumerate().any(|(index, item)| {
            item.is_in(&WAITING) || (item.is_in(&NEGATIONS) && !rest.get(index + 1).is_some_and(|next| next.is_in(&LIMITS)))
        });
        let acts = rest.iter().any(|item| orders(item, false));
        let limits_others = rest.iter().find(|item| !item.is_word(&["bukan"])).is_some_and(is_post);
        ((denies || !acts) && !limits_others).then_some(at)
    }

    /// "Aneh, ...": a word or two of his own in front.
    fn is_remark(&self) -> bool {
        let called = self.is(0, &["bapak", "ibu", "mas", "mbak", "kang", "teh"]);
        let words = self.items.iter().all(|item| matches!(item.piece, Piece::Word(_)));
        let unknown = |at: usize| {
            !self.is_known(at, true) && !self.is_in(at, &OPENERS) && !self.is_in(at, &THINGS) && !self.is_in(at, &URGENT)
        };
        self.items.len() <= 2 && words && !called && (0..self.items.len()).all(unknown)
    }

    /// "Info dari Sekdis, ...".
    fn is_hearsay(&self) -> bool {
        let told = self
            .items
            .iter()
            .any(|item| item.is_word(&["info", "informasi", "kabar", "kabarnya", "berita", "cerita", "gosip", "isu"]));
        told && self.verbs().is_empty()
    }

    /// What may stand in front of a colon: posts, orders, and the labels of the form.
    fn is_label(&self) -> bool {
        let ordered = self.items.iter().any(|item| order(item).is_some());
        ordered
            || (0..self.items.len()).all(|at| {
                self.is_known(at, true) || self.is_in(at, &LABELS) || self.is_in(at, &OPENERS) || self.is_in(at, &BACKGROUND)
            })
    }
}
