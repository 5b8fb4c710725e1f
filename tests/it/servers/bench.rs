//! Postfix's own measuring tools: `smtp-sink` swallows mail, `smtp-source` makes it. The bench is read beside their figures.

use super::ports;
use super::process::{End, Nest, Server};
use std::process::Command;
use std::time::{Duration, Instant};

/// A server that takes every mail and keeps none.
#[derive(Debug)]
pub struct SmtpSink {
    /// The running process.
    pub server: Server,
    /// Its port.
    pub port: u16,
    _nest: Nest,
}

impl SmtpSink {
    /// Starts one; `options` as in smtp-sink(1), such as `-f RCPT` (refuse), `-q DATA` (hang up) or `-H 1` (delay).
    pub async fn start(options: &[&str]) -> Self {
        let nest = Nest::new("sink");
        let port = ports::free();
        let address = format!("127.0.0.1:{port}");
        let mut command = vec!["smtp-sink"];
        // As root it insists on another user.
        if super::process::is_root() {
            command.extend(["-u", "nobody"]);
        }
        command.extend(options);
        command.extend([address.as_str(), "1000"]);
        let server = Server::start(&nest, "smtp-sink", End::Kill, &command);
        ports::greeted(port, "220 ", || server.complaint()).await;
        Self { server, port, _nest: nest }
    }
}

/// Sends `messages` of `bytes` each over `sessions` connections with `smtp-source`; says how long it took.
pub fn smtp_source(port: u16, messages: u32, bytes: u32, sessions: u32, to: &str) -> Duration {
    let start = Instant::now();
    let (messages, bytes, sessions) = (messages.to_string(), bytes.to_string(), sessions.to_string());
    let target = format!("127.0.0.1:{port}");
    let output = Command::new("smtp-source")
        .args(["-d", "-m", &messages, "-l", &bytes, "-s", &sessions, "-f", "bench@luar.example", "-t", to, &target])
        .output()
        .expect("smtp-source runs");
    assert!(output.status.success(), "smtp-source: {}", String::from_utf8_lossy(&output.stderr));
    start.elapsed()
}
