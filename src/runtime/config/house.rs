//! Settings of the house itself: the city, its own addresses, what is kept where, trial mode, limits.

use super::values::{Hours, MailAddress, MailDomain, Zone};
use crate::domain::calendar::WorkCalendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// The city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitySettings {
    /// Name.
    pub name: String,
    /// Time zone.
    pub zone: Zone,
    /// Working hours.
    pub hours: Hours,
    /// Whom to ask for help.
    pub help_contact: String,
    /// The line about legal validity; may be empty.
    pub legal_line: String,
    /// The city's own mail domains.
    pub mail_domains: Vec<MailDomain>,
}

impl CitySettings {
    /// The work calendar with these holidays.
    pub fn calendar(&self, holidays: BTreeMap<Date, String>) -> WorkCalendar {
        WorkCalendar::new(self.zone.time_zone().clone(), self.hours.opens, self.hours.closes, holidays)
    }

    /// Whether a mail address is in one of the city's own domains or below one.
    pub fn is_official_address(&self, address: &str) -> bool {
        let Some((_, domain)) = address.rsplit_once('@') else { return false };
        let domain = domain.to_ascii_lowercase();
        self.mail_domains
            .iter()
            .any(|own| domain.strip_suffix(own.as_str()).is_some_and(|below| below.is_empty() || below.ends_with('.')))
    }
}

/// The gateway's own addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewaySettings {
    /// Domain of unit, position, reply and bounce addresses.
    pub mail_domain: MailDomain,
    /// Address that letters are from.
    pub from_address: MailAddress,
    /// Name beside it.
    pub from_name: String,
    /// Where recipients reach our pages.
    pub public_url: Url,
    /// Where the pages are served.
    pub listen: SocketAddr,
}

/// What is kept where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// Folder of everything.
    pub dir: PathBuf,
    /// Database.
    pub url: String,
    /// Password of the PostgreSQL user.
    pub password_file: Option<PathBuf>,
    /// Folder of files.
    pub files: PathBuf,
    /// Connections to PostgreSQL.
    pub connections: u32,
}

/// The print queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintSettings {
    /// Its folder.
    pub spool: PathBuf,
    /// Name of the desk.
    pub desk: String,
}

/// Who receives during the first days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialSettings {
    /// Whether this installation is born live.
    pub live: bool,
    /// Mail addresses that receive.
    pub addresses: Vec<MailAddress>,
    /// Chats that receive.
    pub chats: Vec<i64>,
}

impl TrialSettings {
    /// Whether a mail address receives during the trial; upper and lower case are alike.
    pub fn lists_address(&self, address: &str) -> bool {
        self.addresses.iter().any(|listed| listed.as_str() == address.to_lowercase())
    }
}

/// Limits that a city may set, within those of the house (docs/limits.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Bytes of a whole mail that we send.
    pub mail_bytes: u64,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Pages of a PDF.
    pub pdf_pages: u32,
    /// Attachments of a letter.
    pub attachments: usize,
    /// Free disk below which nothing is accepted.
    pub free_disk_bytes: u64,
    /// Answers of one address a day.
    pub answers_per_day: u32,
}
