//! Whether a verb of the catalogue orders, reports, promises or asks, and whether a date is a deadline.

use super::fillers::{DONE, FILLERS, OPENERS, SELF};
use super::frames::orders;
use super::vocabulary::FIRST_PERSON;
use super::{Act, Listener, Mood};
use crate::domain::instruction::catalogue::InstructionCode;
use crate::domain::instruction::due::{Due, Misread};
use crate::domain::instruction::items::{Item, Piece};
use crate::domain::instruction::spelling::Voice;
use std::ops::Range;

const EVENTS: &[&str] = &[
    "rapat",
    "acara",
    "undangan",
    "kegiatan",
    "pelaksanaan",
    "sosialisasi",
    "upacara",
    "apel",
    "pertemuan",
    "forum",
    "musrenbang",
    "kunjungan",
    "pembukaan",
    "peresmian",
    "rakor",
    "bimtek",
    "pelatihan",
    "zoom",
    "sidang",
];
const DEADLINES: &[&str] = &[
    "batas",
    "lambat",
    "selambat",
    "lambatnya",
    "sebelum",
    "sampai",
    "tenggat",
    "deadline",
    "maksimal",
    "terakhir",
    "selambatnya",
    "h",
    "akhir",
];

impl Listener<'_> {
    /// Whether what was just heard at this place says something that would be recorded.
    pub(super) fn weigh_doubt(&mut self, at: usize, acts: usize, cues: &super::Cues) {
        if !self.doubts.has_order(at) {
            return;
        }
        let ordered = self.speech.acts.iter().skip(acts).any(|act| match act {
            Act::Order(..) => true,
            Act::Post(named, _) => self.is_below(named),
            Act::Due(..) | Act::Pause(_) | Act::Other => false,
        });
        self.speech.cues.doubt |= ordered;
        if !self.doubts.has(at) {
            return;
        }
        let now = &self.speech.cues;
        let new = |before: bool, now: bool| now && !before;
        self.speech.cues.doubt |= new(cues.report, now.report)
            || new(cues.forward, now.forward)
            || new(cues.elsewhere, now.elsewhere)
            || new(cues.sent_back, now.sent_back)
            || new(cues.redirect, now.redirect);
    }

    pub(super) fn order(&mut self, at: usize, (code, names_report, voice): (InstructionCode, bool, Voice), range: Range<usize>) {
        use InstructionCode as I;
        let mood = self.mood;
        let going = matches!(code, I::Attend | I::SelfAttend);
        let negated = mood.negated_at.is_some_and(|negation| at - negation <= 3)
            || (going && mood.unable_at.is_some_and(|unable| at - unable <= 3));
        let by_writer = mood.first_person.is_some_and(|person| at - person <= 3 && !self.names_doer(person, at))
            && !(mood.request && voice == Voice::Active);
        if self.conditional {
            self.speech.cues.orders_withheld = true;
        } else if self.is_question(at) {
            self.speech.cues.question = true;
            let asked = self.sentence(at).any(|index| self.asks(index));
            self.speech.cues.asks_for_work |= !asked && !mood.past && self.names_subordinate(at);
        } else if matches!(code, I::Reject | I::Approve) {
            self.verdict(at, (code, voice), range);
        } else if negated {
            self.speech.cues.unable |= code == I::Attend && !self.has_post_before(at);
            self.speech.cues.orders_withheld = true;
        } else if mood.past {
            self.speech.cues.doubt |= !self.is_plainly_done(at);
            let only_seen = matches!(code, I::ForInformation | I::File);
            self.speech.cues.received |= only_seen;
            self.speech.cues.report |= !only_seen;
        } else if by_writer && code == I::Represent && self.names_subordinate(at) {
            self.speech.acts.push(Act::Order(code, range));
        } else if by_writer && matches!(code, I::Attend | I::SelfAttend) && !mood.is_kami {
            self.speech.acts.push(Act::Order(I::SelfAttend, range));
        } else if by_writer && (code != I::ReportBack || voice != Voice::Plain || mood.is_kami) {
            // "Setuju, besok kita bahas lagi": it is not settled.
            self.speech.cues.but |=
                matches!(code, I::DiscussTogether | I::DiscussWithMe | I::Study | I::Consider | I::Check | I::Schedule);
            // "Kami lupa laporkan".
            let plain = |item: &Item| !matches!(item.piece, Piece::Word(_)) || item.is_in(&FILLERS) || item.is_in(&SELF);
            let said =
                mood.first_person.into_iter().flat_map(|person| person + 1..at).all(|index| self.at(index).is_none_or(plain));
            self.speech.cues.doubt |= !said;
            // "Rombongan kami hadir": it is not the writer who promises.
            self.speech.cues.orders_withheld |= self.doubts.has_order(at);
            self.first_person_verb(code, mood);
        } else if (mood.siap || (mood.future && !mood.request)) && !self.names_subordinate(at) {
            self.speech.cues.promise = true;
        } else if voice == Voice::Active && !mood.request {
            self.speech.understood.push(range);
        } else {
            self.speech.acts.push(Act::Order(code, range.clone()));
            if names_report && self.dated_behind(at) {
                self.speech.acts.push(Act::Order(I::ReportBack, range));
            }
        }
    }

    /// "Sudah selesai dikerjakan"; not "sudah telanjur janji hadir".
    fn is_plainly_done(&self, at: usize) -> bool {
        let behind = (1..=8).map_while(|back| self.before(at, back)).take_while(|item| item.pause().is_none());
        let behind: Vec<&Item> = behind.take_while(|item| !item.is_word(&["sudah"])).collect();
        let known = |item: &&Item| !matches!(item.piece, Piece::Word(_)) || item.is_in(&FILLERS) || item.is_in(&DONE);
        // "Sudah konfirmasi hadir": one verb is done, the other is not.
        let chained = self.at(at + 1).is_some_and(|next| orders(next, true));
        behind.len() == 8
            || (!chained && behind.iter().all(known))
            || (!chained && behind.iter().any(|item| item.is_in(&OPENERS) || item.is_in(&FIRST_PERSON)))
    }

    /// "Saya minta Kabid IKP hadir": who does it stands between.
    fn names_doer(&self, person: usize, at: usize) -> bool {
        let beside =
            |index: usize| self.before(index, 1).is_some_and(|item| item.is_word(&["dan", "/", "dengan", "dari", "oleh"]));
        let sends = |index: usize| {
            self.word_at(index, &["meminta", "minta", "mohon", "harap", "tugaskan", "perintahkan", "instruksikan"])
        };
        (person + 1..at).any(sends)
            || (person + 1..at).any(|index| self.at(index).is_some_and(super::doubt::is_post) && !beside(index))
    }

    /// "Kami laporkan bahwa" tells; "segera kami tindaklanjuti" promises.
    fn first_person_verb(&mut self, code: InstructionCode, mood: Mood) {
        if code == InstructionCode::ReportBack && !mood.future {
            self.speech.cues.report = true;
        } else {
            self.speech.cues.promise = true;
        }
    }

    pub(super) fn names_subordinate(&self, at: usize) -> bool {
        self.sentence(at)
            .any(|index| matches!(self.at(index).map(|item| &item.piece), Some(Piece::Post(named)) if self.is_below(named)))
    }

    fn dated_behind(&self, at: usize) -> bool {
        (at + 1..=at + 4).map_while(|index| self.at(index)).any(|item| matches!(item.piece, Piece::Time(_)))
    }

    pub(super) fn time(&mut self, at: usize, due: Result<Due, Misread>, range: Range<usize>) {
        if self.conditional || self.is_question(at) || self.mood.past && self.mood.is_kami {
            return;
        }
        let sentence = self.sentence(at);
        let marked = (1..=3).any(|back| self.before(at, back).is_some_and(|item| item.is_word(DEADLINES)));
        if !marked && self.is_date_of_something(at) {
            self.speech.understood.push(range);
            return;
        }
        let order_of = |item: &Item| if let Piece::Order { code, .. } = item.piece { Some(code) } else { None };
        let before = (sentence.start..at).rev().find_map(|index| self.at(index).and_then(order_of));
        let after = (at..sentence.end).find_map(|index| self.at(index).and_then(order_of));
        let nearest = before.or(after);
        if !marked && nearest.is_some_and(InstructionCode::is_about_an_event) {
            self.speech.understood.push(range);
            return;
        }
        // "Tiap Jumat" is no one date.
        let recurs = self.before(at, 1).is_some_and(|item| item.is_word(&["semua"]));
        let due = if recurs { Err(Misread::TwoReadings(Vec::new())) } else { due };
        self.report_noun(at, &sentence);
        self.speech.acts.push(Act::Due(due, range, nearest.is_none()));
    }

    /// "Laporan Jumat", "laporannya tgl 5": the noun with a date is a demand.
    fn report_noun(&mut self, at: usize, sentence: &Range<usize>) {
        let near =
            (sentence.start..sentence.end).find(|index| self.word_at(*index, &["laporan", "hasil"]) && index.abs_diff(at) <= 4);
        let said = (sentence.start..sentence.end).any(|index| {
            matches!(self.at(index).map(|item| &item.piece), Some(Piece::Order { code: InstructionCode::ReportBack, .. }))
        });
        if let (Some(index), false, false) = (near, said, self.mood.past) {
            let range = self.at(index).map_or(0..0, |item| item.range.clone());
            self.speech.acts.push(Act::Order(InstructionCode::ReportBack, range));
        }
    }

    /// The date of an event, of a letter, or of a begin, and no deadline.
    fn is_date_of_something(&self, at: usize) -> bool {
        let near = |steps: usize, words: &[&str]| {
            (1..=steps)
                .map_while(|back| self.before(at, back))
                .take_while(|item| item.pause().is_none())
                .any(|item| item.is_word(words))
        };
        near(3, EVENTS) || near(2, &["surat", "tertanggal", "nomor", "mulai", "sejak", "per", "selama", "kemarin", "cuti"])
    }
}
