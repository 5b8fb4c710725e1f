//! Who says what in which mood: separates orders from reports, promises, questions, conditions and negations.
//!
//! In come pieces, out comes [`Speech`]: the pieces that order something, in order, and cues about everything else.

mod company;
mod conditions;
mod doubt;
mod elsewhere;
mod fillers;
mod frames;
mod questions;
mod standing;
mod verdict;
mod vocabulary;
mod weigh;
mod words;

use super::catalogue::InstructionCode;
use super::due::{Due, Misread};
use super::items::{Item, Pause, Piece};
use super::targets::{self, Named};
use crate::domain::codes::PositionCode;
use crate::domain::directory::Directory;
use std::ops::Range;

/// A piece that takes part in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Somebody.
    Post(Named, Range<usize>),
    /// Something.
    Order(InstructionCode, Range<usize>),
    /// A date; whether it stands apart from any instruction and so holds for all.
    Due(Result<Due, Misread>, Range<usize>, bool),
    /// A pause.
    Pause(Pause),
    /// Words behind a post that may be an order of their own kind.
    Other,
}

/// What else a reply contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "cues are independent observations, and all combinations occur")]
pub(super) struct Cues {
    pub(super) thanks: bool,
    pub(super) promise: bool,
    pub(super) received: bool,
    pub(super) report: bool,
    pub(super) question: bool,
    pub(super) guidance: bool,
    pub(super) forward: bool,
    pub(super) elsewhere: bool,
    pub(super) sent_back: bool,
    pub(super) redirect: bool,
    pub(super) unable: bool,
    pub(super) doubtful: bool,
    pub(super) asks_for_work: bool,
    pub(super) relay: bool,
    pub(super) orders_withheld: bool,
    /// Something that would be recorded was said in words that leave it open.
    pub(super) doubt: bool,
    /// The same of a yes or a no.
    pub(super) doubtful_verdict: bool,
    /// "Tetapi", "namun", "kecuali".
    pub(super) but: bool,
    /// A deadline was announced, and what follows is no date that can be read.
    pub(super) unread_deadline: Option<Range<usize>>,
}

/// A reply, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Speech {
    pub(super) acts: Vec<Act>,
    pub(super) cues: Cues,
    pub(super) partners: Vec<PositionCode>,
    pub(super) excluded: Vec<PositionCode>,
    /// "Kabid Aptika atau Kabid IKP": one of two, and the words.
    pub(super) either: Option<(Vec<PositionCode>, Range<usize>)>,
    /// Pieces that belong to no order but were understood, so that they are no free text.
    pub(super) understood: Vec<Range<usize>>,
}

/// What somebody is in charge of.
const DUTIES: &[&str] = &[
    "kewenangan",
    "wewenang",
    "tugas",
    "tupoksi",
    "ranah",
    "urusan",
    "bidang",
    "bagian",
    "kami",
    "domain",
    "tusi",
    "ranahnya",
    "tanggung",
    "lingkup",
    "kompetensi",
    "area",
];
const REQUESTS: &[&str] = &["mohon", "agar", "harap", "tolong", "untuk", "tugaskan", "minta", "meminta", "wajib", "harus"];

/// What is said about one comma-free stretch.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "moods are independent observations, and all combinations occur")]
struct Mood {
    past: bool,
    first_person: Option<usize>,
    is_kami: bool,
    negated_at: Option<usize>,
    /// "Berhalangan", "urung": in front of going somewhere it is none.
    unable_at: Option<usize>,
    request: bool,
    future: bool,
    siap: bool,
    guided: bool,
}

pub(super) struct Listener<'a> {
    pub(super) items: &'a [Item],
    pub(super) directory: &'a Directory,
    pub(super) writer: &'a PositionCode,
    speech: Speech,
    mood: Mood,
    conditional: bool,
    linking: Option<Link>,
    doubts: doubt::Doubts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Partner,
    Excluded,
    Mention,
    /// "Tembusan Sekdis": he gets it for information.
    Copy,
}

impl<'a> Listener<'a> {
    pub(super) fn new(items: &'a [Item], directory: &'a Directory, writer: &'a PositionCode) -> Self {
        let below = |named: &Named| is_below(directory, writer, named);
        let doubts = doubt::find(items, &below);
        let (speech, mood) = (Speech::default(), Mood::default());
        Self { items, directory, writer, speech, mood, conditional: false, linking: None, doubts }
    }

    /// Hears the whole reply.
    pub(super) fn listen(mut self) -> Speech {
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else { break };
            let (acts, cues) = (self.speech.acts.len(), self.speech.cues.clone());
            match &item.piece {
                Piece::Pause(pause) => self.pause(*pause),
                Piece::Word(word) => self.word(at, &word.clone()),
                Piece::Post(named) => self.post(at, &named.clone(), item.range.clone()),
                Piece::Order { code, names_report, voice, .. } => {
                    self.order(at, (*code, *names_report, *voice), item.range.clone());
                }
                Piece::Time(due) => self.time(at, due.clone(), item.range.clone()),
            }
            self.weigh_doubt(at, acts, &cues);
        }
        self.speech
    }

    fn pause(&mut self, pause: Pause) {
        self.speech.acts.push(Act::Pause(pause));
        let keeps_siap = self.mood.siap && pause == Pause::Comma;
        self.mood = Mood { siap: keeps_siap, request: self.mood.request && pause == Pause::Comma, ..Mood::default() };
        self.conditional &= pause == Pause::Colon;
        if pause != Pause::Comma {
            self.linking = None;
        }
        if pause == Pause::Question {
            self.speech.cues.question = true;
        }
    }

    fn at(&self, at: usize) -> Option<&'a Item> {
        self.items.get(at)
    }

    fn before(&self, at: usize, back: usize) -> Option<&'a Item> {
        at.checked_sub(back).and_then(|at| self.items.get(at))
    }

    fn word_at(&self, at: usize, words: &[&str]) -> bool {
        self.at(at).is_some_and(|item| item.is_word(words))
    }

    /// Items of the sentence that holds `at`, as an index range; of a sentence without end only what is near.
    fn sentence(&self, at: usize) -> Range<usize> {
        const NEAR: usize = 80;
        let ends = |item: &Item| item.pause().is_some_and(|pause| pause >= Pause::Line);
        let from = at.saturating_sub(NEAR);
        let to = self.items.len().min(at + NEAR);
        let start = (from..at).rev().find(|index| self.at(*index).is_some_and(ends)).map_or(from, |index| index + 1);
        let end = (at..to).find(|index| self.at(*index).is_some_and(ends)).unwrap_or(to);
        start..end
    }

    fn has_time_in_sentence(&self, at: usize) -> bool {
        self.sentence(at).any(|index| self.at(index).is_some_and(|item| matches!(item.piece, Piece::Time(_))))
    }

    fn has_post_in_sentence(&self, at: usize) -> bool {
        self.sentence(at).any(|index| self.at(index).is_some_and(|item| matches!(item.piece, Piece::Post(_))))
    }

    fn word(&mut self, at: usize, word: &str) {
        let known = self.mood_word(at, word)
            || self.elsewhere_word(at, word)
            || self.telling_word(at, word)
            || self.asking_word(at, word);
        if !known {
            self.other_word(at, word);
        }
    }

    /// "Batas waktu" in front of something that is no date: a deadline was meant, and must not get lost.
    fn deadline(&mut self, at: usize) {
        const LOOK: usize = 5;
        let ends = |item: &&Item| item.pause().is_none_or(|pause| pause <= Pause::Colon);
        let behind: Vec<&Item> = (at + 1..=at + LOOK).map_while(|index| self.at(index)).take_while(ends).collect();
        let dated = behind.iter().any(|item| matches!(item.piece, Piece::Time(_)));
        let dated_before = (1..=2).any(|back| self.before(at, back).is_some_and(|item| matches!(item.piece, Piece::Time(_))));
        let said = behind.iter().any(|item| matches!(&item.piece, Piece::Word(word) if word != "waktu"));
        if let (false, false, true, Some(first), Some(last)) = (dated, dated_before, said, self.at(at), behind.last()) {
            self.speech.cues.unread_deadline.get_or_insert(first.range.start..last.range.end);
        }
    }

    /// A word of no table. Behind a post it may be an order of its own kind ("Kabid IKP dokumentasi"), which must not be
    /// taken for part of another.
    fn other_word(&mut self, at: usize, word: &str) {
        self.perfect_verb(word);
        let ends = |item: &&Item| item.pause().is_none_or(|pause| pause <= Pause::Colon);
        let behind_post =
            (1..=4).map_while(|back| self.before(at, back)).take_while(ends).any(|item| matches!(item.piece, Piece::Post(_)));
        if behind_post && word.len() >= 4 && !targets::is_function_word(word) && !self.conditional && !self.is_question(at) {
            self.speech.acts.push(Act::Other);
        }
    }

    /// "Sudah dikirim", "kami kirim besok": a verb outside the catalogue still tells a report from a promise.
    fn perfect_verb(&mut self, word: &str) {
        let is_verb = super::spelling::is_verb(word)
            || (word.len() > 4 && word.starts_with("di"))
            || (word.len() > 5 && word.starts_with("me"));
        if self.mood.past && is_verb {
            self.speech.cues.report = true;
        } else if self.mood.first_person.is_some() && self.mood.future && is_verb {
            self.speech.cues.promise = true;
        }
    }

    fn verb_cue(&mut self, at: usize, set: impl FnOnce(&mut Cues)) {
        let near_negation = self.mood.negated_at.is_some_and(|negation| at - negation <= 3);
        if self.mood.past {
            self.speech.cues.report = true;
        } else if self.mood.first_person.is_some_and(|person| at - person <= 3) && self.mood.future {
            self.speech.cues.promise = true;
        } else if !near_negation && !self.conditional && !self.is_question(at) {
            set(&mut self.speech.cues);
        }
    }

    /// "Mohon petunjuk", not "sesuai petunjuk".
    fn is_asked(&self, at: usize) -> bool {
        let asks = ["mohon", "meminta", "menunggu", "tunggu", "butuh", "perlu", "nunggu", "mohonkan", "untuk", "agar"];
        self.mood.request && (1..=5).any(|back| self.before(at, back).is_some_and(|item| item.is_word(&asks)))
    }

    fn person(&mut self, at: usize, word: &str) {
        let object = self.before(at, 1).is_some_and(|item| {
            item.is_word(&[
                "ke",
                "kepada",
                "dengan",
                "dari",
                "untuk",
                "pada",
                "bagi",
                "nama",
                "atas",
                "tugas",
                "kewenangan",
                "bidang",
                "wewenang",
                "tupoksi",
            ])
        });
        if !object {
            self.mood.first_person = Some(at);
            self.mood.is_kami |= word != "saya";
        }
    }

    /// "Terlampir notulen", "berikut laporan kami".
    fn attached(&mut self, at: usize) {
        let things = [
            "notulen",
            "notula",
            "laporan",
            "hasil",
            "bahan",
            "dokumentasi",
            "data",
            "foto",
            "berita",
            "undangan",
            "daftar",
            "konsep",
            "draft",
            "jawaban",
            "kami",
            "datanya",
        ];
        let near = (1..=4)
            .any(|step| self.word_at(at + step, &things) || self.before(at, step).is_some_and(|item| item.is_word(&things)));
        if near && !self.mood.request {
            self.speech.cues.report = true;
            self.mood.past = true;
        }
    }
}

/// Whether one of the named posts is below the writer.
fn is_below(directory: &Directory, writer: &PositionCode, named: &Named) -> bool {
    match named {
        Named::Posts(posts) => posts.iter().any(|post| directory.is_below(post, writer)),
        Named::OneOf(_) | Named::Nobody(_) => false,
    }
}
