//! A disk that is full to the last byte, under the whole installation: nothing is accepted that could not be kept, nothing that
//! is under way is lost, and when there is room again everything is done once, without a hand.

use super::office::{KABID, KADIS, Office, copies, seen, waits};
use super::restart::page;
use crate::servers::engines::Engine;
use crate::servers::process::Server;
use crate::town::dump::Raw;
use ::kurir::domain::ids::LetterId;
use rustix::process::Signal;

/// The daemon is there and says what is wrong.
async fn says_so(daemon: &Server) {
    let look = || async {
        let told = page(daemon, "/health").await;
        let short = told.contains("503") && told.contains("\"enough\":false") && told.contains("\"free_bytes\":0");
        if short { Ok(()) } else { Err(told) }
    };
    waits("the page tells of the disk", daemon, look).await;
}

/// Nothing new was begun by what was refused.
async fn untouched(office: &Office, letters: i64) {
    assert_eq!(office.house.store.read().await.unwrap().count_letters().await.unwrap(), letters);
}

/// A letter that was delivered, with its mail.
async fn delivered(office: &Office, daemon: &Server) -> (LetterId, crate::servers::StoredMail) {
    let letter = office.accepted("before", "KADIS-KES");
    seen("the letter before", || copies(office, KADIS, "before") == 1).await;
    let rests = || async {
        let open = office.house.store.read().await.unwrap().open_counts().await.unwrap();
        if open.is_empty() { Ok(()) } else { Err(format!("{open:?}")) }
    };
    waits("the letter before rests", daemon, rests).await;
    (letter, office.mails(KADIS).pop().unwrap())
}

/// Stops the daemon, but not in the middle of a change: the one lock of an SQLite file would stand still with it.
async fn stands_still(office: &Office, daemon: &Server) {
    if office.database.engine == Engine::Postgres {
        daemon.signal(Signal::STOP);
        return;
    }
    let mut raw = Raw::connect(&office.database.url).await;
    raw.run("PRAGMA busy_timeout = 0").await.unwrap();
    loop {
        daemon.signal(Signal::STOP);
        if raw.run("BEGIN IMMEDIATE").await.is_ok() {
            raw.run("ROLLBACK").await.unwrap();
            return;
        }
        daemon.signal(Signal::CONT);
        tokio::task::yield_now().await;
    }
}

fn refused_in_words(office: &Office) {
    let refused = office.submit("", "during", "KADIS-KES");
    let told = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{told} {}", String::from_utf8_lossy(&refused.stderr));
    assert!(told.contains("disk_full"), "{told}");
    let beside = office.database.nest.path();
    let form = beside.join("during.toml").display().to_string();
    let words = office.command("", &["letter", "submit", &form, "--pdf", &beside.join("during.pdf").display().to_string()]);
    let said = String::from_utf8_lossy(&words.stderr).into_owned();
    assert_eq!(words.status.code(), Some(1), "{said}");
    for part in ["Ruang penyimpanan tinggal 0 kB", "belum dapat diterima", "Perbaikan: kosongkan ruang"] {
        assert!(said.contains(part), "{said}");
    }
    let mail = office.database.nest.write("pipe.eml", "From: <a@b.example>\r\nSubject: pipa\r\n\r\nisi\r\n");
    let piped = office.command("", &["ingest", &mail.display().to_string()]);
    let said = String::from_utf8_lossy(&piped.stderr).into_owned();
    if office.database.engine == Engine::Sqlite {
        assert_eq!(piped.status.code(), Some(75), "the mail server keeps it: {said}");
        assert!(said.contains("habis") && said.contains("Perbaikan: kosongkan ruang"), "{said}");
        let away = ["absence", "add", "197004121995031901", "--from", "2026-12-08", "--reason", "leave"];
        let stopped = office.command("", &away);
        let said = String::from_utf8_lossy(&stopped.stderr).into_owned();
        assert!(stopped.status.code() == Some(3) && said.contains("Perbaikan: kosongkan ruang"), "{said}");
    }
}

async fn full(engine: Engine) {
    let office = Office::open_on_disk(engine, 64).await;
    let disk = office.disk.as_ref().unwrap();
    let daemon = office.start().await;
    let (letter, mail) = delivered(&office, &daemon).await;
    // Accepted while the daemon stands still, so that the disk is full when it finds them.
    stands_still(&office, &daemon).await;
    let waiting = office.accepted("waits", "KADIS-KES");
    let paper = office.accepted("paper", "LURAH-KBN");
    disk.fill();
    daemon.signal(Signal::CONT);
    says_so(&daemon).await;
    let before = std::fs::read_to_string(&daemon.log).unwrap().len();
    // More than fits beside its row: it needs the files too.
    office.reply(KADIS, &mail, &format!("TL ke Kabid P2P, lapor Jumat\r\n\r\n{}", "> kutipan surat\r\n".repeat(6_000))).await;
    refused_in_words(&office);
    untouched(&office, 3).await;
    let gateway = format!("kurir@{}", office.domain);
    let complains = || async {
        let log = std::fs::read_to_string(&daemon.log).unwrap();
        if log[before..].contains("the mailbox could not be read") { Ok(()) } else { Err(office.log()) }
    };
    waits("the answer was looked at and could not be kept", &daemon, complains).await;
    disk.fill();
    assert!(disk.is_full());
    let there = office.post.mails_now(&gateway).iter().filter(|mail| mail.headers("Subject") == ["Re: surat"]).count();
    assert_eq!(there, 1, "the answer lies in the mailbox");
    assert!(office.house.store.read().await.unwrap().acts_of(letter).await.unwrap().is_empty());
    says_so(&daemon).await;
    disk.clear();
    let daemon = if engine == Engine::Sqlite { daemon } else { later(&office, daemon).await };
    completes(&office, &daemon, (letter, waiting, paper)).await;
    office.stop(daemon).await;
    assert!(office.command("", &["evidence", "verify"]).status.success());
    office.sound().await;
}

/// The database went on, so the tray has a date for its next try: the clock is moved to it.
async fn later(office: &Office, daemon: Server) -> Server {
    // The files were missed after the claim: the next try waits for the end of the lease.
    let arrived = || async { if copies(office, KADIS, "waits") >= 1 { Ok(()) } else { Err("not yet".to_owned()) } };
    waits("the letter that waited", &daemon, arrived).await;
    office.stop(daemon).await;
    office.move_clock(600);
    office.start().await
}

/// Room again: everything is done, once, by itself.
async fn completes(office: &Office, daemon: &Server, (letter, waiting, paper): (LetterId, LetterId, LetterId)) {
    let arrived = || async {
        let mut open = Vec::new();
        for one in office.deliveries(waiting).await {
            let attempts = office.house.store.read().await.unwrap().attempts_of(one.id).await.unwrap();
            open.push((one, attempts));
        }
        if copies(office, KADIS, "waits") >= 1 { Ok(()) } else { Err(format!("{open:#?}")) }
    };
    waits("the letter that waited", daemon, arrived).await;
    seen("the next official's mail", || copies(office, KABID, "before") >= 1).await;
    let answered = || async {
        let acts = office.house.store.read().await.unwrap().acts_of(letter).await.unwrap().len();
        let entries = std::fs::read_dir(office.folder.join("print")).unwrap().count();
        let printed = office.deliveries(paper).await.iter().all(|one| one.next_at.is_none());
        if acts == 1 && entries == 1 && printed { Ok(()) } else { Err(format!("{acts} acts, {entries} in the tray")) }
    };
    waits("the answer is recorded and the paper lies in the tray", daemon, answered).await;
    let again = office.accepted("during", "KADIS-KES");
    seen("the letter that was refused", || copies(office, KADIS, "during") >= 1).await;
    let rests = || async {
        let open = office.house.store.read().await.unwrap().open_counts().await.unwrap();
        let open: Vec<_> = open.into_iter().filter(|(channel, ..)| channel != "print").collect();
        if open.is_empty() { Ok(()) } else { Err(format!("{open:?}")) }
    };
    waits("everything rests", daemon, rests).await;
    for id in ["waits", "during"] {
        assert_eq!(copies(office, KADIS, id), 1, "{id} arrived once");
    }
    assert_eq!(copies(office, KABID, "before"), 1, "the next official has it once");
    assert!(page(daemon, "/health").await.contains("\"enough\":true"));
    assert_eq!(office.deliveries(again).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_full_to_the_last_byte_loses_nothing_and_everything_is_done_once_when_there_is_room() {
    full(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_the_files_loses_nothing_where_the_database_lies_elsewhere() {
    full(Engine::Postgres).await;
}
