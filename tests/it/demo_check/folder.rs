//! What a run of `kurir demo --check` printed, and what lies in its folder.

use super::chain::Row;
use crate::servers::kurir;
use crate::servers::process::Nest;
use crate::town::dump::Raw;
use regex::Regex;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// A run that has ended.
pub struct Run {
    /// Its last line.
    pub told: Value,
    /// Seconds between start and end of the process.
    pub wall: f64,
    pub folder: PathBuf,
    _nest: Nest,
}

/// A mail in somebody's mailbox.
pub struct Mail {
    pub mailbox: String,
    /// The delivery that it is, as hexadecimal digits.
    pub delivery: String,
    pub file: PathBuf,
    pub raw: Vec<u8>,
}

/// A header of a raw mail, without angle brackets.
pub fn header(raw: &str, name: &str) -> String {
    let line = raw.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default();
    line.trim_matches(['<', '>']).to_owned()
}

impl Mail {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// The bytes that left: without the line that the post office writes above them.
    pub fn as_sent(&self) -> &[u8] {
        let end = self.raw.windows(2).position(|pair| pair == b"\r\n").unwrap();
        assert!(self.raw.starts_with(b"Return-Path: <"));
        &self.raw[end + 2..]
    }

    /// A letter, a disposition or their notice; not a receipt or a code.
    pub fn is_document(&self) -> bool {
        !header(&self.text(), "Return-Path").is_empty()
    }
}

impl Run {
    /// Plays the story in a new folder.
    pub fn play(name: &str) -> Self {
        let nest = Nest::new("demo-check");
        let folder = nest.path().join(name);
        let started = Instant::now();
        let output = kurir::run(&["demo", "--check", "--dir", folder.to_str().unwrap()]);
        let wall = started.elapsed().as_secs_f64();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let told = serde_json::from_str(text.lines().last().expect("a last line")).expect("one JSON object");
        Self { told, wall, folder, _nest: nest }
    }

    /// A copy of the folder that may be spoilt.
    pub fn copy(&self, name: &str) -> PathBuf {
        let to = self.folder.with_file_name(name);
        assert!(Command::new("cp").arg("-a").arg(&self.folder).arg(&to).status().unwrap().success());
        to
    }

    /// Names of what was printed.
    pub fn named(&self) -> Vec<&str> {
        self.told.as_object().unwrap().keys().map(String::as_str).collect()
    }

    pub async fn sql(&self) -> Sql {
        Sql(Raw::connect(&format!("sqlite:{}?mode=ro", self.folder.join("kurir.db").display())).await)
    }

    /// Every mail of every mailbox.
    pub fn mails(&self) -> Vec<Mail> {
        let mut found = Vec::new();
        for mailbox in files(&self.folder.join("mail")) {
            for file in files(&mailbox.join("new")) {
                let delivery = name(&file).trim_start_matches("krm-").to_owned();
                found.push(Mail { mailbox: name(&mailbox), delivery, raw: std::fs::read(&file).unwrap(), file });
            }
        }
        assert!(!found.is_empty());
        found
    }

    /// What came into the mailbox that kurir reads.
    pub fn received(&self) -> Vec<String> {
        files(&self.folder.join("maildir/cur")).iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    /// The tickets of the printer's tray, whose files are as their sums say.
    pub fn tickets(&self) -> Vec<Value> {
        let mut found = Vec::new();
        for entry in files(&self.folder.join("print")) {
            let sums = Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&entry).status().unwrap();
            assert!(sums.success(), "{}", entry.display());
            found.push(serde_json::from_slice(&std::fs::read(entry.join("tiket.json")).unwrap()).unwrap());
        }
        found
    }

    /// What a cover sheet says.
    pub fn covers(&self) -> Vec<String> {
        let covers = files(&self.folder.join("print")).into_iter().map(|entry| entry.join("00-lembar-sampul.pdf"));
        let read = |file: PathBuf| Command::new("pdftotext").arg(file).arg("-").output().unwrap().stdout;
        covers.map(|file| String::from_utf8(read(file)).unwrap()).collect()
    }

    /// Everything that stands on the phones.
    pub fn phone_messages(&self) -> Vec<Value> {
        let phones = files(&self.folder.join("phones"));
        assert_eq!(phones.len(), 2);
        let read = |file: &PathBuf| -> Vec<Value> { serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap() };
        phones.iter().flat_map(read).collect()
    }
}

/// The entries of a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// All hits of a pattern's first group in a text.
pub fn hits(pattern: &str, text: &str) -> Vec<String> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|hit| hit[1].to_owned()).collect()
}

/// A reading connection.
pub struct Sql(Raw);

impl Sql {
    /// The first column of every row as JSON.
    pub async fn objects(&mut self, sql: &str) -> Vec<Value> {
        self.0.texts(sql).await.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    /// One number.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let sql = format!("SELECT CAST(({sql}) AS TEXT)");
        self.0.texts(&sql).await[0].parse().unwrap()
    }

    /// One text.
    pub async fn text(&mut self, sql: &str) -> String {
        self.0.texts(sql).await.into_iter().next().expect("a row")
    }

    /// The whole evidence, in the order of the chain.
    pub async fn facts(&mut self) -> Vec<Row> {
        let sql = "SELECT json_object('seq', seq, 'id', lower(hex(id)), 'event', event, 'letter', lower(hex(letter_id)), \
            'delivery', lower(hex(delivery_id)), 'body', CAST(body AS TEXT), 'hash', lower(hex(hash)), 'link', lower(hex(link)), \
            'recorded_at', recorded_at) FROM fact ORDER BY seq";
        self.objects(sql).await.iter().map(Row::read).collect()
    }
}
