//! A real Postfix behind a network that fails on purpose: what kurir says of a hand-over is what the mailbox says of it.

use crate::servers::proxy::{Fault, Proxy, Side};
use crate::servers::{Account, PostOffice};
use crate::story_smime::office_of;
use crate::story_smtp::told;
use crate::story_smtp_real::{KURIR, delivered, door, our_letter, post_office, settings, to};
use kurir::channel::email::pool::SmtpDoor;
use kurir::channel::email::settings::{Security, SmtpSettings, Timeouts};

fn through(proxy: &Proxy, post: &PostOffice, account: &Account) -> SmtpDoor {
    let timeouts = Timeouts { connect: 4, greeting: 4, command: 4, data: 4, block: 4, answer: 4 };
    let settings = SmtpSettings { port: proxy.port, timeouts, ..settings(post, Security::Implicit) };
    door(settings, &account.password)
}

/// Fault, outcome and code of the first mail, and how many copies lie in the mailbox after the same bytes went once more.
const ROWS: &[(Fault, &str, &str, usize)] = &[
    (Fault::LoseAnswer { after: b"\r\n.\r\n" }, "unknown", "lost", 2),
    (Fault::Mute { side: Side::Client, after: b"--=_kurir_signed--\r\n.\r\n" }, "unknown", "timeout", 2),
    (Fault::Cut { after: b"--=_kurir_mixed--" }, "unknown", "lost", 1),
    (Fault::Cut { after: b"DATA\r\n" }, "deferred", "lost", 1),
    (Fault::Mute { side: Side::Server, after: b"235 2.7.0" }, "deferred", "timeout", 1),
    (Fault::Reset { side: Side::Server, bytes: 20 }, "deferred", "lost", 1),
    (Fault::BlackHole, "deferred", "tls", 1),
];

#[tokio::test]
async fn each_fault_of_the_network_is_told_as_it_was() {
    let (post, account) = post_office("").await;
    let (_dir, seal) = office_of(KURIR);
    for (at, (fault, outcome, code, copies)) in ROWS.iter().enumerate() {
        let proxy = Proxy::over_tls(&post, post.postfix.smtps_port);
        let door = through(&proxy, &post, &account);
        let address = format!("camat{at}@sukamaju.example");
        let mail = our_letter(&address).compose(&seal).unwrap();
        proxy.script([*fault]);
        let first = door.send(&to(&address, "krm-1"), &mail).await;
        assert_eq!(told(&first), (*outcome, (*code).to_owned()), "{fault:?}: {first:?}");
        // A crash or an unknown outcome: the same bytes once more, over a connection of its own.
        delivered(door.send(&to(&address, "krm-1"), &mail).await);
        let stored = post.mails(&address, *copies).await;
        assert_eq!(stored.len(), *copies, "{fault:?}");
        let ids: std::collections::BTreeSet<_> = stored.iter().flat_map(|mail| mail.headers("Message-ID")).collect();
        assert_eq!(ids.len(), 1, "{fault:?}: a second copy is recognised by its Message-ID");
    }
}

#[tokio::test]
async fn a_slow_line_takes_time_and_loses_nothing() {
    let (post, account) = post_office("").await;
    let (_dir, seal) = office_of(KURIR);
    let proxy = Proxy::over_tls(&post, post.postfix.smtps_port);
    let door = through(&proxy, &post, &account);
    proxy.script([Fault::Slow { bytes_per_second: 40_000 }]);
    let mail = our_letter("lurah@sukamaju.example").compose(&seal).unwrap();
    delivered(door.send(&to("lurah@sukamaju.example", "krm-1"), &mail).await);
    assert_eq!(post.mails("lurah@sukamaju.example", 1).await.len(), 1);
}
