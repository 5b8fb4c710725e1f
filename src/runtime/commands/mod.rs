//! What the commands do: each opens the installation, calls a flow or reads the record, and says what came of it.

mod check;
mod desk;
mod evidence;
mod ingest;
mod inspect;
mod letters;
mod people;
mod queue;
mod registry;
mod told;
mod tray;

use super::Ended;
use super::cli::{Arguments, Command};
use super::clock::{MovedClock, SystemClock};
use super::config::Source;
use super::open::{Opened, Reach, open};
use super::words::{line, say};
use crate::domain::clock::Clock;
use crate::domain::ids::LetterId;
use crate::flow::House;
use crate::store::StoreError;
use anyhow::Result;
use jiff::SignedDuration;
use std::path::Path;
use std::sync::Arc;

/// Runs one command.
pub async fn run(arguments: Arguments) -> Result<Ended> {
    let source = arguments.source();
    let named = arguments.config.is_some() || arguments.dir.is_some();
    match arguments.command {
        Command::Demo(demo) => super::demo::run(arguments.dir, &demo).await,
        Command::Serve(serve) => super::daemon::serve(&source, serve.listen).await,
        Command::Check(check) => check::run(&source, &check).await,
        Command::Migrate => record(&source).await.map(|_| Ended::Done),
        Command::Registry(registry) => registry::run(&source, registry).await,
        Command::Letter(letter) => letters::run(&source, letter).await,
        Command::Queue(queue) => queue::run(&source, queue).await,
        Command::Channel(channel) => queue::channel(&source, channel).await,
        Command::Ingest { files } => ingest::run(&source, &files).await,
        Command::Inspect(inspect) => inspect::run(Some(&source).filter(|_| named), &inspect).await,
        Command::Print(print) => desk::run(&source, print).await,
        Command::Tray(tray) => tray::run(&source, tray).await,
        Command::Absence(absence) => people::absence(&source, absence).await,
        Command::GoLive { yes } => people::go_live(&source, yes).await,
        Command::Evidence(evidence) => evidence::run(&source, evidence).await,
        Command::Link(link) => people::link(&source, link).await,
        Command::Status { json } => queue::status(&source, json).await,
        Command::Bench(bench) => Box::pin(super::bench::run(&bench)).await,
        Command::RenderWorker => Ok(Ended::Usage),
    }
}

/// The clock of an installation: the machine's, or the moved one of a practice room.
pub fn clock_of(folder: &Path) -> Arc<dyn Clock> {
    let moved = std::fs::read_to_string(folder.join(super::demo::CLOCK_FILE)).ok();
    match moved.and_then(|text| text.trim().parse().ok()) {
        Some(seconds) => Arc::new(MovedClock::moved(SignedDuration::from_secs(seconds))),
        None => Arc::new(SystemClock),
    }
}

fn folder_of(source: &Source) -> &Path {
    match source {
        Source::Dir(folder) => folder,
        Source::File(file) => file.parent().unwrap_or(Path::new(".")),
    }
}

/// Opens the record of an installation.
async fn record(source: &Source) -> Result<Opened> {
    let opened = open(source, clock_of(folder_of(source)), Reach::Record).await?;
    tell_new_ca(&opened);
    Ok(opened)
}

/// Whichever command makes the office CA says how it is installed: beside its answer, which may be for a program.
fn tell_new_ca(opened: &Opened) {
    if let Some(words) = opened.new_ca_words() {
        eprintln!("{words}");
    }
}

/// The letter that a person means: an id, or a number of which there is one.
async fn letter_meant(house: &House, text: &str) -> Result<Option<LetterId>, StoreError> {
    let mut tx = house.store.read().await?;
    if let Ok(id) = text.parse::<LetterId>() {
        return Ok(tx.letter(id).await?.map(|letter| letter.id));
    }
    Ok(tx.letters_by_number(text).await?.into_iter().next())
}

/// "Not found", on standard error.
fn unknown(id: &str) -> Ended {
    eprintln!("{}", line("id_unknown", &[("id", id)]));
    Ended::Wanting
}

/// One JSON value on standard output.
fn print_json(value: &impl serde::Serialize) {
    say(&serde_json::to_string(value).unwrap_or_default());
}
