//! A stub DNS server over UDP and TCP for invented domains: TXT answers, NXDOMAIN for the rest.
//!
//! It runs in threads of its own, so that one instance can serve tests that each have their own runtime. rspamd keeps an idle
//! TCP connection to its resolver, hence a thread per connection.

use super::ports;
use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// The running stub.
#[derive(Debug)]
pub struct StubDns {
    /// UDP and TCP port on 127.0.0.1.
    pub port: u16,
    zone: Arc<Zone>,
}

#[derive(Debug, Default)]
struct Zone {
    records: Mutex<HashMap<String, String>>,
    mute: AtomicBool,
    over: AtomicBool,
}

impl StubDns {
    /// Starts it with no records.
    pub fn start() -> Self {
        let port = ports::free();
        let zone = Arc::new(Zone::default());
        let udp = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        let tcp = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let (for_udp, for_tcp) = (Arc::clone(&zone), Arc::clone(&zone));
        std::thread::spawn(move || serve_udp(&udp, &for_udp));
        std::thread::spawn(move || serve_tcp(&tcp, &for_tcp));
        Self { port, zone }
    }

    /// Sets the TXT record of a name.
    pub fn set_txt(&self, name: &str, value: &str) {
        self.zone.records.lock().unwrap().insert(name.to_lowercase(), value.to_owned());
    }

    /// Mute, it reads questions and answers none: `temperror` at the border.
    pub fn set_mute(&self, mute: bool) {
        self.zone.mute.store(mute, Ordering::SeqCst);
    }
}

impl Drop for StubDns {
    fn drop(&mut self) {
        self.zone.over.store(true, Ordering::SeqCst);
        if let Ok(socket) = UdpSocket::bind("127.0.0.1:0") {
            let _ = socket.send_to(&[], ("127.0.0.1", self.port));
        }
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

impl Zone {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    fn reply(&self, question: &[u8]) -> Option<Vec<u8>> {
        if self.mute.load(Ordering::SeqCst) {
            return None;
        }
        let (name, kind, end) = parse_question(question)?;
        let records = self.records.lock().unwrap();
        let text = records.get(&name);
        let suffix = format!(".{name}");
        let exists = text.is_some() || records.keys().any(|key| key.ends_with(&suffix));
        let answer = text.filter(|_| kind == 16);
        let mut reply = question[..2].to_vec();
        reply.extend([0x81, if exists { 0x80 } else { 0x83 }, 0, 1, 0, u8::from(answer.is_some()), 0, 0, 0, 0]);
        reply.extend(&question[12..end]);
        if let Some(text) = answer {
            reply.extend(txt_record(text));
        }
        Some(reply)
    }
}

/// The name, the type and where the question ends.
fn parse_question(bytes: &[u8]) -> Option<(String, u16, usize)> {
    let mut labels = Vec::new();
    let mut at = 12;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(bytes.get(at..at + length)?).to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
    (bytes.len() >= at + 4).then(|| (labels.join("."), kind, at + 4))
}

/// A TXT record for the name of the question, its text in pieces of at most 250 bytes.
fn txt_record(text: &str) -> Vec<u8> {
    let mut data = Vec::new();
    for piece in text.as_bytes().chunks(250) {
        data.push(u8::try_from(piece.len()).unwrap());
        data.extend(piece);
    }
    let mut record = vec![0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 1];
    record.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    record.extend(data);
    record
}

fn serve_udp(socket: &UdpSocket, zone: &Zone) {
    let mut buffer = [0; 4096];
    while let Ok((length, peer)) = socket.recv_from(&mut buffer) {
        if zone.is_over() {
            return;
        }
        if let Some(reply) = zone.reply(&buffer[..length]) {
            let _ = socket.send_to(&reply, peer);
        }
    }
}

fn serve_tcp(listener: &TcpListener, zone: &Arc<Zone>) {
    for stream in listener.incoming() {
        if zone.is_over() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let zone = Arc::clone(zone);
        std::thread::spawn(move || serve_connection(stream, &zone));
    }
}

fn serve_connection(mut stream: TcpStream, zone: &Zone) -> Option<()> {
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length).ok()?;
        let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut question).ok()?;
        let Some(reply) = zone.reply(&question) else { continue };
        let mut framed = u16::try_from(reply.len()).ok()?.to_be_bytes().to_vec();
        framed.extend(reply);
        stream.write_all(&framed).ok()?;
    }
}
