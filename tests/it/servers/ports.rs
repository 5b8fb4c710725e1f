//! Free loopback ports that no other test takes in between.
//!
//! Asking the kernel for port 0, closing the socket and hoping is a race with every outgoing connection of the machine. So
//! ports come from below the kernel's range for outgoing connections, and each is held by a lock file as long as this
//! process lives: several test binaries can run side by side.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;

static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port on 127.0.0.1 that is ours until this process ends.
pub fn free() -> u16 {
    let folder: PathBuf = std::env::temp_dir().join("kurir-ports");
    std::fs::create_dir_all(&folder).unwrap();
    let start = u16::try_from(std::process::id() % 10_000).unwrap();
    for step in 0..12_000_u16 {
        let port = 20_000 + (start + step) % 12_000;
        let Ok(file) = File::create(folder.join(port.to_string())) else { continue };
        if file.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            HELD.lock().unwrap().push(file);
            return port;
        }
    }
    panic!("no free port between 20000 and 32000");
}

/// Connects as soon as something listens; panics with `complaint` after 20 seconds.
pub async fn connect(port: u16, complaint: impl Fn() -> String) -> TcpStream {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(stream) => return stream,
            Err(error) if Instant::now() > deadline => panic!("port {port}: {error}\n{}", complaint()),
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// Connects and waits for a greeting line that starts with `greeting`.
pub async fn greeted(port: u16, greeting: &str, complaint: impl Fn() -> String) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let mut stream = BufReader::new(connect(port, &complaint).await);
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_line(&mut line)).await;
        if matches!(read, Ok(Ok(_))) && line.starts_with(greeting) {
            return;
        }
        assert!(Instant::now() < deadline, "port {port} greeted with {line:?}\n{}", complaint());
    }
}
