//! Everything that is said by mail, with its twin in a chat where there is one.

use super::acts::{
    ActRecorded, AlreadyRecorded, Challenge, Clarify, Decided, DispositionCopy, DispositionReceived, ReportReceived, Returned,
};
use super::carrying::{
    AbsentWithoutDelegate, Alarm, AlarmCleared, DeliveryDelayed, FallenBackOperator, FallenBackSender, HandedOver, NotHandedOver,
    OutcomeUnknown, PrintNote, PrintWithdrawn, TestSend, Undeliverable,
};
use super::follow::{
    AbsenceHint, Corrected, Escalation, Overdue, QuestionPassedOn, Recalled, Reminder, ReportAccepted, ReportSentBack,
};
use super::letters::{Forwarded, Invitation, LetterText, SecretNotice};
use super::people::{ForeignAnswer, LinkCode, SealNote, TelegramLinked, TwoFrom, UnitMail};
use super::refused::Refused;

macro_rules! messages {
    ($($(#[$doc:meta])* $variant:ident($context:ty) = $kind:literal,)+) => {
        /// A message and its context.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(untagged)]
        pub enum Message {
            $($(#[$doc])* $variant($context),)+
            /// Not recorded, and why.
            Refused(Refused),
        }

        impl Message {
            /// Kinds that no chat may carry: a code that proves the mailbox, a note for a computer.
            const MAIL_ONLY: &'static [&'static str] = &["link_code", "seal_note"];

            /// Whether there is a chat text of this kind.
            pub fn has_chat(&self) -> bool {
                !Self::MAIL_ONLY.contains(&self.kind().as_str())
            }

            /// Every kind but the refusals.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Name of the kind: its folder under `templates/email`.
            pub fn kind(&self) -> String {
                match self {
                    $(Self::$variant(_) => $kind.to_owned(),)+
                    Self::Refused(refused) => format!("refused/{}", refused.because.code()),
                }
            }

            /// Reads a stored context back by its kind.
            pub fn read(kind: &str, stored: &serde_json::Value) -> Result<Self, serde_json::Error> {
                match kind {
                    $($kind => serde_json::from_value(stored.clone()).map(Self::$variant),)+
                    refused if refused.starts_with("refused/") => serde_json::from_value(stored.clone()).map(Self::Refused),
                    other => Err(serde::de::Error::custom(format!("no message of kind {other:?}"))),
                }
            }

            /// The context as it is stored until it is set.
            pub fn to_payload(&self) -> serde_json::Value {
                // Strings, numbers and lists have no way to fail; a lost context would be told when it is read.
                serde_json::to_value(self).unwrap_or_default()
            }
        }
    };
}

messages! {
    /// A letter, class ordinary.
    LetterOrdinary(LetterText) = "letter_ordinary",
    /// A letter, class restricted.
    LetterRestricted(LetterText) = "letter_restricted",
    /// Notice of a closed letter.
    LetterSecret(SecretNotice) = "letter_secret",
    /// A copy.
    LetterCc(LetterText) = "letter_cc",
    /// An invitation.
    Invitation(Invitation) = "invitation",
    /// A letter that somebody forwarded.
    ForwardReceived(Forwarded) = "forward_received",
    /// A disposition.
    DispositionReceived(DispositionReceived) = "disposition_received",
    /// A copy of a disposition.
    DispositionCopy(DispositionCopy) = "disposition_copy",
    /// Receipt of an act.
    ActRecorded(ActRecorded) = "act_recorded",
    /// A question about a reply.
    Clarify(Clarify) = "clarify",
    /// An act waits for a confirmation.
    Challenge(Challenge) = "challenge",
    /// Somebody was first.
    AlreadyRecorded(AlreadyRecorded) = "already_recorded",
    /// Given back.
    Returned(Returned) = "returned",
    /// Approved: to whoever asked.
    Approved(Decided) = "approved",
    /// Not approved: to whoever asked.
    Rejected(Decided) = "rejected",
    /// A report.
    ReportReceived(ReportReceived) = "report_received",
    /// A report was accepted.
    ReportAccepted(ReportAccepted) = "report_accepted",
    /// A report is to be completed.
    ReportSentBack(ReportSentBack) = "report_sent_back",
    /// Somebody asks about a letter.
    QuestionPassedOn(QuestionPassedOn) = "question_passed_on",
    /// Taken back.
    Recalled(Recalled) = "recalled",
    /// Corrected.
    Corrected(Corrected) = "correction",
    /// Due soon.
    Reminder(Reminder) = "reminder",
    /// Late.
    Overdue(Overdue) = "overdue",
    /// Late, told to the superior.
    Escalation(Escalation) = "escalation",
    /// A mailbox answers by itself: to the operator.
    AbsenceHint(AbsenceHint) = "absence_hint",
    /// Telegram link code.
    LinkCode(LinkCode) = "link_code",
    /// Telegram linked.
    TelegramLinked(TelegramLinked) = "telegram_linked",
    /// How to install the office CA.
    SealNote(SealNote) = "seal_note",
    /// Something is disturbed.
    Alarm(Alarm) = "alarm",
    /// It works again.
    AlarmCleared(AlarmCleared) = "alarm_cleared",
    /// Not there yet.
    DeliveryDelayed(DeliveryDelayed) = "delivery_delayed",
    /// Goes to paper: to the sender.
    FallenBackSender(FallenBackSender) = "fallen_back_sender",
    /// Goes to paper: to the operator.
    FallenBackOperator(FallenBackOperator) = "fallen_back_operator",
    /// Paper handed over: to the sender.
    HandedOverSender(HandedOver) = "handed_over_sender",
    /// No channel works.
    Undeliverable(Undeliverable) = "undeliverable",
    /// Nobody took it, or it was cancelled: to the operator.
    NotHandedOverOperator(NotHandedOver) = "not_handed_over_operator",
    /// The same: to the sender.
    NotHandedOverSender(NotHandedOver) = "not_handed_over_sender",
    /// Nobody knows whether it arrived.
    OutcomeUnknown(OutcomeUnknown) = "outcome_unknown",
    /// Away and nobody stands in.
    AbsentWithoutDelegate(AbsentWithoutDelegate) = "absent_without_delegate",
    /// New in the print queue.
    PrintNote(PrintNote) = "print_note",
    /// No longer to be printed.
    PrintWithdrawn(PrintWithdrawn) = "print_withdrawn",
    /// A trial mail.
    TestSend(TestSend) = "test_send",
    /// A mail with several senders: to the operator.
    TwoFrom(TwoFrom) = "two_from",
    /// A mail to a unit's own address: to its operator.
    UnitMail(UnitMail) = "unit_mail",
    /// Somebody else answered: to the holder.
    ForeignAnswer(ForeignAnswer) = "foreign_answer",
}
