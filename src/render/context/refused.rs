//! Refusals: what was understood, what is missing, how to do it right. One variant a cause, named as in `docs/glossary.md`.

use super::parts::{Act, Echo, Item};
use crate::domain::delivery::Channel;
use crate::domain::letter::SecurityClass;
use crate::domain::words::words;
use crate::render::moment::Moment;
use serde::{Deserialize, Serialize};

words! {
    /// Why a PDF is not taken, in words of the table `pdf_fault`.
    PdfUnreadable {
        /// No PDF.
        NotPdf = "not_pdf",
        /// Cut off or damaged.
        Damaged = "damaged",
        /// A page is missing.
        PageMissing = "page_missing",
        /// Too many bytes.
        TooLarge = "too_large",
        /// No page at all.
        NoPages = "no_pages",
        /// Too many pages.
        TooManyPages = "too_many_pages",
        /// Takes more memory than a letter may.
        TooComplex = "too_complex",
    }
}

/// `refused/<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Subject of the mail that is answered.
    pub thread_subject: String,
    /// Class of the letter, where one is known: of a closed letter nothing but the agenda number is told.
    pub class: Option<SecurityClass>,
    /// Agenda number, where the letter is known; may be empty.
    pub agenda_number: String,
    /// True where the writer is not the addressee: subject without any fact of the letter.
    pub to_stranger: bool,
    /// Why.
    #[serde(flatten)]
    pub because: Because,
}

/// Why something was not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the placeholders of the sentence in templates/email/refused")]
pub enum Because {
    /// From not registered, origin proven.
    UnknownSender { public_contact: String },
    /// No letter recognisable.
    TokenMissing,
    /// After the answer period.
    TokenExpired { expired_at: Moment, letter_number: String },
    /// Written to a unit or a post at its own address.
    UnitMail { addressee: String },
    /// Another registered person answers.
    TokenForeign,
    /// Already given, or the same words again.
    TokenUsed { letter_number: String, recorded_at: Moment, echo: Echo },
    /// No result of the border server.
    OriginNotChecked { confirm_url: Option<String> },
    /// S/MIME does not fit.
    SignatureBroken { confirm_url: Option<String> },
    /// Certificate of another person.
    SignatureOtherSigner { signer: String, from_name: String },
    /// Target outside the right to dispose.
    NotAuthorised { understood: String, target: String, capacity_position: String, allowed_targets: Vec<String> },
    /// Target already above in the tree.
    Circular { understood: String, item: Item, target: String },
    /// Target is the writer.
    ToOneself,
    /// Order without target.
    TargetMissing { instructions: Vec<String>, example_1: String },
    /// Name not found.
    TargetUnknown { understood: String, text: String, unit: String, nearest: Vec<String> },
    /// Date before now.
    DueInPast { understood: String, due: Moment },
    /// Answer to a recalled letter.
    LetterRecalled { letter_number: String, sender: String, recalled_at: Moment },
    /// Closed.
    AlreadySettled { letter_number: String, actor: String, closed_at: Moment },
    /// Before the start or after the end of a delegation.
    DelegateOutsideDates {
        capacity_position: String,
        from: Moment,
        to: Option<Moment>,
        received_date: Moment,
        holder: String,
        unit: String,
    },
    /// Off duty, but recorded: the first act wins.
    AbsentOfficialActing { to: Option<Moment>, position: String, delegate: String },
    /// Retired, legal process, post changed.
    PowerEnded { since: Moment, position: String, holder: String, unit: String },
    /// The operator of a unit does more on its letter than to say that it is there.
    UnitOperatorActing { unit: String },
    /// Act on R/SR by Telegram or plain mail; the class is that of the letter.
    ClassForbidsChannel { channel: Channel, letter_url: Option<String> },
    /// An attachment over the limit.
    AttachmentTooBig { recorded: bool, file_name: String, size: u64, limit: u64, upload_url: Option<String> },
    /// Too many attachments.
    AttachmentsTooMany { recorded: bool, count: u64, limit: u64 },
    /// PDF needs a password.
    PdfEncrypted { file_name: String },
    /// Damaged or no PDF.
    PdfUnreadable { file_name: String, fault: PdfUnreadable },
    /// Mail over the limit.
    MailTooBig { size: u64, limit: u64, upload_url: Option<String> },
    /// Parts, depth, headers.
    MailTooComplex,
    /// Too many answers today.
    QuotaExceeded { count: u64, retry_at: Moment },
    /// Nothing new written.
    EmptyReply { example_1: String, attachments: Vec<String> },
    /// A question: kept for the operator of that unit, or for the administrator.
    Question { unit: Option<String> },
    /// Words that Kurir understands and does not act on yet: kept as a question is.
    WordNotInUse { intent: String, unit: Option<String> },
    /// The system of record is down.
    RecordUnreachable { act: Act, system: String, since: Moment },
}

impl Because {
    /// Code of the cause: the name of its template and of the row in the tray.
    pub fn code(&self) -> String {
        let code = serde_json::to_value(self).ok().and_then(|map| map.get("code")?.as_str().map(str::to_owned));
        code.unwrap_or_default()
    }
}
