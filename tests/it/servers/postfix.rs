//! Postfix: the city's MX, its submission port (STARTTLS) and its smtps port, delivering into Dovecot over LMTP.
//!
//! As an office would run it, with four differences that tests need: other ports, retries after a second, XCLIENT from
//! loopback (a mail "from outside"), and addresses whose fate is known ([`Postfix`]). `smtpd_forbid_bare_newline` keeps Debian's
//! default (off), so that a smuggling test means something. `master` refuses to run without root.

use super::ports;
use super::process::{End, Nest, Server, user};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// One instance. Besides real mailboxes it knows these addresses under every domain of the office:
/// `tidak-ada@` (refused with 550 5.1.1 at RCPT), `penuh@` (452 4.2.2 at RCPT), and two domains: anything
/// `@hilang.example` is accepted and then bounced (5.1.1, with a delivery report), anything `@nanti.example` is accepted and deferred.
#[derive(Debug)]
pub struct Postfix {
    /// The running master.
    pub server: Server,
    /// Mail from other servers: no AUTH, STARTTLS offered.
    pub mx_port: u16,
    /// Mail from officials and from kurir: STARTTLS, then AUTH.
    pub submission_port: u16,
    /// The same over implicit TLS.
    pub smtps_port: u16,
    /// What Postfix logs.
    pub maillog: PathBuf,
    configuration: PathBuf,
}

/// What a Postfix is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The city's domains; every address in them is a mailbox.
    pub domains: Vec<String>,
    /// rspamd's port; without it nobody writes Authentication-Results.
    pub milter: Option<u16>,
    /// Lines added to main.cf.
    pub extra: String,
}

/// Queue folders, and whether they belong to Postfix's own user.
const QUEUES: [(&str, u32); 14] = [
    ("active", 0o700),
    ("bounce", 0o700),
    ("corrupt", 0o700),
    ("defer", 0o700),
    ("deferred", 0o700),
    ("flush", 0o700),
    ("hold", 0o700),
    ("incoming", 0o700),
    ("private", 0o700),
    ("saved", 0o700),
    ("trace", 0o700),
    ("maildrop", 0o730),
    ("public", 0o710),
    ("pid", 0o755),
];

/// Makes the queue folders, so that `postfix check` (seconds) is not needed. Before Dovecot, which puts sockets there.
pub fn make_queue(nest: &Nest) {
    let (uid, gid) = user("postfix").expect("the user postfix exists");
    nest.mkdir("spool", 0o755, None);
    for (name, mode) in QUEUES {
        let owner = if name == "pid" { None } else { Some((uid, gid)) };
        nest.mkdir(&format!("spool/{name}"), mode, owner);
    }
    nest.mkdir("data", 0o700, Some((uid, gid)));
    nest.mkdir("postfix", 0o755, None);
}

impl Postfix {
    /// Starts one over the queue that [`make_queue`] made.
    pub async fn start(nest: &Nest, settings: &Settings) -> Self {
        let (mx_port, submission_port, smtps_port) = (ports::free(), ports::free(), ports::free());
        nest.write("postfix/bad", "/[\"()\\\\;]/ REJECT\n");
        nest.write("postfix/senders", SENDERS);
        nest.write("postfix/recipients", RECIPIENTS);
        nest.write("postfix/transport", "/@hilang\\.example$/ nobody:\n/@nanti\\.example$/ retry:4.4.1 not now\n");
        nest.write("postfix/master.cf", &master_cf(nest, settings, [mx_port, submission_port, smtps_port]));
        let main_cf = nest.write("postfix/main.cf", &main_cf(nest, settings));
        age(&main_cf);
        let configuration = nest.path().join("postfix");
        let server = launch(nest, &configuration);
        let maillog = nest.path().join("maillog");
        let postfix = Self { server, mx_port, submission_port, smtps_port, maillog, configuration };
        postfix.ready().await;
        postfix
    }

    /// Starts it again after [`Server::stop`], on the same ports and queue.
    pub async fn restart(&mut self, nest: &Nest) {
        self.server.stop();
        let _ = std::fs::remove_file(nest.path().join("spool/pid/master.pid"));
        self.server = launch(nest, &self.configuration);
        self.ready().await;
    }

    /// The log as text.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.maillog).unwrap_or_default()
    }

    /// Waits until the log holds `text`; panics with the log after 30 seconds.
    pub async fn logged(&self, text: &str) {
        super::until(&format!("Postfix logs {text}"), || self.log().contains(text).then_some(()).ok_or_else(|| self.log())).await;
    }

    async fn ready(&self) {
        let complaint = || format!("{}\n{}", self.server.complaint(), self.log());
        ports::greeted(self.mx_port, "220 ", complaint).await;
        ports::greeted(self.submission_port, "220 ", complaint).await;
    }
}

/// Who may write as whom: everybody as himself, and the gateway's login as every address of the gateway's own domain (reply and
/// bounce addresses), which an office has to allow too.
const SENDERS: &str = "/@(k[0-9]+\\.sukamaju\\.example)$/ kurir@${1}\n/^([^+@]+)(\\+[^@]*)?(@.*)$/ ${1}${3}\n";

const RECIPIENTS: &str =
    "/^tidak-ada[@+]/ 550 5.1.1 User unknown in virtual mailbox table\n/^penuh[@+]/ 452 4.2.2 Mailbox full\n";

fn launch(nest: &Nest, configuration: &Path) -> Server {
    let master = "/usr/lib/postfix/sbin/master";
    Server::start(nest, "postfix", End::Kill, &[master, "-c", &configuration.display().to_string(), "-d"])
}

/// A main.cf younger than a second makes every daemon wait for the clock (0.9 to 1.8 s).
fn age(path: &Path) {
    #[expect(clippy::disallowed_methods, reason = "a file's age is the machine's time, not the story's")]
    let past = SystemTime::now() - Duration::from_mins(1);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(past).unwrap();
}

fn main_cf(nest: &Nest, settings: &Settings) -> String {
    let values = [
        ("DOMAIN", settings.domains[0].clone()),
        ("DOMAINS", settings.domains.join(", ")),
        ("MILTER", settings.milter.map_or_else(String::new, |port| format!("inet:127.0.0.1:{port}"))),
        ("EXTRA", settings.extra.clone()),
    ];
    nest.fill(include_str!("main.cf"), &values)
}

fn master_cf(nest: &Nest, settings: &Settings, [mx, submission, smtps]: [u16; 3]) -> String {
    let values = [
        ("DOMAIN", settings.domains[0].clone()),
        ("MX", mx.to_string()),
        ("SUBMISSION", submission.to_string()),
        ("SMTPS", smtps.to_string()),
    ];
    nest.fill(include_str!("master.cf"), &values)
}
