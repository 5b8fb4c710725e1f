//! Evidence: typed facts in the terms of ETSI EN 319 522, each with what it proves and what it does not.
//!
//! A fact has one canonical form, fixed and versioned: the UTF-8 JSON object of [`Fact`] with keys in the order of its
//! fields, no spaces, and only strings, integers, booleans, arrays and objects. Its SHA-256 is what the chain links.

use super::delivery::Channel;
use super::ids::{ActId, AttemptId, DeliveryId, FactId, InboundId, LetterId};
use super::words::words;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What happened. ETSI names (EN 319 522-1) where there is one; the rest are kurir's own acts and changes of state.
    FactKind {
        /// Letter taken over, bytes hashed, committed.
        SubmissionAcceptance = "SubmissionAcceptance",
        /// Letter not taken over, with the reason.
        SubmissionRejection = "SubmissionRejection",
        /// The next mail server answered 250 after the final dot.
        RelayToNonERDS = "RelayToNonERDS",
        /// A mail server refused.
        RelayToNonERDSFailure = "RelayToNonERDSFailure",
        /// In the mailbox by a delivery report; or printed.
        ContentConsignment = "ContentConsignment",
        /// Could not be put into the mailbox.
        ContentConsignmentFailure = "ContentConsignmentFailure",
        /// Telegram stored the message.
        ConsignmentNotification = "ConsignmentNotification",
        /// Telegram did not take the message.
        ConsignmentNotificationFailure = "ConsignmentNotificationFailure",
        /// Displayed according to the mail client.
        NotificationAccessTracking = "NotificationAccessTracking",
        /// Opened by a proven account.
        ContentAccessTracking = "ContentAccessTracking",
        /// The addressee acted: disposition, acknowledgement, return, report.
        ConsignmentAcceptance = "ConsignmentAcceptance",
        /// The addressee refused.
        ConsignmentRejection = "ConsignmentRejection",
        /// Handed over against a receipt.
        ContentHandover = "ContentHandover",
        /// Refused at the door, not found, came back.
        ContentHandoverFailure = "ContentHandoverFailure",
        /// A reply came in.
        ReceivedFromNonERDS = "ReceivedFromNonERDS",
        /// The same bytes were sent a second time because nobody knows of the first.
        PossibleDuplicate = "PossibleDuplicate",
        /// The outcome of an attempt is not known.
        OutcomeUnknown = "OutcomeUnknown",
        /// An attempt failed and will be repeated.
        AttemptDeferred = "AttemptDeferred",
        /// Who receives, how, and why.
        Routed = "Routed",
        /// A delivery closed because another took its place.
        Superseded = "Superseded",
        /// The next channel took over.
        FellThrough = "FellThrough",
        /// An inbound item was judged and ended in a state without an act.
        InboundSettled = "InboundSettled",
        /// A change made by an operator or the administrator (registry, delegation, absence, link, mode, queue).
        Administered = "Administered",
        /// A step of the print desk that is not one of the above.
        DeskStep = "DeskStep",
    }
}

impl FactKind {
    /// What a fact of this kind does not prove (product: never claim more than is known).
    pub const fn proves_not(self) -> &'static [&'static str] {
        match self {
            Self::RelayToNonERDS => &["mailbox delivery", "reading"],
            Self::ContentConsignment => &["reading"],
            Self::ConsignmentNotification => &["display", "reading"],
            Self::NotificationAccessTracking => &["reading", "identity of the reader"],
            Self::ReceivedFromNonERDS => &["identity of the writer"],
            Self::PossibleDuplicate | Self::OutcomeUnknown => &["delivery", "non-delivery"],
            _ => &[],
        }
    }
}

/// Who did it, in what capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactActor {
    /// "system", "official", "operator", "clerk", "administrator", "caller".
    pub kind: String,
    /// Employee number or name of the account; empty for the system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub who: String,
    /// Position that was acted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// "definitive", "pj", "plh", "plt"; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub capacity: String,
    /// How it was proven who acted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub assurance: String,
}

impl FactActor {
    /// Kurir itself.
    pub fn system() -> Self {
        Self { kind: "system".into(), who: String::new(), on_behalf_of: None, capacity: String::new(), assurance: String::new() }
    }

    /// The administrator at the command line.
    pub fn administrator() -> Self {
        Self { kind: "administrator".into(), ..Self::system() }
    }
}

/// A part of what was carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentPart {
    /// File name, or "rfc5322-on-the-wire".
    pub part: String,
    /// Lower-case hex SHA-256.
    pub sha256: String,
}

/// One row of the evidence. Field order is the canonical order; new fields only at the end, with a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Version of this form.
    pub v: u32,
    /// Id of the fact.
    pub id: FactId,
    /// What happened.
    pub event: FactKind,
    /// The letter it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterId>,
    /// Position code or name of the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
    /// The attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptId>,
    /// The inbound item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbound: Option<InboundId>,
    /// The act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<ActId>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// When it happened.
    pub event_time: Timestamp,
    /// When kurir learned of it.
    pub recorded_at: Timestamp,
    /// Who did it.
    pub actor: FactActor,
    /// What was carried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<ContentPart>,
    /// More, by name: peer, reply, `message_id`, reason, state before and after.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
    /// What this does not prove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proves_not: Vec<String>,
}

impl Fact {
    /// The version that is written today.
    pub const VERSION: u32 = 1;

    /// A fact with nothing but its kind, time and actor.
    pub fn new(id: FactId, event: FactKind, now: Timestamp, actor: FactActor) -> Self {
        Self {
            v: Self::VERSION,
            id,
            event,
            letter: None,
            recipient: None,
            delivery: None,
            attempt: None,
            inbound: None,
            act: None,
            channel: None,
            event_time: now,
            recorded_at: now,
            actor,
            content: Vec::new(),
            detail: BTreeMap::new(),
            proves_not: event.proves_not().iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    /// Adds one named detail; control characters are dropped.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value: String = value.into().chars().filter(|c| !c.is_control()).collect();
        if !value.is_empty() {
            self.detail.insert(name.to_owned(), value);
        }
        self
    }

    /// The canonical bytes.
    pub fn canonical(&self) -> Vec<u8> {
        // Serialising strings, integers and lists into memory has no way to fail; an empty body would fail verification.
        serde_json::to_vec(self).unwrap_or_default()
    }
}
