//! What can go wrong at the desk.

/// Why a text could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A template does not parse, names an unknown variable, or fails with its samples. Found at start.
    #[error("template {template}: {reason}")]
    Template {
        /// Name of the template.
        template: String,
        /// Where and why, with line and column. Never values of the context.
        reason: String,
    },
    /// The table of labels or keyboards is broken.
    #[error("table {table}: {reason}")]
    Table {
        /// Name of the file.
        table: &'static str,
        /// Why.
        reason: String,
    },
    /// A kind has no text for this channel.
    #[error("kind {kind} has no text for {channel}")]
    NoText {
        /// Kind of message.
        kind: String,
        /// "mail" or "chat".
        channel: &'static str,
    },
    /// A context could not be turned into values.
    #[error("context of {kind}: {reason}")]
    Context {
        /// Kind of message.
        kind: String,
        /// Why.
        reason: String,
    },
}
