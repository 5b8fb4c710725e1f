//! Bodies in 7 bits: text or bytes in, lines of at most 76 characters with CRLF out (RFC 2045 6.7 and 6.8). No relay finds
//! anything here that it would want to change: that would break the signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// RFC 2045 6.7 (5): lines of at most 76 characters, the soft break included.
const WIDTH: usize = 76;

/// Text as quoted-printable. Lines end in CRLF, whatever they ended in before, and the last line is ended as well.
/// A line that is a lone dot, begins with `From ` or ends in a blank would be touched by some server, so it is encoded.
pub(super) fn quoted_printable(text: &str, out: &mut Vec<u8>) {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    for line in unified.strip_suffix('\n').unwrap_or(&unified).split('\n') {
        quoted_line(line.as_bytes(), out);
        out.extend_from_slice(b"\r\n");
    }
}

/// One line, cut by soft breaks. Runs of plain bytes are copied at once: this is done for every recipient.
fn quoted_line(mut rest: &[u8], out: &mut Vec<u8>) {
    let mut width = 0;
    while let Some((byte, after)) = rest.split_first() {
        // One column is kept for the soft break. The last byte has rules of its own, so no run reaches it.
        let room = (WIDTH - 1 - width).min(after.len());
        let run = if width == 0 { 0 } else { plain_run(rest.get(..room).unwrap_or_default()) };
        if let Some((plain, left)) = rest.split_at_checked(run).filter(|_| run > 0) {
            out.extend_from_slice(plain);
            width += run;
            rest = left;
            continue;
        }
        let mut literal = is_literal(rest, width == 0);
        if width + cost(literal) > WIDTH - usize::from(!after.is_empty()) {
            out.extend_from_slice(b"=\r\n");
            width = 0;
            literal = is_literal(rest, true);
        }
        put(out, *byte, literal);
        width += cost(literal);
        rest = after;
    }
}

/// How many bytes in front are plain, looked at in blocks: a block is one comparison for the processor.
fn plain_run(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let whole = blocks.iter().take_while(|block| block.iter().fold(true, |all, byte| all & is_plain(*byte))).count() * 16;
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().take(16).take_while(|byte| is_plain(**byte)).count()
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'<' | b'>'..=b'~' | b'\t')
}

/// Whether the first byte of what is left of a line may stand as it is.
fn is_literal(rest: &[u8], at_line_start: bool) -> bool {
    match rest {
        [b'.' | b'-', ..] => !at_line_start,
        [b'F', ..] => !(at_line_start && rest.starts_with(b"From ")),
        [b' ' | b'\t', _, ..] | [] => true,
        [byte, ..] => matches!(byte, b'!'..=b'<' | b'>'..=b'~'),
    }
}

const fn cost(literal: bool) -> usize {
    if literal { 1 } else { 3 }
}

fn put(out: &mut Vec<u8>, byte: u8, literal: bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if literal {
        out.push(byte);
        return;
    }
    out.push(b'=');
    out.extend(HEX.get(usize::from(byte >> 4)));
    out.extend(HEX.get(usize::from(byte & 15)));
}

/// Bytes as base64 in lines of 76 characters, each ended by CRLF.
pub(super) fn base64_lines(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(bytes.len().div_ceil(57) * (WIDTH + 2));
    let mut line = [0_u8; WIDTH];
    for chunk in bytes.chunks(57) {
        let written = STANDARD.encode_slice(chunk, &mut line).unwrap_or(0);
        out.extend_from_slice(line.get(..written).unwrap_or_default());
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    fn lines(encoded: &[u8]) -> impl Iterator<Item = &str> {
        std::str::from_utf8(encoded).unwrap().split("\r\n")
    }

    #[test]
    fn lines_that_servers_touch_are_encoded() {
        let mut out = Vec::new();
        quoted_printable("From here\n.\nend \n--sig\n..x\ntab\t", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "=46rom here\r\n=2E\r\nend=20\r\n=2D-sig\r\n=2E.x\r\ntab=09\r\n");
    }

    proptest! {
        #[test]
        fn text_survives_quoted_printable(text in "(\\PC|[ =.F\\-\\r\\n\\t]|From |\\x00){0,300}") {
            let mut out = Vec::new();
            quoted_printable(&text, &mut out);
            for line in lines(&out) {
                prop_assert!(line.len() <= 76 && line.is_ascii() && !line.ends_with([' ', '\t']));
                prop_assert!(!line.starts_with(['.', '-']) && !line.starts_with("From "));
                prop_assert!(!line.contains(['\r', '\n', '\0']));
            }
            let head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
            let mail = MessageParser::default().parse(&[head.as_slice(), &out].concat()).unwrap().into_owned();
            let wanted = text.replace("\r\n", "\n").replace('\r', "\n");
            let wanted = wanted.strip_suffix('\n').unwrap_or(&wanted);
            let got = mail.body_text(0).unwrap_or_default().replace("\r\n", "\n");
            prop_assert_eq!(got.strip_suffix('\n').unwrap_or(&got), wanted);
        }

        #[test]
        fn bytes_survive_base64(bytes in any::<Vec<u8>>()) {
            let mut out = Vec::new();
            base64_lines(&bytes, &mut out);
            prop_assert!(lines(&out).all(|line| line.len() <= 76));
            let joined: String = lines(&out).collect();
            prop_assert_eq!(STANDARD.decode(joined).unwrap(), bytes);
        }
    }
}
