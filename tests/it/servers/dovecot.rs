//! Dovecot: IMAP (plain, STARTTLS, implicit TLS), LMTP and the password check for Postfix, over Maildirs in the nest.
//!
//! It runs as root, because its login processes change their user; [`super::PostOffice::start`] says so when it cannot.

use super::ports;
use super::process::{End, Nest, Server, user};
use std::path::PathBuf;

/// One instance.
#[derive(Debug)]
pub struct Dovecot {
    /// The running process.
    pub server: Server,
    /// IMAP with STARTTLS; plain logins are allowed too.
    pub imap_port: u16,
    /// IMAP over implicit TLS.
    pub imaps_port: u16,
    /// Every Maildir is `mail/DOMAIN/LOCAL`.
    pub mail: PathBuf,
    passwords: PathBuf,
    command: PathBuf,
    nest: PathBuf,
}

impl Dovecot {
    /// Starts it; its sockets for Postfix lie in `spool/private` of the nest.
    pub async fn start(nest: &Nest) -> Self {
        let (plain, tls) = (ports::free(), ports::free());
        let mail = nest.mkdir("mail", 0o700, user("nobody"));
        nest.mkdir("dovecot", 0o755, None);
        let passwords = nest.mkdir("passwords", 0o755, None);
        let command = nest.write("dovecot.conf", &configuration(nest, plain, tls));
        let server = launch(nest, &command);
        let dovecot = Self { server, imap_port: plain, imaps_port: tls, mail, passwords, command, nest: nest.path().into() };
        dovecot.ready().await;
        dovecot
    }

    /// Starts it again after [`Server::stop`], on the same ports and mail.
    pub async fn restart(&mut self, nest: &Nest) {
        self.server.stop();
        self.server = launch(nest, &self.command);
        self.ready().await;
    }

    /// Gives a mailbox a password, in a file of its own: Dovecot looks at a changed file only once a second.
    /// Mailboxes without one receive mail all the same.
    pub fn set_password(&self, address: &str, password: &str) {
        std::fs::write(self.passwords.join(address), format!("{address}:{{PLAIN}}{password}\n")).unwrap();
    }

    /// The Maildir of an address.
    pub fn maildir(&self, address: &str) -> PathBuf {
        let (local, domain) = address.split_once('@').expect("an address");
        let local = local.split('+').next().unwrap();
        self.mail.join(domain.to_lowercase()).join(local.to_lowercase())
    }

    async fn ready(&self) {
        let log = self.nest.join("dovecot.log");
        let complaint = || format!("{}\n{}", self.server.complaint(), std::fs::read_to_string(&log).unwrap_or_default());
        ports::greeted(self.imap_port, "* OK", complaint).await;
    }
}

fn launch(nest: &Nest, configuration: &std::path::Path) -> Server {
    Server::start(nest, "dovecot", End::Kill, &["dovecot", "-F", "-c", &configuration.display().to_string()])
}

fn configuration(nest: &Nest, imap: u16, tls: u16) -> String {
    let (uid, gid) = user("nobody").unwrap();
    let values = [("IMAP", imap.to_string()), ("IMAPS", tls.to_string()), ("UID", uid.to_string()), ("GID", gid.to_string())];
    nest.fill(include_str!("dovecot.conf"), &values)
}
