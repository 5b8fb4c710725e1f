//! `PostgreSQL` in the nest: one cluster for a test process, a new database for each test.
//!
//! It refuses to run as root, so as root it runs as `postgres` (or `nobody`). Files lie on tmpfs, with fsync on: the calls are
//! made as in an office, and cost nothing there.

use super::ports;
use super::process::{End, Nest, Server, is_root, user};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// One cluster.
#[derive(Debug)]
pub struct Postgres {
    /// The postmaster.
    pub server: Server,
    /// Its port on 127.0.0.1; a unix socket lies in its folder as well.
    pub port: u16,
    serial: AtomicU32,
    fsync: Fsync,
    nest: Nest,
}

/// Whether commits call fsync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fsync {
    /// As in an office.
    On,
    /// For tests that only need speed on a slow disk.
    Off,
}

impl Postgres {
    /// The cluster all tests of this process share.
    pub async fn shared() -> &'static Self {
        static SHARED: tokio::sync::OnceCell<Postgres> = tokio::sync::OnceCell::const_new();
        SHARED.get_or_init(|| Self::start(Fsync::On)).await
    }

    /// A cluster of its own, for a test that stops it.
    pub async fn start(fsync: Fsync) -> Self {
        let nest = Nest::new("postgres");
        let owner = account().and_then(user);
        nest.mkdir("socket", 0o755, owner);
        nest.mkdir("data", 0o700, owner);
        let data = nest.text("data");
        let initdb = program("initdb");
        let words = [initdb.as_str(), "-D", &data, "-U", "kurir", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        // Under the nest's lock and with its output in a file: a test that is killed now must not stop initdb halfway, which would
        // leave shared memory behind; the folder waits for it.
        let output = std::fs::File::create(nest.path().join("initdb.out")).unwrap();
        let mut locked = Command::new("flock");
        locked.args(["-s", &nest.text(".lock"), "setpriv"]).args(as_account(&words));
        let status =
            locked.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output).status().expect("flock runs initdb");
        assert!(status.success(), "initdb: {}", std::fs::read_to_string(nest.path().join("initdb.out")).unwrap());
        let port = ports::free();
        let server = launch(&nest, port, fsync);
        let cluster = Self { server, port, serial: AtomicU32::new(0), fsync, nest };
        cluster.ready().await;
        cluster
    }

    /// Starts it again after [`Server::stop`], on the same port and data.
    pub async fn restart(&mut self) {
        self.server.stop();
        self.server = launch(&self.nest, self.port, self.fsync);
        self.ready().await;
    }

    /// The address of a new, empty database.
    pub async fn fresh_database(&self) -> String {
        self.create("template0").await
    }

    /// The address of a new database that is a copy of another, to which nobody is connected: quicker than migrating again.
    pub async fn copy_of(&self, url: &str) -> String {
        self.create(url.rsplit('/').next().expect("a database name")).await
    }

    async fn create(&self, template: &str) -> String {
        let name = format!("kurir_{}", self.serial.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&self.url("postgres")).await.unwrap();
        let statement = format!("CREATE DATABASE {name} TEMPLATE {template}");
        admin.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
        admin.close().await.unwrap();
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://kurir@127.0.0.1:{}/{database}", self.port)
    }

    /// Ready is when it takes a query: it accepts connections a little before.
    async fn ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => return connection.close().await.unwrap(),
                Err(error) => assert!(Instant::now() < deadline, "{error}\n{}", self.server.complaint()),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn launch(nest: &Nest, port: u16, fsync: Fsync) -> Server {
    let (data, socket, port) = (nest.text("data"), nest.text("socket"), port.to_string());
    let settings = [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={socket}"),
        format!("fsync={}", if fsync == Fsync::On { "on" } else { "off" }),
        // Else a killed cluster leaves its segments in /dev/shm.
        "dynamic_shared_memory_type=mmap".to_owned(),
        "max_connections=200".to_owned(),
        "shared_buffers=32MB".to_owned(),
        // The default locale of messages depends on the machine; tests may look for a text.
        "lc_messages=C".to_owned(),
    ];
    let postgres = program("postgres");
    let mut command = vec![postgres.as_str(), "-D", &data, "-p", &port];
    for setting in &settings {
        command.extend(["-c", setting]);
    }
    let command = as_account(&command);
    let mut whole = vec!["setpriv"];
    whole.extend(command.iter().map(String::as_str));
    Server::start(nest, "postgres", End::Quit, &whole)
}

/// Arguments for `setpriv`, which becomes the command without a process in between.
fn as_account(command: &[&str]) -> Vec<String> {
    let mut arguments = Vec::new();
    if let Some(account) = account() {
        let (uid, gid) = user(account).unwrap();
        arguments.extend([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
    }
    arguments.extend(command.iter().map(|word| (*word).to_owned()));
    arguments
}

fn account() -> Option<&'static str> {
    is_root().then(|| if user("postgres").is_some() { "postgres" } else { "nobody" })
}

/// The newest version that is installed.
fn program(name: &str) -> String {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin").join(name))))
        .filter(|(_, path): &(u32, PathBuf)| Path::exists(path))
        .collect();
    found.sort();
    let (_, path) = found.pop().unwrap_or_else(|| panic!("PostgreSQL's {name} is missing: `tests/run` installs it"));
    path.display().to_string()
}
