//! One mail through the stages: what it is, who proved to be whom, what he wants, what is done.

use super::decide::{Decision, Question, Record, decide};
use super::{keep, reports, settled};
use crate::channel::email::claims::claims;
use crate::channel::email::classify::classify;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::channel::email::weigh::Unreadable;
use crate::domain::codes::PositionCode;
use crate::domain::inbound::{InboundState, MailClass};
use crate::domain::instruction::{Place, Reading, read};
use crate::domain::reply_text::ReplyText;
use crate::domain::trust::{Actor, Doubt, Owner, Standing, judge as judge_claims};
use crate::flow::act::{self, Occasion, Recorded};
use crate::flow::house::{CityView, House};
use crate::flow::refuse;
use crate::store::files::sha256;
use crate::store::records::{StoredDelivery, StoredInbound, StoredLetter, StoredMessage, StoredTray};
use crate::store::{StoreError, Tx};
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// A mail with the part of the record that it answers.
pub struct Answered {
    /// The delivery that its token belongs to.
    pub delivery: StoredDelivery,
    /// The message of that delivery.
    pub message: StoredMessage,
    /// The letter.
    pub letter: StoredLetter,
    /// Whether the time for answers is over.
    pub expired: bool,
}

/// Judges one kept mail.
pub async fn judge(house: &House, kept: &StoredInbound) -> Result<(), StoreError> {
    let mut item = kept.clone();
    let raw = keep::raw(house, kept).await?;
    let mut tx = house.store.write().await?;
    if keep::is_partial(kept) {
        too_much(house, &mut tx, &mut item, "mail_too_big").await?;
        return tx.commit().await;
    }
    crate::domain::abort::point("receive.before_parse");
    match Mail::parse(&raw) {
        Err(unreadable) => {
            item.detail = serde_json::json!({ "unreadable": unreadable.to_string() });
            too_much(house, &mut tx, &mut item, code_of(&unreadable)).await?;
        }
        Ok(mail) => judge_mail(house, &mut tx, &mut item, &mail).await?,
    }
    crate::domain::abort::point("receive.before_record_commit");
    tx.commit().await
}

const fn code_of(unreadable: &Unreadable) -> &'static str {
    match unreadable {
        Unreadable::TooBig { .. } => "mail_too_big",
        Unreadable::TooComplex { .. } => "mail_too_complex",
        Unreadable::NoHeader | Unreadable::ParserFailed => "unreadable",
    }
}

/// Over the limits: kept raw, shown to the administrator, never looked at again by itself.
async fn too_much(house: &House, tx: &mut Tx, item: &mut StoredInbound, why: &'static str) -> Result<(), StoreError> {
    tx.open_tray(&StoredTray { inbound: Some(item.id), ..crate::flow::tray::item(house, why) }).await?;
    settled(house, tx, item, InboundState::Unreadable, why).await
}

async fn judge_mail(house: &House, tx: &mut Tx, item: &mut StoredInbound, mail: &Mail) -> Result<(), StoreError> {
    let gateway = Gateway::new(&house.settings.gateway.domain);
    let class = classify(mail, &gateway);
    class.as_str().clone_into(&mut item.class);
    match class {
        MailClass::Human => human(house, tx, item, mail, &gateway).await,
        MailClass::Bounce => reports::bounce(house, tx, item, mail, &gateway).await,
        MailClass::Mdn => reports::displayed(house, tx, item, mail, &gateway).await,
        MailClass::AutoReply | MailClass::Arf | MailClass::List | MailClass::Calendar | MailClass::Own => {
            let answered = answered(tx, &gateway, mail, house).await?;
            (item.delivery, item.letter) = (answered.as_ref().map(|one| one.delivery.id), answered.map(|one| one.letter.id));
            settled(house, tx, item, InboundState::Automatic, "").await
        }
    }
}

async fn human(house: &House, tx: &mut Tx, item: &mut StoredInbound, mail: &Mail, gateway: &Gateway) -> Result<(), StoreError> {
    let city = house.city(tx).await?;
    let claims = claims(mail, gateway, &house.settings.border);
    let answered = answered(tx, gateway, mail, house).await?;
    if let Some(answered) = &answered {
        (item.delivery, item.letter) = (Some(answered.delivery.id), Some(answered.letter.id));
    }
    let owner = answered.as_ref().and_then(|one| {
        Some(Owner {
            position: one.message.position.as_ref(),
            person: one.message.person.as_ref()?,
            delegation: one.message.delegation,
            expired: one.expired,
        })
    });
    match (judge_claims(&claims, owner, &city.directory, house.today()), answered) {
        (Standing::Proven(actor), Some(answered)) => proven(house, tx, item, mail, (&actor, &answered, &city)).await,
        (Standing::Proven(_), None) => unproven(house, tx, item, mail, (Doubt::TokenMissing, None, &city)).await,
        (Standing::Unproven { why, person }, answered) => {
            item.person = person;
            unproven(house, tx, item, mail, (why, answered.as_ref(), &city)).await
        }
    }
}

/// The record behind the mail's token.
async fn answered(tx: &mut Tx, gateway: &Gateway, mail: &Mail, house: &House) -> Result<Option<Answered>, StoreError> {
    let (Some(found), _) = gateway.token(mail) else { return Ok(None) };
    let Some(token) = tx.token(&sha256(found.token.expose().as_bytes())).await?.filter(|token| token.kind == "reply") else {
        return Ok(None);
    };
    let Some(delivery) = tx.delivery(token.delivery).await? else { return Ok(None) };
    let Some(message) = tx.message(delivery.message).await? else { return Ok(None) };
    let Some(letter) = message.letter else { return Ok(None) };
    let Some(letter) = tx.letter(letter).await? else { return Ok(None) };
    let expired = token.expires_at.is_some_and(|end| end <= house.now());
    Ok(Some(Answered { delivery, message, letter, expired }))
}

/// Not proven: kept for the operator, answered where that cannot be misused, never a decision.
async fn unproven(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    (why, answered, city): (Doubt, Option<&Answered>, &CityView),
) -> Result<(), StoreError> {
    item.detail = serde_json::json!({ "reply": visible(mail), "subject": mail.subject, "from": mail.only_from() });
    let unit = answered
        .and_then(|one| one.message.position.as_ref())
        .and_then(|code| city.directory.position(code))
        .and_then(|post| crate::flow::tray::desk_of(house, city, &post.unit));
    let tray = StoredTray {
        unit,
        letter: item.letter,
        delivery: item.delivery,
        inbound: Some(item.id),
        detail: serde_json::json!({ "person": item.person }),
        ..crate::flow::tray::item(house, why.as_str())
    };
    tx.open_tray(&tray).await?;
    let state = match why {
        Doubt::TokenMissing | Doubt::TokenExpired | Doubt::TokenForeign | Doubt::DelegateOutsideDates | Doubt::PowerEnded => {
            refuse::doubt(house, tx, city, item, (mail, why, answered)).await?;
            InboundState::Declined
        }
        _ => InboundState::Held,
    };
    settled(house, tx, item, state, why.as_str()).await
}

/// What the person wrote himself.
pub fn visible(mail: &Mail) -> String {
    ReplyText::of(mail.text()).visible(mail.text())
}

async fn proven(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    (actor, answered, city): (&Actor, &Answered, &CityView),
) -> Result<(), StoreError> {
    item.person = Some(actor.person().clone());
    let reply = visible(mail);
    let place = Place {
        directory: &city.directory,
        position: actor.position(),
        reference: reference(item, mail, city),
        calendar: &city.calendar,
        hints: &[],
    };
    let reading = read(&reply, &place);
    item.detail = told(&reply, &reading, mail);
    let above = above(tx, answered).await?;
    let record = Record {
        directory: &city.directory,
        calendar: &city.calendar,
        class: answered.letter.letter.class,
        above: &above,
        decided_by_other: decided_by_other(tx, answered, actor).await?,
        settled: answered.letter.state == "settled",
    };
    let occasion = Occasion {
        letter: &answered.letter,
        message: &answered.message,
        delivery: &answered.delivery,
        person: actor.person(),
        inbound: item.id,
        via: "email",
        thread_subject: &mail.subject,
        in_reply_to: mail.message_id.as_deref(),
    };
    let decision = decide(actor, &reading, &reply, record);
    let (state, why) = carry_out(house, tx, city, (item, actor, &reading, &reply), (decision, occasion)).await?;
    settled(house, tx, item, state, why).await
}

/// Carries a decision out: records, asks back, refuses, or keeps as a note.
async fn carry_out(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (item, actor, reading, reply): (&mut StoredInbound, &Actor, &Reading, &str),
    (decision, occasion): (Decision, Occasion<'_>),
) -> Result<(InboundState, &'static str), StoreError> {
    Ok(match decision {
        Decision::Accept(planned) => match act::record(house, tx, city, (actor, &planned), occasion).await? {
            Recorded::New(id) => {
                item.act = Some(id);
                (InboundState::Recorded, "")
            }
            Recorded::Before => {
                refuse::used(house, tx, city, occasion).await?;
                (InboundState::Declined, "token_used")
            }
        },
        Decision::Ask(question) => {
            let why = question.kind.as_str();
            ask(house, tx, city, (&question, reading, reply), occasion).await?;
            (InboundState::Asked, why)
        }
        Decision::Decline(why, about) => {
            refuse::decision(house, tx, city, (actor, why, about.as_ref(), reading), occasion).await?;
            (InboundState::Declined, why)
        }
        Decision::Comment(why) => {
            let tray = StoredTray {
                letter: item.letter,
                delivery: item.delivery,
                inbound: Some(item.id),
                ..crate::flow::tray::item(house, why)
            };
            tx.open_tray(&tray).await?;
            (InboundState::Comment, why)
        }
    })
}

async fn ask(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (question, reading, reply): (&Question, &Reading, &str),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let said = refuse::clarify(house, tx, city, (question, reading, reply), occasion).await?;
    act::answer(house, tx, city, &said, occasion).await
}

/// Dates are read from the mail's Date if that is within 48 hours of its receipt; else from the receipt.
fn reference(item: &StoredInbound, mail: &Mail, city: &CityView) -> DateTime {
    let near = |date: &jiff::Timestamp| date.duration_since(item.received_at).abs() <= SignedDuration::from_hours(48);
    let at = mail.date.filter(near).unwrap_or(item.received_at);
    city.calendar.local(at)
}

fn told(reply: &str, reading: &Reading, mail: &Mail) -> serde_json::Value {
    let codes: Vec<&str> = reading.instructions().iter().map(|code| code.as_str()).collect();
    serde_json::json!({
        "reply": reply,
        "subject": mail.subject,
        "from": mail.only_from(),
        "intent": reading.intent,
        "instructions": codes,
        "targets": reading.targets(),
        "due": reading.due().to_string(),
        "attachments": mail.files().map(|file| serde_json::json!({ "name": file.name, "sha256": file.sha256, "size": file.size() })).collect::<Vec<_>>(),
    })
}

/// The posts from which the answered message came down, nearest first.
pub async fn above(tx: &mut Tx, answered: &Answered) -> Result<Vec<PositionCode>, StoreError> {
    let orders = tx.orders_of(answered.letter.id).await?;
    let mut above = Vec::new();
    let mut at = answered.message.order;
    while let Some(order) = at.and_then(|id| orders.iter().find(|one| one.id == id)) {
        if above.contains(&order.giver) {
            break;
        }
        above.push(order.giver.clone());
        at = order.parent;
    }
    Ok(above)
}

/// The first valid act wins: another person in the same post was quicker.
pub async fn decided_by_other(tx: &mut Tx, answered: &Answered, actor: &Actor) -> Result<bool, StoreError> {
    let acts = tx.acts_of(answered.letter.id).await?;
    Ok(acts.iter().any(|one| {
        &one.position == actor.position()
            && &one.person != actor.person()
            && one.order == answered.message.order
            && one.kind.parse::<act::ActKind>().is_ok_and(act::ActKind::is_decision)
    }))
}
