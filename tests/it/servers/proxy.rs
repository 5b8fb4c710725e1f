//! A TCP proxy that fails on purpose: between kurir and Postfix, Dovecot or an HTTP stand-in.
//!
//! ```ignore
//! let proxy = Proxy::start(post.postfix.submission_port);                       // or Proxy::over_tls(&post, post.postfix.smtps_port)
//! proxy.script([Fault::LoseAnswer { after: b"\r\n.\r\n" }]);                     // the next connection; then all is well again
//! proxy.always(Some(Fault::BlackHole));                                         // every connection from now on
//! proxy.refuse(); proxy.listen();                                               // nothing listens; something does again
//! proxy.conversations();                                                        // every byte of both sides, connection by connection
//! ```
//!
//! It lives in a thread with a runtime of its own, so that a test may block on a child process. Patterns are sought in what passes
//! in clear text: after STARTTLS only counts of bytes mean anything; with [`Proxy::over_tls`] the proxy itself ends the TLS of both sides.

use super::{PostOffice, ports};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, mpsc as std_mpsc};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::rustls::{ClientConfig, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// kurir.
    Client = 0,
    /// The real server.
    Server = 1,
}

/// What goes wrong with one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Taken, and never answered; the server hears nothing of it.
    BlackHole,
    /// RST to both when so many bytes of that side have passed.
    Reset { side: Side, bytes: usize },
    /// When that side has said this, the server's further words are swallowed; the connection stays open.
    Mute { side: Side, after: &'static [u8] },
    /// The client says this, the server gets it and answers, and instead of the answer the client gets RST: the mail went out
    /// and nobody knows.
    LoseAnswer { after: &'static [u8] },
    /// RST to both as soon as the client has said this: what follows it never arrives.
    Cut { after: &'static [u8] },
    /// So many bytes a second in each direction.
    Slow { bytes_per_second: u32 },
}

/// All that passed through one connection.
#[derive(Debug, Clone, Default)]
pub struct Conversation {
    /// What the client sent and the server got.
    pub client: Vec<u8>,
    /// What the server sent, swallowed or not.
    pub server: Vec<u8>,
}

/// The running proxy.
#[derive(Debug)]
pub struct Proxy {
    /// Its port on 127.0.0.1.
    pub port: u16,
    state: Arc<State>,
    orders: mpsc::UnboundedSender<Order>,
}

#[derive(Debug, Default)]
struct State {
    script: Mutex<VecDeque<Fault>>,
    always: Mutex<Option<Fault>>,
    seen: Mutex<Vec<Conversation>>,
}

/// Whether to listen, and where to say that it is done.
type Order = (bool, std_mpsc::Sender<()>);

/// TLS of both sides.
type Tls = Option<(Arc<ServerConfig>, Arc<ClientConfig>)>;

impl Proxy {
    /// Starts one before a port of this machine.
    pub fn start(upstream: u16) -> Self {
        Self::launch(upstream, None)
    }

    /// Starts one before a port of implicit TLS, with the certificate of that post office.
    pub fn over_tls(post: &PostOffice, upstream: u16) -> Self {
        Self::launch(upstream, Some((post.authority.server(), post.authority.client())))
    }

    /// The faults of the next connections, in order; those after them are well, or as [`Proxy::always`] says.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.script.lock().unwrap().extend(faults);
    }

    /// The fault of every connection that has no line in the script.
    pub fn always(&self, fault: Option<Fault>) {
        *self.state.always.lock().unwrap() = fault;
    }

    /// From now on connections are refused; those that exist go on.
    pub fn refuse(&self) {
        self.order(false);
    }

    /// Takes connections again.
    pub fn listen(&self) {
        self.order(true);
    }

    /// What passed so far.
    pub fn conversations(&self) -> Vec<Conversation> {
        self.state.seen.lock().unwrap().clone()
    }

    fn order(&self, listen: bool) {
        let (done, wait) = std_mpsc::channel();
        self.orders.send((listen, done)).unwrap();
        wait.recv().unwrap();
    }

    fn launch(upstream: u16, tls: Tls) -> Self {
        let port = ports::free();
        let state = Arc::new(State::default());
        let (orders, inbox) = mpsc::unbounded_channel();
        let (for_thread, proxy) = (Arc::clone(&state), Self { port, state, orders });
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(for_thread, inbox, (port, upstream), tls));
        });
        proxy.listen();
        proxy
    }
}

/// A socket on the port, beside those that are bound to it already in the same way. A stranger's cannot be.
fn bound(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind(([127, 0, 0, 1], port).into()).unwrap();
    socket
}

/// Takes orders and connections until the proxy is dropped, which ends the channel, this runtime and its connections.
async fn serve(state: Arc<State>, mut orders: mpsc::UnboundedReceiver<Order>, (port, upstream): (u16, u16), tls: Tls) {
    // Who does not listen refuses. This one only holds the port, so that nobody else gets it while the proxy refuses.
    let _held = bound(port);
    let mut listener = None;
    loop {
        let accepted = async {
            match &listener {
                Some(listener) => TcpListener::accept(listener).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            order = orders.recv() => {
                let Some((listen, done)) = order else { return };
                listener = None;
                if listen {
                    listener = Some(bound(port).listen(1024).unwrap());
                }
                let _ = done.send(());
            }
            Ok((client, _)) = accepted => {
                tokio::spawn(carry(Arc::clone(&state), client, upstream, tls.clone()));
            }
        }
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Carries one connection to its end.
async fn carry(state: Arc<State>, client: TcpStream, upstream: u16, tls: Tls) -> std::io::Result<()> {
    let next = state.script.lock().unwrap().pop_front();
    let fault = next.or(*state.always.lock().unwrap()).unwrap_or(Fault::None);
    let (client, mut hang_up) = with_handle(client)?;
    if fault == Fault::BlackHole {
        // Reading on, so that a long mail does not just stop at a full window.
        let (mut client, mut void) = (client, vec![0; 16384]);
        while client.read(&mut void).await? > 0 {}
        return Ok(());
    }
    let (server, server_handle) = with_handle(TcpStream::connect(("127.0.0.1", upstream)).await?)?;
    hang_up.extend(server_handle);
    let mut wires: [Box<dyn Wire>; 2] = [Box::new(client), Box::new(server)];
    if let Some((accept, connect)) = tls {
        let [client, server] = wires;
        let name = "localhost".try_into().expect("a name");
        wires = [
            Box::new(TlsAcceptor::from(accept).accept(client).await?),
            Box::new(TlsConnector::from(connect).connect(name, server).await?),
        ];
    }
    let number = {
        let mut seen = state.seen.lock().unwrap();
        seen.push(Conversation::default());
        seen.len() - 1
    };
    let course = Course { fault, struck: false };
    converse(&state, number, course, &mut wires).await?;
    // RST, not FIN: the handles outlive the wires.
    for handle in &hang_up {
        handle.set_zero_linger()?;
    }
    Ok(())
}

/// A second handle on the same socket, to reset it under a TLS stream.
fn with_handle(stream: TcpStream) -> std::io::Result<(TcpStream, Vec<TcpStream>)> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let handle = TcpStream::from_std(stream.try_clone()?)?;
    Ok((TcpStream::from_std(stream)?, vec![handle]))
}

/// Passes bytes until one side ends (`Err`: closed in peace) or the fault strikes (`Ok`: to be reset).
async fn converse(state: &State, number: usize, mut course: Course, wires: &mut [Box<dyn Wire>; 2]) -> std::io::Result<()> {
    let (mut from_client, mut from_server) = (vec![0; 16384], vec![0; 16384]);
    loop {
        let [client, server] = wires;
        let (side, length) = tokio::select! {
            read = client.read(&mut from_client) => (Side::Client, read?),
            read = server.read(&mut from_server) => (Side::Server, read?),
        };
        let (bytes, other) = match side {
            Side::Client => (&from_client[..length], server),
            Side::Server => (&from_server[..length], client),
        };
        if bytes.is_empty() {
            let _ = other.shutdown().await;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        let (pass, after) = course.judge(side, bytes, &seen(state, number, side));
        record(state, number, side, if side == Side::Client { &bytes[..pass] } else { bytes });
        if let Fault::Slow { bytes_per_second } = course.fault {
            tokio::time::sleep(Duration::from_secs_f64(f64::from(u32::try_from(pass).unwrap()) / f64::from(bytes_per_second)))
                .await;
        }
        other.write_all(&bytes[..pass]).await?;
        other.flush().await?;
        if after == After::Reset {
            return Ok(());
        }
    }
}

fn seen(state: &State, number: usize, side: Side) -> Vec<u8> {
    let seen = state.seen.lock().unwrap();
    let conversation = &seen[number];
    if side == Side::Client { conversation.client.clone() } else { conversation.server.clone() }
}

fn record(state: &State, number: usize, side: Side, bytes: &[u8]) {
    let mut seen = state.seen.lock().unwrap();
    let conversation = &mut seen[number];
    let log = if side == Side::Client { &mut conversation.client } else { &mut conversation.server };
    log.extend(bytes);
}

/// How far the fault has come.
struct Course {
    fault: Fault,
    struck: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum After {
    GoOn,
    Reset,
}

impl Course {
    /// How many of these bytes pass, and whether the connection ends then. `before` is what that side said already.
    fn judge(&mut self, side: Side, bytes: &[u8], before: &[u8]) -> (usize, After) {
        let all = (bytes.len(), After::GoOn);
        match self.fault {
            Fault::Reset { side: whose, bytes: limit } if side == whose && before.len() + bytes.len() >= limit => {
                (limit.saturating_sub(before.len()), After::Reset)
            }
            Fault::Mute { .. } if self.struck => (if side == Side::Server { 0 } else { bytes.len() }, After::GoOn),
            Fault::LoseAnswer { .. } if self.struck && side == Side::Server => (0, After::Reset),
            Fault::Mute { side: whose, after } if side == whose => {
                self.strike(after, bytes, before).map_or(all, |end| (end, After::GoOn))
            }
            Fault::LoseAnswer { after } if side == Side::Client => {
                self.strike(after, bytes, before);
                all
            }
            Fault::Cut { after } if side == Side::Client => {
                self.strike(after, bytes, before).map_or(all, |end| (end, After::Reset))
            }
            _ => all,
        }
    }

    /// Where in `bytes` the pattern ends, if it ends there.
    fn strike(&mut self, pattern: &[u8], bytes: &[u8], before: &[u8]) -> Option<usize> {
        let kept = before.len().min(pattern.len() - 1);
        let window = [&before[before.len() - kept..], bytes].concat();
        let at = window.windows(pattern.len()).position(|part| part == pattern)?;
        self.struck = true;
        Some(at + pattern.len() - kept)
    }
}
