//! The engine: command line, configuration, daemon. The only room that reads the environment, prints, and knows all others.

pub mod abort_points;
pub mod alone;
mod bench;
pub mod cli;
pub mod clock;
mod commands;
pub mod config;
pub mod daemon;
pub mod demo;
pub mod ending;
pub mod intake;
mod leader;
pub mod open;
mod telemetry;
pub mod words;

use clap::Parser as _;
use cli::{Arguments, Command};
use std::process::ExitCode;

/// How a command ended, as its exit code (house: 0 done, 1 found wanting, 2 usage, 3 cannot reach something).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Done.
    Done,
    /// Found wanting: a refusal, a broken chain, something to repair.
    Wanting,
    /// Wrong usage: arguments or files that cannot be read.
    Usage,
    /// Something cannot be reached.
    Unreachable,
    /// Could not be stored for now: the caller keeps it and comes again (`EX_TEMPFAIL` of an MTA's pipe).
    Later,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        Self::from(match ended {
            Ended::Done => 0,
            Ended::Wanting => 1,
            Ended::Usage => 2,
            Ended::Unreachable => 3,
            Ended::Later => 75,
        })
    }
}

/// Parses the arguments, runs the command, says what went wrong.
pub fn main() -> ExitCode {
    // One crypto provider for every room; without it the first TLS connection would have none.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    arm_abort_point();
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::RenderWorker) {
        return render_worker();
    }
    telemetry::start(matches!(arguments.command, Command::Serve(_)));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let (words, _) = ending::told(&error.into());
            eprintln!("{words}");
            return Ended::Unreachable.into();
        }
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(ended) => ended.into(),
        Err(error) => {
            let (words, ended) = ending::told(&error);
            eprintln!("{words}");
            ended.into()
        }
    }
}

/// The crash stories name the point at which this process shall die; a release build takes the name and does nothing.
#[expect(clippy::disallowed_methods, reason = "runtime is the room that reads the environment")]
fn arm_abort_point() {
    crate::domain::abort::arm(std::env::var("KURIR_ABORT_AT").ok().as_deref());
}

/// The child that sets paper: one JSON job a line in, one answer a line out, within its limits.
fn render_worker() -> ExitCode {
    if crate::render::worker::run().is_ok() { Ended::Done.into() } else { Ended::Unreachable.into() }
}
