//! The ladder: where one channel failed, the next one takes the message over, at last paper.

use super::Claimed;
use crate::domain::codes::UnitCode;
use crate::domain::delivery::Channel;
use crate::domain::routing::{LegRecipient, RouteReason, next_after_failure, paper_address};
use crate::domain::tray::TrayWord;
use crate::flow::house::House;
use crate::flow::outgoing::{Gate, delivery, routed, still_carries};
use crate::flow::{tell, tray};
use crate::store::records::{StoredMessage, StoredTray};
use crate::store::{StoreError, Topic, Tx};
use std::str::FromStr as _;

/// Kinds that are themselves documents: they end on paper. What only talks about one (a receipt, a question) ends on the
/// operator's tray.
const DOCUMENTS: [&str; 8] =
    ["letter", "disposition_received", "correction", "forward_received", "returned", "report_received", "approved", "rejected"];

/// True for messages whose ladder ends in print.
pub fn is_document(message: &StoredMessage) -> bool {
    DOCUMENTS.contains(&message.kind.as_str())
}

/// True for what only talks about a document. A copy does so too, but its reader may answer it, and its bounce is to come back.
pub fn is_automatic(message: &StoredMessage) -> bool {
    !is_document(message) && message.role != "cc"
}

/// True for messages that bring the letter itself; a report, a return, a decision and a correction are about one that the
/// reader has.
pub fn brings_the_letter(message: &StoredMessage) -> bool {
    is_document(message)
        && !matches!(message.kind.as_str(), "correction" | "report_received" | "returned" | "approved" | "rejected")
}

/// Lets a failed delivery's message go on.
pub async fn through(house: &House, tx: &mut Tx, claimed: &Claimed, reason: RouteReason) -> Result<(), StoreError> {
    let message = &claimed.message;
    let city = house.city(tx).await?;
    // Two ways that fail in the same moment would each take the other for the one that still carries.
    tx.hold_message(message.id).await?;
    let others = tx.deliveries_of_message(message.id).await?;
    let carried = others.iter().any(|other| other.id != claimed.delivery.id && still_carries(other));
    let on_paper = others.iter().any(|other| other.channel == Channel::Print && !other.state.has_failed());
    let recipient = recipient_of(message);
    let next = next_after_failure(
        carried || on_paper || !is_document(message),
        claimed.delivery.channel,
        &paper_address(&recipient, &city.directory),
        reason,
    );
    if let Some(planned) = &next {
        let gate = Gate::read(tx, &house.settings.trial).await?;
        let urgency = super::settle::urgency(&claimed.delivery);
        let row = delivery(house, message, planned, gate.lets_out(&planned.address), urgency);
        tx.insert_deliveries(&[&row]).await?;
        tx.insert_fact(&routed(house, message, &row)).await?;
        tx.announce(Topic::Deliveries);
    }
    let unit = tell::unit_of(&recipient, &city);
    let code = match (&next, carried || on_paper) {
        (Some(_), _) => TrayWord::FallenBack,
        (None, true) => TrayWord::CarriedElsewhere,
        (None, false) if is_document(message) => TrayWord::Undelivered,
        (None, false) => TrayWord::NoticeUndelivered,
    };
    let item = StoredTray {
        unit: unit.as_ref().and_then(|unit| tray::desk_of(house, &city, unit)),
        letter: message.letter,
        delivery: Some(claimed.delivery.id),
        detail: serde_json::json!({ "recipient": message.recipient, "channel": claimed.delivery.channel, "reason": reason }),
        ..tray::item(house, code)
    };
    let letter = match message.letter {
        Some(id) if !tell::is_notice(message) => tx.letter(id).await?,
        _ => None,
    };
    if let Some(letter) = &letter {
        let about = tell::About { letter, recipient: &recipient, unit: unit.as_ref() };
        if next.is_some() {
            tell::fell_back(house, tx, &city, (about, reason)).await?;
        } else if !carried && !on_paper {
            tell::undeliverable(house, tx, &city, about).await?;
        }
    }
    tx.open_tray(&item).await
}

/// Whom a stored message is for, as routing names recipients.
pub fn recipient_of(message: &StoredMessage) -> LegRecipient {
    if let Some(position) = &message.position {
        return LegRecipient::Position(position.clone());
    }
    match UnitCode::from_str(&message.recipient) {
        Ok(unit) if message.payload.get("unit").and_then(|unit| unit.as_str()) == Some(unit.as_str()) => LegRecipient::Unit(unit),
        _ => {
            LegRecipient::Outside(crate::domain::letter::PostalParty { name: message.recipient.clone(), address: String::new() })
        }
    }
}
