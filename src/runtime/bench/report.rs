//! What was measured, as a table and as JSON, always with the conditions under which it was.

use crate::runtime::open::Opened;
use serde::Serialize;
use std::fmt::Write as _;

/// Under which conditions.
#[derive(Debug, Serialize)]
pub struct Conditions {
    /// Version of kurir.
    version: &'static str,
    /// Whether this is a build with optimisation.
    optimised: bool,
    /// Cores that this process may use.
    cores: usize,
    /// Engine of the database.
    database: &'static str,
    /// Fsyncs a second of the disk, in the same run.
    disk_fsyncs_per_second: f64,
    /// The slowest fsync in a hundred, in milliseconds.
    disk_fsync_p99_ms: f64,
    /// Bytes of one mail.
    mail_bytes: u64,
}

impl Conditions {
    /// Those of an installation.
    pub fn new(opened: &Opened, (rate, slowest): (f64, f64), mail_bytes: u64) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            optimised: !cfg!(debug_assertions),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            database: opened.house.store.engine(),
            disk_fsyncs_per_second: rate,
            disk_fsync_p99_ms: slowest,
            mail_bytes,
        }
    }

    fn rows(&self, out: &mut String) {
        let build = if self.optimised { "optimised" } else { "NOT optimised" };
        let _ = writeln!(
            out,
            "kurir {} ({build}), {} cores, {}, {:.0} fsyncs/s (p99 {:.2} ms), {} bytes a mail",
            self.version, self.cores, self.database, self.disk_fsyncs_per_second, self.disk_fsync_p99_ms, self.mail_bytes
        );
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Side {
    /// Mails a second.
    pub per_second: f64,
    /// Processor seconds for 1,000 mails.
    pub cpu_per_1000: f64,
}

/// Letters out.
#[derive(Debug, Serialize)]
pub struct OutFigures {
    /// Conditions.
    pub conditions: Conditions,
    /// Mails a round.
    pub mails: usize,
    /// Rounds.
    pub rounds: usize,
    /// Recipients of one letter.
    pub recipients: usize,
    /// Connections.
    pub connections: usize,
    /// Key of the seal.
    pub key: &'static str,
    /// Seconds of a round in which letters were accepted (sending goes on meanwhile).
    pub accept_seconds: f64,
    /// The whole flow.
    pub kurir: Side,
    /// `smtp-source`.
    pub smtp_source: Option<Side>,
    /// The same door with one mail made before, without a database.
    pub bare_door: Option<Side>,
    /// Commits for 1,000 deliveries.
    pub commits_per_1000: f64,
    /// Syncs for 1,000 deliveries, by strace.
    pub fsyncs_per_1000: Option<f64>,
    /// Peak memory of the start.
    pub start_mib: f64,
    /// Peak memory of the rounds.
    pub peak_mib: f64,
    /// Growth of the whole folder.
    pub stored_bytes_per_mail: u64,
}

impl OutFigures {
    /// The ratio to `smtp-source`, the median of one over the median of the other.
    pub fn ratio(&self) -> Option<f64> {
        self.smtp_source.map(|source| self.kurir.per_second / source.per_second)
    }

    /// As a table.
    pub fn table(&self) -> String {
        let mut out = String::new();
        self.conditions.rows(&mut out);
        let _ = writeln!(
            out,
            "{} mails x {} rounds, {} recipients a letter, {} connections, {}\n",
            self.mails, self.rounds, self.recipients, self.connections, self.key
        );
        row(&mut out, "kurir", Some(self.kurir));
        row(&mut out, "smtp-source", self.smtp_source);
        row(&mut out, "bare door", self.bare_door);
        if let Some(ratio) = self.ratio() {
            let _ = writeln!(out, "\nkurir / smtp-source {ratio:.2}");
        }
        if let Some(bare) = self.bare_door {
            let _ = writeln!(out, "kurir / bare door   {:.2}", self.kurir.per_second / bare.per_second);
        }
        let _ = writeln!(out, "accepting           {:.2} s a round", self.accept_seconds);
        let _ = writeln!(out, "commits             {:.0} per 1,000", self.commits_per_1000);
        if let Some(fsyncs) = self.fsyncs_per_1000 {
            let _ = writeln!(out, "fsyncs              {fsyncs:.0} per 1,000");
        }
        let _ = writeln!(out, "memory              {:.0} MiB at the start, {:.0} MiB peak", self.start_mib, self.peak_mib);
        let _ = writeln!(out, "stored              {} bytes a mail", self.stored_bytes_per_mail);
        out
    }
}

fn row(out: &mut String, name: &str, side: Option<Side>) {
    if let Some(Side { per_second, cpu_per_1000 }) = side {
        let _ = writeln!(out, "{name:<12} {per_second:>9.0} mails/s {cpu_per_1000:>8.3} CPU s per 1,000");
    }
}

/// Replies in.
#[derive(Debug, Serialize)]
pub struct InFigures {
    /// Conditions.
    pub conditions: Conditions,
    /// Replies.
    pub mails: usize,
    /// Bytes of the attachment.
    pub attachment: usize,
    /// Where they lay.
    pub from: &'static str,
    /// What became of them.
    pub states: Vec<(String, i64)>,
    /// The whole flow.
    pub kurir: Side,
    /// The same bytes appended to a file and synced, in mails a second.
    pub append_per_second: f64,
    /// Commits for 1,000 replies.
    pub commits_per_1000: f64,
    /// Peak memory of the start.
    pub start_mib: f64,
    /// Peak memory while they came in.
    pub peak_mib: f64,
}

impl InFigures {
    /// As a table.
    pub fn table(&self) -> String {
        let mut out = String::new();
        self.conditions.rows(&mut out);
        let _ = writeln!(out, "{} replies from {}, {} bytes of attachment each\n", self.mails, self.from, self.attachment);
        row(&mut out, "kurir", Some(self.kurir));
        let _ = writeln!(out, "{:<12} {:>9.0} mails/s", "append+sync", self.append_per_second);
        let _ = writeln!(out, "\nkurir / append+sync {:.2}", self.kurir.per_second / self.append_per_second);
        let _ = writeln!(out, "commits             {:.0} per 1,000", self.commits_per_1000);
        let _ = writeln!(out, "memory              {:.0} MiB at the start, {:.0} MiB peak", self.start_mib, self.peak_mib);
        out
    }
}
