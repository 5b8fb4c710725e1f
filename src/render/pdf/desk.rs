//! The parent's side: one child, one job at a time, killed and replaced when it hangs, dies, or has done enough.

use super::job::{Answer, Ask, Job, Printed};
use crate::domain::limits;
use crate::render::context::PdfUnreadable;
use crate::render::pdf_check::{PdfFacts, PdfFault};
use crate::render::worker::{ANSWER, JOB_BYTES};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

/// Longest answer that is taken.
const ANSWER_BYTES: u64 = 64 * 1024 * 1024;

/// Why paper was not set.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The child took too long and was killed.
    #[error("the render worker did not answer in time")]
    Timeout,
    /// The child died or did not speak the protocol, twice if it was not fresh.
    #[error("the render worker died")]
    ChildDied,
    /// The form cannot be set; trying again is of no use.
    #[error("the form cannot be set: {0}")]
    BadForm(String),
    /// No child could be started.
    #[error("the render worker could not be started")]
    Spawn(#[source] std::io::Error),
}

/// Limits that the parent watches.
#[derive(Debug, Clone, Copy)]
pub struct WorkerLimits {
    /// Longest time of a job.
    pub timeout: Duration,
    /// Jobs after which the child is replaced.
    pub jobs: u32,
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(20), jobs: 200 }
    }
}

/// Sets paper through a child process, which is started with the first job.
#[derive(Debug)]
pub struct PdfDesk {
    program: PathBuf,
    arguments: Vec<String>,
    limits: WorkerLimits,
    worker: Mutex<Option<Worker>>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    done: u32,
}

impl PdfDesk {
    /// A desk whose child is `program arguments...` (the daemon's own binary with `render-worker`).
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str], limits: WorkerLimits) -> Self {
        let arguments = arguments.iter().map(|one| (*one).to_owned()).collect();
        Self { program: program.into(), arguments, limits, worker: Mutex::new(None) }
    }

    /// Sets one job. Jobs wait for each other.
    pub async fn set(&self, job: &Job) -> Result<Printed, PdfError> {
        match self.asked(&Ask::Set(job.clone()), &[]).await? {
            Answer::Done { ident, pdf, replaced } if ident == job.ident => {
                let pdf = STANDARD.decode(pdf).map_err(|_| PdfError::ChildDied)?;
                Ok(Printed { pdf, replaced })
            }
            Answer::Bad { reason } => Err(PdfError::BadForm(reason)),
            Answer::Done { .. } | Answer::Good(_) | Answer::Faulty(_) => {
                *self.worker.lock().await = None;
                Err(PdfError::ChildDied)
            }
        }
    }

    /// Examines a file from outside. A file that takes a fresh child along is too complex; [`PdfError::Timeout`] says
    /// nothing of the file, the machine may be busy.
    pub async fn examine(&self, bytes: &[u8]) -> Result<Result<PdfFacts, PdfFault>, PdfError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > limits::FILE_BYTES {
            return Ok(Err(PdfFault::Unreadable(PdfUnreadable::TooLarge)));
        }
        match self.asked(&Ask::Examine { length }, bytes).await {
            Ok(Answer::Good(facts)) => Ok(Ok(facts)),
            Ok(Answer::Faulty(fault)) => Ok(Err(fault)),
            Ok(Answer::Done { .. } | Answer::Bad { .. }) => Err(PdfError::ChildDied),
            Err(PdfError::ChildDied) => Ok(Err(PdfFault::Unreadable(PdfUnreadable::TooComplex))),
            Err(other) => Err(other),
        }
    }

    /// Asks the child that waits, else a fresh one; a child that died while it waited costs nobody a job.
    async fn asked(&self, ask: &Ask, bytes: &[u8]) -> Result<Answer, PdfError> {
        let mut line = serde_json::to_vec(ask).map_err(|fault| PdfError::BadForm(fault.to_string()))?;
        line.push(b'\n');
        if u64::try_from(line.len()).is_ok_and(|length| length > JOB_BYTES) {
            return Err(PdfError::BadForm("the values of the form are too long".to_owned()));
        }
        let mut place = self.worker.lock().await;
        // The child is out of its place while it works: whoever drops this future drops and kills the child with it, so
        // that an answer can never meet the wrong question.
        let answered = match place.take() {
            Some(used) => self.ask(used, &line, bytes).await,
            None => Err(PdfError::ChildDied),
        };
        let (worker, answer) = match answered {
            Err(PdfError::ChildDied) => self.ask(self.spawn()?, &line, bytes).await?,
            other => other?,
        };
        *place = Some(worker).filter(|worker| worker.done < self.limits.jobs);
        Ok(answer)
    }

    /// The process id of the child that waits for jobs, if there is one.
    pub async fn child_id(&self) -> Option<u32> {
        self.worker.lock().await.as_ref().and_then(|worker| worker.child.id())
    }

    fn spawn(&self) -> Result<Worker, PdfError> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            // The allocator takes address space by the gigabyte; what it does not use yet must not count against the child's limit.
            .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A panic message could quote a letter.
            .stderr(Stdio::null())
            // A signal to our group (Ctrl-C, a supervisor) is for us: we finish the form that is under way, then end the child.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(PdfError::Spawn)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(PdfError::ChildDied);
        };
        Ok(Worker { child, input, output: BufReader::new(output), done: 0 })
    }

    /// Asks a child. It comes back only if it answered; otherwise it is killed here.
    async fn ask(&self, mut worker: Worker, line: &[u8], bytes: &[u8]) -> Result<(Worker, Answer), PdfError> {
        match tokio::time::timeout(self.limits.timeout, worker.exchange(line, bytes)).await {
            Ok(Some(answer)) => {
                worker.done += 1;
                Ok((worker, answer))
            }
            Ok(None) => {
                let _ = worker.child.kill().await;
                Err(PdfError::ChildDied)
            }
            Err(_) => {
                let _ = worker.child.kill().await;
                Err(PdfError::Timeout)
            }
        }
    }
}

impl Worker {
    /// One question, one answer; `None` when the child is gone or talks nonsense.
    async fn exchange(&mut self, line: &[u8], bytes: &[u8]) -> Option<Answer> {
        self.input.write_all(line).await.ok()?;
        self.input.write_all(bytes).await.ok()?;
        self.input.flush().await.ok()?;
        let mut answers = (&mut self.output).take(ANSWER_BYTES);
        loop {
            let mut text = Vec::new();
            if answers.read_until(b'\n', &mut text).await.ok()? == 0 {
                return None;
            }
            if let Some(answer) = text.strip_prefix(ANSWER.as_bytes()) {
                return serde_json::from_slice(answer).ok();
            }
        }
    }
}
