//! What a city may decide about the life of its letters: waits, channels by class, points of choice.
//!
//! Values read from configuration (`config/kurir.toml`, `config/workflow.toml`) and asked by the decisions of the domain.
//! Nothing here decides anything about a letter by itself.

mod by_urgency;
mod channels;
mod retry;
mod span;
mod workflow;

pub use by_urgency::ByUrgency;
pub use channels::{ChannelTable, ClassChannels, Content, MailReach};
pub use retry::RetryLadder;
pub use span::{BadSpan, Span};
pub use workflow::{DispositionReach, DispositionRules, Workflow};
