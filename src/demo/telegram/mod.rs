//! A stand-in of the Telegram Bot API with the phones behind it, for the practice room and the tests.
//!
//! In: HTTP on loopback, in the three body forms that clients send (JSON, form, multipart). Out: answers in Telegram's own
//! words, with Telegram's own rules (lengths, tags, offsets, confirmations, expiring presses), so that a mistake of ours
//! shows here and not on the first day. [`Phone`] is the other side: people read, press, type, block, and things go wrong
//! on demand. Never here: a page, a file, an address that is not loopback.

mod fault;
mod files;
mod html;
mod json;
mod keyboard;
mod line;
mod methods;
mod multipart;
mod phone;
mod poll;
mod request;
mod server;
mod world;

pub use fault::Fault;
pub use html::Entity;
pub use json::BOT_NAME;
pub use phone::{Phone, WaitedInVain};
pub use request::{Call, Upload};
pub use world::{Person, PhoneButton, PhoneFile, PhoneMessage, PopUp};

use crate::domain::clock::Clock;
use secrecy::SecretString;
use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{sync::watch, task::JoinHandle};
use url::Url;
use world::World;

/// The stand-in could not open.
#[derive(Debug, thiserror::Error)]
pub enum StandInError {
    /// It speaks to this machine alone.
    #[error("the practice phone opens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The port is taken, or the machine does not allow it.
    #[error("the practice phone cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// What the server and the phones share.
pub(in crate::demo::telegram) struct Shared {
    world: Mutex<World>,
    token: SecretString,
    clock: Arc<dyn Clock>,
    /// Counts changes of the world, so that a test waits for what it expects instead of sleeping.
    changes: watch::Sender<u64>,
    /// True once the server closes.
    closed: watch::Sender<bool>,
}

impl Shared {
    /// A panic of another thread in here is a failed test already; the world stays readable.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and wakes who waits for it.
    fn change<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let result = act(&mut self.world());
        self.changes.send_modify(|count| *count += 1);
        result
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

/// A running stand-in.
pub struct StandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn").field("address", &self.address).finish_non_exhaustive()
    }
}

impl StandIn {
    /// Opens on `address` (port 0: a free one) for the bot with this token.
    pub async fn open(address: SocketAddr, token: SecretString, clock: Arc<dyn Clock>) -> Result<Self, StandInError> {
        if !address.ip().is_loopback() {
            return Err(StandInError::NotLoopback(address));
        }
        let listener = tokio::net::TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let world = Mutex::new(World::default());
        let (changes, closed) = (watch::Sender::new(0), watch::Sender::new(false));
        let shared = Arc::new(Shared { world, token, clock, changes, closed });
        let server = tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, server })
    }

    /// What `telegram.api_url` is set to.
    pub fn url(&self) -> Url {
        let mut url = localhost();
        // Both cannot fail for an `http` address; the port is what matters.
        let _ = url.set_ip_host(self.address.ip());
        let _ = url.set_port(Some(self.address.port()));
        url
    }

    /// The phones of all people.
    pub fn phone(&self) -> Phone {
        Phone::new(Arc::clone(&self.shared))
    }

    /// Hangs up every connection and stops listening: from now on Telegram cannot be reached.
    pub async fn close(self) {
        self.shared.closed.send_replace(true);
        // A panic of the server is a failure of the test that asks for it; there is nothing to add here.
        let _ = self.server.await;
    }
}

#[expect(clippy::expect_used, reason = "a constant text")]
fn localhost() -> Url {
    Url::parse("http://127.0.0.1/").expect("a constant URL")
}
