//! What machines send back: delivery reports, bounces, display reports. They are events of the delivery, never an answer.

use super::addressed::{self, Post};
use super::settled;
use crate::channel::email::bounce::{Action, RecipientReport, ReportSource, delivery_report, display_report};
use crate::channel::email::claims::claims;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::domain::delivery::DeliveryState;
use crate::domain::directory::PersonalChannelState;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::DeliveryId;
use crate::domain::inbound::InboundState;
use crate::domain::routing::{Address, RouteReason};
use crate::domain::tray::TrayWord;
use crate::flow::dispatch::fall_through;
use crate::flow::house::House;
use crate::flow::tray;
use crate::store::files::sha256;
use crate::store::records::{StoredDelivery, StoredInbound, StoredTray};
use crate::store::{StoreError, Tx};
use jiff::SignedDuration;

/// A delivery report or bounce: found by its VERP address, else by ENVID, and believed of the address that it was sent to alone.
/// Reply token and Message-ID stand in every quote, so whoever has seen one could make a report up with them.
pub async fn bounce(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    mail: &Mail,
    gateway: &Gateway,
) -> Result<(), StoreError> {
    let report = delivery_report(mail);
    let delivery = reported(tx, mail, gateway, report.envid.as_deref()).await?;
    item.detail = serde_json::json!({ "reports": report.recipients.iter().map(told).collect::<Vec<_>>() });
    let ours: Vec<&RecipientReport> = match &delivery {
        Some(delivery) => report.recipients.iter().filter(|one| speaks_of(&delivery.address, one)).collect(),
        None => Vec::new(),
    };
    let Some(delivery) = delivery.filter(|_| !ours.is_empty() || report.recipients.is_empty()) else {
        let (why, city) = (TrayWord::BounceUnmatched, house.city(tx).await?);
        let claims = claims(mail, gateway, &house.settings.border);
        // What a unit wrote from its own address by other ways comes back to it.
        let post = Post { mail, claims: &claims, why: why.into() };
        if !addressed::shelve(house, tx, &city, item, post).await? {
            tx.open_tray(&on_tray(house, item, why)).await?;
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
    // What is read out of free words fails nothing unless a server's own figures stand in them: a person looks at it.
    let free = |one: &&RecipientReport| report.source == ReportSource::FreeText && one.action == Action::Failed && !one.permanent;
    let clear: Vec<&RecipientReport> = ours.into_iter().filter(|one| !free(one)).collect();
    if clear.is_empty() {
        tx.open_tray(&on_tray(house, item, TrayWord::BounceUnclear)).await?;
    }
    for recipient in clear {
        apply(house, tx, item, &delivery, recipient).await?;
    }
    settled(house, tx, item, InboundState::Bounce, "").await
}

/// How long a report waits for the attempt that it speaks of.
const IN_FLIGHT: SignedDuration = SignedDuration::from_secs(5);

fn told(report: &RecipientReport) -> serde_json::Value {
    serde_json::json!({ "status": report.status, "permanent": report.permanent, "action": format!("{:?}", report.action).to_lowercase() })
}

/// What a person has to look at.
fn on_tray(house: &House, item: &StoredInbound, code: TrayWord) -> StoredTray {
    StoredTray { letter: item.letter, delivery: item.delivery, inbound: Some(item.id), ..tray::item(house, code) }
}

/// Whether a report is about an address: the one that it names last or, behind an alias, first.
fn speaks_of(address: &Address, report: &RecipientReport) -> bool {
    let Address::Email(address) = address else { return false };
    let same = |named: &str| named.to_lowercase() == address.to_lowercase();
    same(&report.recipient) || report.original_recipient.as_deref().is_some_and(same)
}

/// The delivery whose mail was answered or displayed.
async fn answered(tx: &mut Tx, mail: &Mail, gateway: &Gateway) -> Result<Option<StoredDelivery>, StoreError> {
    let tokens = gateway.bounce_token(mail).into_iter().chain(gateway.token(mail).0.map(|found| found.token));
    for token in tokens {
        if let Some(found) = tx.token(&sha256(token.expose().as_bytes())).await? {
            return tx.delivery(found.delivery).await;
        }
    }
    Ok(None)
}

/// The delivery that a report came back for: what names it is known to mail servers alone.
async fn reported(
    tx: &mut Tx,
    mail: &Mail,
    gateway: &Gateway,
    envid: Option<&str>,
) -> Result<Option<StoredDelivery>, StoreError> {
    if let Some(token) = gateway.bounce_token(mail)
        && let Some(found) = tx.token(&sha256(token.expose().as_bytes())).await?.filter(|found| found.kind == "bounce")
    {
        return tx.delivery(found.delivery).await;
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
        // RFC 3464 2.3.3: given up, whatever the status begins with. A server that never got through says 4.4.1 at last.
        Action::Failed => (FactKind::ContentConsignmentFailure, open.then_some(DeliveryState::Bounced)),
        Action::Delayed => (FactKind::AttemptDeferred, None),
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
    let reason = if report.permanent { RouteReason::Bounced } else { RouteReason::DeliveryTimeout };
    fall_through(house, tx, delivery.clone(), message, reason).await
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
    let delivery = answered(tx, mail, gateway).await?;
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
