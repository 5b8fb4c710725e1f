//! The practice room: an invented town in a folder, with a post office, a phone and a printer's tray. Nothing leaves it.

mod door;
mod page;
mod papers;
mod room;
mod story;
mod told;

use super::Ended;
use super::cli::Demo;
use super::words::say;
use anyhow::{Context as _, Result};
use std::path::PathBuf;

pub use room::Room;

/// File in the folder of a practice room that holds by how many seconds its clock is moved.
pub const CLOCK_FILE: &str = "clock";

/// Runs `kurir demo`.
pub async fn run(dir: Option<PathBuf>, options: &Demo) -> Result<Ended> {
    let (folder, passing) = match dir {
        Some(folder) => (folder, false),
        None => (fresh_folder()?, true),
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

/// Plays the story unattended and prints it; the last line is one JSON object.
async fn check(folder: PathBuf) -> Result<Ended> {
    let started = std::time::Instant::now();
    let room = Room::open(folder, None).await?;
    story::play(&room).await?;
    let mut told = told::tell(&room).await?;
    let good = told::is_good(&told);
    room.close().await;
    if let serde_json::Value::Object(map) = &mut told {
        map.insert("seconds".into(), serde_json::json!((started.elapsed().as_secs_f64() * 100.0).round() / 100.0));
    }
    say(&told.to_string());
    Ok(if good { Ended::Done } else { Ended::Wanting })
}
