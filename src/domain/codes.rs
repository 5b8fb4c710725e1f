//! Codes that the city itself gives: of units, positions, people.

use std::{fmt, str::FromStr};

/// Why a text is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a code: 1-40 of A-Z, 0-9, hyphen, dot")]
pub struct BadCode(pub String);

fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
        && !text.starts_with(['-', '.'])
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as the city writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                if is_code(text) { Ok(Self(text.to_owned())) } else { Err(BadCode(text.to_owned())) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

codes! {
    /// Code of an organisational unit ("DISKOMINFO").
    UnitCode;
    /// Code of a position ("KADIS-KOMINFO").
    PositionCode;
}

/// Employee number (NIP): 18 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmployeeNumber(String);

impl EmployeeNumber {
    /// The 18 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmployeeNumber {
    type Err = BadEmployeeNumber;
    fn from_str(text: &str) -> Result<Self, BadEmployeeNumber> {
        if text.len() == 18 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadEmployeeNumber(text.chars().count()))
        }
    }
}

/// Why a text is not an employee number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an employee number has 18 digits; given were {0} characters")]
pub struct BadEmployeeNumber(pub usize);

impl TryFrom<String> for EmployeeNumber {
    type Error = BadEmployeeNumber;
    fn try_from(text: String) -> Result<Self, BadEmployeeNumber> {
        text.parse()
    }
}

impl From<EmployeeNumber> for String {
    fn from(number: EmployeeNumber) -> String {
        number.0
    }
}

impl fmt::Display for EmployeeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_town_parse_and_others_do_not() {
        assert!("KADIS-KOMINFO".parse::<PositionCode>().is_ok());
        assert!("UPTD-PKM-BTJ".parse::<UnitCode>().is_ok());
        for bad in ["", "kadis", "-X", "A B", "Ü"] {
            assert!(bad.parse::<PositionCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_employee_number_has_18_digits() {
        assert!("197203091998031910".parse::<EmployeeNumber>().is_ok());
        assert_eq!("1972".parse::<EmployeeNumber>(), Err(BadEmployeeNumber(4)));
    }
}
