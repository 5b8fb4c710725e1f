//! Letters out, as the daemon does it: accepted, claimed, signed each, written down, sent, settled, sealed. Beside it, in
//! turns, `smtp-source` with mails of the same size into the same server, and the bare door with one mail made before.

use super::measure::{Lap, Stopwatch, count, disk, forget_peak, median, peak_mib};
use super::options::Out;
use super::place::{Place, Server, bytes_of, settle};
use super::report::{Conditions, OutFigures, Side};
use super::{rivals, town, trace};
use crate::channel::email::address::Address;
use crate::channel::email::envelope::Envelope;
use crate::channel::email::pool::SmtpDoor;
use crate::channel::email::wiremail::WireMail;
use crate::channel::print::Spool;
use crate::domain::delivery::{Channel, Outcome};
use crate::flow::accept::accept;
use crate::flow::{Doors, MailOut, dispatch, evidence};
use crate::runtime::daemon::Engine;
use crate::runtime::open::Opened;
use anyhow::{Context as _, Result, bail, ensure};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// Bytes of PDF of the first letter, from which the size of the others follows.
const TRIAL_PDF: usize = 2_000;

/// The figures of the rounds of one side.
#[derive(Debug, Default)]
struct Laps {
    seconds: Vec<f64>,
    cpu: Vec<f64>,
}

impl Laps {
    fn add(&mut self, seconds: f64, cpu: f64) {
        self.seconds.push(seconds);
        self.cpu.push(cpu);
    }

    fn side(&self, mails: usize) -> Option<Side> {
        let seconds = median(self.seconds.clone());
        (seconds > 0.0)
            .then(|| Side { per_second: count(mails) / seconds, cpu_per_1000: median(self.cpu.clone()) * 1000.0 / count(mails) })
    }
}

/// Everything that the rounds gave.
#[derive(Debug, Default)]
struct Rounds {
    ours: Laps,
    source: Laps,
    bare: Laps,
    accepting: Vec<f64>,
    fsyncs: Vec<f64>,
    slow: Vec<f64>,
}

impl Rounds {
    /// One round: the disk, kurir, and in the same minute its rivals.
    async fn one(
        &mut self,
        opened: &Opened,
        (place, server): (&Place, &Server),
        (sample, round): (&Sample, usize),
        options: &Out,
    ) -> Result<()> {
        let (rate, slowest) = disk(&place.folder)?;
        self.fsyncs.push(rate);
        self.slow.push(slowest);
        trace::mark(&place.folder, "begin")?;
        let (lap, accepted) = letters(opened, options, (round, sample.pdf_bytes)).await?;
        trace::mark(&place.folder, "end")?;
        self.ours.add(lap.seconds, lap.cpu);
        self.accepting.push(accepted);
        if options.alone {
            return Ok(());
        }
        let lap = rivals::source(server, options.mails, sample.mail.size()).await?;
        self.source.add(lap.seconds, lap.children);
        let lap = door(opened, sample, options).await?;
        self.bare.add(lap.seconds, lap.cpu);
        Ok(())
    }
}

/// Runs it.
pub async fn run(options: &Out) -> Result<OutFigures> {
    ensure!(
        options.mails > 0 && options.recipients > 0 && options.rounds > 0,
        "--mails, --recipients and --rounds are at least 1"
    );
    let (_sink, server) = server(options).await?;
    let place = Place::make()?;
    let opened = place.open(&options.common, Some(&server)).await?;
    settle(&opened, options.recipients.clamp(50, 5_000)).await?;
    let rest_mib = peak_mib();
    let sample = sample(&opened, &place.folder, options).await?;
    let bytes = sample.mail.size();
    forget_peak();
    let before = opened.house.store.commits();
    let mut rounds = Rounds::default();
    for round in 0..options.rounds {
        rounds.one(&opened, (&place, &server), (&sample, round), options).await?;
    }
    let all = options.mails * options.rounds;
    let commits = count(usize::try_from(opened.house.store.commits() - before).unwrap_or(0));
    verify(&opened, all).await?;
    Ok(OutFigures {
        conditions: Conditions::new(&opened, (median(rounds.fsyncs), median(rounds.slow)), bytes),
        mails: options.mails,
        rounds: options.rounds,
        recipients: options.recipients,
        connections: options.connections,
        key: options.key.as_str(),
        accept_seconds: median(rounds.accepting),
        kurir: rounds.ours.side(options.mails).context("no round was measured")?,
        smtp_source: rounds.source.side(options.mails),
        bare_door: rounds.bare.side(options.mails),
        commits_per_1000: commits * 1000.0 / count(all),
        fsyncs_per_1000: None,
        start_mib: rest_mib,
        peak_mib: peak_mib(),
        stored_bytes_per_mail: bytes_of(&place.folder) / u64::try_from(all).unwrap_or(u64::MAX),
    })
}

/// The server that takes the mail.
async fn server(options: &Out) -> Result<(Option<rivals::Sink>, Server)> {
    let at = |host: &str, port| Server { host: host.to_owned(), port, connections: options.connections, key: options.key };
    if options.sink == "smtp-sink" {
        let (sink, port) = rivals::sink().await?;
        return Ok((Some(sink), at("127.0.0.1", port)));
    }
    let Some((host, port)) = options.sink.rsplit_once(':') else { bail!("--sink is smtp-sink or HOST:PORT") };
    Ok((None, at(host, port.parse().context("the port of --sink")?)))
}

/// One mail as kurir makes it, and the size of the PDF with which it has the wanted bytes.
struct Sample {
    mail: WireMail,
    pdf_bytes: usize,
}

/// Two letters into a Maildir: the first tells how long a mail is around its file, the second is the sample.
async fn sample(opened: &Opened, folder: &Path, options: &Out) -> Result<Sample> {
    let office = folder.join("sample");
    let doors =
        Doors { mail: MailOut::PostOffice(office.clone()), telegram: None, print: Spool::new(folder.join("sample-print"))? };
    let first = one_mail(opened, &doors, ("contoh-1", TRIAL_PDF), &office).await?;
    // 57 bytes are a line of 76 characters and its end.
    let wanted = usize::try_from(options.size).unwrap_or(usize::MAX).saturating_sub(first.len()) * 57 / 78 + TRIAL_PDF;
    let second = one_mail(opened, &doors, ("contoh-2", wanted), &office).await?;
    Ok(Sample { mail: WireMail::checked(second.into())?, pdf_bytes: wanted })
}

async fn one_mail(opened: &Opened, doors: &Doors, (id, pdf): (&str, usize), office: &Path) -> Result<Vec<u8>> {
    accept(&opened.house, town::letter(id, opened.house.today(), &[2], pdf)?).await?;
    while dispatch::round(&opened.house, doors, Channel::Email).await? > 0 {}
    let mailbox = office.join(town::address(2)).join("new");
    let file = std::fs::read_dir(&mailbox)?.next().context("the sample did not arrive")??.path();
    let bytes = std::fs::read(&file)?;
    std::fs::remove_file(file)?;
    Ok(bytes)
}

/// One round of letters through the loops of the daemon. Says the seconds that accepting took as well.
async fn letters(opened: &Opened, options: &Out, (round, pdf_bytes): (usize, usize)) -> Result<(Lap, f64)> {
    let engine = Engine::new(opened);
    let mut tasks = JoinSet::new();
    let (today, house) = (opened.house.today(), &opened.house);
    let mut letters = Vec::new();
    for first in (0..options.mails).step_by(options.recipients) {
        let to: Vec<usize> = (0..options.recipients.min(options.mails - first)).collect();
        letters.push((format!("u{round}-{first}"), to));
    }
    let watch = Stopwatch::start();
    engine.start(&mut tasks);
    for (id, to) in &letters {
        accept(house, town::letter(id, today, to, pdf_bytes)?).await?;
    }
    let accepted = watch.lap().seconds;
    let wanted = u64::try_from(options.mails).unwrap_or(u64::MAX);
    while engine.counts.dispatched.load(Ordering::Relaxed) < wanted {
        tokio::time::sleep(Duration::from_millis(2)).await;
        if tasks.try_join_next().is_some() {
            bail!("a loop of the daemon ended");
        }
    }
    while evidence::seal(house).await? > 0 {}
    let lap = watch.lap();
    engine.stop.cancel();
    while tasks.join_next().await.is_some() {}
    Ok((lap, accepted))
}

/// The same mail again and again through the same door: no database, no signature, no text.
async fn door(opened: &Opened, sample: &Sample, options: &Out) -> Result<Lap> {
    let door = Arc::new(SmtpDoor::new(opened.installation.config.smtp.clone(), None)?);
    let to = Address::parse(&town::address(2))?;
    let left = Arc::new(AtomicUsize::new(options.mails));
    let watch = Stopwatch::start();
    let mut tasks = JoinSet::new();
    for worker in 0..options.connections {
        let envelope = Envelope { return_path: None, to: to.clone(), envid: format!("bare-{worker}") };
        let (door, left, mail) = (Arc::clone(&door), Arc::clone(&left), sample.mail.clone());
        tasks.spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                let outcome = door.send(&envelope, &mail).await;
                if !matches!(outcome, Outcome::Delivered(_)) {
                    return Err(anyhow::anyhow!("the bare door: {outcome:?}"));
                }
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let lap = watch.lap();
    door.close().await;
    Ok(lap)
}

/// A speed counts only where every mail was delivered once and the chain holds.
async fn verify(opened: &Opened, mails: usize) -> Result<()> {
    let verified = evidence::verify(&opened.house).await?;
    ensure!(verified.broken.is_none() && verified.unsealed == 0, "the evidence does not fit: {verified:?}");
    let mut tx = opened.house.store.read().await?;
    let attempts = tx.attempt_counts().await?;
    // The two samples went out as well.
    let wanted = vec![("delivered".to_owned(), i64::try_from(mails + 2)?)];
    ensure!(attempts == wanted, "not every mail was delivered at the first attempt: {attempts:?}, wanted {wanted:?}");
    Ok(())
}
