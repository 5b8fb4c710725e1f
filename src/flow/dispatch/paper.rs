//! Preparing paper: the untouched letter, a cover sheet set by the render child, and a ticket. Built anew at every attempt;
//! the entry's name makes a second one the same as the first.

use super::words::{self, WordsError};
use super::{Claimed, Load, act_sheet};
use crate::channel::print::{ActFile, SpoolFile, SpoolJob, Ticket};
use crate::domain::delivery::{Outcome, PrintReason, Reason};
use crate::domain::letter::Sender;
use crate::domain::routing::Address;
use crate::flow::act::files_of;
use crate::flow::check_code;
use crate::flow::house::{CityView, House};
use crate::render::context::{Act, PrintTicket};
use crate::render::moment::Moment;
use crate::render::pdf::{ActSheet, CoverCheck, CoverSheet, Form, Job, Letterhead, Printed};
use crate::store::files::sha256_hex;
use crate::store::records::StoredLetter;
use crate::store::{StoreError, Tx};

/// Number of the sheet; a reprint would be the next one.
const SHEET: u32 = 1;

/// A print job, owned until it is written.
#[derive(Debug)]
pub struct Paper {
    ticket: Ticket,
    ticket_text: String,
    cover: Vec<u8>,
    /// What was done with the letter.
    act: Option<(ActFile, Vec<u8>)>,
    /// Name and bytes; the first is the letter.
    files: Vec<(String, Vec<u8>)>,
}

impl Paper {
    /// Hash of what our own sheets say: of the cover alone where there is no other.
    fn sha256(&self) -> String {
        let act = self.act.as_ref().map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
        sha256_hex(&[self.cover.as_slice(), act].concat())
    }

    /// Writes the job into the spool folder.
    pub fn put(&self, spool: &crate::channel::print::Spool) -> Outcome {
        let files: Vec<SpoolFile<'_>> = self.files.iter().map(|(name, bytes)| SpoolFile { name, bytes }).collect();
        let Some((letter, attachments)) = files.split_first() else {
            return Outcome::Refused(Reason::new("no_file", "there is nothing to print"));
        };
        spool.put(&SpoolJob {
            ticket: self.ticket.clone(),
            ticket_text: &self.ticket_text,
            cover: &self.cover,
            act: self.act.as_ref().map(|(file, bytes)| (*file, bytes.as_slice())),
            letter: *letter,
            attachments: attachments.to_vec(),
        })
    }
}

/// Prepares a print job.
pub async fn prepare(house: &House, claimed: &Claimed) -> Result<Result<(Load, String), Outcome>, StoreError> {
    let mut tx = house.store.write().await?;
    let Some(stored) = (match claimed.delivery.letter {
        Some(id) => tx.letter(id).await?,
        None => None,
    }) else {
        return Ok(Err(Outcome::Refused(Reason::new("no_letter", "paper without a letter"))));
    };
    let (sheet, act) = match sheets(house, &mut tx, claimed, &stored).await {
        Ok(sheets) => sheets,
        Err(WordsError::Store(error)) => return Err(error),
        Err(error) => return Ok(Err(Outcome::Deferred(Reason::new("render", &error.to_string()), None))),
    };
    let of_act = files_of(&mut tx, &claimed.message).await?;
    let code = house.vault.code(&claimed.delivery.id.to_string());
    tx.insert_token(&crate::store::files::sha256(code.as_bytes()), "check", claimed.delivery.id, house.now()).await?;
    tx.commit().await?;
    let mut files = Vec::with_capacity(stored.files.len() + of_act.len());
    for file in stored.files.iter().chain(&of_act) {
        files.push((file.name.clone(), house.store.files().get(&file.sha256).await?));
    }
    let ticket = ticket(claimed, &sheet);
    let mut told = ticket_words(&sheet);
    told.act = act.as_ref().map(|act| act.act);
    told.attachment_count = u32::try_from(files.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let printed = match print(house, claimed, sheet, act).await {
        Ok(printed) => printed,
        Err(outcome) => return Ok(Err(outcome)),
    };
    told.replaced = printed.replaced;
    let ticket_text = match house.desk.ticket(&told) {
        Ok(text) => text,
        Err(error) => return Ok(Err(Outcome::Deferred(Reason::new("render", &error.to_string()), None))),
    };
    let paper = Paper { ticket, ticket_text, cover: printed.cover, act: printed.act, files };
    let hash = paper.sha256();
    Ok(Ok((Load::Paper(Box::new(paper)), hash)))
}

/// Our own sheets, set.
struct OwnSheets {
    cover: Vec<u8>,
    act: Option<(ActFile, Vec<u8>)>,
    replaced: u32,
}

async fn print(house: &House, claimed: &Claimed, cover: CoverSheet, act: Option<ActSheet>) -> Result<OwnSheets, Outcome> {
    let cover = set(house, claimed, Form::Cover(Box::new(cover))).await?;
    let mut own = OwnSheets { cover: cover.pdf, act: None, replaced: cover.replaced };
    if let Some(act) = act {
        let file = if matches!(act.act, Act::Disposition | Act::Correction) { ActFile::Disposition } else { ActFile::Other };
        let printed = set(house, claimed, Form::Act(Box::new(act))).await?;
        own.replaced += printed.replaced;
        own.act = Some((file, printed.pdf));
    }
    Ok(own)
}

/// Sets one form in the render child; a child that is busy or died is no reason to give the delivery up.
async fn set(house: &House, claimed: &Claimed, form: Form) -> Result<Printed, Outcome> {
    let part = if matches!(form, Form::Cover(_)) { "" } else { "-act" };
    let ident = format!("{}-{SHEET}{part}", claimed.delivery.id);
    let job = Job { form, ident, created: claimed.delivery.created_at };
    house.pdf.set(&job).await.map_err(|error| Outcome::Deferred(Reason::new("render_child", &error.to_string()), None))
}

/// Cover, and the sheet of the act where the message tells one.
async fn sheets(
    house: &House,
    tx: &mut Tx,
    claimed: &Claimed,
    stored: &StoredLetter,
) -> Result<(CoverSheet, Option<ActSheet>), WordsError> {
    let city = house.city(tx).await?;
    let cover = cover(house, tx, claimed, stored).await?;
    Ok((cover, act_sheet::sheet(house, tx, &city, (claimed, stored)).await?))
}

fn ticket(claimed: &Claimed, sheet: &CoverSheet) -> Ticket {
    Ticket {
        delivery: claimed.delivery.id,
        sheet_number: sheet.sheet_number,
        recipient: sheet.recipient_line.clone(),
        address: sheet.recipient.clone(),
        route: sheet.route.clone(),
        reason: sheet.reason,
        copies: 1,
        urgency: sheet.urgency,
        class: sheet.class,
    }
}

fn ticket_words(sheet: &CoverSheet) -> PrintTicket {
    let (copy_number, copy_count) = sheet.copy.unwrap_or((0, 0));
    PrintTicket {
        recipient: sheet.recipient_line.clone(),
        address: sheet.recipient.clone(),
        route: sheet.route.clone(),
        letter_number: sheet.letter_number.clone(),
        urgency: sheet.urgency,
        security: sheet.class,
        reason: sheet.reason,
        copies: 1,
        sheet_number: sheet.sheet_number,
        copy_number,
        copy_count,
        attachment_count: sheet.attachments,
        act: None,
        double_envelope: sheet.class.is_closed(),
        replaced: 0,
    }
}

async fn cover(house: &House, tx: &mut Tx, claimed: &Claimed, stored: &StoredLetter) -> Result<CoverSheet, WordsError> {
    let city = house.city(tx).await?;
    let Address::Postal { party, route } = &claimed.delivery.address else {
        return Err(missing("a postal address"));
    };
    let facts = words::facts(tx, &claimed.message, stored, &city).await?;
    let all = tx.deliveries_of_letter(stored.id).await?;
    let copies = all.iter().map(|one| one.copy_number).max().unwrap_or(0);
    let pair = |copy: i64| Some((u32::try_from(copy).ok()?, u32::try_from(copies).ok()?));
    let recipient = std::iter::once(words::capacity_position(&claimed.message, &city)).chain(lines(&party.address)).collect();
    Ok(CoverSheet {
        letterhead: Letterhead {
            government: format!("PEMERINTAH {}", house.settings.city.name.to_uppercase()),
            unit: sending_unit(&stored.letter.sender, &city).unwrap_or_else(|| facts.sender.clone()),
            address: String::new(),
        },
        recipient,
        recipient_line: words::capacity_position(&claimed.message, &city),
        letter_number: facts.letter_number,
        letter_date: Moment::day(stored.letter.letter_date),
        sender: facts.sender,
        subject: facts.subject,
        urgency: stored.letter.urgency,
        class: stored.letter.class,
        pages: stored.files.first().and_then(|file| file.pages).unwrap_or(1),
        attachments: u32::try_from(stored.files.len().saturating_sub(1)).unwrap_or(u32::MAX),
        reason: claimed.delivery.reason.print_reason().unwrap_or(PrintReason::NoChannel),
        sheet_number: SHEET,
        copy: (claimed.delivery.copy_number > 0).then(|| pair(claimed.delivery.copy_number)).flatten(),
        route: route.clone(),
        agenda_number: facts.agenda_number,
        desk: house.settings.print_desk.clone(),
        check: Some(check(house, claimed)?),
    })
}

/// The office that a sender writes for: its name heads the sheet.
fn sending_unit(sender: &Sender, city: &CityView) -> Option<String> {
    let code = match sender {
        Sender::Position(code) => &city.directory.position(code)?.unit,
        Sender::Unit(code) => code,
        Sender::Outside(_) => return None,
    };
    city.directory.unit(code).map(|unit| unit.name.clone())
}

/// The verification code on the cover. Its hash is kept, so that a page or a clerk can find the delivery by it.
fn check(house: &House, claimed: &Claimed) -> Result<CoverCheck, WordsError> {
    let code = check_code::of(house, claimed.delivery.id).ok_or(missing("a code"))?;
    let base = house.settings.gateway.public_url.trim_end_matches('/');
    let host = base.split_once("://").map_or(base, |(_, host)| host).to_owned();
    Ok(CoverCheck { url: check_code::address(house, &code), host: format!("{host}/periksa"), code: code.grouped() })
}

fn missing(missing: &'static str) -> WordsError {
    WordsError::Missing { kind: "print".into(), missing }
}

/// The address in lines for the window: cut at commas, a place with its postcode stays together.
fn lines(address: &str) -> Vec<String> {
    let pieces: Vec<&str> = address.split(',').map(str::trim).filter(|piece| !piece.is_empty()).collect();
    match pieces.as_slice() {
        [] => Vec::new(),
        [first @ .., last] if first.len() > 2 => vec![first.join(", "), (*last).to_owned()],
        few => few.iter().map(|piece| (*piece).to_owned()).collect(),
    }
}
