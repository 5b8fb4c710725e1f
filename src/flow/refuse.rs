//! Refusals: one answer per mail, to a proven address only, with what was understood, what is missing, and how to do it
//! right. The row that a person can find is written by `receive`; here are only the words and their way back.

mod before;
mod powers;

use super::act::settle::answerable_until;
use super::act::{self, Occasion};
use super::house::{CityView, House, titled};
use super::outgoing::{Gate, NewMessage, plan, put};
use super::receive::Question;
use super::receive::mail::Answered;
use crate::channel::email::parse::Mail;
use crate::domain::codes::PositionCode;
use crate::domain::delivery::Channel;
use crate::domain::instruction::{Choice, Intent, QuestionKind, Reading};
use crate::domain::letter::Urgency;
use crate::domain::routing::{Address, Content, PlannedDelivery, RouteReason};
use crate::domain::trust::{Actor, Doubt};
use crate::render::context::{Act, Because, Clarify, Echo, Item, Message, Question as Asked, Refused};
use crate::render::moment::Moment;
use crate::store::files::sha256;
use crate::store::records::{StoredAct, StoredInbound};
use crate::store::{StoreError, Tx};
pub use before::used;
use before::{already, settled};
pub use powers::successor;
use powers::{outside_dates, power_ended, unit_name};

/// Whether one more automatic answer to an address may leave today.
pub(super) async fn may_answer(house: &House, tx: &mut Tx, address: &str) -> Result<bool, StoreError> {
    Ok(tx.count_answer(&sha256(address.to_lowercase().as_bytes()), house.today()).await?
        <= i64::from(house.settings.limits.answers_per_day))
}

/// Tells a registered person, whose address is proven, why his mail is not an act.
pub async fn doubt(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    item: &StoredInbound,
    (mail, why, answered): (&Mail, Doubt, Option<&Answered>),
) -> Result<(), StoreError> {
    let Some(because) = because(house, city, why, (answered, item)) else { return Ok(()) };
    let said = Refused {
        thread_subject: mail.subject.clone(),
        to_stranger: why == Doubt::TokenForeign,
        class: answered.map(|one| one.letter.letter.class),
        agenda_number: String::new(),
        because,
    };
    to_writer(house, tx, city, item, (mail, said)).await
}

/// Tells a registered person, whose address is proven, that his mail to a unit is with its operator and is no letter.
pub async fn unit_mail(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    item: &StoredInbound,
    (mail, addressee): (&Mail, &str),
) -> Result<(), StoreError> {
    let said = Refused {
        thread_subject: mail.subject.clone(),
        to_stranger: false,
        class: None,
        agenda_number: String::new(),
        because: Because::UnitMail { addressee: addressee.to_owned() },
    };
    to_writer(house, tx, city, item, (mail, said)).await
}

/// One mail to whoever wrote, in his own thread, where he is registered and has not been answered too often today.
async fn to_writer(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    item: &StoredInbound,
    (mail, said): (&Mail, Refused),
) -> Result<(), StoreError> {
    let Some(person) = item.person.as_ref().and_then(|number| city.directory.official(number)) else { return Ok(()) };
    let Some(email) = person.working_email() else { return Ok(()) };
    if !may_answer(house, tx, email).await? {
        return Ok(());
    }
    let said = Message::Refused(said);
    let mut payload = said.to_payload();
    if let (Some(map), Some(id)) = (payload.as_object_mut(), &mail.message_id) {
        map.insert("in_reply_to".into(), id.as_str().into());
    }
    let post = city.directory.posts_of(&person.number, house.today()).into_iter().next();
    let new = NewMessage {
        letter: None,
        kind: said.kind(),
        role: "notice",
        recipient: post.as_ref().map_or_else(|| person.number.to_string(), |(post, _)| post.code.to_string()),
        position: post.as_ref().map(|(post, _)| post.code.clone()),
        person: Some(person.number.clone()),
        capacity: post.map(|(_, capacity)| capacity),
        delegation: None,
        order: None,
        payload,
    };
    let planned =
        PlannedDelivery { address: Address::Email(email.to_owned()), content: Content::Full, reason: RouteReason::Answer };
    let gate = Gate::read(tx, &house.settings.trial).await?;
    put(tx, &plan(house, gate, new, &[planned], Urgency::Normal)).await
}

fn because(house: &House, city: &CityView, why: Doubt, (answered, item): (Option<&Answered>, &StoredInbound)) -> Option<Because> {
    let number = answered.map(|one| one.letter.letter.letter_number.clone()).unwrap_or_default();
    match why {
        Doubt::TokenMissing => Some(Because::TokenMissing),
        Doubt::TokenForeign => Some(Because::TokenForeign),
        Doubt::TokenExpired => {
            let over =
                answered.and_then(|one| answerable_until(house.dispositions(), &one.letter)).unwrap_or_else(|| house.now());
            Some(Because::TokenExpired { expired_at: Moment::at(&city.calendar, over), letter_number: number })
        }
        Doubt::DelegateOutsideDates => outside_dates(house, city, answered?),
        Doubt::PowerEnded => power_ended(house, city, answered?, item),
        _ => None,
    }
}

/// A refusal of something that was understood.
pub async fn decision(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (actor, why, about, reading): (&Actor, &str, Option<&PositionCode>, &Reading),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    if let Some(said) = words(house, tx, city, (actor, why, about, reading), occasion).await? {
        return say(house, tx, city, &said, occasion).await;
    }
    Ok(())
}

/// The words of such a refusal, whatever the door.
pub async fn words(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (actor, why, about, reading): (&Actor, &str, Option<&PositionCode>, &Reading),
    occasion: Occasion<'_>,
) -> Result<Option<Message>, StoreError> {
    let target = about.map(|code| title(city, code)).unwrap_or_default();
    let because = match why {
        "to_oneself" => Because::ToOneself,
        "circular" => Because::Circular { understood: understood(house, reading, city), item: Item::Disposition, target },
        "not_authorised" => Because::NotAuthorised {
            understood: understood(house, reading, city),
            target,
            capacity_position: city
                .directory
                .position(actor.position())
                .map_or_else(String::new, |post| titled(post, Some(actor.capacity()))),
            allowed_targets: city
                .directory
                .others_below(actor.position(), actor.person(), house.today())
                .take(6)
                .map(|code| title(city, code))
                .collect(),
        },
        "class_forbids_channel" => {
            let channel = if occasion.via == "telegram" { Channel::Telegram } else { Channel::Email };
            Because::ClassForbidsChannel { channel, letter_url: None }
        }
        "empty_reply" => Because::EmptyReply { example_1: example(city, actor.position()), attachments: Vec::new() },
        "already_settled" => match settled(tx, city, occasion).await? {
            Some(because) => because,
            None => return Ok(None),
        },
        "unit_operator_acting" => Because::UnitOperatorActing { unit: desk_name(city, actor) },
        "already_recorded" => return already(tx, city, occasion, actor).await,
        _ => return Ok(None),
    };
    Ok(Some(Message::Refused(refused(occasion, because))))
}

fn desk_name(city: &CityView, actor: &Actor) -> String {
    actor.desk().and_then(|code| city.directory.unit(code)).map(|unit| unit.name.clone()).unwrap_or_default()
}

/// The act is recorded, its files are not carried: there are too many.
pub async fn files_left_out(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    count: u64,
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let limit = u64::try_from(crate::domain::limits::ATTACHMENTS).unwrap_or(u64::MAX);
    let said = Message::Refused(refused(occasion, Because::AttachmentsTooMany { recorded: true, count, limit }));
    act::answer(house, tx, city, &said, occasion).await
}

fn refused(occasion: Occasion<'_>, because: Because) -> Refused {
    Refused {
        thread_subject: occasion.thread_subject.to_owned(),
        class: Some(occasion.letter.letter.class),
        agenda_number: String::new(),
        to_stranger: false,
        because,
    }
}

/// A question, or a word that Kurir does not act on yet: kept for the operator whose desk it is, and nothing is on record.
pub async fn kept(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (reading, desk): (&Reading, Option<&str>),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let unit = desk.and_then(|code| code.parse().ok()).and_then(|code| city.directory.unit(&code)).map(|unit| unit.name.clone());
    let because = match reading.intent {
        Intent::Question => Because::Question { unit },
        intent => Because::WordNotInUse { intent: intent.as_str().to_owned(), unit },
    };
    say(house, tx, city, &Message::Refused(refused(occasion, because)), occasion).await
}

async fn say(house: &House, tx: &mut Tx, city: &CityView, said: &Message, occasion: Occasion<'_>) -> Result<(), StoreError> {
    let key = format!("{}|{}", occasion.person, occasion.via);
    if !may_answer(house, tx, &key).await? {
        return Ok(());
    }
    act::answer(house, tx, city, said, occasion).await
}

/// The question that is asked back, or the refusal that fits better where there is nothing to choose from.
pub async fn clarify(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (question, reading, reply): (&Question, &Reading, &str),
    occasion: Occasion<'_>,
) -> Result<Message, StoreError> {
    let thread_subject = occasion.thread_subject.to_owned();
    let refused = |because| Message::Refused(refused(occasion, because));
    let position = occasion.message.position.as_ref();
    match question.kind {
        QuestionKind::TargetMissing => {
            let instructions =
                reading.understood.iter().flat_map(|order| &order.instructions).map(|code| code.as_str().to_owned()).collect();
            let example_1 = position.map(|code| example(city, code)).unwrap_or_default();
            return Ok(refused(Because::TargetMissing { instructions, example_1 }));
        }
        QuestionKind::TargetUnknown => {
            return Ok(refused(Because::TargetUnknown {
                understood: understood(house, reading, city),
                text: question.quoted.clone(),
                unit: position.map(|code| unit_name(city, code)).unwrap_or_default(),
                nearest: question.choices.iter().map(|choice| choice_text(choice, house, city)).collect(),
            }));
        }
        QuestionKind::DueInPast => {
            let due = reading.understood.iter().chain(&reading.orders).find_map(|order| order.due.moment(&city.calendar));
            if let Some(due) = due {
                return Ok(refused(Because::DueInPast {
                    understood: understood(house, reading, city),
                    due: Moment::at(&city.calendar, due),
                }));
            }
        }
        _ => {}
    }
    Ok(Message::Clarify(Clarify {
        letter_number: occasion.letter.letter.letter_number.clone(),
        class: occasion.letter.letter.class,
        agenda_number: super::dispatch::agenda_number(tx, position, occasion.letter, city).await?,
        question: asked(question, house, city),
        quote: reply.chars().take(500).collect(),
        understood: understood(house, reading, city),
        choices: question.choices.iter().map(|choice| choice_text(choice, house, city)).collect(),
        thread_subject,
    }))
}

fn asked(question: &Question, house: &House, city: &CityView) -> Asked {
    let text = question.quoted.clone();
    match question.kind {
        QuestionKind::SeveralReadings if let [first, second] = question.choices.as_slice() => {
            let reading = |choice| choice_text(choice, house, city);
            Asked::SeveralReadings { text, reading_1: reading(first), reading_2: reading(second) }
        }
        QuestionKind::TargetAmbiguous => Asked::SeveralPositions { text },
        QuestionKind::TargetMissing | QuestionKind::TargetUnknown | QuestionKind::ToOneself => Asked::TargetMissing,
        QuestionKind::DueUnreadable | QuestionKind::DueInPast if question.choices.is_empty() => Asked::NotInCalendar { text },
        QuestionKind::DueUnreadable | QuestionKind::DueInPast => Asked::DateTwoWays { text },
        QuestionKind::DueContradictory => Asked::DateMismatch,
        QuestionKind::GuidanceOfNobody => Asked::GuidanceFromWhom,
        QuestionKind::InstructionMissing | QuestionKind::SeveralReadings | QuestionKind::NotUnderstood => {
            Asked::InstructionMissing
        }
    }
}

fn choice_text(choice: &Choice, house: &House, city: &CityView) -> String {
    let label = |group: &str, code: &str| house.desk.label(group, code).unwrap_or(code).to_owned();
    match choice {
        Choice::Position(code) => title(city, code),
        Choice::Due(due) => due.to_string(),
        Choice::Instruction(code) => label("instruction", code.as_str()),
        Choice::Act(intent) => label("intent", intent.as_str()),
    }
}

fn title(city: &CityView, code: &PositionCode) -> String {
    city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone())
}

fn example(city: &CityView, position: &PositionCode) -> String {
    city.examples(position).into_iter().next().unwrap_or_default()
}

/// What was read, in one line: "Kepala Bidang Aplikasi Informatika: Tindak lanjuti; Laporkan hasilnya".
fn understood(house: &House, reading: &Reading, city: &CityView) -> String {
    let orders = if reading.orders.is_empty() { &reading.understood } else { &reading.orders };
    let line = |order: &crate::domain::instruction::Order| {
        let label = |code: &str| house.desk.label("instruction", code).unwrap_or(code).to_owned();
        let targets: Vec<String> = order.targets.iter().map(|code| title(city, code)).collect();
        let instructions: Vec<String> = order.instructions.iter().map(|code| label(code.as_str())).collect();
        let parts = [targets.join(", "), instructions.join("; ")];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
    };
    orders.iter().map(line).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ")
}

/// A stored act in one line.
pub fn echo(act: &StoredAct, city: &CityView) -> Echo {
    let planned: Option<act::PlannedAct> = serde_json::from_value(act.body.clone()).ok();
    let orders = planned.as_ref().map(|act| act.orders.as_slice()).unwrap_or_default();
    Echo {
        act: match act.kind.as_str() {
            "forward" => Act::Forward,
            "return" => Act::Return,
            "approve" => Act::Approval,
            "reject" => Act::Rejection,
            "follow_up_report" => Act::Report,
            "acknowledge" => Act::Acknowledgement,
            _ => Act::Disposition,
        },
        targets: orders.iter().map(|order| title(city, &order.target)).collect(),
        instructions: planned.as_ref().map(act::instructions).unwrap_or_default(),
        due: orders.iter().filter_map(|order| order.due_at).min().map(|due| Moment::at(&city.calendar, due)),
        note: planned.map(|act| act.note).unwrap_or_default(),
    }
}
