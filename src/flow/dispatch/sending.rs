//! Sending a batch: what is ready goes out side by side, and outcomes are settled in groups while the rest is still going.
//!
//! One thing is written at a time: either a group is settled or leases are prolonged, and the network goes on meanwhile.

use super::{Load, Ready, Sent, lease_end, settle};
use crate::domain::abort;
use crate::domain::delivery::{Outcome, Reason};
use crate::domain::ids::DeliveryId;
use crate::flow::doors::Doors;
use crate::flow::house::House;
use crate::store::{StoreError, Topic};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use std::time::Duration;
use tokio::time::Instant;

/// How many outcomes one commit settles at most.
const SETTLE_BATCH: usize = 32;
/// How long the first outcome of a group waits for others, so that a fast peer does not cost a commit a mail.
const GATHER: Duration = Duration::from_millis(8);
/// How often the leases of what is still going out are prolonged.
const ALIVE: Duration = Duration::from_secs(15);

/// What is being written.
type Writing<'a> = BoxFuture<'a, Result<(), StoreError>>;

/// Outcomes that came and what is done about them.
struct Desk<'a> {
    house: &'a House,
    /// Under our lease, without an outcome.
    held: Vec<(DeliveryId, i64)>,
    arrived: Vec<Sent>,
    /// When the outcomes that arrived are to be settled at the latest.
    due: Option<Instant>,
    writing: Option<Writing<'a>>,
    settling: bool,
}

/// Sends the batch. A slow peer holds nobody up.
pub async fn send(house: &House, doors: &Doors, ready: Vec<Ready>) -> Result<(), StoreError> {
    let held = ready.iter().map(|one| (one.claimed.delivery.id, one.claimed.delivery.lease_no)).collect();
    let mut desk = Desk { house, held, arrived: Vec::new(), due: None, writing: None, settling: false };
    let mut going: FuturesUnordered<_> = ready.into_iter().map(|one| send_one(doors, one)).collect();
    let mut alive = tokio::time::interval(ALIVE);
    alive.tick().await;
    loop {
        if going.is_empty() && desk.is_done() {
            break;
        }
        desk.settle(going.is_empty());
        let (due, free) = (desk.due, desk.writing.is_none());
        tokio::select! {
            Some(sent) = going.next(), if !going.is_empty() => desk.take(sent),
            written = written(&mut desk.writing) => desk.written(written)?,
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() && free => desk.settle(true),
            _ = alive.tick(), if free => desk.renew(),
        }
    }
    house.store.wake().notify(Topic::Facts);
    Ok(())
}

/// The end of what is being written; never where nothing is.
async fn written(writing: &mut Option<Writing<'_>>) -> Result<(), StoreError> {
    match writing {
        Some(writing) => writing.await,
        None => std::future::pending().await,
    }
}

impl Desk<'_> {
    fn is_done(&self) -> bool {
        self.arrived.is_empty() && self.writing.is_none()
    }

    fn take(&mut self, sent: Sent) {
        self.arrived.push(sent);
        self.due = self.due.or_else(|| Some(Instant::now() + GATHER));
    }

    /// Begins to settle what arrived: a full group, or whatever there is where nothing more is waited for.
    fn settle(&mut self, now: bool) {
        if self.writing.is_some() || self.arrived.is_empty() || !(now || self.arrived.len() >= SETTLE_BATCH) {
            return;
        }
        let group: Vec<Sent> = self.arrived.drain(..self.arrived.len().min(SETTLE_BATCH)).collect();
        self.held.retain(|(id, _)| group.iter().all(|sent| sent.claimed.delivery.id != *id));
        self.due = (!self.arrived.is_empty()).then(Instant::now);
        abort::point("dispatch.before_settle");
        self.settling = true;
        self.writing = Some(Box::pin(settle::all(self.house, group)));
    }

    fn written(&mut self, result: Result<(), StoreError>) -> Result<(), StoreError> {
        self.writing = None;
        if std::mem::take(&mut self.settling) {
            abort::point("dispatch.after_settle");
        }
        result
    }

    /// A slow peer is no dead worker: leases of what is still going out are prolonged.
    fn renew(&mut self) {
        self.writing = Some(Box::pin(renew(self.house, self.held.clone())));
    }
}

async fn renew(house: &House, held: Vec<(DeliveryId, i64)>) -> Result<(), StoreError> {
    let until = lease_end(house);
    let mut tx = house.store.write().await?;
    for (id, lease_no) in held {
        tx.renew(id, lease_no, until).await?;
    }
    tx.commit().await
}

async fn send_one(doors: &Doors, ready: Ready) -> Sent {
    let Ready { claimed, attempt, load, sha256 } = ready;
    let outcome = match load {
        Load::Mail(mail) => doors.mail.send(&mail.0, &mail.1).await,
        Load::Chat(outgoing) => match &doors.telegram {
            Some(telegram) => telegram.send_letter(&outgoing).await,
            None => Outcome::Refused(Reason::new("off", "Telegram is not in use")),
        },
        Load::Paper(job) => job.put(&doors.print),
    };
    Sent { claimed, attempt: Some(attempt), sha256, outcome }
}
