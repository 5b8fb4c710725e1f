//! Who says what in which mood: separates orders from reports, promises, questions, conditions and negations.
//!
//! In come pieces, out comes [`Speech`]: the pieces that order something, in order, and cues about everything else.

use super::catalogue::InstructionCode;
use super::due::{Due, Misread};
use super::items::{Item, Pause, Piece};
use super::spelling::Voice;
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
    pub(super) orders_withheld: bool,
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

const REQUESTS: &[&str] = &["mohon", "agar", "harap", "tolong", "untuk", "tugaskan", "minta", "wajib", "harus"];
const PREPOSITIONS: &[&str] = &[
    "dari", "melalui", "lewat", "via", "di", "menurut", "sesuai", "tentang", "soal", "terkait", "mengenai", "tembusan", "cc",
    "arahan", "seizin", "perintah", "atas", "an", "nama", "sebagai",
];
const CARRIERS: &[&str] = &[
    "bahan",
    "data",
    "sambutan",
    "surat",
    "undangan",
    "permintaan",
    "usulan",
    "permohonan",
    "jawaban",
    "kegiatan",
    "acara",
    "rapat",
    "nota",
    "edaran",
    "disposisi",
    "kunjungan",
    "paparan",
    "staf",
    "kantor",
];
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
const ABSENT: &[&str] = &["cuti", "sakit", "dl", "diklat", "umrah", "umroh", "haji", "berhalangan", "izin", "luar", "libur"];

/// Verbs whose object is somebody to work with, not somebody who is ordered.
const COMPANY: &[&str] = &[
    "dampingi",
    "mendampingi",
    "didampingi",
    "bantu",
    "membantu",
    "dibantu",
    "hubungi",
    "menghubungi",
    "temui",
    "menemui",
    "undang",
    "mengundang",
    "libatkan",
    "melibatkan",
    "kontak",
    "ajak",
    "mengajak",
    "tanya",
    "tanyakan",
    "panggil",
    "telepon",
];

/// What is said about one comma-free stretch.
#[derive(Debug, Clone, Copy, Default)]
struct Mood {
    past: bool,
    first_person: Option<usize>,
    is_kami: bool,
    negated_at: Option<usize>,
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Partner,
    Excluded,
    Mention,
}

impl<'a> Listener<'a> {
    pub(super) fn new(items: &'a [Item], directory: &'a Directory, writer: &'a PositionCode) -> Self {
        Self { items, directory, writer, speech: Speech::default(), mood: Mood::default(), conditional: false, linking: None }
    }

    /// Hears the whole reply.
    pub(super) fn listen(mut self) -> Speech {
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at) else { break };
            match &item.piece {
                Piece::Pause(pause) => self.pause(*pause),
                Piece::Word(word) => self.word(at, &word.clone()),
                Piece::Post(named) => self.post(at, &named.clone(), item.range.clone()),
                Piece::Order { code, names_report, voice } => self.order(at, (*code, *names_report, *voice), item.range.clone()),
                Piece::Time(due) => self.time(at, due.clone(), item.range.clone()),
            }
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

    fn is_question(&self, at: usize) -> bool {
        let sentence = self.sentence(at);
        self.at(sentence.end).is_some_and(|item| item.pause() == Some(Pause::Question))
            || sentence.clone().any(|index| {
                self.word_at(index, &["apakah", "kapan", "bagaimana", "berapa", "kenapa", "mengapa", "dimana", "siapa"])
            })
    }

    fn has_time_in_sentence(&self, at: usize) -> bool {
        self.sentence(at).any(|index| self.at(index).is_some_and(|item| matches!(item.piece, Piece::Time(_))))
    }

    fn word(&mut self, at: usize, word: &str) {
        let next = |words: &[&str]| self.word_at(at + 1, words);
        let starts = self.sentence(at).start == at || self.before(at, 1).is_some_and(|item| item.pause().is_some());
        match word {
            "sudah" if !(self.has_time_in_sentence(at) && !self.mood.is_kami) => self.mood.past = true,
            "tidak" | "belum" | "jangan" => self.mood.negated_at = Some(at),
            "bukan"
                if next(&[
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
                ]) =>
            {
                self.speech.cues.elsewhere = true
            }
            "bukan" => self.mood.negated_at = Some(at),
            "salahalamat" => self.speech.cues.elsewhere = true,
            "salah" if next(&["kirim", "tujuan", "sasaran", "disposisi"]) => self.speech.cues.elsewhere = true,
            "kembalikan" => self.verb_cue(at, |cues| cues.sent_back = true),
            "alihkan" => self.verb_cue(at, |cues| cues.redirect = true),
            "semestinya" | "seharusnya" | "mestinya" if next(&["ke", "kepada", "untuk", "menjadi", "di"]) => {
                self.speech.cues.elsewhere = true
            }
            "saya" | "kami" | "kita" => self.person(at, word),
            "akan" => self.mood.future = true,
            "kalau" => self.conditional = true,
            "siap" | "baik" | "86" | "nggih" | "inggih" | "muhun" | "sendika" | "laksana" | "sumuhun" | "injih" if starts => {
                self.mood.siap |= !matches!(word, "baik");
                self.speech.cues.promise = true;
            }
            "noted" | "dicatat" | "maklumi" | "mengerti" | "paham" | "dimengerti" | "copy" => self.speech.cues.promise = true,
            "ok" | "oke" | "okay" | "sip" | "yes" | "boleh" | "monggo" => self.speech.cues.doubtful = true,
            "terimakasih" => self.speech.cues.thanks = true,
            "terima" | "baca" if self.mood.past => self.speech.cues.received = true,
            "terlampir" | "berikut" => self.attached(at),
            "selesai" if self.mood.past || self.mood.first_person.is_some() => self.speech.cues.report = true,
            "apakah" | "kapan" | "bagaimana" | "berapa" | "kenapa" | "mengapa" | "dimana" => self.speech.cues.question = true,
            "info" | "informasi" | "penjelasan" | "konfirmasinya" if self.mood.request => self.speech.cues.question = true,
            "petunjuk" | "arahan" | "keputusan" | "perkenan" | "arahannya" | "petunjuknya" | "persetujuan" | "persetujuannya"
            | "perkenannya" | "arahnya"
                if self.is_asked(at) =>
            {
                self.speech.cues.guidance = true;
                self.mood.guided = true;
            }
            "teruskan" | "naikkan" => self.verb_cue(at, |cues| cues.forward = true),
            "sampaikan" if next(&["ke", "kepada"]) && self.mood.first_person.is_none() => {
                self.verb_cue(at, |cues| cues.forward = true)
            }
            "berhalangan" => self.speech.cues.unable = true,
            _ if REQUESTS.contains(&word) => self.mood.request = true,
            _ => self.other_word(at, word),
        }
    }

    /// A word of no table. Behind a post it may be an order of its own kind ("Kabid IKP dokumentasi"), which must not be
    /// taken for part of another.
    fn other_word(&mut self, at: usize, word: &str) {
        self.perfect_verb(word);
        let behind_post = (1..=3)
            .map_while(|back| self.before(at, back))
            .take_while(|item| item.pause().is_none())
            .any(|item| matches!(item.piece, Piece::Post(_)));
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
        let asks = ["mohon", "menunggu", "tunggu", "butuh", "perlu", "nunggu", "mohonkan", "untuk", "agar"];
        self.mood.request && (1..=3).any(|back| self.before(at, back).is_some_and(|item| item.is_word(&asks)))
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
        ];
        let near = (1..=4)
            .any(|step| self.word_at(at + step, &things) || self.before(at, step).is_some_and(|item| item.is_word(&things)));
        if near && !self.mood.request {
            self.speech.cues.report = true;
            self.mood.past = true;
        }
    }

    fn post(&mut self, at: usize, named: &Named, range: Range<usize>) {
        let link = self.link_before(at, named);
        if self.is_absent(at) {
            return;
        }
        let posts = match named {
            Named::Posts(posts) => posts.as_slice(),
            Named::OneOf(_) | Named::Nobody(_) => &[],
        };
        match link {
            Some(Link::Partner) => self.speech.partners.extend_from_slice(posts),
            Some(Link::Excluded) => self.speech.excluded.extend_from_slice(posts),
            Some(Link::Mention) => {}
            None if self.conditional => {}
            None => {
                self.either_of(at, posts, &range);
                self.speech.acts.push(Act::Post(named.clone(), range));
                return;
            }
        }
        self.linking = link;
        self.speech.understood.push(range);
    }

    fn either_of(&mut self, at: usize, posts: &[PositionCode], range: &Range<usize>) {
        let or = self.before(at, 1).is_some_and(|item| item.is_word(&["atau"]))
            && !self.before(at, 2).is_some_and(|item| item.is_word(&["/", "dan"]));
        if let (true, Some(Item { piece: Piece::Post(Named::Posts(first)), range: begin })) = (or, self.before(at, 2)) {
            let both = first.iter().chain(posts).cloned().collect();
            self.speech.either.get_or_insert((both, begin.start..range.end));
        }
    }

    /// Whether the word before makes this post a partner, an exception or a mere mention.
    fn link_before(&self, at: usize, named: &Named) -> Option<Link> {
        let before = self.before(at, 1)?;
        if before.is_word(&["dan", "/"]) || (before.pause() == Some(Pause::Comma) && self.list_goes_on(at)) {
            return self.linking;
        }
        let lead =
            if before.is_word(&["pihak", "jajaran", "tim", "kantor", "ke", "kepada"]) { self.before(at, 2)? } else { before };
        if lead.is_word(&["dengan"]) || before.is_word(COMPANY) {
            return Some(Link::Partner);
        }
        if lead.is_word(&["bukan", "kecuali", "selain", "jangan", "tanpa"]) {
            return Some(Link::Excluded);
        }
        if self.mood.guided && before.is_word(&["dari", "arahan", "perintah", "petunjuk"]) {
            return None;
        }
        if before.is_word(PREPOSITIONS) {
            return Some(Link::Mention);
        }
        let to = before.is_word(&["ke", "kepada"]);
        let reports_to = to && matches!(lead.piece, Piece::Order { code: InstructionCode::ReportBack, .. });
        let works_with = to
            && matches!(lead.piece, Piece::Order { code: InstructionCode::Coordinate | InstructionCode::Check, .. })
            && self.has_post_before(at);
        let carried = before.is_word(CARRIERS) && !self.is_below(named);
        if works_with {
            return Some(Link::Partner);
        }
        (reports_to || carried).then_some(Link::Mention)
    }

    fn has_post_before(&self, at: usize) -> bool {
        self.sentence(at)
            .take_while(|index| *index < at)
            .any(|index| self.at(index).is_some_and(|item| matches!(item.piece, Piece::Post(_))))
    }

    /// Behind the comma of "dengan A, B dan C" the list goes on; before "B siapkan bahan" it does not.
    fn list_goes_on(&self, at: usize) -> bool {
        self.linking.is_some() && self.at(at + 1).is_none_or(|next| next.is_word(&["dan"]) || next.pause().is_some())
    }

    fn is_below(&self, named: &Named) -> bool {
        match named {
            Named::Posts(posts) => posts.iter().any(|post| self.directory.is_below(post, self.writer)),
            Named::OneOf(_) | Named::Nobody(_) => false,
        }
    }

    /// "Kabid IKP sedang cuti".
    fn is_absent(&self, at: usize) -> bool {
        let skip = usize::from(self.word_at(at + 1, &["sedang", "lagi", "masih", "msh", "sdg", "nuju", "saweg"]));
        let skip = skip + usize::from(self.word_at(at + 1 + skip, &["dinas", "tugas"]));
        self.word_at(at + 1 + skip, ABSENT)
    }

    fn order(&mut self, at: usize, (code, names_report, voice): (InstructionCode, bool, Voice), range: Range<usize>) {
        use InstructionCode as I;
        let mood = self.mood;
        let negated = mood.negated_at.is_some_and(|negation| at - negation <= 3);
        let by_writer = mood.first_person.is_some_and(|person| at - person <= 3) && !(mood.request && voice == Voice::Active);
        if self.conditional {
            self.speech.cues.orders_withheld = true;
        } else if self.is_question(at) {
            self.speech.cues.question = true;
            let asked = self.sentence(at).any(|index| {
                self.word_at(index, &["apakah", "kapan", "bagaimana", "berapa", "kenapa", "mengapa", "dimana", "siapa"])
            });
            self.speech.cues.asks_for_work |= !asked && !mood.past && self.names_subordinate(at);
        } else if matches!(code, I::Reject | I::Approve) && !mood.past {
            self.verdict(code, negated, range);
        } else if negated {
            self.speech.cues.unable |= code == I::Attend;
            self.speech.cues.orders_withheld = true;
        } else if mood.past {
            self.speech.cues.received |= matches!(code, I::ForInformation);
            self.speech.cues.report |= !matches!(code, I::ForInformation);
        } else if by_writer && matches!(code, I::Attend | I::SelfAttend) && !mood.is_kami {
            self.speech.acts.push(Act::Order(I::SelfAttend, range));
        } else if (by_writer && !matches!(code, I::ReportBack))
            || (by_writer && voice != Voice::Plain)
            || (by_writer && mood.is_kami && code == I::ReportBack)
        {
            self.first_person_verb(code, mood);
        } else if mood.siap && !self.names_subordinate(at) {
            self.speech.cues.promise = true;
        } else if mood.future && !mood.request && !self.names_subordinate(at) {
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

    fn verdict(&mut self, code: InstructionCode, negated: bool, range: Range<usize>) {
        let belum = self.mood.negated_at.is_some_and(|at| self.word_at(at, &["belum"]));
        match (code, negated) {
            (InstructionCode::Approve, true) if belum => self.speech.cues.doubtful = true,
            (InstructionCode::Approve, true) => self.speech.acts.push(Act::Order(InstructionCode::Reject, range)),
            (InstructionCode::Reject, true) => self.speech.cues.doubtful = true,
            _ => self.speech.acts.push(Act::Order(code, range)),
        }
    }

    /// "Kami laporkan bahwa" tells; "segera kami tindaklanjuti" promises.
    fn first_person_verb(&mut self, code: InstructionCode, mood: Mood) {
        if code == InstructionCode::ReportBack && !mood.future {
            self.speech.cues.report = true;
        } else {
            self.speech.cues.promise = true;
        }
    }

    fn names_subordinate(&self, at: usize) -> bool {
        self.sentence(at)
            .any(|index| matches!(self.at(index).map(|item| &item.piece), Some(Piece::Post(named)) if self.is_below(named)))
    }

    fn dated_behind(&self, at: usize) -> bool {
        (at + 1..=at + 4).map_while(|index| self.at(index)).any(|item| matches!(item.piece, Piece::Time(_)))
    }

    fn time(&mut self, at: usize, due: Result<Due, Misread>, range: Range<usize>) {
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
