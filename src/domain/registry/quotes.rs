//! Whether the quotation marks of a CSV text are in order.
//!
//! The reader that splits the text forgives a quotation mark that is never closed and swallows every row behind it. A list of
//! a thousand posts must not lose its half in silence, so the marks are walked once before.

use super::fault::FaultKind;

#[derive(Clone, Copy, PartialEq)]
enum At {
    Start,
    Plain,
    Quoted,
    Closing,
}

/// The first fault of the quotation marks, with the line where the field began; `None` where all is in order.
pub(super) fn fault(text: &str) -> Option<(u64, FaultKind)> {
    let (mut at, mut line, mut opened) = (At::Start, 1_u64, 1_u64);
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::Start, b'"') => {
                opened = line;
                At::Quoted
            }
            (At::Quoted, b'"') | (At::Closing, b'\r') => At::Closing,
            (At::Closing, b'"') | (At::Quoted, _) => At::Quoted,
            (_, b',' | b'\n') => At::Start,
            (At::Plain, b'"') | (At::Closing, _) => return Some((line, FaultKind::QuoteStray)),
            (At::Start | At::Plain, _) => At::Plain,
        };
        line += u64::from(byte == b'\n');
    }
    (at == At::Quoted).then_some((opened, FaultKind::QuoteOpen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_in_order_pass_and_others_are_named() {
        for good in ["a,b\n", "\"a\",\"b\"\r\n", "\"a\"\"b\",c", "\"a\nb\",\"\"\n", ""] {
            assert_eq!(fault(good), None, "{good}");
        }
        assert_eq!(fault("a,b\nc,\"d\ne\n"), Some((2, FaultKind::QuoteOpen)));
        assert_eq!(fault("a,b\nc,d\"e\n"), Some((2, FaultKind::QuoteStray)));
        assert_eq!(fault("a,\"b\"c\n"), Some((1, FaultKind::QuoteStray)));
    }
}
