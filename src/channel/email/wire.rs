//! Bytes to and from a mail server: one reply or one block at a time, each within its time. A fault names its phase.

use super::fault::{Fault, Phase};
use super::reply::{Reply, reply_line};
use futures::FutureExt as _;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

/// Plain or TLS.
pub(super) type Transport = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// Longest line of an answer that is read; RFC 5321 4.5.3.1.5 says 512, servers say more.
const LINE: u64 = 4096;
/// Most lines of one answer.
const LINES: usize = 200;
/// What is collected before it is written: head and small files of a mail in one go.
const BUFFER: usize = 32 * 1024;
/// What is written within one block's time.
const BLOCK: usize = 256 * 1024;

/// The connection.
pub(super) struct Wire(BufReader<BufWriter<Transport>>);

impl Wire {
    pub(super) fn new(transport: Transport) -> Self {
        Self(BufReader::with_capacity(4096, BufWriter::with_capacity(BUFFER, transport)))
    }

    /// The transport beneath, for STARTTLS. What the server said before TLS began would be trusted afterwards, so anything
    /// that is left over is a fault (CVE-2011-0411).
    pub(super) fn into_transport(self) -> Result<Transport, Fault> {
        if self.0.buffer().is_empty() {
            Ok(self.0.into_inner().into_inner())
        } else {
            Err(Fault::Garbled { phase: Phase::StartTls })
        }
    }

    /// One whole answer.
    pub(super) async fn reply(&mut self, phase: Phase, limit: Duration) -> Result<Reply, Fault> {
        match timeout(limit, self.read_reply(phase)).await {
            Ok(reply) => reply,
            Err(_) => Err(Fault::Timeout { phase, seconds: limit.as_secs() }),
        }
    }

    async fn read_reply(&mut self, phase: Phase) -> Result<Reply, Fault> {
        let mut reply = Reply { code: 0, lines: Vec::new() };
        let mut line = Vec::with_capacity(256);
        while reply.lines.len() < LINES {
            line.clear();
            let read = (&mut self.0).take(LINE).read_until(b'\n', &mut line).await;
            read.map_err(|err| lost(phase, &err))?;
            if line.is_empty() {
                return Err(Fault::Lost { phase, why: "the server closed the connection".into() });
            }
            if !line.ends_with(b"\n") {
                return Err(if line.len() as u64 >= LINE {
                    Fault::Garbled { phase }
                } else {
                    Fault::Lost { phase, why: "the server closed the connection inside an answer".into() }
                });
            }
            let (code, text, more) = reply_line(&line).map_err(|_| Fault::Garbled { phase })?;
            if reply.code != 0 && reply.code != code {
                return Err(Fault::Garbled { phase });
            }
            reply.code = code;
            reply.lines.push(text);
            if !more {
                return Ok(reply);
            }
        }
        Err(Fault::Garbled { phase })
    }

    /// Writes bytes, block by block; small ones are collected.
    pub(super) async fn write(&mut self, bytes: &[u8], phase: Phase, limit: Duration) -> Result<(), Fault> {
        for block in bytes.chunks(BLOCK) {
            within(limit, phase, self.0.get_mut().write_all(block)).await?;
        }
        Ok(())
    }

    /// Sends what was collected.
    pub(super) async fn flush(&mut self, phase: Phase, limit: Duration) -> Result<(), Fault> {
        within(limit, phase, self.0.get_mut().flush()).await
    }

    /// Whether the server said something (or left) without being asked.
    pub(super) fn has_spoken(&mut self) -> bool {
        self.0.fill_buf().now_or_never().is_some()
    }

    /// One command.
    pub(super) async fn command(&mut self, command: &str, phase: Phase, limit: Duration) -> Result<Reply, Fault> {
        self.write(command.as_bytes(), phase, limit).await?;
        self.flush(phase, limit).await?;
        self.reply(phase, limit).await
    }
}

async fn within<T>(limit: Duration, phase: Phase, work: impl Future<Output = std::io::Result<T>>) -> Result<T, Fault> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(|err| lost(phase, &err)),
        Err(_) => Err(Fault::Timeout { phase, seconds: limit.as_secs() }),
    }
}

fn lost(phase: Phase, err: &std::io::Error) -> Fault {
    Fault::Lost { phase, why: err.to_string() }
}
