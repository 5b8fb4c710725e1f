//! Receive: what comes in is kept raw first, then judged, read, decided and recorded. Nothing is sent here: answers are
//! deliveries like all others.
//!
//! keep > trust > read > decide > record. Every inbound item ends in exactly one visible state, and none is lost: until it
//! is recorded it lies raw in the record, and a crash between two stages only means that it is judged again.

mod addressed;
mod ahead;
mod decide;
mod keep;
pub(super) mod mail;
mod opened;
mod press;
mod reports;
mod understand;

pub use addressed::Desk;
pub use ahead::Ahead;
pub use decide::{Decision, Question, decide};
pub(super) use keep::raw;
pub use keep::{Arrival, keep_all, keep_updates};
pub use mail::{answered, slice};
pub use opened::{own_name, token_hash};
pub use understand::{Asked, Scene, Slice, Understood, Verdict, reading, understand};

use super::house::House;
use crate::domain::abort;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::inbound::InboundState;
use crate::domain::tray::TrayWord;
use crate::store::records::StoredInbound;
use crate::store::{StoreError, Topic, Tx};
use futures::future::try_join_all;
use jiff::SignedDuration;
use std::collections::VecDeque;

/// How many items one round judges.
const BATCH: i64 = 64;
/// How many mails one commit records.
const GROUP: usize = 32;
/// Bytes of mails that are read for one commit; a larger mail is judged alone.
const GROUP_BYTES: i64 = 5 * 1024 * 1024;
/// After how many failures an item is given up and shown as such.
const MAX_TRIES: i64 = 5;

/// Judges what waits. Returns how many items were taken.
pub async fn round(house: &House, doors: &super::doors::Doors) -> Result<usize, StoreError> {
    let waiting = {
        let mut tx = house.store.read().await?;
        tx.inbound_due(house.now(), BATCH).await?
    };
    let taken = waiting.len();
    let mut waiting = VecDeque::from(waiting);
    while !waiting.is_empty() {
        let group = next_group(&mut waiting);
        if !together(house, &group).await? {
            for item in group {
                alone(house, doors, item).await?;
            }
        }
        abort::point("receive.after_record");
    }
    Ok(taken)
}

/// The mails in front that are judged in one commit, or the one item that is not a mail.
fn next_group(waiting: &mut VecDeque<StoredInbound>) -> Vec<StoredInbound> {
    let mut group: Vec<StoredInbound> = Vec::new();
    let mut bytes = 0;
    while let Some(item) = waiting.pop_front() {
        let single = item.source == "telegram";
        bytes += item.size;
        let fits = !single && bytes <= GROUP_BYTES && group.len() < GROUP;
        if group.is_empty() || fits {
            group.push(item);
        } else {
            waiting.push_front(item);
            break;
        }
        if single {
            break;
        }
    }
    group
}

/// Judges a group in one commit. False where it is not one, or where one of them spoils the commit for all: then nothing
/// was written, and each is judged alone.
async fn together(house: &House, group: &[StoredInbound]) -> Result<bool, StoreError> {
    if group.len() < 2 {
        return Ok(false);
    }
    let judged = async {
        let opening: Vec<_> = group.iter().map(|item| opened::open(house, item)).collect();
        mail::judge(house, try_join_all(opening).await?).await
    };
    match judged.await {
        Ok(()) => Ok(true),
        Err(error) if error.is_passing() => Err(error),
        Err(_) => Ok(false),
    }
}

async fn alone(house: &House, doors: &super::doors::Doors, item: StoredInbound) -> Result<(), StoreError> {
    let judged = match item.source.as_str() {
        "telegram" => press::judge(house, doors, &item).await,
        _ => match opened::open(house, &item).await {
            Ok(mail) => mail::judge(house, vec![mail]).await,
            Err(error) => Err(error),
        },
    };
    match judged {
        // Stale: another replica judged it first; nothing of ours was written.
        Ok(()) | Err(StoreError::Stale { table: "inbound", .. }) => Ok(()),
        Err(error) if error.is_passing() => Err(error),
        Err(error) => match failed(house, item, &error).await {
            Err(StoreError::Stale { table: "inbound", .. }) => Ok(()),
            other => other,
        },
    }
}

/// One item that cannot be judged never blocks the others: it is tried again later, then shown as given up.
async fn failed(house: &House, mut item: StoredInbound, error: &StoreError) -> Result<(), StoreError> {
    tracing::error!(inbound = %item.id, %error, tries = item.tries, "an inbound item could not be judged");
    let now = house.now();
    let mut tx = house.store.write().await?;
    let gives_up = item.tries + 1 >= MAX_TRIES;
    if gives_up {
        settled(house, &mut tx, &mut item, InboundState::Dead, "dead").await?;
        let tray = crate::store::records::StoredTray { inbound: Some(item.id), ..super::tray::item(house, TrayWord::Dead) };
        tx.open_tray(&tray).await?;
    } else {
        let later = now.saturating_add(SignedDuration::from_mins(1 << item.tries.clamp(0, 6))).unwrap_or(now);
        tx.settle_inbound(&item, Some(later), now).await?;
    }
    tx.commit().await
}

/// Gives an item its one visible state, with the fact that says so.
async fn settled(house: &House, tx: &mut Tx, item: &mut StoredInbound, state: InboundState, why: &str) -> Result<(), StoreError> {
    state.as_str().clone_into(&mut item.state);
    why.clone_into(&mut item.why);
    let now = house.now();
    tx.settle_inbound(item, None, now).await?;
    let mut fact = house.fact(FactKind::InboundSettled, FactActor::system());
    (fact.letter, fact.delivery, fact.inbound, fact.act) = (item.letter, item.delivery, Some(item.id), item.act);
    let fact = fact.with("state", state.as_str()).with("class", &item.class).with("why", why).with("source", &item.source);
    tx.insert_fact(&fact).await?;
    tx.announce(Topic::Facts);
    Ok(())
}
