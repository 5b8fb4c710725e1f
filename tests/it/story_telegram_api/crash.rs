//! The process really dies between two stages, and the phone shows what Telegram has then.

use super::*;
use kurir::{channel::telegram::ABORT_POINTS, domain::abort};
use std::os::unix::process::ExitStatusExt;

/// Where the child finds the stand-in and the point at which it dies.
const ORDERS: &str = "KURIR_TEST_TELEGRAM_ABORT";

/// What dies: a process that sends one letter.
#[tokio::test]
#[ignore = "child of the crash story, which starts it"]
async fn child_that_sends_one_letter() {
    let orders = std::env::var_os(ORDERS).unwrap().into_string().unwrap();
    let (point, url) = orders.split_once(' ').unwrap();
    abort::arm(Some(point));
    // Another child of the same binary may not exist: this one is alone in its process.
    rustls::crypto::aws_lc_rs::default_provider().install_default().unwrap();
    let settings = TelegramSettings { api_url: url.parse().unwrap(), ..Default::default() };
    let door = Telegram::new(settings, &SecretString::from(TOKEN), Wrist::new()).unwrap();
    door.send_letter(&with_pdf(letter(EKA))).await;
    panic!("it outlived {point}");
}

#[tokio::test]
async fn a_process_that_dies_before_the_request_has_sent_nothing_and_after_it_one_message() {
    for (point, ours) in [("telegram.before_request", 0), ("telegram.after_request", 1)] {
        assert!(ABORT_POINTS.contains(&point));
        let room = Room::open().await;
        let child = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "story_telegram_api::crash::child_that_sends_one_letter", "--ignored", "--nocapture"])
            .env(ORDERS, format!("{point} {}", room.stand_in.url()))
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&child.stderr);
        assert_eq!(child.status.signal(), Some(6), "{point}: the child should have aborted: {said}");
        assert_eq!(room.phone.messages(EKA.0).iter().filter(|message| message.from_bot).count(), ours, "{point}");
    }
    assert_eq!(ABORT_POINTS.len(), 2, "every point has its row above");
}
