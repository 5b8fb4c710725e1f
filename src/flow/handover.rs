//! The print desk: a clerk takes a job, prints it, hands it to the courier, and records who took it. Every step is a fact.

use super::house::House;
use super::{ended, tray};
use crate::channel::print::Spool;
use crate::domain::delivery::{Channel, DeliveryState};
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::DeliveryId;
use crate::domain::words::words;
use crate::store::records::StoredDelivery;
use crate::store::{StoreError, Topic};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

words! {
    /// What the desk does with a job.
    DeskAct {
        /// Takes it from the queue.
        Claim = "claim",
        /// It is on paper.
        Printed = "printed",
        /// The courier has it.
        Dispatched = "dispatched",
        /// Somebody took it; the receiver is named.
        Delivered = "delivered",
        /// The recipient did not take it.
        Refused = "refused",
        /// There is no such address.
        NotFound = "not-found",
        /// It is back at the desk.
        Returned = "returned",
        /// It is not to be printed.
        Cancel = "cancel",
    }
}

impl DeskAct {
    /// From which states the act is possible, and to which it leads.
    const fn step(self) -> (&'static [DeliveryState], DeliveryState) {
        use DeliveryState as S;
        match self {
            Self::Claim => (&[S::Queued, S::Returned], S::Claimed),
            Self::Printed => (&[S::Claimed, S::Queued], S::Printed),
            Self::Dispatched => (&[S::Printed, S::Enveloped, S::Returned], S::Dispatched),
            Self::Delivered => (&[S::Dispatched, S::Printed], S::Delivered),
            Self::Refused => (&[S::Dispatched], S::Refused),
            Self::NotFound => (&[S::Dispatched], S::NotFound),
            Self::Returned => (&[S::Dispatched, S::Refused, S::NotFound], S::Returned),
            Self::Cancel => (&[S::Withheld, S::Queued, S::Deferred, S::Claimed, S::Printed, S::Returned], S::Cancelled),
        }
    }

    const fn fact(self) -> FactKind {
        match self {
            Self::Printed => FactKind::ContentConsignment,
            Self::Delivered => FactKind::ContentHandover,
            Self::Refused | Self::NotFound => FactKind::ContentHandoverFailure,
            Self::Claim | Self::Dispatched | Self::Returned | Self::Cancel => FactKind::DeskStep,
        }
    }
}

/// One act with what belongs to it.
#[derive(Debug, Clone)]
pub struct DeskEntry {
    /// What.
    pub act: DeskAct,
    /// Clerk or courier.
    pub by: String,
    /// Who took the letter; needed for [`DeskAct::Delivered`].
    pub receiver: String,
    /// Reason or remark.
    pub note: String,
}

/// Why the desk cannot do that.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such print job.
    #[error("{0} is no print job")]
    Unknown(DeliveryId),
    /// Not possible in this state.
    #[error("the job is {state}, so it cannot become {to}")]
    NotNow {
        /// State it is in.
        state: DeliveryState,
        /// State that was asked for.
        to: DeliveryState,
    },
    /// The job waits in the spool folder, or is not there yet.
    #[error("the job is not in the spool folder yet; try again in a moment")]
    NotSpooled,
    /// Nobody was named who took it.
    #[error("who took the letter must be named")]
    ReceiverMissing,
    /// The spool folder.
    #[error("the spool folder: {0}")]
    Spool(String),
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records what the desk did.
#[tracing::instrument(name = "flow.print.step", skip_all, fields(delivery = %id))]
pub async fn desk(house: &House, spool: &Spool, id: DeliveryId, entry: &DeskEntry) -> Result<StoredDelivery, DeskError> {
    let (from, to) = entry.act.step();
    let now = house.now();
    let mut tx = house.store.write().await?;
    let job = tx.delivery(id).await?.filter(|one| one.channel == Channel::Print).ok_or(DeskError::Unknown(id))?;
    if !from.contains(&job.state) {
        return Err(DeskError::NotNow { state: job.state, to });
    }
    if entry.act == DeskAct::Delivered && entry.receiver.trim().is_empty() {
        return Err(DeskError::ReceiverMissing);
    }
    if matches!(entry.act, DeskAct::Claim | DeskAct::Printed) && job.next_at.is_some() {
        return Err(DeskError::NotSpooled);
    }
    tx.change_state(id, (job.state, to), None, now).await?;
    tx.print_step(id, to, (&entry.by, &entry.receiver, &entry.note), now).await?;
    let clerk = FactActor { kind: "clerk".into(), who: entry.by.clone(), ..FactActor::system() };
    let mut fact = house.fact(entry.act.fact(), clerk);
    (fact.letter, fact.delivery, fact.channel) = (job.letter, Some(id), Some(Channel::Print));
    fact.event_time = now;
    let message = tx.message(job.message).await?;
    fact.recipient = message.map(|message| message.recipient);
    let fact = fact.with("before", job.state.as_str()).with("after", to.as_str());
    tx.insert_fact(&fact.with("receiver", &entry.receiver).with("note", &entry.note)).await?;
    match to {
        DeliveryState::Refused | DeliveryState::NotFound | DeliveryState::Cancelled => {
            ended::told(house, &mut tx, &StoredDelivery { state: to, ..job }, &entry.note).await?;
        }
        DeliveryState::Delivered => tray::handed_over(house, &mut tx, id, &entry.by).await?,
        _ => {}
    }
    tx.announce(Topic::Facts);
    crate::domain::abort::point("handover.before_commit");
    tx.commit().await?;
    crate::domain::abort::point("handover.after_commit");
    if entry.act == DeskAct::Cancel {
        spool.withdraw(&format!("{id}-1")).map_err(|error| DeskError::Spool(error.to_string()))?;
    }
    let mut tx = house.store.read().await?;
    tx.delivery(id).await?.ok_or(DeskError::Unknown(id))
}

/// How many jobs are looked at with one statement.
const JOBS: i64 = 1_000;

/// After this time nothing of a job can come into the spool folder any more: a worker that had begun with it before it was
/// withdrawn has long ended.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// Takes jobs that were answered elsewhere, replaced or cancelled in the queue out of the spool folder, before somebody prints
/// them. Each is looked at for a day and then never again, however many there are.
pub async fn withdraw_answered(house: &House, spool: &Spool) -> Result<usize, DeskError> {
    let (mut gone, mut after) = (0, DeliveryId::new(Uuid::nil()));
    let settled = house.now().saturating_sub(LATE).unwrap_or(Timestamp::MIN);
    loop {
        let jobs = house.store.read().await?.paper_to_take_out(after, JOBS).await?;
        let Some((last, _)) = jobs.last() else { return Ok(gone) };
        after = *last;
        for (id, _) in &jobs {
            let removed = spool.withdraw(&format!("{id}-1")).map_err(|error| DeskError::Spool(error.to_string()))?;
            gone += usize::from(removed);
        }
        let done: Vec<DeliveryId> = jobs.into_iter().filter(|(_, at)| *at < settled).map(|(id, _)| id).collect();
        if !done.is_empty() {
            let mut tx = house.store.write().await?;
            tx.paper_taken_out(&done).await?;
            tx.commit().await?;
        }
    }
}
