//! What asks, with or without a question mark.

use super::Listener;
use crate::domain::instruction::items::{Item, Pause};

/// Words that ask wherever they stand.
pub(super) const QUESTIONS: &[&str] =
    &["apakah", "kapan", "bagaimana", "berapa", "kenapa", "mengapa", "dimana", "siapa", "siapakah", "kapankah", "ngapain"];
/// Words that ask with "-kah".
const ASKED: &[&str] = &[
    "sudah", "bisa", "dapat", "boleh", "harus", "perlu", "ada", "benar", "belum", "mungkin", "masih", "jadi", "akan", "setuju",
    "hadir", "tidak", "bukan", "mampu", "sanggup", "cukup", "betul", "wajib", "dia", "mana", "ini", "itu",
];

impl Listener<'_> {
    /// Whether the sentence around `at` asks.
    pub(super) fn is_question(&self, at: usize) -> bool {
        let sentence = self.sentence(at);
        self.at(sentence.end).is_some_and(|item| item.pause() == Some(Pause::Question))
            || sentence.clone().any(|index| self.asks(index))
            || self.is_tag(sentence)
    }

    /// Whether this word asks: "apakah", "sudahkah", "apa sudah", "mana".
    pub(super) fn asks(&self, at: usize) -> bool {
        let Some(item) = self.at(at) else { return false };
        let suffixed = ASKED.iter().any(|stem| is_asked(item, stem));
        suffixed || item.is_word(QUESTIONS) || (item.is_word(&["apa", "mana"]) && self.asks_by_place(at))
    }

    /// "Apa sudah ..." asks, "apa saja yang kurang" and "tidak apa" do not.
    fn asks_by_place(&self, at: usize) -> bool {
        let first = self.before(at, 1).is_none_or(|item| item.pause().is_some());
        let names = self.word_at(at + 1, &["saja", "yang", "adanya", "pun", "apa"]);
        let held = self.before(at, 1).is_some_and(|item| item.is_word(&["tidak", "tanpa", "apa", "ada", "yang"]));
        first || (self.word_at(at, &["apa"]) && !names && !held)
    }

    /// "Kabid IKP sudah TL belum".
    fn is_tag(&self, sentence: std::ops::Range<usize>) -> bool {
        let tag = sentence.clone().rev().find(|index| !self.word_at(*index, &["ya", "bapak", "ibu"]));
        tag.is_some_and(|end| self.word_at(end, &["belum"])) && sentence.into_iter().any(|index| self.word_at(index, &["sudah"]))
    }
}

fn is_asked(item: &Item, stem: &str) -> bool {
    use crate::domain::instruction::items::Piece;
    matches!(&item.piece, Piece::Word(word) if word.strip_suffix("kah") == Some(stem))
}
