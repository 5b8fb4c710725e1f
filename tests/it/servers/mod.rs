//! Real servers for the stories: Postfix, Dovecot, rspamd, DNS, `PostgreSQL`, each on free loopback ports in a folder on
//! tmpfs, several at once, and none left behind even when the test is killed ([`process`]).
//!
//! ```ignore
//! let post = PostOffice::start().await;                  // or PostOffice::shared().await: one for the whole test process
//! let sekda = post.add_mailbox("sekda@sukamaju.example"); // a login with its password
//! // kurir's side: 127.0.0.1 (or localhost), post.postfix.submission_port (STARTTLS) or .smtps_port, post.dovecot.imap_port or
//! // .imaps_port, trust anchor post.authority.path, login sekda.address / sekda.password
//! let reply = post.submit(&sekda, &["kurir+token@sukamaju.example"], b"From: ...").await;   // as an official: auth=pass
//! let mails = post.mails("kurir@sukamaju.example", 1).await;                    // raw, with the border's Authentication-Results
//! let luar = post.outside_domain("provinsi.example");                           // SPF, DKIM key and DMARC in the stub DNS
//! let reply = post.arrive("a@provinsi.example", &["sekda@sukamaju.example"], &luar.sign(raw)).await; // dmarc=pass
//! let url = Postgres::shared().await.fresh_database().await;                    // postgres://... of a new, empty database
//! let proxy = proxy::Proxy::start(post.postfix.submission_port);                // between kurir and a server, to fail on purpose
//! let mut daemon = kurir::daemon(&nest, &["NAME=value"], &["serve"]);           // the binary, ended with the test
//! ```
//!
//! A story on both databases is written with [`engines::on_both_engines`]. Several clients of one wanted configuration share a
//! `PostOffice::shared()`: use mailboxes of your own there.
//!
//! The border's ids: `post.mx_id()` for mail from outside, `post.submission_id()` for mail from logged-in officials.
//! Postfix and Dovecot must be started by root; without it the fixtures fail and say so. Nothing is skipped in silence.

pub mod bench;
pub mod dns;
pub mod dovecot;
pub mod engines;
pub mod kurir;
pub mod outside;
pub mod ports;
pub mod postfix;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod rspamd;
pub mod talk;
pub mod tls;

pub use postgres::{Fsync, Postgres};
use process::Nest;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use talk::{Reply, Talk};

/// The invented town's mail domain.
pub const DOMAIN: &str = "sukamaju.example";

/// What a post office is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The city's domains, the main one first.
    pub domains: Vec<String>,
    /// Whether rspamd stands at the border; without it start takes a tenth and nobody writes Authentication-Results.
    pub border: bool,
    /// Lines added to Postfix's main.cf.
    pub postfix_extra: String,
}

impl Default for Plan {
    fn default() -> Self {
        Self { domains: vec![DOMAIN.to_owned()], border: true, postfix_extra: String::new() }
    }
}

/// A mailbox one can log in to.
#[derive(Debug, Clone)]
pub struct Account {
    /// Login and address.
    pub address: String,
    /// Its password.
    pub password: String,
}

/// A mail as it lies in a Maildir.
#[derive(Debug, Clone)]
pub struct StoredMail {
    /// Its file.
    pub path: PathBuf,
    /// Its bytes with CRLF put back (Dovecot stores LF).
    pub raw: Vec<u8>,
}

impl StoredMail {
    /// The mail as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// All values of a header, unfolded, topmost first.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let text = self.text();
        let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n\t", " ").replace("\r\n ", " ");
        let prefix = format!("{}:", name.to_lowercase());
        let found = head.lines().filter(|line| line.to_lowercase().starts_with(&prefix));
        found.map(|line| line[prefix.len()..].trim().to_owned()).collect()
    }
}

/// Postfix, Dovecot and, unless the plan says otherwise, rspamd with its stub DNS.
#[derive(Debug)]
pub struct PostOffice {
    /// MX and submission.
    pub postfix: postfix::Postfix,
    /// IMAP and the Maildirs.
    pub dovecot: dovecot::Dovecot,
    /// The border's milter.
    pub rspamd: Option<rspamd::Rspamd>,
    /// The border's DNS.
    pub dns: dns::StubDns,
    /// The CA of the servers' certificates.
    pub authority: tls::Authority,
    plan: Plan,
    nest: Nest,
}

impl PostOffice {
    /// A post office of its own, with a border.
    pub async fn start() -> Self {
        Self::start_with(Plan::default()).await
    }

    /// A post office by plan.
    pub async fn start_with(plan: Plan) -> Self {
        require_root_and(&["/usr/lib/postfix/sbin/master", "/usr/sbin/dovecot"]);
        let nest = Nest::new("post");
        let main = plan.domains[0].clone();
        let authority = tls::Authority::make(&nest, &[&format!("mx.{main}")]);
        postfix::make_queue(&nest);
        let dns = dns::StubDns::start();
        let border = async {
            if !plan.border {
                return None;
            }
            require_root_and(&["/usr/bin/rspamd"]);
            Some(rspamd::Rspamd::start(&nest, dns.port).await)
        };
        let (dovecot, rspamd) = tokio::join!(dovecot::Dovecot::start(&nest), border);
        let settings = postfix::Settings {
            domains: plan.domains.clone(),
            milter: rspamd.as_ref().map(|border| border.milter_port),
            extra: plan.postfix_extra.clone(),
        };
        let postfix = postfix::Postfix::start(&nest, &settings).await;
        Self { postfix, dovecot, rspamd, dns, authority, plan, nest }
    }

    /// One post office with a border for the whole test process. Use addresses of your own in it.
    pub async fn shared() -> &'static Self {
        static SHARED: tokio::sync::OnceCell<PostOffice> = tokio::sync::OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.nest.path()
    }

    /// The authserv-id on mail from outside.
    pub fn mx_id(&self) -> String {
        format!("mx.{}", self.plan.domains[0])
    }

    /// The authserv-id on mail from logged-in officials.
    pub fn submission_id(&self) -> String {
        format!("submission.{}", self.plan.domains[0])
    }

    /// Gives an address a password, for IMAP and for submission.
    pub fn add_mailbox(&self, address: &str) -> Account {
        let account = Account { address: address.to_owned(), password: format!("sandi-{}", address.len()) };
        self.dovecot.set_password(&account.address, &account.password);
        account
    }

    /// Ends Postfix and starts it again on the same ports and queue.
    pub async fn restart_postfix(&mut self) {
        self.postfix.restart(&self.nest).await;
    }

    /// Ends Dovecot and starts it again on the same ports and mail.
    pub async fn restart_dovecot(&mut self) {
        self.dovecot.restart(&self.nest).await;
    }

    /// A logged-in submission dialogue over STARTTLS.
    pub async fn login(&self, account: &Account) -> Talk {
        let talk = Talk::plain(self.postfix.submission_port).await;
        let mut talk = talk.starttls(self.authority.client()).await;
        let reply = talk.login(&account.address, &account.password).await;
        assert_eq!(reply.code, 235, "{reply:?}");
        talk
    }

    /// Sends a mail as an official does from a mail client; the envelope sender is the login.
    pub async fn submit(&self, account: &Account, to: &[&str], raw: &[u8]) -> Reply {
        self.login(account).await.mail(&account.address, to, raw).await
    }

    /// Makes an outside domain known to the border's DNS.
    pub fn outside_domain(&self, name: &str) -> outside::Domain {
        let domain = outside::Domain { name: name.to_owned() };
        for (record, value) in domain.records() {
            self.dns.set_txt(&record, &value);
        }
        domain
    }

    /// A dialogue with the MX that seems to come from `ip`.
    pub async fn outside_talk(&self, ip: &str) -> Talk {
        let mut talk = Talk::plain(self.postfix.mx_port).await;
        talk.hello().await;
        let reply = talk.command(&format!("XCLIENT ADDR={ip} NAME=mail.luar.example HELO=mail.luar.example")).await;
        assert_eq!(reply.code, 220, "{reply:?}");
        talk.hello().await;
        talk
    }

    /// Brings a mail to the MX from the address that the outside domains permit. Sign it first, or do not.
    pub async fn arrive(&self, from: &str, to: &[&str], raw: &[u8]) -> Reply {
        self.outside_talk(outside::OUTSIDE_IP).await.mail(from, to, raw).await
    }

    /// The mails in the inbox of an address now, oldest first.
    pub fn mails_now(&self, address: &str) -> Vec<StoredMail> {
        let maildir = self.dovecot.maildir(address);
        let mut files: Vec<PathBuf> = ["new", "cur"].iter().flat_map(|sub| list(&maildir.join(sub))).collect();
        files.sort_by_key(|path| arrival(path));
        // A client may move a mail from new to cur between the listing and the reading: then the next look finds it.
        let read = |path: PathBuf| std::fs::read(&path).ok().map(|raw| StoredMail { raw: talk::with_crlf(&raw), path });
        files.into_iter().filter_map(read).collect()
    }

    /// Waits until the inbox of an address holds at least `count` mails.
    pub async fn mails(&self, address: &str, count: usize) -> Vec<StoredMail> {
        let look = || {
            let mails = self.mails_now(address);
            if mails.len() >= count { Ok(mails) } else { Err(format!("{} of {count}\n{}", mails.len(), self.postfix.log())) }
        };
        until(&format!("mails of {address}"), look).await
    }

    /// Puts a file into an inbox past every server, for what no border would deliver.
    pub fn drop_into(&self, address: &str, name: &str, raw: &[u8]) -> PathBuf {
        let maildir = self.dovecot.maildir(address);
        let relative = maildir.strip_prefix(self.nest.path()).unwrap().display().to_string();
        let owner = process::user("nobody");
        let domain = Path::new(&relative).parent().unwrap().display().to_string();
        for folder in [domain, relative.clone(), format!("{relative}/new"), format!("{relative}/cur"), format!("{relative}/tmp")]
        {
            self.nest.mkdir(&folder, 0o700, owner);
        }
        let (waiting, arrived) = (maildir.join("tmp").join(name), maildir.join("new").join(name));
        std::fs::write(&waiting, raw).unwrap();
        let (uid, gid) = owner.unwrap();
        std::os::unix::fs::chown(&waiting, Some(uid), Some(gid)).unwrap();
        std::fs::rename(&waiting, &arrived).unwrap();
        arrived
    }
}

/// Looks until `look` is content; after 30 seconds fails with its last complaint.
pub async fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match look() {
            Ok(value) => return value,
            Err(complaint) => assert!(Instant::now() < deadline, "{what}: {complaint}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Dovecot's names are "SECONDS.MMICROSECONDSP...": the microseconds are not padded, so that names do not sort by time.
fn arrival(path: &Path) -> (u64, u64, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let micros = name.split_once(".M").map_or(0, |(_, rest)| number(rest));
    (number(&name), micros, name)
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path()).collect()
}

/// Fails with the remedy when the machine cannot run these servers.
fn require_root_and(programs: &[&str]) {
    assert!(process::is_root(), "Postfix and Dovecot start only as root: run the tests with `sudo tests/run`");
    for program in programs {
        assert!(Path::new(program).exists(), "{program} is missing: `tests/run` installs it");
    }
}
