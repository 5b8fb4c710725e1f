//! Every way in which a hand-over can fail, and what kurir makes of it (the table of `channel::email::fault`).

use crate::scripted_smtp::{Act, Script, Scripted};
use kurir::channel::email::address::Address;
use kurir::channel::email::dial::DoorError;
use kurir::channel::email::envelope::Envelope;
use kurir::channel::email::fault::{Concern, Fault, concern};
use kurir::channel::email::pool::SmtpDoor;
use kurir::channel::email::settings::{Security, SmtpSettings, Timeouts};
use kurir::channel::email::wiremail::WireMail;
use kurir::domain::delivery::Outcome;
use proptest::prelude::*;
use secrecy::SecretString;
use std::sync::Arc;

pub(crate) const PLAIN: &[&str] = &["8BITMIME"];
pub(crate) const FULL: &[&str] = &["PIPELINING", "SIZE 1000000", "DSN", "SMTPUTF8", "8BITMIME"];

pub(crate) fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        hello: Some("kurir.kota.test".into()),
        timeouts: Timeouts { connect: 10, greeting: 3, command: 3, data: 3, block: 10, answer: 3 },
        ..SmtpSettings::default()
    }
}

pub(crate) fn door(port: u16) -> SmtpDoor {
    SmtpDoor::new(settings(port), None).unwrap()
}

pub(crate) fn to(address: &str) -> Envelope {
    Envelope {
        return_path: Some(Address::parse("naskah+b=krm-1@kota.test").unwrap()),
        to: Address::parse(address).unwrap(),
        envid: "krm-1+a=b".into(),
    }
}

fn mail(bytes: &str) -> WireMail {
    WireMail::checked(bytes.as_bytes().to_vec().into()).unwrap()
}

pub(crate) fn small() -> WireMail {
    mail("Subject: a\r\n\r\nbody\r\n")
}

/// An outcome in one word and its code.
pub(crate) fn told(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Delivered(receipt) => ("delivered", receipt.remote_id.clone().unwrap_or_default()),
        Outcome::Deferred(reason, _) => ("deferred", reason.code.clone()),
        Outcome::Refused(reason) => ("refused", reason.code.clone()),
        Outcome::Unknown(reason) => ("unknown", reason.code.clone()),
    }
}

type Row = (&'static str, Act, &'static str, &'static str);

/// Step, what the server does there, outcome, code.
fn rows() -> Vec<Row> {
    use Act::{Close, Mute, Say, SayAndClose};
    vec![
        ("greeting", Say("554 5.7.1 not you"), "deferred", "greeting"),
        ("greeting", SayAndClose("421 4.3.2 busy"), "deferred", "greeting"),
        ("greeting", Close, "deferred", "lost"),
        ("greeting", Mute, "deferred", "timeout"),
        ("greeting", Say("hello there"), "deferred", "protocol"),
        ("EHLO", Say("502 5.5.1 what"), "deferred", "hello"),
        ("EHLO", Close, "deferred", "lost"),
        ("EHLO", Mute, "deferred", "timeout"),
        ("MAIL", Say("451 4.3.0 later"), "deferred", "4.3.0"),
        ("MAIL", Say("550 5.7.1 not from there"), "deferred", "sender"),
        ("MAIL", Say("530 5.7.0 log in first"), "deferred", "auth"),
        ("MAIL", Say("552 5.3.4 too big"), "refused", "5.3.4"),
        ("MAIL", SayAndClose("421 4.7.0 too many"), "deferred", "4.7.0"),
        ("MAIL", Close, "deferred", "lost"),
        ("MAIL", Mute, "deferred", "timeout"),
        ("MAIL", Say("250-a\r\n251 b"), "deferred", "protocol"),
        ("RCPT", Say("550 5.1.1 nobody"), "refused", "5.1.1"),
        ("RCPT", Say("550 nobody"), "refused", "550"),
        ("RCPT", Say("452 4.2.2 full"), "deferred", "4.2.2"),
        ("RCPT", Say("450-4.2.1 come\r\n450 4.2.1 later"), "deferred", "4.2.1"),
        ("RCPT", SayAndClose("421 4.4.5 busy"), "deferred", "4.4.5"),
        ("RCPT", Close, "deferred", "lost"),
        ("RCPT", Mute, "deferred", "timeout"),
        ("DATA", Say("554 5.5.1 no recipients"), "refused", "5.5.1"),
        ("DATA", Say("451 4.3.1 no space"), "deferred", "4.3.1"),
        ("DATA", SayAndClose("250 go"), "deferred", "protocol"),
        ("DATA", SayAndClose("220 go"), "deferred", "protocol"),
        ("DATA", Close, "deferred", "lost"),
        ("DATA", Mute, "deferred", "timeout"),
        ("BODY", Close, "unknown", "lost"),
        ("BODY", Mute, "unknown", "timeout"),
        ("DOT", Say("250 2.0.0 Ok: queued as ABC"), "delivered", "ABC"),
        ("DOT", Say("250 fine"), "delivered", ""),
        ("DOT", Say("250-2.0.0 fine\r\n250 2.0.0 queued as B2"), "delivered", "B2"),
        ("DOT", Say("452 4.3.1 full"), "deferred", "4.3.1"),
        ("DOT", Say("554 5.7.1 virus"), "refused", "5.7.1"),
        ("DOT", SayAndClose("421 4.3.2 closing"), "deferred", "4.3.2"),
        ("DOT", Say("354 go"), "unknown", "protocol"),
        ("DOT", Say("251 perhaps"), "unknown", "protocol"),
        ("DOT", Say("thanks"), "unknown", "protocol"),
        ("DOT", SayAndClose("250-and then"), "unknown", "lost"),
        ("DOT", Close, "unknown", "lost"),
        ("DOT", Mute, "unknown", "timeout"),
    ]
}

#[tokio::test]
async fn each_answer_and_each_silence_has_its_outcome_with_and_without_pipelining() {
    let table = rows().into_iter().flat_map(|row| [(PLAIN, row.clone()), (FULL, row)]);
    let tried = table.map(|(offers, (step, act, outcome, code))| async move {
        let server = Scripted::start(offers, vec![vec![(step, act.clone())]]).await;
        let door = door(server.port);
        let first = door.send(&to("lurah@kota.test"), &small()).await;
        assert_eq!(told(&first), (outcome, code.to_owned()), "{step} {act:?} {offers:?}: {first:?}");
        // Whatever happened, the next mail is told its own fate: nothing is left over on the connection.
        let second = door.send(&to("camat@kota.test"), &mail("Subject: b\r\n\r\nsecond\r\n")).await;
        assert_eq!(told(&second), ("delivered", "4SCRIPT".to_owned()), "after {step} {act:?} {offers:?}");
        assert_eq!(server.seen().bodies.last().unwrap(), b"Subject: b\r\n\r\nsecond\r\n");
    });
    futures::future::join_all(tried).await;
}

#[tokio::test]
async fn a_clean_refusal_keeps_the_connection_and_a_silence_does_not() {
    for (step, act, connections) in [
        ("RCPT", Act::Say("550 5.1.1 nobody"), 1),
        ("DATA", Act::Say("451 4.3.0 later"), 1),
        ("DOT", Act::Say("554 5.7.1 virus"), 1),
        ("DOT", Act::Mute, 2),
        ("DOT", Act::Say("251 perhaps"), 2),
        ("RCPT", Act::Close, 2),
    ] {
        for offers in [PLAIN, FULL] {
            let server = Scripted::start(offers, vec![vec![(step, act.clone())]]).await;
            let door = door(server.port);
            door.send(&to("lurah@kota.test"), &small()).await;
            door.send(&to("lurah@kota.test"), &small()).await;
            assert_eq!(server.seen().connections, connections, "{step} {act:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_gives_up_inside_a_body_is_believed_and_left() {
    let script: Script = vec![("BODY", Act::Say("452 4.3.1 full")), ("BODY", Act::Mute)];
    let server = Scripted::start(FULL, vec![script]).await;
    let door = door(server.port);
    let large = mail(&format!("Subject: a\r\n\r\n{}", "line of the body\r\n".repeat(40_000)));
    assert_eq!(told(&door.send(&to("a@kota.test"), &large).await), ("deferred", "4.3.1".to_owned()));
    assert_eq!(told(&door.send(&to("a@kota.test"), &small()).await).0, "delivered");
    assert_eq!((server.seen().connections, server.seen().bodies.len()), (2, 1));
}

#[tokio::test]
async fn a_354_without_a_recipient_gets_no_body() {
    let script: Script = vec![("RCPT", Act::Say("550 5.1.1 nobody")), ("DATA", Act::Say("354 go"))];
    let server = Scripted::start(FULL, vec![script]).await;
    let outcome = door(server.port).send(&to("lurah@kota.test"), &small()).await;
    assert_eq!(told(&outcome), ("refused", "5.1.1".to_owned()));
    assert!(server.seen().bodies.is_empty());
    assert_eq!(server.seen().commands.last().unwrap(), "DATA", "the connection is closed, not used again");
}

#[tokio::test]
async fn a_dropped_hand_over_takes_its_connection_along() {
    // The late 250 of the first mail must never be read as the answer to the second (dependencies M1.1).
    let server = Scripted::start(FULL, vec![vec![("DOT", Act::Mute)]]).await;
    let mut slow = settings(server.port);
    slow.timeouts.answer = 600;
    let door = SmtpDoor::new(slow, None).unwrap();
    let (envelope, first) = (to("lurah@kota.test"), small());
    let dot_arrived = async {
        while server.seen().bodies.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        outcome = door.send(&envelope, &first) => panic!("a mute server answered: {outcome:?}"),
        () = dot_arrived => {}
    }
    let second = door.send(&envelope, &small()).await;
    assert_eq!(told(&second).0, "delivered");
    assert_eq!(server.seen().connections, 2);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_costs_no_mail() {
    let said: Script = vec![("DOT", Act::SayAndClose("250 2.0.0 queued as A"))];
    let server =
        Scripted::start(FULL, vec![said, vec![("RSET", Act::Close), ("MAIL", Act::SayAndClose("421 4.4.2 idle"))]]).await;
    let door = door(server.port);
    for _ in 0..3 {
        assert_eq!(told(&door.send(&to("lurah@kota.test"), &small()).await).0, "delivered");
    }
    assert!(server.seen().connections >= 2);
}

#[tokio::test]
async fn the_commands_carry_what_the_server_offers_and_nothing_else() {
    let server = Scripted::start(FULL, vec![]).await;
    let outcome = door(server.port).send(&to("camat+a=b@kota.test"), &small()).await;
    let Outcome::Delivered(receipt) = outcome else { panic!("{outcome:?}") };
    assert_eq!(receipt.peer, format!("127.0.0.1:{}", server.port));
    assert_eq!(receipt.answer, "250 2.0.0 Ok: queued as 4SCRIPT");
    assert!(receipt.reports_delivery);
    assert_eq!(
        server.seen().commands[..4],
        [
            "EHLO kurir.kota.test",
            "MAIL FROM:<naskah+b=krm-1@kota.test> SIZE=20 RET=HDRS ENVID=krm-1+2Ba+3Db",
            "RCPT TO:<camat+a=b@kota.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;camat+2Ba+3Db@kota.test",
            "DATA",
        ]
    );
    let server = Scripted::start(PLAIN, vec![]).await;
    let empty_path = Envelope { return_path: None, ..to("camat@kota.test") };
    let outcome = door(server.port).send(&empty_path, &small()).await;
    assert!(matches!(outcome, Outcome::Delivered(receipt) if !receipt.reports_delivery));
    assert_eq!(server.seen().commands[1..3], ["MAIL FROM:<>", "RCPT TO:<camat@kota.test>"]);
}

#[tokio::test]
async fn what_the_server_cannot_take_is_refused_without_asking_it() {
    let server = Scripted::start(&["SIZE 10", "PIPELINING"], vec![]).await;
    let door = door(server.port);
    assert_eq!(told(&door.send(&to("lurah@kota.test"), &small()).await), ("refused", "5.3.4".to_owned()));
    let other = Scripted::start(PLAIN, vec![]).await;
    let utf8 = to("réza@kota.test");
    assert_eq!(told(&self::door(other.port).send(&utf8, &small()).await), ("refused", "5.6.7".to_owned()));
    for server in [server, other] {
        assert!(!server.seen().commands.iter().any(|line| line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn nobody_there_and_no_such_name_are_told_apart() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(told(&door(free).send(&to("a@kota.test"), &small()).await), ("deferred", "connect".to_owned()));
    let (dir, _) = crate::story_smime::office();
    let elsewhere = SmtpSettings {
        host: "tidak-ada.invalid".into(),
        security: Security::StartTls,
        ca_file: Some(dir.path().join("ca.pem")),
        ..settings(25)
    };
    let outcome = SmtpDoor::new(elsewhere, None).unwrap().send(&to("a@kota.test"), &small()).await;
    assert_eq!(told(&outcome), ("deferred", "dns".to_owned()));
}

#[tokio::test]
async fn without_starttls_or_with_words_smuggled_before_it_nothing_is_sent() {
    let (dir, _) = crate::story_smime::office();
    let scripts: [(&'static [&'static str], Script, &str); 4] = [
        (PLAIN, vec![], "tls"),
        (&["STARTTLS"], vec![("STARTTLS", Act::Say("454 4.7.0 not now"))], "tls"),
        (&["STARTTLS"], vec![("STARTTLS", Act::Say("220 go\r\n250 injected"))], "protocol"),
        (&["STARTTLS"], vec![("STARTTLS", Act::SayAndClose("220 go"))], "tls"),
    ];
    for (offers, script, code) in scripts {
        let server = Scripted::start(offers, vec![script.clone()]).await;
        let mut protected = settings(server.port);
        protected.security = Security::StartTls;
        protected.ca_file = Some(dir.path().join("ca.pem"));
        let outcome = SmtpDoor::new(protected, None).unwrap().send(&to("a@kota.test"), &small()).await;
        assert_eq!(told(&outcome), ("deferred", code.to_owned()), "{script:?}");
        assert_eq!(concern(code), Concern::Account);
        assert!(!server.seen().commands.iter().any(|line| line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn logins_work_by_both_mechanisms_and_a_wrong_password_is_the_accounts_fault() {
    let login = |port| {
        let settings = SmtpSettings { username: Some("naskah".into()), ..settings(port) };
        SmtpDoor::new(settings, Some(SecretString::from("sandi"))).unwrap()
    };
    let [sender, reply] = ["kembali+uji@kota.test", "balas+uji@kota.test"].map(|text| Address::parse(text).unwrap());
    let server = Scripted::start(&["AUTH LOGIN PLAIN"], vec![]).await;
    let checked = login(server.port).check(&sender, &reply).await.unwrap();
    assert!(checked.logged_in && checked.tls.is_none());
    assert_eq!(
        server.seen().commands[1..],
        ["AUTH PLAIN AG5hc2thaABzYW5kaQ==", "MAIL FROM:<kembali+uji@kota.test>", "RCPT TO:<balas+uji@kota.test>", "RSET", "QUIT"]
    );
    let server = Scripted::start(&["AUTH LOGIN"], vec![]).await;
    login(server.port).check(&sender, &reply).await.unwrap();
    assert_eq!(server.seen().commands[1..4], ["AUTH LOGIN", "bmFza2Fo", "c2FuZGk="]);
    let server = Scripted::start(&["AUTH CRAM-MD5"], vec![]).await;
    assert_eq!(login(server.port).check(&sender, &reply).await.unwrap_err(), Fault::NoAuth);
    let server = Scripted::start(&["AUTH PLAIN"], vec![vec![("AUTH", Act::Say("535 5.7.8 wrong password"))]]).await;
    let outcome = login(server.port).send(&to("a@kota.test"), &small()).await;
    assert_eq!(told(&outcome), ("deferred", "auth".to_owned()));
    let Outcome::Deferred(reason, None) = outcome else { panic!() };
    assert_eq!(reason.text, "auth: 535 5.7.8 wrong password");
}

#[tokio::test]
async fn connections_are_shared_and_never_more_than_allowed() {
    let server = Scripted::start(FULL, vec![]).await;
    let narrow = SmtpSettings { connections: 2, ..settings(server.port) };
    let door = Arc::new(SmtpDoor::new(narrow, None).unwrap());
    let sends = (0..40).map(|at| {
        let door = Arc::clone(&door);
        tokio::spawn(async move { door.send(&to(&format!("p{at}@kota{}.test", at % 3)), &small()).await })
    });
    for outcome in futures::future::join_all(sends).await {
        assert_eq!(told(&outcome.unwrap()).0, "delivered");
    }
    let seen = server.seen();
    assert_eq!((seen.bodies.len(), seen.connections, seen.most), (40, 2, 2));

    let server = Scripted::start(FULL, vec![]).await;
    let narrow = SmtpSettings { per_destination: 1, ..settings(server.port) };
    let door = SmtpDoor::new(narrow, None).unwrap();
    let (envelope, small) = (to("a@kota.test"), small());
    futures::future::join_all((0..10).map(|_| door.send(&envelope, &small))).await;
    assert_eq!(server.seen().most, 1, "one domain takes one mail at a time");
}

#[tokio::test]
async fn an_account_sends_no_faster_than_it_may() {
    let server = Scripted::start(FULL, vec![]).await;
    let door = SmtpDoor::new(SmtpSettings { per_minute: 600, ..settings(server.port) }, None).unwrap();
    let (start, envelope, small) = (std::time::Instant::now(), to("a@kota.test"), small());
    futures::future::join_all((0..6).map(|_| door.send(&envelope, &small))).await;
    assert!(start.elapsed() >= std::time::Duration::from_millis(500), "six mails at ten a second");
    assert_eq!(server.seen().bodies.len(), 6);
}

#[tokio::test]
async fn a_rested_connection_is_asked_first_and_an_old_one_is_left() {
    let server = Scripted::start(FULL, vec![vec![("RSET", Act::Say("250 still here")), ("RSET", Act::Close)]]).await;
    let door = SmtpDoor::new(SmtpSettings { probe_seconds: 0, ..settings(server.port) }, None).unwrap();
    for connections in [1, 1, 2] {
        assert_eq!(told(&door.send(&to("a@kota.test"), &small()).await).0, "delivered");
        assert_eq!(server.seen().connections, connections);
    }
    let server = Scripted::start(FULL, vec![]).await;
    let door = SmtpDoor::new(SmtpSettings { idle_seconds: 0, ..settings(server.port) }, None).unwrap();
    for connections in 1..=3 {
        assert_eq!(told(&door.send(&to("a@kota.test"), &small()).await).0, "delivered");
        assert_eq!(server.seen().connections, connections);
    }
}

#[tokio::test]
async fn a_connection_is_closed_after_its_share_of_mails() {
    let server = Scripted::start(FULL, vec![]).await;
    let door = SmtpDoor::new(SmtpSettings { messages_per_connection: 2, ..settings(server.port) }, None).unwrap();
    for _ in 0..5 {
        assert_eq!(told(&door.send(&to("a@kota.test"), &small()).await).0, "delivered");
    }
    assert_eq!(server.seen().connections, 3);
    door.close().await;
    assert!(server.seen().commands.iter().any(|line| line == "QUIT"));
}

#[test]
fn settings_that_would_harm_are_refused_and_unknown_keys_too() {
    let refused = |settings| SmtpDoor::new(settings, None).unwrap_err();
    assert!(matches!(refused(SmtpSettings { host: "mail.kota.test".into(), ..settings(25) }), DoorError::PlainElsewhere { .. }));
    assert!(matches!(refused(SmtpSettings { username: Some("a".into()), ..settings(25) }), DoorError::HalfALogin));
    assert!(matches!(refused(SmtpSettings { hello: Some("a\r\nMAIL".into()), ..settings(25) }), DoorError::BadHello { .. }));
    let tls = SmtpSettings { security: Security::Implicit, ca_file: Some("/nowhere/ca.pem".into()), ..settings(25) };
    assert!(matches!(refused(tls), DoorError::TrustAnchors { .. }));
    assert!(toml::from_str::<SmtpSettings>("host = 'a'\nporto = 25").is_err());
    let read: SmtpSettings = toml::from_str("security = 'tls'\nport = 465\n[timeouts]\nanswer = 60").unwrap();
    assert_eq!((read.security, read.timeouts.answer, read.timeouts.command), (Security::Implicit, 60, 300));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the lines of a body are, the server reads the bytes that were hashed.
    #[test]
    fn the_wire_gives_the_bytes_back(lines in proptest::collection::vec("[.a -~]{0,20}", 0..20)) {
        let text = lines.iter().fold(String::new(), |text, line| text + line + "\r\n");
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = Scripted::start(FULL, vec![]).await;
            let sent = mail(&format!("Subject: a\r\n\r\n{text}"));
            door(server.port).send(&to("a@kota.test"), &sent).await;
            assert_eq!(server.seen().bodies, [sent.to_vec()]);
        });
    }
}
