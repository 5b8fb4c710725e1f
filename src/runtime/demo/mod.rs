//! The practice room: an invented town in a folder, with a post office, a phone and a printer's tray. Nothing leaves it.

mod door;
mod page;
mod papers;
mod room;
mod story;
mod told;

use super::Ended;
use super::alone::claim_folder;
use super::cli::Demo;
use super::words::{line, say};
use anyhow::{Context as _, Result};
use std::path::PathBuf;

pub use room::Room;

/// File in the folder of a practice room that holds by how many seconds its clock is moved.
pub const CLOCK_FILE: &str = "clock";

/// Runs `kurir demo`.
pub async fn run(dir: Option<PathBuf>, options: &Demo) -> Result<Ended> {
    if !options.listen.ip().is_loopback() {
        let (address, port) = (options.listen.to_string(), options.listen.port().to_string());
        eprintln!("{}", line("demo_elsewhere", &[("address", &address), ("port", &port)]));
        return Ok(Ended::Usage);
    }
    let (folder, passing) = match dir {
        Some(folder) => (folder, false),
        None => (fresh_folder()?, true),
    };
    let Some(_alone) = claim_folder(&folder)? else {
        eprintln!("{}", line("running_already", &[("dir", &folder.display().to_string())]));
        return Ok(Ended::Wanting);
    };
    let done = if options.check {
        check(folder.clone()).await
    } else {
        page::open_room(folder.clone(), options).await.map(|()| Ended::Done)
    };
    if passing && let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::warn!(%error, "the practice room's folder could not be removed");
    }
    done
}

/// A folder of this run alone, readable by nobody else.
fn fresh_folder() -> Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut random = [0_u8; 8];
    crate::domain::clock::Ids::fill(&super::clock::SystemIds, &mut random);
    let folder = std::env::temp_dir().join(format!("kurir-latihan-{}", crate::store::files::hex(&random)));
    std::fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("{}", folder.display()))?;
    Ok(folder)
}

/// What stands on the phones, one file a phone: the mailboxes and the printer's tray lie in the folder anyway.
fn leave_phones(room: &Room) -> Result<()> {
    let folder = room.folder.join("phones");
    std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    for (chat, _) in room.phone.chats() {
        let shown = serde_json::to_vec_pretty(&room.phone.messages(chat))?;
        std::fs::write(folder.join(format!("{chat}.json")), shown)?;
    }
    Ok(())
}

/// Plays the story unattended and prints it; the last line is one JSON object.
async fn check(folder: PathBuf) -> Result<Ended> {
    let started = std::time::Instant::now();
    let room = Room::open(folder, None).await?;
    story::play(&room).await?;
    let mut told = told::tell(&room).await?;
    let good = told::is_good(&told);
    leave_phones(&room)?;
    room.close().await;
    if let serde_json::Value::Object(map) = &mut told {
        map.insert("seconds".into(), serde_json::json!((started.elapsed().as_secs_f64() * 100.0).round() / 100.0));
    }
    say(&told.to_string());
    Ok(if good { Ended::Done } else { Ended::Wanting })
}
