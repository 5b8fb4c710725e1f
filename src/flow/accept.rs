//! Accept: a letter becomes ours, or is refused with every reason at once.
//!
//! In: a letter, its files, the caller's id. Out: the letter's id, the agenda numbers and the deliveries that follow, all
//! committed in one transaction with the first evidence; or a refusal that leaves a trace. Nothing is sent here.

mod check;
mod record;

use super::house::House;
use crate::domain::codes::UnitCode;
use crate::domain::ids::LetterId;
use crate::domain::letter::Letter;
use crate::domain::letter_form::{Form, FormFault};
use crate::domain::routing::{Route, RoutingView, route};
use crate::store::StoreError;
use crate::store::files::sha256;
use std::collections::BTreeMap;

pub use check::{CheckedFile, Refusal, RefusalCode, dates};

/// A file as the caller hands it in.
#[derive(Debug, Clone)]
pub struct SubmittedFile {
    /// Name.
    pub name: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// What a caller submits.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The letter.
    pub letter: Letter,
    /// Its PDF.
    pub pdf: SubmittedFile,
    /// Attachments.
    pub attachments: Vec<SubmittedFile>,
}

impl Submission {
    fn files(&self) -> (&SubmittedFile, &[SubmittedFile]) {
        (&self.pdf, &self.attachments)
    }
}

/// What the caller is told: from here on the letter is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Id of the letter.
    pub id: LetterId,
    /// Agenda numbers of the receiving units: (year, number).
    pub agenda: BTreeMap<UnitCode, (i64, i64)>,
    /// True where the same id and content had been accepted before.
    pub again: bool,
}

/// Why a letter was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// Something is wrong with it; every reason is listed.
    #[error("the letter is refused for {} reasons", .0.len())]
    Refused(Vec<Refusal>),
    /// The caller's id stands for another letter; with what else is wrong with this one, so that who mends the one shall not meet
    /// the next.
    #[error("the id stands for another letter, {0}")]
    Conflict(LetterId, Vec<Refusal>),
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a letter over.
#[tracing::instrument(name = "flow.letter.accept", skip_all)]
pub async fn accept(house: &House, submission: Submission) -> Result<Accepted, AcceptError> {
    let content_hash = content_hash(&submission);
    match first_answer(house, &submission.letter.caller_id, &content_hash).await {
        Ok(Some(answer)) => return Ok(answer),
        Err(AcceptError::Conflict(id, _)) => return Err(AcceptError::Conflict(id, faults(house, &submission).await?)),
        other => other?,
    };
    if let Some(refusal) = check::disk(house, &submission) {
        return disk_full(house, &submission.letter, refusal).await;
    }
    let files = match check::files(house, submission.files()).await {
        Ok(files) => files,
        Err(mut refusals) => {
            // Who mends one fault shall not meet the next.
            refusals.extend(of_letter(house, &submission.letter).await?);
            return refuse(house, &submission.letter, refusals).await;
        }
    };
    crate::domain::abort::point("accept.after_check");
    for file in &files {
        house.store.files().put(file.bytes.clone()).await?;
    }
    crate::domain::abort::point("accept.after_files");
    let mut tx = house.store.write().await?;
    let city = house.city(&mut tx).await?;
    let rules = house.rules();
    let view = RoutingView { directory: &city.directory, rules: &rules, day: house.today() };
    let refusals = [check::addressing(&submission.letter, view), dates(house, &submission.letter)].concat();
    if !refusals.is_empty() {
        drop(tx);
        return refuse(house, &submission.letter, refusals).await;
    }
    let plan = route(&submission.letter, view);
    crate::domain::abort::point("accept.after_route");
    let taken = record::Taken { submission: &submission, content_hash, files: &files, route: &plan };
    match record::record(house, &mut tx, taken, &city).await {
        Ok(accepted) => {
            crate::domain::abort::point("accept.before_commit");
            tx.commit().await?;
            crate::domain::abort::point("accept.after_commit");
            tracing::info!(letter = %accepted.id, "accepted");
            Ok(accepted)
        }
        // Somebody with the same id was quicker: his answer is the answer.
        Err(StoreError::Conflict(error)) => {
            drop(tx);
            let again = first_answer(house, &submission.letter.caller_id, &self::content_hash(&submission)).await?;
            again.ok_or(AcceptError::Store(StoreError::Conflict(error)))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a form that is no letter, and with the files beside it: everything in one pass.
pub async fn judge(
    house: &House,
    form: &Form,
    files: Option<(&SubmittedFile, &[SubmittedFile])>,
) -> Result<(Vec<FormFault>, Vec<Refusal>), StoreError> {
    let city = house.city(&mut house.store.read().await?).await?;
    let faults = form.faults_in(&city.directory, house.city_time());
    let refusals = match files {
        Some(files) => check::files(house, files).await.err().unwrap_or_default(),
        None => Vec::new(),
    };
    Ok((faults, refusals))
}

/// The route that a letter would take now, without sending anything.
pub async fn preview(house: &House, letter: &Letter) -> Result<(Route, Vec<Refusal>), StoreError> {
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    let rules = house.rules();
    let view = RoutingView { directory: &city.directory, rules: &rules, day: house.today() };
    Ok((route(letter, view), check::addressing(letter, view)))
}

/// Everything that is wrong with files, addressing and dates.
async fn faults(house: &House, submission: &Submission) -> Result<Vec<Refusal>, StoreError> {
    let mut refusals = check::files(house, submission.files()).await.err().unwrap_or_default();
    refusals.extend(of_letter(house, &submission.letter).await?);
    Ok(refusals)
}

/// What is wrong with a letter that comes now, its files aside.
async fn of_letter(house: &House, letter: &Letter) -> Result<Vec<Refusal>, StoreError> {
    Ok([preview(house, letter).await?.1, dates(house, letter)].concat())
}

/// The same id and content again gives the first answer again; other content is a conflict.
async fn first_answer(house: &House, caller_id: &str, content_hash: &[u8]) -> Result<Option<Accepted>, AcceptError> {
    let mut tx = house.store.read().await?;
    let Some((id, known)) = tx.letter_by_caller(caller_id).await? else { return Ok(None) };
    if known != content_hash {
        return Err(AcceptError::Conflict(id, Vec::new()));
    }
    Ok(Some(Accepted { id, agenda: tx.agenda_of(id).await?, again: true }))
}

/// A disk that is full to the last byte has no room for the trace either; the caller is told all the same.
async fn disk_full(house: &House, letter: &Letter, refusal: Refusal) -> Result<Accepted, AcceptError> {
    match refuse(house, letter, vec![refusal.clone()]).await {
        Err(AcceptError::Store(error)) if error.is_full() => {
            tracing::error!(%error, "the refusal of a letter could not be recorded");
            Err(AcceptError::Refused(vec![refusal]))
        }
        other => other,
    }
}

async fn refuse(house: &House, letter: &Letter, refusals: Vec<Refusal>) -> Result<Accepted, AcceptError> {
    record::refusal(house, letter, &refusals).await?;
    Err(AcceptError::Refused(refusals))
}

/// SHA-256 over the letter's fields and the hashes of its files, in order.
fn content_hash(submission: &Submission) -> Vec<u8> {
    let mut text = serde_json::to_vec(&submission.letter).unwrap_or_default();
    for file in std::iter::once(&submission.pdf).chain(&submission.attachments) {
        text.extend(file.name.as_bytes());
        text.push(0);
        text.extend(sha256(&file.bytes));
    }
    sha256(&text)
}
