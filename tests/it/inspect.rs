//! `kurir inspect` as a program sees it: the binary is run, its lines are read.

use crate::corpus_replies::{corpus, fold};
use crate::town::dump::Raw;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the binary in an empty folder, so that it finds no installation by chance.
fn inspect(arguments: &[&str], files: &[PathBuf]) -> Output {
    let empty = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kurir"))
        .arg("inspect")
        .args(arguments)
        .args(files)
        .current_dir(empty.path())
        .output()
        .unwrap();
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "inspecting left something behind");
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn inspected(arguments: &[&str], files: &[PathBuf]) -> Vec<Value> {
    let output = inspect(arguments, files);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = lines(&output);
    let named: Vec<&str> = lines.iter().filter_map(|line| line["file"].as_str()).collect();
    assert_eq!(named, files.iter().map(|file| file.to_str().unwrap()).collect::<Vec<_>>(), "one line a file, in input order");
    lines
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The Indonesian corpus with its expected results, and the arguments that name its town and tokens.
struct Corpus {
    arguments: Vec<String>,
    mails: Vec<(PathBuf, Value)>,
    /// Posts by token.
    holders: BTreeMap<String, String>,
}

impl Corpus {
    fn find() -> Option<Self> {
        let folder = corpus("KURIR_CORPORA", "../shared/corpora", "indonesia")?;
        let town = corpus("KURIR_TOWN", "../shared/town/small", "")?;
        let deliveries = folder.join("deliveries.csv");
        let mut table = csv::Reader::from_path(&deliveries).unwrap();
        let rows = table.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
        let holders = rows.map(|row| (row["token"].clone(), row["position_code"].clone())).collect();
        let mut mails: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .map(|path| {
                let expected = std::fs::read(path.with_extension("json")).unwrap();
                (path, serde_json::from_slice(&expected).unwrap())
            })
            .collect();
        mails.sort_by(|one, other| one.0.cmp(&other.0));
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let arguments = ["--town", &path(&town), "--deliveries", &path(&deliveries)].map(str::to_owned);
        Some(Self { arguments: arguments.into(), mails, holders })
    }

    /// With the name of the border that the corpus was written for.
    fn inspected(&self, more: &[&str]) -> Vec<Value> {
        self.inspected_under("mx.sukamaju.example", more)
    }

    fn inspected_under(&self, border: &str, more: &[&str]) -> Vec<Value> {
        let border = ["--authserv-id", border];
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).chain(border).chain(more.iter().copied()).collect();
        let files: Vec<PathBuf> = self.mails.iter().map(|(path, _)| path.clone()).collect();
        inspected(&arguments, &files)
    }
}

fn set(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The fields of one answer that are not as expected.
fn differing(got: &Value, expected: &Value) -> Vec<&'static str> {
    let files = |value: &Value| -> Vec<(Value, Value)> {
        let one = |file: &Value| (file["name"].clone(), file["sha256"].clone());
        value["attachments"].as_array().into_iter().flatten().map(one).collect()
    };
    let mut replies = vec![fold(expected["reply_text"].as_str().unwrap_or_default())];
    replies.extend(set(&expected["reply_text_also"]).into_iter().map(fold));
    let judged = [
        ("class", got["class"] == expected["class"]),
        ("from", got["from"] == expected["from"]),
        ("letter_token", got["letter_token"] == expected["letter_token"]),
        ("authentic", got["authentic"] == expected["authentic"]),
        ("intent", got["intent"] == expected["intent"]),
        ("due", got["due"] == expected["due"]),
        ("bounce", got["bounce"] == expected["bounce"]),
        ("reply_text", replies.contains(&fold(got["reply_text"].as_str().unwrap_or_default()))),
        ("instructions", set(&got["instructions"]) == set(&expected["instructions"])),
        ("targets", set(&got["targets"]) == set(&expected["targets"])),
        ("attachments", files(got) == files(expected)),
    ];
    judged.into_iter().filter(|(_, good)| !good).map(|(field, _)| field).collect()
}

#[test]
fn every_reply_of_the_corpus_is_understood_as_it_is_meant() {
    let Some(corpus) = Corpus::find() else { return };
    let got = corpus.inspected(&[]);
    let mut wrong = Vec::new();
    for (line, (path, expected)) in got.iter().zip(&corpus.mails) {
        let fields = differing(line, expected);
        if !fields.is_empty() {
            wrong.push(format!("{}: {fields:?}", path.file_name().unwrap().display()));
        }
    }
    assert!(corpus.mails.len() >= 40, "only {} mails", corpus.mails.len());
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn nothing_but_a_clear_word_of_a_proven_official_would_be_recorded() {
    const ACTS: [&str; 7] = ["disposition", "approve", "reject", "forward", "return", "follow_up_report", "acknowledge"];
    let Some(corpus) = Corpus::find() else { return };
    let (mut acts, mut held_back) = (0, Vec::new());
    for (line, (path, expected)) in corpus.inspected(&[]).iter().zip(&corpus.mails) {
        let known = expected["letter_token"].as_str().is_some_and(|token| corpus.holders.contains_key(token));
        let may_act = expected["class"] == "human"
            && expected["authentic"] == true
            && known
            && ACTS.contains(&expected["intent"].as_str().unwrap());
        if line["decision"] == "act" {
            acts += 1;
            assert!(may_act, "{} would be recorded", path.display());
            assert_eq!(line["authenticity"]["standing"], "mail_full", "{}", path.display());
            assert_eq!(differing(line, expected), [""; 0], "{} would be recorded as something else", path.display());
        } else if may_act {
            held_back.push(format!("{}: {}", path.file_name().unwrap().display(), line["why"]));
        }
    }
    assert!(acts >= 20, "only {acts} acts; held back: {held_back:?}");
    // A forwarded letter is answered by somebody whose token it is not; whoever that is stays held back.
    assert!(held_back.len() <= 2, "{held_back:?}");
}

#[test]
fn without_the_borders_name_nothing_of_the_corpus_would_be_recorded() {
    let Some(corpus) = Corpus::find() else { return };
    for line in corpus.inspected_under("mx.elsewhere.example", &[]) {
        assert_ne!(line["decision"], "act", "{}", line["file"]);
        assert_eq!(line["authentic"], false, "{}", line["file"]);
    }
}

#[test]
fn every_file_gets_its_line_and_the_unreadable_ones_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let mut nested = b"From: a@x.example\n".to_vec();
    for level in 0..60 {
        nested.extend(format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n").bytes());
    }
    let big = folder.path().join("big.eml");
    std::fs::File::create(&big).unwrap().set_len(26 * 1024 * 1024).unwrap();
    let files = [
        written(folder.path(), "empty.eml", b""),
        folder.path().join("not-there.eml"),
        written(folder.path(), "deep.eml", &nested),
        written(folder.path(), "noise.eml", &[0xff, 0, 0xfe, 13, 10, 0x80]),
        big,
        written(folder.path(), "good.eml", b"From: a@x.example\nSubject: Re: x\n\nTL Kabid Aptika, lapor Jumat\n"),
        folder.path().to_path_buf(),
    ];
    let lines = inspected(&[], &files);
    let why: Vec<&str> = lines.iter().map(|line| line["why"].as_str().unwrap_or_default()).collect();
    assert_eq!(why[..3], ["mail_unreadable", "file_unreadable", "mail_too_complex"]);
    assert_eq!(why[4..], ["mail_too_big", "unknown_sender", "file_unreadable"]);
    for line in &lines {
        assert_eq!(line["decision"], "quarantine", "{line}");
        assert_eq!(line["authenticity"]["standing"], "unproven", "{line}");
    }
    let unread = lines.iter().filter(|line| line["class"].is_null());
    assert!(unread.clone().count() >= 5 && unread.clone().all(|line| !line["problems"].as_array().unwrap().is_empty()));
    // Without a town names resolve to nothing, and it still answers.
    assert_eq!(lines[5]["reply_text"], "TL Kabid Aptika, lapor Jumat");
    assert_eq!(lines[5]["targets"], serde_json::json!([]));
}

#[test]
fn a_town_or_a_table_that_cannot_be_read_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let mail = written(folder.path(), "a.eml", b"From: a@x.example\n\nUDK\n");
    let town = folder.path().to_str().unwrap();
    let deliveries = written(folder.path(), "deliveries.csv", b"token,position_code,email\nshort,SEKDA,a@x.example\n");
    for arguments in [["--town", town], ["--deliveries", deliveries.to_str().unwrap()], ["--deliveries", "/dev/null/none"]] {
        let output = inspect(&arguments, std::slice::from_ref(&mail));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_moment_of_receipt_decides_about_rights_and_dates() {
    let Some(corpus) = Corpus::find() else { return };
    // Four months later every stand-in of the corpus is over, and the Date of a mail is no reference for "Jumat" any more.
    let later = corpus.inspected(&["--now", "2027-04-01T03:00:00Z"]);
    let (line, _) = later.iter().zip(&corpus.mails).find(|(_, (path, _))| path.to_str().unwrap().contains("/001-")).unwrap();
    assert_eq!(line["due"], "2027-04-02");
}

/// Puts what the import left in the journal into the file: a process that ends may be quicker than its own last checkpoint, and
/// whoever opens the file next would do it.
fn settled(file: &Path) {
    let done = async {
        let mut raw = Raw::connect(&format!("sqlite:{}", file.display())).await;
        raw.run("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(done);
}

#[test]
fn the_record_of_an_installation_is_read_and_left_as_it_was() {
    let Some(town) = corpus("KURIR_TOWN", "../shared/town/small", "") else { return };
    let folder = tempfile::tempdir().unwrap();
    let border = "[intake.border]\nmx_authserv_id = \"mx.sukamaju.example\"\n";
    written(folder.path(), "kurir.toml", border.as_bytes());
    let dir = folder.path().to_str().unwrap();
    let import = ["--dir", dir, "registry", "import", town.to_str().unwrap()];
    assert!(Command::new(env!("CARGO_BIN_EXE_kurir")).args(import).status().unwrap().success());
    settled(&folder.path().join("kurir.db"));
    let before = std::fs::read(folder.path().join("kurir.db")).unwrap();
    let mail = "Authentication-Results: mx.sukamaju.example; dmarc=pass header.from=diskominfo.sukamaju.example\n\
        From: asep.hidayatulloh@diskominfo.sukamaju.example\nDate: Tue, 24 Nov 2026 09:00:00 +0700\n\
        Subject: Undangan\n\nTL Kabid Aptika, lapor Jumat\n";
    let mails = tempfile::tempdir().unwrap();
    let lines = inspected(&["--dir", dir], &[written(mails.path(), "a.eml", mail.as_bytes())]);
    assert_eq!(lines[0]["authentic"], true);
    assert_eq!(lines[0]["targets"], serde_json::json!(["KABID-APTIKA"]));
    // Proven, but it answers no letter: the writer is told, nothing is recorded.
    assert_eq!((&lines[0]["decision"], &lines[0]["why"]), (&"decline".into(), &"token_missing".into()));
    assert_eq!(std::fs::read(folder.path().join("kurir.db")).unwrap(), before, "inspecting wrote to the record");
}
