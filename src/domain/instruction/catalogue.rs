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
            for (code, phrases) in super::phrases::PHRASES {
                for phrase in phrases.split(';') {
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

#[cfg(test)]
mod tests {
    use super::InstructionCode as I;
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
