//! What a named post is: one who is ordered, a partner, an exception, a mere mention, or absent.

use super::{Act, DUTIES, Link, Listener};
use crate::domain::codes::PositionCode;
use crate::domain::instruction::catalogue::InstructionCode;
use crate::domain::instruction::items::{Item, Pause, Piece};
use crate::domain::instruction::targets::Named;
use std::ops::Range;

const PREPOSITIONS: &[&str] = &[
    "dari",
    "melalui",
    "lewat",
    "via",
    "di",
    "menurut",
    "sesuai",
    "tentang",
    "soal",
    "terkait",
    "mengenai",
    "tembusan",
    "cc",
    "arahan",
    "seizin",
    "perintah",
    "atas",
    "an",
    "nama",
    "sebagai",
    "sepengetahuan",
    "pengetahuan",
    "persetujuan",
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

impl Listener<'_> {
    pub(super) fn post(&mut self, at: usize, named: &Named, range: Range<usize>) {
        let link = self.link_before(at, named);
        if self.is_absent(at) {
            return;
        }
        let link = if link.is_none() && self.is_let_off(at) { Some(Link::Excluded) } else { link };
        let posts = match named {
            Named::Posts(posts) => posts.as_slice(),
            Named::OneOf(_) | Named::Nobody(_) => &[],
        };
        match link {
            Some(Link::Partner) => self.speech.partners.extend_from_slice(posts),
            Some(Link::Excluded) => self.speech.excluded.extend_from_slice(posts),
            Some(Link::Copy) if self.is_below(named) && !self.conditional => {
                self.copy(named, range);
                return;
            }
            Some(Link::Mention | Link::Copy) => {}
            None if self.conditional => {}
            None => {
                self.either_of(at, posts, &range);
                self.speech.cues.doubt |= self.is_below(named) && !self.stands(at);
                self.speech.acts.push(Act::Post(named.clone(), range));
                return;
            }
        }
        self.linking = link;
        self.speech.understood.push(range);
    }

    /// "Tembusan Sekdis": an order of its own, to know of it.
    fn copy(&mut self, named: &Named, range: Range<usize>) {
        if self.linking != Some(Link::Copy) {
            self.speech.acts.push(Act::Pause(Pause::Point));
            self.speech.acts.push(Act::Order(InstructionCode::ForInformation, range.clone()));
        }
        self.linking = Some(Link::Copy);
        self.speech.acts.push(Act::Post(named.clone(), range));
    }

    /// "Tembusan Sekdis", "cc: Sekdis", "tembusan kepada Yth. Sekdis".
    fn is_copied(&self, at: usize) -> bool {
        let mut leads = (1..=3).map_while(|back| self.before(at, back));
        let passing = |item: &&Item| item.is_word(&["ke", "kepada", "yth", "untuk"]) || item.pause() == Some(Pause::Colon);
        leads.find(|item| !passing(item)).is_some_and(|item| item.is_word(&["tembusan", "cc", "tembuskan", "ditembuskan"]))
    }

    fn either_of(&mut self, at: usize, posts: &[PositionCode], range: &Range<usize>) {
        let or = self.before(at, 1).is_some_and(|item| item.is_word(&["atau"]))
            && !self.before(at, 2).is_some_and(|item| item.is_word(&["/", "dan"]));
        if let (true, Some(Item { piece: Piece::Post(Named::Posts(first)), range: begin, .. })) = (or, self.before(at, 2)) {
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
        if self.is_copied(at) {
            return Some(Link::Copy);
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
        if before.is_word(DUTIES) && self.before(at, 2).is_some_and(|item| item.is_word(&["bukan"])) {
            return Some(Link::Mention);
        }
        if before.is_word(PREPOSITIONS) {
            return Some(Link::Mention);
        }
        // "Bahan sudah disiapkan Sekdis": who did it is not who is ordered.
        if self.mood.past {
            return Some(Link::Mention);
        }
        let to = before.is_word(&["ke", "kepada"]);
        let reports_to = to && matches!(lead.piece, Piece::Order { code: InstructionCode::ReportBack, .. });
        let works_with = to
            && matches!(lead.piece, Piece::Order { code: InstructionCode::Coordinate | InstructionCode::Check, .. })
            && self.has_post_before(at);
        let carried =
            before.is_word(CARRIERS) && (!self.is_below(named) || self.has_post_before(at) || self.has_verdict_before(at));
        if works_with {
            return Some(Link::Partner);
        }
        // "Kabid Aptika buat jawaban ke Dinkes".
        let sent_to = to && !self.is_below(named) && self.has_post_before(at);
        (reports_to || carried || sent_to).then_some(Link::Mention)
    }

    pub(super) fn has_post_before(&self, at: usize) -> bool {
        self.sentence(at)
            .take_while(|index| *index < at)
            .any(|index| self.at(index).is_some_and(|item| matches!(item.piece, Piece::Post(_))))
    }

    /// "Setuju usulan Kadis".
    fn has_verdict_before(&self, at: usize) -> bool {
        let verdict =
            |item: &Item| matches!(item.piece, Piece::Order { code: InstructionCode::Approve | InstructionCode::Reject, .. });
        self.sentence(at).take_while(|index| *index < at).any(|index| self.at(index).is_some_and(verdict))
    }

    /// Behind the comma of "dengan A, B dan C" the list goes on; before "B siapkan bahan" it does not.
    fn list_goes_on(&self, at: usize) -> bool {
        self.linking.is_some() && self.at(at + 1).is_none_or(|next| next.is_word(&["dan"]) || next.pause().is_some())
    }

    pub(super) fn is_below(&self, named: &Named) -> bool {
        super::is_below(self.directory, self.writer, named)
    }

    /// "Kabid IKP dan Kabid Aptika tidak perlu hadir".
    fn is_let_off(&self, at: usize) -> bool {
        const LOOK: usize = 6;
        let goes_on = |item: &&Item| item.pause().is_none() && !matches!(item.piece, Piece::Order { .. } | Piece::Time(_));
        let behind = (at + 1..=at + LOOK).map_while(|index| self.at(index)).take_while(goes_on);
        let mut words = behind.skip_while(|item| matches!(item.piece, Piece::Post(_)) || item.is_word(&["dan", "/"])).take(3);
        words.any(|item| item.is_word(&["tidak", "jangan"]))
    }

    /// "Kabid IKP sedang cuti".
    fn is_absent(&self, at: usize) -> bool {
        let skip = usize::from(self.word_at(at + 1, &["sedang", "lagi", "masih", "msh", "sdg", "nuju", "saweg"]));
        let skip = skip + usize::from(self.word_at(at + 1 + skip, &["dinas", "tugas"]));
        self.word_at(at + 1 + skip, ABSENT)
    }
}
