//! Telling people what became of a letter: the unit's operator and the sender, by mail, in words of their own. The tray has
//! the same as a row; this makes sure that somebody looks.

use super::dispatch::{agenda_number, agenda_of_unit, masked};
use super::house::{CityView, House, titled};
use super::outgoing::{Gate, NewMessage, plan, put};
use super::receive::Desk;
use super::{refuse, tray};
use crate::domain::codes::UnitCode;
use crate::domain::delivery::Channel;
use crate::domain::directory::{Holder, Official};
use crate::domain::ids::LetterId;
use crate::domain::inbound::Claims;
use crate::domain::letter::{Sender, Urgency};
use crate::domain::routing::{Address, Content, Leg, LegRecipient, NoticeCode, PlannedDelivery, RouteReason};
use crate::render::context::{
    AbsentWithoutDelegate, FallenBackOperator, FallenBackSender, Message, NotHandedOver, OutcomeUnknown, Undeliverable, UnitMail,
};
use crate::render::moment::Moment;
use crate::store::records::{StoredDelivery, StoredLetter, StoredMessage, StoredTray};
use crate::store::{StoreError, Tx};
use jiff::Timestamp;

/// What is told about one recipient of one letter.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The letter.
    pub letter: &'a StoredLetter,
    /// The recipient.
    pub recipient: &'a LegRecipient,
    /// The unit whose operator is told.
    pub unit: Option<&'a UnitCode>,
}

impl About<'_> {
    fn title(&self, city: &CityView) -> String {
        match self.recipient {
            LegRecipient::Position(code) => {
                city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone())
            }
            LegRecipient::Unit(code) => city.directory.unit(code).map_or_else(|| code.to_string(), |unit| unit.name.clone()),
            LegRecipient::Outside(party) => party.name.clone(),
        }
    }

    fn short(&self, city: &CityView) -> String {
        match self.recipient {
            LegRecipient::Position(code) => {
                city.directory.position(code).map_or_else(|| code.to_string(), |post| post.short_title.clone())
            }
            _ => self.title(city),
        }
    }

    async fn agenda(&self, tx: &mut Tx, city: &CityView) -> Result<String, StoreError> {
        match self.recipient {
            LegRecipient::Position(code) => agenda_number(tx, Some(code), self.letter, city).await,
            LegRecipient::Unit(code) => agenda_of_unit(tx, Some(code), self.letter).await,
            LegRecipient::Outside(_) => agenda_number(tx, None, self.letter, city).await,
        }
    }
}

/// A route that ends on paper, or with nobody: it lies on the operator's tray, and he hears of it. One way for a fresh letter, one
/// that is routed again, and whatever an act sends on.
pub async fn route(house: &House, tx: &mut Tx, city: &CityView, letter: &StoredLetter, leg: &Leg) -> Result<(), StoreError> {
    let Some(notice) = leg.notice else { return Ok(()) };
    tx.open_tray(&tray::route_notice(house, city, letter.id, leg, notice)).await?;
    let about = About { letter, recipient: &leg.recipient, unit: leg.unit.as_ref() };
    let reason = leg.deliveries.iter().find_map(|one| one.reason.print_reason());
    if let Some(said) = off_duty(house, city, about, notice) {
        return operator(house, tx, city, (about, said)).await;
    }
    match reason {
        Some(print_reason) => fallen_back_operator(house, tx, city, (about, print_reason)).await,
        None => Ok(()),
    }
}

/// What is said of a post whose holder is off duty: nobody stands in, or nobody who may have the letter.
fn off_duty(house: &House, city: &CityView, about: About<'_>, notice: NoticeCode) -> Option<Message> {
    let LegRecipient::Position(code) = about.recipient else { return None };
    let day = house.today();
    let (absence, delegate) = match (notice, city.directory.holder(code, day)) {
        (NoticeCode::AbsentWithoutDelegate, Holder::Away { absence, .. }) => (absence, None),
        (NoticeCode::SecretNotDelegated, Holder::Held { capacity, stands_in_for: Some(holder), .. }) => {
            let post = city.directory.position(code)?;
            (city.directory.absence(&holder.number, day)?, Some(titled(post, Some(capacity))))
        }
        _ => return None,
    };
    Some(Message::AbsentWithoutDelegate(AbsentWithoutDelegate {
        position: about.title(city),
        position_short: about.short(city),
        absence_reason: absence.reason,
        from: Moment::day(absence.days.from),
        to: absence.days.to.map(Moment::day),
        delegate,
        waiting: 1,
        deadline: Moment::at(&city.calendar, house.now()),
        unit: unit_name(city, about.unit),
    }))
}

/// A message went to paper: operator and sender hear of it.
pub async fn fell_back(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (about, reason): (About<'_>, RouteReason),
) -> Result<(), StoreError> {
    let Some(print_reason) = reason.print_reason() else { return Ok(()) };
    fallen_back_operator(house, tx, city, (about, print_reason)).await?;
    let said = Message::FallenBackSender(FallenBackSender {
        subject: about.letter.letter.subject.clone(),
        letter_number: about.letter.letter.letter_number.clone(),
        class: about.letter.letter.class,
        agenda_number: about.agenda(tx, city).await?,
        recipient: about.title(city),
        desk: house.settings.print_desk.clone(),
        queued_at: Moment::at(&city.calendar, house.now()),
        print_reason,
        letter_url: None,
    });
    sender(house, tx, city, (about, said)).await
}

async fn fallen_back_operator(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (about, print_reason): (About<'_>, crate::domain::delivery::PrintReason),
) -> Result<(), StoreError> {
    let said = Message::FallenBackOperator(FallenBackOperator {
        recipient_short: about.short(city),
        letter_number: about.letter.letter.letter_number.clone(),
        class: about.letter.letter.class,
        agenda_number: about.agenda(tx, city).await?,
        recipient: about.title(city),
        print_reason,
        position: about.title(city),
        channel_url: None,
    });
    operator(house, tx, city, (about, said)).await
}

/// Nothing works, or nobody knows: the operator decides, or at least knows.
pub async fn unknown(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (about, channel, resolve_by): (About<'_>, Channel, Timestamp),
) -> Result<(), StoreError> {
    let said = Message::OutcomeUnknown(OutcomeUnknown {
        channel,
        recipient_short: about.short(city),
        letter_number: about.letter.letter.letter_number.clone(),
        class: about.letter.letter.class,
        agenda_number: about.agenda(tx, city).await?,
        resolve_by: Moment::at(&city.calendar, resolve_by),
    });
    operator(house, tx, city, (about, said)).await
}

/// A letter that no channel takes.
pub async fn undeliverable(house: &House, tx: &mut Tx, city: &CityView, about: About<'_>) -> Result<(), StoreError> {
    let said = Message::Undeliverable(Undeliverable {
        recipient_short: about.short(city),
        letter_number: about.letter.letter.letter_number.clone(),
        class: about.letter.letter.class,
        agenda_number: about.agenda(tx, city).await?,
        channel_reasons: Vec::new(),
        deadline: Moment::at(&city.calendar, house.settings.retry.gives_up(house.now(), about.letter.letter.urgency)),
        tray_url: None,
    });
    operator(house, tx, city, (about, said)).await
}

/// How a delivery ended that nothing follows.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// In the state that it ended in.
    pub delivery: &'a StoredDelivery,
    /// Whether another one brings the letter.
    pub carried: bool,
    /// What the clerk wrote.
    pub remark: &'a str,
    /// Where it waits.
    pub tray: &'a StoredTray,
}

/// Nobody took it, or it was cancelled: the operator decides, the sender hears who does.
pub async fn not_handed_over(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (about, ended): (About<'_>, Ended<'_>),
) -> Result<(), StoreError> {
    let desk = about.unit.and_then(|unit| city.directory.operator_of(unit, house.today()));
    let said = NotHandedOver {
        subject: about.letter.letter.subject.clone(),
        letter_number: about.letter.letter.letter_number.clone(),
        class: about.letter.letter.class,
        agenda_number: about.agenda(tx, city).await?,
        recipient: about.title(city),
        recipient_short: about.short(city),
        channel: ended.delivery.channel,
        state: ended.delivery.state,
        carried: ended.carried,
        remark: ended.remark.trim().to_owned(),
        tray: ended.tray.id.to_string(),
        unit: desk.map(|(_, unit)| unit.name.clone()).unwrap_or_default(),
    };
    operator(house, tx, city, (about, Message::NotHandedOverOperator(said.clone()))).await?;
    sender(house, tx, city, (about, Message::NotHandedOverSender(said))).await
}

/// The unit whose desk a recipient concerns; of somebody outside none.
pub fn unit_of(recipient: &LegRecipient, city: &CityView) -> Option<UnitCode> {
    match recipient {
        LegRecipient::Position(code) => city.directory.position(code).map(|post| post.unit.clone()),
        LegRecipient::Unit(code) => Some(code.clone()),
        LegRecipient::Outside(_) => None,
    }
}

/// Mail to a unit's own address: its operator hears that it waits on the tray, and never what it says. As many mails a day as
/// anybody gets by himself: whoever floods a unit's address floods no operator's mailbox with it.
pub async fn unit_mail(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (desk, claims, row): (&Desk, &Claims, &StoredTray),
) -> Result<(), StoreError> {
    let Some((person, unit)) = city.directory.operator_of(&desk.unit, house.today()) else { return Ok(()) };
    if !refuse::may_answer(house, tx, &format!("unit_mail|{}", unit.code)).await? {
        return Ok(());
    }
    let said = Message::UnitMail(UnitMail {
        addressee: desk.name.clone(),
        masked_address: claims.from.as_deref().map(masked).unwrap_or_default(),
        proven: claims.origin.is_proven(),
        received_at: Moment::at(&city.calendar, house.now()),
        tray: row.id.to_string(),
    });
    notice(house, tx, (person, unit.code.as_str(), None), &said).await
}

fn unit_name(city: &CityView, unit: Option<&UnitCode>) -> String {
    unit.and_then(|code| city.directory.unit(code)).map(|unit| unit.name.clone()).unwrap_or_default()
}

async fn operator(house: &House, tx: &mut Tx, city: &CityView, (about, said): (About<'_>, Message)) -> Result<(), StoreError> {
    let Some((person, unit)) = about.unit.and_then(|unit| city.directory.operator_of(unit, house.today())) else { return Ok(()) };
    notice(house, tx, (person, unit.code.as_str(), Some(about.letter.id)), &said).await
}

async fn sender(house: &House, tx: &mut Tx, city: &CityView, (about, said): (About<'_>, Message)) -> Result<(), StoreError> {
    let day = house.today();
    let desk = |unit: &'_ UnitCode| city.directory.operator_of(unit, day).map(|(person, _)| person);
    let (person, name) = match &about.letter.letter.sender {
        Sender::Position(code) => match (city.directory.holder(code, day), city.directory.position(code)) {
            (Holder::Held { official, .. }, _) => (Some(official), code.as_str()),
            // Nobody is there to read it: his unit's desk.
            (Holder::Away { .. } | Holder::Vacant, Some(post)) => (desk(&post.unit), post.unit.as_str()),
            (Holder::Away { .. } | Holder::Vacant, None) => (None, code.as_str()),
        },
        Sender::Unit(code) => (desk(code), code.as_str()),
        Sender::Outside(outside) => (desk(&outside.registered_by), outside.registered_by.as_str()),
    };
    match person {
        Some(person) => notice(house, tx, (person, name, Some(about.letter.id)), &said).await,
        None => Ok(()),
    }
}

/// One mail to one member of staff. Without a working address the tray alone has it.
async fn notice(
    house: &House,
    tx: &mut Tx,
    (person, name, letter): (&Official, &str, Option<LetterId>),
    said: &Message,
) -> Result<(), StoreError> {
    let Some(email) = person.working_email() else { return Ok(()) };
    let mut payload = said.to_payload();
    if let Some(map) = payload.as_object_mut() {
        // A text that names the unit in its own words keeps them.
        map.entry("unit").or_insert_with(|| name.into());
    }
    let new = NewMessage {
        letter,
        kind: said.kind(),
        role: "notice",
        recipient: name.to_owned(),
        position: None,
        person: Some(person.number.clone()),
        capacity: None,
        delegation: None,
        order: None,
        payload,
    };
    let gate = Gate::read(tx, &house.settings.trial).await?;
    let planned =
        PlannedDelivery { address: Address::Email(email.to_owned()), content: Content::Full, reason: RouteReason::Answer };
    put(tx, &plan(house, gate, new, &[planned], Urgency::Normal)).await
}

/// Whether a message is itself such a notice: about a notice nobody is told.
pub fn is_notice(message: &StoredMessage) -> bool {
    message.role == "notice"
}
