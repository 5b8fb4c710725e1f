//! Time and chance, injected. The only two traits of the house: everything else is an enum or a function.

use jiff::Timestamp;
use uuid::Uuid;

/// What time it is. The daemon's clock is the machine's; tests and the practice room move theirs by hand.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

/// Fresh ids and secrets.
pub trait Ids: Send + Sync + std::fmt::Debug {
    /// A fresh UUID v7 (RFC 9562 5.7) for this moment.
    fn uuid(&self, now: Timestamp) -> Uuid;
    /// Fills `bytes` with secret random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A reply token or button token: 128 random bits as 26 letters of base32 (`a-z2-7`, RFC 4648 6, without padding).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    /// How many characters a token has.
    pub const LENGTH: usize = 26;

    /// Mints a fresh token.
    pub fn mint(ids: &dyn Ids) -> Self {
        let mut bytes = [0_u8; 16];
        ids.fill(&mut bytes);
        Self(base32(&bytes))
    }

    /// Reads a token; upper case is folded. `None` when it is not 26 letters of the alphabet.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = text.to_ascii_lowercase();
        let good = folded.len() == Self::LENGTH && folded.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
        good.then_some(Self(folded))
    }

    /// The secret itself. Never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

/// RFC 4648 6 base32 in lower case without padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x',
        'y', 'z', '2', '3', '4', '5', '6', '7',
    ];
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.extend(ALPHABET.get((buffer >> held) as usize & 31));
        }
    }
    if held > 0 {
        text.extend(ALPHABET.get((buffer << (5 - held)) as usize & 31));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_matches_the_examples_of_rfc_4648_10() {
        assert_eq!(base32(b"foobar"), "mzxw6ytboi");
        assert_eq!(base32(b"f"), "my");
    }

    #[test]
    fn a_token_is_26_letters_and_never_shows_itself_in_debug() {
        let token = Token(base32(&[7; 16]));
        assert_eq!(token.expose().len(), Token::LENGTH);
        assert_eq!(Token::parse(&token.expose().to_uppercase()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(..)");
        assert_eq!(Token::parse("short"), None);
    }
}
