//! `kurir print`: what the print desk does, for scripts.

use super::{print_json, record, told, unknown};
use crate::flow::check_code;
use crate::flow::handover::{DeskAct, DeskEntry, DeskError, desk};
use crate::runtime::Ended;
use crate::runtime::cli::{DeskStep, Print};
use crate::runtime::config::Source;
use crate::runtime::words::{line, out, say};
use anyhow::Result;
use serde_json::json;

/// Runs `kurir print`.
pub async fn run(source: &Source, command: Print) -> Result<Ended> {
    let mut sure = true;
    let (act, step, receiver) = match command {
        Print::List { all, json } => return list(source, all, json).await,
        Print::Claim(step) => (DeskAct::Claim, step, String::new()),
        Print::Printed(step) => (DeskAct::Printed, step, String::new()),
        Print::Dispatched(step) => (DeskAct::Dispatched, step, String::new()),
        Print::Delivered { to, step } => (DeskAct::Delivered, step, to),
        Print::Refused(step) => (DeskAct::Refused, step, String::new()),
        Print::NotFound(step) => (DeskAct::NotFound, step, String::new()),
        Print::Returned(step) => (DeskAct::Returned, step, String::new()),
        Print::Cancel { yes, step } => {
            sure = yes;
            (DeskAct::Cancel, step, String::new())
        }
    };
    one(source, (act, sure), step, receiver).await
}

async fn list(source: &Source, all: bool, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    let mut tx = house.store.read().await?;
    let jobs = tx.print_queue(all, 100_000).await?;
    for job in &jobs {
        let message = tx.message(job.message).await?;
        let recipient = message.map(|message| message.recipient).unwrap_or_default();
        let reason = job.reason.print_reason();
        if as_json {
            print_json(&json!({
                "id": job.id, "letter": job.letter, "recipient": recipient, "state": job.state, "reason": reason,
                "copy_number": job.copy_number, "since": job.state_at, "entry": format!("{}-1", job.id),
            }));
        } else {
            let state = told::label(house, "print_job", job.state.as_str());
            let reason = reason.map(|reason| told::label(house, "print_reason", reason.as_str())).unwrap_or_default();
            out!("{}  {recipient:<18} {state:<20} {reason}", job.id);
        }
    }
    if jobs.is_empty() && !as_json {
        say(&line("print_empty", &[]));
    }
    Ok(Ended::Done)
}

async fn one(source: &Source, (act, sure): (DeskAct, bool), step: DeskStep, receiver: String) -> Result<Ended> {
    let opened = record(source).await?;
    let Some(id) = check_code::job(&opened.house, &step.id).await? else { return Ok(unknown(&step.id)) };
    // The number of a copy is never given a second time.
    if !sure && opened.house.store.read().await?.delivery(id).await?.is_some_and(|job| job.copy_number > 0) {
        eprintln!("{}", line("destructive", &[]));
        return Ok(Ended::Usage);
    }
    let entry = DeskEntry { act, by: step.by, receiver, note: step.note };
    match desk(&opened.house, &opened.doors.print, id, &entry).await {
        Ok(job) => {
            let state = told::label(&opened.house, "print_job", job.state.as_str());
            say(&line("print_done", &[("id", &id.to_string()), ("state", &state)]));
            Ok(Ended::Done)
        }
        Err(DeskError::Store(error)) => Err(error.into()),
        Err(error) => {
            eprintln!("{}", told::not_at_the_desk(&opened.house, &error));
            Ok(Ended::Wanting)
        }
    }
}
