//! The place of a measurement: an installation of its own in a folder of its own, born live, with the town imported. Taken
//! away when it is dropped.

use super::options::{Common, Key};
use super::town;
use crate::domain::registry;
use crate::flow::administer::registry::{Imported, import};
use crate::runtime::clock::SystemClock;
use crate::runtime::config::Source;
use crate::runtime::open::{Opened, Reach, open};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the border that writes the results of the replies.
pub const BORDER: &str = "mx.kota.example";
/// Mail domain of the gateway.
pub const GATEWAY: &str = "kurir.kota.example";

/// The folder.
#[derive(Debug)]
pub struct Place {
    /// Where it is.
    pub folder: PathBuf,
}

impl Place {
    /// Makes a fresh folder where temporary files lie.
    pub fn make() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("kurir-bench-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("{}", folder.display()))?;
        Ok(Self { folder })
    }

    /// Opens an installation here whose mail goes to a server on this machine, or into Maildirs where there is none.
    pub async fn open(&self, common: &Common, server: Option<&Server>) -> Result<Opened> {
        let smtp = server.map_or_else(
            || format!("host = \"{}\"\n", crate::runtime::open::PRACTICE),
            |server| {
                let Server { host, port, connections, .. } = server;
                format!("host = \"{host}\"\nport = {port}\nsecurity = \"none\"\nhello = \"{GATEWAY}\"\nconnections = {connections}\nper_destination = {connections}\n")
            },
        );
        let database = common.database.as_deref().unwrap_or("sqlite:kurir.db");
        let text = format!(
            "[city]\nmail_domains = [\"kota.example\"]\n[gateway]\nmail_domain = \"{GATEWAY}\"\n\
             from_address = \"kurir@{GATEWAY}\"\n[store]\nurl = \"{database}\"\n[smtp]\n{smtp}\
             [intake]\nfrom = \"maildir\"\n[intake.border]\nmx_authserv_id = \"{BORDER}\"\n\
             [trial]\nlive = true\n[limits]\nfree_disk_bytes = 0\n"
        );
        std::fs::write(self.folder.join("kurir.toml"), text).context("the configuration")?;
        if server.is_some_and(|server| server.key == Key::Rsa) {
            put_rsa_key(&self.folder.join("keys"))?;
        }
        open(&Source::Dir(self.folder.clone()), Arc::new(SystemClock), Reach::Doors).await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The mail server of a measurement.
#[derive(Debug, Clone)]
pub struct Server {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Connections at once.
    pub connections: usize,
    /// Key of the seal.
    pub key: Key,
}

/// A key that lies there already is sealed by the office CA like its own.
fn put_rsa_key(keys: &Path) -> Result<()> {
    let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).context("the RSA key")?;
    std::fs::create_dir_all(keys)
        .and_then(|()| std::fs::write(keys.join("seal.key.pem"), key.serialize_pem()))
        .context("the RSA key")
}

/// Imports the town.
pub async fn settle(opened: &Opened, posts: usize) -> Result<()> {
    let read = registry::read(&town::registry(posts)).map_err(|faults| anyhow::anyhow!("the town: {:?}", faults.first()))?;
    match import(&opened.house, &read, None).await? {
        Imported::Done(_) => Ok(()),
        Imported::Clashes(clashes) => bail!("the town: {:?}", clashes.first()),
    }
}

/// Bytes of the database and of the files.
pub fn bytes_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => bytes_of(&entry.path()),
            _ => entry.metadata().map_or(0, |known| known.len()),
        })
        .sum()
}
