//! What a city may decide about the life of its letters: waits, deadlines, channels by class, points of choice.
//!
//! Values read from configuration (`config/kurir.toml`, `config/workflow.toml`) and asked by the decisions of the domain.
//! Nothing here decides anything about a letter by itself.

mod channels;
mod deadlines;
mod retry;
mod span;
mod workflow;

pub use channels::{ChannelTable, ClassChannels, Content, MailReach};
pub use deadlines::{Deadlines, Term};
pub use retry::RetryLadder;
pub use span::{BadSpan, Span};
pub use workflow::{ByUrgency, Chase, DispositionReach, DispositionRules, Workflow};
