//! On the way: delays, paper, trouble.

use crate::domain::delegation::AbsenceReason;
use crate::domain::delivery::{Channel, DeliveryState, PrintReason};
use crate::domain::letter::SecurityClass;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

/// `delivery_delayed`, to the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryDelayed {
    /// Hal.
    pub subject: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// For whom.
    pub recipient: String,
    /// Hours since it was accepted.
    pub hours: u64,
    /// Why, in words of the record.
    pub cause: String,
    /// When it goes to paper.
    pub deadline: Moment,
}

/// `fallen_back_sender`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallenBackSender {
    /// Hal.
    pub subject: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// For whom.
    pub recipient: String,
    /// Which desk prints.
    pub desk: String,
    /// Since when it waits there.
    pub queued_at: Moment,
    /// Why.
    pub print_reason: PrintReason,
    /// Page of the letter, once there are accounts.
    pub letter_url: Option<String>,
}

/// `fallen_back_operator`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallenBackOperator {
    /// Short title of the recipient.
    pub recipient_short: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// For whom.
    pub recipient: String,
    /// Why.
    pub print_reason: PrintReason,
    /// Whose channel is to be looked at.
    pub position: String,
    /// Page of the channels.
    pub channel_url: Option<String>,
}

/// `handed_over_sender`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// Hal.
    pub subject: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// Who took it.
    pub receiver_name: String,
    /// As what.
    pub receiver_position: String,
    /// When.
    pub handed_at: Moment,
    /// Page of the evidence.
    pub evidence_url: Option<String>,
}

/// Why one channel failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelReason {
    /// Channel.
    pub channel: Channel,
    /// Words of the record.
    pub cause: String,
}

/// `undeliverable`, to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undeliverable {
    /// Short title of the recipient.
    pub recipient_short: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// What was tried.
    pub channel_reasons: Vec<ChannelReason>,
    /// Until when a choice is needed.
    pub deadline: Moment,
    /// Page of the tray.
    pub tray_url: Option<String>,
}

/// `not_handed_over_operator`, `not_handed_over_sender`: nobody took it, or it was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotHandedOver {
    /// Hal.
    pub subject: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// For whom.
    pub recipient: String,
    /// The same, short.
    pub recipient_short: String,
    /// Which way ended.
    pub channel: Channel,
    /// How.
    pub state: DeliveryState,
    /// Whether another way brings it.
    pub carried: bool,
    /// What the clerk wrote; may be empty.
    pub remark: String,
    /// Number of the entry on the tray.
    pub tray: String,
    /// Name of the unit whose operator decides; empty: the administrator.
    pub unit: String,
}

/// `outcome_unknown`, to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeUnknown {
    /// Where it was handed over.
    pub channel: Channel,
    /// Short title of the recipient.
    pub recipient_short: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// Until when kurir checks.
    pub resolve_by: Moment,
}

/// `absent_without_delegate`, to operator and superior.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsentWithoutDelegate {
    /// Title.
    pub position: String,
    /// Short title.
    pub position_short: String,
    /// Why away.
    pub absence_reason: AbsenceReason,
    /// First day.
    pub from: Moment,
    /// Last day, where it is known.
    pub to: Option<Moment>,
    /// Who stands in, with capacity, where his order says nothing of secret letters.
    #[serde(default)]
    pub delegate: Option<String>,
    /// How many letters wait.
    pub waiting: u64,
    /// When they go to paper.
    pub deadline: Moment,
    /// Name of the unit.
    pub unit: String,
}

/// `print_note`, to the clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintNote {
    /// Name of the desk.
    pub desk: String,
    /// New letters.
    pub count: u64,
    /// Of them urgent.
    pub urgent_count: u64,
    /// Of them secret.
    pub secret_count: u64,
    /// Courier routes.
    pub routes: Vec<String>,
    /// Since when the oldest waits.
    pub oldest: Moment,
    /// Page of the desk.
    pub desk_url: Option<String>,
}

/// `print_withdrawn`, to the clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintWithdrawn {
    /// Short title of the recipient.
    pub recipient_short: String,
    /// Number.
    pub letter_number: String,
    /// Class.
    pub class: SecurityClass,
    /// Agenda number.
    pub agenda_number: String,
    /// When it was read elsewhere.
    pub read_at: Moment,
}

/// `alarm`, to the administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What is disturbed ("Surel keluar").
    pub what: String,
    /// Since when.
    pub since: Moment,
    /// Why.
    pub cause: String,
    /// How many deliveries wait.
    pub waiting: u64,
    /// Since when the oldest waits.
    pub oldest: Option<Moment>,
    /// True only where it is certain.
    pub nothing_lost: bool,
    /// What to do.
    pub remedy: String,
}

/// `alarm_cleared`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmCleared {
    /// What works again.
    pub what: String,
    /// When.
    pub at: Moment,
    /// How long it was disturbed ("45 menit").
    pub duration: String,
    /// When the queue will be empty.
    pub eta: Option<Moment>,
}

/// `test_send`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestSend {
    /// Who asked for it.
    pub administrator: String,
}
