//! A mail server that does exactly what a script says: for the answers that no well-kept server would give.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does at a step.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Says this instead of what it would say, CRLF added.
    Say(&'static str),
    /// Says this and closes.
    SayAndClose(&'static str),
    /// Closes without a word.
    Close,
    /// Says nothing more, but keeps the connection open until the other side leaves.
    Mute,
}

/// A step by name (`greeting`, the verb of a command, `BODY` for the middle of a body, `DOT` for its end) and what happens
/// there instead of the usual. Steps are taken in order, each once; a step that is not next goes the usual way.
pub(crate) type Script = Vec<(&'static str, Act)>;

/// What the server saw.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// Every command line, in order, connections mixed.
    pub(crate) commands: Vec<String>,
    /// Bodies that ended with a dot, dots taken back.
    pub(crate) bodies: Vec<Vec<u8>>,
    /// Connections so far.
    pub(crate) connections: usize,
    /// Connections open now, and the most at once.
    pub(crate) open: usize,
    /// The most connections at once.
    pub(crate) most: usize,
}

pub(crate) struct Scripted {
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Scripted {
    /// Starts a server that offers `offers` (lines after the first of EHLO's answer) and plays one script a connection;
    /// after the last script everything goes the usual way.
    pub(crate) async fn start(offers: &'static [&'static str], scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut scripts = scripts.into_iter();
            while let Ok((stream, _)) = listener.accept().await {
                let script = scripts.next().unwrap_or_default();
                {
                    let mut seen = shared.lock().unwrap();
                    seen.connections += 1;
                    seen.open += 1;
                    seen.most = seen.most.max(seen.open);
                }
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _ = Talk::new(stream, script, offers, Arc::clone(&shared)).run().await;
                    shared.lock().unwrap().open -= 1;
                });
            }
        });
        Self { port, seen, task }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

struct Talk {
    stream: BufReader<TcpStream>,
    script: std::iter::Peekable<std::vec::IntoIter<(&'static str, Act)>>,
    offers: &'static [&'static str],
    seen: Arc<Mutex<Seen>>,
    recipient: bool,
}

/// Why a talk ends.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Talk {
    fn new(stream: TcpStream, script: Script, offers: &'static [&'static str], seen: Arc<Mutex<Seen>>) -> Self {
        Self { stream: BufReader::new(stream), script: script.into_iter().peekable(), offers, seen, recipient: false }
    }

    async fn run(mut self) -> Result<(), Over> {
        self.step("greeting", "220 scripted.test ESMTP").await?;
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            self.seen.lock().unwrap().commands.push(line.trim_end().to_owned());
            match verb.as_str() {
                "EHLO" => {
                    let mut lines = vec!["scripted.test"];
                    lines.extend(self.offers);
                    let last = lines.pop().unwrap();
                    lines.push("");
                    let answer = lines.join("\r\n250-");
                    let answer = format!("250-{}\r\n250 {last}", answer.trim_end_matches("\r\n250-"));
                    self.step("EHLO", &answer).await?;
                }
                "DATA" => {
                    let usual = if self.recipient { "354 go ahead" } else { "503 5.5.1 no recipient" };
                    let scripted_354 = matches!(self.script.peek(), Some(("DATA", Act::Say(text))) if !text.starts_with("354"));
                    if self.step("DATA", usual).await? && !scripted_354 {
                        self.body().await?;
                        self.recipient = false;
                    }
                }
                "QUIT" => {
                    self.step("QUIT", "221 2.0.0 bye").await?;
                    return Ok(());
                }
                "AUTH" if line.starts_with("AUTH LOGIN") => self.login().await?,
                "AUTH" => {
                    self.step("AUTH", "235 2.7.0 welcome").await?;
                }
                other => {
                    let verb = other.to_owned();
                    let good = self.step(&verb, "250 2.0.0 Ok").await?;
                    self.recipient = if verb == "RCPT" { good } else { self.recipient && good };
                }
            }
        }
    }

    async fn login(&mut self) -> Result<(), Over> {
        self.step("AUTH", "334 VXNlcm5hbWU6").await?;
        for (name, answer) in [("USER", "334 UGFzc3dvcmQ6"), ("PASSWORD", "235 2.7.0 welcome")] {
            let mut line = String::new();
            self.stream.read_line(&mut line).await?;
            self.seen.lock().unwrap().commands.push(line.trim_end().to_owned());
            self.step(name, answer).await?;
        }
        Ok(())
    }

    /// Takes a step; true when it ended well (2xx, 354).
    async fn step(&mut self, name: &str, usual: &str) -> Result<bool, Over> {
        let act = self.script.next_if(|(next, _)| *next == name).map(|(_, act)| act);
        match act {
            None => self.say(usual).await.map(|()| usual.starts_with(['2', '3'])),
            Some(Act::Say(text)) => self.say(text).await.map(|()| text.starts_with(['2', '3'])),
            Some(Act::SayAndClose(text)) => {
                self.say(text).await?;
                Err(Over)
            }
            Some(Act::Close) => Err(Over),
            Some(Act::Mute) => {
                let mut rest = Vec::new();
                let _ = self.stream.read_to_end(&mut rest).await;
                Err(Over)
            }
        }
    }

    async fn say(&mut self, text: &str) -> Result<(), Over> {
        Ok(self.stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await?)
    }

    async fn body(&mut self) -> Result<(), Over> {
        let (mut body, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(Over);
            }
            if line == b".\r\n" {
                break;
            }
            body.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            while self.script.peek().is_some_and(|(next, _)| *next == "BODY") {
                self.step("BODY", "").await?;
            }
        }
        self.seen.lock().unwrap().bodies.push(body);
        self.step("DOT", "250 2.0.0 Ok: queued as 4SCRIPT").await?;
        Ok(())
    }
}
