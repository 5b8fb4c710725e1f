//! Replies in, as the daemon does it: kept raw, judged, read, decided, recorded, sealed; out of a
//! mailbox of Dovecot or a Maildir. What follows from
//! them (receipts, orders to others) is written and not sent. Beside it the same bytes appended to a file and synced.

use super::dovecot::Dovecot;
use super::measure::{Stopwatch, append_rate, count, disk, forget_peak, peak_mib};
use super::options::{From, In};
use super::place::{Place, settle};
use super::report::{Conditions, InFigures, Side};
use super::{replies, town};
use crate::domain::delivery::Channel;
use crate::flow::accept::accept;
use crate::flow::{dispatch, evidence, receive};
use crate::runtime::daemon::Engine;
use crate::runtime::intake::{take_mailbox, take_maildir};
use crate::runtime::open::Opened;
use crate::store::Topic;
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Duration;

/// Recipients of one letter.
const RECIPIENTS: usize = 1_000;
/// Mails that an intake takes at once, and so the window in which the file beside it is synced.
const WINDOW: usize = 64;

/// Runs it.
pub async fn run(options: &In) -> Result<InFigures> {
    ensure!(options.mails > 0, "--mails is at least 1");
    let place = Place::make()?;
    let dovecot = match options.from {
        From::Dovecot => Some(Dovecot::start(&place).await?),
        From::Maildir => None,
    };
    let mut opened = place.open(&options.common, None).await?;
    if let Some(server) = &dovecot {
        server.fill(&mut opened.installation)?;
    }
    let inbox = match &dovecot {
        Some(server) => server.inbox()?,
        None => opened.installation.layout.maildir.join("new"),
    };
    settle(&opened, RECIPIENTS.min(options.mails).max(50)).await?;
    let start_mib = peak_mib();
    let (bytes, sample) = write_replies(&opened, options, &inbox).await?;
    let probe = disk(&place.folder)?;
    let append = append_rate(&place.folder, &sample, (options.mails.min(256), WINDOW))?;
    forget_peak();
    let before = opened.house.store.commits();
    let watch = Stopwatch::start();
    take_all(&opened, options).await?;
    let lap = watch.lap();
    let commits = count(usize::try_from(opened.house.store.commits() - before).unwrap_or(0));
    let states = verify(&opened, options.mails).await?;
    Ok(InFigures {
        conditions: Conditions::new(&opened, probe, bytes),
        mails: options.mails,
        attachment: options.attachment,
        from: options.from.as_str(),
        states,
        kurir: Side { per_second: count(options.mails) / lap.seconds, cpu_per_1000: lap.cpu * 1000.0 / count(options.mails) },
        append_per_second: append,
        commits_per_1000: commits * 1000.0 / count(options.mails),
        start_mib,
        peak_mib: peak_mib(),
    })
}

/// Letters to everybody, and a reply to each where the intake finds it. Says the mean size and gives one as a sample.
async fn write_replies(opened: &Opened, options: &In, inbox: &Path) -> Result<(u64, Vec<u8>)> {
    let office = opened.installation.layout.root.join("mail");
    std::fs::create_dir_all(inbox)?;
    let (mut total, mut sample) = (0, Vec::new());
    for first in (0..options.mails).step_by(RECIPIENTS) {
        let to: Vec<usize> = (0..RECIPIENTS.min(options.mails - first)).collect();
        let letter = town::letter(&format!("m-{first}"), opened.house.today(), &to, 2_000)?;
        accept(&opened.house, letter).await?;
        while dispatch::round(&opened.house, &opened.doors, Channel::Email).await? > 0 {}
        for number in to {
            sample = replies::reply(&office, (number, first), options.size, options.attachment)?;
            total += sample.len();
            std::fs::write(inbox.join(format!("{first:06}.{number:06}")), &sample)?;
        }
    }
    while evidence::seal(&opened.house).await? > 0 {}
    Ok((u64::try_from(total / options.mails).unwrap_or(0), sample))
}

/// The intake and the judge side by side, as in the daemon, until everything is judged and sealed.
async fn take_all(opened: &Opened, options: &In) -> Result<()> {
    let engine = Engine::new(opened);
    let (installation, from) = (opened.installation.clone(), options.from);
    let intake = tokio::spawn(async move {
        match from {
            From::Dovecot => take_mailbox(&engine, &installation).await?,
            From::Maildir => while take_maildir(&engine, &installation.layout.maildir).await? > 0 {},
        }
        Ok::<_, anyhow::Error>(())
    });
    let mut judged = 0;
    while judged < options.mails {
        match receive::round(&opened.house, &opened.doors).await? {
            0 if intake.is_finished() && receive::round(&opened.house, &opened.doors).await? == 0 => break,
            0 => opened.house.store.wake().wait(Topic::Inbound, Duration::from_millis(50)).await,
            taken => judged += taken,
        }
    }
    intake.await??;
    while evidence::seal(&opened.house).await? > 0 {}
    Ok(())
}

/// A speed counts only where every reply was recorded as an act and the chain holds.
async fn verify(opened: &Opened, mails: usize) -> Result<Vec<(String, i64)>> {
    let verified = evidence::verify(&opened.house).await?;
    ensure!(verified.broken.is_none() && verified.unsealed == 0, "the evidence does not fit: {verified:?}");
    let mut tx = opened.house.store.read().await?;
    let states = tx.inbound_counts().await?;
    let recorded = states.iter().find(|(state, _)| state == "recorded").map_or(0, |(_, count)| *count);
    ensure!(recorded == i64::try_from(mails)?, "not every reply was recorded: {states:?}");
    Ok(states)
}
