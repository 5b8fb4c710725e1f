//! What a reply says, as a value: intent, orders, and what has to be asked back.

use super::catalogue::InstructionCode;
use super::due::Due;
use crate::domain::codes::PositionCode;
use crate::domain::words::words;
use std::ops::Range;

words! {
    /// What the writer wants.
    Intent {
        /// Orders something of somebody below.
        Disposition = "disposition",
        /// Passes up or sideways.
        Forward = "forward",
        /// Says that it belongs elsewhere.
        Return = "return",
        /// Approves.
        Approve = "approve",
        /// Rejects.
        Reject = "reject",
        /// Tells what was done.
        FollowUpReport = "follow_up_report",
        /// Thanks, salutes, promises, says it has arrived.
        Acknowledge = "acknowledge",
        /// Asks.
        Question = "question",
        /// Has to be asked back.
        Unclear = "unclear",
        /// Nothing of the writer's own.
        None = "none",
        /// "Tarik".
        Recall = "recall",
        /// "Ralat: ...".
        Correct = "correct",
        /// "Terima".
        AcceptReport = "accept_report",
        /// "Lengkapi: ...".
        SendBackReport = "send_back_report",
        /// "Tetap".
        Keep = "keep",
        /// "Ya".
        Confirm = "confirm",
        /// "Bukan saya".
        Disown = "disown",
        /// "1": the choice of that number; see [`Reading::chosen`].
        Choose = "choose",
        /// "Ingatkan": to the one who is late.
        Remind = "remind",
        /// "Alihkan ke ...": the order goes to another.
        Reassign = "reassign",
        /// "Batas waktu ...", "Tanpa batas waktu".
        SetDue = "set_due",
        /// "Selesai": close it.
        Close = "close",
        /// "Berhalangan, ...".
        UnableToAttend = "unable_to_attend",
    }

    /// What is asked back. The text is the code of the problem, as the tray and the templates name it.
    QuestionKind {
        /// An order without a target.
        TargetMissing = "target_missing",
        /// A name that fits several posts.
        TargetAmbiguous = "target_ambiguous",
        /// A name that fits none.
        TargetUnknown = "target_unknown",
        /// A target without an order.
        InstructionMissing = "instruction_missing",
        /// Words or a sign that may mean several things.
        SeveralReadings = "several_readings",
        /// A date with two readings, or none.
        DueUnreadable = "due_unreadable",
        /// Weekday and date do not fit, or two deadlines.
        DueContradictory = "due_contradictory",
        /// A date before now.
        DueInPast = "due_in_past",
        /// Guidance asked of nobody by name.
        GuidanceOfNobody = "guidance_of_nobody",
        /// An order to the writer himself.
        ToOneself = "to_oneself",
        /// Nothing that is known.
        NotUnderstood = "not_understood",
    }
}

/// One order: to whom, what, until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// To whom.
    pub targets: Vec<PositionCode>,
    /// What.
    pub instructions: Vec<InstructionCode>,
    /// Until when.
    pub due: Due,
}

impl Default for Order {
    fn default() -> Self {
        Self { targets: Vec::new(), instructions: Vec::new(), due: Due::Open }
    }
}

/// A way to settle what is unclear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This post is meant.
    Position(PositionCode),
    /// This date is meant.
    Due(Due),
    /// This instruction is meant.
    Instruction(InstructionCode),
    /// This act is meant.
    Act(Intent),
}

/// What has to be asked back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// What is asked.
    pub kind: QuestionKind,
    /// The writer's words it is about.
    pub quoted: String,
    /// What may be answered with a figure; none, two or three.
    pub choices: Vec<Choice>,
}

/// An answer to an earlier question, for reading the same text again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The words it was about.
    pub quoted: String,
    /// What was chosen.
    pub choice: Choice,
}

/// What a reply says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is wanted.
    pub intent: Intent,
    /// The orders; of a forward, return, keep or reassignment the one that names the addressee; empty when unclear.
    pub orders: Vec<Order>,
    /// Posts to work with.
    pub partners: Vec<PositionCode>,
    /// What was read so far, for the echo of a question; as [`Self::orders`] where all is clear.
    pub understood: Vec<Order>,
    /// Free text left over.
    pub note: Option<String>,
    /// The figure of a choice.
    pub chosen: Option<u8>,
    /// What has to be asked back.
    pub unclear: Option<Unclear>,
}

impl Reading {
    /// A reading of this intent and nothing more.
    pub const fn of(intent: Intent) -> Self {
        Self { intent, orders: Vec::new(), partners: Vec::new(), understood: Vec::new(), note: None, chosen: None, unclear: None }
    }

    /// All instructions, each once, in order.
    pub fn instructions(&self) -> Vec<InstructionCode> {
        distinct(self.orders.iter().flat_map(|order| order.instructions.iter().copied()))
    }

    /// All targets, each once, in order.
    pub fn targets(&self) -> Vec<PositionCode> {
        distinct(self.orders.iter().flat_map(|order| order.targets.iter().cloned()))
    }

    /// The earliest date of all orders.
    pub fn due(&self) -> Due {
        self.orders.iter().map(|order| order.due).filter(|due| due.is_set()).min_by_key(|due| due.day()).unwrap_or(Due::Open)
    }

    /// The same with a note.
    #[must_use]
    pub fn noting(mut self, text: &str) -> Self {
        self.note = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        self
    }

    /// The same with one order.
    #[must_use]
    pub fn ordering(mut self, order: Order) -> Self {
        self.understood.push(order.clone());
        self.orders.push(order);
        self
    }
}

/// Every item once, in order of first appearance.
pub(super) fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen: Vec<T> = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

/// A piece of the text, trimmed.
pub(super) fn quote(text: &str, range: Range<usize>) -> String {
    text.get(range).unwrap_or_default().trim().to_owned()
}
