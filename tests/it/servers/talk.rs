//! An SMTP dialogue by hand: every reply visible, every byte ours, so that a test can also speak badly.

use base64::Engine as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ClientConfig;

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// What the server said: the code and all its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The lines without their codes.
    pub text: String,
}

impl Reply {
    /// Whether it is a 2xx.
    pub fn is_ok(&self) -> bool {
        self.code / 100 == 2
    }
}

/// One connection.
pub struct Talk {
    wire: BufStream<Box<dyn Wire>>,
}

impl Talk {
    /// Connects in clear text and reads the greeting.
    pub async fn plain(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut talk = Self { wire: BufStream::new(Box::new(stream)) };
        assert_eq!(talk.reply().await.code, 220, "the greeting");
        talk
    }

    /// Connects over implicit TLS and reads the greeting.
    pub async fn implicit_tls(port: u16, tls: Arc<ClientConfig>) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut talk = Self { wire: BufStream::new(secure(Box::new(stream), tls).await) };
        assert_eq!(talk.reply().await.code, 220, "the greeting");
        talk
    }

    /// EHLO, STARTTLS, EHLO.
    pub async fn starttls(mut self, tls: Arc<ClientConfig>) -> Self {
        self.hello().await;
        assert_eq!(self.command("STARTTLS").await.code, 220);
        let mut talk = Self { wire: BufStream::new(secure(self.wire.into_inner(), tls).await) };
        talk.hello().await;
        talk
    }

    /// EHLO as a well-behaved client.
    pub async fn hello(&mut self) -> Reply {
        let reply = self.command("EHLO klien.example").await;
        assert_eq!(reply.code, 250);
        reply
    }

    /// AUTH PLAIN.
    pub async fn login(&mut self, user: &str, password: &str) -> Reply {
        let secret = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"));
        self.command(&format!("AUTH PLAIN {secret}")).await
    }

    /// Sends one line and reads the reply.
    pub async fn command(&mut self, line: &str) -> Reply {
        self.bytes(format!("{line}\r\n").as_bytes()).await;
        self.reply().await
    }

    /// Sends bytes as they are.
    pub async fn bytes(&mut self, bytes: &[u8]) {
        self.wire.write_all(bytes).await.unwrap();
        self.wire.flush().await.unwrap();
    }

    /// MAIL, RCPT for each, DATA and the mail (dots stuffed, LF made CRLF); stops at the first refusal.
    pub async fn mail(&mut self, from: &str, to: &[&str], raw: &[u8]) -> Reply {
        let mut commands = vec![format!("MAIL FROM:<{from}>")];
        commands.extend(to.iter().map(|address| format!("RCPT TO:<{address}>")));
        for command in commands {
            let reply = self.command(&command).await;
            if !reply.is_ok() {
                return reply;
            }
        }
        let reply = self.command("DATA").await;
        if reply.code != 354 {
            return reply;
        }
        self.bytes(&stuffed(raw)).await;
        self.reply().await
    }

    /// Reads one whole reply; code 0 when the server hung up.
    pub async fn reply(&mut self) -> Reply {
        let mut text = Vec::new();
        loop {
            let mut line = String::new();
            let read = tokio::time::timeout(Duration::from_secs(30), self.wire.read_line(&mut line));
            let length = read.await.expect("a reply within 30 s").unwrap_or(0);
            let Some((code, rest)) = line.trim_end().split_at_checked(3).filter(|_| length > 0) else {
                return Reply { code: 0, text: text.join("\n") };
            };
            text.push(rest.get(1..).unwrap_or_default().to_owned());
            if !rest.starts_with('-') {
                return Reply { code: code.parse().unwrap(), text: text.join("\n") };
            }
        }
    }
}

async fn secure(stream: Box<dyn Wire>, tls: Arc<ClientConfig>) -> Box<dyn Wire> {
    let name = "localhost".try_into().unwrap();
    Box::new(tokio_rustls::TlsConnector::from(tls).connect(name, stream).await.unwrap())
}

/// A mail as DATA wants it, its final dot included.
pub fn stuffed(raw: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(raw.len() + 16);
    for line in with_crlf(raw).split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend(line);
    }
    if !wire.ends_with(b"\r\n") {
        wire.extend(b"\r\n");
    }
    wire.extend(b".\r\n");
    wire
}

/// Every line end as CRLF: Maildirs and string literals hold LF.
pub fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(raw.len() + raw.len() / 32);
    for byte in raw {
        if *byte == b'\n' && wire.last() != Some(&b'\r') {
            wire.push(b'\r');
        }
        wire.push(*byte);
    }
    wire
}
