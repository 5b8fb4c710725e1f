//! The Telegram door: letters and small messages go out by the Bot API, raw updates come in.
//!
//! In: text in Telegram's HTML, files, buttons, and the token of the bot. Out: a [`crate::domain::delivery::Outcome`] or a
//! typed [`TelegramError`] for every call, and updates as raw JSON that [`updates::parse`] reads afterwards.
//! Never here: a decision, a retry, a hidden wait, a word of SQL. The token is in no `Debug`, no error and no log.
//!
//! The rustls provider must be installed before [`Telegram::new`] (`runtime` does it first of all).

mod call;
mod edit;
mod error;
mod fetch;
pub mod html;
pub mod keyboard;
pub mod limit;
mod send;
mod settings;
pub mod updates;

pub use edit::MessageRef;
pub use error::{LostCode, RefusalCode, TelegramError, moved_to};
pub use keyboard::{BadButton, Button, ButtonData, Keyboard};
pub use limit::{Limiter, Pace};
pub use send::{Document, Outgoing};
pub use settings::TelegramSettings;
pub use updates::{Incoming, RawUpdate};

use crate::domain::clock::Clock;
use call::Failure;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use teloxide::{Bot, requests::Payload};

/// The points at which a crash story may end the process (`crate::domain::abort`).
pub const ABORT_POINTS: &[&str] = &[BEFORE_REQUEST, AFTER_REQUEST];
/// Everything is ready, not one byte has left.
const BEFORE_REQUEST: &str = "telegram.before_request";
/// Telegram has the request and has answered; nobody has stored the answer.
const AFTER_REQUEST: &str = "telegram.after_request";

/// A chat. The private chat of a person has the person's numeric id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

impl fmt::Debug for ChatId {
    /// An id of a chat is an address of a person: a log sees its last two digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChatId(..{:02})", self.0.unsigned_abs() % 100)
    }
}

/// The door could not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// The address of the API is not `https`, nor `http` on this machine: the token stands in every address that is asked.
    #[error("telegram.api_url must begin with https:// (or http:// for a Bot API server on this very machine)")]
    ApiUrl,
    /// An address with a name and a password in it would show them wherever settings are shown.
    #[error("telegram.api_url and telegram.proxy must not hold a name or a password")]
    Credentials,
    /// `runtime` has not installed the rustls provider; without it the client would panic.
    #[error("no TLS provider is installed in this process")]
    NoTls,
    /// A token is digits, a colon, and letters; anything else would change the address of the call.
    #[error("the bot token has the form 123456:ABC-DEF, with nothing before or after it")]
    Token,
    /// The HTTP client refused its settings.
    #[error("the HTTP client could not be built: {0}")]
    Client(String),
}

/// Who the bot is, as `getMe` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotIdentity {
    /// Numeric id of the bot.
    pub id: i64,
    /// Its name without `@`.
    pub username: String,
}

/// One bot.
pub struct Telegram {
    bot: Bot,
    settings: TelegramSettings,
    clock: Arc<dyn Clock>,
    limiter: Mutex<Limiter>,
}

impl fmt::Debug for Telegram {
    /// Written by hand: the `Debug` of teloxide's `Bot` prints the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Telegram {
    /// A door for one bot. Connects to nothing yet; [`Telegram::check`] does.
    pub fn new(settings: TelegramSettings, token: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, DoorError> {
        check_addresses(&settings)?;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(DoorError::NoTls);
        }
        if !looks_like_a_token(token.expose_secret()) {
            return Err(DoorError::Token);
        }
        let bot = Bot::with_client(token.expose_secret(), client(&settings)?).set_api_url(settings.api_url.clone());
        let limiter = Mutex::new(Limiter::new(settings.pace));
        Ok(Self { bot, settings, clock, limiter })
    }

    /// Asks Telegram who we are. [`TelegramError::Unreachable`] and [`TelegramError::Unauthorized`] tell the network from
    /// the token.
    pub async fn check(&self) -> Result<BotIdentity, TelegramError> {
        let me = self.ask(&teloxide::payloads::GetMe::new()).await?;
        serde_json::from_str(me.get())
            .map_err(|_| TelegramError::Lost { code: LostCode::Answer, text: "getMe named no bot".to_owned() })
    }

    /// The first moment at which a message to this chat may leave: `now` when it may leave at once. Ask before an attempt
    /// is written down.
    pub fn opens(&self, chat: ChatId) -> Timestamp {
        self.limiter().opens(chat, self.clock.now())
    }

    /// The settings in force.
    pub const fn settings(&self) -> &TelegramSettings {
        &self.settings
    }

    /// One call that belongs to no chat, so that our own pace does not count it.
    async fn ask<P>(&self, payload: &P) -> Result<Box<serde_json::value::RawValue>, TelegramError>
    where
        P: Payload + Serialize + Sync,
    {
        let answer = call::post(&self.bot, payload, self.settings.request_timeout()).await;
        answer.map_err(|failure| self.read(failure))
    }

    /// Takes a place in our own pace.
    fn take(&self, chat: ChatId) -> Result<(), TelegramError> {
        self.limiter().take(chat, self.clock.now()).map_err(TelegramError::Paced)
    }

    fn read(&self, failure: Failure) -> TelegramError {
        match failure {
            Failure::Network(error) => error,
            Failure::Refused(refusal) => refusal.read(self.clock.now(), self.settings.fallback_retry_seconds),
        }
    }

    /// Reads a failure of a call into a chat; a "not before" of Telegram becomes the pace of that chat.
    fn read_in(&self, chat: ChatId, failure: Failure) -> TelegramError {
        let error = self.read(failure);
        if let TelegramError::RateLimited(until) = &error {
            self.limiter().rest(chat, *until, self.clock.now());
        }
        error
    }

    /// A poisoned lock means that a thread died between two lines without a panic in them; the numbers are still right.
    fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client under teloxide. Idle connections are dropped before Telegram drops them, since a message lost on a stale
/// connection is *unknown*; redirects are not followed, since Telegram sends none and a captive portal does.
fn client(settings: &TelegramSettings) -> Result<reqwest::Client, DoorError> {
    let unusable = |error: reqwest::Error| DoorError::Client(error.without_url().to_string());
    let mut builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout())
        .pool_idle_timeout(std::time::Duration::from_secs(15))
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true)
        .no_proxy();
    if let Some(proxy) = &settings.proxy {
        builder = builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(unusable)?);
    }
    builder.build().map_err(unusable)
}

fn check_addresses(settings: &TelegramSettings) -> Result<(), DoorError> {
    let api = &settings.api_url;
    let here = match api.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if !(api.scheme() == "https" || api.scheme() == "http" && here) {
        return Err(DoorError::ApiUrl);
    }
    let bare = |url: &url::Url| url.username().is_empty() && url.password().is_none();
    if !bare(api) || !settings.proxy.as_ref().is_none_or(bare) {
        return Err(DoorError::Credentials);
    }
    Ok(())
}

fn looks_like_a_token(token: &str) -> bool {
    let shape = |(id, secret): (&str, &str)| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_digit())
            && !secret.is_empty()
            && secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    token.split_once(':').is_some_and(shape)
}

#[cfg(test)]
mod tests;
