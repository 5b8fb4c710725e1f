//! The instruments: processor time and memory as Linux counts them, the disk's fsyncs measured beside every run, medians.
//!
//! Machines are shared and noisy, so no speed stands alone: it is read beside something that was measured in the same minute.

use anyhow::{Context as _, Result};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// Ticks of a second in `/proc/PID/stat`: `USER_HZ`, 100 on every Linux that is not built otherwise.
const TICKS: f64 = 100.0;
/// How long the disk is asked for its fsyncs.
const PROBE: Duration = Duration::from_millis(500);

/// Wall clock and processor time from a moment on.
#[derive(Debug)]
pub struct Stopwatch {
    began: Instant,
    own: f64,
    children: f64,
}

/// What passed.
#[derive(Debug, Clone, Copy)]
pub struct Lap {
    /// Seconds by the wall.
    pub seconds: f64,
    /// Processor seconds of this process.
    pub cpu: f64,
    /// Processor seconds of children that ended.
    pub children: f64,
}

impl Stopwatch {
    /// Starts it.
    pub fn start() -> Self {
        let (own, children) = cpu();
        Self { began: Instant::now(), own, children }
    }

    /// Reads it.
    pub fn lap(&self) -> Lap {
        let (own, children) = cpu();
        Lap { seconds: self.began.elapsed().as_secs_f64(), cpu: own - self.own, children: children - self.children }
    }
}

/// Processor seconds of this process and of its children that ended. Zero where there is no `/proc`.
fn cpu() -> (f64, f64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold spaces; utime, stime, cutime and cstime are fields 14 to 17 (proc_pid_stat(5)).
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let fields: Vec<f64> = after.split_whitespace().skip(11).take(4).filter_map(|field| field.parse().ok()).collect();
    match fields.as_slice() {
        [user, system, child_user, child_system] => ((user + system) / TICKS, (child_user + child_system) / TICKS),
        _ => (0.0, 0.0),
    }
}

/// The largest resident memory since [`forget_peak`], in MiB.
pub fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0);
    kib / 1024.0
}

/// Lets the peak begin anew at the memory of now (`clear_refs` in proc(5)).
pub fn forget_peak() {
    // Where it may not be written the peak is that of the whole run, which is larger and never flatters.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Fsyncs a second of the disk that a folder is on, and the slowest in a hundred, in milliseconds.
pub fn disk(folder: &Path) -> Result<(f64, f64)> {
    let path = folder.join("fsync-probe");
    let mut file = fs::File::create(&path).context("the probe of the disk")?;
    let block = [0x5A_u8; 4096];
    let (began, mut each) = (Instant::now(), Vec::new());
    while began.elapsed() < PROBE {
        let one = Instant::now();
        file.write_all(&block).and_then(|()| file.sync_data()).context("the probe of the disk")?;
        each.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    fs::remove_file(&path).context("the probe of the disk")?;
    let rate = count(each.len()) / began.elapsed().as_secs_f64();
    each.sort_by(f64::total_cmp);
    let slow = each.get(each.len() * 99 / 100).copied().unwrap_or(0.0);
    Ok((rate, slow))
}

/// Writes the same bytes again and again to one file that only grows, synced once a window: bytes a second.
pub fn append_rate(folder: &Path, bytes: &[u8], (times, window): (usize, usize)) -> Result<f64> {
    let path = folder.join("append-probe");
    let mut file = fs::File::create(&path).context("the probe of the disk")?;
    let began = Instant::now();
    for number in 1..=times {
        file.write_all(bytes).context("the probe of the disk")?;
        if number % window == 0 || number == times {
            file.sync_data().context("the probe of the disk")?;
        }
    }
    let rate = count(times) / began.elapsed().as_secs_f64();
    fs::remove_file(&path).context("the probe of the disk")?;
    Ok(rate)
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// A count as a number that can be divided.
#[expect(clippy::cast_precision_loss, reason = "counts of a measurement are far below 2^52")]
pub const fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_and_nothing_for_nothing() {
        assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < 1e-9);
        assert!(median(Vec::new()).abs() < 1e-9);
    }

    #[test]
    fn work_is_counted() {
        let watch = Stopwatch::start();
        let began = Instant::now();
        let mut sum = 0_u64;
        while began.elapsed() < Duration::from_millis(200) {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        let lap = watch.lap();
        assert!(lap.seconds >= 0.2 && lap.cpu > 0.0, "{lap:?}");
        assert!(peak_mib() > 1.0);
    }
}
