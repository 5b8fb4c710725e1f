//! Words that send the letter somewhere else, and whether it is the letter that is sent, whole, and by the writer himself.
//!
//! "Kembalikan suratnya, bukan kewenangan kami" gives it back. "Kabid Aptika kembalikan berkas", "kembalikan kunci" and "bukan
//! kewenangan kami saja" do not: every word of such a clause has to be one that belongs to giving back a letter.

use super::doubt::is_post;
use super::fillers::is_figure;
use super::vocabulary::{FIRST_PERSON, classes};
use super::{DUTIES, Listener};
use crate::domain::instruction::items::{Item, Piece};

/// A clause is looked at this far to both sides.
const NEAR: usize = 40;

classes! {
    /// Words of a clause that gives back or passes on a letter.
    CARRIED = "
        surat suratnya ini itu nya tersebut tsb naskah disposisi disposisinya undangan hal permohonan permintaan usulan kegiatan
        acara urusan bukan dinas instansi kantor opd skpd perangkat daerah unit bidang bagian seksi dan / atau di dalam dari ke
        kepada pada yang ya yah bapak ibu kang mas mbak mohon maaf izin punten tolong harap agar untuk dapat bisa segera
        kembali kembalikan teruskan alihkan sampaikan naikkan seharusnya mestinya semestinya harusnya tepatnya sebaiknya
        melainkan tepat lebih berwenang menangani membidangi merupakan termasuk masuk ranah sesuai saya kami kita insyaallah
        baik siap ok oke salah salahalamat kirim alamat tujuan sasaran ternyata saja dulu langsung lagi menjadi adalah jadi maka
        ada pengirim pemohon pengusul asal asalnya tata usaha tu sekretariat terkait teknis bersangkutan kewenangan wewenang
        tanggung jawab nggih sudah dengan hormat karena sebab selamat pagi siang sore malam assalamualaikum
        terimakasih pun namun tetapi tapi demikian diri kewenangannya wewenangnya tupoksinya ranahnya urusannya bidangnya
        tugasnya tusinya
    ";
    /// What brings in a reason or a purpose; from there on it is open.
    WHY = "karena sebab untuk guna agar mengingat berhubung terkait perihal tentang mengenai lantaran menyangkut sehubungan";
    /// What is not all of it.
    SCOPES = "saja semata sematamata hanya doang";
}

impl Listener<'_> {
    /// "Bukan kewenangan kami".
    pub(super) fn disclaims(&self, at: usize) -> bool {
        self.word_at(at + 1, DUTIES)
    }

    /// Words that send the letter somewhere else.
    pub(super) fn elsewhere_word(&mut self, at: usize, word: &str) -> bool {
        let next = |words: &[&str]| self.word_at(at + 1, words);
        let open = self.conditional || self.is_question(at);
        match word {
            "bukan" | "salahalamat" | "salah" | "kewenangan" | "wewenang" | "tupoksi" | "ranah" if open => return false,
            "bukan" | "salahalamat" => self.sent_elsewhere(at),
            "salah" if next(&["kirim", "tujuan", "sasaran", "disposisi"]) => self.sent_elsewhere(at),
            "semestinya" | "seharusnya" | "mestinya" | "harusnya" | "tepatnya" if self.has_post_in_sentence(at) => {
                if !self.names_subordinate(at) {
                    self.sent_elsewhere(at);
                }
            }
            // "Ini kewenangan Dinas PU".
            "kewenangan" | "wewenang" | "tupoksi" | "ranah" | "kewenangannya" | "wewenangnya" | "tupoksinya" | "ranahnya"
                if self.is_elsewhere(at) =>
            {
                self.sent_elsewhere(at);
            }
            "kembalikan" => self.carries(at, |cues| cues.sent_back = true),
            "alihkan" => self.carries(at, |cues| cues.redirect = true),
            "teruskan" | "naikkan" => {
                // "Sekdis teruskan ke Kabid Aptika": an order to pass on, or two who are ordered.
                self.speech.cues.relay |= self.has_post_before(at);
                self.carries(at, |cues| cues.forward = true);
            }
            "sampaikan" if next(&["ke", "kepada"]) && self.mood.first_person.is_none() => {
                self.carries(at, |cues| cues.forward = true);
            }
            _ => return false,
        }
        true
    }

    fn is_elsewhere(&self, at: usize) -> bool {
        let negated = self.before(at, 1).is_some_and(|item| item.is_word(&["bukan", "sesuai"]));
        !negated && matches!(self.at(at + 1).map(|item| &item.piece), Some(Piece::Post(named)) if !self.is_below(named))
    }

    fn sent_elsewhere(&mut self, at: usize) {
        self.speech.cues.elsewhere = true;
        self.speech.cues.doubt |= !self.is_about_the_letter(at);
    }

    fn carries(&mut self, at: usize, set: impl FnOnce(&mut super::Cues)) {
        let before = self.speech.cues.clone();
        self.verb_cue(at, set);
        let (was, now) = (&before, &self.speech.cues);
        let carried = (was.sent_back, was.redirect, was.forward) != (now.sent_back, now.redirect, now.forward);
        let plain = self.is_about_the_letter(at) && !self.is_ordered_of_another(at) && !self.is_for_the_writer(at);
        self.speech.cues.doubt |= carried && !plain;
    }

    /// Whether every word of the clause belongs to a letter that goes elsewhere, as far as no reason is given.
    fn is_about_the_letter(&self, at: usize) -> bool {
        let known = |item: &Item| match &item.piece {
            Piece::Word(word) => item.is_in(&CARRIED) || DUTIES.contains(&word.as_str()) || is_figure(word),
            _ => true,
        };
        let begun = (1..=NEAR).map_while(|back| self.before(at, back)).take_while(|item| item.pause().is_none());
        let reasoned = begun.clone().any(|item| item.is_in(&WHY));
        let rest = || (at..=at + NEAR).map_while(|index| self.at(index)).take_while(|item| item.pause().is_none());
        // "Bukan kewenangan kami saja": not theirs alone.
        let denied = self.word_at(at, &["bukan"]);
        let scoped = denied && rest().any(|item| item.is_in(&SCOPES)) && !rest().any(is_post);
        // "Bukan salah alamat", "sampaikan terima kasih saya".
        let denies_it = (denied && self.word_at(at + 1, &["salah", "salahalamat"]))
            || self.before(at, 1).is_some_and(|item| item.is_word(&["tidak", "bukan", "belum", "jangan"]));
        let thanks = self.word_at(at, &["sampaikan"])
            && rest().any(|item| item.is_word(&["terimakasih", "maaf", "selamat", "hormat", "salam"]));
        !scoped
            && !denies_it
            && !thanks
            && (reasoned || begun.into_iter().all(known))
            && rest().take_while(|item| !item.is_in(&WHY)).all(known)
    }

    /// "Kabid Aptika kembalikan ...": he is told to.
    fn is_ordered_of_another(&self, at: usize) -> bool {
        let begun: Vec<&Item> =
            (1..=NEAR).map_while(|back| self.before(at, back)).take_while(|item| item.pause().is_none()).collect();
        begun.iter().enumerate().any(|(index, item)| {
            let led = begun.get(index + 1).is_some_and(|before| before.is_word(&["ke", "kepada", "dari", "untuk", "oleh"]));
            !led && matches!(&item.piece, Piece::Post(named) if self.is_below(named))
        })
    }

    /// "Kembalikan ke saya".
    fn is_for_the_writer(&self, at: usize) -> bool {
        let behind = (at + 1..=at + NEAR).map_while(|index| self.at(index)).take_while(|item| item.pause().is_none());
        let behind: Vec<&Item> = behind.collect();
        behind.windows(2).any(|pair| matches!(pair, [to, who] if to.is_word(&["ke", "kepada"]) && who.is_in(&FIRST_PERSON)))
    }
}
