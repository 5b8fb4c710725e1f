//! The work in an IMAP mailbox: fetch what is new. Putting away and waiting stand in [`super::imap_after`].
//!
//! A cursor enters and raw mails leave. Nothing is flagged, moved or deleted before the caller says that it is committed,
//! nothing is ever looked for by its content (a query is no place for text of strangers), and no mail is parsed here.

use super::imap::{ImapError, ImapSession, ImapSettings, log_in, within};
use super::inbox::RawMail;
use crate::domain::limits::MAIL_BYTES;
use async_imap::error::Error;
use async_imap::types::UnsolicitedResponse;
use futures::{Stream, StreamExt as _};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::ClientConfig;

/// How long the server may take for its goodbye.
const GOODBYE: Duration = Duration::from_secs(15);

/// Up to where a mailbox has been taken over. It is stored in the transaction that stores the mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// UIDVALIDITY; 0 before the first mail.
    pub uid_validity: u32,
    /// The highest UID that was taken over.
    pub last_uid: u32,
}

/// One mail of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedMail {
    /// UID; with the UIDVALIDITY and the mailbox it is the mail's name.
    pub uid: u32,
    /// Its bytes.
    pub raw: RawMail,
}

/// What one look at the mailbox gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The mails, by rising UID.
    pub mails: Vec<FetchedMail>,
    /// Where to go on once these are committed.
    pub cursor: Cursor,
    /// True where more mail waits beyond this window.
    pub more: bool,
    /// True where the server numbered the mailbox anew: everything in it is handed over again, and the caller's hash of the
    /// content tells what he has already.
    pub renumbered: bool,
}

/// What a mailbox looks like to `kurir check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxState {
    /// Mails in it.
    pub mails: u32,
    /// Its UIDVALIDITY.
    pub uid_validity: u32,
}

/// What the server can do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Abilities {
    pub(super) moves: bool,
    pub(super) expunges_by_uid: bool,
    pub(super) idles: bool,
}

/// A logged-in session with the mailbox selected. After any error it is to be dropped.
pub struct ImapInbox {
    pub(super) session: ImapSession,
    pub(super) settings: ImapSettings,
    uid_validity: u32,
    exists: u32,
    pub(super) able: Abilities,
    /// Set while a call is under way: one that failed or was cancelled leaves answers behind that belong to nobody.
    pub(super) broken: bool,
    /// The server told of new mail while something else was going on: it will not say so again.
    pub(super) news: bool,
}

impl std::fmt::Debug for ImapInbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapInbox").field("uid_validity", &self.uid_validity).finish_non_exhaustive()
    }
}

impl ImapInbox {
    /// Logs in and selects the mailbox.
    pub async fn open(settings: &ImapSettings, password: &SecretString, tls: Arc<ClientConfig>) -> Result<Self, ImapError> {
        let mut session = log_in(settings, password, tls).await?;
        let limit = settings.timeout();
        let able = within(limit, "capability", session.capabilities(), ImapError::from_imap).await?;
        let selected = within(limit, "select", session.select(&settings.mailbox), |step, error| match error {
            Error::No(_) => ImapError::MailboxMissing { mailbox: settings.mailbox.clone() },
            other => ImapError::from_imap(step, other),
        })
        .await?;
        let uid_validity =
            selected.uid_validity.ok_or(ImapError::Protocol { step: "select", detail: "no UIDVALIDITY".into() })?;
        Ok(Self {
            able: Abilities {
                moves: able.has_str("MOVE"),
                expunges_by_uid: able.has_str("UIDPLUS"),
                idles: able.has_str("IDLE"),
            },
            broken: false,
            news: false,
            exists: selected.exists,
            session,
            settings: settings.clone(),
            uid_validity,
        })
    }

    /// Logs in, selects, completes one harmless step and leaves.
    pub async fn check(
        settings: &ImapSettings,
        password: &SecretString,
        tls: Arc<ClientConfig>,
    ) -> Result<MailboxState, ImapError> {
        let mut inbox = Self::open(settings, password, tls).await?;
        inbox.noop().await?;
        let state = MailboxState { mails: inbox.exists, uid_validity: inbox.uid_validity };
        inbox.leave().await;
        Ok(state)
    }

    /// Says goodbye; a server that does not answer it changes nothing.
    pub async fn leave(mut self) {
        let goodbye = within(GOODBYE, "logout", self.session.logout(), ImapError::from_imap).await;
        drop(goodbye);
    }

    /// UIDVALIDITY of the selected mailbox.
    pub const fn uid_validity(&self) -> u32 {
        self.uid_validity
    }

    /// Takes the next window of mails after the cursor. Nothing in the mailbox changes.
    pub async fn fetch_new(&mut self, cursor: Cursor) -> Result<Batch, ImapError> {
        self.begin()?;
        let batch = self.fetch_window(cursor).await?;
        self.broken = false;
        Ok(batch)
    }

    pub(super) fn begin(&mut self) -> Result<(), ImapError> {
        if std::mem::replace(&mut self.broken, true) { Err(ImapError::Lost { step: "an earlier call" }) } else { Ok(()) }
    }

    async fn fetch_window(&mut self, cursor: Cursor) -> Result<Batch, ImapError> {
        // A server tells of new mail only where it may say what it likes: a FETCH by UID would not see what came since.
        self.noop().await?;
        self.drain();
        self.news = false;
        let renumbered = cursor.uid_validity != 0 && cursor.uid_validity != self.uid_validity;
        let last_uid = if cursor.uid_validity == self.uid_validity { cursor.last_uid } else { 0 };
        let sizes = self.sizes_after(last_uid).await?;
        let window = self.window(&sizes);
        let (large, small): (Vec<_>, Vec<_>) = window.iter().partition(|(_, size)| u64::from(*size) > MAIL_BYTES);
        let mut mails = self.fetch_whole(&small).await?;
        for (uid, size) in large {
            mails.extend(self.fetch_head(uid, size).await?);
        }
        mails.sort_by_key(|mail| mail.uid);
        let reached = window.last().map_or(last_uid, |(uid, _)| *uid);
        let cursor = Cursor { uid_validity: self.uid_validity, last_uid: reached };
        Ok(Batch { mails, cursor, more: window.len() < sizes.len(), renumbered })
    }

    /// Sizes of all mails after a UID, by rising UID. `n:*` names the last mail even where it is older: it is filtered.
    async fn sizes_after(&mut self, last_uid: u32) -> Result<BTreeMap<u32, u32>, ImapError> {
        let Some(first) = last_uid.checked_add(1) else { return Ok(BTreeMap::new()) };
        let limit = self.settings.timeout();
        let asked = self.session.uid_fetch(format!("{first}:*"), "(UID RFC822.SIZE)");
        let mut rows = within(limit, "sizes", asked, ImapError::from_imap).await?;
        let mut sizes = BTreeMap::new();
        while let Some(row) = next_row(limit, "sizes", &mut rows).await? {
            if let (Some(uid), Some(size)) = (row.uid, row.size)
                && uid >= first
            {
                sizes.insert(uid, size);
            }
        }
        drop(rows);
        self.drain();
        Ok(sizes)
    }

    /// The first mails that fit into one window, at least one.
    fn window(&self, sizes: &BTreeMap<u32, u32>) -> Vec<(u32, u32)> {
        let mut bytes = 0_u64;
        let mut window = Vec::new();
        for (uid, size) in sizes {
            bytes = bytes.saturating_add(u64::from(*size).min(MAIL_BYTES));
            if window.len() >= self.settings.window_mails.max(1) || (!window.is_empty() && bytes > self.settings.window_bytes) {
                break;
            }
            window.push((*uid, *size));
        }
        window
    }

    async fn fetch_whole(&mut self, mails: &[(u32, u32)]) -> Result<Vec<FetchedMail>, ImapError> {
        if mails.is_empty() {
            return Ok(Vec::new());
        }
        let set = mails.iter().map(|(uid, _)| uid.to_string()).collect::<Vec<_>>().join(",");
        // A row is whole or not there: a slow line gets a second for every 128 KiB of the largest.
        let largest = mails.iter().map(|(_, size)| u64::from(*size)).max().unwrap_or_default();
        let limit = self.settings.timeout() + Duration::from_secs(largest / (128 * 1024));
        let asked = self.session.uid_fetch(set, "(UID BODY.PEEK[])");
        let mut rows = within(limit, "fetch", asked, ImapError::from_imap).await?;
        let mut found = Vec::with_capacity(mails.len());
        while let Some(row) = next_row(limit, "fetch", &mut rows).await? {
            // Another client's flag change comes as a row without a body; a mail that vanished comes not at all.
            if let (Some(uid), Some(body)) = (row.uid, row.body())
                && mails.iter().any(|(asked, _)| *asked == uid)
            {
                found.push(FetchedMail { uid, raw: bounded(body) });
            }
        }
        drop(rows);
        self.drain();
        Ok(found)
    }

    async fn fetch_head(&mut self, uid: u32, size: u32) -> Result<Option<FetchedMail>, ImapError> {
        let limit = self.settings.timeout();
        let asked = self.session.uid_fetch(uid.to_string(), format!("(UID BODY.PEEK[]<0.{}>)", RawMail::HEAD));
        let mut rows = within(limit, "fetch head", asked, ImapError::from_imap).await?;
        let mut found = None;
        while let Some(row) = next_row(limit, "fetch head", &mut rows).await? {
            if let (true, Some(body)) = (row.uid == Some(uid), row.body()) {
                found = Some(FetchedMail { uid, raw: RawMail::Head { bytes: body.to_vec(), size: u64::from(size) } });
            }
        }
        Ok(found)
    }

    pub(super) async fn noop(&mut self) -> Result<(), ImapError> {
        let limit = self.settings.timeout();
        within(limit, "noop", self.session.noop(), ImapError::from_imap).await
    }

    /// Empties the channel of unasked responses: it holds a hundred, and some of them hold bodies. That there is new mail is
    /// remembered.
    pub(super) fn drain(&mut self) {
        while let Ok(said) = self.session.unsolicited_responses.try_recv() {
            self.news |= matches!(said, UnsolicitedResponse::Exists(_));
        }
    }
}

/// A server may have told a smaller size than it sends.
fn bounded(body: &[u8]) -> RawMail {
    let size = body.len() as u64;
    if size <= MAIL_BYTES {
        return RawMail::Whole(body.to_vec());
    }
    RawMail::Head { bytes: body.get(..RawMail::HEAD).unwrap_or_default().to_vec(), size }
}

pub(super) async fn next_row<T>(
    limit: Duration,
    step: &'static str,
    rows: &mut (impl Stream<Item = Result<T, Error>> + Unpin),
) -> Result<Option<T>, ImapError> {
    match tokio::time::timeout(limit, rows.next()).await {
        Ok(row) => row.transpose().map_err(|error| ImapError::from_imap(step, error)),
        Err(_) => Err(ImapError::Timeout { step }),
    }
}
