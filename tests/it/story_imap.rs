//! The IMAP mailbox against a real Dovecot, and replies that came through a real border.

use crate::servers::process::{End, Nest, Server};
use crate::servers::{Account, Plan, PostOffice, ports, until};
use kurir::channel::email::bounce::{Action, ReportSource, delivery_report};
use kurir::channel::email::classify::classify;
use kurir::channel::email::imap::{ImapError, ImapSecurity, ImapSettings};
use kurir::channel::email::imap_after::Woke;
use kurir::channel::email::imap_inbox::{Cursor, ImapInbox};
use kurir::channel::email::inbox::{RawMail, Shelf};
use kurir::channel::email::origin::{BorderSettings, judge};
use kurir::channel::email::parse::Mail;
use kurir::channel::email::tokens::Gateway;
use kurir::domain::inbound::{MailClass, Origin, OriginFault, TokenCarrier};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TOKEN: &str = "7bwvdtb3tvtlkcxl3gorbiigaa";

fn settings(post: &PostOffice, account: &Account) -> ImapSettings {
    ImapSettings {
        host: "localhost".into(),
        port: post.dovecot.imaps_port,
        username: account.address.clone(),
        timeout_seconds: 20,
        ..ImapSettings::default()
    }
}

fn password(account: &Account) -> SecretString {
    SecretString::from(account.password.clone())
}

async fn open(post: &PostOffice, account: &Account, settings: &ImapSettings) -> ImapInbox {
    ImapInbox::open(settings, &password(account), post.authority.client()).await.unwrap()
}

fn raw(number: usize) -> Vec<u8> {
    format!("From: a@luar.example\r\nMessage-ID: <{number}@luar.example>\r\nSubject: {number}\r\n\r\nSiap {number}\r\n")
        .into_bytes()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

#[tokio::test]
async fn every_way_in_works_and_every_fault_has_its_name() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-masuk@sukamaju.example");
    let base = settings(post, &account);
    let (secret, tls) = (password(&account), post.authority.client());
    let starttls = ImapSettings { security: ImapSecurity::Starttls, port: post.dovecot.imap_port, ..base.clone() };
    let plain =
        ImapSettings { host: "127.0.0.1".into(), security: ImapSecurity::None, port: post.dovecot.imap_port, ..base.clone() };
    for way in [&base, &starttls, &plain] {
        let state = ImapInbox::check(way, &secret, tls.clone()).await.unwrap();
        assert_eq!(state.mails, 0, "{way:?}");
    }
    let fault = async |settings: &ImapSettings, secret: &SecretString, tls| {
        ImapInbox::check(settings, secret, tls).await.expect_err("must not work")
    };
    assert!(matches!(fault(&base, &SecretString::from("salah"), tls.clone()).await, ImapError::Auth));
    let missing = ImapSettings { mailbox: "Tidak-Ada".into(), ..base.clone() };
    assert!(matches!(fault(&missing, &secret, tls.clone()).await, ImapError::MailboxMissing { .. }));
    let other_name = ImapSettings { host: "localhost.localdomain".into(), ..base.clone() };
    let wrong = fault(&other_name, &secret, tls.clone()).await;
    assert!(matches!(wrong, ImapError::Tls(_) | ImapError::Connect(_)), "{wrong:?}");
    let stranger = PostOffice::start_with(Plan { border: false, ..Plan::default() }).await;
    assert!(matches!(fault(&base, &secret, stranger.authority.client()).await, ImapError::Tls(_)), "another CA");
    let nobody = ImapSettings { port: ports::free(), ..base.clone() };
    assert!(matches!(fault(&nobody, &secret, tls.clone()).await, ImapError::Connect(_)));
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mute = ImapSettings { port: silent.local_addr().unwrap().port(), timeout_seconds: 1, ..plain };
    assert!(matches!(fault(&mute, &secret, tls).await, ImapError::Timeout { step: "greeting" }));
}

#[tokio::test]
async fn mail_is_taken_unchanged_and_put_away_only_when_told() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-ambil@sukamaju.example");
    for number in 1..=5 {
        post.drop_into(&account.address, &format!("{number}.a"), &raw(number));
    }
    let settings = ImapSettings { window_mails: 2, ..settings(post, &account) };
    let mut inbox = open(post, &account, &settings).await;
    let first = inbox.fetch_new(Cursor::default()).await.unwrap();
    assert!(first.more && !first.renumbered);
    assert_eq!(
        first.mails.iter().map(|mail| mail.raw.clone()).collect::<Vec<_>>(),
        [RawMail::Whole(raw(1)), RawMail::Whole(raw(2))]
    );
    let second = inbox.fetch_new(first.cursor).await.unwrap();
    let third = inbox.fetch_new(second.cursor).await.unwrap();
    assert!(!third.more);
    assert_eq!((second.mails.len(), third.mails.len()), (2, 1));
    let none = inbox.fetch_new(third.cursor).await.unwrap();
    assert!(none.mails.is_empty() && none.cursor == third.cursor, "n:* names the last mail again and is filtered");

    let maildir = post.dovecot.maildir(&account.address);
    let held: Vec<PathBuf> = ["new", "cur"].iter().flat_map(|sub| files(&maildir.join(sub))).collect();
    assert_eq!(held.len(), 5);
    for file in &held {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(!name.split(":2,").nth(1).unwrap_or_default().contains('S'), "{name} was marked as seen");
    }

    let done: Vec<u32> = first.mails.iter().chain(&second.mails).map(|mail| mail.uid).collect();
    inbox.put_away(&done, Shelf::Processed).await.unwrap();
    inbox.put_away(&[third.mails[0].uid], Shelf::Failed).await.unwrap();
    inbox.put_away(&done, Shelf::Processed).await.unwrap();
    let count = |folder: &str| ["new", "cur"].iter().map(|sub| files(&maildir.join(folder).join(sub)).len()).sum::<usize>();
    assert_eq!((count(".Kurir-Selesai"), count(".Kurir-Gagal"), count("")), (4, 1, 0));
    post.drop_into(&account.address, "6.a", &raw(6));
    let later = inbox.fetch_new(third.cursor).await.unwrap();
    assert_eq!(later.mails.len(), 1, "{later:?}");
    inbox.leave().await;
}

#[tokio::test]
async fn a_mail_over_the_limit_is_never_taken_whole() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-besar@sukamaju.example");
    let mut big = raw(1);
    big.resize(26 * 1024 * 1024, b'x');
    for line in (1_000..big.len()).step_by(80) {
        big[line] = b'\n';
    }
    post.drop_into(&account.address, "1.big", &big);
    post.drop_into(&account.address, "2.small", &raw(2));
    let mut inbox = open(post, &account, &settings(post, &account)).await;
    let batch = inbox.fetch_new(Cursor::default()).await.unwrap();
    assert_eq!(batch.mails.len(), 2);
    let RawMail::Head { bytes, size } = &batch.mails[0].raw else { panic!("taken whole") };
    assert!(bytes.len() <= RawMail::HEAD && *size > 25 * 1024 * 1024);
    assert_eq!(Mail::parse(bytes).unwrap().only_from(), Some("a@luar.example"));
    assert_eq!(batch.mails[1].raw, RawMail::Whole(raw(2)));
}

#[tokio::test]
async fn a_mailbox_numbered_anew_is_handed_over_again() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-nomor@sukamaju.example");
    post.drop_into(&account.address, "1.a", &raw(1));
    let settings = settings(post, &account);
    let mut inbox = open(post, &account, &settings).await;
    let before = inbox.fetch_new(Cursor::default()).await.unwrap();
    inbox.leave().await;
    let maildir = post.dovecot.maildir(&account.address);
    for file in files(&maildir).iter().filter(|path| path.is_file()) {
        std::fs::remove_file(file).unwrap();
    }
    // UIDVALIDITY is the second in which the mailbox was made; a changed one is what this story is about.
    let after = loop {
        let mut inbox = open(post, &account, &settings).await;
        let batch = inbox.fetch_new(before.cursor).await.unwrap();
        inbox.leave().await;
        if batch.cursor.uid_validity != before.cursor.uid_validity {
            break batch;
        }
        for file in files(&maildir).iter().filter(|path| path.is_file()) {
            std::fs::remove_file(file).unwrap();
        }
    };
    assert!(after.renumbered);
    assert_eq!(after.mails.len(), 1);
    assert_eq!(after.mails[0].raw, before.mails[0].raw);
}

#[tokio::test]
async fn waiting_ends_with_news_with_quiet_and_on_demand() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-tunggu@sukamaju.example");
    let inbox = open(post, &account, &settings(post, &account)).await;
    let waiting = tokio::spawn(inbox.wait(std::future::pending()));
    post.drop_into(&account.address, "1.a", &raw(1));
    let (mut inbox, woke) = tokio::time::timeout(Duration::from_secs(30), waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(woke, Woke::News);
    assert_eq!(inbox.fetch_new(Cursor::default()).await.unwrap().mails.len(), 1);
    let (inbox, woke) = inbox.wait(std::future::ready(())).await.unwrap();
    assert_eq!(woke, Woke::Stopped);
    inbox.leave().await;
    let hasty = ImapSettings { idle_seconds: 1, ..settings(post, &account) };
    let (inbox, woke) = open(post, &account, &hasty).await.wait(std::future::pending()).await.unwrap();
    assert_eq!(woke, Woke::Quiet);
    inbox.leave().await;
}

/// The server tells of new mail once, in the answer to whatever is asked just then.
#[tokio::test]
async fn mail_that_came_while_another_was_put_away_is_not_waited_for() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-sela@sukamaju.example");
    post.drop_into(&account.address, "1.a", &raw(1));
    let mut inbox = open(post, &account, &settings(post, &account)).await;
    let first = inbox.fetch_new(Cursor::default()).await.unwrap();
    assert_eq!(first.mails.len(), 1);
    post.drop_into(&account.address, "2.a", &raw(2));
    inbox.put_away(&[first.mails[0].uid], Shelf::Processed).await.unwrap();
    let woken = tokio::time::timeout(Duration::from_secs(20), inbox.wait(std::future::pending())).await;
    let (mut inbox, woke) = woken.expect("the wait goes on although mail is there").unwrap();
    assert_eq!(woke, Woke::News);
    assert_eq!(inbox.fetch_new(first.cursor).await.unwrap().mails.len(), 1);
    inbox.leave().await;
}

#[tokio::test]
async fn a_kicked_session_is_an_error_and_the_next_one_loses_nothing() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-tendang@sukamaju.example");
    let settings = settings(post, &account);
    let inbox = open(post, &account, &settings).await;
    let waiting = tokio::spawn(inbox.wait(std::future::pending()));
    let config = post.folder().join("dovecot.conf");
    until("the session to be kicked", || {
        let kicked =
            std::process::Command::new("doveadm").arg("-c").arg(&config).args(["kick", &account.address]).output().unwrap();
        if kicked.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&kicked.stderr).into_owned()) }
    })
    .await;
    let lost = tokio::time::timeout(Duration::from_secs(30), waiting).await.unwrap().unwrap();
    assert!(lost.as_ref().is_err_and(ImapError::is_transient), "{lost:?}");
    post.drop_into(&account.address, "1.a", &raw(1));
    let mut again = open(post, &account, &settings).await;
    assert_eq!(again.fetch_new(Cursor::default()).await.unwrap().mails.len(), 1);
}

/// A second Dovecot over the same Maildirs that can do less.
fn lesser_dovecot(post: &PostOffice, nest: &Nest, abilities: &str) -> (Server, u16) {
    let (imap, imaps) = (ports::free(), ports::free());
    let full = std::fs::read_to_string(post.folder().join("dovecot.conf")).unwrap();
    let own = nest.path().display().to_string();
    for folder in ["dovecot", "spool", "spool/private"] {
        nest.mkdir(folder, 0o755, None);
    }
    let old = post.folder().display().to_string();
    let lesser = full
        .replace(&format!("{old}/dovecot"), &format!("{own}/dovecot"))
        .replace(&format!("{old}/spool"), &format!("{own}/spool"))
        .replace(&format!("port = {}", post.dovecot.imap_port), &format!("port = {imap}"))
        .replace(&format!("port = {}", post.dovecot.imaps_port), &format!("port = {imaps}"));
    let config = nest.write("dovecot.conf", &format!("{lesser}imap_capability = {abilities}\n"));
    let server = Server::start(nest, "dovecot", End::Kill, &["dovecot", "-F", "-c", &config.display().to_string()]);
    (server, imaps)
}

#[tokio::test]
async fn a_server_that_cannot_move_or_idle_is_served_all_the_same() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("naskah-sederhana@sukamaju.example");
    for number in 1..=3 {
        post.drop_into(&account.address, &format!("{number}.a"), &raw(number));
    }
    let maildir = post.dovecot.maildir(&account.address);
    let count = |folder: &str| ["new", "cur"].iter().map(|sub| files(&maildir.join(folder).join(sub)).len()).sum::<usize>();
    let nest = Nest::new("lesser");
    let (server, imaps) = lesser_dovecot(post, &nest, "IMAP4rev1 UIDPLUS");
    ports::connect(imaps, || server.complaint()).await;
    let settings = ImapSettings { port: imaps, idle_seconds: 1, ..settings(post, &account) };
    let mut inbox = open(post, &account, &settings).await;
    let batch = inbox.fetch_new(Cursor::default()).await.unwrap();
    inbox.put_away(&[batch.mails[0].uid], Shelf::Processed).await.unwrap();
    assert_eq!((count(".Kurir-Selesai"), count("")), (1, 2), "copied, marked and expunged by UID");
    let (inbox, woke) = inbox.wait(std::future::pending()).await.unwrap();
    assert_eq!(woke, Woke::Quiet);
    inbox.leave().await;
    drop(server);

    let nest = Nest::new("least");
    let (server, imaps) = lesser_dovecot(post, &nest, "IMAP4rev1");
    ports::connect(imaps, || server.complaint()).await;
    let settings = ImapSettings { port: imaps, ..settings };
    let mut inbox = open(post, &account, &settings).await;
    inbox.put_away(&[batch.mails[1].uid], Shelf::Processed).await.unwrap();
    assert_eq!((count(".Kurir-Selesai"), count("")), (2, 2), "without UIDPLUS the copied mail stays, marked");
    let again = inbox.fetch_new(batch.cursor).await.unwrap();
    assert!(again.mails.is_empty(), "the cursor knows it");
}

fn border(post: &PostOffice) -> BorderSettings {
    BorderSettings { mx_authserv_id: post.mx_id(), submission_authserv_id: Some(post.submission_id()) }
}

fn reply(from: &str, extra: &str) -> Vec<u8> {
    format!(
        "{extra}From: {from}\r\nTo: balas+{TOKEN}@sukamaju.example\r\nSubject: Re: Undangan\r\nDate: Tue, 24 Nov 2026 08:00:00 +0700\r\nMessage-ID: <r@klien.example>\r\n\r\nTL Kabid Aptika\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn what_a_real_border_wrote_proves_the_honest_and_nobody_else() {
    let post = PostOffice::shared().await;
    let asep = post.add_mailbox("asep@sukamaju.example");
    let provinsi = post.outside_domain("provinsi-imap.example");
    let to = |name: &str| format!("balas-{name}+{TOKEN}@sukamaju.example");
    let judged = async |name: &str| {
        let mails = post.mails(&format!("balas-{name}@sukamaju.example"), 1).await;
        let mail = Mail::parse(&mails[0].raw).unwrap();
        assert_eq!(classify(&mail, &Gateway::new("kurir.example")), MailClass::Human);
        let (token, _) = Gateway::new("sukamaju.example").token(&mail);
        assert_eq!(token.unwrap().carrier, TokenCarrier::Address);
        judge(&mail, &border(post))
    };
    assert!(post.submit(&asep, &[&to("dalam")], &reply(&asep.address, "")).await.is_ok());
    assert_eq!(judged("dalam").await, Origin::SubmissionAuth);
    let honest = reply("rina@provinsi-imap.example", "");
    assert!(post.arrive("rina@provinsi-imap.example", &[&to("luar")], &provinsi.sign(&honest)).await.is_ok());
    assert_eq!(judged("luar").await, Origin::DmarcPass);
    let mut forger = post.outside_talk("198.51.100.66").await;
    assert!(forger.mail("x@evil.example", &[&to("palsu")], &honest).await.is_ok());
    assert_eq!(judged("palsu").await, Origin::Failed(OriginFault::DmarcFailed));
    let two = reply("rina@provinsi-imap.example", "From: x@evil.example\r\n");
    assert!(post.arrive("rina@provinsi-imap.example", &[&to("dua")], &provinsi.sign(&two)).await.is_ok());
    assert_eq!(judged("dua").await, Origin::TwoFrom);
    let own = format!("Authentication-Results: {}; auth=pass smtp.auth=asep@sukamaju.example\r\n", post.submission_id());
    let mut forger = post.outside_talk("198.51.100.66").await;
    assert!(forger.mail("x@evil.example", &[&to("tempel")], &reply(&asep.address, &own)).await.is_ok());
    assert!(!judged("tempel").await.is_proven());
}

/// An office that forgot to refuse quoted senders: the border's own header then carries what the stranger wrote.
#[tokio::test]
async fn what_a_stranger_smuggles_into_the_borders_own_header_proves_nothing() {
    let careless = "smtpd_sender_restrictions =\nsmtpd_helo_restrictions =\n";
    let plan = Plan { postfix_extra: careless.into(), ..Plan::default() };
    let post = PostOffice::start_with(plan).await;
    let attacks = [
        r#""a) ; auth=pass smtp.auth=asep@sukamaju.example (b"@evil.example"#,
        r#""a) ; dmarc=pass header.from=sukamaju.example (b"@evil.example"#,
    ];
    for (number, sender) in attacks.into_iter().enumerate() {
        let to = format!("selundup-{number}@sukamaju.example");
        let mut stranger = post.outside_talk("198.51.100.66").await;
        let taken = stranger.mail(sender, &[&to], &reply("asep@sukamaju.example", "")).await;
        assert!(taken.is_ok(), "{taken:?}");
        let mails = post.mails(&to, 1).await;
        let mail = Mail::parse(&mails[0].raw).unwrap();
        let written = mail.authentication_results();
        assert!(written[0].contains("=pass smtp.auth=asep") || written[0].contains("dmarc=pass"), "{written:?}");
        let origin = judge(&mail, &border(&post));
        assert!(!origin.is_proven(), "{written:?}");
        assert!(matches!(origin, Origin::Failed(OriginFault::Injected | OriginFault::Malformed)), "{origin:?} {written:?}");
    }
}

#[tokio::test]
async fn a_real_postfix_reports_back_under_our_envelope_id() {
    let post = PostOffice::shared().await;
    let sender = post.add_mailbox("kembali@sukamaju.example");
    let mut talk = post.login(&sender).await;
    let envelope = format!("MAIL FROM:<kembali+{TOKEN}@sukamaju.example> RET=HDRS ENVID=krm-0001+2Ba");
    assert!(talk.command(&envelope).await.is_ok());
    let to = "RCPT TO:<penerima-lapor@sukamaju.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;penerima-lapor@sukamaju.example";
    assert!(talk.command(to).await.is_ok());
    assert_eq!(talk.command("DATA").await.code, 354);
    let letter = format!("From: {}\r\nMessage-ID: <d.{TOKEN}@kurir.example>\r\nSubject: Surat\r\n\r\nIsi\r\n.", sender.address);
    assert!(talk.command(&letter).await.is_ok());
    let mails = post.mails(&sender.address, 1).await;
    let mail = Mail::parse(&mails[0].raw).unwrap();
    let gateway = Gateway::new("sukamaju.example");
    assert_eq!(classify(&mail, &Gateway::new("kurir.example")), MailClass::Bounce);
    assert_eq!(gateway.bounce_token(&mail).unwrap().expose(), TOKEN);
    let report = delivery_report(&mail);
    assert_eq!((report.source, report.envid.as_deref()), (ReportSource::DeliveryStatus, Some("krm-0001+a")));
    assert_eq!(report.original_message_id, Some(format!("d.{TOKEN}@kurir.example")));
    let one = &report.recipients[0];
    assert_eq!(one.original_recipient.as_deref(), Some("penerima-lapor@sukamaju.example"));
    assert!(matches!(one.action, Action::Relayed | Action::Delivered) && !one.permanent, "{one:?}");
}
