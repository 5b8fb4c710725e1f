//! What an office may set about the life of a letter, as the flows ask for it.

use crate::channel::email::origin::BorderSettings;
use crate::domain::policy::{ChannelTable, RetryLadder, Workflow};
use crate::domain::routing::RoutingRules;
use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// The city as people know it.
#[derive(Debug, Clone)]
pub struct City {
    /// "Kota Sukamaju".
    pub name: String,
    /// Its zone.
    pub zone: TimeZone,
    /// Where people ask for help.
    pub help_contact: String,
    /// The city's own sentence about validity; empty: none.
    pub legal_line: String,
    /// Domains whose addresses are official (sub-domains count).
    pub official_domains: Vec<String>,
    /// Begin of the working day.
    pub opens: Time,
    /// End of the working day.
    pub closes: Time,
}

/// Kurir as the mail world knows it.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Domain of the reply addresses (`balas+token@...`) and of all position addresses.
    pub domain: String,
    /// Sender of every mail: the address of the seal.
    pub address: String,
    /// Name beside it.
    pub display_name: String,
    /// Where kurir's pages are reached from outside; empty: no links in mails.
    pub public_url: String,
    /// Whether recipients can open links to it: not where only this machine itself could.
    pub links: bool,
    /// Bytes of a whole mail; larger letters go by link or by the next channel.
    pub mail_bytes: u64,
    /// User name of the bot, without `@`; empty where there is none.
    pub bot: String,
}

/// Who may receive while the installation is in trial mode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// Mail addresses in lower case.
    pub addresses: Vec<String>,
    /// Chats.
    pub chats: Vec<i64>,
}

/// How dispatch takes its time. Not for offices: what they decide is the ladder.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a worker holds a delivery without a sign of life.
    pub lease: SignedDuration,
    /// How long a delivery report is waited for before an unknown mail is sent once more.
    pub unknown: SignedDuration,
    /// How long a way out that is down is left alone.
    pub rest: SignedDuration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { lease: SignedDuration::from_secs(60), unknown: SignedDuration::from_mins(15), rest: SignedDuration::from_secs(20) }
    }
}

/// Limits that an office may set.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a letter's PDF or of one attachment.
    pub file_bytes: u64,
    /// Pages of a PDF.
    pub pdf_pages: u32,
    /// Attachments of a letter.
    pub attachments: usize,
    /// Free bytes on the disk below which no new letter is accepted.
    pub free_disk_bytes: u64,
    /// Automatic answers to one address and day.
    pub answers_per_day: u32,
}

/// Everything that flows ask of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The city.
    pub city: City,
    /// The gateway.
    pub gateway: Gateway,
    /// Retries.
    pub retry: RetryLadder,
    /// Channels by class.
    pub channels: ChannelTable,
    /// The points of choice in the life of a letter.
    pub workflow: Workflow,
    /// Trial mode.
    pub trial: Trial,
    /// The border.
    pub border: BorderSettings,
    /// Name of the print desk.
    pub print_desk: String,
    /// Limits.
    pub limits: Limits,
    /// Pace of dispatch.
    pub pace: Pace,
}

impl Settings {
    /// The rules of routing.
    pub fn routing_rules(&self) -> RoutingRules {
        let official_domains = self.city.official_domains.iter().map(|domain| domain.to_lowercase()).collect();
        RoutingRules { channels: self.channels, official_domains }
    }
}
