//! What an office may set about the Telegram door. The token is no setting: it is a secret and handed in beside them.

use super::limit::Pace;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// Settings of the Telegram door. Every key has a default that suits the public Bot API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelegramSettings {
    /// Where the Bot API answers: `https://api.telegram.org`, a Bot API server of the city's own, or (by `http`, on this
    /// machine only) the practice phone.
    pub api_url: Url,
    /// HTTP or SOCKS-free proxy through which Telegram is reached; none by default. The environment's proxy is never used.
    pub proxy: Option<Url>,
    /// Seconds in which a connection (TCP and TLS) must stand. What fails here was certainly not sent.
    pub connect_timeout_seconds: u64,
    /// Seconds for a whole call, upload included. What is not answered by then is *unknown*.
    pub request_timeout_seconds: u64,
    /// Seconds that `getUpdates` waits at Telegram for something to happen (at most 50).
    pub poll_seconds: u32,
    /// Seconds to wait where Telegram says "too many requests" and names no time.
    pub fallback_retry_seconds: u32,
    /// Whether messages are protected from forwarding and saving.
    pub protect_content: bool,
    /// How fast messages leave.
    pub pace: Pace,
}

impl Default for TelegramSettings {
    fn default() -> Self {
        Self {
            api_url: public_api(),
            proxy: None,
            connect_timeout_seconds: 10,
            request_timeout_seconds: 60,
            poll_seconds: 25,
            fallback_retry_seconds: 30,
            protect_content: true,
            pace: Pace::default(),
        }
    }
}

impl TelegramSettings {
    /// The time in which a connection must stand; always shorter than the whole call, so that it is told apart from it.
    pub(super) fn connect_timeout(&self) -> Duration {
        let whole = self.request_timeout().as_millis().try_into().unwrap_or(u64::MAX);
        Duration::from_millis((self.connect_timeout_seconds.saturating_mul(1000)).min(whole / 2).max(1))
    }

    /// The time for a whole call.
    pub(super) fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds.max(1))
    }

    /// The time for a call of `getUpdates`: what Telegram may wait, and the time of an ordinary call.
    pub(super) fn poll_timeout(&self, wait_seconds: u32) -> Duration {
        Duration::from_secs(u64::from(wait_seconds)) + self.request_timeout()
    }
}

/// The public Bot API.
#[expect(clippy::expect_used, reason = "a constant text, parsed by a test as well")]
fn public_api() -> Url {
    Url::parse("https://api.telegram.org").expect("a constant URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_means_the_public_api_with_its_limits() {
        let settings: TelegramSettings = toml::from_str("").unwrap();
        assert_eq!(settings, TelegramSettings::default());
        assert_eq!(settings.api_url.as_str(), "https://api.telegram.org/");
        assert_eq!((settings.pace.overall, settings.pace.per_chat), (30, 1));
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = toml::from_str::<TelegramSettings>("tokn = \"x\"").unwrap_err().to_string();
        assert!(error.contains("tokn"), "{error}");
        assert!(toml::from_str::<TelegramSettings>("[pace]\noveral = 3").is_err());
    }

    #[test]
    fn a_connection_always_times_out_before_the_call() {
        let settings = TelegramSettings { request_timeout_seconds: 4, connect_timeout_seconds: 10, ..Default::default() };
        assert!(settings.connect_timeout() < settings.request_timeout());
    }
}
