//! What happened in the practice room, as one JSON object: every figure read back from the record.

use super::papers::is_address;
use super::room::Room;
use crate::domain::routing::RouteReason;
use crate::flow::evidence::verify;
use crate::store::{StoreError, Tx};
use anyhow::Result;
use serde_json::{Value, json};

/// Reads the whole story back.
pub async fn tell(room: &Room) -> Result<Value> {
    let house = &room.opened.house;
    let verified = verify(house).await?;
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let letters = {
        let mut ids = tx.letters(None, 1_000).await?;
        ids.reverse();
        ids
    };
    let (mut deliveries, mut acts, mut print_jobs) = (Vec::new(), Vec::new(), Vec::new());
    for id in &letters {
        for delivery in tx.deliveries_of_letter(*id).await? {
            // Receipts and questions are answers; what is counted here is letters and dispositions.
            if delivery.reason == RouteReason::Answer {
                continue;
            }
            let recipient = tx.message(delivery.message).await?.map(|message| message.recipient).unwrap_or_default();
            if let Some(reason) =
                delivery.reason.print_reason().filter(|_| delivery.channel == crate::domain::delivery::Channel::Print)
            {
                print_jobs.push(json!({ "recipient": recipient, "reason": reason, "state": delivery.state }));
            }
            deliveries.push(json!({ "recipient": recipient, "channel": delivery.channel, "state": delivery.state, "reason": delivery.reason }));
        }
        for act in tx.acts_of(*id).await? {
            let by = city.directory.official(&act.person).map_or_else(|| act.person.to_string(), |person| person.name.clone());
            acts.push(json!({
                "by": by, "for": act.position, "capacity": act.capacity, "via": act.via, "assurance": act.assurance, "intent": act.kind,
            }));
        }
    }
    Ok(json!({
        "letters": letters.len(), "deliveries": deliveries, "acts": acts, "refused": refused(&mut tx).await?,
        "print_jobs": print_jobs, "evidence": { "facts": verified.facts, "verified": verified.broken.is_none() && verified.unsealed == 0 },
    }))
}

/// Inbound mails that were not recorded, with whose address they bore and why.
async fn refused(tx: &mut Tx) -> Result<Vec<Value>, StoreError> {
    let mut found = Vec::new();
    for item in tx.inbound_list(10_000).await?.into_iter().rev() {
        if !matches!(item.state.as_str(), "held" | "declined") {
            continue;
        }
        let from = item.detail.get("from").and_then(Value::as_str).filter(|from| is_address(from)).unwrap_or_default();
        found.push(json!({ "from": from, "why": item.why }));
    }
    Ok(found)
}

/// Whether the story went as it should.
pub fn is_good(told: &Value) -> bool {
    let count = |name: &str| told.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    let verified = told.pointer("/evidence/verified").and_then(Value::as_bool) == Some(true);
    told.get("letters") == Some(&json!(2)) && count("acts") == 2 && count("refused") == 1 && count("print_jobs") >= 2 && verified
}
