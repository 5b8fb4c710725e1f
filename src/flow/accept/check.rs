//! What is checked at the door, for every channel that may follow. Pure but for reading the bytes that were handed in.

use super::{Submission, SubmittedFile};
use crate::domain::letter::{Addressee, Letter};
use crate::domain::letter_form::{self, FormFault, FormFaultKind, Said};
use crate::domain::limits;
use crate::domain::routing::{LegRecipient, RoutingView, route};
use crate::domain::words::words;
use crate::flow::house::House;
use crate::render::pdf_check::PdfFault;
use crate::store::files::sha256_hex;

words! {
    /// Why a letter is refused. Stable: callers may rely on them.
    RefusalCode {
        /// The PDF needs a password.
        PdfEncrypted = "pdf_encrypted",
        /// Damaged, or no PDF.
        PdfUnreadable = "pdf_unreadable",
        /// More pages than can be printed.
        PdfTooLong = "pdf_too_long",
        /// A file over the limit.
        FileTooBig = "file_too_big",
        /// Too many attachments.
        AttachmentsTooMany = "attachments_too_many",
        /// The name of a file is empty or too long.
        FileName = "file_name",
        /// A field of the letter is empty, too long or holds control characters.
        Field = "field",
        /// A position, unit or group that the directory does not know.
        RecipientUnknown = "recipient_unknown",
        /// A position or group that is closed.
        RecipientEnded = "recipient_ended",
        /// An outsider without a full postal address.
        RecipientIncomplete = "recipient_incomplete",
        /// Nobody to send it to.
        RecipientMissing = "recipient_missing",
        /// More recipients than one letter may have.
        RecipientsTooMany = "recipients_too_many",
        /// An exception that is no member of its group.
        NotInGroup = "not_in_group",
        /// A group that names nobody after its exceptions.
        GroupEmpty = "group_empty",
        /// Somebody who is named already.
        RecipientTwice = "recipient_twice",
        /// A letter from outside that would have come in on a day to come.
        ReceivedLater = "received_later",
        /// A date on the letter that is yet to come.
        DatedLater = "dated_later",
        /// To be done by a time that is over.
        DueOver = "due_over",
        /// An invitation to something that is over.
        EventOver = "event_over",
        /// The sender is not known.
        SenderUnknown = "sender_unknown",
        /// The disk is nearly full.
        DiskFull = "disk_full",
    }
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// Code.
    pub code: RefusalCode,
    /// What it is about: field, file or recipient.
    pub subject: String,
    /// More, in the words of the library or the limit.
    pub detail: String,
}

impl Refusal {
    fn new(code: RefusalCode, subject: &str, detail: impl Into<String>) -> Self {
        Self { code, subject: subject.chars().take(200).collect(), detail: detail.into() }
    }
}

/// A file that passed.
#[derive(Debug, Clone)]
pub struct CheckedFile {
    /// Name.
    pub name: String,
    /// Media type by content, not by name.
    pub media_type: &'static str,
    /// Bytes.
    pub bytes: Vec<u8>,
    /// Hash.
    pub sha256: String,
    /// Pages of a PDF.
    pub pages: Option<u32>,
}

/// The disk: what a letter needs must fit beside the reserve with which accepted letters are still delivered.
pub fn disk(house: &House, submission: &Submission) -> Option<Refusal> {
    let free = house.store.free_bytes()?;
    let files = std::iter::once(&submission.pdf).chain(&submission.attachments);
    let needed: u64 = files.map(|file| file.bytes.len() as u64).sum();
    let enough = free.saturating_sub(needed) >= house.settings.limits.free_disk_bytes;
    (!enough).then(|| Refusal::new(RefusalCode::DiskFull, "disk", free.to_string()))
}

/// Checks the letter's PDF and its attachments.
///
/// PDFs are opened in the render child: a small one can unpack past all memory, and that must never be the daemon's.
pub async fn files(
    house: &House,
    (pdf, attachments): (&SubmittedFile, &[SubmittedFile]),
) -> Result<Vec<CheckedFile>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut checked = Vec::new();
    let allowed = house.settings.limits;
    if attachments.len() > allowed.attachments {
        let detail = format!("{} > {}", attachments.len(), allowed.attachments);
        refusals.push(Refusal::new(RefusalCode::AttachmentsTooMany, "attachments", detail));
    }
    for (place, file) in std::iter::once(pdf).chain(attachments).enumerate() {
        let mut bad = |code, detail: String| refusals.push(Refusal::new(code, &file.name, detail));
        if file.name.trim().is_empty() || file.name.chars().count() > limits::FILE_NAME || file.name.chars().any(char::is_control)
        {
            bad(RefusalCode::FileName, format!("1-{}", limits::FILE_NAME));
        }
        if file.bytes.len() as u64 > allowed.file_bytes {
            bad(RefusalCode::FileTooBig, format!("{} > {}", file.bytes.len(), allowed.file_bytes));
            continue;
        }
        let is_pdf = file.bytes.starts_with(b"%PDF-");
        let mut pages = None;
        if place == 0 || is_pdf {
            match house.pdf.examine(&file.bytes).await {
                Ok(Ok(facts)) if facts.pages > allowed.pdf_pages => {
                    bad(RefusalCode::PdfTooLong, format!("{} > {}", facts.pages, allowed.pdf_pages));
                }
                Ok(Ok(facts)) => pages = Some(facts.pages),
                Ok(Err(fault)) => {
                    let (code, detail) = told(fault, allowed.pdf_pages);
                    bad(code, detail);
                }
                Err(error) => bad(RefusalCode::PdfUnreadable, error.to_string()),
            }
        }
        checked.push(CheckedFile {
            name: file.name.clone(),
            media_type: media_type(&file.bytes),
            sha256: sha256_hex(&file.bytes),
            bytes: file.bytes.clone(),
            pages,
        });
    }
    if refusals.is_empty() { Ok(checked) } else { Err(refusals) }
}

fn told(fault: PdfFault, most: u32) -> (RefusalCode, String) {
    match fault {
        PdfFault::Encrypted => (RefusalCode::PdfEncrypted, String::new()),
        PdfFault::TooManyPages(pages) => (RefusalCode::PdfTooLong, format!("{pages} > {most}")),
        _ => (RefusalCode::PdfUnreadable, fault.in_words().map(|word| word.to_string()).unwrap_or_default()),
    }
}

/// Media type by the first bytes; what is not known is octets.
fn media_type(bytes: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"PK\x03\x04", "application/zip"),
        (b"GIF8", "image/gif"),
        (b"II*\0", "image/tiff"),
    ];
    KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map_or("application/octet-stream", |(_, name)| name)
}

/// Checks the fields and whether everybody that the letter names can be reached on some channel.
pub fn addressing(letter: &Letter, view: RoutingView<'_>) -> Vec<Refusal> {
    let mut refusals = fields(letter);
    let plan = route(letter, view);
    let faults = letter_form::check(&Said::of(letter), view.directory, view.day);
    // What is known as closed is told with its last day.
    let closed =
        |name: &str| faults.iter().any(|fault| matches!(&fault.kind, FormFaultKind::Ended { given, .. } if given == name));
    let unknown = plan.unknown.iter().filter(|name| !closed(name));
    refusals.extend(unknown.map(|name| Refusal::new(RefusalCode::RecipientUnknown, name, "")));
    if plan.legs.is_empty() && plan.unknown.is_empty() {
        refusals.push(Refusal::new(RefusalCode::RecipientMissing, "to", ""));
    }
    if plan.legs.len() > limits::RECIPIENTS {
        let detail = format!("{} > {}", plan.legs.len(), limits::RECIPIENTS);
        refusals.push(Refusal::new(RefusalCode::RecipientsTooMany, "to", detail));
    }
    for leg in &plan.legs {
        if let LegRecipient::Outside(party) = &leg.recipient
            && let Some(lack) = party.lacks()
        {
            refusals.push(Refusal::new(RefusalCode::RecipientIncomplete, &party.name, lack.as_str()));
        }
    }
    refusals.extend(sender(letter, view));
    refusals.extend(faults.iter().filter_map(named_wrongly));
    refusals
}

/// What the check of a form finds beyond the route: it looks at how people are named, the route at how they are reached.
fn named_wrongly(fault: &FormFault) -> Option<Refusal> {
    let of = |code, subject: &str, detail: &str| Some(Refusal::new(code, subject, detail));
    match &fault.kind {
        FormFaultKind::NotInGroup { given, group } => of(RefusalCode::NotInGroup, given, group),
        FormFaultKind::Ended { given, last } => of(RefusalCode::RecipientEnded, given, last),
        FormFaultKind::EmptyGroup { group } => of(RefusalCode::GroupEmpty, group, ""),
        FormFaultKind::Duplicate { first } => of(RefusalCode::RecipientTwice, &fault.field, first),
        FormFaultKind::ReceivedLater { given } => of(RefusalCode::ReceivedLater, given, ""),
        FormFaultKind::DatedLater { given } => of(RefusalCode::DatedLater, given, ""),
        FormFaultKind::DueOver { given, now } => of(RefusalCode::DueOver, given, now),
        FormFaultKind::EventOver { given, now } => of(RefusalCode::EventOver, given, now),
        _ => None,
    }
}

/// Checks the dates of a letter that comes now. An accepted letter grows old and is not asked again.
pub fn dates(house: &House, letter: &Letter) -> Vec<Refusal> {
    letter_form::dates(&Said::of(letter), house.city_time()).iter().filter_map(named_wrongly).collect()
}

fn sender(letter: &Letter, view: RoutingView<'_>) -> Option<Refusal> {
    use crate::domain::letter::Sender;
    let (name, known) = match &letter.sender {
        Sender::Position(code) => (code.as_str(), view.directory.position(code).is_some()),
        Sender::Unit(code) => (code.as_str(), view.directory.unit(code).is_some()),
        Sender::Outside(outside) => (outside.registered_by.as_str(), view.directory.unit(&outside.registered_by).is_some()),
    };
    (!known).then(|| Refusal::new(RefusalCode::SenderUnknown, name, ""))
}

fn fields(letter: &Letter) -> Vec<Refusal> {
    let needed = [
        ("caller_id", &letter.caller_id, limits::CALLER_ID, true),
        ("letter_number", &letter.letter_number, limits::LETTER_NUMBER, true),
        ("subject", &letter.subject, limits::SUBJECT, true),
        ("summary", &letter.summary, limits::SUMMARY, false),
        ("classification_code", &letter.classification_code, limits::LETTER_NUMBER, false),
    ];
    let mut refusals = Vec::new();
    for (name, value, limit, must) in needed {
        let length = value.chars().count();
        let broken = value.chars().any(|c| c.is_control() && !(name == "summary" && matches!(c, '\n' | '\t')));
        if (must && value.trim().is_empty()) || length > limit || broken {
            refusals.push(Refusal::new(RefusalCode::Field, name, format!("{length}/{limit}")));
        }
    }
    for recipient in &letter.recipients {
        if let Addressee::Outside(party) = &recipient.addressee
            && (party.name.trim().is_empty()
                || party.name.chars().count() > limits::PARTY
                || party.address.chars().count() > limits::PARTY)
        {
            refusals.push(Refusal::new(RefusalCode::RecipientIncomplete, &party.name, "name"));
        }
    }
    refusals
}
