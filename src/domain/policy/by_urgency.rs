//! One value for each urgency of a letter.

use crate::domain::letter::Urgency;
use serde::{Deserialize, Serialize};

/// One value for each urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByUrgency<T> {
    /// Sangat segera.
    pub immediate: T,
    /// Segera.
    pub urgent: T,
    /// Biasa.
    pub normal: T,
}

impl<T: Copy> ByUrgency<T> {
    /// The value of an urgency.
    pub const fn of(&self, urgency: Urgency) -> T {
        match urgency {
            Urgency::Immediate => self.immediate,
            Urgency::Urgent => self.urgent,
            Urgency::Normal => self.normal,
        }
    }
}
