//! The pages of a town's office, asked and looked at.

use super::Town;
use crate::practice_page::access::{axe, examine};
use crate::practice_page::devtools::Browser;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::CancellationToken;

/// The pages of a town's office on a free port.
pub struct Pages {
    /// Where they are served.
    pub address: std::net::SocketAddr,
    stop: CancellationToken,
    server: tokio::task::JoinHandle<()>,
}

impl Pages {
    /// Serves them.
    pub async fn open(town: &Town) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let pages = kurir::web::office(town.engine.house.clone(), town.engine.counters());
        let server = tokio::spawn(kurir::runtime::daemon::serve_pages(listener, pages, stop.clone()));
        Self { address, stop, server }
    }

    /// Status and page.
    pub async fn ask(&self, method: &str, path: &str) -> (u16, String) {
        let mut stream = tokio::net::TcpStream::connect(self.address).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: kurir\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        (text.split(' ').nth(1).unwrap().parse().unwrap(), text)
    }

    /// The same of a GET.
    pub async fn get(&self, path: &str) -> (u16, String) {
        self.ask("GET", path).await
    }

    /// Serves no more.
    pub async fn close(self) {
        self.stop.cancel();
        self.server.await.unwrap();
    }
}

/// Nobody's eyes but a checker's, on the pages of the office.
pub fn look_at(town: &Town, pages: &Pages, paths: &[&str]) {
    let Some(axe) = axe() else { return };
    tokio::task::block_in_place(|| {
        let mut browser = Browser::start(&town.folder.join("peramban"));
        for path in paths {
            examine(&mut browser, axe, (path, &format!("http://{}{path}", pages.address)));
        }
    });
}
