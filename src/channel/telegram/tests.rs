//! What the door promises without a network: nothing secret shows, and what Telegram would refuse never leaves.

use super::*;
use crate::domain::delivery::{Outcome, Reason};
use jiff::SignedDuration;

const CANARY: &str = "123456:CANARY-token_that_must_never_show";

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_796_000_000)
    }
}

/// A door to a port on which nobody listens.
fn door_to(url: &str) -> Telegram {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let settings = TelegramSettings { api_url: url.parse().unwrap(), request_timeout_seconds: 2, ..Default::default() };
    Telegram::new(settings, &SecretString::from(CANARY), Arc::new(Still)).unwrap()
}

fn closed_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn refused(outcome: Outcome) -> Reason {
    match outcome {
        Outcome::Refused(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_token_shows_nowhere() {
    let door = door_to(&closed_port());
    let error = door.check().await.unwrap_err();
    let outcome = door.send_letter(&Outgoing::text(ChatId(7), "x")).await;
    let shown = format!("{door:?} {door:#?} {error} {error:?} {outcome:?} {:?}", door.settings());
    assert!(!shown.contains("CANARY"), "{shown}");
    assert!(matches!(error, TelegramError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn what_nobody_listens_to_was_not_sent() {
    let outcome = door_to(&closed_port()).send_letter(&Outgoing::text(ChatId(7), "x")).await;
    assert!(matches!(&outcome, Outcome::Deferred(reason, None) if reason.code == "connect"), "{outcome:?}");
    let outcome = door_to("https://nowhere.invalid").send_letter(&Outgoing::text(ChatId(7), "x")).await;
    assert!(matches!(&outcome, Outcome::Deferred(reason, None) if reason.code == "connect"), "{outcome:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_no_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"220 this is a mail server\r\n").await.unwrap();
        }
    });
    let outcome = door_to(&format!("https://{address}")).send_letter(&Outgoing::text(ChatId(7), "x")).await;
    assert!(matches!(&outcome, Outcome::Deferred(reason, None) if reason.code == "connect"), "{outcome:?}");
}

#[tokio::test]
async fn what_telegram_would_refuse_never_leaves() {
    // Were anything sent, the outcome would be `Deferred`: nobody listens.
    let door = door_to(&closed_port());
    let letter = |html: String, bytes: Option<Vec<u8>>| Outgoing {
        document: bytes.map(|bytes| Document { file_name: "surat.pdf".into(), bytes: bytes.into() }),
        ..Outgoing::text(ChatId(7), &html)
    };
    let fits = |n: usize| format!("<b>{}</b>", "é".repeat(n));
    for (letter, code) in [
        (letter(fits(4097), None), "text_too_long"),
        (letter("  <b></b> ".into(), None), "text_empty"),
        (letter(fits(1025), Some(vec![1])), "caption_too_long"),
        (letter(fits(10), Some(vec![])), "bad_request"),
        (letter(fits(10), Some(vec![0; 50_000_001])), "file_too_large"),
    ] {
        assert_eq!(refused(door.send_letter(&letter).await).code, code);
    }
    let button = Button::new("a", ButtonData::parse("x").unwrap()).unwrap();
    let crowded = Outgoing { keyboard: Keyboard::pairs(vec![button; 101]), ..Outgoing::text(ChatId(7), "x") };
    assert_eq!(refused(door.send_letter(&crowded).await).code, "bad_button");
    let outcome = door.send_letter(&letter(fits(4096), None)).await;
    assert!(matches!(outcome, Outcome::Deferred(..)), "{outcome:?}");
    let long = door.answer_callback("1", Some(&"x".repeat(201)), false).await.unwrap_err();
    assert_eq!(long.code(), "pop_up_too_long");
}

#[test]
fn a_door_is_not_built_from_a_wrong_token_or_address() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let new = |token: &str, api: &str, proxy: Option<&str>| {
        let proxy = proxy.map(|proxy| proxy.parse().unwrap());
        let settings = TelegramSettings { api_url: api.parse().unwrap(), proxy, ..Default::default() };
        Telegram::new(settings, &SecretString::from(token), Arc::new(Still)).err()
    };
    for token in ["", "abc", "12:", ":x", "12:a/../b", "12:abc\n", " 12:abc"] {
        assert_eq!(new(token, "https://api.telegram.org", None), Some(DoorError::Token), "{token:?}");
    }
    for api in ["ftp://api.telegram.org", "mailto:x@example.org", "http://api.telegram.org", "http://192.0.2.7:8081"] {
        assert_eq!(new("12:abc", api, None), Some(DoorError::ApiUrl), "{api}");
    }
    assert_eq!(new("12:abc", "https://a:b@api.example", None), Some(DoorError::Credentials));
    assert_eq!(new("12:abc", "https://api.example", Some("http://a:b@proxy.example:3128")), Some(DoorError::Credentials));
    for api in ["https://api.telegram.org", "http://127.0.0.1:8081", "http://[::1]:8081/base", "http://localhost:1"] {
        assert_eq!(new("12:abc", api, Some("http://proxy.example:3128")), None, "{api}");
    }
}

#[test]
fn nothing_of_a_letter_shows_in_debug() {
    let letter = Outgoing {
        document: Some(Document { file_name: "canary.pdf".into(), bytes: Arc::from(*b"canary") }),
        ..Outgoing::text(ChatId(123_456_789), "canary")
    };
    let raw = RawUpdate { update_id: 7, json: "canary".into() };
    let shown = format!("{letter:?} {raw:?} {:?}", updates::parse(r#"{"update_id":7,"canary":1}"#));
    assert!(!shown.contains("canary") && !shown.contains("123456789"), "{shown}");
}
