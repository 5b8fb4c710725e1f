//! What a message says: from the record and the directory to the typed context of its template.

use super::carriage::Carriage;
use super::{Claimed, onward_words};
use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::delegation::Capacity;
use crate::domain::delivery::Channel;
use crate::domain::letter::{LetterFile, LetterKind, RecipientRole, SecurityClass, Sender};
use crate::domain::routing::Content;
use crate::flow::house::{CityView, House, titled};
use crate::render::context::{
    AttachedFile, Frame, Invitation, LetterFacts, LetterFileText, LetterText, Message, Salutation, SecretNotice, You,
};
use crate::render::moment::Moment;
use crate::store::records::{StoredLetter, StoredMessage};
use crate::store::{StoreError, Tx};

/// A message that cannot be put into words.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The record does not hold what the message needs.
    #[error("message of kind {kind}: {missing} is missing")]
    Missing {
        /// Kind.
        kind: String,
        /// What.
        missing: &'static str,
    },
    /// The stored context does not fit the template of today.
    #[error("message of kind {kind}: {reason}")]
    Payload {
        /// Kind.
        kind: String,
        /// Why.
        reason: String,
    },
    /// More than the channel carries.
    #[error("more than the channel carries")]
    TooLarge,
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The letter that a message is about.
pub async fn letter_of(tx: &mut Tx, claimed: &Claimed) -> Result<Option<StoredLetter>, StoreError> {
    match claimed.message.letter {
        Some(id) => tx.letter(id).await,
        None => Ok(None),
    }
}

/// Words of a message with what stands around them. Only reads.
pub async fn message(
    house: &House,
    tx: &mut Tx,
    claimed: &Claimed,
    stored: Option<&StoredLetter>,
    carriage: &Carriage,
) -> Result<(Frame, Message), WordsError> {
    let said = &claimed.message;
    let city = house.city(tx).await?;
    let message = match (said.kind.as_str(), stored) {
        ("letter", Some(stored)) => letter(house, tx, &city, (claimed, stored), carriage).await?,
        ("disposition_received", Some(stored)) => {
            super::order_words::disposition(house, tx, (claimed, stored), &city, carriage).await?
        }
        ("correction", Some(stored)) => super::order_words::correction(tx, (claimed, stored), &city, carriage).await?,
        (kind, Some(stored)) if onward_words::KINDS.contains(&kind) => {
            onward_words::told(house, tx, &city, (claimed, stored), carriage).await?
        }
        ("letter" | "disposition_received" | "correction", None) => return Err(missing(said, "letter")),
        (kind, _) => stated(house, kind, &said.payload)?,
    };
    Ok((frame(house, said, stored, &city), message))
}

/// A context as it was stored when the message was decided; one with a secret in it is sealed.
fn stated(house: &House, kind: &str, payload: &serde_json::Value) -> Result<Message, WordsError> {
    let bad = |reason: String| WordsError::Payload { kind: kind.to_owned(), reason };
    let opened: serde_json::Value = match payload.get("sealed").and_then(|sealed| sealed.as_str()) {
        Some(sealed) => {
            let bytes = crate::store::files::unhex(sealed).ok_or_else(|| bad("not hex".into()))?;
            house.open_row(kind, &bytes).map_err(|error| bad(error.to_string()))?
        }
        None => payload.clone(),
    };
    Message::read(kind, &opened).map_err(|error| bad(error.to_string()))
}

pub(super) fn missing(said: &StoredMessage, missing: &'static str) -> WordsError {
    WordsError::Missing { kind: said.kind.clone(), missing }
}

/// Letterhead, salutation and footer; tokens are filled in by who mints them.
pub fn frame(house: &House, said: &StoredMessage, stored: Option<&StoredLetter>, city: &CityView) -> Frame {
    let settings = &house.settings;
    let office = match stored {
        Some(stored) if said.kind == "letter" => sender_names(&stored.letter.sender, city).0,
        _ => String::new(),
    };
    Frame {
        city: settings.city.name.clone(),
        office,
        salutation: salutation(house, said, city),
        you: You::Either,
        seal_address: settings.gateway.address.clone(),
        help_contact: settings.city.help_contact.clone(),
        verify: None,
        legal_line: (!settings.city.legal_line.is_empty()).then(|| settings.city.legal_line.clone()),
        letter_token: None,
        reply_address: None,
        paper_desk: None,
    }
}

fn salutation(house: &House, said: &StoredMessage, city: &CityView) -> Salutation {
    let place = house.settings.city.name.trim_start_matches("Kota ").trim_start_matches("Kabupaten ").to_owned();
    if let Some(position) = said.position.as_ref().and_then(|code| city.directory.position(code)) {
        let person = said.person.as_ref().and_then(|number| city.directory.official(number)).map(|one| one.name.clone());
        return Salutation::Official {
            capacity_position: titled(position, said.capacity),
            place,
            person: person.unwrap_or_default(),
        };
    }
    let unit = said.recipient.parse().ok().and_then(|code| city.directory.unit(&code));
    unit.map_or(Salutation::Other, |unit| Salutation::Operator { unit: unit.name.clone() })
}

async fn letter(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (claimed, stored): (&Claimed, &StoredLetter),
    carriage: &Carriage,
) -> Result<Message, WordsError> {
    let said = &claimed.message;
    let facts = facts(tx, said, stored, city).await?;
    if claimed.delivery.content == Content::Notice && stored.letter.class.is_closed() {
        return secret_notice(house, tx, said, stored, facts.agenda_number).await;
    }
    let file = file_text(stored, carriage)?;
    if said.role == RecipientRole::To.as_str()
        && stored.letter.kind == LetterKind::Invitation
        && stored.letter.class == SecurityClass::Ordinary
        && let Some(event) = &stored.letter.event
    {
        let subordinate = said.position.as_ref().and_then(|code| city.directory.subordinates(code).first());
        return Ok(Message::Invitation(Invitation {
            acting_as: acting_as(said, city, house),
            starts: Moment::local(&city.calendar, event.starts),
            ends: event.ends.map(|ends| Moment::local(&city.calendar, ends)),
            event_place: event.place.clone(),
            for_unit: said.position.is_none(),
            has_calendar: claimed.delivery.channel == Channel::Email,
            subordinate_example: subordinate
                .and_then(|code| city.directory.position(code))
                .map(|post| post.short_title.clone())
                .unwrap_or_default(),
            facts,
            file,
        }));
    }
    let text = LetterText {
        acting_as: acting_as(said, city, house),
        capacity_position: capacity_position(said, city),
        summary: stored.letter.summary.clone(),
        examples: examples(said.position.as_ref(), city),
        masked_mailbox: masked_mailbox(said, city),
        facts,
        file,
    };
    Ok(match (stored.letter.class, said.role.as_str()) {
        (SecurityClass::Restricted, _) => Message::LetterRestricted(text),
        (_, "cc") => Message::LetterCc(text),
        _ => Message::LetterOrdinary(text),
    })
}

/// The notice of a closed letter: nothing of it but the agenda number and which copy comes when.
async fn secret_notice(
    house: &House,
    tx: &mut Tx,
    said: &StoredMessage,
    stored: &StoredLetter,
    agenda_number: String,
) -> Result<Message, WordsError> {
    let city = house.city(tx).await?;
    let all = tx.deliveries_of_letter(stored.id).await?;
    let copy = all.iter().filter(|one| one.message == said.id).map(|one| one.copy_number).max().unwrap_or(0);
    let count = all.iter().map(|one| one.copy_number).max().unwrap_or(0);
    let by = house.settings.retry.gives_up(stored.accepted_at, stored.letter.urgency);
    Ok(Message::LetterSecret(SecretNotice {
        capacity_position: capacity_position(said, &city),
        class: stored.letter.class,
        agenda_number,
        copy_number: u32::try_from(copy).unwrap_or(0),
        copy_count: u32::try_from(count).unwrap_or(0),
        desk: house.settings.print_desk.clone(),
        handover_due: Moment::at(&city.calendar, by),
    }))
}

/// The facts block of a letter as one recipient sees it.
pub async fn facts(tx: &mut Tx, said: &StoredMessage, stored: &StoredLetter, city: &CityView) -> Result<LetterFacts, StoreError> {
    let letter = &stored.letter;
    let (sender, sender_short) = sender_names(&letter.sender, city);
    let attachments = stored.files.iter().filter(|file| !file.is_letter);
    Ok(LetterFacts {
        letter_number: letter.letter_number.clone(),
        letter_date: Moment::day(letter.letter_date),
        sender,
        sender_short,
        subject: letter.subject.clone(),
        urgency: letter.urgency,
        class: letter.class,
        due: letter.due.map(|due| Moment::local(&city.calendar, due)),
        attachments: attachments.map(|file| AttachedFile { name: file.name.clone(), size: file.size }).collect(),
        agenda_number: readers_agenda(tx, said, stored, city).await?,
    })
}

/// The agenda number of a post's unit, as clerks write it.
pub async fn agenda_number(
    tx: &mut Tx,
    position: Option<&PositionCode>,
    stored: &StoredLetter,
    city: &CityView,
) -> Result<String, StoreError> {
    let unit = position.and_then(|code| city.directory.position(code)).map(|post| &post.unit);
    agenda_of_unit(tx, unit, stored).await
}

/// The agenda number of a unit. Who has none is never shown another unit's, but for a closed letter: nothing else of it may
/// be said, and the number names its unit.
pub async fn agenda_of_unit(tx: &mut Tx, unit: Option<&UnitCode>, stored: &StoredLetter) -> Result<String, StoreError> {
    let agenda = tx.agenda_of(stored.id).await?;
    let own = unit.and_then(|unit| agenda.get_key_value(unit));
    let any = || agenda.iter().next().filter(|_| stored.letter.class != SecurityClass::Ordinary);
    Ok(own.or_else(any).map(|(unit, (year, number))| format!("{number}/{unit}/{year}")).unwrap_or_default())
}

/// The agenda number that a reader's own unit gave the letter.
async fn readers_agenda(tx: &mut Tx, said: &StoredMessage, stored: &StoredLetter, city: &CityView) -> Result<String, StoreError> {
    if said.position.is_some() {
        return agenda_number(tx, said.position.as_ref(), stored, city).await;
    }
    let unit = said.recipient.parse().ok().and_then(|code| city.directory.unit(&code)).map(|unit| &unit.code);
    agenda_of_unit(tx, unit, stored).await
}

/// Full and short name of a sender.
pub fn sender_names(sender: &Sender, city: &CityView) -> (String, String) {
    match sender {
        Sender::Position(code) => city
            .directory
            .position(code)
            .map_or_else(|| (code.to_string(), code.to_string()), |post| (post.title.clone(), post.short_title.clone())),
        Sender::Unit(code) => {
            let name = city.directory.unit(code).map_or_else(|| code.to_string(), |unit| unit.name.clone());
            (name.clone(), name)
        }
        Sender::Outside(outside) => (outside.name.clone(), outside.name.clone()),
    }
}

pub(super) fn file_text(stored: &StoredLetter, carriage: &Carriage) -> Result<LetterFileText, WordsError> {
    let file: &LetterFile =
        stored.files.first().ok_or(WordsError::Missing { kind: "letter".into(), missing: "the letter's file" })?;
    Ok(LetterFileText {
        file_name: file.name.clone(),
        pages: file.pages.unwrap_or(1),
        size: file.size,
        attached: carriage.attached,
        letter_url: carriage.link.clone(),
    })
}

/// The title with capacity, only where the reader acts for a post or answers for more than one.
pub fn acting_as(said: &StoredMessage, city: &CityView, house: &House) -> Option<String> {
    let position = said.position.as_ref().and_then(|code| city.directory.position(code))?;
    let acting = said.capacity.is_some_and(Capacity::is_acting);
    let several = said.person.as_ref().is_some_and(|person| city.directory.posts_of(person, house.today()).len() > 1);
    (acting || several).then(|| titled(position, said.capacity))
}

/// The title with capacity; the unit's name for a unit, the name for an outsider.
pub fn capacity_position(said: &StoredMessage, city: &CityView) -> String {
    if let Some(position) = said.position.as_ref().and_then(|code| city.directory.position(code)) {
        return titled(position, said.capacity);
    }
    let unit = said.recipient.parse().ok().and_then(|code| city.directory.unit(&code));
    unit.map_or_else(|| said.recipient.clone(), |unit| unit.name.clone())
}

/// Answers the reader could write.
pub fn examples(position: Option<&PositionCode>, city: &CityView) -> Vec<String> {
    position.map(|code| city.examples(code).to_vec()).unwrap_or_default()
}

fn masked_mailbox(said: &StoredMessage, city: &CityView) -> String {
    let email = said.person.as_ref().and_then(|number| city.directory.official(number)).and_then(|one| one.email.as_deref());
    email.map(masked).unwrap_or_default()
}

/// "ase…@diskominfo…": enough to recognise one's own, nothing to write to.
pub fn masked(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(3).collect();
    let host = domain.split('.').next().unwrap_or_default();
    format!("{first}…@{host}…")
}
