//! The door for outgoing mail: mails enter from many tasks at once, an outcome each leaves. Connections are kept between
//! mails, never more than the settings allow, and only when the dialogue on them ended cleanly: a mail whose future was
//! dropped takes its connection along, because nobody else ever held it.

use super::address::Address;
use super::dial::{Dial, DoorError};
use super::envelope::Envelope;
use super::fault::{Fault, accepted};
use super::pace::Pace;
use super::session::Session;
use super::settings::{SmtpSettings, seconds};
use super::wiremail::WireMail;
use crate::domain::delivery::Outcome;
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long the question may take whether a kept connection still lives.
const PROBE: Duration = Duration::from_secs(5);
/// Destinations that are remembered before those at rest are forgotten.
const DESTINATIONS: usize = 1000;

/// The door to one mail server with one login.
pub struct SmtpDoor {
    dial: Dial,
    idle: Mutex<Vec<Session>>,
    connections: Semaphore,
    destinations: Mutex<HashMap<String, Arc<Semaphore>>>,
    pace: Pace,
}

/// What a trial of the door found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Host and port.
    pub peer: String,
    /// Version of TLS; `None` without TLS.
    pub tls: Option<String>,
    /// True when a login was tried and worked.
    pub logged_in: bool,
    /// What the server offers, as it said it.
    pub offers: Vec<String>,
    /// True where delivery reports can be asked for.
    pub reports_delivery: bool,
    /// The largest mail that the server takes, where it says so.
    pub size_limit: Option<u64>,
}

impl SmtpDoor {
    /// Builds the door; opens nothing yet. The caller has read the password from its file.
    pub fn new(settings: SmtpSettings, password: Option<SecretString>) -> Result<Self, DoorError> {
        Ok(Self {
            connections: Semaphore::new(settings.connections.max(1)),
            pace: Pace::new(settings.per_minute),
            dial: Dial::new(settings, password)?,
            idle: Mutex::default(),
            destinations: Mutex::default(),
        })
    }

    /// Hands one mail over. May be called from many tasks at once; waits for its turn as long as it takes.
    pub async fn send(&self, envelope: &Envelope, mail: &WireMail) -> Outcome {
        self.pace.turn().await;
        // The destination first: who waits for a slow domain must not hold a connection that others could use.
        let _destination = self.destination(envelope.to.domain()).await;
        let _connection = self.connections.acquire().await;
        match self.attempt(envelope, mail).await {
            Ok(outcome) => outcome,
            Err(fault) => fault.outcome(),
        }
    }

    async fn attempt(&self, envelope: &Envelope, mail: &WireMail) -> Result<Outcome, Fault> {
        let kept = self.rested().await;
        let was_kept = kept.is_some();
        let mut session = match kept {
            Some(session) => session,
            None => Session::open(&self.dial).await?,
        };
        let mut answer = session.deliver(envelope, mail).await;
        if was_kept && answer.as_ref().is_err_and(Fault::is_stale) {
            session = Session::open(&self.dial).await?;
            answer = session.deliver(envelope, mail).await;
        }
        let reports_delivery = session.offers.has("DSN");
        self.keep(session).await;
        Ok(accepted(&answer?, &self.dial.peer(), reports_delivery))
    }

    /// A kept connection that is known to live.
    async fn rested(&self) -> Option<Session> {
        loop {
            let mut session = lock(&self.idle).pop()?;
            let rest = session.used.elapsed();
            if rest > seconds(self.dial.settings.idle_seconds) {
                retire(session);
            } else if rest < seconds(self.dial.settings.probe_seconds) || session.reset(PROBE).await.is_ok() {
                return Some(session);
            }
        }
    }

    /// Puts a connection back when it may be used again.
    async fn keep(&self, mut session: Session) {
        if !session.usable {
            return;
        }
        if session.served >= self.dial.settings.messages_per_connection.max(1) {
            return retire(session);
        }
        if session.dirty && session.reset(PROBE).await.is_err() {
            return;
        }
        lock(&self.idle).push(session);
    }

    async fn destination(&self, domain: &str) -> Option<OwnedSemaphorePermit> {
        let turn = {
            let mut known = lock(&self.destinations);
            if known.len() >= DESTINATIONS {
                known.retain(|_, turn| Arc::strong_count(turn) > 1);
            }
            let fresh = || Arc::new(Semaphore::new(self.dial.settings.per_destination.max(1)));
            known.entry(domain.to_ascii_lowercase()).or_insert_with(fresh).clone()
        };
        turn.acquire_owned().await.ok()
    }

    /// Connects, logs in, asks whether a mail with this envelope sender would be taken for this recipient, and leaves
    /// without sending one.
    pub async fn check(&self, sender: &Address, recipient: &Address) -> Result<Checked, Fault> {
        let mut session = Session::open(&self.dial).await?;
        session.may_send(sender, recipient).await?;
        let checked = Checked {
            peer: self.dial.peer(),
            tls: session.tls.clone(),
            logged_in: self.dial.settings.username.is_some(),
            offers: session.offers.lines().to_vec(),
            reports_delivery: session.offers.has("DSN"),
            size_limit: session.offers.size_limit(),
        };
        session.quit().await;
        Ok(checked)
    }

    /// Says good-bye on all connections at rest.
    pub async fn close(&self) {
        let sessions = std::mem::take(&mut *lock(&self.idle));
        futures::future::join_all(sessions.into_iter().map(Session::quit)).await;
    }
}

impl std::fmt::Debug for SmtpDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpDoor({})", self.dial.peer())
    }
}

/// QUIT without making the next mail wait for it.
fn retire(session: Session) {
    tokio::spawn(session.quit());
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
