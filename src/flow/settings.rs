//! What an office may set about the life of a letter.

use crate::domain::letter::{SecurityClass, Urgency};
use crate::domain::routing::{ClassRule, RoutingRules};
use jiff::civil::Time;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The city as people know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// "Kota Sukamaju".
    pub name: String,
    /// IANA zone ("Asia/Jakarta").
    pub zone: String,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Domain of the reply addresses (`balas+token@...`) and of all position addresses.
    pub domain: String,
    /// Sender of every mail: the address of the seal.
    pub address: String,
    /// Name beside it.
    pub display_name: String,
    /// Where kurir's pages are reached from outside; empty: no links in mails.
    pub public_url: String,
    /// Bytes of a whole mail; larger letters go by link or by the next channel.
    pub mail_bytes: u64,
}

/// When an attempt is repeated, and when the next channel takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Minutes to wait after the first, second, ... failure; the last one repeats.
    pub minutes: Vec<u32>,
    /// Hours until a normal letter falls to the next channel; urgent ones take half, immediate ones a quarter.
    pub give_up_hours: u32,
    /// Minutes to wait for a delivery report before an unknown mail is sent once more.
    pub unknown_minutes: u32,
    /// Seconds for which a worker holds a delivery.
    pub lease_seconds: u32,
    /// Days for which a reply address lives after the letter is settled.
    pub token_days: u32,
}

impl Retry {
    /// When to try again after `tries` failures, spread by up to a fifth so that a crowd does not come back at once.
    pub fn next(&self, tries: i64, now: Timestamp, spread: u8) -> Timestamp {
        let at = usize::try_from(tries.max(0)).unwrap_or(usize::MAX);
        let minutes = self.minutes.get(at).or(self.minutes.last()).copied().unwrap_or(5);
        let seconds = i64::from(minutes) * 60;
        let spread = seconds * (i64::from(spread) - 128) / 640;
        now.saturating_add(SignedDuration::from_secs(seconds + spread)).unwrap_or(Timestamp::MAX)
    }

    /// When the next channel takes over from a delivery that was created at a moment.
    pub fn gives_up(&self, created: Timestamp, urgency: Urgency) -> Timestamp {
        let hours = i64::from(self.give_up_hours);
        let minutes = match urgency {
            Urgency::Normal => hours * 60,
            Urgency::Urgent => hours * 30,
            Urgency::Immediate => hours * 15,
        };
        created.saturating_add(Span::new().minutes(minutes)).unwrap_or(Timestamp::MAX)
    }
}

/// What each class allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// Biasa.
    pub ordinary: ClassRule,
    /// Terbatas.
    pub restricted: ClassRule,
    /// Rahasia.
    pub secret: ClassRule,
    /// Sangat rahasia.
    pub top_secret: ClassRule,
}

impl Default for Classes {
    fn default() -> Self {
        let rules = RoutingRules::default();
        Self {
            ordinary: rules.of(SecurityClass::Ordinary),
            restricted: rules.of(SecurityClass::Restricted),
            secret: rules.of(SecurityClass::Secret),
            top_secret: rules.of(SecurityClass::TopSecret),
        }
    }
}

/// Who may receive while the installation is in trial mode.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Mail addresses in lower case.
    pub addresses: Vec<String>,
    /// Chats.
    pub chats: Vec<i64>,
    /// Whether paper is printed in trial mode.
    pub print: bool,
}

/// Which headers of the city's own border prove a sender.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Border {
    /// authserv-id of the server that takes mail from outside (`dmarc=` counts under it).
    pub mx_authserv_id: String,
    /// authserv-id of the submission server (`auth=` counts under it, alone); empty: none.
    pub submission_authserv_id: String,
}

/// Everything that flows ask of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The city.
    pub city: City,
    /// The gateway.
    pub gateway: Gateway,
    /// Retries.
    pub retry: Retry,
    /// Classes.
    pub classes: Classes,
    /// Trial mode.
    pub trial: Trial,
    /// The border.
    pub border: Border,
    /// Name of the print desk.
    pub print_desk: String,
}

impl Settings {
    /// The rules of routing.
    pub fn routing_rules(&self) -> RoutingRules {
        RoutingRules {
            ordinary: self.classes.ordinary,
            restricted: self.classes.restricted,
            secret: self.classes.secret,
            top_secret: self.classes.top_secret,
            official_domains: self.city.official_domains.iter().map(|domain| domain.to_lowercase()).collect(),
        }
    }
}
