//! What mails are inspected against: a registry, the tokens of deliveries, the border, the city's hours. They come from the
//! files that are named, else from the installation, which is only read; without either, names resolve to nothing.

use crate::channel::email::origin::BorderSettings;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::domain::calendar::WorkCalendar;
use crate::domain::clock::{Clock as _, Ids as _, Token};
use crate::domain::codes::PositionCode;
use crate::domain::directory::Directory;
use crate::domain::letter::SecurityClass;
use crate::domain::policy::DispositionRules;
use crate::domain::registry::{self, RegistryFiles, RegistryRecord};
use crate::flow::house::CityView;
use crate::flow::receive::{Ahead, Scene, Slice, answered, slice, token_hash};
use crate::runtime::cli::Inspect;
use crate::runtime::clock::{SystemClock, SystemIds};
use crate::runtime::config::{Config, Installation, Source, load, parse, parse_workflow};
use crate::runtime::open::database_url;
use crate::runtime::words::{config_faults, faults};
use crate::store::Store;
use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// Everything that inspecting takes from around the mails.
pub struct Ground {
    city: CityView,
    gateway: Gateway,
    border: BorderSettings,
    rules: DispositionRules,
    domain: String,
    deliveries: Option<HashMap<String, Slice>>,
    record: Option<Store>,
}

/// A line of `--deliveries`.
#[derive(Debug, Deserialize)]
struct DeliveryRow {
    token: String,
    position_code: String,
    email: String,
}

impl Ground {
    /// Lays the ground, or says in sentences why the files that were named cannot be used.
    pub async fn lay(source: Option<&Source>, options: &Inspect) -> Result<Result<Self, String>> {
        let installation = match source.map(load).transpose() {
            Ok(installation) => installation,
            Err(error) => return Ok(Err(config_faults(&error))),
        };
        let record = match &installation {
            Some(installation) => record_of(installation).await?,
            None => None,
        };
        let parts = match (&options.town, &record) {
            (Some(folder), _) => match town(folder, options.now.unwrap_or(Timestamp::UNIX_EPOCH)) {
                Ok(parts) => parts,
                Err(faults) => return Ok(Err(faults)),
            },
            (None, Some(store)) => {
                let mut tx = store.read().await?;
                RegistryRecord { parts: tx.directory_parts().await?, holidays: tx.holidays().await?, ..RegistryRecord::default() }
            }
            (None, None) => RegistryRecord::default(),
        };
        let city = city(installation.as_ref(), parts, options.now.unwrap_or_else(|| SystemClock.now()))?;
        let deliveries = match &options.deliveries {
            Some(file) => match deliveries(file, &city.directory) {
                Ok(known) => Some(known),
                Err(error) => return Ok(Err(format!("{error:#}"))),
            },
            None => None,
        };
        let rules = match &installation {
            Some(one) => one.workflow.disposition,
            None => parse_workflow("workflow.toml", "")?.disposition,
        };
        let (gateway, border) = names(installation.as_ref(), options.authserv_id.as_deref());
        let domain = installation.map_or_else(String::new, |one| one.config.gateway.mail_domain.as_str().to_owned());
        Ok(Ok(Self { city, gateway, border, rules, domain, deliveries, record }))
    }

    /// Where and when a mail is judged.
    pub fn scene(&self, received_at: Timestamp) -> Scene<'_> {
        Scene {
            city: &self.city,
            gateway: &self.gateway,
            border: &self.border,
            rules: self.rules,
            domain: self.domain.as_str(),
            received_at,
        }
    }

    /// What the mail's token belongs to, by the file of deliveries, else by the record.
    pub async fn answered(&self, mail: &Mail, received_at: Timestamp) -> Result<Option<Slice>> {
        if let Some(known) = &self.deliveries {
            return Ok(self.gateway.token(mail).0.and_then(|found| known.get(found.token.expose()).cloned()));
        }
        let Some(store) = &self.record else { return Ok(None) };
        let mut tx = store.read().await?;
        let token = token_hash(&self.gateway, mail);
        match answered(&mut tx, self.rules, (token.as_deref(), received_at), &mut Ahead::default()).await? {
            Some(found) => Ok(Some(slice(&mut tx, &found).await?)),
            None => Ok(None),
        }
    }
}

/// The record of an installation, opened without making or changing anything.
async fn record_of(installation: &Installation) -> Result<Option<Store>> {
    if installation.layout.database.as_deref().is_some_and(|file| !file.is_file()) {
        return Ok(None);
    }
    let store = Store::open(&database_url(installation)?, &installation.layout.files).await.context("the database")?;
    Ok(Some(store))
}

/// A registry from its files.
fn town(folder: &Path, now: Timestamp) -> Result<RegistryRecord, String> {
    let files = RegistryFiles::gather(|name| std::fs::read(folder.join(name)).ok());
    let read = registry::read(&files).map_err(|found| faults(registry::SENTENCES, &found))?;
    Ok(read.into_record(|| SystemIds.uuid(now)))
}

/// The posts of that moment, with the hours and the zone of the installation, else those that every installation begins with.
fn city(installation: Option<&Installation>, record: RegistryRecord, now: Timestamp) -> Result<CityView> {
    let defaults: Config;
    let config = if let Some(installation) = installation {
        &installation.config
    } else {
        defaults = parse("kurir.toml", "")?;
        &defaults
    };
    let hours = config.city.hours;
    let calendar = WorkCalendar::new(config.city.zone.time_zone().clone(), hours.opens, hours.closes, record.holidays);
    let day = calendar.day(now);
    Ok(CityView::new(0, Directory::on(day, record.parts), calendar))
}

/// Who is who in mail. Without an installation nobody told our domain, so that tokens count under any.
fn names(installation: Option<&Installation>, authserv_id: Option<&str>) -> (Gateway, BorderSettings) {
    let gateway = installation.map_or_else(Gateway::of_any_domain, |one| {
        let own = &one.config.gateway;
        Gateway::new(own.mail_domain.as_str()).with_sender(own.from_address.as_str())
    });
    let configured = installation.map(|one| one.config.intake.border.clone()).unwrap_or_default();
    (gateway, authserv_id.map_or(configured, BorderSettings::one))
}

/// Tokens and whose they are. The class of their letters is not told: they are taken for ordinary ones, unanswered so far.
fn deliveries(file: &Path, directory: &Directory) -> Result<HashMap<String, Slice>> {
    let told = || format!("{}", file.display());
    let mut reader = csv::Reader::from_path(file).with_context(told)?;
    let mut known = HashMap::new();
    for row in reader.deserialize::<DeliveryRow>() {
        let row = row.with_context(told)?;
        let token = Token::parse(row.token.trim()).with_context(|| format!("{}: a token has 26 letters a-z2-7", told()))?;
        let position: PositionCode = row.position_code.trim().parse().with_context(told)?;
        let slice = Slice {
            position: Some(position),
            unit: None,
            person: directory.official_by_email(row.email.trim()).map(|one| one.number.clone()),
            delegation: None,
            expired: false,
            class: SecurityClass::Ordinary,
            settled: false,
            closer: None,
            above: Vec::new(),
            decisions: Vec::new(),
            asked: None,
        };
        known.insert(token.expose().to_owned(), slice);
    }
    Ok(known)
}
