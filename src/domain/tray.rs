//! Why something waits for a person: the closed list of what a tray may say. Every code has its words; a test goes through all.

use super::routing::NoticeCode;
use super::trust::Doubt;
use super::words::words;

words! {
    /// What neither a doubt about the writer nor a route says.
    TrayWord {
        /// The letter went on to paper.
        FallenBack = "fallen_back",
        /// One way failed, another carries it.
        CarriedElsewhere = "carried_elsewhere",
        /// A message that only talks about a letter found no way.
        NoticeUndelivered = "notice_undelivered",
        /// The addressee did not take the sheet.
        PrintRefused = "print_refused",
        /// The addressee was not found.
        PrintNotFound = "print_not_found",
        /// Somebody stopped it by hand.
        Cancelled = "cancelled",
        /// No channel takes it.
        Undelivered = "undelivered",
        /// Nobody knows whether it arrived.
        OutcomeUnknown = "outcome_unknown",
        /// A mail came back that belongs to no delivery.
        BounceUnmatched = "bounce_unmatched",
        /// A report that does not say what became of the mail.
        BounceUnclear = "bounce_unclear",
        /// Given up after repeated failures.
        Dead = "dead",
        /// A question, which decides nothing.
        Question = "question",
        /// Words for an act that does not exist yet.
        WordNotInUse = "word_not_in_use",
        /// An answer to a secret letter, which is no act; who wrote it was promised that the desk reads it.
        ClassForbidsChannel = "class_forbids_channel",
        /// Over the size limits; only its head was read.
        MailTooBig = "mail_too_big",
        /// More structure than is read; only its head was.
        MailTooComplex = "mail_too_complex",
        /// No mail, or none that could be read.
        MailUnreadable = "mail_unreadable",
        /// A program wrote to a unit or a post at its own address.
        UnitMailAutomatic = "unit_mail_automatic",
        /// The row of a fact is damaged, so that it gets no number in the chain.
        FactUnsealable = "fact_unsealable",
    }
}

/// Why something lies on a tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrayCode {
    /// It is not proven who acts, or to what it belongs.
    Doubt(Doubt),
    /// A route ends elsewhere than it should.
    Route(NoticeCode),
    /// Anything else.
    Word(TrayWord),
}

impl TrayCode {
    /// Every code there is.
    pub fn all() -> Vec<Self> {
        let doubts = Doubt::ALL.iter().copied().map(Self::Doubt);
        let routes = NoticeCode::ALL.iter().copied().map(Self::Route);
        doubts.chain(routes).chain(TrayWord::ALL.iter().copied().map(Self::Word)).collect()
    }

    /// Its stable text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Doubt(doubt) => doubt.as_str(),
            Self::Route(notice) => notice.as_str(),
            Self::Word(word) => word.as_str(),
        }
    }
}

impl From<Doubt> for TrayCode {
    fn from(doubt: Doubt) -> Self {
        Self::Doubt(doubt)
    }
}

impl From<NoticeCode> for TrayCode {
    fn from(notice: NoticeCode) -> Self {
        Self::Route(notice)
    }
}

impl From<TrayWord> for TrayCode {
    fn from(word: TrayWord) -> Self {
        Self::Word(word)
    }
}
