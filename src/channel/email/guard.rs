//! The guard before the wire: bytes enter, or the place and reason why they may not leave.

/// Why bytes must not leave. Each of these would be changed by some server on the way, or read as more than one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// A CR without its LF, or an LF without its CR.
    #[error("bare CR or LF at byte {0}")]
    BareLineEnd(usize),
    /// A NUL.
    #[error("NUL at byte {0}")]
    Nul(usize),
    /// A byte over 127.
    #[error("8-bit byte at {0}")]
    EightBit(usize),
    /// A line over 998 bytes.
    #[error("line over 998 bytes at byte {0}")]
    LongLine(usize),
    /// More than any mail of ours may have (`domain::limits::MAIL_BYTES`).
    #[error("{0} bytes are more than a mail may have")]
    TooLarge(u64),
    /// The last line is not ended.
    #[error("the last line is not ended")]
    Unended,
}

/// Which bytes a piece may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// 7 bits only.
    Ascii,
    /// UTF-8 as well: headers with an address that needs SMTPUTF8.
    Utf8,
}

/// What the guard learned about a piece while reading it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    /// Bytes over 127 are in it.
    pub(super) eight_bit: bool,
    /// A line begins with a dot, so that dots must be doubled on the wire.
    pub(super) leading_dot: bool,
}

/// Reads a piece once for each rule, in whole slices rather than byte by byte: this is done for every recipient.
pub(super) fn guard(bytes: &[u8], charset: Charset) -> Result<Found, Unsendable> {
    let position = |wanted: fn(u8) -> bool| bytes.iter().position(|byte| wanted(*byte)).unwrap_or_default();
    if bytes.contains(&0) {
        return Err(Unsendable::Nul(position(|byte| byte == 0)));
    }
    let mut found = Found { eight_bit: !bytes.is_ascii(), leading_dot: false };
    if found.eight_bit && charset == Charset::Ascii {
        return Err(Unsendable::EightBit(position(|byte| byte > 127)));
    }
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let (text, cr) = text.strip_suffix(b"\r").map_or((text, false), |text| (text, true));
        if let Some(at) = text.iter().position(|byte| *byte == b'\r') {
            return Err(Unsendable::BareLineEnd(start + at));
        }
        match (cr, line.ends_with(b"\n")) {
            (true, true) => {}
            (false, false) => return Err(Unsendable::Unended),
            _ => return Err(Unsendable::BareLineEnd(start + text.len())),
        }
        if text.len() > 998 {
            return Err(Unsendable::LongLine(start + 998));
        }
        found.leading_dot |= text.starts_with(b".");
        start += line.len();
    }
    Ok(found)
}
