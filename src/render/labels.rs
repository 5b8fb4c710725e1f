//! The labels of closed words: group > code > Indonesian, from `templates/words.toml`.

use super::RenderError;
use std::collections::BTreeMap;

/// Name of the table in errors.
const TABLE: &str = "templates/words.toml";

/// Indonesian labels by group and code.
#[derive(Debug, Clone)]
pub struct Labels(BTreeMap<String, BTreeMap<String, String>>);

impl Labels {
    /// The embedded table.
    pub fn load() -> Result<Self, RenderError> {
        toml::from_str(include_str!("../../templates/words.toml"))
            .map(Self)
            .map_err(|fault| RenderError::Table { table: TABLE, reason: fault.to_string() })
    }

    /// The label of a code; `None` where the table has none.
    pub fn find(&self, group: &str, code: &str) -> Option<&str> {
        self.0.get(group)?.get(code).map(String::as_str)
    }

    /// The codes of a group, in alphabetical order.
    #[cfg(test)]
    pub fn codes(&self, group: &str) -> Vec<&str> {
        self.0.get(group).into_iter().flatten().map(|(code, _)| code.as_str()).collect()
    }
}
