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
        /// What the reader says.
        reason: String,
    },
    /// A key that nobody knows.
    UnknownKey {
        /// The keys that exist there.
        expected: Vec<String>,
    },
    /// A value of the wrong type or form.
    BadValue {
        /// What does not fit.
        reason: String,
    },
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

/// Why there is no configuration: every fault of it. What a person reads is a line of the table for each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} fault(s), first at {:?}", .0.len(), .0.first().map(|fault| &fault.key))]
pub struct ConfigError(pub Vec<ConfigFault>);
