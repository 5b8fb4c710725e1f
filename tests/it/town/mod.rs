//! The simulator: an installation over real servers, with the named people of the invented town around it.
//!
//! In: a database. Out: a [`Town`] whose officials write mails and press buttons, whose clerk prints, and whose clock is moved
//! by hand. Everything goes through the doors: mail over Postfix, rspamd and Dovecot, presses over the Telegram stand-in, paper
//! through the spool folder. [`Town::finish`] looks whether anything was lost; a town that is dropped without it fails its story.
//!
//! ```ignore
//! let town = Town::open(database).await;
//! let letter = town.submit(&letter("KADIS-KOMINFO")).await;
//! town.run_until_idle().await;
//! let mail = town.mail_of("asep.hidayatulloh@diskominfo.sukamaju.example").await;
//! town.official("asep.hidayatulloh@...").reply(&mail, "TL ke Kabid Aptika, lapor Jumat").await;
//! town.finish().await;
//! ```

pub mod clock;
pub mod command;
mod configuration;
pub mod dump;
mod ending;
pub mod letters;
pub mod office;
pub mod pages;
pub mod people;
pub mod phones;
mod proofs;
pub mod record;
pub mod seen;

use crate::servers::PostOffice;
use crate::servers::engines::Database;
use crate::servers::proxy::Proxy;
use clock::TownClock;
use jiff::{SignedDuration, Timestamp};
use kurir::demo::telegram::{Phone, StandIn};
use kurir::domain::clock::Clock;
use kurir::domain::registry::{self, RegistryFiles, TableSummary};
use kurir::flow::House;
use kurir::flow::administer::registry::{Imported, import};
use kurir::runtime::config::Source;
use kurir::runtime::daemon::Engine;
use kurir::runtime::intake::{take_mailbox, take_updates};
use kurir::runtime::open::{Opened, Reach, open_with};
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The token of the town's bot.
const BOT_TOKEN: &str = "100200300:stories-stories-stories-stories-1";

/// What may differ from a live town with its defaults.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whether it is live.
    pub live: bool,
    /// What its clock says at the begin.
    pub starts: Timestamp,
    /// Further lines for the configuration, under keys that the town does not write itself.
    pub more: String,
    /// Lines of `workflow.toml`; empty for none.
    pub workflow: String,
    /// Changes of the registry's files before they are imported: file, what, by what.
    pub registry: Vec<(&'static str, &'static str, &'static str)>,
    /// Whether mail leaves through a proxy that fails on demand ([`Town::line`]).
    pub through_proxy: bool,
    /// Where recipients reach its pages.
    pub pages: &'static str,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            live: true,
            starts: clock::STARTS.parse().unwrap(),
            more: String::new(),
            workflow: String::new(),
            registry: Vec::new(),
            through_proxy: false,
            pages: "https://kurir.sukamaju.example",
        }
    }
}

/// A town.
pub struct Town {
    /// The installation.
    pub opened: Opened,
    /// Its engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: Arc<TownClock>,
    /// The servers, shared with other towns.
    pub post: &'static PostOffice,
    /// The phones.
    pub phone: Phone,
    /// The gateway's mail domain, of this town alone.
    pub domain: String,
    /// The folder of the configuration.
    pub folder: PathBuf,
    /// Whether the story leaves rows on purpose that no fact tells of.
    pub rows_without_facts: bool,
    line: Option<Proxy>,
    stand_in: Option<StandIn>,
    finished: bool,
    /// Its database; the folder goes with the town.
    /// The database.
    pub database: Database,
}

impl Town {
    /// A live town on a database.
    pub async fn open(database: Database) -> Self {
        Self::open_with(database, Plan::default()).await
    }

    /// A town by plan.
    pub async fn open_with(database: Database, plan: Plan) -> Self {
        // What the binary does at its start: one crypto provider for all doors.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let post = office::shared().await;
        let domain = office::gateway(post);
        let clock = Arc::new(TownClock::at(plan.starts));
        let folder = database.nest.mkdir("kantor", 0o755, None);
        let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let injected = || Arc::clone(&clock) as Arc<dyn Clock>;
        let stand_in = StandIn::open(loopback, SecretString::from(BOT_TOKEN.to_owned()), injected()).await.unwrap();
        let line = plan.through_proxy.then(|| Proxy::over_tls(post, post.postfix.smtps_port));
        configuration::write(&folder, &database, post, (&domain, &stand_in.url(), line.as_ref()), &plan);
        let source = Source::File(folder.join("kurir.toml"));
        let program = PathBuf::from(crate::servers::kurir::BINARY);
        let opened = open_with(&source, injected(), Reach::Doors, program).await.unwrap();
        let (phone, engine) = (stand_in.phone(), Engine::new(&opened));
        let town = Self {
            opened,
            engine,
            clock,
            post,
            phone,
            domain,
            folder,
            rows_without_facts: false,
            line,
            stand_in: Some(stand_in),
            finished: false,
            database,
        };
        town.import(&plan.registry).await;
        town
    }

    /// The flows' house.
    pub fn house(&self) -> &House {
        &self.engine.house
    }

    /// The line to the city's mail server, of a town that was opened with a proxy on it.
    pub fn line(&self) -> &Proxy {
        self.line.as_ref().expect("a plan with through_proxy")
    }

    /// Now, in the town.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Imports the registry of the town as a city hands it in.
    pub async fn import(&self, changes: &[(&str, &str, &str)]) -> Vec<TableSummary> {
        let folder = office::registry_folder();
        let files = RegistryFiles::gather(|name| {
            let mut text = std::fs::read_to_string(folder.join(name)).ok()?;
            for (file, what, by) in changes.iter().filter(|(file, ..)| *file == name) {
                assert!(text.contains(what), "{file} has no {what}");
                text = text.replace(what, by);
            }
            Some(text.into_bytes())
        });
        let read = registry::read(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
        match import(self.house(), &read, None).await.unwrap() {
            Imported::Done(summary) => summary,
            Imported::Clashes(clashes) => panic!("{clashes:#?}"),
        }
    }

    /// Lets everything happen that happens by itself: mail and presses come in, deliveries go out, mail servers report. A wait
    /// of a few seconds for our own pace is skipped by the clock; a retry in minutes is not.
    pub async fn run_until_idle(&self) {
        let mut patience = Instant::now() + PATIENCE;
        let mut before = Vec::new();
        loop {
            self.round().await;
            let open = self.awaited().await;
            if open.is_empty() && self.post.mails_now(&self.gateway()).is_empty() && self.phone.waiting() == 0 {
                return;
            }
            if open != before {
                (patience, before) = (Instant::now() + PATIENCE, open);
            }
            assert!(Instant::now() < patience, "nothing comes any more for {before:#?}\n{:#?}", self.state().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// One round of everything.
    async fn round(&self) {
        if !self.post.mails_now(&self.gateway()).is_empty() {
            take_mailbox(&self.engine, &self.opened.installation).await.unwrap();
        }
        while self.phone.waiting() > 0 && take_updates(&self.engine, Some(0)).await.unwrap() > 0 {}
        self.engine.run_until_idle().await.unwrap();
        if let Some(due) = self.next_due().await.filter(|due| due.duration_since(self.now()) < SignedDuration::from_secs(30)) {
            self.clock.forward_to(due);
            self.engine.run_until_idle().await.unwrap();
        }
    }

    /// Moves the clock and lets the day's work be done.
    pub async fn after(&self, by: SignedDuration) {
        self.clock.forward(by);
        kurir::flow::dispatch::sweep(self.house()).await.unwrap();
        kurir::flow::handover::withdraw_answered(self.house(), &self.engine.doors.print).await.unwrap();
        self.run_until_idle().await;
    }

    /// The mailbox that answers and reports come to.
    pub fn gateway(&self) -> String {
        format!("kurir@{}", self.domain)
    }
}

/// How long nothing at all may happen while a report of a mail server is owed.
const PATIENCE: Duration = Duration::from_secs(20);
