//! One mail through the stages: what it is, who proved to be whom, what he wants, what is done.

use super::addressed::Post;
use super::decide::{Decision, Question};
use super::understand::{Asked, Scene, Slice, Understood, Verdict, understand, written_at};
use super::{addressed, keep, reports, settled};
use crate::channel::email::claims::claims;
use crate::channel::email::classify::classify;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::channel::email::weigh::Unreadable;
use crate::domain::inbound::{InboundState, MailClass};
use crate::domain::instruction::Reading;
use crate::domain::tray::TrayWord;
use crate::domain::trust::{Actor, Doubt};
use crate::flow::act::{self, Occasion, PlannedAct, Recorded};
use crate::flow::house::{CityView, House};
use crate::flow::refuse;
use crate::flow::settings::Gateway as OwnName;
use crate::store::files::sha256;
use crate::store::records::{StoredAct, StoredDelivery, StoredInbound, StoredLetter, StoredMessage, StoredTray};
use crate::store::{StoreError, Tx};
use jiff::Timestamp;

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
    /// What was asked, where it answers a question of ours.
    pub asked: Option<Asked>,
}

/// A kept mail, read.
pub struct Read {
    item: StoredInbound,
    mail: Result<Mail, Box<Over>>,
}

/// A mail that is not read whole.
struct Over {
    /// What its head says.
    head: Mail,
    /// Why, as the tray tells it.
    why: TrayWord,
    /// More, where it was weighed.
    excess: Option<Unreadable>,
}

/// Reads a kept mail. Takes no part of the record, so that nobody waits for it.
pub async fn open(house: &House, kept: &StoredInbound) -> Result<Read, StoreError> {
    let item = StoredInbound { raw: None, ..kept.clone() };
    crate::domain::abort::point("receive.before_parse");
    let mail = match &kept.raw {
        Some(bytes) => read(kept, bytes),
        None => read(kept, &keep::raw(house, kept).await?),
    };
    Ok(Read { item, mail })
}

fn read(kept: &StoredInbound, raw: &[u8]) -> Result<Mail, Box<Over>> {
    if keep::is_partial(kept) {
        return Err(Box::new(Over { head: Mail::head(raw), why: TrayWord::MailTooBig, excess: None }));
    }
    Mail::parse(raw).map_err(|excess| Box::new(Over { head: Mail::head(raw), why: excess.why(), excess: Some(excess) }))
}

/// Judges mails in one commit.
#[tracing::instrument(name = "flow.mail.judge", skip_all, fields(mails = mails.len()))]
pub async fn judge(house: &House, mails: Vec<Read>) -> Result<(), StoreError> {
    let mut tx = house.store.write().await?;
    for Read { mut item, mail } in mails {
        match mail {
            Err(over) => too_much(house, &mut tx, &mut item, &over).await?,
            Ok(mail) => judge_mail(house, &mut tx, &mut item, &mail).await?,
        }
    }
    crate::domain::abort::point("receive.before_record_commit");
    tx.commit().await
}

/// Over the limits: kept raw, never looked at again by itself. At a unit's own address it is the unit's to look at, like any other
/// mail there; else the administrator's.
async fn too_much(house: &House, tx: &mut Tx, item: &mut StoredInbound, over: &Over) -> Result<(), StoreError> {
    let (gateway, city) = (own_name(&house.settings.gateway), house.city(tx).await?);
    let claims = claims(&over.head, &gateway, &house.settings.border);
    let excess = over.excess.as_ref().map(ToString::to_string);
    let told = serde_json::json!({ "subject": over.head.subject, "from": over.head.only_from(), "unreadable": excess });
    item.detail = keep::with_mark(item, told);
    let post = Post { mail: &over.head, claims: &claims, why: over.why.into() };
    if !addressed::shelve(house, tx, &city, item, post).await? {
        tx.open_tray(&StoredTray { inbound: Some(item.id), ..crate::flow::tray::item(house, over.why) }).await?;
    }
    settled(house, tx, item, InboundState::Unreadable, over.why.as_str()).await
}

/// What a program wrote is never read for an act. At a unit's own address it is seen, and nobody is told: offices get receipts,
/// newsletters and the answers of other systems there.
async fn automatic(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    gateway: &Gateway,
) -> Result<(), StoreError> {
    let answered = answered(tx, gateway, mail, item.received_at).await?;
    let claims = claims(mail, gateway, &house.settings.border);
    if answered.is_none() {
        let city = house.city(tx).await?;
        let post = Post { mail, claims: &claims, why: TrayWord::UnitMailAutomatic.into() };
        if addressed::shelve(house, tx, &city, item, post).await? {
            item.detail = addressed::shown(mail);
        }
    }
    (item.delivery, item.letter) = (answered.as_ref().map(|one| one.delivery.id), answered.map(|one| one.letter.id));
    settled(house, tx, item, InboundState::Automatic, "").await
}

/// Our own name in mail, as tokens and our own mail are told by it.
pub fn own_name(gateway: &OwnName) -> Gateway {
    Gateway::new(&gateway.domain).with_sender(&gateway.address)
}

async fn judge_mail(house: &House, tx: &mut Tx, item: &mut StoredInbound, mail: &Mail) -> Result<(), StoreError> {
    let gateway = own_name(&house.settings.gateway);
    let class = classify(mail, &gateway);
    class.as_str().clone_into(&mut item.class);
    match class {
        MailClass::Human => human(house, tx, item, mail, &gateway).await,
        MailClass::Bounce => reports::bounce(house, tx, item, mail, &gateway).await,
        MailClass::Mdn => reports::displayed(house, tx, item, mail, &gateway).await,
        MailClass::AutoReply | MailClass::Arf | MailClass::List | MailClass::Calendar | MailClass::Own => {
            automatic(house, tx, item, mail, &gateway).await
        }
    }
}

async fn human(house: &House, tx: &mut Tx, item: &mut StoredInbound, mail: &Mail, gateway: &Gateway) -> Result<(), StoreError> {
    let city = house.city(tx).await?;
    let answered = answered(tx, gateway, mail, item.received_at).await?;
    if let Some(answered) = &answered {
        (item.delivery, item.letter) = (Some(answered.delivery.id), Some(answered.letter.id));
    }
    let slice = match &answered {
        Some(answered) => Some(slice(tx, answered).await?),
        None => None,
    };
    let domain = &house.settings.gateway.domain;
    let scene = Scene { city: &city, gateway, border: &house.settings.border, domain, received_at: item.received_at };
    let understood = understand(mail, slice.as_ref(), scene);
    match (&understood.verdict, &answered) {
        (Verdict::Proven { .. }, Some(answered)) => proven(house, tx, item, mail, (&understood, answered, &city)).await,
        (Verdict::Unproven { person, .. }, answered) => {
            item.person.clone_from(person);
            unproven(house, tx, item, mail, (&understood, answered.as_ref(), &city)).await
        }
        (Verdict::Machine(_) | Verdict::Proven { .. }, _) => {
            let (state, why) = understood.verdict.outcome();
            settled(house, tx, item, state, why).await
        }
    }
}

/// The record behind the mail's token.
pub async fn answered(
    tx: &mut Tx,
    gateway: &Gateway,
    mail: &Mail,
    received_at: Timestamp,
) -> Result<Option<Answered>, StoreError> {
    let (Some(found), _) = gateway.token(mail) else { return Ok(None) };
    let Some(token) = tx.token(&sha256(found.token.expose().as_bytes())).await?.filter(|token| token.kind == "reply") else {
        return Ok(None);
    };
    let Some(mut delivery) = tx.delivery(token.delivery).await? else { return Ok(None) };
    let Some(mut message) = tx.message(delivery.message).await? else { return Ok(None) };
    // Who answers our question answers what it was about.
    let asked = message.payload.get("asked").and_then(|asked| serde_json::from_value::<Asked>(asked.clone()).ok());
    if let Some(about) = &asked
        && let Some(original) = tx.delivery(about.delivery).await?
        && let Some(said) = tx.message(original.message).await?
    {
        (delivery, message) = (original, said);
    }
    let Some(letter) = message.letter else { return Ok(None) };
    let Some(letter) = tx.letter(letter).await? else { return Ok(None) };
    let expired = token.expires_at.is_some_and(|end| end <= received_at);
    Ok(Some(Answered { delivery, message, letter, expired, asked }))
}

/// Not proven: kept for the operator, answered where that cannot be misused, never a decision.
async fn unproven(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    (understood, answered, city): (&Understood, Option<&Answered>, &CityView),
) -> Result<(), StoreError> {
    let Verdict::Unproven { why, .. } = &understood.verdict else { return Ok(()) };
    item.detail = serde_json::json!({ "reply": understood.reply, "subject": mail.subject, "from": mail.only_from() });
    if *why == Doubt::UnitMail {
        let post = Post { mail, claims: &understood.claims, why: Doubt::UnitMail.into() };
        addressed::shelve(house, tx, city, item, post).await?;
        let (state, code) = understood.verdict.outcome();
        return settled(house, tx, item, state, code).await;
    }
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
        ..crate::flow::tray::item(house, *why)
    };
    tx.open_tray(&tray).await?;
    let (state, code) = understood.verdict.outcome();
    if state == InboundState::Declined {
        refuse::doubt(house, tx, city, item, (mail, *why, answered)).await?;
    }
    settled(house, tx, item, state, code).await
}

async fn proven(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    (understood, answered, city): (&Understood, &Answered, &CityView),
) -> Result<(), StoreError> {
    let Verdict::Proven { actor, reading, decision } = &understood.verdict else { return Ok(()) };
    item.person = Some(actor.person().clone());
    item.detail = told(&understood.reply, reading, mail);
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
    let (mut state, mut why) = understood.verdict.outcome();
    match decision {
        Decision::Accept(planned) => match accepted(house, tx, city, (actor, planned, mail), occasion).await? {
            Recorded::New(id) => item.act = Some(id),
            Recorded::Before => {
                refuse::used(house, tx, city, occasion).await?;
                (state, why) = (InboundState::Declined, "token_used");
            }
        },
        Decision::Ask(question) => {
            let asked = understood.picked.clone().unwrap_or_else(|| Asked {
                delivery: answered.delivery.id,
                reply: understood.reply.clone(),
                at: written_at(mail, item.received_at),
                picked: Vec::new(),
            });
            ask(house, tx, city, (question, reading, &asked), occasion).await?;
        }
        Decision::Decline(why, about) => {
            refuse::decision(house, tx, city, (actor, why, about.as_ref(), reading), occasion).await?;
        }
        Decision::Comment(why) => {
            let tray = StoredTray {
                letter: item.letter,
                delivery: item.delivery,
                inbound: Some(item.id),
                ..crate::flow::tray::item(house, *why)
            };
            tx.open_tray(&tray).await?;
        }
    }
    settled(house, tx, item, state, why).await
}

/// Records an act with the files that came with it. Of too many files the words alone count, and the writer is told.
async fn accepted(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (actor, planned, mail): (&Actor, &PlannedAct, &Mail),
    occasion: Occasion<'_>,
) -> Result<Recorded, StoreError> {
    let planned = PlannedAct { files: act::carried(mail), ..planned.clone() };
    act::keep(house, mail, &planned.files).await?;
    let recorded = act::record(house, tx, city, (actor, &planned), occasion).await?;
    if let (Recorded::New(_), Some(count)) = (&recorded, act::too_many(mail)) {
        refuse::files_left_out(house, tx, city, count, occasion).await?;
    }
    Ok(recorded)
}

async fn ask(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (question, reading, asked): (&Question, &Reading, &Asked),
    occasion: Occasion<'_>,
) -> Result<(), StoreError> {
    let said = refuse::clarify(house, tx, city, (question, reading, &asked.reply), occasion).await?;
    act::answer_asking(house, tx, city, (&said, Some(asked)), occasion).await
}

fn told(reply: &str, reading: &Reading, mail: &Mail) -> serde_json::Value {
    let codes: Vec<&str> = reading.instructions().iter().map(|code| code.as_str()).collect();
    serde_json::json!({
        "reply": reply,
        "subject": mail.subject,
        "from": mail.only_from(),
        "message_id": mail.message_id,
        "intent": reading.intent,
        "instructions": codes,
        "targets": reading.targets(),
        "due": reading.due().to_string(),
        "attachments": mail.files().map(|file| serde_json::json!({ "name": file.name, "sha256": file.sha256, "size": file.size() })).collect::<Vec<_>>(),
    })
}

/// What deciding on an answer looks at: the posts from which the message came down, and who decided on it already.
pub async fn slice(tx: &mut Tx, answered: &Answered) -> Result<Slice, StoreError> {
    let message = &answered.message;
    let mut above = Vec::new();
    let mut at = message.order;
    while let Some(id) = at
        && let Some(order) = tx.order(id).await?
    {
        if above.contains(&order.giver) {
            break;
        }
        above.push(order.giver);
        at = order.parent;
    }
    // Of a letter to a thousand posts only the acts for this one matter.
    let acts = match &message.position {
        Some(position) => tx.acts_of_post(answered.letter.id, position).await?,
        None => tx.acts_of(answered.letter.id).await?,
    };
    let decides =
        |one: &StoredAct| one.order == message.order && one.kind.parse::<act::ActKind>().is_ok_and(act::ActKind::is_decision);
    Ok(Slice {
        position: message.position.clone(),
        person: message.person.clone(),
        delegation: message.delegation,
        expired: answered.expired,
        class: answered.letter.letter.class,
        settled: answered.letter.state == "settled",
        above,
        asked: answered.asked.clone(),
        decisions: acts.into_iter().filter(decides).map(|one| (one.position, one.person)).collect(),
    })
}
