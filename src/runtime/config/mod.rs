//! The configuration of an installation.
//!
//! In comes a city's `kurir.toml`, laid over the documented defaults of `config/kurir.toml`, and the points of choice of its
//! `workflow.toml` likewise. Out comes one typed value, or every fault with file and key. Secrets are never part of it: keys
//! that end in `_file` name where they are, and [`SecretPlaces`] reads them when a door is opened.

mod doors;
mod fault;
mod house;
mod layers;
mod layout;
mod misfit;
mod rules;
mod secret;
mod values;

#[cfg(test)]
mod tests;

pub use doors::{
    BorderSettings, ImapSettings, IntakeSettings, IntakeSource, Pace, Security, SmtpSettings, TelegramDoor, TelegramSettings,
    Timeouts,
};
pub use fault::{ConfigError, ConfigFault, ConfigFaultKind, Given};
pub use house::{CitySettings, GatewaySettings, LimitSettings, PrintSettings, StoreSettings, TrialSettings};
pub use layout::{CONFIG_FILE, Layout, WORKFLOW_FILE};
pub use secret::{Secret, SecretError, SecretPlaces};
pub use values::{Hours, MailAddress, MailDomain, Zone};

use crate::domain::policy::{ChannelTable, RetryLadder, Workflow};
use layers::CityFile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("../../../config/kurir.toml");
/// What a city must set.
pub const EXAMPLE: &str = include_str!("../../../config/example.toml");
/// The documented points of choice.
pub const WORKFLOW_DEFAULTS: &str = include_str!("../../../config/workflow.toml");

/// The sentences for faults, for [`FaultTable`](crate::domain::fault_lines::FaultTable).
pub const SENTENCES: &str = include_str!("../../../templates/cli/config_faults.toml");

/// Everything a city may set in `kurir.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The city.
    pub city: CitySettings,
    /// The gateway's own addresses.
    pub gateway: GatewaySettings,
    /// What is kept where.
    pub store: StoreSettings,
    /// Mail out.
    pub smtp: SmtpSettings,
    /// Mail in.
    pub intake: IntakeSettings,
    /// Telegram.
    pub telegram: TelegramDoor,
    /// Paper.
    pub print: PrintSettings,
    /// Retries.
    pub retry: RetryLadder,
    /// Channels by class.
    pub channels: ChannelTable,
    /// The first days.
    pub trial: TrialSettings,
    /// Limits.
    pub limits: LimitSettings,
}

/// Where an installation is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `--config FILE`: that file, which must exist.
    File(PathBuf),
    /// `--dir DIR`: the folder of an installation, which must exist; without a `kurir.toml` in it the defaults hold.
    Dir(PathBuf),
}

/// An installation: its configuration and what follows from where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The configuration.
    pub config: Config,
    /// The points of choice.
    pub workflow: Workflow,
    /// What lies where.
    pub layout: Layout,
    /// Where secrets are looked for.
    pub secrets: SecretPlaces,
    /// Keys that a city must set and that its file does not name (`config/example.toml`).
    pub unset: Vec<String>,
}

/// Reads the configuration and the points of choice of an installation. Every fault of both files comes at once.
pub fn load(source: &Source) -> Result<Installation, ConfigError> {
    let (file, must_exist) = match source {
        Source::File(file) => (file.clone(), true),
        Source::Dir(dir) => (dir.join(CONFIG_FILE), false),
    };
    let beside = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut faults = Vec::new();
    if let Source::Dir(dir) = source {
        faults.extend(std::fs::read_dir(dir).err().map(|error| unreadable(dir, &error)));
    }
    let name = file.display().to_string();
    let text = text_of(&file, must_exist, &mut faults);
    let config = read(CityFile { name: &name, text: &text }, &mut faults);
    let workflow_file = beside.join(WORKFLOW_FILE);
    let workflow_text = text_of(&workflow_file, false, &mut faults);
    let workflow_name = workflow_file.display().to_string();
    let (workflow, more) = layers::read(WORKFLOW_DEFAULTS, CityFile { name: &workflow_name, text: &workflow_text });
    faults.extend(more);
    match (config, workflow) {
        (Some(config), Some(workflow)) if faults.is_empty() => Ok(Installation {
            layout: Layout::new(&config, &beside),
            secrets: SecretPlaces::of_process(&beside),
            unset: unset(&text),
            config,
            workflow,
        }),
        _ => Err(ConfigError(faults)),
    }
}

/// Reads a configuration from a text; `name` is the file's name for the faults.
pub fn parse(name: &str, text: &str) -> Result<Config, ConfigError> {
    let mut faults = Vec::new();
    match read(CityFile { name, text }, &mut faults) {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(ConfigError(faults)),
    }
}

/// Reads points of choice from a text.
pub fn parse_workflow(name: &str, text: &str) -> Result<Workflow, ConfigError> {
    match layers::read(WORKFLOW_DEFAULTS, CityFile { name, text }) {
        (Some(workflow), faults) if faults.is_empty() => Ok(workflow),
        (_, faults) => Err(ConfigError(faults)),
    }
}

fn read(file: CityFile<'_>, faults: &mut Vec<ConfigFault>) -> Option<Config> {
    let (config, more) = layers::read::<Config>(DEFAULTS, file);
    faults.extend(more);
    let config = config?;
    // A key whose value was refused is looked at with its default; its rules are told once it is readable.
    let told: BTreeSet<String> = faults.iter().map(|fault| fault.key.clone()).collect();
    let broken = rules::broken(&config).into_iter().filter(|(key, _)| !told.contains(*key));
    faults.extend(broken.map(|(key, kind)| ConfigFault { file: file.name.to_owned(), key: key.to_owned(), kind }));
    Some(config)
}

fn text_of(file: &Path, must_exist: bool, faults: &mut Vec<ConfigFault>) -> String {
    match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if !must_exist && error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            faults.push(unreadable(file, &error));
            String::new()
        }
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> ConfigFault {
    let kind = ConfigFaultKind::Unreadable { reason: super::words::io_reason(error) };
    ConfigFault { file: file.display().to_string(), key: String::new(), kind }
}

/// Keys of the example that a text does not name.
fn unset(text: &str) -> Vec<String> {
    let given = keys(&text.parse().unwrap_or_default(), "");
    keys(&EXAMPLE.parse().unwrap_or_default(), "").into_iter().filter(|key| !given.contains(key)).collect()
}

/// Every key of a table that holds no table, from the top.
fn keys(table: &toml::Table, above: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (key, value) in table {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        match value {
            toml::Value::Table(below) => found.extend(keys(below, &path)),
            _ => drop(found.insert(path)),
        }
    }
    found
}

impl Config {
    /// The secrets that this configuration needs: key, and the file it names.
    pub fn secret_files(&self) -> Vec<(&'static str, &Path)> {
        let named = [
            ("store.password_file", &self.store.password_file),
            ("smtp.password_file", &self.smtp.password_file),
            ("intake.password_file", &self.intake.password_file),
            ("telegram.token_file", &self.telegram.token_file),
        ];
        named.into_iter().filter_map(|(key, file)| Some((key, file.as_deref()?))).collect()
    }
}

impl Installation {
    /// The configuration as it may be shown: a login that somebody wrote into an address is masked.
    pub fn shown(&self) -> Config {
        let mut config = self.config.clone();
        let api = &mut config.telegram.api;
        for url in [Some(&mut api.api_url), api.proxy.as_mut(), Some(&mut config.gateway.public_url)].into_iter().flatten() {
            if url.password().is_some() || !url.username().is_empty() {
                // An address that takes no login has none to mask.
                let _ = url.set_password(None).and_then(|()| url.set_username("***"));
            }
        }
        config
    }

    /// The effective configuration as TOML. Files of secrets are named, secrets are not in it.
    pub fn effective(&self) -> Result<String, toml::ser::Error> {
        let config = toml::to_string_pretty(&self.shown())?;
        let workflow = toml::to_string_pretty(&self.workflow)?;
        Ok(format!("# {CONFIG_FILE}\n\n{config}\n# {WORKFLOW_FILE}\n\n{workflow}"))
    }
}
