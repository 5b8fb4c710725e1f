//! Whether the quotation marks of a CSV text are in order, and which lines are sound where they are not.
//!
//! The reader that splits the text forgives a quotation mark that is never closed and swallows every row behind it. A list of
//! a thousand posts must not lose its half in silence, so the marks are walked once before: a line whose marks are not in order is
//! put aside with its fault, and the walk begins anew on the next one.

use super::fault::FaultKind;

/// Lines with a fault of their marks that are told; behind so many nothing more is read.
const TOLD: usize = 200;

/// A text in pieces.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pieces<'t> {
    /// What can be split, each with its first line.
    pub sound: Vec<(u64, &'t str)>,
    /// What cannot: its text, and where and what the fault is.
    pub damaged: Vec<Damaged<'t>>,
}

/// A row whose marks are not in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damaged<'t> {
    /// Where the field began.
    pub line: u64,
    /// The row, as far as its lines go.
    pub text: &'t str,
    /// What is wrong.
    pub kind: FaultKind,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Plain,
    Quoted,
    Closing,
}

/// A fault: where its row begins, where the line ends up to which the row is given up, and what it is.
struct Fault {
    row: usize,
    end: usize,
    line: u64,
    kind: FaultKind,
}

impl<'t> Pieces<'t> {
    /// Cuts a text.
    pub fn of(text: &'t str) -> Self {
        let mut pieces = Self::default();
        let (mut rest, mut line) = (text, 1_u64);
        while let Some(fault) = first_fault(rest, line) {
            let (before, from) = (rest.get(..fault.row).unwrap_or_default(), rest.get(fault.row..fault.end).unwrap_or_default());
            pieces.keep(line, before);
            line += count(before) + count(from);
            pieces.damaged.push(Damaged { line: fault.line, text: from, kind: fault.kind });
            rest = rest.get(fault.end..).unwrap_or_default();
            if pieces.damaged.len() == TOLD {
                return pieces;
            }
        }
        pieces.keep(line, rest);
        pieces
    }

    fn keep(&mut self, line: u64, text: &'t str) {
        if !text.is_empty() {
            self.sound.push((line, text));
        }
    }
}

fn count(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

/// The first fault of a text whose first line has this number.
fn first_fault(text: &str, first: u64) -> Option<Fault> {
    let (mut at, mut line, mut row) = (At::Start, first, 0);
    let (mut opened, mut opened_line) = (0, first);
    let end_of = |from: usize| text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| from + end + 1);
    // A mark that was opened on an earlier line is closed by one that was to open another field: the earlier one is the fault.
    let swallowed = |row: usize, opened: usize, line: u64| Fault { row, end: end_of(opened), line, kind: FaultKind::QuoteOpen };
    for (place, byte) in text.bytes().enumerate() {
        at = match (at, byte) {
            (At::Start, b'"') => {
                (opened, opened_line) = (place, line);
                At::Quoted
            }
            (At::Quoted, b'"') | (At::Closing, b'\r') => At::Closing,
            (At::Closing, b'"') | (At::Quoted, _) => At::Quoted,
            (_, b',' | b'\n') => At::Start,
            (At::Closing, _) if opened_line < line => return Some(swallowed(row, opened, opened_line)),
            (At::Plain, b'"') | (At::Closing, _) => {
                return Some(Fault { row, end: end_of(place), line, kind: FaultKind::QuoteStray });
            }
            (At::Start | At::Plain, _) => At::Plain,
        };
        if byte == b'\n' {
            line += 1;
            row = if at == At::Quoted { row } else { place + 1 };
        }
    }
    (at == At::Quoted).then(|| swallowed(row, opened, opened_line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(u64, FaultKind)> {
        Pieces::of(text).damaged.into_iter().map(|one| (one.line, one.kind)).collect()
    }

    #[test]
    fn marks_in_order_pass_and_others_are_named() {
        for good in ["a,b\n", "\"a\",\"b\"\r\n", "\"a\"\"b\",c", "\"a\nb\",\"\"\n", ""] {
            assert_eq!(faults(good), [], "{good}");
        }
        assert_eq!(faults("a,b\nc,\"d\ne\n"), [(2, FaultKind::QuoteOpen)]);
        assert_eq!(faults("a,b\nc,d\"e\n"), [(2, FaultKind::QuoteStray)]);
        assert_eq!(faults("a,\"b\"c\n"), [(1, FaultKind::QuoteStray)]);
    }

    #[test]
    fn what_is_not_in_order_is_put_aside_and_the_rest_is_kept() {
        let pieces = Pieces::of("a,b\n\"x\ny\",1\nc,\"d\ne,\"f, g\"\nh,i\"j\nk,l\n");
        assert_eq!(pieces.sound, [(1, "a,b\n\"x\ny\",1\n"), (5, "e,\"f, g\"\n"), (7, "k,l\n")]);
        let aside: Vec<(u64, &str)> = pieces.damaged.iter().map(|one| (one.line, one.text)).collect();
        assert_eq!(aside, [(4, "c,\"d\n"), (6, "h,i\"j\n")]);
        assert_eq!(Pieces::of(&"\"x,\"\"\n".repeat(1000)).damaged.len(), TOLD);
    }

    proptest::proptest! {
        #[test]
        fn every_byte_is_in_one_piece_and_the_sound_ones_have_no_fault(text in "[a\",\\n\\r]{0,60}") {
            let pieces = Pieces::of(&text);
            let bytes = pieces.sound.iter().map(|(_, text)| text.len()).sum::<usize>();
            proptest::prop_assert_eq!(bytes + pieces.damaged.iter().map(|one| one.text.len()).sum::<usize>(), text.len());
            for (line, sound) in pieces.sound {
                proptest::prop_assert!(first_fault(sound, line).is_none());
            }
        }
    }
}
