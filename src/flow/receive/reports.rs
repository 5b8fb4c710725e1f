//! What machines send back: delivery reports, bounces, display reports. They are events of the delivery, never an answer.

use super::addressed::{self, Post};
use super::settled;
use crate::channel::email::bounce::{Action, RecipientReport, delivery_report, display_report};
use crate::channel::email::claims::claims;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::domain::delivery::DeliveryState;
use crate::domain::directory::PersonalChannelState;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::DeliveryId;
use crate::domain::inbound::InboundState;
use crate::domain::routing::RouteReason;
use crate::domain::tray::TrayWord;
use crate::flow::dispatch::fall_through;
use crate::flow::house::House;
use crate::store::files::sha256;
use crate::store::records::{StoredDelivery, StoredInbound};
use crate::store::{StoreError, Tx};
use jiff::SignedDuration;

/// A delivery report or bounce: found by its VERP address first, then by ENVID, then by the returned headers.
pub async fn bounce(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    gateway: &Gateway,
) -> Result<(), StoreError> {
    let report = delivery_report(mail);
    let delivery = find(tx, mail, gateway, report.envid.as_deref()).await?;
    item.detail = serde_json::json!({ "reports": report.recipients.iter().map(told).collect::<Vec<_>>() });
    let Some(delivery) = delivery else {
        let (why, city) = (TrayWord::BounceUnmatched, house.city(tx).await?);
        let claims = claims(mail, gateway, &house.settings.border);
        // What a unit wrote from its own address by other ways comes back to it.
        let post = Post { mail, claims: &claims, why: why.into() };
        if !addressed::shelve(house, tx, &city, item, post).await? {
            let tray = crate::store::records::StoredTray { inbound: Some(item.id), ..crate::flow::tray::item(house, why) };
            tx.open_tray(&tray).await?;
        }
        return settled(house, tx, item, InboundState::Bounce, "bounce_unmatched").await;
    };
    // It was quicker than our own note of how the attempt ended, or that note died with a process: what it says is applied
    // once the delivery stands still.
    if tx.open_attempt(delivery.id).await?.is_some() && delivery.next_at.is_some() {
        let now = house.now();
        return tx.settle_inbound(item, Some(now.saturating_add(IN_FLIGHT).unwrap_or(now)), now).await;
    }
    (item.delivery, item.letter) = (Some(delivery.id), delivery.letter);
    for recipient in &report.recipients {
        apply(house, tx, item, &delivery, recipient).await?;
    }
    settled(house, tx, item, InboundState::Bounce, "").await
}

/// How long a report waits for the attempt that it speaks of.
const IN_FLIGHT: SignedDuration = SignedDuration::from_secs(5);

fn told(report: &RecipientReport) -> serde_json::Value {
    serde_json::json!({ "status": report.status, "permanent": report.permanent, "action": format!("{:?}", report.action).to_lowercase() })
}

async fn find(tx: &mut Tx, mail: &Mail, gateway: &Gateway, envid: Option<&str>) -> Result<Option<StoredDelivery>, StoreError> {
    let tokens = gateway.bounce_token(mail).into_iter().chain(gateway.token(mail).0.map(|found| found.token));
    for token in tokens {
        if let Some(found) = tx.token(&sha256(token.expose().as_bytes())).await? {
            return tx.delivery(found.delivery).await;
        }
    }
    match envid.and_then(|id| id.parse::<DeliveryId>().ok()) {
        Some(id) => tx.delivery(id).await,
        None => Ok(None),
    }
}

/// States that a report may still change.
const CARRIED: [DeliveryState; 4] =
    [DeliveryState::Relayed, DeliveryState::Unknown, DeliveryState::Displayed, DeliveryState::Delivered];

async fn apply(
    house: &House,
    tx: &mut Tx,
    item: &StoredInbound,
    delivery: &StoredDelivery,
    report: &RecipientReport,
) -> Result<(), StoreError> {
    let Some(current) = tx.delivery(delivery.id).await? else { return Ok(()) };
    let open = CARRIED.contains(&current.state);
    let (kind, to) = match report.action {
        Action::Delivered if open && current.state != DeliveryState::Displayed => {
            (FactKind::ContentConsignment, Some(DeliveryState::Delivered))
        }
        Action::Delivered => (FactKind::ContentConsignment, None),
        // RFC 3464 2.3.3: the end of what is tracked; the next system took it.
        Action::Relayed | Action::Expanded => {
            (FactKind::RelayToNonERDS, (current.state == DeliveryState::Unknown).then_some(DeliveryState::Relayed))
        }
        Action::Failed if report.permanent => (FactKind::ContentConsignmentFailure, open.then_some(DeliveryState::Bounced)),
        Action::Delayed | Action::Failed => (FactKind::AttemptDeferred, None),
    };
    let mut fact = house.fact(kind, FactActor::system());
    (fact.letter, fact.delivery, fact.inbound) = (current.letter, Some(current.id), Some(item.id));
    fact.channel = Some(current.channel);
    let fact = fact.with("source", "DSN").with("status", &report.status).with("before", current.state.as_str());
    tx.insert_fact(&fact.with("after", to.unwrap_or(current.state).as_str())).await?;
    let Some(to) = to else { return Ok(()) };
    tx.change_state(current.id, (current.state, to), None, house.now()).await?;
    if to == DeliveryState::Bounced {
        bounced(house, tx, &current, report).await?;
    }
    Ok(())
}

/// A hard bounce marks the address and lets the message go down the ladder.
async fn bounced(house: &House, tx: &mut Tx, delivery: &StoredDelivery, report: &RecipientReport) -> Result<(), StoreError> {
    let Some(message) = tx.message(delivery.message).await? else { return Ok(()) };
    if let (true, Some(person)) = (report.status.starts_with("5.1."), &message.person) {
        tx.set_email_state(person, PersonalChannelState::Bounced).await?;
        tx.bump_directory().await?;
    }
    fall_through(house, tx, delivery.clone(), message, RouteReason::Bounced).await
}

/// A display report is evidence of display and nothing more.
pub async fn displayed(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    gateway: &Gateway,
) -> Result<(), StoreError> {
    let report = display_report(mail);
    let delivery = find(tx, mail, gateway, None).await?;
    if let (Some(report), Some(delivery)) = (report.filter(|report| report.displayed), delivery) {
        (item.delivery, item.letter) = (Some(delivery.id), delivery.letter);
        let mut fact = house.fact(FactKind::NotificationAccessTracking, FactActor::system());
        (fact.letter, fact.delivery, fact.inbound) = (delivery.letter, Some(delivery.id), Some(item.id));
        fact.channel = Some(delivery.channel);
        let opens = matches!(delivery.state, DeliveryState::Relayed | DeliveryState::Delivered);
        let after = if opens { DeliveryState::Displayed } else { delivery.state };
        let fact = fact.with("source", "MDN").with("disposition", &report.disposition);
        tx.insert_fact(&fact.with("before", delivery.state.as_str()).with("after", after.as_str())).await?;
        if opens {
            tx.change_state(delivery.id, (delivery.state, after), None, house.now()).await?;
        }
    }
    settled(house, tx, item, InboundState::DisplayNotice, "").await
}
