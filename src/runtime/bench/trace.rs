//! Counting fsync and fdatasync: the same measurement once more under strace(1), of which only the rounds count. Nothing in
//! our own code counts them, because what the database and the file store sync is theirs.

use super::options::Out;
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// Leaves a mark in the trace: a folder of this name, made and taken away.
pub fn mark(folder: &Path, name: &str) -> Result<()> {
    let folder = folder.join(format!("mark-{name}"));
    std::fs::create_dir(&folder).and_then(|()| std::fs::remove_dir(&folder)).context("a mark of the measurement")
}

/// Syncs per 1,000 deliveries of one round like these options say.
pub async fn fsyncs_per_1000(options: &Out) -> Result<f64> {
    let trace = std::env::temp_dir().join(format!("kurir-bench-{}.trace", std::process::id()));
    let own = std::env::current_exe().context("the path of this program")?;
    let done = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range,mkdir", "-o"])
        .arg(&trace)
        .arg(own)
        .args(["bench", "out", "--alone", "--rounds", "1", "--json"])
        .args(["--size", &options.size.to_string(), "--mails", &options.mails.to_string()])
        .args(["--recipients", &options.recipients.to_string(), "--connections", &options.connections.to_string()])
        .args(["--key", options.key.as_str()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .await
        .context("strace could not be started")?;
    let text = std::fs::read_to_string(&trace).context("the trace");
    let _ = std::fs::remove_file(&trace);
    if !done.status.success() {
        bail!("under strace: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    let syncs = count(&text?).context("the trace has no marks")?;
    Ok(super::measure::count(syncs) * 1000.0 / super::measure::count(options.mails))
}

/// Calls between the marks. A call that another thread interrupted has a second line ("resumed"), which does not count.
fn count(trace: &str) -> Option<usize> {
    let calls: Vec<&str> = trace.lines().filter(|line| !line.contains("resumed>")).collect();
    let begin = calls.iter().position(|line| line.contains("mark-begin"))?;
    let end = calls.iter().position(|line| line.contains("mark-end"))?;
    let within = calls.get(begin..end)?;
    Some(within.iter().filter(|line| ["fsync(", "fdatasync(", "sync_file_range("].iter().any(|call| line.contains(call))).count())
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn only_syncs_between_the_marks_count_and_each_once() {
        let trace = "7 fsync(3) = 0\n7 mkdir(\"x/mark-begin\", 0777) = 0\n8 fdatasync(4 <unfinished ...>\n7 fsync(9) = 0\n\
            8 <... fdatasync resumed>) = 0\n7 mkdir(\"x/mark-end\", 0777) = 0\n7 fsync(3) = 0\n";
        assert_eq!(count(trace), Some(2));
        assert_eq!(count("7 fsync(3) = 0\n"), None);
    }
}
