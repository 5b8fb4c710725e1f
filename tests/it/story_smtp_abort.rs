//! The process dies at every named point of the dialogue, and the server holds exactly what it must.

use crate::scripted_smtp::Scripted;
use crate::story_smtp::{settings, small, to};
use kurir::channel::email::pool::SmtpDoor;
use kurir::channel::email::session::ABORT_POINTS;
use kurir::channel::email::settings::{Security, SmtpSettings, Timeouts};
use kurir::domain::abort;
use secrecy::SecretString;
use std::os::unix::process::ExitStatusExt as _;

/// Runs in a process of its own, started by the test below; alone it does nothing.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the parent test tells its child by the environment")]
async fn child_that_dies_at_an_armed_point() {
    let (Ok(point), Ok(port), Ok(ca)) =
        (std::env::var("KURIR_TEST_POINT"), std::env::var("KURIR_TEST_PORT"), std::env::var("KURIR_TEST_CA"))
    else {
        return;
    };
    abort::arm(Some(&point));
    let mut settings = settings(port.parse().unwrap());
    settings.username = Some("naskah".into());
    if point == "smtp.after_starttls" {
        let tls_name = Some("mx.sukamaju.example".into());
        settings = SmtpSettings { security: Security::StartTls, ca_file: Some(ca.into()), tls_name, ..settings };
        settings.timeouts = Timeouts::default();
    }
    let door = SmtpDoor::new(settings, Some(SecretString::from("sandi"))).unwrap();
    door.send(&to("a@kota.test"), &small()).await;
}

#[tokio::test]
async fn a_process_dies_at_every_named_point_and_the_server_knows_what_it_knows() {
    // STARTTLS needs a real TLS server: that point is walked in `story_smtp_real`.
    for point in ABORT_POINTS.iter().filter(|point| **point != "smtp.after_starttls") {
        let server = Scripted::start(&["PIPELINING", "AUTH PLAIN"], vec![]).await;
        let status = die_at(point, server.port, std::path::Path::new("")).await;
        assert_eq!(status.signal(), Some(6), "{point}: {status:?}");
        let accepted = matches!(*point, "smtp.after_dot" | "smtp.after_reply");
        let arrived = async {
            while server.seen().open > 0 {
                tokio::task::yield_now().await;
            }
            server.seen().bodies.len()
        };
        assert_eq!(arrived.await, usize::from(accepted), "{point}");
    }
}

/// Starts this very test program again, armed.
pub(crate) async fn die_at(point: &str, port: u16, ca: &std::path::Path) -> std::process::ExitStatus {
    tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "story_smtp_abort::child_that_dies_at_an_armed_point"])
        .env("KURIR_TEST_POINT", point)
        .env("KURIR_TEST_PORT", port.to_string())
        .env("KURIR_TEST_CA", ca)
        .output()
        .await
        .unwrap()
        .status
}
