//! The code on a cover sheet: ten letters and figures that a person types, a scanner reads, or a QR code carries in an
//! address.

use super::clock::Ids;
use std::fmt;

/// Letters and figures of a code: no I, L, O, 0, 1, which a reader takes for each other.
pub const LETTERS: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// Length of a code.
pub const LENGTH: usize = 10;

/// Mints a secret that a person types: so many of [`LETTERS`].
pub fn mint(ids: &dyn Ids, length: usize) -> String {
    let mut bytes = vec![0_u8; length * 2];
    ids.fill(&mut bytes);
    let pick = |pair: &[u8]| {
        let number = pair.iter().fold(0_usize, |sum, byte| sum * 256 + usize::from(*byte));
        LETTERS.get(number % LETTERS.len()).map(|byte| char::from(*byte))
    };
    bytes.chunks(2).filter_map(pick).collect()
}

/// A code in its plain form: ten of [`LETTERS`].
#[derive(Clone, PartialEq, Eq)]
pub struct CheckCode(String);

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has ten letters and figures, as on the cover sheet")]
pub struct BadCheckCode;

impl CheckCode {
    /// Reads what was typed or scanned: with or without dashes and spaces, in any case, also the address of the QR code.
    pub fn parse(text: &str) -> Result<Self, BadCheckCode> {
        let last = text.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let plain: String =
            last.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).take(LENGTH + 1).collect();
        let good = plain.len() == LENGTH && plain.bytes().all(|byte| LETTERS.contains(&byte));
        if good { Ok(Self(plain)) } else { Err(BadCheckCode) }
    }

    /// As the record and the address have it.
    pub fn plain(&self) -> &str {
        &self.0
    }

    /// As a person reads it: "K7M4-Q2KD-9X".
    pub fn grouped(&self) -> String {
        let mut out = String::with_capacity(LENGTH + 2);
        for (at, c) in self.0.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                out.push('-');
            }
            out.push(c);
        }
        out
    }
}

impl fmt::Debug for CheckCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_typed_as_scanned_and_as_an_address() {
        for text in ["K7M4Q2KD9X", "k7m4-q2kd-9x", " K7M4 Q2KD 9X ", "https://surat.sukamaju.example/periksa/K7M4Q2KD9X/"] {
            let code = CheckCode::parse(text).unwrap();
            assert_eq!((code.plain(), code.grouped().as_str()), ("K7M4Q2KD9X", "K7M4-Q2KD-9X"), "{text}");
        }
        assert_eq!(format!("{:?}", CheckCode::parse("K7M4Q2KD9X").unwrap()), "CheckCode(..)");
    }

    #[derive(Debug)]
    struct Same(u8);

    impl Ids for Same {
        fn uuid(&self, _: jiff::Timestamp) -> uuid::Uuid {
            uuid::Uuid::nil()
        }
        fn fill(&self, bytes: &mut [u8]) {
            (self.0..).zip(bytes).for_each(|(value, byte)| *byte = value);
        }
    }

    #[test]
    fn a_minted_code_has_its_length_and_letters_that_are_not_taken_for_each_other() {
        for seed in 0..200 {
            let code = mint(&Same(seed), 12);
            assert!(code.len() == 12 && code.bytes().all(|byte| LETTERS.contains(&byte)), "{code}");
        }
        assert_ne!(mint(&Same(1), 12), mint(&Same(2), 12));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "K7M4Q2KD9", "K7M4Q2KD9XX", "K7M4Q2KD9O", "K7M4Q2KD9!", "krm-0192", "ÄÄÄÄÄÄÄÄÄÄ", "https://x.example/"]
        {
            assert!(CheckCode::parse(text).is_err(), "{text}");
        }
    }
}
