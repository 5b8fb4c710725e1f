//! One mail through the stages: what it is, who proved to be whom, what he wants, what is done.

use super::addressed::Post;
use super::ahead::{self, Ahead};
use super::decide::{Decision, Question};
use super::opened::{Opened, Over, Read, own_name};
use super::understand::{Asked, Scene, Slice, Understood, Verdict, understand, written_at};
use super::{addressed, keep, reports, settled};
use crate::channel::email::claims::claims;
use crate::channel::email::parse::Mail;
use crate::domain::inbound::{InboundState, MailClass};
use crate::domain::instruction::Reading;
use crate::domain::policy::DispositionRules;
use crate::domain::tray::TrayWord;
use crate::domain::trust::{Actor, Doubt};
use crate::flow::act::settle::{answerable_until, closer};
use crate::flow::act::{self, Occasion, PlannedAct, Recorded};
use crate::flow::house::{CityView, House};
use crate::flow::refuse;
use crate::flow::tray::desk_behind;
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
    /// Whether the files of the mail are stored already.
    pub(super) files_kept: bool,
}

/// Judges mails in one commit.
#[tracing::instrument(name = "flow.mail.judge", skip_all, fields(mails = mails.len()))]
pub async fn judge(house: &House, mut mails: Vec<Read>) -> Result<(), StoreError> {
    ahead::keep_files(house, &mut mails).await?;
    let mut tx = house.store.write().await?;
    let mut ahead = Ahead::read(&mut tx, &mails.iter().filter_map(Read::token).collect::<Vec<_>>()).await?;
    for mut one in mails {
        match &one.mail {
            Err(over) => too_much(house, &mut tx, &mut one.item, over).await?,
            Ok(whole) => judge_mail(house, &mut tx, &mut one.item, whole, &mut ahead).await?,
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
    opened: &Opened,
    ahead: &mut Ahead,
) -> Result<(), StoreError> {
    let (mail, gateway) = (&opened.mail, own_name(&house.settings.gateway));
    let answered = answered(tx, house.dispositions(), (opened.token.as_deref(), item.received_at), ahead).await?;
    let claims = claims(mail, &gateway, &house.settings.border);
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

async fn judge_mail(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    opened: &Opened,
    ahead: &mut Ahead,
) -> Result<(), StoreError> {
    let gateway = own_name(&house.settings.gateway);
    let (mail, class) = (&opened.mail, opened.class);
    class.as_str().clone_into(&mut item.class);
    match class {
        MailClass::Human => human(house, tx, item, opened, ahead).await,
        MailClass::Bounce => reports::bounce(house, tx, item, mail, &gateway).await,
        MailClass::Mdn => reports::displayed(house, tx, item, mail, &gateway).await,
        MailClass::AutoReply | MailClass::Arf | MailClass::List | MailClass::Calendar | MailClass::Own => {
            automatic(house, tx, item, opened, ahead).await
        }
    }
}

async fn human(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    opened: &Opened,
    ahead: &mut Ahead,
) -> Result<(), StoreError> {
    let city = house.city(tx).await?;
    let (mail, gateway, rules) = (&opened.mail, own_name(&house.settings.gateway), house.dispositions());
    let mut answered = answered(tx, rules, (opened.token.as_deref(), item.received_at), ahead).await?;
    if let Some(one) = &mut answered {
        one.files_kept = opened.files_kept;
    }
    if let Some(answered) = &answered {
        (item.delivery, item.letter) = (Some(answered.delivery.id), Some(answered.letter.id));
    }
    let slice = match &answered {
        Some(answered) => Some(slice(tx, answered).await?),
        None => None,
    };
    let domain = &house.settings.gateway.domain;
    let (border, received_at) = (&house.settings.border, item.received_at);
    let scene = Scene { city: &city, gateway: &gateway, border, domain, rules, received_at };
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

/// The record behind a token, known by its hash.
pub async fn answered(
    tx: &mut Tx,
    rules: DispositionRules,
    (token, received_at): (Option<&[u8]>, Timestamp),
    ahead: &mut Ahead,
) -> Result<Option<Answered>, StoreError> {
    let Some(hash) = token else { return Ok(None) };
    let Some(token) = ahead.token(tx, hash).await?.filter(|token| token.kind == "reply") else { return Ok(None) };
    let Some(mut delivery) = ahead.delivery(tx, token.delivery).await? else { return Ok(None) };
    let Some(mut message) = ahead.message(tx, delivery.message).await? else { return Ok(None) };
    // Who answers our question answers what it was about.
    let asked = message.payload.get("asked").and_then(|asked| serde_json::from_value::<Asked>(asked.clone()).ok());
    if let Some(about) = &asked
        && let Some(original) = tx.delivery(about.delivery).await?
        && let Some(said) = tx.message(original.message).await?
    {
        (delivery, message) = (original, said);
    }
    message.order = act::in_force(tx, message.order).await?;
    let Some(letter) = message.letter else { return Ok(None) };
    let Some(letter) = tx.letter(letter).await? else { return Ok(None) };
    let expired = answerable_until(rules, &letter).is_some_and(|end| end <= received_at);
    Ok(Some(Answered { delivery, message, letter, expired, asked, files_kept: false }))
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
    let tray = StoredTray {
        unit: answered.and_then(|one| desk_behind(house, city, &one.message)),
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
        Decision::Accept(planned) => {
            match accepted(house, tx, city, (actor, planned, mail, answered.files_kept), occasion).await? {
                Recorded::New(id) => item.act = Some(id),
                before @ (Recorded::Before | Recorded::Stands(_)) => {
                    refuse::used(house, tx, city, before.given(), occasion).await?;
                    (state, why) = (InboundState::Declined, "token_used");
                }
            }
        }
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
            if answered.letter.letter.class.is_closed() {
                // The notice of such a letter promises it.
                shelve(house, tx, item, (TrayWord::ClassForbidsChannel, desk_behind(house, city, &answered.message))).await?;
            }
        }
        Decision::Comment(why) => {
            let unit = desk_behind(house, city, &answered.message);
            // Understood, and nothing that is recorded: its writer is told that it waits for the operator.
            refuse::kept(house, tx, city, (reading, unit.as_deref()), occasion).await?;
            shelve(house, tx, item, (*why, unit)).await?;
        }
    }
    settled(house, tx, item, state, why).await
}

/// Puts what somebody wrote on the desk that serves the answered post.
async fn shelve(
    house: &House,
    tx: &mut Tx,
    item: &StoredInbound,
    (why, unit): (TrayWord, Option<String>),
) -> Result<(), StoreError> {
    let tray = StoredTray {
        unit,
        letter: item.letter,
        delivery: item.delivery,
        inbound: Some(item.id),
        detail: serde_json::json!({ "person": item.person }),
        ..crate::flow::tray::item(house, why)
    };
    tx.open_tray(&tray).await
}

/// Records an act with the files that came with it. Of too many files the words alone count, and the writer is told.
async fn accepted(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (actor, planned, mail, files_kept): (&Actor, &PlannedAct, &Mail, bool),
    occasion: Occasion<'_>,
) -> Result<Recorded, StoreError> {
    let planned = PlannedAct { files: act::carried(mail), ..planned.clone() };
    if !files_kept {
        act::keep(house, mail, &planned.files).await?;
    }
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
        unit: message.unit(),
        person: message.person.clone(),
        delegation: message.delegation,
        expired: answered.expired,
        class: answered.letter.letter.class,
        settled: answered.letter.state == "settled",
        closer: closer(tx, &answered.letter).await?,
        above,
        asked: answered.asked.clone(),
        decisions: acts.into_iter().filter(decides).map(|one| (one.position, one.person)).collect(),
    })
}
