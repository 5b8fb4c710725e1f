//! Tokens turned into what they are: posts, instructions, dates, breaks and the words between them.

use super::catalogue::{Catalogue, InstructionCode, Phrase};
use super::due::{Dates, Due, Misread};
use super::lexer::{Kind, Token};
use super::spelling::Voice;
use super::targets::{Match, Named, TargetIndex};
use crate::domain::codes::PositionCode;
use std::collections::HashSet;
use std::ops::Range;

/// Where speech pauses. Ordered: later separates more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pause {
    /// Comma.
    Comma,
    /// Colon.
    Colon,
    /// A line that the writer ended.
    Line,
    /// Full stop, semicolon.
    Sentence,
    /// Question mark.
    Question,
    /// Next point of a list.
    Point,
}

/// One piece of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A post.
    Post(Named),
    /// An instruction.
    Order {
        /// Which.
        code: InstructionCode,
        /// Whether it names the report too.
        names_report: bool,
        /// Voice of its first verb.
        voice: Voice,
        /// Whether its last word takes no object: "hadir".
        bare: bool,
    },
    /// Words about time.
    Time(Result<Due, Misread>),
    /// A pause.
    Pause(Pause),
    /// Any other word, folded.
    Word(String),
}

/// A piece and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) piece: Piece,
    pub(super) range: Range<usize>,
    /// Whether it stands in quotation marks.
    pub(super) quoted: bool,
}

impl Item {
    /// Whether it is one of these words.
    pub(super) fn is_word(&self, words: &[&str]) -> bool {
        matches!(&self.piece, Piece::Word(word) if words.contains(&word.as_str()))
    }

    /// Whether it is a word of this class.
    pub(super) fn is_in(&self, class: &HashSet<&'static str>) -> bool {
        matches!(&self.piece, Piece::Word(word) if class.contains(word.as_str()))
    }

    /// The pause, if it is one.
    pub(super) const fn pause(&self) -> Option<Pause> {
        match self.piece {
            Piece::Pause(pause) => Some(pause),
            _ => None,
        }
    }
}

/// Orders that are nouns as well.
const NOUNS: &[&str] = &[
    "koordinasi",
    "tindaklanjut",
    "tanggapan",
    "saran",
    "pendapat",
    "arsip",
    "proses",
    "monitoring",
    "verifikasi",
    "survei",
    "konfirmasi",
    "revisi",
    "koreksi",
    "telaah",
    "atensi",
    "maklum",
    "file",
    "eksekusi",
    "diskusi",
    "akomodasi",
    "monitor",
];
/// Things that such a noun describes.
const NAMED_BY_KIND: &[&str] = &[
    "rapat",
    "acara",
    "kegiatan",
    "surat",
    "bahan",
    "hasil",
    "forum",
    "tim",
    "undangan",
    "pertemuan",
    "nota",
    "konsep",
    "zoom",
    "lembar",
    "berita",
    "rencana",
    "dokumen",
    "data",
    "agenda",
    "draft",
    "materi",
    "undangannya",
    "dinas",
    "biaya",
    "sistem",
];

/// First word of the post before, which the next may share, and whether all of that kind were meant.
struct Head {
    word: String,
    all: bool,
}

/// What the pieces are found with.
pub(super) struct Finder<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) targets: &'a TargetIndex<'a>,
    pub(super) dates: Dates<'a>,
    pub(super) writer: &'a PositionCode,
}

impl Finder<'_> {
    /// Reads the pieces, longest first at every place.
    pub(super) fn items(&self, tokens: &[Token]) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut head: Option<Head> = None;
        let (mut at, mut quoted) = (0, false);
        while let Some(token) = tokens.get(at) {
            quoted = quotes(token, quoted);
            let rest = tokens.get(at..).unwrap_or_default();
            let (piece, used, next_head) =
                self.piece(token, (at.checked_sub(1).and_then(|before| tokens.get(before)), rest), head.as_ref(), &items);
            let end = tokens.get(at + used - 1).map_or(token.range.end, |last| last.range.end);
            if let Some(piece) = piece {
                let links =
                    matches!(&piece, Piece::Word(word) if word == "dan" || word == "/") || piece == Piece::Pause(Pause::Comma);
                head = next_head.or(if links { head } else { None });
                items.push(Item { piece, range: token.range.start..end, quoted });
            }
            at += used;
        }
        items
    }

    fn piece(
        &self,
        token: &Token,
        (last, rest): (Option<&Token>, &[Token]),
        head: Option<&Head>,
        before: &[Item],
    ) -> (Option<Piece>, usize, Option<Head>) {
        if let Some(pause) = pause_of(token.kind) {
            return (Some(Piece::Pause(pause)), 1, None);
        }
        if token.kind == Kind::Mark {
            return (laughter(token), 1, None);
        }
        let named = self.named(token, rest, head, before);
        let time = self.dates.read(rest);
        let order = self.phrase(rest);
        let (posts, words) = (named.as_ref().map_or(0, |found| found.tokens), order.map_or(0, |found| found.tokens));
        match (named, order, time) {
            (_, _, Some(found)) if found.tokens >= posts && found.tokens >= words => {
                (Some(Piece::Time(found.due)), found.tokens, None)
            }
            (Some(found), _, _) if posts >= words => {
                (Some(Piece::Post(found.named)), found.tokens, Some(Head { word: found.head, all: found.all }))
            }
            (_, Some(found), _) if is_name_of(found, token, last) => (Some(Piece::Word(token.word.clone())), 1, None),
            (_, Some(found), _) => (Some(work(found, rest)), found.tokens, None),
            _ => (Some(Piece::Word(token.word.clone())), 1, None),
        }
    }

    /// A post by its name, or by what is left of it behind "Kabid Aptika dan".
    fn named(&self, token: &Token, rest: &[Token], head: Option<&Head>, before: &[Item]) -> Option<Match> {
        let linked = before.last().is_some_and(|item| item.is_word(&["dan", "/"]));
        let listed = before.last().is_some_and(|item| item.pause() == Some(Pause::Comma)) && token.kind == Kind::Word;
        let head = head.filter(|_| linked || listed);
        head.and_then(|head| self.targets.read_sharing(&head.word, rest, self.writer))
            .or_else(|| head.filter(|head| head.all).and_then(|_| self.targets.all_of(rest, self.writer)))
            .or_else(|| self.targets.read(rest, self.writer))
    }

    /// "Bahas bersama Kabid": the last word of the phrase introduces the partner, so it is left standing.
    fn phrase(&self, rest: &[Token]) -> Option<Phrase> {
        let found = self.catalogue.longest(rest)?;
        let introduces = found.tokens > 1
            && rest.get(found.tokens - 1).is_some_and(|last| last.is_any(&["dengan"]))
            && rest.get(found.tokens).is_some_and(|next| next.kind == Kind::Word);
        Some(Phrase { tokens: found.tokens - usize::from(introduces), ..found })
    }
}

/// Whether what follows stands in quotation marks.
fn quotes(token: &Token, quoted: bool) -> bool {
    match (token.kind, token.word.as_str()) {
        (Kind::Mark, "\"" | "~") => !quoted,
        (Kind::Mark, "“" | "„" | "«") => true,
        (Kind::Mark, "”" | "»") => false,
        _ => quoted,
    }
}

/// A picture that takes back what stands beside it.
fn laughter(token: &Token) -> Option<Piece> {
    matches!(token.word.as_str(), "😂" | "🤣" | "😜" | "😝" | "🤪" | "❌" | "🚫" | "👎").then(|| Piece::Word("haha".to_owned()))
}

/// "Rapat koordinasi", "surat tanggapan": what kind of thing it is, and no order.
fn is_name_of(found: Phrase, token: &Token, before: Option<&Token>) -> bool {
    let noun = found.tokens == 1 && token.voice == Voice::Plain && NOUNS.contains(&token.word.as_str());
    let named = before.is_some_and(|before| before.is_any(NAMED_BY_KIND));
    let made_noun = before.is_some_and(|before| before.is_any(&["atas", "bawah", "tentang", "soal", "perihal", "mengenai"]));
    let reported = token.word == "tindaklanjuti" && before.is_some_and(|before| before.is_any(&["laporan", "hasil"]));
    (noun && named) || made_noun || (reported && token.voice == Voice::Plain && found.tokens == 1)
}

const fn pause_of(kind: Kind) -> Option<Pause> {
    match kind {
        Kind::Comma => Some(Pause::Comma),
        Kind::Colon => Some(Pause::Colon),
        Kind::Newline => Some(Pause::Line),
        Kind::Stop | Kind::Semicolon => Some(Pause::Sentence),
        Kind::Question => Some(Pause::Question),
        Kind::Bullet => Some(Pause::Point),
        Kind::Mark | Kind::Word | Kind::Number(_) | Kind::Numeric => None,
    }
}

/// An instruction with the voice of its verb. "Untuk mempedomani" asks by its own first word.
fn work(found: Phrase, rest: &[Token]) -> Piece {
    let words = rest.iter().take(found.tokens);
    let voice = words.map(|token| token.voice).find(|voice| *voice != Voice::Plain).unwrap_or(Voice::Plain);
    let asks = voice == Voice::Active && rest.first().is_some_and(|first| first.is_any(&["untuk", "agar", "mohon", "harap"]));
    let bare = rest.get(found.tokens.saturating_sub(1)).is_some_and(|last| last.is_any(&["hadir", "datang"]));
    Piece::Order { code: found.code, names_report: found.names_report, voice: if asks { Voice::Plain } else { voice }, bare }
}
