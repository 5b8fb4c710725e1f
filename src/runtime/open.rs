//! Opening an installation: from its configuration to a house with doors.

use super::clock::SystemIds;
use super::config::{Config, Installation, IntakeSource, Source, load};
use super::ending::{AtPath, Said};
use super::words::line;
use crate::channel::email::address::Address as MailAddress;
use crate::channel::email::digest::Sha256;
use crate::channel::email::office::{Profile, establish};
use crate::channel::email::pool::SmtpDoor;
use crate::channel::email::seal::Seal;
use crate::channel::print::Spool;
use crate::channel::telegram::Telegram;
use crate::domain::abort;
use crate::domain::clock::Clock;
use crate::flow::outgoing::LIVE;
use crate::flow::settings::{City, Gateway, Limits, Pace, Settings, Trial};
use crate::flow::{Doors, House, HouseParts, MailOut};
use crate::render::pdf::WorkerLimits;
use crate::render::{Desk, PdfDesk};
use crate::store::Store;
use crate::store::heads::Heads;
use crate::store::vault::Vault;
use anyhow::{Context as _, Result};
use secrecy::SecretString;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::{Host, Url};

/// An open installation.
#[derive(Debug)]
pub struct Opened {
    /// Everything that flows work with.
    pub house: Arc<House>,
    /// The doors out.
    pub doors: Arc<Doors>,
    /// What it was opened from.
    pub installation: Installation,
    /// The office CA, where this start made it.
    pub new_ca: Option<Sha256>,
}

impl Opened {
    /// How the office CA is installed, where this start made it.
    pub fn new_ca_words(&self) -> Option<String> {
        let ca = self.new_ca.as_ref()?;
        let file = self.installation.layout.ca.display().to_string();
        let made = line("ca_made", &[("file", &file), ("fingerprint", &ca.colons())]);
        Some(format!("{made}\n{}", line("ca_how", &[])))
    }
}

/// How much of the doors is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only the record: reading, and acts that send nothing by themselves.
    Record,
    /// The doors too.
    Doors,
}

/// Opens an installation: makes what is missing of its folder, brings the schema up to date, opens the doors.
pub async fn open(source: &Source, clock: Arc<dyn Clock>, reach: Reach) -> Result<Opened> {
    let program = std::env::current_exe().context("the path of this program")?;
    open_with(source, clock, reach, program).await
}

/// The same where the paper forms are set by another program than this one: a test is not the program that it tests.
pub async fn open_with(source: &Source, clock: Arc<dyn Clock>, reach: Reach, program: PathBuf) -> Result<Opened> {
    let installation = load(source)?;
    let layout = &installation.layout;
    for folder in [&layout.root, &layout.spool] {
        make_folder(folder, None)?;
    }
    for folder in [&layout.files, &layout.keys, &layout.chain] {
        make_folder(folder, Some(OURS_ALONE))?;
    }
    let ids = Arc::new(SystemIds);
    let store = Store::open_sized(&database_url(&installation)?, &layout.files, installation.config.store.connections)
        .await
        .context("the database")?;
    store.migrate().await.context("the schema of the database")?;
    abort::point("open.after_migrate");
    let (seal, new_ca) = seal(&installation, &*clock)?;
    abort::point("open.after_seal");
    let key = layout.keys.join("vault.key");
    refuse_lost_key(&key, &store).await?;
    let vault = Vault::open(&key, |bytes| crate::domain::clock::Ids::fill(&*ids, bytes))?;
    let house = House::new(HouseParts {
        desk: Desk::new().context("the templates")?,
        pdf: PdfDesk::new(program, &["render-worker"], WorkerLimits::default()),
        settings: settings(&installation),
        store,
        clock: Arc::clone(&clock),
        ids,
        seal: Arc::new(seal),
        vault,
        heads: Heads::open(&layout.chain).map_err(AtPath::of(&layout.chain))?,
    });
    born_live(&house, installation.config.trial.live).await?;
    let doors = doors(&installation, clock, reach)?;
    Ok(Opened { house: Arc::new(house), doors: Arc::new(doors), installation, new_ca })
}

/// A new key over an old record would open nothing of what is sealed in it, and say so only when a mail is to be sent again.
async fn refuse_lost_key(key: &Path, store: &Store) -> Result<()> {
    if key.exists() || store.read().await?.count_facts().await? == (0, 0) {
        return Ok(());
    }
    Err(Said(line("vault_gone", &[("file", &key.display().to_string())])).into())
}

/// Mode of a folder that nobody else of the machine has business in: letters, keys, heads of the chain.
const OURS_ALONE: u32 = 0o700;

/// Makes a folder where it is missing. One that is there keeps the mode that its administrator gave it.
fn make_folder(folder: &Path, mode: Option<u32>) -> Result<()> {
    let mut maker = std::fs::DirBuilder::new();
    if let Some(mode) = mode {
        maker.mode(mode);
    }
    Ok(maker.recursive(true).create(folder).map_err(AtPath::of(folder))?)
}

/// The URL with the password from its file, which never stands in the configuration.
pub(super) fn database_url(installation: &Installation) -> Result<String> {
    if let Some(file) = &installation.layout.database {
        return Ok(format!("sqlite:{}", file.display()));
    }
    let store = &installation.config.store;
    let Some(name) = &store.password_file else { return Ok(store.url.clone()) };
    let secret = installation.secrets.read(name)?;
    let mut url = Url::parse(&store.url).context("store.url")?;
    let password = secrecy::ExposeSecret::expose_secret(&secret.value);
    url.set_password(Some(password)).map_err(|()| anyhow::anyhow!("store.url takes no password"))?;
    Ok(url.into())
}

fn seal(installation: &Installation, clock: &dyn Clock) -> Result<(Seal, Option<Sha256>)> {
    let config = &installation.config;
    let keys = &installation.layout.keys;
    let sender = MailAddress::parse(config.gateway.from_address.as_str()).context("gateway.from_address")?;
    let profile = Profile {
        organisation: format!("Pemerintah {}", config.city.name),
        ca_name: format!("CA Kantor Kurir {}", config.city.name),
        seal_name: config.gateway.from_name.clone(),
        sender: sender.clone(),
    };
    let made = establish(keys, &profile, clock.now(), &SystemIds).context("the office CA and the seal")?;
    // The public certificate lies where people find it.
    publish(&keys.join("ca.pem"), &installation.layout.ca).map_err(AtPath::of(&installation.layout.ca))?;
    let seal = Seal::load(keys, &sender, clock.now()).context("the seal")?;
    Ok((seal, made.new_ca.then_some(made.ca)))
}

/// Writes a copy where there is none or another one, and never leaves half of it: the disk may be full.
fn publish(from: &Path, to: &Path) -> std::io::Result<()> {
    let wanted = std::fs::read(from)?;
    if std::fs::read(to).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let draft = to.with_extension("pem.new");
    std::fs::write(&draft, wanted).and_then(|()| std::fs::rename(&draft, to)).inspect_err(|_| {
        let _ = std::fs::remove_file(&draft);
    })
}

/// A new installation takes its mode from the configuration; later only `kurir go-live` changes it.
async fn born_live(house: &House, live: bool) -> Result<()> {
    let mut tx = house.store.write().await?;
    if tx.setting(LIVE).await?.is_none() {
        tx.set_setting(LIVE, if live { "true" } else { "false" }).await?;
        abort::point("open.before_commit");
        tx.commit().await?;
    }
    Ok(())
}

/// Whether an address leads nowhere but to this machine. In a practice room its reader sits before it; an official does not.
fn is_here_only(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    }
}

/// The configuration as the flows ask for it.
fn settings(installation: &Installation) -> Settings {
    let config = &installation.config;
    Settings {
        city: City {
            name: config.city.name.clone(),
            zone: config.city.zone.time_zone().clone(),
            help_contact: config.city.help_contact.clone(),
            legal_line: config.city.legal_line.clone(),
            official_domains: config.city.mail_domains.iter().map(|domain| domain.as_str().to_owned()).collect(),
            opens: config.city.hours.opens,
            closes: config.city.hours.closes,
        },
        gateway: Gateway {
            domain: config.gateway.mail_domain.as_str().to_owned(),
            address: config.gateway.from_address.as_str().to_owned(),
            display_name: config.gateway.from_name.clone(),
            public_url: config.gateway.public_url.to_string(),
            links: config.smtp.host == PRACTICE || !is_here_only(&config.gateway.public_url),
            mail_bytes: config.limits.mail_bytes,
            bot: config.telegram.bot.trim_start_matches('@').to_owned(),
        },
        retry: config.retry.clone(),
        channels: config.channels,
        workflow: installation.workflow.clone(),
        trial: Trial {
            addresses: config.trial.addresses.iter().map(|address| address.as_str().to_owned()).collect(),
            chats: config.trial.chats.clone(),
        },
        border: config.intake.border.clone(),
        print_desk: config.print.desk.clone(),
        limits: Limits {
            file_bytes: config.limits.file_bytes,
            pdf_pages: config.limits.pdf_pages,
            attachments: config.limits.attachments,
            free_disk_bytes: config.limits.free_disk_bytes,
            answers_per_day: config.limits.answers_per_day,
        },
        pace: Pace::default(),
    }
}

fn secret(installation: &Installation, name: Option<&PathBuf>) -> Result<Option<SecretString>> {
    let Some(name) = name else { return Ok(None) };
    let secret = installation.secrets.read(name)?;
    if secret.exposed {
        tracing::warn!(file = %secret.file.display(), "a secret can be read by others on this machine: chmod 600");
    }
    Ok(Some(secret.value))
}

fn doors(installation: &Installation, clock: Arc<dyn Clock>, reach: Reach) -> Result<Doors> {
    let Installation { config, layout, .. } = installation;
    let telegram = if reach == Reach::Doors && config.telegram.enabled { Some(telegram(installation, clock)?) } else { None };
    Ok(Doors { mail: mail_out(installation, config)?, telegram, print: Spool::new(&layout.spool)? })
}

fn mail_out(installation: &Installation, config: &Config) -> Result<MailOut> {
    // Answers from a Maildir and mail into Maildirs: the folder of a practice room, which has no server at all.
    if config.intake.from == IntakeSource::Maildir && config.smtp.host == PRACTICE {
        return Ok(MailOut::PostOffice(installation.layout.root.join("mail")));
    }
    let password = secret(installation, config.smtp.password_file.as_ref())?;
    Ok(MailOut::Smtp(Box::new(SmtpDoor::new(config.smtp.clone(), password).context("smtp")?)))
}

/// The host that means "no server: Maildirs in this folder".
pub const PRACTICE: &str = "maildir.invalid";

fn telegram(installation: &Installation, clock: Arc<dyn Clock>) -> Result<Telegram> {
    let door = &installation.config.telegram;
    let token = secret(installation, door.token_file.as_ref())?.context("telegram.token_file is not set")?;
    Telegram::new(door.api.clone(), &token, clock).context("telegram")
}
