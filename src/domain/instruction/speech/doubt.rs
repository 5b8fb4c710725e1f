//! Where words of order do not order: guesses, plans, waiting, the past, what others say, what is stopped or not needed,
//! conditions, second thoughts.
//!
//! In come the pieces of a reply, out comes which of them stand in such words. What is read of them is never an act: it is
//! asked back. Rules are about clauses (between any two pauses) and sentences (between full stops and lines).

use super::fillers::FILLERS;
use super::vocabulary::{
    AT_LEISURE, CORRECTIONS, Class, DUBIOUS, FIRMLY_ASKED, FIRST_PERSON, HARDLY, LIMITS, MISFITS, MUSINGS, NEGATIONS, NEVER_MIND,
    OBLIGED, PARTICLES, PARTLY, PAST, PEOPLE, PLANS, REPORTED, SAID, STATES, STOPS, UNMET, WAITING, WEEKS,
};
use super::{conditions, frames};
use crate::domain::instruction::catalogue::InstructionCode;
use crate::domain::instruction::items::{Item, Pause, Piece};
use crate::domain::instruction::targets::{self, Named};
use std::ops::Range;

/// A clause of more pieces is not looked into, which also bounds what looking costs.
pub(super) const MOST_IN_A_CLAUSE: usize = 120;

/// Which items leave open whether anything is ordered.
#[derive(Debug, Clone, Default)]
pub(super) struct Doubts {
    items: Vec<bool>,
    /// Where orders are open, but not what is told.
    orders: Vec<bool>,
    all: bool,
}

impl Doubts {
    /// Whether an order at this place is open.
    pub(super) fn has_order(&self, at: usize) -> bool {
        self.has(at) || self.orders.get(at).copied().unwrap_or_default()
    }

    /// Whether the item stands in such words.
    pub(super) fn has(&self, at: usize) -> bool {
        self.all || self.items.get(at).copied().unwrap_or_default()
    }
}

/// Finds them.
pub(super) fn find(items: &[Item], is_below: &dyn Fn(&Named) -> bool) -> Doubts {
    let mut doubts = Doubts { items: vec![false; items.len()], orders: vec![false; items.len()], all: false };
    let mut goes_on = false;
    for range in clauses(items) {
        let clause = Clause { items: items.get(range.clone()).unwrap_or_default(), is_below };
        let open = clause.is_open();
        let short = clause.is_adverb();
        doubts.all |= clause.items.len() <= MOST_IN_A_CLAUSE && clause.takes_back();
        doubts.mark(range.clone(), open || goes_on);
        // "Koreksi: Kabid IKP".
        let pause = items.get(range.end).and_then(Item::pause);
        doubts.all |= pause == Some(Pause::Colon) && clause.is_correction();
        // "Rencananya, Kabid IKP hadir": an adverb in a clause of its own colours the next.
        let ends_softly = pause.is_some_and(|pause| pause <= Pause::Colon);
        goes_on = (open || goes_on) && short && ends_softly;
    }
    // What stands in quotation marks was said by somebody.
    for (at, item) in items.iter().enumerate().filter(|(_, item)| item.quoted) {
        doubts.mark(at..at + 1, item.quoted);
    }
    for range in frames::open(items, &clauses(items)) {
        doubts.orders.get_mut(range).unwrap_or_default().fill(true);
    }
    for range in conditions::open(items, is_below) {
        doubts.mark(range, true);
    }
    doubts
}

impl Doubts {
    fn mark(&mut self, range: Range<usize>, is: bool) {
        if is {
            self.items.get_mut(range).unwrap_or_default().fill(true);
        }
    }
}

/// Stretches between pauses.
pub(super) fn clauses(items: &[Item]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, item) in items.iter().enumerate() {
        if item.pause().is_some() {
            found.push(start..at);
            start = at + 1;
        }
    }
    found.push(start..items.len());
    found.retain(|range| !range.is_empty());
    found
}

/// The instruction of an item.
pub(super) const fn order(item: &Item) -> Option<InstructionCode> {
    match item.piece {
        Piece::Order { code, .. } => Some(code),
        _ => None,
    }
}

/// "Hentikan".
fn is_stop(item: &Item) -> bool {
    matches!(&item.piece, Piece::Word(word) if STOPS.contains(word.strip_suffix("lah").unwrap_or(word)))
}

/// "Dihentikan".
fn is_stopped(item: &Item) -> bool {
    let stem = |word: &str| word.strip_prefix("di").is_some_and(|stem| STOPS.contains(stem.strip_suffix("lah").unwrap_or(stem)));
    matches!(&item.piece, Piece::Word(word) if stem(word))
}

pub(super) const fn is_post(item: &Item) -> bool {
    matches!(item.piece, Piece::Post(_))
}

/// One clause.
struct Clause<'a> {
    items: &'a [Item],
    is_below: &'a dyn Fn(&Named) -> bool,
}

impl Clause<'_> {
    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.items.get(at).is_some_and(|item| item.is_word(words))
    }

    fn is_in(&self, at: usize, class: &Class) -> bool {
        self.items.get(at).is_some_and(|item| item.is_in(class))
    }

    fn behind(&self, at: usize, words: &[&str]) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, words))
    }

    fn behind_in(&self, at: usize, class: &Class) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is_in(before, class))
    }

    fn places<'w>(&'w self, words: &'w [&str]) -> impl Iterator<Item = usize> + 'w {
        self.items.iter().enumerate().filter(move |(_, item)| item.is_word(words)).map(|(at, _)| at)
    }

    fn places_in(&self, class: &'static Class) -> impl Iterator<Item = usize> + '_ {
        self.items.iter().enumerate().filter(move |(_, item)| item.is_in(class)).map(|(at, _)| at)
    }

    fn rest(&self, from: usize) -> &[Item] {
        self.items.get(from..).unwrap_or_default()
    }

    fn start(&self, to: usize) -> &[Item] {
        self.items.get(..to).unwrap_or_default()
    }

    fn first_order(&self) -> Option<usize> {
        self.items.iter().position(|item| order(item).is_some())
    }

    fn last_order(&self) -> Option<usize> {
        self.items.iter().rposition(|item| order(item).is_some())
    }

    fn names_below(&self) -> bool {
        self.items.iter().any(|item| matches!(&item.piece, Piece::Post(named) if (self.is_below)(named)))
    }

    /// "Hadir tidak ya": nothing more is said.
    fn ends_behind(&self, at: usize) -> bool {
        self.rest(at + 1).iter().all(|item| item.is_word(&["ya", "bapak", "ibu", "apa", "kah", "sih", "nih"]))
    }

    fn is_correction(&self) -> bool {
        matches!(self.items, [item] if order(item) == Some(InstructionCode::CorrectAndSign))
    }

    /// One word, and what carries nothing.
    fn is_adverb(&self) -> bool {
        let carries = |item: &&Item| !matches!(&item.piece, Piece::Word(word) if targets::is_function_word(word));
        self.items.iter().filter(carries).count() <= 1 && !self.items.iter().any(|item| is_post(item) || order(item).is_some())
    }

    fn is_open(&self) -> bool {
        // Nobody says so much in one breath: what belongs to what is not known.
        self.items.len() > MOST_IN_A_CLAUSE
            || self.is_guessed()
            || self.is_planned()
            || self.is_told_of_another()
            || self.is_past()
            || self.is_awaited()
            || self.is_denied()
            || self.is_stopped()
            || self.is_done()
            || self.is_choice()
    }

    /// "Mungkin", "kurang tepat", "sulit ditindaklanjuti", "saya kira".
    fn is_guessed(&self) -> bool {
        let hardly = |at: usize| self.rest(at + 1).iter().take(2).any(|item| order(item).is_some());
        self.places_in(&DUBIOUS).next().is_some()
            || self.places(&["kurang"]).any(|at| self.is_in(at + 1, &MISFITS) || hardly(at))
            || self.places_in(&HARDLY).any(hardly)
            || self.places_in(&MUSINGS).any(|at| self.behind_in(at, &FIRST_PERSON))
            || self.places(&["keberatan"]).any(|at| !self.start(at).iter().rev().take(2).any(|item| item.is_in(&NEGATIONS)))
            || self.is(0, &["kok", "koq", "masa", "masak", "lho", "loh"])
            || (self.names_below() && self.first_order().is_some() && self.places_in(&UNMET).next().is_some())
    }

    /// "Rencananya", "akan dihadiri Kabid IKP", "nanti saya tugaskan".
    fn is_planned(&self) -> bool {
        let coming = |at: usize| self.behind(at, &["yang"]);
        let asked = |at: usize| self.rest(at + 1).iter().any(|item| item.is_in(&FIRMLY_ASKED));
        let ahead = |at: usize| self.last_order().is_some_and(|order| order > at) && self.names_below();
        self.places_in(&PLANS).next().is_some()
            || self.places(&["rencana"]).any(|at| at == 0 || self.items.get(at + 1).is_some_and(is_post))
            || self.places(&["nanti"]).any(|at| self.is(at + 1, &["saya", "kami", "akan", "kita"]))
            || self.places(&["akan", "sedang", "masih"]).any(|at| ahead(at) && !coming(at) && !asked(at))
    }

    /// "Pak Sekda minta ...", "Kabid IKP menolak ...", "katanya", "Kabid IKP lapor bahwa ...".
    fn is_told_of_another(&self) -> bool {
        let states = |item: &Item| item.is_in(&STATES) || order(item) == Some(InstructionCode::Reject);
        let filler = |item: &&Item| item.is_word(&["juga", "pun", "sudah", "memang", "tadi", "sendiri", "ini", "itu", "yang"]);
        let post_states = self.items.iter().enumerate().any(|(at, item)| {
            (is_post(item) || item.is_in(&PEOPLE)) && self.rest(at + 1).iter().find(|next| !filler(next)).is_some_and(states)
        });
        let asks = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| self.items.get(before));
            before.is_some_and(|item| match &item.piece {
                Piece::Word(word) => !targets::is_function_word(word) && !item.is_in(&FIRST_PERSON) && word != "maaf",
                Piece::Post(_) => true,
                _ => false,
            })
        };
        let own = |at: usize| {
            self.start(at).iter().enumerate().any(|(index, item)| {
                item.is_in(&FIRST_PERSON) && !self.behind(index, &["ke", "kepada", "dengan", "dari", "untuk", "pada", "oleh"])
            })
        };
        let spoken = |at: usize| at == 0 || self.items.get(at + 1).is_some_and(|next| is_post(next) || next.is_in(&PEOPLE));
        // "TL ini saya pahami": he speaks about it.
        let about = |at: usize| {
            self.is_in(at + 1, &FIRST_PERSON)
                && self
                    .items
                    .get(at + 2)
                    .is_some_and(|item| matches!(&item.piece, Piece::Word(word) if !targets::is_function_word(word)))
                && self.first_order().is_some_and(|order| order < at)
        };
        post_states
            || self.places(&["ini", "itu", "tersebut"]).any(about)
            || self.places(&["meminta"]).any(asks)
            || self.places_in(&REPORTED).next().is_some()
            || self.places(&["bahwa"]).any(|at| !own(at))
            || self.places_in(&SAID).any(spoken)
    }

    /// "Kemarin", "minggu lalu"; not "rapat kemarin", "surat yang tadi".
    fn is_past(&self) -> bool {
        let noun = |at: usize| {
            at.checked_sub(1).and_then(|before| self.items.get(before)).is_some_and(|item| {
                matches!(&item.piece, Piece::Word(word) if word != "sudah" && !item.is_in(&FIRST_PERSON) && (word == "yang" || !targets::is_function_word(word)))
            })
        };
        let week = |at: usize| {
            at.checked_sub(1)
                .and_then(|before| self.items.get(before))
                .is_some_and(|item| item.is_in(&WEEKS) || matches!(item.piece, Piece::Time(_)))
        };
        // "Sudah dilaksanakan kemarin" reports.
        if self.places(&["sudah"]).next().is_some() {
            return false;
        }
        self.is(0, &["dulu", "dahulu", "biasanya", "umumnya"])
            || self
                .places(&["dulu", "dahulu"])
                .any(|at| self.behind(at, &["yang"]) || (self.is(0, &["yang"]) && self.is(at + 1, &["itu", "tu"])))
            || self.places_in(&PAST).any(|at| !noun(at))
            || self.places(&["selama"]).any(|at| self.is(at + 1, &["ini"]))
            || self.places(&["lalu", "silam"]).any(|at| week(at) && !(at >= 2 && noun(at - 1)))
    }

    /// "Menunggu Kabid IKP tindak lanjuti".
    fn is_awaited(&self) -> bool {
        let last = self.last_order();
        self.places_in(&WAITING).any(|at| last.is_some_and(|order| order > at))
    }

    /// A need that is denied, however far from its verb; or taken back behind it.
    fn is_denied(&self) -> bool {
        let last = self.last_order();
        let limits =
            |at: usize| self.is_in(at + 1, &LIMITS) || (self.is(at, &["bukan"]) && self.items.get(at + 1).is_some_and(is_post));
        let reset = |item: &Item| item.is_in(&FIRMLY_ASKED) || item.is_word(&["tetapi", "tapi", "namun", "melainkan"]);
        let denies = |at: usize| {
            let ahead = self.rest(at + 1);
            let Some(step) = ahead.iter().position(|item| reset(item) || order(item).is_some()) else { return false };
            let verb = ahead.get(step).is_some_and(|item| order(item).is_some());
            verb && (step >= 3 || ahead.iter().skip(step + 1).any(is_post))
        };
        let takes_back =
            |at: usize| last.is_some_and(|order| order < at) && (self.ends_behind(at) || self.is_in(at + 1, &NEVER_MIND));
        self.places_in(&NEGATIONS).any(|at| !limits(at) && (denies(at) || takes_back(at)))
    }

    /// "Hentikan tindak lanjut", "tunda TL".
    fn is_stopped(&self) -> bool {
        let orders = self.items.iter().filter_map(order);
        let defers = self.items.iter().filter_map(order).any(|code| code == InstructionCode::Defer);
        self.items.iter().any(|item| is_stop(item) || is_stopped(item)) || (defers && orders.count() > 1)
    }

    /// "TL ke Kabid IKP sudah saya berikan", "sudah seharusnya", "sudah saya baca Kabid IKP TL".
    fn is_done(&self) -> bool {
        let first = self.first_order();
        let dated = self.items.iter().any(|item| matches!(item.piece, Piece::Time(_)));
        let tells = self.places(&["bahwa"]).next().is_some();
        let then_post = |at: usize| {
            let ahead = self.rest(at + 1);
            let agent = ["oleh", "dengan", "dari", "ke", "kepada"];
            let post = (1..ahead.len()).find(|index| {
                ahead.get(*index).is_some_and(is_post) && !ahead.get(index - 1).is_some_and(|before| before.is_word(&agent))
            });
            post.is_some_and(|post| ahead.iter().skip(post + 1).any(|item| order(item).is_some()))
        };
        let partly = self.items.iter().any(|item| item.is_in(&PARTLY));
        let half = partly || self.places(&["belum"]).any(|at| !self.ends_behind(at));
        self.places(&["sudah"]).any(|at| {
            if half {
                return true;
            }
            self.is_in(at + 1, &OBLIGED) || (!dated && !tells && first.is_some_and(|order| order < at)) || then_post(at)
        })
    }

    /// "TL atau arsip". "Hadir atau diwakilkan" leaves the choice to him who is ordered.
    fn is_choice(&self) -> bool {
        let soft = |code: InstructionCode| matches!(code, InstructionCode::Attend | InstructionCode::Represent);
        self.places(&["atau"]).any(|at| {
            let before = at.checked_sub(1).and_then(|before| self.items.get(before)).and_then(order);
            let after = self.items.get(at + 1).and_then(order);
            before.zip(after).is_some_and(|(one, other)| !soft(one) || !soft(other))
        })
    }

    /// "Yang tidak perlu ...", "kalau tidak".
    fn is_at_leisure(&self, at: usize) -> bool {
        self.behind(at, &["yang"]) || self.start(at).iter().any(|item| item.is_in(&AT_LEISURE))
    }

    /// "Eh, maksud saya Kabid IKP", "tidak jadi", "saya kurang sependapat": all that was said is open again.
    fn takes_back(&self) -> bool {
        let whole = !self.items.iter().any(|item| is_post(item) || order(item).is_some());
        // "Tidak perlu", and nothing that is not needed is named.
        let bare = |at: usize| {
            let polite = |item: &Item| matches!(&item.piece, Piece::Word(word) if targets::is_function_word(word));
            self.rest(at + 1).iter().all(|item| item.is_in(&NEVER_MIND) || item.is_in(&PARTICLES) || polite(item))
        };
        let never_mind = whole
            && self.items.len() <= 4
            && self.places_in(&NEGATIONS).any(|at| !self.is_in(at + 1, &LIMITS) && bare(at) && !self.is_at_leisure(at));
        let forget = whole && self.items.iter().find(|item| !item.is_in(&FILLERS)).is_some_and(is_stop);
        never_mind
            || forget
            || (self.is_adverb() && self.places(&["batal", "dibatalkan"]).next().is_some())
            || self
                .places(&["sependapat", "sepaham"])
                .any(|at| self.start(at).iter().any(|item| item.is_in(&NEGATIONS) || item.is_word(&["kurang"])))
            || CORRECTIONS.iter().any(|(word, next)| {
                self.places(word).any(|at| next.is_empty() || next.iter().any(|next| self.is(at + 1, &[*next])))
            })
            || (self.is(0, &["yang"]) && self.is(1, &["benar", "betul"]))
            || (self.is(0, &["keliru"]) || (self.is(1, &["keliru"]) && self.is(0, &["maaf", "saya", "mohon"])))
    }
}
