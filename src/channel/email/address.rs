//! A mail address that may stand in an envelope and in a header: text in, checked address out. Nothing is looked up here.

use std::fmt;

/// A checked address. Its domain is in ASCII form (A-labels), its local part may hold other letters (RFC 6531).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(lettre::Address);

/// Why a text is not an address that mail can be sent to. The text itself is not repeated: it may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address that can be written to")]
pub struct BadAddress;

impl Address {
    /// RFC 5321 4.5.3.1.3: 256 octets of a path, with its two brackets.
    const LONGEST: usize = 254;

    /// Reads `local@domain`. Quoted local parts and domains in brackets are refused: no city hands them out, and each is a
    /// way around somebody's check.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let (local, domain) = text.rsplit_once('@').ok_or(BadAddress)?;
        if local.is_empty() || local.starts_with('"') || domain.starts_with('[') || text.chars().any(char::is_control) {
            return Err(BadAddress);
        }
        let Ok(url::Host::Domain(domain)) = url::Host::parse(domain) else { return Err(BadAddress) };
        let address = lettre::Address::new(local, domain).map_err(|_| BadAddress)?;
        let text: &str = address.as_ref();
        if text.len() > Self::LONGEST { Err(BadAddress) } else { Ok(Self(address)) }
    }

    /// The address as it is written. Never log it.
    pub fn expose(&self) -> &str {
        self.0.as_ref()
    }

    /// The domain, in ASCII.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    /// False where a server must offer SMTPUTF8 to take it.
    pub fn is_ascii(&self) -> bool {
        self.expose().is_ascii()
    }

    /// The form that lettre's commands take.
    pub(super) fn to_lettre(&self) -> lettre::Address {
        self.0.clone()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address(..@{})", self.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        for bad in [
            "",
            "@kota.test",
            "a@",
            "a b@kota.test",
            "a@kota.test>\r\nRCPT TO:<b@kota.test",
            "\"a b\"@kota.test",
            "a@[127.0.0.1]",
        ] {
            assert_eq!(Address::parse(bad), Err(BadAddress), "{bad}");
        }
        assert!(Address::parse("naskah+abc.def@kota.test").unwrap().is_ascii());
        assert!(!Address::parse("réza@kota.test").unwrap().is_ascii());
        assert_eq!(Address::parse("reza@kóta.test").unwrap().domain(), "xn--kta-gna.test");
    }
}
