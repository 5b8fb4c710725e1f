//! A Dovecot of the measurement's own, on a free port of this machine, over a Maildir in the folder of the measurement.

use super::place::Place;
use super::rivals;
use crate::channel::email::imap::ImapSecurity;
use crate::runtime::config::Installation;
use anyhow::{Context as _, Result, bail, ensure};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

/// Password of the mailbox, for this machine and this minute.
const PASSWORD: &str = "bench";
/// The file that names it.
const PASSWORD_FILE: &str = "imap-password";

/// A running Dovecot; it ends with this value.
#[derive(Debug)]
pub struct Dovecot {
    _child: Child,
    /// Port of IMAP on the loopback.
    pub port: u16,
    mail: PathBuf,
    /// User and group of the mail.
    owner: (u32, u32),
}

impl Dovecot {
    /// Starts it and waits for its greeting.
    pub async fn start(place: &Place) -> Result<Self> {
        ensure!(
            rustix::process::getuid().is_root(),
            "Dovecot changes its user, so it starts as root only; --from maildir measures without it"
        );
        let folder = place.folder.join("dovecot");
        let mail = folder.join("mail");
        let base = folder.join("run");
        for made in [&mail, &base] {
            std::fs::create_dir_all(made).with_context(|| format!("{}", made.display()))?;
        }
        let port = rivals::free_port()?;
        let owner = nobody()?;
        let file = folder.join("dovecot.conf");
        std::fs::write(&file, configuration(&folder, port, owner)).context("the configuration of Dovecot")?;
        let child = rivals::installed("dovecot")
            .args(["-F", "-c"])
            .arg(&file)
            .stdout(Stdio::null())
            .spawn()
            .context("dovecot could not be started; --from maildir measures without it")?;
        greeted(port).await?;
        Ok(Self { _child: child, port, mail, owner })
    }

    /// Tells the installation of a measurement where its answers lie; its own mail goes on into Maildirs.
    pub fn fill(&self, installation: &mut Installation) -> Result<()> {
        let file = installation.secrets.beside.join(PASSWORD_FILE);
        let mut options = std::fs::OpenOptions::new();
        let made = options.write(true).create_new(true).mode(0o600).open(&file);
        made.and_then(|mut file| file.write_all(PASSWORD.as_bytes())).context("the password of the mailbox")?;
        let intake = &mut installation.config.intake;
        intake.password_file = Some(PASSWORD_FILE.into());
        (intake.imap.host, intake.imap.port) = ("127.0.0.1".into(), self.port);
        (intake.imap.security, intake.imap.username) = (ImapSecurity::None, "kurir".into());
        Ok(())
    }

    /// Where a new mail is put.
    pub fn inbox(&self) -> Result<PathBuf> {
        let new = self.mail.join("new");
        for made in ["", "tmp", "cur", "new"] {
            let made = self.mail.join(made);
            std::fs::create_dir_all(&made).context("the Maildir")?;
            chown(made, Some(self.owner.0), Some(self.owner.1)).context("the Maildir")?;
        }
        Ok(new)
    }
}

/// Dovecot reads no mail as root.
fn nobody() -> Result<(u32, u32)> {
    let known = std::fs::read_to_string("/etc/passwd").context("the users of this machine")?;
    let fields = known.lines().find_map(|line| line.strip_prefix("nobody:")).map(|rest| rest.split(':').collect::<Vec<_>>());
    let Some([_, uid, gid, ..]) = fields.as_deref() else { bail!("this machine knows no user \"nobody\"") };
    Ok((uid.parse().context("the user of nobody")?, gid.parse().context("the group of nobody")?))
}

fn configuration(folder: &Path, port: u16, (uid, gid): (u32, u32)) -> String {
    let folder = folder.display();
    format!(
        "protocols = imap\nbase_dir = {folder}/run\nstate_dir = {folder}/run\nlog_path = {folder}/dovecot.log\nssl = no\n\
         auth_mechanisms = plain login\nauth_failure_delay = 0\ndisable_plaintext_auth = no\nfirst_valid_uid = 1\n\
         mail_location = maildir:{folder}/mail\npassdb {{\n  driver = static\n  args = password={PASSWORD}\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={folder} allow_all_users=yes\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    address = 127.0.0.1\n    port = {port}\n  }}\n\
         inet_listener imaps {{\n    port = 0\n  }}\n}}\nservice anvil {{\n  chroot =\n}}\nnamespace inbox {{\n  inbox = yes\n}}\n"
    )
}

/// Waits until the server says that it is there.
async fn greeted(port: u16) -> Result<()> {
    for _ in 0..500 {
        if let Ok(stream) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await {
            let mut line = String::new();
            let read = tokio::time::timeout(Duration::from_secs(5), BufReader::new(stream).read_line(&mut line)).await;
            if matches!(read, Ok(Ok(_))) && line.starts_with("* OK") {
                return Ok(());
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("dovecot does not answer on port {port}")
}
