//! The page in a real browser: its own script runs under the page's own policy, and nothing is complained about.

use super::devtools::CHROMIUM;
use super::visitor::{HEAD_OF_HEALTH, Room};
use std::process::Command;

/// Loads an address, lets its script run for some seconds of its own time, and gives what the page looks like then and what
/// the browser wrote.
fn load(room: &Room, path: &str) -> (String, String) {
    let profile = room.folder().with_file_name("profile");
    let profile = format!("--user-data-dir={}", profile.display());
    let done = Command::new(CHROMIUM)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"])
        .args([
            "--disable-sync",
            "--no-first-run",
            "--enable-logging=stderr",
            "--v=0",
            "--virtual-time-budget=4000",
            "--dump-dom",
        ])
        .args([&profile, &format!("{}{path}", room.url())])
        .output()
        .unwrap_or_else(|_| panic!("{CHROMIUM} is missing: `tests/run` installs it"));
    (String::from_utf8_lossy(&done.stdout).into_owned(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_the_letter_and_has_nothing_to_complain_about() {
    let room = Room::open().await;
    room.job().await;
    let mail = room.open_mail(HEAD_OF_HEALTH).await;
    let (dom, log) = tokio::task::block_in_place(|| load(&room, ""));
    assert!(dom.contains("Kewaspadaan Demam Berdarah Dengue Musim Hujan"), "{dom}");
    assert!(dom.contains(&mail) && dom.contains("semua cocok"));
    let complaints: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}
