//! Sending a batch: what is ready goes out side by side, and outcomes are settled in groups while the rest is still going.
//!
//! One thing is written at a time: either a group is settled or leases are prolonged, and the network goes on meanwhile. What
//! cannot be written ends nothing that is under way: a mail cut between its last byte and the answer may go out twice.

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
    ends: Ends,
}

/// How what was written ended.
#[derive(Debug, Default)]
struct Ends {
    settling: bool,
    /// Why the first group that could not be settled was not.
    first: Option<StoreError>,
}

impl Ends {
    /// Takes the end of what was being written. A renewal that failed is made up for by the next: the lease lasts longer.
    fn take(&mut self, result: Result<(), StoreError>) {
        let settled = std::mem::take(&mut self.settling);
        if settled {
            abort::point("dispatch.after_settle");
        }
        let Err(error) = result else { return };
        if !settled {
            tracing::warn!(%error, "leases could not be prolonged; tried again");
        } else if self.first.is_none() {
            self.first = Some(error);
        } else {
            tracing::error!(%error, "outcomes could not be written down");
        }
    }
}

/// Sends the batch. A slow peer holds nobody up, and an outcome that cannot be written down keeps no other one from it.
pub async fn send(house: &House, doors: &Doors, ready: Vec<Ready>) -> Result<(), StoreError> {
    let held = ready.iter().map(Ready::lease).collect();
    let mut desk = Desk { house, held, arrived: Vec::new(), due: None, writing: None, ends: Ends::default() };
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
            written = written(&mut desk.writing) => desk.written(written),
            () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() && free => desk.settle(true),
            _ = alive.tick(), if free => desk.renew(),
        }
    }
    house.store.wake().notify(Topic::Facts);
    desk.ends.first.take().map_or(Ok(()), Err)
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
        let held = self.held.clone();
        self.held.retain(|(id, _)| group.iter().all(|sent| sent.claimed.delivery.id != *id));
        self.due = (!self.arrived.is_empty()).then(Instant::now);
        abort::point("dispatch.before_settle");
        self.ends.settling = true;
        self.writing = Some(Box::pin(settle::all(self.house, group, held)));
    }

    fn written(&mut self, result: Result<(), StoreError>) {
        self.writing = None;
        self.ends.take(result);
    }

    /// A slow peer is no dead worker: leases of what is still going out are prolonged.
    fn renew(&mut self) {
        let (house, held) = (self.house, self.held.clone());
        self.writing = Some(Box::pin(async move { prolong(house, &held).await }));
    }
}

/// Prolongs leases that are still ours.
pub(super) async fn prolong(house: &House, held: &[(DeliveryId, i64)]) -> Result<(), StoreError> {
    let until = lease_end(house);
    let mut tx = house.store.write().await?;
    for (id, lease_no) in held {
        tx.renew(*id, *lease_no, until).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_that_fails_ends_nothing_and_the_first_failed_settle_is_told() {
        let mut ends = Ends::default();
        ends.take(Err(StoreError::cut_off()));
        assert!(ends.first.is_none(), "the lease lasts longer than until the next renewal");
        for table in ["first", "second"] {
            ends.settling = true;
            ends.take(Err(StoreError::Stale { table, row: String::new() }));
            assert!(!ends.settling);
        }
        ends.take(Ok(()));
        assert!(matches!(ends.first, Some(StoreError::Stale { table: "first", .. })), "{:?}", ends.first);
    }
}
