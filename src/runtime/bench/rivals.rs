//! Postfix's own measuring tools: `smtp-sink` swallows mail, `smtp-source` makes it. Our figures are read beside theirs.

use super::measure::{Lap, Stopwatch};
use super::place::Server;
use anyhow::{Context as _, Result, bail};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// A running `smtp-sink`; it ends with this value.
#[derive(Debug)]
pub struct Sink {
    _child: Child,
}

/// A command of a mail server, found as its packages install it. It ends with the value that runs it.
pub fn installed(name: &str) -> Command {
    let mut command = Command::new(name);
    // Administrators' commands are not on everybody's path.
    let path = std::env::var_os("PATH").unwrap_or_default().to_string_lossy().into_owned();
    command.env("PATH", format!("{path}:/usr/sbin:/usr/local/sbin:/sbin")).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A port of the loopback that nobody uses now.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).context("a free port")?.port())
}

/// Starts a sink on a free port of this machine.
pub async fn sink() -> Result<(Sink, u16)> {
    let port = free_port()?;
    let mut command = installed("smtp-sink");
    if rustix::process::getuid().is_root() {
        command.args(["-u", "nobody"]);
    }
    let address = format!("127.0.0.1:{port}");
    let child = command
        .args([&address, "1000"])
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .context("smtp-sink (of Postfix) could not be started; --sink HOST:PORT names a server that is there")?;
    for _ in 0..500 {
        if tokio::net::TcpStream::connect(&address).await.is_ok() {
            return Ok((Sink { _child: child }, port));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("smtp-sink does not answer on {address}")
}

/// Sends so many mails of so many bytes with `smtp-source` over the same number of connections, kept open as ours are.
pub async fn source(server: &Server, mails: usize, bytes: u64) -> Result<Lap> {
    // -l counts the body; its own headers are about this long.
    let (mails, body, sessions) =
        (mails.to_string(), bytes.saturating_sub(250).max(80).to_string(), server.connections.to_string());
    let target = format!("{}:{}", server.host, server.port);
    let watch = Stopwatch::start();
    let done = installed("smtp-source")
        .args(["-d", "-m", &mails, "-l", &body, "-s", &sessions])
        .args(["-f", "bench@kurir.kota.example", "-t", "pejabat.1@dinas000.kota.example", &target])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .await
        .context("smtp-source (of Postfix) could not be started; --alone measures without it")?;
    if !done.status.success() {
        bail!("smtp-source: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(watch.lap())
}
