//! The catalogue of instructions: codes, what they owe, and every phrase by which officials type them.
//!
//! A catalogue is a value, so that an office may load its own per group of positions; [`Catalogue::standard`] is the one
//! that seven real lists have in common. Phrases are written as people write them and go through the same lexer as the
//! mail, so that spelling rules live in one place. The longest phrase wins.

use super::lexer::{self, Token};
use crate::domain::words::words;
use std::collections::HashMap;
use std::sync::LazyLock;

words! {
    /// What an official asks to be done.
    InstructionCode {
        /// Untuk diketahui.
        ForInformation = "for_information",
        /// Untuk perhatian.
        ForAttention = "for_attention",
        /// Tindak lanjuti.
        FollowUp = "follow_up",
        /// Selesaikan.
        Complete = "complete",
        /// Proses sesuai ketentuan.
        ProcessPerRules = "process_per_rules",
        /// Laksanakan.
        Execute = "execute",
        /// Hadiri.
        Attend = "attend",
        /// Wakili.
        Represent = "represent",
        /// Saya hadir.
        SelfAttend = "self_attend",
        /// Jadwalkan.
        Schedule = "schedule",
        /// Siapkan bahan.
        PrepareMaterial = "prepare_material",
        /// Jawab, buat konsep balasan.
        DraftReply = "draft_reply",
        /// Koordinasikan.
        Coordinate = "coordinate",
        /// Teliti, telaah.
        Study = "study",
        /// Saran, pendapat, tanggapan.
        GiveOpinion = "give_opinion",
        /// Bicarakan dengan saya.
        DiscussWithMe = "discuss_with_me",
        /// Bahas bersama.
        DiscussTogether = "discuss_together",
        /// Setuju.
        Approve = "approve",
        /// Tolak.
        Reject = "reject",
        /// Koreksi, paraf, tanda tangan.
        CorrectAndSign = "correct_and_sign",
        /// Ikuti perkembangan.
        Monitor = "monitor",
        /// Laporkan hasilnya.
        ReportBack = "report_back",
        /// Edarkan.
        Circulate = "circulate",
        /// Pertimbangkan.
        Consider = "consider",
        /// Akomodir.
        Accommodate = "accommodate",
        /// Jadikan pedoman.
        UseAsGuideline = "use_as_guideline",
        /// Adakan pengecekan.
        Check = "check",
        /// Ingatkan.
        Remind = "remind",
        /// Tunda pelaksanaannya.
        Defer = "defer",
        /// Arsip.
        File = "file",
    }
}

impl InstructionCode {
    /// Whether a report is owed by the one who receives it.
    pub const fn report_expected(self) -> bool {
        !matches!(
            self,
            Self::ForInformation
                | Self::ForAttention
                | Self::SelfAttend
                | Self::Approve
                | Self::Reject
                | Self::Circulate
                | Self::Consider
                | Self::Accommodate
                | Self::UseAsGuideline
                | Self::File
        )
    }

    /// Whether it orders something of somebody who has to be named.
    pub const fn needs_target(self) -> bool {
        !matches!(self, Self::SelfAttend | Self::Approve | Self::Reject | Self::File)
    }

    /// Whether a date beside it is the date of an event rather than a deadline.
    pub const fn is_about_an_event(self) -> bool {
        matches!(self, Self::Attend | Self::Represent | Self::SelfAttend | Self::Schedule)
    }

    /// Key of the Indonesian label in the templates.
    pub fn label_key(self) -> String {
        format!("instruction.{}", self.as_str())
    }
}

/// A phrase that the catalogue knows, found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phrase {
    /// What it means.
    pub(super) code: InstructionCode,
    /// How many tokens it takes.
    pub(super) tokens: usize,
    /// Whether it names the report too ("laksanakan dan laporkan"), which counts as a demand of its own once it is dated.
    pub(super) names_report: bool,
}

/// Phrases by their first word, longest first.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    by_first: HashMap<String, Vec<(Vec<String>, InstructionCode)>>,
}

impl Catalogue {
    /// The common list.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Catalogue> = LazyLock::new(|| {
            let mut catalogue = Catalogue::default();
            for (code, phrases) in PHRASES {
                for phrase in *phrases {
                    catalogue.add(phrase, *code);
                }
            }
            catalogue
        });
        &STANDARD
    }

    /// Adds a phrase, as people write it; a phrase that is known already takes the new meaning.
    pub fn add(&mut self, phrase: &str, code: InstructionCode) {
        let words: Vec<String> = lexer::words(phrase);
        let Some(first) = words.first() else { return };
        let known = self.by_first.entry(first.clone()).or_default();
        known.retain(|(other, _)| other != &words);
        known.push((words, code));
        known.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }

    /// The longest phrase that begins with the first of these tokens.
    pub(super) fn longest(&self, tokens: &[Token]) -> Option<Phrase> {
        let phrases = self.by_first.get(&tokens.first()?.word)?;
        let (words, code) = phrases.iter().find(|(words, _)| {
            words.len() <= tokens.len() && words.iter().zip(tokens).all(|(word, token)| word == &token.word)
        })?;
        let names_report = *code != InstructionCode::ReportBack && words.iter().any(|word| word == "laporkan");
        Some(Phrase { code: *code, tokens: words.len(), names_report })
    }
}

use InstructionCode as I;

/// Passive forms ("ditindaklanjuti") are folded by the lexer and need no line of their own.
const PHRASES: &[(InstructionCode, &[&str])] = &[
    (I::ForInformation, &["udk", "untuk diketahui", "untuk diketahui dan diperhatikan", "untuk diketahui/diperhatikan", "ketahui", "maklum", "untuk maklum",
        "untuk menjadi maklum", "sebagai informasi", "untuk informasi", "fyi", "ketahui dan file", "untuk menjadi periksa", "sebagai bahan informasi", "harap maklum"]),
    (I::ForAttention, &["untuk perhatian", "untuk menjadi perhatian", "perhatikan", "untuk diperhatikan", "jadi perhatian", "atensi", "menjadi atensi", "menjadi perhatian", "udp"]),
    (I::FollowUp, &["tindaklanjuti", "untuk ditindaklanjuti", "proses lebih lanjut", "proses lanjut", "untuk proses lebih lanjut", "tindaklanjut", "untuk tindaklanjut", "follow up", "fu",
        "tangani", "tindaklanjuti sesuai arahan"]),
    (I::Complete, &["selesaikan", "tuntaskan", "untuk penyelesaian", "proses selesai", "proses sampai selesai", "bereskan", "untuk diselesaikan"]),
    (I::ProcessPerRules, &["proses sesuai ketentuan", "proses sesuai prosedur", "proses sesuai peraturan", "proses sesuai aturan", "proses sesuai ketentuan yang berlaku",
        "proses sesuai sop", "tindaklanjuti sesuai ketentuan", "proses", "proses sesuai peraturan yang berlaku", "selesaikan sesuai ketentuan", "laksanakan sesuai ketentuan", "tindaklanjuti sesuai ketentuan yang berlaku"]),
    (I::Execute, &["laksanakan", "laksanakan dan laporkan", "laksanakan/laporkan", "kerjakan", "jalankan", "eksekusi", "lakukan", "untuk dilaksanakan"]),
    (I::Attend, &["hadiri", "hadir", "untuk dihadiri", "ikut hadir", "ikuti", "hadiri rapat", "menghadiri", "ikuti acara", "datang", "bisa hadir"]),
    (I::Represent, &["wakili", "hadiri/wakili", "hadiri atau wakili", "wakili/hadiri", "wakili dan laporkan", "wakilkan", "wakilkan ke", "wakilkan kepada", "mewakili saya", "hadir mewakili", "hadir mewakili saya", "hadiri mewakili",
        "hadiri dan wakili", "wakili saya", "mewakili", "hadiri mewakili saya", "untuk mewakili", "hadiri/mewakili"]),
    (I::Schedule, &["jadwalkan", "agendakan", "rapatkan", "jadwalkan rapat", "agendakan rapat", "masukkan agenda", "undang rapat"]),
    (I::PrepareMaterial, &["siapkan", "siapkan bahan", "persiapkan", "siapkan data", "siapkan materi", "siapkan paparan", "bahan sambutan", "siapkan bahan sambutan", "siapkan sambutan",
        "buat bahan", "buatkan bahan", "susun bahan", "buat paparan", "siapkan bahan/data", "persiapkan bahan", "sediakan bahan", "sediakan data", "buat sambutan", "siapkan dokumen"]),
    (I::DraftReply, &["jawab", "balas", "buat konsep balasan", "konsep balasan", "siapkan konsep balasan", "pelajari dan konsep balasan", "siapkan jawaban", "siapkan balasan", "buat balasan",
        "buat jawaban", "buat konsep jawaban", "konsep jawaban", "siapkan konsep jawaban", "buat konsep surat balasan", "konsep surat balasan", "buat surat balasan", "buat surat jawaban",
        "siapkan surat balasan", "siapkan surat jawaban", "siapkan konsep surat balasan", "draft balasan", "buat draft balasan", "siapkan draft balasan", "draft jawaban", "buat draft jawaban", "siapkan draft jawaban", "jawab suratnya", "balas suratnya",
        "konsepkan balasan", "konsepkan jawaban", "konsepkan surat balasan", "buat konsep", "siapkan konsep", "konsepkan", "siapkan draft", "buat draft"]),
    (I::Coordinate, &["koordinasikan", "koordinasi", "konfirmasikan", "konfirmasi", "koordinasikan/konfirmasikan", "koordinasi/konfirmasi", "koordinasikan dan konfirmasikan", "untuk koordinasi"]),
    (I::Study, &["telaah", "teliti", "pelajari", "cermati", "kaji", "telaah dan laporkan", "teliti dan cermati", "teliti dan laporkan", "pelajari dan laporkan", "kaji dan laporkan", "telaah/laporkan", "telaah staf", "buat telaahan", "buat telaahan staf", "buat kajian",
        "siapkan telaahan", "siapkan kajian", "pelajari dan telaah", "teliti/pelajari", "teliti dan pelajari"]),
    (I::GiveOpinion, &["saran", "pendapat", "tanggapan", "tanggapan dan saran", "saran dan pendapat", "saran/pendapat", "saran dan tanggapan", "teliti dan pendapat", "teliti & pendapat", "ajukan saran", "beri saran", "beri pendapat", "beri tanggapan",
        "berikan saran", "berikan pendapat", "berikan tanggapan", "beri masukan", "berikan masukan", "saran dan masukan", "tanggapi", "pendapat dan saran", "saran pendapat", "mohon saran", "mohon pendapat", "mohon tanggapan", "minta pendapat", "minta saran"]),
    (I::DiscussWithMe, &["bicarakan dengan saya", "diskusikan dengan saya", "menghadap saya", "menghadap", "bahas dengan saya", "temui saya", "hadap saya", "bicarakan sama saya", "ketemu saya"]),
    (I::DiscussTogether, &["bahas bersama", "bicarakan bersama", "diskusikan bersama", "diskusikan", "bahas", "bicarakan"]),
    (I::CorrectAndSign, &["koreksi", "perbaiki", "sesuai catatan", "paraf", "tandatangani", "koreksi dan paraf", "paraf dan tandatangani", "perbaiki sesuai catatan", "revisi", "koreksi/paraf", "perbaiki dan paraf", "koreksi, paraf, tandatangani"]),
    (I::Monitor, &["ikuti perkembangan", "ikuti perkembangannya", "pantau", "monitor", "pantau perkembangan", "laporkan perkembangan", "laporkan perkembangannya", "monitoring", "pantau dan laporkan", "kawal", "lapor perkembangan", "pantau terus"]),
    (I::ReportBack, &["laporkan", "lapor", "laporkan hasil", "lapor hasil", "tunggu laporan", "nantikan laporan", "ada laporan", "buat laporan", "buatkan laporan", "kirim laporan", "kirimkan laporan",
        "sampaikan laporan", "sampaikan hasil", "tunggu hasil", "beri laporan", "berikan laporan", "kabari saya", "kabari hasil", "kabari", "laporkan ke saya", "laporkan kepada saya", "lapor ke saya", "lapor saya", "laporan ke saya", "laporan kepada saya", "siapkan laporan", "tunggu kabar"]),
    (I::Circulate, &["edarkan", "sebarkan", "sebarluaskan", "untuk diedarkan", "edarkan ke semua", "share", "teruskan ke semua staf"]),
    (I::Consider, &["pertimbangkan", "bahan pertimbangan", "sebagai bahan pertimbangan", "untuk dipertimbangkan", "untuk bahan pertimbangan"]),
    (I::Accommodate, &["akomodir", "akomodasi", "fasilitasi"]),
    (I::UseAsGuideline, &["jadikan pedoman", "pedomani", "sebagai pedoman", "untuk dipedomani", "untuk pedoman", "jadikan acuan"]),
    (I::Check, &["cek", "periksa", "adakan pengecekan", "lakukan pengecekan", "cek lapangan", "cek ke lapangan", "crosscheck", "cross check", "kroscek", "tinjau", "tinjau lapangan", "survei", "verifikasi"]),
    (I::Remind, &["ingatkan"]),
    (I::Defer, &["tunda", "tunda pelaksanaan", "tunda dulu", "tangguhkan", "pending", "pending dulu"]),
    (I::File, &["arsip", "arsipkan", "file", "simpan", "catat", "datakan", "catat/datakan", "simpan/arsip", "simpan dan arsipkan", "untuk arsip", "arsip saja", "untuk diarsipkan", "file saja", "filekan"]),
    (I::Approve, &["setuju", "setujui", "acc", "acc/maklum", "acc dan maklum", "menyetujui", "approve", "approved", "izinkan", "ijinkan", "kabulkan", "saya setuju", "saya setujui", "pada prinsipnya setuju"]),
    (I::Reject, &["tolak", "menolak", "tidak setuju", "tidak setujui", "tidak dapat setujui", "tidak bisa setujui", "tidak acc", "tidak izinkan", "tidak kabulkan", "tidak dapat kabulkan", "saya tolak", "tidak dapat menyetujui", "tidak menyetujui", "tidak bisa acc"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<(InstructionCode, usize)> {
        Catalogue::standard().longest(&lexer::lex(text).tokens).map(|found| (found.code, found.tokens))
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(code("Hadiri/wakili Kabag Umum"), Some((I::Represent, 3)));
        assert_eq!(code("laksanakan dan laporkan"), Some((I::Execute, 3)));
        assert_eq!(code("teliti dan cermati"), Some((I::Study, 3)));
        assert_eq!(code("siapkn jwb"), Some((I::PrepareMaterial, 1)));
    }

    #[test]
    fn an_office_may_add_its_own_words() {
        let mut catalogue = Catalogue::standard().clone();
        catalogue.add("gaskeun", I::Execute);
        assert_eq!(catalogue.longest(&lexer::lex("gaskeun").tokens).map(|found| found.code), Some(I::Execute));
    }
}
