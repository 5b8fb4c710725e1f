//! The paper form typed into a mail: "Diteruskan kepada : ... / Instruksi : ... / Batas waktu : ... / Catatan : ...".
//!
//! Its labels are taken away before the words are read, so that "Diteruskan" on the form is no forward, and what stands
//! behind "Catatan" is a note and never an order.

use super::lexer::{Kind, Token};
use std::ops::Range;

/// Tokens without labels, and the notes.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) tokens: Vec<Token>,
    pub(super) notes: Vec<Range<usize>>,
}

/// What a label does to its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Only the label goes.
    Content,
    /// The label stays as a word.
    Deadline,
    /// The rest of the line is a note.
    Note,
    /// The line repeats facts of the letter.
    Facts,
}

const LABELS: &[(&[&str], Line)] = &[
    (&["teruskan", "kepada"], Line::Content),
    (&["teruskan", "ke"], Line::Content),
    (&["teruskan", "kepada", "sdr"], Line::Content),
    (&["kepada"], Line::Content),
    (&["tujuan"], Line::Content),
    (&["yth"], Line::Content),
    (&["instruksi"], Line::Content),
    (&["isi", "disposisi"], Line::Content),
    (&["isi"], Line::Content),
    (&["disposisi"], Line::Content),
    (&["perintah"], Line::Content),
    (&["arahan"], Line::Content),
    (&["dengan", "hormat", "harap"], Line::Content),
    (&["tindakan"], Line::Content),
    (&["batas", "waktu"], Line::Deadline),
    (&["batas"], Line::Deadline),
    (&["deadline"], Line::Deadline),
    (&["tenggat"], Line::Deadline),
    (&["waktu"], Line::Deadline),
    (&["catatan"], Line::Note),
    (&["keterangan"], Line::Note),
    (&["note"], Line::Note),
    (&["ket"], Line::Note),
    (&["nb"], Line::Note),
    (&["surat", "dari"], Line::Facts),
    (&["dari"], Line::Facts),
    (&["nomor"], Line::Facts),
    (&["no", "surat"], Line::Facts),
    (&["nomor", "surat"], Line::Facts),
    (&["tanggal", "surat"], Line::Facts),
    (&["tanggal", "terima"], Line::Facts),
    (&["nomor", "agenda"], Line::Facts),
    (&["no", "agenda"], Line::Facts),
    (&["hal"], Line::Facts),
    (&["perihal"], Line::Facts),
    (&["sifat"], Line::Facts),
    (&["lampiran"], Line::Facts),
];

/// The words in front of a note.
pub(super) fn note_labels() -> impl Iterator<Item = &'static str> {
    LABELS.iter().filter(|(_, line)| *line == Line::Note).filter_map(|(words, _)| words.first().copied())
}

/// Takes the labels away.
pub(super) fn strip(tokens: &[Token]) -> Form {
    let mut form = Form::default();
    let mut at = 0;
    let mut begins_line = true;
    while let Some(token) = tokens.get(at) {
        if begins_line
            && tokens.get(at..at + 2).is_some_and(|two| two.iter().map(|token| token.word.as_str()).eq(["lembar", "disposisi"]))
        {
            at += 2;
            continue;
        }
        let Some((used, line)) = begins_line.then(|| label(tokens.get(at..).unwrap_or_default())).flatten() else {
            begins_line = matches!(token.kind, Kind::Newline) || (begins_line && matches!(token.kind, Kind::Bullet));
            form.tokens.push(token.clone());
            at += 1;
            continue;
        };
        let end = (at + used..tokens.len())
            .find(|next| tokens.get(*next).is_some_and(|token| token.kind == Kind::Newline))
            .unwrap_or(tokens.len());
        match line {
            Line::Content => {}
            Line::Deadline => form.tokens.push(Token { word: "batas".to_owned(), ..token.clone() }),
            Line::Note | Line::Facts => {
                let body = tokens.get(at + used..end).unwrap_or_default();
                if let (Line::Note, Some(first), Some(last)) = (line, body.first(), body.last()) {
                    form.notes.push(first.range.start..last.range.end);
                }
                at = end;
                continue;
            }
        }
        at += used;
        begins_line = false;
    }
    form
}

fn label(tokens: &[Token]) -> Option<(usize, Line)> {
    LABELS.iter().find_map(|(words, line)| {
        let fits = words.iter().enumerate().all(|(index, word)| tokens.get(index).is_some_and(|token| token.word == *word));
        let colon = tokens.get(words.len()).is_some_and(|token| token.kind == Kind::Colon);
        (fits && colon).then_some((words.len() + 1, *line))
    })
}
