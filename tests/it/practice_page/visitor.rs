//! Somebody who sits at the page: plain HTTP/1.1, one connection a request.

use crate::servers::kurir;
use crate::servers::process::{Nest, Server};
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The mailbox that the page opens first.
pub const HEAD_OF_HEALTH: &str = "maharani.puspita@dinkes.tirtasari.example";
/// The phone of the stand-in of the Camat of Karangsuji.
pub const DONI: &str = "701000002";

/// How long the room may take for anything at all.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `kurir demo`.
pub struct Room {
    // Dropped before the nest, whose guard waits for it.
    _server: Server,
    nest: Nest,
    address: String,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    /// A header by its name in lower case; empty without one.
    pub fn header(&self, name: &str) -> &str {
        let found = self.head.lines().filter_map(|line| line.split_once(':')).find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.trim())
    }
}

impl Room {
    /// Starts the binary and waits until it says where its page is.
    pub async fn open() -> Self {
        let nest = Nest::new("practice");
        let folder = nest.text("room");
        let server = kurir::daemon(&nest, &[], &["demo", "--listen", "127.0.0.1:0", "--dir", &folder]);
        let told = || {
            let log = std::fs::read_to_string(&server.log).unwrap_or_default();
            let address =
                log.split("http://").nth(1).and_then(|rest| rest.split_once(". ")).map(|(address, _)| address.to_owned());
            address.ok_or_else(|| server.complaint())
        };
        let address = crate::servers::until("the practice room opens", told).await;
        Self { _server: server, nest, address }
    }

    pub fn folder(&self) -> PathBuf {
        self.nest.path().join("room")
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "").await
    }

    /// Sends a form as a browser without scripts does.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let own = format!("Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n", self.address);
        self.send("POST", path, &own, &body).await
    }

    /// Sends a request with these header lines; a Host among them takes the place of the right one.
    pub async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let host = if headers.starts_with("Host:") { String::new() } else { format!("Host: {}\r\n", self.address) };
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that refuses a large body closes before all of it is written.
        let _ = stream.write_all(body.as_bytes()).await;
        let mut raw = Vec::new();
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut raw)).await.expect("an answer within a minute");
        let text = String::from_utf8_lossy(&raw).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {path}: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The pieces of the page; the server answers as soon as something is new, or after a second.
    pub async fn pieces(&self) -> Value {
        serde_json::from_str(&self.get("/latihan/potongan").await.body).unwrap()
    }

    /// Waits until the record has these words.
    pub async fn record_with(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let record = self.pieces().await["bukti"].as_str().unwrap().to_owned();
            if record.contains(words) {
                return record;
            }
            assert!(begun.elapsed() < PATIENCE, "never on record: {words}\n{record}");
        }
    }

    pub async fn outside(&self, query: &str) -> Value {
        serde_json::from_str(&self.get(&format!("/luar/keadaan?{query}")).await.body).unwrap()
    }

    /// Name of the mail that a mailbox opens.
    pub async fn open_mail(&self, address: &str) -> String {
        let seen = self.outside(&format!("kotak={address}")).await;
        seen.pointer("/mailbox/open/key").unwrap().as_str().unwrap().to_owned()
    }

    /// Where the code on the envelope leads.
    pub async fn check_path(&self) -> String {
        self.job().await;
        let desk = self.pieces().await["meja"].as_str().unwrap().to_owned();
        desk.split("href=\"").find(|part| part.starts_with("/periksa/")).unwrap().split('"').next().unwrap().to_owned()
    }

    /// Presses the newest button that begins like this, as soon as it is there.
    pub async fn press(&self, chat: &str, label: &str) {
        let begun = Instant::now();
        loop {
            let seen = self.outside(&format!("ponsel={chat}")).await;
            if let Some((message, data)) = button(&seen, label) {
                let form = [("ponsel", chat), ("pesan", message.as_str()), ("tombol", data.as_str())];
                assert_eq!(self.post("/luar/tekan", &form).await.status, 303);
                self.until_answered(chat, &seen).await;
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "no button {label}: {seen}");
            self.pieces().await;
        }
    }

    /// Waits until the phone looks otherwise than before a press.
    async fn until_answered(&self, chat: &str, before: &Value) {
        let begun = Instant::now();
        while self.outside(&format!("ponsel={chat}")).await.pointer("/phone/bubbles") == before.pointer("/phone/bubbles") {
            assert!(begun.elapsed() < PATIENCE, "the press changed nothing");
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a phone shows these words in a message of kurir.
    pub async fn phone_with(&self, chat: &str, words: &str) {
        let begun = Instant::now();
        loop {
            let seen = self.outside(&format!("ponsel={chat}")).await;
            let last = seen.pointer("/phone/bubbles").unwrap().as_array().unwrap().last().unwrap().clone();
            if last["own"] == false && last["runs"].to_string().contains(words) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the phone never says {words}: {last}");
            self.pieces().await;
        }
    }

    /// The print job on top of the queue, once its cover is set.
    pub async fn job(&self) -> String {
        let begun = Instant::now();
        loop {
            let desk = self.pieces().await["meja"].as_str().unwrap().to_owned();
            if desk.contains("value=\"cetak\"") {
                return fields(&desk, "lembar").remove(0);
            }
            assert!(begun.elapsed() < PATIENCE, "nothing to print: {desk}");
        }
    }
}

/// Message and data of the newest button that begins like this.
fn button(seen: &Value, label: &str) -> Option<(String, String)> {
    let bubbles = seen.pointer("/phone/bubbles")?.as_array()?;
    bubbles.iter().rev().find_map(|bubble| {
        let mut buttons = bubble["rows"].as_array()?.iter().filter_map(Value::as_array).flatten();
        let found = buttons.find(|button| button["text"].as_str().is_some_and(|text| text.starts_with(label)))?;
        Some((bubble["id"].to_string(), found["callback_data"].as_str()?.to_owned()))
    })
}

/// Values of the fields and buttons with a name.
pub fn fields(html: &str, name: &str) -> Vec<String> {
    let named = regex::Regex::new(&format!("name=\"{name}\" value=\"([^\"]*)\"")).unwrap();
    named.captures_iter(html).map(|found| found[1].to_owned()).collect()
}
