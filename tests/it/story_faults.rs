//! The fault proxy does what it says, between a client and a real Postfix.

use crate::servers::proxy::{Fault, Proxy, Side};
use crate::servers::talk::Talk;
use crate::servers::{Plan, PostOffice, bench, ports};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MAIL: &[u8] = b"From: a@luar.example\r\nSubject: satu\r\n\r\nisi\r\n";

async fn quick_office() -> PostOffice {
    PostOffice::start_with(Plan { border: false, ..Plan::default() }).await
}

#[tokio::test]
async fn a_lost_answer_is_lost_after_the_mail_arrived_and_the_next_connection_is_well() {
    let post = quick_office().await;
    let proxy = Proxy::start(post.postfix.mx_port);
    proxy.script([Fault::LoseAnswer { after: b"\r\n.\r\n" }]);
    let mut talk = Talk::plain(proxy.port).await;
    talk.hello().await;
    let lost = talk.mail("a@luar.example", &["sekda@sukamaju.example"], MAIL).await;
    assert_eq!(lost.code, 0, "no answer: {lost:?}");
    assert_eq!(post.mails("sekda@sukamaju.example", 1).await.len(), 1);
    let mut talk = Talk::plain(proxy.port).await;
    talk.hello().await;
    assert_eq!(talk.mail("a@luar.example", &["sekda@sukamaju.example"], MAIL).await.code, 250);
    let conversations = proxy.conversations();
    assert_eq!(conversations.len(), 2);
    assert!(conversations[0].client.ends_with(b"isi\r\n.\r\n"));
    assert!(conversations[0].server.windows(8).any(|bytes| bytes == b"250 2.0."), "the server did answer");
}

#[tokio::test]
async fn what_is_cut_in_the_body_or_by_count_never_becomes_a_mail() {
    let post = quick_office().await;
    let proxy = Proxy::start(post.postfix.mx_port);
    proxy.script([Fault::Cut { after: b"Subject:" }, Fault::Reset { side: Side::Client, bytes: 30 }]);
    for _ in 0..2 {
        let mut talk = Talk::plain(proxy.port).await;
        talk.hello().await;
        assert_eq!(talk.mail("a@luar.example", &["sekda@sukamaju.example"], MAIL).await.code, 0);
    }
    post.postfix.logged("lost connection after").await;
    assert!(post.mails_now("sekda@sukamaju.example").is_empty());
    assert_eq!(proxy.conversations()[1].client.len(), 30);
}

#[tokio::test]
async fn a_mute_server_a_black_hole_and_a_closed_door_are_three_things() {
    let post = quick_office().await;
    let proxy = Proxy::start(post.postfix.mx_port);
    proxy.script([Fault::Mute { side: Side::Server, after: b"354 " }]);
    let mut talk = Talk::plain(proxy.port).await;
    talk.hello().await;
    assert!(talk.command("MAIL FROM:<a@luar.example>").await.is_ok());
    assert!(talk.command("RCPT TO:<sekda@sukamaju.example>").await.is_ok());
    talk.bytes(b"DATA\r\n").await;
    assert!(tokio::time::timeout(Duration::from_millis(200), talk.reply()).await.is_err(), "no reply, no end");
    proxy.always(Some(Fault::BlackHole));
    let mut stream = ports::connect(proxy.port, String::new).await;
    stream.write_all(b"EHLO x\r\n").await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(200), stream.read_u8()).await.is_err(), "no greeting, no end");
    proxy.refuse();
    assert_eq!(TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    proxy.always(None);
    proxy.listen();
    drop(Talk::plain(proxy.port).await);
}

/// Between the two nobody else gets the port: who connects in a later test would meet a stranger.
#[tokio::test]
async fn a_proxy_that_refuses_keeps_its_port() {
    let proxy = Proxy::start(9);
    for _ in 0..2 {
        proxy.refuse();
        let refused = TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        let taken = std::net::TcpListener::bind(("127.0.0.1", proxy.port)).map(|_| "taken by a stranger");
        assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
        proxy.listen();
        drop(TcpStream::connect(("127.0.0.1", proxy.port)).await.unwrap());
    }
}

#[tokio::test]
async fn faults_are_found_under_tls_when_the_proxy_ends_it() {
    let post = quick_office().await;
    let kurir = post.add_mailbox("kurir@sukamaju.example");
    let proxy = Proxy::over_tls(&post, post.postfix.smtps_port);
    proxy.script([Fault::None, Fault::LoseAnswer { after: b"\r\n.\r\n" }]);
    for expected in [250, 0] {
        let mut talk = Talk::implicit_tls(proxy.port, post.authority.client()).await;
        talk.hello().await;
        assert_eq!(talk.login(&kurir.address, &kurir.password).await.code, 235);
        assert_eq!(talk.mail(&kurir.address, &["sekda@sukamaju.example"], MAIL).await.code, expected);
    }
    assert_eq!(post.mails("sekda@sukamaju.example", 2).await.len(), 2);
}

#[tokio::test]
async fn a_slow_line_is_slow() {
    let sink = bench::SmtpSink::start(&[]).await;
    let proxy = Proxy::start(sink.port);
    let quick = bench::smtp_source(proxy.port, 1, 4000, 1, "siapa@luar.example");
    proxy.always(Some(Fault::Slow { bytes_per_second: 8000 }));
    let slow = bench::smtp_source(proxy.port, 1, 4000, 1, "siapa@luar.example");
    assert!(slow > Duration::from_millis(400) && quick < slow, "{quick:?} {slow:?}");
}
