//! Opening a practice room: an ordinary installation in a folder, whose outside world is ours.

use super::CLOCK_FILE;
use crate::demo::post_office::PostOffice;
use crate::demo::telegram::{BOT_NAME, Phone, StandIn};
use crate::demo::town;
use crate::domain::clock::{Clock, Ids};
use crate::domain::delivery::Channel;
use crate::domain::registry;
use crate::flow::administer::registry::{Imported, import};
use crate::flow::{evidence, receive};
use crate::runtime::clock::{MovedClock, SystemIds};
use crate::runtime::config::Source;
use crate::runtime::daemon::Engine;
use crate::runtime::intake::{take_maildir, take_updates};
use crate::runtime::open::{Opened, PRACTICE, Reach, open};
use anyhow::{Context as _, Result, bail};
use jiff::SignedDuration;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Name under which the practice border writes its results.
const BORDER: &str = "mx.tirtasari.example";

/// A practice room.
#[derive(Debug)]
pub struct Room {
    /// Its folder.
    pub folder: PathBuf,
    /// The installation.
    pub opened: Opened,
    /// Its engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: Arc<MovedClock>,
    /// The officials' mailboxes.
    pub post: PostOffice,
    /// The officials' phones.
    pub phone: Phone,
    stand_in: StandIn,
}

impl Room {
    /// Opens a room in a folder, with the address of its pages where it has any; what a former run left there is gone on
    /// with.
    pub async fn open(folder: PathBuf, public_url: Option<&str>) -> Result<Self> {
        std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
        refuse_real_doors(&folder)?;
        let clock = Arc::new(MovedClock::moved(offset(&folder)));
        let token = token();
        let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let stand_in = StandIn::open(loopback, SecretString::from(token.clone()), Arc::clone(&clock) as Arc<dyn Clock>).await?;
        write_configuration(&folder, (stand_in.url().as_str(), &token), public_url)?;
        let opened = open(&Source::Dir(folder.clone()), Arc::clone(&clock) as Arc<dyn Clock>, Reach::Doors).await?;
        let layout = &opened.installation.layout;
        let post = PostOffice::new(&layout.root, BORDER, Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(SystemIds));
        let engine = Engine::new(&opened);
        let room = Self { phone: stand_in.phone(), folder, engine, clock, post, stand_in, opened };
        room.settle_town().await?;
        Ok(room)
    }

    /// The invented town, imported like any city's.
    async fn settle_town(&self) -> Result<()> {
        let files = town::registry(self.opened.house.today());
        let read = registry::read(&files).map_err(|faults| anyhow::anyhow!("the practice town has {} faults", faults.len()))?;
        match import(&self.opened.house, &read, None).await? {
            // A room that was opened on another day keeps the stand-in of that day.
            Imported::Done(_) | Imported::Clashes(_) => Ok(()),
        }
    }

    /// Lets everything happen that would happen by itself: mail and presses come in, deliveries go out.
    pub async fn run_until_idle(&self) -> Result<()> {
        loop {
            let mut moved = take_maildir(&self.engine, &self.opened.installation.layout.maildir).await?;
            moved += take_updates(&self.engine, Some(0)).await?;
            moved += receive::round(&self.opened.house, &self.opened.doors).await?;
            for channel in Channel::ALL {
                moved += crate::flow::dispatch::round(&self.opened.house, &self.opened.doors, *channel).await?;
            }
            if moved == 0 {
                break;
            }
        }
        while evidence::seal(&self.opened.house).await? > 0 {}
        Ok(())
    }

    /// Moves the clock forward; the folder remembers it for the commands.
    pub async fn move_clock(&self, by: SignedDuration) -> Result<()> {
        self.clock.forward(by);
        std::fs::write(self.folder.join(CLOCK_FILE), self.clock.offset().as_secs().to_string())?;
        crate::flow::dispatch::sweep(&self.opened.house).await?;
        Ok(())
    }

    /// Starts the loops of a daemon.
    pub fn start(&self, tasks: &mut JoinSet<()>) {
        self.engine.start(tasks);
        tasks.spawn(crate::runtime::intake::maildir_loop(self.engine.clone(), self.opened.installation.layout.maildir.clone()));
        tasks.spawn(crate::runtime::intake::telegram_loop(self.engine.clone()));
    }

    /// The pages of an office, behind the front door of the room.
    pub fn pages(&self, front: axum::Router) -> axum::Router {
        crate::web::with_front(front, Arc::clone(&self.engine.house), self.engine.counters())
    }

    /// Closes the room.
    pub async fn close(self) {
        self.opened.house.store.close().await;
        self.stand_in.close().await;
    }
}

/// A bot token of this run alone.
fn token() -> String {
    let mut random = [0_u8; 16];
    SystemIds.fill(&mut random);
    format!("100200300:{}", crate::store::files::hex(&random))
}

fn offset(folder: &Path) -> SignedDuration {
    let seconds = std::fs::read_to_string(folder.join(CLOCK_FILE)).ok().and_then(|text| text.trim().parse().ok());
    SignedDuration::from_secs(seconds.unwrap_or(0))
}

/// The practice room never opens the folder of an office: its mail would be real.
fn refuse_real_doors(folder: &Path) -> Result<()> {
    let file = folder.join("kurir.toml");
    match std::fs::read_to_string(&file) {
        Ok(text) if !text.contains(PRACTICE) => {
            bail!("{} is the configuration of an office; the practice room needs a folder of its own (--dir)", file.display())
        }
        _ => Ok(()),
    }
}

fn write_configuration(folder: &Path, (api_url, token): (&str, &str), public_url: Option<&str>) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let text = format!(
        "# Practice room: nothing in this folder leaves this machine.\n\
         [city]\nname = \"{}\"\nhelp_contact = \"Bagian Umum, 0812-0000-0101\"\nmail_domains = [\"{}\"]\n\n\
         [gateway]\nmail_domain = \"{}\"\nfrom_address = \"naskah@{}\"\nfrom_name = \"Kurir {}\"\n{}\n\
         [smtp]\nhost = \"{PRACTICE}\"\n\n\
         [intake]\nfrom = \"maildir\"\nmaildir = \"maildir\"\n\n[intake.border]\nmx_authserv_id = \"{BORDER}\"\n\n\
         [telegram]\nenabled = true\ntoken_file = \"telegram-token\"\nbot = \"{BOT_NAME}\"\n\n[telegram.api]\napi_url = \"{api_url}\"\n\n\
         [telegram.api.pace]\nper_chat = 20\n\n\
         [trial]\nlive = true\n\n[limits]\nfree_disk_bytes = 50000000\n",
        town::CITY,
        town::MAIL_DOMAIN,
        town::GATEWAY_DOMAIN,
        town::GATEWAY_DOMAIN,
        town::CITY,
        public_url.map(|url| format!("public_url = \"{url}\"\n")).unwrap_or_default(),
    );
    std::fs::write(folder.join("kurir.toml"), text)?;
    let mut secret = std::fs::OpenOptions::new();
    secret.write(true).create(true).truncate(true).mode(0o600);
    secret.open(folder.join("telegram-token"))?.write_all(token.as_bytes())?;
    Ok(())
}
