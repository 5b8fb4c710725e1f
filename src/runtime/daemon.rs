//! The daemon: one loop per way out, one per way in, one that judges, one that seals. Each is woken by commits and polls as
//! well; each rests after an error and goes on. Stopping lets what is under way come to its end.

use super::intake::{imap_loop, maildir_loop, telegram_loop};
use super::leader::{IMAP_LEADER, TELEGRAM_LEADER, alone};
use super::open::{Opened, Reach, open};
use super::words::{line, say};
use super::{Ended, commands};
use crate::domain::delivery::Channel;
use crate::flow::dispatch::{footing, round, sweep};
use crate::flow::{Doors, House, evidence, handover, receive};
use crate::runtime::config::{IntakeSource, Source, load};
use crate::store::{StoreError, Topic};
use crate::web::Counter;
use anyhow::Result;
use jiff::civil::Date;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a loop waits for a wake before it looks by itself.
const POLL: Duration = Duration::from_secs(5);
/// How long a loop rests after an error.
const REST: Duration = Duration::from_secs(2);
/// How long facts gather before they are sealed.
const GATHER: Duration = Duration::from_millis(250);
/// Workers on one channel at once: while one waits for answers, the other prepares.
const WORKERS: usize = 2;

/// What the loops did since the start, for the counters.
#[derive(Debug, Default)]
pub struct Counts {
    /// Deliveries that went through dispatch.
    pub dispatched: AtomicU64,
    /// Inbound items judged.
    pub judged: AtomicU64,
    /// Facts sealed.
    pub sealed: AtomicU64,
}

/// Everything that the loops share.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The house.
    pub house: Arc<House>,
    /// The doors.
    pub doors: Arc<Doors>,
    /// Set when the daemon is to stop.
    pub stop: CancellationToken,
    /// Counters.
    pub counts: Arc<Counts>,
}

impl Engine {
    /// An engine of an open installation.
    pub fn new(opened: &Opened) -> Self {
        Self {
            house: Arc::clone(&opened.house),
            doors: Arc::clone(&opened.doors),
            stop: CancellationToken::new(),
            counts: Arc::default(),
        }
    }

    /// Runs rounds until nothing is left to do now: what the practice room and the stories wait for.
    pub async fn run_until_idle(&self) -> Result<(), StoreError> {
        loop {
            let mut done = receive::round(&self.house, &self.doors).await?;
            for channel in Channel::ALL {
                done += round(&self.house, &self.doors, *channel).await?;
            }
            if done == 0 {
                break;
            }
        }
        while evidence::seal(&self.house).await? > 0 {}
        Ok(())
    }

    /// Starts every loop that needs no door in.
    pub fn start(&self, tasks: &mut JoinSet<()>) {
        for channel in Channel::ALL {
            for _ in 0..WORKERS {
                tasks.spawn(self.clone().dispatch_loop(*channel));
            }
        }
        tasks.spawn(self.clone().judge_loop());
        tasks.spawn(self.clone().seal_loop());
        tasks.spawn(self.clone().day_loop());
        tasks.spawn(self.clone().wake_loop());
    }

    /// The counters as the pages read them.
    pub fn counters(&self) -> Vec<Counter> {
        let counter = |name, help, pick: fn(&Counts) -> &AtomicU64| {
            let counts = Arc::clone(&self.counts);
            Counter { name, help, read: Arc::new(move || pick(&counts).load(Ordering::Relaxed)) }
        };
        vec![
            counter("dispatched_total", "Deliveries that went through dispatch since the start.", |counts| &counts.dispatched),
            counter("judged_total", "Inbound items judged since the start.", |counts| &counts.judged),
            counter("sealed_total", "Facts sealed since the start.", |counts| &counts.sealed),
        ]
    }

    /// What other replicas commit wakes the loops of this one.
    async fn wake_loop(self) {
        tokio::select! {
            () = self.house.store.relay_wakes() => {}
            () = self.stop.cancelled() => {}
        }
    }

    async fn dispatch_loop(self, channel: Channel) {
        self.repeat(Topic::Deliveries, "dispatch", || async {
            let taken = round(&self.house, &self.doors, channel).await?;
            self.counts.dispatched.fetch_add(taken as u64, Ordering::Relaxed);
            Ok(taken)
        })
        .await;
    }

    async fn judge_loop(self) {
        self.repeat(Topic::Inbound, "receive", || async {
            let taken = receive::round(&self.house, &self.doors).await?;
            self.counts.judged.fetch_add(taken as u64, Ordering::Relaxed);
            Ok(taken)
        })
        .await;
    }

    async fn seal_loop(self) {
        self.repeat(Topic::Facts, "seal", || async {
            let sealed = evidence::seal(&self.house).await?;
            self.counts.sealed.fetch_add(sealed as u64, Ordering::Relaxed);
            // Facts are committed already; the chain takes them up in groups, not with a commit for every commit.
            pause(&self.stop, GATHER).await;
            Ok(sealed)
        })
        .await;
    }

    /// What follows the calendar: delegations begin and end at midnight; what was answered elsewhere leaves the print queue.
    /// A command that changed the world and died before it had looked at what waits is made up for here.
    async fn day_loop(self) {
        let mut swept: Option<(Date, i64, bool)> = None;
        while !self.stop.is_cancelled() {
            if let Err(error) = self.sweep_once(&mut swept).await {
                tracing::error!(%error, "routing again failed");
            }
            if let Err(error) = handover::withdraw_answered(&self.house, &self.doors.print).await {
                tracing::error!(%error, "print jobs could not be withdrawn");
            }
            pause(&self.stop, Duration::from_secs(30)).await;
        }
    }

    /// Looks at everything that waits, unless nothing it rests on has changed since.
    async fn sweep_once(&self, swept: &mut Option<(Date, i64, bool)>) -> Result<(), StoreError> {
        let footing = footing(&self.house).await?;
        if *swept != Some(footing) {
            sweep(&self.house).await?;
            *swept = Some(footing);
        }
        Ok(())
    }

    /// Runs rounds: at once while there is work, else woken or after a while; rests after an error.
    async fn repeat<F, R>(&self, topic: Topic, name: &'static str, work: F)
    where
        F: Fn() -> R,
        R: Future<Output = Result<usize, StoreError>>,
    {
        while !self.stop.is_cancelled() {
            match work().await {
                Ok(0) => {
                    tokio::select! {
                        () = self.house.store.wake().wait(topic, POLL) => {}
                        () = self.stop.cancelled() => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, task = name, "a round failed; it is repeated");
                    pause(&self.stop, REST).await;
                }
            }
        }
    }
}

/// Waits, unless the daemon is to stop.
pub async fn pause(stop: &CancellationToken, how_long: Duration) {
    tokio::select! {
        () = tokio::time::sleep(how_long) => {}
        () = stop.cancelled() => {}
    }
}

/// Runs `kurir serve`.
pub async fn serve(source: &Source, listen: Option<SocketAddr>) -> Result<Ended> {
    let installation = load(source)?;
    let Some(_alone) = super::alone::claim(&installation)? else {
        eprintln!("{}", line("running_already", &[("dir", &installation.layout.root.display().to_string())]));
        return Ok(Ended::Wanting);
    };
    let opened = open(source, commands::clock_of(folder_of(source)), Reach::Doors).await?;
    if let Some(words) = opened.new_ca_words() {
        say(&words);
    }
    // What an earlier run held when it died is free at once: nobody else can have it.
    let released = opened.house.store.release_leases(opened.house.now()).await?;
    tracing::info!(released, "leases of an earlier run");
    // Before the first loop: from here on a stop is a graceful one.
    let mut terminated = signal(SignalKind::terminate())?;
    let engine = Engine::new(&opened);
    let mut tasks = JoinSet::new();
    engine.start(&mut tasks);
    intake(&opened, &engine, &mut tasks);
    let address = listen.unwrap_or(opened.installation.config.gateway.listen);
    let listener = tokio::net::TcpListener::bind(address).await?;
    say(&line("serving", &[("url", &format!("http://{}", listener.local_addr()?))]));
    let pages = crate::web::office(Arc::clone(&engine.house), engine.counters());
    tasks.spawn(serve_pages(listener, pages, engine.stop.clone()));
    ready();
    wait_for_the_end(&engine, &mut tasks, &mut terminated).await;
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    engine.stop.cancel();
    while tasks.join_next().await.is_some() {}
    while evidence::seal(&engine.house).await? > 0 {}
    engine.house.store.close().await;
    say(&line("stopped", &[("n", &engine.counts.dispatched.load(Ordering::Relaxed).to_string())]));
    Ok(Ended::Done)
}

fn ready() {
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready]) {
        tracing::warn!(%error, "the service manager was not told");
    }
}

fn folder_of(source: &Source) -> &Path {
    match source {
        Source::Dir(folder) => folder,
        Source::File(file) => file.parent().unwrap_or(Path::new(".")),
    }
}

/// Starts the loops of the ways in.
fn intake(opened: &Opened, engine: &Engine, tasks: &mut JoinSet<()>) {
    match opened.installation.config.intake.from {
        IntakeSource::Imap => {
            let (own, installation) = (engine.clone(), opened.installation.clone());
            tasks.spawn(alone(engine.clone(), IMAP_LEADER, move || imap_loop(own.clone(), installation.clone())));
        }
        IntakeSource::Maildir => {
            let (own, maildir) = (engine.clone(), opened.installation.layout.maildir.clone());
            tasks.spawn(alone(engine.clone(), IMAP_LEADER, move || maildir_loop(own.clone(), maildir.clone())));
        }
        IntakeSource::Pipe => {}
    }
    if engine.doors.telegram.is_some() {
        let own = engine.clone();
        tasks.spawn(alone(engine.clone(), TELEGRAM_LEADER, move || telegram_loop(own.clone())));
    }
}

/// Serves pages until the daemon stops.
pub async fn serve_pages(listener: tokio::net::TcpListener, pages: axum::Router, stop: CancellationToken) {
    let served = axum::serve(listener, pages).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "the pages stopped");
    }
}

/// SIGTERM, SIGINT, or a loop that ended although none should.
async fn wait_for_the_end(engine: &Engine, tasks: &mut JoinSet<()>, terminated: &mut Signal) {
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        ended = tasks.join_next() => {
            // A loop never ends by itself: it panicked. The process ends as well, so that its supervisor starts it anew.
            tracing::error!(panicked = ended.is_some_and(|ended| ended.is_err()), "a loop ended; the daemon stops");
        }
        () = engine.stop.cancelled() => {}
    }
}
