//! Deliveries and what becomes of them.

use super::words::words;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// A way to a person.
    Channel {
        /// S/MIME-signed mail; the primary channel.
        Email = "email",
        /// Telegram; a convenience.
        Telegram = "telegram",
        /// Paper; the guarantee.
        Print = "print",
    }

    /// State of a delivery. For paper the words of the print desk (see [`DeliveryState::is_desk`]) take over after `queued`.
    DeliveryState {
        /// Trial mode: not on the list of those who receive yet.
        Withheld = "withheld",
        /// Waits for its turn (paper: to be printed).
        Queued = "queued",
        /// A worker holds it.
        Sending = "sending",
        /// Tried, will be tried again.
        Deferred = "deferred",
        /// The next mail server took it; says nothing of the mailbox.
        Relayed = "relayed",
        /// In the mailbox, by a delivery report; on paper: handed over.
        Delivered = "delivered",
        /// Telegram stored it; says nothing of being seen.
        TelegramStored = "telegram_stored",
        /// The mail client says it was displayed.
        Displayed = "displayed",
        /// Opened by a proven account.
        Opened = "opened",
        /// The recipient said he has it.
        Acknowledged = "acknowledged",
        /// The recipient answered with an act.
        Acted = "acted",
        /// Lost between the first body byte and the answer: nobody knows.
        Unknown = "unknown",
        /// The server refused it for good.
        Refused = "refused",
        /// It came back.
        Bounced = "bounced",
        /// Its time is over; the next channel took over.
        Expired = "expired",
        /// The world changed before the hand-over; another delivery took its place.
        Superseded = "superseded",
        /// The sender took it back.
        Recalled = "recalled",
        /// A clerk holds the print job.
        Claimed = "claimed",
        /// On paper, not yet on its way.
        Printed = "printed",
        /// In its envelope.
        Enveloped = "enveloped",
        /// With the courier.
        Dispatched = "dispatched",
        /// No such address.
        NotFound = "not_found",
        /// Back at the desk.
        Returned = "returned",
        /// Cancelled by hand.
        Cancelled = "cancelled",
        /// Read elsewhere before it was printed.
        Withdrawn = "withdrawn",
    }

    /// Why a delivery goes to paper (`look/voice.md` 4.2, kept in docs/glossary.md).
    PrintReason {
        /// The recipient has no account: somebody outside, or an official whom no channel is registered for.
        Unregistered = "unregistered",
        /// Nobody holds the post.
        Vacant = "vacant",
        /// Registered, but without a channel.
        NoChannel = "no_channel",
        /// The mail came back or was refused for good.
        Bounced = "bounced",
        /// Could not be handed over in time.
        DeliveryTimeout = "delivery_timeout",
        /// Reading was owed and did not happen in time.
        NotRead = "not_read",
        /// Copy for the archive.
        ArchiveCopy = "archive_copy",
        /// The class allows paper only.
        SecretClass = "secret_class",
        /// The channel is blocked.
        ChannelBlocked = "channel_blocked",
        /// Off duty without a delegate.
        Absent = "absent",
        /// More than the channel carries, and no page to link to.
        TooLarge = "too_large",
    }
}

impl DeliveryState {
    /// True where nothing more is expected of the carrier: handed over, ended or replaced.
    pub const fn is_settled(self) -> bool {
        !matches!(
            self,
            Self::Withheld
                | Self::Queued
                | Self::Sending
                | Self::Deferred
                | Self::Unknown
                | Self::Claimed
                | Self::Printed
                | Self::Enveloped
                | Self::Dispatched
        )
    }

    /// True where the delivery ended without reaching anybody.
    pub const fn has_failed(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::Bounced
                | Self::Expired
                | Self::Superseded
                | Self::Recalled
                | Self::NotFound
                | Self::Returned
                | Self::Cancelled
                | Self::Withdrawn
        )
    }

    /// True for states that only the print desk gives.
    pub const fn is_desk(self) -> bool {
        matches!(
            self,
            Self::Claimed
                | Self::Printed
                | Self::Enveloped
                | Self::Dispatched
                | Self::NotFound
                | Self::Returned
                | Self::Cancelled
                | Self::Withdrawn
        )
    }
}

/// What the other side answered when it took something over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Who answered: host and port, API name, folder.
    pub peer: String,
    /// The answer, word for word, at most 1,000 characters.
    pub answer: String,
    /// Id that the other side gave (queue id, Telegram `message_id`, spool entry).
    pub remote_id: Option<String>,
    /// Whether a delivery report was asked for and offered (mail only).
    pub reports_delivery: bool,
}

/// Why something was not handed over, in words for the record: code first where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code: enhanced mail status ("5.1.1"), "connect", "tls", "auth", "blocked", `rate_limit`
    pub code: String,
    /// The other side's words or ours, at most 1,000 characters.
    pub text: String,
}

impl Reason {
    /// A reason, its text cut at 1,000 characters and freed of control characters.
    pub fn new(code: &str, text: &str) -> Self {
        Self { code: code.to_owned(), text: text.chars().filter(|c| !c.is_control()).take(1000).collect() }
    }
}

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The next hop took it over.
    Delivered(Receipt),
    /// Certainly not handed over; to be tried again, not before the given moment if the other side named one.
    Deferred(Reason, Option<Timestamp>),
    /// Certainly not handed over, and trying again is of no use.
    Refused(Reason),
    /// Lost between the first body byte and the answer. Never blindly repeated.
    Unknown(Reason),
}
