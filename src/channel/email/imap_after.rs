//! The work in an IMAP mailbox after the fetch: put away what is committed, wait for more.
//!
//! UIDs enter and move to another mailbox; nothing is ever lost by it: a mail is copied before it is marked, and only what
//! was copied is expunged.

use super::imap::{ImapError, within};
use super::imap_inbox::{ImapInbox, next_row};
use super::inbox::Shelf;
use async_imap::error::Error;
use async_imap::extensions::idle::IdleResponse;
use async_imap::types::UnsolicitedResponse;
use std::time::Duration;

/// How long the server may take to end its IDLE.
const DONE: Duration = Duration::from_secs(15);

/// Why waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woke {
    /// The server said something; look.
    News,
    /// Nothing for the agreed time; look all the same.
    Quiet,
    /// The caller wants to stop.
    Stopped,
}

impl ImapInbox {
    /// Puts committed mails away: MOVE, or COPY, \Deleted and UID EXPUNGE where the server cannot move. A mail that is no
    /// longer there is no fault. Without UIDPLUS the copied mail stays, marked: an EXPUNGE would take mail of others along.
    pub async fn put_away(&mut self, uids: &[u32], to: Shelf) -> Result<(), ImapError> {
        if uids.is_empty() {
            return Ok(());
        }
        self.begin()?;
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let folder = match to {
            Shelf::Processed => self.settings.processed.clone(),
            Shelf::Failed => self.settings.failed.clone(),
        };
        if !self.transfer(&set, &folder).await? {
            let limit = self.settings.timeout();
            within(limit, "create", self.session.create(&folder), ImapError::from_imap).await?;
            if !self.transfer(&set, &folder).await? {
                return Err(ImapError::MailboxMissing { mailbox: folder });
            }
        }
        if !self.able.moves {
            self.delete(&set).await?;
        }
        self.drain();
        self.broken = false;
        Ok(())
    }

    /// Moves or copies; `false` where the folder is missing.
    async fn transfer(&mut self, set: &str, folder: &str) -> Result<bool, ImapError> {
        let limit = self.settings.timeout();
        let done = if self.able.moves {
            tokio::time::timeout(limit, self.session.uid_mv(set, folder)).await
        } else {
            tokio::time::timeout(limit, self.session.uid_copy(set, folder)).await
        };
        match done {
            Ok(Ok(())) => Ok(true),
            Ok(Err(Error::No(said))) if said.to_ascii_lowercase().contains("trycreate") => Ok(false),
            Ok(Err(error)) => Err(ImapError::from_imap("move", error)),
            Err(_) => Err(ImapError::Timeout { step: "move" }),
        }
    }

    async fn delete(&mut self, set: &str) -> Result<(), ImapError> {
        let limit = self.settings.timeout();
        let marked =
            within(limit, "mark", self.session.uid_store(set, "+FLAGS.SILENT (\\Deleted)"), ImapError::from_imap).await?;
        let mut rows = Box::pin(marked);
        while next_row(limit, "mark", &mut rows).await?.is_some() {}
        drop(rows);
        if self.able.expunges_by_uid {
            let gone = within(limit, "expunge", self.session.uid_expunge(set), ImapError::from_imap).await?;
            let mut rows = Box::pin(gone);
            while next_row(limit, "expunge", &mut rows).await?.is_some() {}
        }
        Ok(())
    }

    /// Waits for news, at most the agreed time, or until `stop` is ready. Whatever wakes it, the caller looks by UID: mail
    /// that came between the last look and this wait is reported at once. Consumes the session where it is lost.
    pub async fn wait(mut self, stop: impl Future<Output = ()>) -> Result<(Self, Woke), ImapError> {
        self.begin()?;
        self.broken = false;
        let quiet = Duration::from_secs(self.settings.idle_seconds);
        if !self.able.idles {
            // Such a server is asked instead, as often as any mail program does.
            let woke = tokio::select! {
                () = stop => Woke::Stopped,
                () = tokio::time::sleep(quiet.min(Duration::from_mins(1))) => Woke::Quiet,
            };
            self.noop().await?;
            return Ok((self, woke));
        }
        self.drain();
        if self.news {
            return Ok((self, Woke::News));
        }
        let limit = self.settings.timeout();
        let unasked = self.session.unsolicited_responses.clone();
        let mut idle = self.session.idle();
        within(limit, "idle", idle.init(), ImapError::from_imap).await?;
        // What is told before the server says that it waits is told once.
        let woke = if std::iter::from_fn(|| unasked.try_recv().ok()).any(|said| matches!(said, UnsolicitedResponse::Exists(_))) {
            Woke::News
        } else {
            let (news, interrupt) = idle.wait_with_timeout(quiet);
            // The inner limit begins anew with every "still here" of the server; this one does not.
            let news = tokio::time::timeout(quiet, news);
            let woke = tokio::select! {
                () = stop => Woke::Stopped,
                answer = news => match answer {
                    Ok(Ok(IdleResponse::NewData(_))) => Woke::News,
                    // A closed connection looks like an interrupt of our own; the command below tells them apart.
                    Ok(Ok(_)) | Err(_) => Woke::Quiet,
                    Ok(Err(error)) => return Err(ImapError::from_imap("idle", error)),
                },
            };
            drop(interrupt);
            woke
        };
        self.session = within(DONE, "end of idle", idle.done(), ImapError::from_imap).await?;
        self.drain();
        self.noop().await?;
        Ok((self, woke))
    }
}
