//! The door of the practice room: one server for as long as the command runs, and behind it the room of the moment.
//!
//! A visitor who comes while one room closes and the next opens waits at the door. A server that stopped and started again
//! would cut him off without an answer: a connection can be accepted in the moment in which the old server goes.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;
use tokio::sync::{RwLock, watch};
use tower::ServiceExt as _;

/// The door; its clones are the same one.
#[derive(Debug, Clone)]
pub struct Door {
    behind: Arc<RwLock<Router>>,
    open: watch::Sender<bool>,
}

impl Door {
    /// A shut door with nothing behind it.
    pub fn new() -> Self {
        Self { behind: Arc::default(), open: watch::Sender::new(false) }
    }

    /// What the server serves: whatever is behind the door.
    pub fn pages(&self) -> Router {
        Router::new().fallback(enter).with_state(self.clone())
    }

    /// Opens the door of a room.
    pub async fn open(&self, pages: Router) {
        *self.behind.write().await = pages;
        self.open.send_replace(true);
    }

    /// Lets nobody in from this moment on; who is inside still gets his answer.
    pub fn shut(&self) {
        self.open.send_replace(false);
    }

    /// Waits until somebody shuts the door.
    pub async fn is_shut(&self) {
        // Fails only without a sender, and this is one.
        let _ = self.open.subscribe().wait_for(|open| !open).await;
    }

    /// Waits until nobody is inside a shut room any more, and lets go of its pages.
    pub async fn leave(&self) {
        *self.behind.write().await = Router::new();
    }

    async fn until_open(&self) {
        let _ = self.open.subscribe().wait_for(|open| *open).await;
    }
}

async fn enter(State(door): State<Door>, request: Request) -> Response {
    let inside = loop {
        door.until_open().await;
        let inside = door.behind.read().await;
        // Shut between the two lines: what is behind the door may be gone already.
        if *door.open.borrow() {
            break inside;
        }
    };
    match inside.clone().oneshot(request).await {
        Ok(answer) => answer,
        Err(impossible) => match impossible {},
    }
}
