//! The points of choice in the life of a letter (`config/workflow.toml`).

use crate::domain::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Whom an official may disposition a letter to.
    DispositionReach {
        /// Every post below his own in the tree.
        Below = "below",
        /// His direct subordinates only.
        Direct = "direct",
    }
}

/// Rules of dispositions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispositionRules {
    /// Whom an official may address.
    pub reach: DispositionReach,
    /// Whether a superior who is skipped gets a copy.
    pub copy_to_skipped: bool,
    /// Days that a reply token lives after its letter is settled.
    pub token_days: u16,
}

/// All points of choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Dispositions.
    pub disposition: DispositionRules,
}
