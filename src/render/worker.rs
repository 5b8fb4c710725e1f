//! `kurir render-worker`: sets paper forms, one JSON job a line in, one answer a line out, until its input ends.
//!
//! Runs in a process of its own under limits that it sets itself, so that a form that eats memory or never ends costs this
//! process only. It opens no file and no connection.

use super::labels::Labels;
use super::pdf::{Answer, Ask, Job, typeset::typeset};
use super::pdf_check::examine;
use crate::domain::limits;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Begins every line that is an answer; anything else on the output is not ours and is skipped by the parent.
pub const ANSWER: &str = "kurir-pdf ";
/// Longest line that is taken as a job.
pub const JOB_BYTES: u64 = 1024 * 1024;

/// Limits of the child.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of data.
    pub memory: u64,
    /// Seconds of processor time over its whole life.
    pub cpu_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 512 * 1024 * 1024, cpu_seconds: 600 }
    }
}

/// Puts the limits on this process for good. No core file: it would hold words of letters.
pub fn confine(limits: Limits) -> io::Result<()> {
    let both = |value: u64| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::Data, both(limits.memory))?;
    setrlimit(Resource::Cpu, both(limits.cpu_seconds))?;
    setrlimit(Resource::Core, both(0))?;
    Ok(())
}

/// The whole of `kurir render-worker`: limits, then jobs from standard input until it ends.
pub fn run() -> io::Result<()> {
    confine(Limits::default())?;
    serve(io::stdin().lock(), io::stdout().lock())
}

/// Answers jobs until the input ends.
pub fn serve(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let labels = Labels::load().map_err(io::Error::other)?;
    loop {
        let mut line = Vec::new();
        let read = Read::take(&mut input, JOB_BYTES).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        // Half a line would be answered, and its rest as well: the answers would no longer fit their questions.
        if line.last() != Some(&b'\n') {
            return Err(io::Error::other("a job that is too long or cut off"));
        }
        let answer = match serde_json::from_slice(&line) {
            Ok(Ask::Set(job)) => set(&job, &labels),
            Ok(Ask::Examine { length }) => looked_at(&mut input, length)?,
            // The message of the parser may quote the line; its place is enough.
            Err(fault) => Answer::Bad { reason: format!("not a job (line {}, column {})", fault.line(), fault.column()) },
        };
        let answer = serde_json::to_string(&answer).map_err(io::Error::other)?;
        writeln!(output, "\n{ANSWER}{answer}")?;
        output.flush()?;
    }
}

fn set(job: &Job, labels: &Labels) -> Answer {
    match catch_unwind(AssertUnwindSafe(|| typeset(job, labels))) {
        Ok(Ok(printed)) => {
            Answer::Done { ident: job.ident.clone(), pdf: STANDARD.encode(printed.pdf), replaced: printed.replaced }
        }
        Ok(Err(reason)) => Answer::Bad { reason },
        Err(_) => Answer::Bad { reason: "the setter panicked".to_owned() },
    }
}

/// Takes the bytes of a file off the input and looks at them.
fn looked_at(input: &mut impl BufRead, length: u64) -> io::Result<Answer> {
    if length > limits::FILE_BYTES {
        return Err(io::Error::other("a file to examine is too large"));
    }
    let mut bytes = Vec::new();
    Read::take(input, length).read_to_end(&mut bytes)?;
    Ok(examine(&bytes).map_or_else(Answer::Faulty, Answer::Good))
}
