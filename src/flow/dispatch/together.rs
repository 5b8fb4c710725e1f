//! Preparing the mails of a batch together: one snapshot to read from, one commit for all that must be on disk before their
//! first byte (prepared bytes, tokens, attempts).
//!
//! Only mails that nobody has touched before come here, which is nearly all of them. Whatever is not plain about one of
//! them (another route by now, no words, no file) is left to the careful way, one by one, which says what is wrong; so is the
//! whole batch where its commit fails for a reason that will not pass.

use super::{Claimed, Ready, attempt, mail, reroute};
use crate::domain::abort;
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::ids::{DeliveryId, LetterId, MessageId};
use crate::flow::house::{CityView, House};
use crate::store::records::{StoredAttempt, StoredDelivery, StoredLetter};
use crate::store::{StoreError, Tx};
use std::collections::{HashMap, HashSet};

/// A mail with its rows.
type Made = (Claimed, mail::Made, StoredAttempt);

/// What the batch reads.
struct Snapshot {
    tx: Tx,
    city: std::sync::Arc<CityView>,
    deliveries: HashMap<MessageId, Vec<StoredDelivery>>,
    letters: HashMap<LetterId, Option<StoredLetter>>,
}

/// Whether a delivery is a mail on its first way: nothing is prepared for it and no attempt was ever begun.
const fn is_fresh(claimed: &Claimed) -> bool {
    let delivery = &claimed.delivery;
    matches!((delivery.channel, delivery.state), (Channel::Email, DeliveryState::Queued))
        && delivery.tries == 0
        && delivery.lease_no == 1
        && claimed.interrupted.is_none()
}

/// Prepares what is plain. Returns it ready to be sent, its attempts committed, and the others.
pub async fn prepare(house: &House, claimed: Vec<Claimed>) -> Result<(Vec<Ready>, Vec<Claimed>), StoreError> {
    let (fresh, mut others): (Vec<_>, Vec<_>) = claimed.into_iter().partition(is_fresh);
    if fresh.len() < 2 {
        others.extend(fresh);
        return Ok((Vec::new(), others));
    }
    let mut snapshot = match read(house, &fresh).await {
        Ok(snapshot) => snapshot,
        Err(error) if error.is_passing() => return Err(error),
        Err(_) => return Ok((Vec::new(), others.into_iter().chain(fresh).collect())),
    };
    let mut made: Vec<Made> = Vec::with_capacity(fresh.len());
    for one in fresh {
        match make(house, &mut snapshot, &one).await {
            Ok(Some(mail)) => {
                let attempt = attempt(house, &one.delivery, one.perhaps_there);
                made.push((one, mail, attempt));
            }
            Err(error) if error.is_passing() => return Err(error),
            Ok(None) | Err(_) => others.push(one),
        }
    }
    drop(snapshot);
    match write(house, &made).await {
        Ok(held) => {
            let ours = made.into_iter().filter(|(claimed, ..)| held.contains(&claimed.delivery.id));
            Ok((ours.map(ready).collect(), others))
        }
        Err(error) if error.is_passing() => Err(error),
        Err(error) => {
            tracing::warn!(%error, "a batch could not be written together; it is prepared one by one");
            others.extend(made.into_iter().map(|(claimed, ..)| claimed));
            Ok((Vec::new(), others))
        }
    }
}

async fn read(house: &House, fresh: &[Claimed]) -> Result<Snapshot, StoreError> {
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let ids: Vec<MessageId> = fresh.iter().map(|one| one.message.id).collect();
    let mut deliveries: HashMap<MessageId, Vec<StoredDelivery>> = HashMap::new();
    for delivery in tx.deliveries_of_messages(&ids).await? {
        deliveries.entry(delivery.message).or_default().push(delivery);
    }
    Ok(Snapshot { tx, city, deliveries, letters: HashMap::new() })
}

/// Makes one mail; `None` where it needs the careful way.
async fn make(house: &House, snapshot: &mut Snapshot, claimed: &Claimed) -> Result<Option<mail::Made>, StoreError> {
    let message = &claimed.message;
    if let Some(id) = message.letter
        && !snapshot.letters.contains_key(&id)
    {
        let letter = snapshot.tx.letter(id).await?;
        snapshot.letters.insert(id, letter);
    }
    let letter = message.letter.and_then(|id| snapshot.letters.get(&id)).and_then(Option::as_ref);
    let siblings = snapshot.deliveries.get(&message.id).map_or(&[][..], Vec::as_slice);
    if reroute::moves(house, &snapshot.city, (message, siblings), letter) {
        return Ok(None);
    }
    let Ok(to) = mail::recipient(claimed) else { return Ok(None) };
    match mail::make(house, &mut snapshot.tx, (claimed, letter), to).await {
        Ok(Ok(made)) => Ok(Some(made)),
        Err(super::words::WordsError::Store(error)) => Err(error),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

/// Commits everything that must be known of the batch before its first byte. Returns what is still ours to send.
async fn write(house: &House, made: &[Made]) -> Result<HashSet<DeliveryId>, StoreError> {
    if made.is_empty() {
        return Ok(HashSet::new());
    }
    let mut tx = house.store.write().await?;
    let mails: Vec<&mail::Made> = made.iter().map(|(_, mail, _)| mail).collect();
    mail::Made::write(house, &mut tx, &mails).await?;
    let attempts: Vec<(&StoredAttempt, i64, &str)> =
        made.iter().map(|(claimed, mail, attempt)| (attempt, claimed.delivery.lease_no, mail.sha256())).collect();
    let held = tx.start_attempts(&attempts).await?;
    abort::point("prepare.before_commit");
    tx.commit().await?;
    abort::point("prepare.after_commit");
    Ok(held)
}

fn ready((claimed, mail, attempt): Made) -> Ready {
    let (load, sha256) = mail.load;
    Ready { claimed, attempt, load, sha256 }
}
