//! What can be wrong with a configuration. The sentences for people stand in `templates/cli/config_faults.toml`.

use serde::Serialize;

/// One fault: file, key, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigFault {
    /// The file as it was named.
    pub file: String,
    /// The key from the top ("smtp.port"); empty where the file is meant.
    pub key: String,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: ConfigFaultKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ConfigFaultKind {
    /// The file cannot be read.
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// Not TOML.
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Character of that line, from 1.
        column: usize,
    },
    /// A key that nobody knows.
    UnknownKey {
        /// The keys that exist there.
        expected: Vec<String>,
    },
    /// No whole number, and must be one.
    NotNumber(Given),
    /// No text, and must be one.
    NotText(Given),
    /// Neither true nor false.
    NotYesNo(Given),
    /// No list, and must be one.
    NotList(Given),
    /// No section, and must be one.
    NotSection(Given),
    /// The right type in a form that cannot be read.
    BadForm(Given),
    /// None of the words of a closed set.
    NotOneOf {
        /// What was given.
        given: String,
        /// The words that exist.
        expected: Vec<String>,
    },
    /// More or less than one line of text.
    OneLine,
    /// Without protection, and not on this machine.
    LoopbackOnly,
    /// A secret in the configuration itself.
    SecretInside {
        /// The key that names a file for it.
        instead: &'static str,
    },
    /// A key that another one makes necessary.
    Needed {
        /// The other key and its value.
        because: &'static str,
    },
    /// A value above or below what the house allows.
    OutOfRange {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Two keys that must differ.
    SameAs {
        /// The other key.
        other: &'static str,
    },
}

/// A value that does not fit, and one that does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Given {
    /// What was given.
    pub given: String,
    /// How such a line is written.
    pub example: String,
}

/// Why there is no configuration: every fault of it. What a person reads is a line of the table for each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} fault(s), first at {:?}", .0.len(), .0.first().map(|fault| &fault.key))]
pub struct ConfigError(pub Vec<ConfigFault>);
