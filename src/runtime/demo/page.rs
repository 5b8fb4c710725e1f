//! The page of the practice room: the outside and the record side by side, the clock, and beginning anew.
//!
//! The server stops and opens again around a fresh room while the address stays: nothing of the old run is left in memory,
//! and what it had in its folder is put aside, not thrown away.

use super::room::Room;
use super::{CLOCK_FILE, story};
use crate::demo::outside::{Opened as At, Outside};
use crate::demo::town;
use crate::domain::clock::Clock as _;
use crate::runtime::cli::Demo;
use crate::runtime::daemon::serve_pages;
use crate::runtime::words::{line, say};
use crate::store::Topic;
use crate::web::practice::{Opened, Practice, routes};
use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::extract::{Form, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use jiff::civil::time;
use jiff::{SignedDuration, ToSpan as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
    if !options.listen.ip().is_loopback() {
        bail!("the practice room opens on this machine only, not on {}", options.listen);
    }
    let listener = std::net::TcpListener::bind(options.listen).with_context(|| format!("{}", options.listen))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let mut told = false;
    loop {
        let room = Room::open(folder.clone()).await?;
        story::first_letter(&room).await?;
        if !told {
            say(&line("practice", &[("url", &url)]));
            told = true;
        }
        if serve(room, listener.try_clone()?).await? == End::Stopped {
            return Ok(());
        }
        put_aside(&folder)?;
    }
}

/// Serves one room until somebody stops it or wants to begin anew.
async fn serve(room: Room, listener: std::net::TcpListener) -> Result<End> {
    let anew = CancellationToken::new();
    let room = Arc::new(room);
    let stop = room.engine.stop.clone();
    let mut tasks = JoinSet::new();
    room.start(&mut tasks);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tasks.spawn(serve_pages(listener, pages(&room, &anew)?, stop.clone()));
    let end = tokio::select! {
        () = stopped() => End::Stopped,
        () = anew.cancelled() => End::Anew,
    };
    stop.cancel();
    while tasks.join_next().await.is_some() {}
    // The pages held the room as well; with them gone this is the last hand on it.
    match Arc::try_unwrap(room) {
        Ok(room) => room.close().await,
        Err(room) => room.opened.house.store.close().await,
    }
    Ok(end)
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
    anew: CancellationToken,
}

fn pages(room: &Arc<Room>, anew: &CancellationToken) -> Result<Router> {
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
    let controls = Controls { room: Arc::clone(room), anew: anew.clone() };
    let own = Router::new()
        .route("/latihan/besok", post(tomorrow))
        .route("/latihan/ulang", post(again))
        .with_state(controls)
        .merge(routes(practice)?)
        .merge(outside.routes());
    let pages = crate::web::guarded(own).merge(room.pages());
    let pages = pages.layer(from_fn_with_state(anew.clone(), sent_on));
    Ok(crate::web::loopback_only(pages))
}

/// Who comes in while this room is closing is sent to the same address again, where the next one opens.
async fn sent_on(State(anew): State<CancellationToken>, request: Request, next: Next) -> Response {
    if !anew.is_cancelled() {
        return next.run(request).await;
    }
    let again = request.uri().path_and_query().map_or("/", |path| path.as_str());
    ([(header::CONNECTION, "close")], Redirect::temporary(again)).into_response()
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

/// Begins anew: this room closes as soon as the answer is out.
async fn again(State(controls): State<Controls>) -> Redirect {
    controls.anew.cancel();
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
        if entry.file_name() != ASIDE {
            std::fs::rename(entry.path(), place.join(entry.file_name()))?;
        }
    }
    debug_assert!(!folder.join(CLOCK_FILE).exists());
    Ok(())
}
