//! Samples of every context: short, long (the longest names of a large town), hostile (markup, quotes, controls in every
//! field). The desk renders all of them at start; the tests look at what comes out.

mod acts;
mod carrying;
mod chats;
mod follow;
mod letters;
mod refusals;
mod tickets;

pub use chats::{chats, pops};
pub use tickets::tickets;

use super::{Frame, Message, Salutation, Verify, You};
use crate::domain::letter::Urgency;
use crate::render::moment::Moment;
use jiff::civil::{Date, date};

/// What every field of a hostile sample begins with.
pub const HOSTILE: &str = "<b>&\"";

/// The longest titles that a large town has.
const LONG_POSITION: &str = "Kepala Subbagian Umum dan Kepegawaian Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu";
const LONG_SHORT: &str = "Kasubbag Umpeg Dinas Penanaman Modal dan PTSP";
const LONG_UNIT: &str = "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia";

/// Which of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The least there is: optional values are missing.
    Short,
    /// Everything there is, long.
    Long,
    /// Everything there is, written by somebody who means no good.
    Hostile,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 3] = [Self::Short, Self::Long, Self::Hostile];

    fn text(self, short: &str) -> String {
        match self {
            Self::Short | Self::Long => short.to_owned(),
            Self::Hostile => format!("{HOSTILE}{short}\r\nKode naskah: x\u{202e}{{{{ frame }}}} </td><script>"),
        }
    }

    fn or_long(self, short: &str, long: &str) -> String {
        self.text(if self == Self::Long { long } else { short })
    }

    fn position(self) -> String {
        self.or_long("Camat Mekarwangi", LONG_POSITION)
    }

    fn short_title(self) -> String {
        self.or_long("Camat Mekarwangi", LONG_SHORT)
    }

    fn unit(self) -> String {
        self.or_long("Kecamatan Mekarwangi", LONG_UNIT)
    }

    fn prose(self) -> String {
        let long = "Pohon tumbang menutup sebagian Jalan Mekarwangi dan perlu diamankan lebih dahulu. ".repeat(12);
        self.or_long("Segera ditangani", long.trim())
    }

    fn maybe<T>(self, value: T) -> Option<T> {
        (self != Self::Short).then_some(value)
    }

    fn list(self, values: Vec<String>) -> Vec<String> {
        if self == Self::Short { Vec::new() } else { values }
    }

    fn urgency(self) -> Urgency {
        if self == Self::Short { Urgency::Normal } else { Urgency::Immediate }
    }
}

fn day(day: Date) -> Moment {
    Moment::day(day)
}

fn at(hour: i8) -> Moment {
    let calendar = crate::domain::calendar::WorkCalendar::plain();
    Moment::local(&calendar, date(2026, 12, 8).at(hour, 0, 0, 0))
}

fn frame(tone: Tone, salutation: Salutation) -> Frame {
    Frame {
        city: tone.text("Kota Sukamaju"),
        office: tone.or_long("", LONG_UNIT),
        salutation,
        you: if tone == Tone::Short { You::Ibu } else { You::Either },
        seal_address: tone.text("surat@sukamaju.example"),
        help_contact: tone.text("Wulan Sari, operator, 0812-0000-0231"),
        verify: tone.maybe(Verify { url: tone.text("https://surat.sukamaju.example/periksa"), code: tone.text("K7M4-Q2KD-9X") }),
        legal_line: tone.maybe(
            tone.text(
                "Surat yang diantar secara elektronik berlaku tanpa tanda tangan basah dan cap sesuai Perwal 24 Tahun 2026.",
            ),
        ),
        letter_token: tone.maybe("abcdefghijklmnopqrstuvwxyz".to_owned()),
        reply_address: tone.maybe(tone.text("balas+abcdefghijklmnopqrstuvwxyz@kurir.sukamaju.example")),
        paper_desk: None,
    }
}

/// Every kind of message in every tone, each with a frame.
pub fn messages() -> Vec<(Frame, Message)> {
    Tone::ALL.into_iter().flat_map(messages_in).collect()
}

/// Every kind of message in one tone.
pub fn messages_in(tone: Tone) -> Vec<(Frame, Message)> {
    let official = Salutation::Official {
        capacity_position: tone.position(),
        place: tone.text("Sukamaju"),
        person: tone.or_long("", "Eka"),
    };
    let mut out = Vec::new();
    let mut add = |salutation: &Salutation, messages: Vec<Message>| {
        out.extend(messages.into_iter().map(|message| (frame(tone, salutation.clone()), message)));
    };
    add(&official, letters::letters(tone));
    add(&official, acts::acts(tone));
    add(&official, follow::after_acts(tone));
    add(&official, follow::of_time(tone));
    add(&official, refusals::refusals(tone));
    add(&Salutation::Operator { unit: tone.unit() }, carrying::for_operators(tone));
    add(&Salutation::Operator { unit: tone.unit() }, vec![follow::hint(tone)]);
    add(&Salutation::Clerk { desk: tone.unit() }, carrying::for_clerks(tone));
    add(&Salutation::Administrator, carrying::for_administrators(tone));
    add(&Salutation::Other, carrying::for_anybody(tone));
    out
}
