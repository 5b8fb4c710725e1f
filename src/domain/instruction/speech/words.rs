//! What single words say about the verbs around them and about the whole reply.

use super::vocabulary::{ADVERSATIVES, IN_THAT_CASE};
use super::{Listener, REQUESTS};

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

    /// Words that thank, promise or report.
    pub(super) fn telling_word(&mut self, at: usize, word: &str) -> bool {
        let starts = self.sentence(at).start == at || self.before(at, 1).is_some_and(|item| item.pause().is_some());
        match word {
            "siap" | "baik" | "86" | "nggih" | "inggih" | "muhun" | "sendika" | "laksana" | "sumuhun" | "injih" if starts => {
                self.mood.siap |= word != "baik";
                self.speech.cues.promise = true;
            }
            "maklumi" if self.mood.request => {}
            "noted" | "dicatat" | "maklumi" | "mengerti" | "paham" | "dimengerti" | "copy" => self.speech.cues.promise = true,
            "ok" | "oke" | "okay" | "sip" | "yes" | "boleh" => self.speech.cues.doubtful = true,
            "terimakasih" => self.speech.cues.thanks = true,
            "terima" | "baca" if self.mood.past => self.speech.cues.received = true,
            "terlampir" | "berikut" => self.attached(at),
            "selesai" if self.mood.past || self.mood.first_person.is_some() => self.speech.cues.report = true,
            "batal" | "urung" | "gagal" | "absen" | "mustahil" | "tidakjadi" if self.mood.first_person.is_some() => {
                self.speech.cues.unable = true;
                self.mood.unable_at = Some(at);
            }
            "berhalangan" => {
                self.speech.cues.unable |= !self.has_post_before(at);
                self.mood.unable_at = Some(at);
            }
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
