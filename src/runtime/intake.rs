//! The loops of the ways in: IMAP, a Maildir, Telegram. Each keeps first and confirms afterwards, and reports its state.

use super::config::{Installation, SecretError};
use super::daemon::{Engine, pause};
use super::words::grouped;
use crate::channel::email::imap::ImapError;
use crate::channel::email::imap_inbox::{Cursor, ImapInbox};
use crate::channel::email::inbox::{RawMail, Shelf};
use crate::channel::email::maildir::{Maildir, MaildirError};
use crate::channel::telegram::{RawUpdate, updates::next_offset};
use crate::flow::receive::{Arrival, keep_all, keep_updates};
use crate::store::StoreError;
use crate::store::records::ChannelHealth;
use rustls::ClientConfig;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a way in rests after an error.
const REST: Duration = Duration::from_secs(5);
/// Mails of a Maildir that are taken at once.
const MAILDIR_WINDOW: usize = 64;
/// Bytes of a Maildir that are taken at once; one larger mail is taken alone.
const MAILDIR_BYTES: usize = 8 * 1024 * 1024;

/// What can go wrong on a way in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The IMAP server.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The Maildir.
    #[error(transparent)]
    Maildir(#[from] MaildirError),
    /// The password.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Something that is not set.
    #[error("{0} is not set")]
    Unset(&'static str),
    /// Trust anchors.
    #[error("the trust anchors: {0}")]
    Anchors(String),
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the IMAP mailbox for ever.
pub async fn imap_loop(engine: Engine, installation: Installation) {
    while !engine.stop.is_cancelled() {
        match imap_session(&engine, &installation).await {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(%error, "the mailbox could not be read; it is tried again");
                let bad = matches!(&error, IntakeError::Imap(ImapError::Auth));
                report(&engine, "imap", if bad { "bad_credentials" } else { "down" }, &error.to_string()).await;
                pause(&engine.stop, if bad { REST * 12 } else { REST }).await;
            }
        }
    }
}

async fn open_mailbox(installation: &Installation) -> Result<(ImapInbox, String), IntakeError> {
    let settings = &installation.config.intake.imap;
    let name = installation.config.intake.password_file.as_ref().ok_or(IntakeError::Unset("intake.password_file"))?;
    let password = installation.secrets.read(name)?;
    let tls = client_config(installation.config.intake.ca_file.as_deref(), &installation.secrets.beside)?;
    let inbox = ImapInbox::open(settings, &password.value, tls).await?;
    Ok((inbox, format!("imap:{}", settings.mailbox)))
}

/// Takes what is new in the IMAP mailbox once, without waiting for more.
pub async fn take_mailbox(engine: &Engine, installation: &Installation) -> Result<(), IntakeError> {
    let (mut inbox, source) = open_mailbox(installation).await?;
    take(engine, &mut inbox, &source).await?;
    inbox.leave().await;
    Ok(())
}

/// One session: take what is new, wait for more, until the connection or the daemon ends.
async fn imap_session(engine: &Engine, installation: &Installation) -> Result<(), IntakeError> {
    let (mut inbox, source) = open_mailbox(installation).await?;
    report(engine, "imap", "connected", "").await;
    loop {
        take(engine, &mut inbox, &source).await?;
        if engine.stop.is_cancelled() {
            inbox.leave().await;
            return Ok(());
        }
        (inbox, _) = inbox.wait(engine.stop.cancelled()).await?;
    }
}

/// Takes everything that is new, window by window: keep, commit, then put away.
async fn take(engine: &Engine, inbox: &mut ImapInbox, source: &str) -> Result<(), IntakeError> {
    loop {
        let cursor = cursor(engine, source).await?;
        let batch = inbox.fetch_new(cursor).await?;
        let next = batch.cursor;
        let shelves: Vec<(u32, bool)> = batch.mails.iter().map(|mail| (mail.uid, mail.raw.is_whole())).collect();
        let arrivals = batch
            .mails
            .into_iter()
            .map(|mail| Arrival {
                source: "imap",
                source_key: format!("{source}|{}|{}", next.uid_validity, mail.uid),
                raw: mail.raw,
            })
            .collect();
        keep_all(&engine.house, arrivals, Some((source, i64::from(next.uid_validity), i64::from(next.last_uid)))).await?;
        crate::domain::abort::point("imap.before_put_away");
        for (shelf, whole) in [(Shelf::Processed, true), (Shelf::Failed, false)] {
            let uids: Vec<u32> = shelves.iter().filter(|(_, is_whole)| *is_whole == whole).map(|(uid, _)| *uid).collect();
            if !uids.is_empty() {
                inbox.put_away(&uids, shelf).await?;
            }
        }
        crate::domain::abort::point("imap.after_put_away");
        if !batch.more {
            return Ok(());
        }
    }
}

async fn cursor(engine: &Engine, source: &str) -> Result<Cursor, StoreError> {
    let mut tx = engine.house.store.read().await?;
    let (uid_validity, last_uid) = tx.cursor(source).await?.unwrap_or((0, 0));
    Ok(Cursor { uid_validity: u32::try_from(uid_validity).unwrap_or(0), last_uid: u32::try_from(last_uid).unwrap_or(0) })
}

/// TLS with the system's anchors and, where named, one more.
pub fn client_config(ca_file: Option<&Path>, beside: &Path) -> Result<Arc<ClientConfig>, IntakeError> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        let failed = |error: String| IntakeError::Anchors(format!("{}: {error}", file.display()));
        let found = CertificateDer::pem_file_iter(beside.join(file)).map_err(|error| failed(error.to_string()))?;
        for certificate in found {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate).map_err(|error| failed(error.to_string()))?;
        }
    }
    Ok(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}

/// Reads a Maildir for ever.
pub async fn maildir_loop(engine: Engine, folder: PathBuf) {
    while !engine.stop.is_cancelled() {
        match take_maildir(&engine, &folder).await {
            Ok(0) => pause(&engine.stop, Duration::from_millis(500)).await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the Maildir could not be read; it is tried again");
                pause(&engine.stop, REST).await;
            }
        }
    }
}

/// Keeps what lies in `new`, then puts it away. Returns how many mails were taken.
pub async fn take_maildir(engine: &Engine, folder: &Path) -> Result<usize, IntakeError> {
    let maildir = Maildir::open(folder)?;
    let mut arrivals = Vec::new();
    let mut bytes = 0;
    for key in maildir.list_new(MAILDIR_WINDOW)? {
        let raw = maildir.read(&key)?;
        bytes += raw.bytes().len();
        arrivals.push(Arrival { source: "maildir", source_key: key, raw });
        if bytes >= MAILDIR_BYTES {
            break;
        }
    }
    let shelf = |raw: &RawMail| if raw.is_whole() { Shelf::Processed } else { Shelf::Failed };
    let taken: Vec<(String, Shelf)> = arrivals.iter().map(|arrival| (arrival.source_key.clone(), shelf(&arrival.raw))).collect();
    if taken.is_empty() {
        return Ok(0);
    }
    keep_all(&engine.house, arrivals, None).await?;
    let away: Vec<(&str, Shelf)> = taken.iter().map(|(key, shelf)| (key.as_str(), *shelf)).collect();
    crate::domain::abort::point("maildir.before_put_away");
    maildir.put_away_all(&away)?;
    Ok(taken.len())
}

/// Asks Telegram for updates for ever: what came is stored with the new offset in one transaction before the next question
/// confirms it.
pub async fn telegram_loop(engine: Engine) {
    let mut well = false;
    while !engine.stop.is_cancelled() {
        let polled = tokio::select! {
            polled = poll(&engine, None) => polled,
            () = engine.stop.cancelled() => return,
        };
        match polled {
            Ok(Some(_)) if !well => {
                well = true;
                report(&engine, "telegram_in", "connected", "").await;
                show_commands(&engine).await;
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                well = false;
                pause(&engine.stop, REST).await;
            }
            Err(error) => {
                tracing::error!(%error, "updates could not be taken; asked again");
                pause(&engine.stop, REST).await;
            }
        }
    }
}

/// Shows what can be typed in the menu of every phone. Without it everything works as well.
async fn show_commands(engine: &Engine) {
    let Some(telegram) = &engine.doors.telegram else { return };
    let told = ["bantuan", "lepas"].map(|name| (name, grouped("bot_command", name, &[])));
    let shown: Vec<(&str, &str)> = told.iter().map(|(name, words)| (*name, words.as_str())).collect();
    if let Err(error) = telegram.set_commands(&shown).await {
        tracing::warn!(code = error.code(), "the menu of the bot could not be set");
    }
}

/// One question for updates. Returns how many came.
pub async fn take_updates(engine: &Engine, wait_seconds: Option<u32>) -> Result<usize, StoreError> {
    Ok(poll(engine, wait_seconds).await?.unwrap_or(0))
}

/// One question for updates; `None` where Telegram did not answer it.
async fn poll(engine: &Engine, wait_seconds: Option<u32>) -> Result<Option<usize>, StoreError> {
    let Some(telegram) = &engine.doors.telegram else { return Ok(Some(0)) };
    let offset = {
        let mut tx = engine.house.store.read().await?;
        tx.cursor("telegram").await?.map_or(0, |(_, offset)| offset)
    };
    let wait = wait_seconds.unwrap_or(telegram.settings().poll_seconds);
    let updates: Vec<RawUpdate> = match telegram.get_updates(offset, wait).await {
        Ok(updates) => updates,
        Err(error) => {
            let state = if error.code() == "auth" { "bad_credentials" } else { "down" };
            report(engine, "telegram_in", state, error.code()).await;
            return Ok(None);
        }
    };
    crate::domain::abort::point("telegram.after_get_updates");
    if updates.is_empty() {
        return Ok(Some(0));
    }
    let next = next_offset(&updates, offset);
    let count = updates.len();
    keep_updates(&engine.house, updates.into_iter().map(|update| (update.update_id, update.json)).collect(), next).await?;
    Ok(Some(count))
}

/// Writes the state of a way in, so that `/health` and the administrator see it.
async fn report(engine: &Engine, channel: &str, state: &str, cause: &str) {
    let health = ChannelHealth {
        channel: channel.to_owned(),
        state: state.to_owned(),
        cause: cause.chars().take(500).collect(),
        since: engine.house.now(),
        until_at: None,
    };
    let written = async {
        let mut tx = engine.house.store.write().await?;
        tx.set_channel_state(&health).await?;
        tx.commit().await
    };
    if let Err(error) = written.await {
        tracing::error!(%error, "the state of a channel could not be written");
    }
}
