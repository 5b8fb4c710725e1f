//! The page of the practice room: the outside and the record side by side, the clock, and beginning anew.
//!
//! A fresh room takes the place of the old one behind the same door: nothing of the old run is left in memory, and what it
//! had in its folder is put aside, not thrown away.

use super::door::Door;
use super::room::Room;
use super::{CLOCK_FILE, story};
use crate::demo::outside::{Opened as At, Outside};
use crate::demo::town;
use crate::domain::clock::Clock as _;
use crate::runtime::alone::LOCK_FILE;
use crate::runtime::cli::Demo;
use crate::runtime::daemon::serve_pages;
use crate::runtime::words::{line, say};
use crate::store::Topic;
use crate::web::practice::{Opened, Practice, routes};
use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use jiff::civil::time;
use jiff::{SignedDuration, ToSpan as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Folder in the room's folder for what former runs left.
const ASIDE: &str = "lama";

/// Why the serving of one room ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Stopped,
    Anew,
}

/// Opens the page and waits until somebody stops it.
pub async fn open_room(folder: PathBuf, options: &Demo) -> Result<()> {
    let listener = TcpListener::bind(options.listen).await.with_context(|| format!("{}", options.listen))?;
    let url = format!("http://{}", listener.local_addr()?);
    let (door, stop) = (Door::new(), CancellationToken::new());
    let mut open = OpenRoom::begin((&folder, &url), &door).await?;
    let server = tokio::spawn(serve_pages(listener, door.pages(), stop.clone()));
    say(&line("practice", &[("url", &url)]));
    while wait(&door).await == End::Anew {
        open.close(&door).await;
        put_aside(&folder)?;
        open = OpenRoom::begin((&folder, &url), &door).await?;
    }
    stop.cancel();
    server.await?;
    open.close(&door).await;
    Ok(())
}

/// Waits until somebody stops the command or wants to begin anew.
async fn wait(door: &Door) -> End {
    tokio::select! {
        () = stopped() => End::Stopped,
        () = door.is_shut() => End::Anew,
    }
}

/// A room with its loops at work and its pages behind the door.
struct OpenRoom {
    room: Arc<Room>,
    tasks: JoinSet<()>,
}

impl OpenRoom {
    async fn begin((folder, url): (&Path, &str), door: &Door) -> Result<Self> {
        let room = Arc::new(Room::open(folder.to_owned(), Some(url)).await?);
        story::first_letter(&room).await?;
        let mut tasks = JoinSet::new();
        room.start(&mut tasks);
        door.open(pages(&room, door)?).await;
        Ok(Self { room, tasks })
    }

    async fn close(mut self, door: &Door) {
        door.shut();
        door.leave().await;
        self.room.engine.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        // The pages held the room as well; with them gone this is the last hand on it.
        match Arc::try_unwrap(self.room) {
            Ok(room) => room.close().await,
            Err(room) => room.opened.house.store.close().await,
        }
    }
}

/// Ctrl+C, or the signal that a shell or a supervisor sends.
async fn stopped() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[derive(Debug, Clone)]
struct Controls {
    room: Arc<Room>,
    door: Door,
}

fn pages(room: &Arc<Room>, door: &Door) -> Result<Router> {
    let outside = Outside::new(room.post.clone(), room.phone.clone());
    let seen = outside.clone();
    let practice = Practice {
        house: Arc::clone(&room.engine.house),
        doors: Arc::clone(&room.engine.doors),
        outside: Arc::new(move |at: &Opened| {
            let at = At { kotak: at.kotak.clone(), surel: at.surel.clone(), ponsel: at.ponsel.clone() };
            let view = seen.view(&at).map_err(|error| error.to_string())?;
            serde_json::to_value(view).map_err(|error| error.to_string())
        }),
        clerk: town::PRINT_CLERK.parse()?,
        folder: room.folder.clone(),
        spool: room.opened.installation.layout.spool.clone(),
    };
    let controls = Controls { room: Arc::clone(room), door: door.clone() };
    let own = Router::new()
        .route("/latihan/besok", post(tomorrow))
        .route("/latihan/ulang", post(again))
        .with_state(controls)
        .merge(routes(practice)?)
        .merge(outside.routes());
    Ok(crate::web::loopback_only(room.pages(own)))
}

/// Moves the clock to half past seven of the next morning.
async fn tomorrow(State(controls): State<Controls>, Form(at): Form<At>) -> Response {
    match move_to_morning(&controls.room).await {
        Ok(()) => at.page().into_response(),
        Err(error) => {
            tracing::error!(%error, "the practice clock could not be moved");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn move_to_morning(room: &Room) -> Result<()> {
    let now = room.clock.now();
    let zone = room.opened.house.zone();
    let day = zone.to_datetime(now).date().checked_add(1.day())?;
    let morning = zone.to_timestamp(day.to_datetime(time(7, 30, 0, 0)))?;
    // The clock moves in whole seconds: one more, so that it is not a moment before.
    room.move_clock(morning.duration_since(now) + SignedDuration::from_secs(1)).await?;
    for topic in [Topic::Deliveries, Topic::Inbound, Topic::Facts] {
        room.opened.house.store.wake().notify(topic);
    }
    Ok(())
}

/// Begins anew: the answer is the last of this room, and whoever comes after it waits for the next one.
async fn again(State(controls): State<Controls>) -> Redirect {
    controls.door.shut();
    Redirect::to("/")
}

/// Moves everything of the room that has ended into a folder of its own.
fn put_aside(folder: &Path) -> Result<()> {
    let aside = folder.join(ASIDE);
    std::fs::create_dir_all(&aside)?;
    let number = std::fs::read_dir(&aside)?.count() + 1;
    let place = aside.join(number.to_string());
    std::fs::create_dir(&place)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // The lock stays: this process goes on to be the only one over the folder.
        if entry.file_name() != ASIDE && entry.file_name() != LOCK_FILE {
            std::fs::rename(entry.path(), place.join(entry.file_name()))?;
        }
    }
    debug_assert!(!folder.join(CLOCK_FILE).exists());
    Ok(())
}
