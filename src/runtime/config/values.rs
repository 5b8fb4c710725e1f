//! Values of the configuration that have a form of their own.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone.
    pub const fn time_zone(&self) -> &TimeZone {
        &self.0
    }
}

impl TryFrom<String> for Zone {
    type Error = String;
    fn try_from(name: String) -> Result<Self, String> {
        TimeZone::get(&name).map(Self).map_err(|_| format!("{name:?} is no time zone; write one like Asia/Jakarta"))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.0.iana_name().unwrap_or("UTC").to_owned()
    }
}

/// From when to when people work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// Begin.
    pub opens: Time,
    /// End.
    pub closes: Time,
}

impl TryFrom<String> for Hours {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let time = |text: &str| (text.trim().len() == 5).then(|| text.trim().parse::<Time>().ok()).flatten();
        let both = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
        match both {
            Some((opens, closes)) if opens < closes => Ok(Self { opens, closes }),
            _ => Err(format!("{text:?} are no hours; write them like 07:30-16:00")),
        }
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        format!("{}-{}", hours.opens.strftime("%H:%M"), hours.closes.strftime("%H:%M"))
    }
}

/// A mail domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailDomain(String);

impl MailDomain {
    /// The domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MailDomain {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let domain = text.trim().to_ascii_lowercase();
        match lettre::Address::new("kurir", &domain) {
            Ok(_) if domain.contains('.') && domain.is_ascii() && !domain.starts_with('[') => Ok(Self(domain)),
            _ => Err(format!("{text:?} is no mail domain; write one like kurir.kota.example")),
        }
    }
}

impl From<MailDomain> for String {
    fn from(domain: MailDomain) -> String {
        domain.0
    }
}

/// A mail address in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);

impl MailAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the @.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl TryFrom<String> for MailAddress {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let address = text.trim().to_lowercase();
        match address.parse::<lettre::Address>() {
            Ok(parsed) if parsed.domain().contains('.') => Ok(Self(address)),
            _ => Err(format!("{text:?} is no mail address; write one like kurir@kurir.kota.example")),
        }
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> String {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_zones_and_domains_have_one_form() {
        assert_eq!(String::from(Hours::try_from("07:30-16:00".to_owned()).unwrap()), "07:30-16:00");
        for bad in ["16:00-07:30", "7:30-16:00", "07.30-16.00", "", "07:30"] {
            assert!(Hours::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        assert!(Zone::try_from("Asia/Bekasi".to_owned()).is_err());
        assert!(MailDomain::try_from("Kota.Example".to_owned()).is_ok_and(|domain| domain.as_str() == "kota.example"));
        for bad in ["", "kota", "a b.example", "kota..example", "x@kota.example"] {
            assert!(MailDomain::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
