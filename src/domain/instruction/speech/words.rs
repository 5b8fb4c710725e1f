//! What single words say about the verbs around them and about the whole reply.

use super::vocabulary::{ADVERSATIVES, IN_THAT_CASE};
use super::{DUTIES, Listener, REQUESTS};
use crate::domain::instruction::items::Piece;

impl Listener<'_> {
    /// Words that colour the verbs behind them.
    pub(super) fn mood_word(&mut self, at: usize, word: &str) -> bool {
        self.speech.cues.but |= ADVERSATIVES.contains(word);
        match word {
            "sudah" if !self.has_time_in_sentence(at) || self.mood.is_kami => self.mood.past = true,
            // "Jangan lupa lapor" asks for the report.
            "jangan" if self.word_at(at + 1, &["lupa", "sampai", "terlambat", "lewat"]) => self.mood.request = true,
            "tidak" | "belum" | "jangan" => self.mood.negated_at = Some(at),
            "bukan" if !self.disclaims(at) => self.mood.negated_at = Some(at),
            "saya" | "kami" | "kita" => self.person(at, word),
            "akan" | "sedang" | "masih" => self.mood.future = true,
            "kalau" => self.conditional |= !self.at(at + 1).is_some_and(|next| next.is_in(&IN_THAT_CASE)),
            _ if REQUESTS.contains(&word) => self.mood.request = true,
            _ => return false,
        }
        true
    }

    /// "Bukan kewenangan kami".
    fn disclaims(&self, at: usize) -> bool {
        self.word_at(at + 1, DUTIES)
    }

    /// Words that send the letter somewhere else.
    pub(super) fn elsewhere_word(&mut self, at: usize, word: &str) -> bool {
        let next = |words: &[&str]| self.word_at(at + 1, words);
        let open = self.conditional || self.is_question(at);
        match word {
            "bukan" | "salahalamat" | "salah" | "kewenangan" | "wewenang" | "tupoksi" | "ranah" if open => return false,
            "bukan" | "salahalamat" => self.speech.cues.elsewhere = true,
            "salah" if next(&["kirim", "tujuan", "sasaran", "disposisi"]) => self.speech.cues.elsewhere = true,
            "semestinya" | "seharusnya" | "mestinya" | "tepatnya" if self.has_post_in_sentence(at) => {
                self.speech.cues.elsewhere |= !self.names_subordinate(at);
            }
            // "Ini kewenangan Dinas PU".
            "kewenangan" | "wewenang" | "tupoksi" | "ranah" if self.is_elsewhere(at) => self.speech.cues.elsewhere = true,
            "kembalikan" => self.verb_cue(at, |cues| cues.sent_back = true),
            "alihkan" => self.verb_cue(at, |cues| cues.redirect = true),
            "teruskan" | "naikkan" => {
                // "Sekdis teruskan ke Kabid Aptika": an order to pass on, or two who are ordered.
                self.speech.cues.relay |= self.has_post_before(at);
                self.verb_cue(at, |cues| cues.forward = true);
            }
            "sampaikan" if next(&["ke", "kepada"]) && self.mood.first_person.is_none() => {
                self.verb_cue(at, |cues| cues.forward = true);
            }
            _ => return false,
        }
        true
    }

    fn is_elsewhere(&self, at: usize) -> bool {
        let negated = self.before(at, 1).is_some_and(|item| item.is_word(&["bukan", "sesuai"]));
        !negated && matches!(self.at(at + 1).map(|item| &item.piece), Some(Piece::Post(named)) if !self.is_below(named))
    }

    /// Words that thank, promise or report.
    pub(super) fn telling_word(&mut self, at: usize, word: &str) -> bool {
        let starts = self.sentence(at).start == at || self.before(at, 1).is_some_and(|item| item.pause().is_some());
        match word {
            "siap" | "baik" | "86" | "nggih" | "inggih" | "muhun" | "sendika" | "laksana" | "sumuhun" | "injih" if starts => {
                self.mood.siap |= word != "baik";
                self.speech.cues.promise = true;
            }
            "noted" | "dicatat" | "maklumi" | "mengerti" | "paham" | "dimengerti" | "copy" => self.speech.cues.promise = true,
            "ok" | "oke" | "okay" | "sip" | "yes" | "boleh" => self.speech.cues.doubtful = true,
            "terimakasih" => self.speech.cues.thanks = true,
            "terima" | "baca" if self.mood.past => self.speech.cues.received = true,
            "terlampir" | "berikut" => self.attached(at),
            "selesai" if self.mood.past || self.mood.first_person.is_some() => self.speech.cues.report = true,
            "berhalangan" => self.speech.cues.unable = true,
            _ => return false,
        }
        true
    }

    /// Words that ask, and words that announce a deadline.
    pub(super) fn asking_word(&mut self, at: usize, word: &str) -> bool {
        const GUIDANCE: &[&str] = &[
            "petunjuk",
            "arahan",
            "keputusan",
            "perkenan",
            "arahannya",
            "petunjuknya",
            "persetujuan",
            "persetujuannya",
            "perkenannya",
            "arahnya",
        ];
        match word {
            _ if self.asks(at) => self.speech.cues.question = true,
            "perpanjangan" | "perpanjang" | "info" | "informasi" | "penjelasan" | "konfirmasinya" if self.mood.request => {
                self.speech.cues.question = true;
            }
            "tambahan" if self.mood.request && self.word_at(at + 1, &["waktu"]) => self.speech.cues.question = true,
            _ if GUIDANCE.contains(&word) && self.is_asked(at) => {
                self.speech.cues.guidance = true;
                self.mood.guided = true;
            }
            "batas" | "lambat" | "lambatnya" | "deadline" | "tenggat" | "selambatnya" | "maksimal" => self.deadline(at),
            _ => return false,
        }
        true
    }
}
