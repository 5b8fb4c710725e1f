//! Starting, stopping, and what the doors say when they are shut.

use super::office::{KADIS, Office, copies, seen, waits};
use crate::servers::engines::Engine;
use crate::servers::process::Server;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What a page says, head and body.
pub async fn page(daemon: &Server, path: &str) -> String {
    let log = std::fs::read_to_string(&daemon.log).unwrap();
    let url = regex::Regex::new(r"http://127\.0\.0\.1:(\d+)").unwrap().captures_iter(&log).last().unwrap()[1].to_owned();
    let mut stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{url}")).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{url}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer
}

async fn health_says(daemon: &Server, words: &[&str]) {
    let look = || async {
        let page = page(daemon, "/health").await;
        if words.iter().all(|word| page.contains(word)) { Ok(()) } else { Err(page) }
    };
    waits("the state of the channels", daemon, look).await;
}

/// Changes a line of the configuration.
fn set(office: &Office, from: &str, to: &str) {
    let file = office.folder.join("kurir.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(&file, text.replace(from, to)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_over_the_same_folder_is_refused_in_words() {
    let office = Office::open(Engine::Sqlite, "").await;
    let daemon = office.start().await;
    let second = office.command("", &["serve"]);
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("sudah berjalan") && said.contains("Perbaikan"), "{said}");
    assert!(office.command("", &["status"]).status.success(), "a command may run beside the daemon");
    office.stop(daemon).await;
    let daemon = office.start().await;
    office.stop(daemon).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_the_middle_of_work_finishes_what_is_under_way() {
    let office = Office::open(Engine::Sqlite, "").await;
    let ids: Vec<_> = (0..8).map(|number| office.accepted(&format!("g-{number}"), "KADIS-KES")).collect();
    let daemon = office.start().await;
    assert!(page(&daemon, "/metrics").await.contains("kurir_facts{sealed=\"true\"}"));
    office.stop(daemon).await;
    for id in &ids {
        let mut tx = office.house.store.read().await.unwrap();
        for delivery in tx.deliveries_of_letter(*id).await.unwrap() {
            assert!(tx.open_attempt(delivery.id).await.unwrap().is_none(), "an attempt was left in the middle");
            assert_ne!(delivery.state.as_str(), "unknown");
        }
    }
    let daemon = office.start().await;
    seen("every letter is there", || (0..8).all(|number| copies(&office, KADIS, &format!("g-{number}")) == 1)).await;
    office.stop(daemon).await;
    office.sound().await;
}

/// Each fault of a door: how it is made and unmade, and what `/health` says of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_server_a_wrong_password_and_a_foreign_certificate_are_told_and_work_resumes() {
    let closed = crate::servers::ports::free();
    let office = Office::open(Engine::Sqlite, "").await;
    let port = format!("port = {}", office.post.postfix.submission_port);
    let ca = format!("ca_file = \"{}\"\nusername", office.post.authority.path.display());
    let good = std::fs::read_to_string(office.folder.join("kurir.toml")).unwrap();
    std::fs::write(office.folder.join("wrong"), "bukan-sandi\n").unwrap();
    let faults = [
        (port.as_str(), format!("port = {closed}"), "down"),
        ("password_file = \"mail\"\nhello", "password_file = \"wrong\"\nhello".to_owned(), "bad_credentials"),
        (ca.as_str(), "username".to_owned(), "down"),
    ];
    for (number, (from, to, state)) in faults.iter().enumerate() {
        let id = format!("f-{number}");
        set(&office, from, to);
        let letter = office.accepted(&id, "KADIS-KES");
        let daemon = office.start().await;
        health_says(&daemon, &["503", "\"channel\":\"email\",\"since\"", &format!("\"state\":\"{state}\"")]).await;
        let told = office.house.store.read().await.unwrap().channel_states().await.unwrap();
        assert!(told.iter().any(|one| one.channel == "email" && one.state == *state && !one.cause.is_empty()), "{told:?}");
        office.stop(daemon).await;
        assert_eq!(office.deliveries(letter).await[0].state.as_str(), "deferred", "{to}");
        std::fs::write(office.folder.join("kurir.toml"), &good).unwrap();
        office.move_clock(600 * (i64::try_from(number).unwrap() + 1));
        let daemon = office.start().await;
        seen("work resumes", || copies(&office, KADIS, &id) == 1).await;
        health_says(&daemon, &["\"channel\":\"email\"", "\"state\":\"connected\""]).await;
        office.stop(daemon).await;
    }
    office.sound().await;
}

/// The administrator hears which server, what is wrong with it since when, and what to do; what waits is not lost.
async fn an_expired_certificate_at_both_doors(engine: Engine) {
    let office = Office::open(engine, "").await;
    let (expired, _listener) = crate::servers::tls::expired(&office.database.nest).await;
    let good = std::fs::read_to_string(office.folder.join("kurir.toml")).unwrap();
    let (smtp, imap) = (office.post.postfix.submission_port, office.post.dovecot.imaps_port);
    set(&office, &format!("port = {smtp}"), &format!("security = \"tls\"\nport = {}", expired.port));
    set(&office, &format!("port = {imap}"), &format!("port = {}", expired.port));
    set(&office, &office.post.authority.path.display().to_string(), &expired.ca.display().to_string());
    let letter = office.accepted("e-1", "KADIS-KES");
    let said = String::from_utf8_lossy(&office.command("", &["check"]).stdout).into_owned();
    for (door, host) in [("surel keluar", "127.0.0.1"), ("surel masuk", "localhost")] {
        let row = said.lines().find(|row| row.contains(door)).unwrap_or_else(|| panic!("{said}"));
        let place = format!("sertifikat server hanya berlaku sampai 2 Januari 2020; yang dicoba {host}:{}", expired.port);
        assert!(row.contains(&place) && row.contains("perbarui sertifikat di server itu"), "{said}");
    }
    let daemon = office.start().await;
    health_says(&daemon, &["503", "\"channel\":\"email\",\"since\"", "\"channel\":\"imap\",\"since\"", "\"state\":\"down\""])
        .await;
    let states = office.house.store.read().await.unwrap().channel_states().await.unwrap();
    for (channel, host) in [("email", "127.0.0.1"), ("imap", "localhost")] {
        let one = states.iter().find(|one| one.channel == channel).unwrap();
        assert_eq!(one.state, "down");
        assert!(one.cause.contains(&format!("the certificate of {host} expired on 2020-01-02")), "{}", one.cause);
    }
    office.stop(daemon).await;
    assert_eq!(office.deliveries(letter).await[0].state.as_str(), "deferred");
    std::fs::write(office.folder.join("kurir.toml"), &good).unwrap();
    office.move_clock(600);
    let daemon = office.start().await;
    seen("work resumes", || copies(&office, KADIS, "e-1") == 1).await;
    health_says(&daemon, &["\"channel\":\"email\"", "\"channel\":\"imap\"", "\"ok\":true"]).await;
    office.stop(daemon).await;
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_certificate_of_a_server_is_told_and_loses_nothing() {
    an_expired_certificate_at_both_doors(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_certificate_of_a_server_is_told_over_a_database_server_too() {
    an_expired_certificate_at_both_doors(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_was_refused_is_told_and_told_to_be_well_again() {
    let office = Office::open(Engine::Sqlite, "").await;
    std::fs::write(office.folder.join("other"), "1:bukan-token-bot-yang-benar-aaaaaaaaaaa").unwrap();
    set(&office, "\"bot\"", "\"other\"");
    let daemon = office.start().await;
    health_says(&daemon, &["503", "\"channel\":\"telegram_in\"", "\"state\":\"bad_credentials\""]).await;
    office.stop(daemon).await;
    set(&office, "\"other\"", "\"bot\"");
    let daemon = office.start().await;
    health_says(&daemon, &["200 OK", "\"channel\":\"telegram_in\"", "\"state\":\"connected\""]).await;
    seen("the menu names the commands", || office.phone.commands().iter().any(|(name, _)| name == "lepas")).await;
    office.stop(daemon).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_new_letters_and_delivers_the_accepted_ones() {
    let office = Office::open(Engine::Sqlite, "").await;
    office.accepted("full-1", "KADIS-KES");
    // More than any disk of a test has: the reserve is not there.
    set(&office, "free_disk_bytes = 10000000", "free_disk_bytes = 9000000000000000000");
    let refused = office.submit("", "full-2", "KADIS-KES");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("disk_full"), "{refused:?}");
    let daemon = office.start().await;
    seen("the accepted one is delivered", || copies(&office, KADIS, "full-1") == 1).await;
    office.stop(daemon).await;
    set(&office, "9000000000000000000", "10000000");
    office.accepted("full-2", "KADIS-KES");
    office.sound().await;
}
