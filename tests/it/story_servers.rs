//! The servers themselves: what the other stories take for granted about the city's mail.

use crate::servers::engines::{Engine, on_both_engines};
use crate::servers::talk::Talk;
use crate::servers::{DOMAIN, Fsync, Plan, PostOffice, Postgres, bench, kurir, outside, ports, process};
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};

fn mail(from: &str, extra: &str) -> Vec<u8> {
    let date = "Date: Tue, 24 Nov 2026 08:00:00 +0700\r\nMessage-ID: <satu@klien.example>\r\n";
    format!("{extra}From: {from}\r\nTo: sekda@{DOMAIN}\r\nSubject: Balasan\r\n{date}\r\nLaksanakan.\r\n").into_bytes()
}

#[tokio::test]
async fn an_officials_mail_arrives_with_the_borders_word_and_without_the_forged_one() {
    let post = PostOffice::shared().await;
    let camat = post.add_mailbox("camat@sukamaju.example");
    let forged = format!("Authentication-Results: {}; auth=pass smtp.auth=walikota@{DOMAIN}\r\n", post.submission_id());
    let reply = post.submit(&camat, &["kurir-satu+rahasia@sukamaju.example"], &mail(&camat.address, &forged)).await;
    assert_eq!(reply.code, 250, "{reply:?}");
    let mails = post.mails("kurir-satu@sukamaju.example", 1).await;
    let results = mails[0].headers("Authentication-Results");
    assert_eq!(results.len(), 1, "{results:?}");
    assert!(results[0].starts_with(&format!("{};", post.submission_id())), "{results:?}");
    assert!(results[0].contains("auth=pass smtp.auth=camat@sukamaju.example"), "{results:?}");
    assert!(mails[0].path.starts_with(post.folder()));
    assert!(mails[0].text().ends_with("Laksanakan.\r\n"));
}

#[tokio::test]
async fn nobody_logged_in_writes_under_anothers_name() {
    let post = PostOffice::shared().await;
    let lurah = post.add_mailbox("lurah@sukamaju.example");
    let header = post.submit(&lurah, &["sekda@sukamaju.example"], &mail("walikota@sukamaju.example", "")).await;
    assert_eq!(header.code, 554, "{header:?}");
    let mut talk = post.login(&lurah).await;
    let envelope = talk.mail("walikota@sukamaju.example", &["sekda@sukamaju.example"], &mail(&lurah.address, "")).await;
    assert_eq!(envelope.code, 553, "{envelope:?}");
    let tagged = talk.command("RSET").await;
    assert!(tagged.is_ok());
    let own = talk.mail("lurah+verp@sukamaju.example", &["sekda-dua@sukamaju.example"], &mail(&lurah.address, "")).await;
    assert_eq!(own.code, 250, "{own:?}");
}

#[tokio::test]
async fn a_signed_mail_from_outside_passes_dmarc_and_an_unsigned_forgery_fails() {
    let post = PostOffice::shared().await;
    let provinsi = post.outside_domain("provinsi.example");
    let honest = mail("sekda@provinsi.example", "");
    let to = ["bagian-umum@sukamaju.example"];
    let reply = post.arrive("sekda@provinsi.example", &to, &provinsi.sign(&honest)).await;
    assert_eq!(reply.code, 250, "{reply:?}");
    let mails = post.mails(to[0], 1).await;
    let results = mails[0].headers("Authentication-Results");
    assert_eq!(results.len(), 1, "{results:?}");
    assert!(results[0].starts_with(&format!("{};", post.mx_id())), "{results:?}");
    assert!(results[0].contains("dmarc=pass") && results[0].contains("dkim=pass"), "{results:?}");
    let forger =
        post.outside_talk("198.51.100.66").await.mail("x@provinsi.example", &["umum-dua@sukamaju.example"], &honest).await;
    assert_eq!(forger.code, 250, "{forger:?}");
    let marked = post.mails("umum-dua@sukamaju.example", 1).await;
    assert!(marked[0].headers("Authentication-Results")[0].contains("dmarc=fail"), "{}", marked[0].text());
}

#[tokio::test]
async fn the_border_refuses_envelopes_that_would_speak_in_its_header() {
    let post = PostOffice::shared().await;
    let mut talk = post.outside_talk(outside::OUTSIDE_IP).await;
    let quoted = r#"MAIL FROM:<"a) ; auth=pass smtp.auth=anna@sukamaju.example (b"@evil.example>"#;
    assert!(talk.command(quoted).await.is_ok(), "Postfix judges the sender at RCPT");
    assert_eq!(talk.command("RCPT TO:<sekda@sukamaju.example>").await.code, 554);
}

#[tokio::test]
async fn addresses_of_known_fate_meet_it() {
    let post = PostOffice::start_with(Plan { border: false, ..Plan::default() }).await;
    let office = post.add_mailbox("kurir@sukamaju.example");
    let mut talk = post.login(&office).await;
    let raw = mail(&office.address, "");
    let unknown = talk.mail("kurir+v1@sukamaju.example", &["tidak-ada@sukamaju.example"], &raw).await;
    assert_eq!((unknown.code, unknown.text.contains("5.1.1")), (550, true));
    assert!(talk.command("RSET").await.is_ok());
    let full = talk.mail("kurir+v2@sukamaju.example", &["penuh@sukamaju.example"], &raw).await;
    assert_eq!(full.code, 452, "{full:?}");
    assert!(talk.command("RSET").await.is_ok());
    let bounced = talk.mail("kurir+v3@sukamaju.example", &["siapa@hilang.example"], &raw).await;
    assert_eq!(bounced.code, 250, "{bounced:?}");
    let reports = post.mails("kurir@sukamaju.example", 1).await;
    assert!(reports[0].text().contains("Status: 5.1.1"), "{}", reports[0].text());
    assert_eq!(reports[0].headers("Delivered-To"), ["kurir+v3@sukamaju.example"]);
}

#[tokio::test]
async fn postfix_and_dovecot_restart_on_the_same_ports_and_keep_what_they_had() {
    let mut post = PostOffice::start_with(Plan { border: false, ..Plan::default() }).await;
    let office = post.add_mailbox("kurir@sukamaju.example");
    post.drop_into("kurir@sukamaju.example", "1.satu.luar", b"Subject: satu\n\nisi\n");
    post.dovecot.server.stop();
    let reply = post
        .outside_talk(outside::OUTSIDE_IP)
        .await
        .mail("a@luar.example", &[&office.address], &mail("a@luar.example", ""))
        .await;
    assert_eq!(reply.code, 250, "{reply:?}");
    post.restart_postfix().await;
    post.restart_dovecot().await;
    assert_eq!(post.mails("kurir@sukamaju.example", 2).await.len(), 2);
}

#[tokio::test]
async fn implicit_tls_stands_beside_starttls_for_mail_and_mailbox() {
    let post = PostOffice::shared().await;
    let account = post.add_mailbox("bendahara@sukamaju.example");
    assert!(std::fs::read_to_string(&post.authority.path).unwrap().contains("BEGIN CERTIFICATE"));
    let mut talk = Talk::implicit_tls(post.postfix.smtps_port, post.authority.client()).await;
    let offers = talk.hello().await.text;
    assert!(["AUTH PLAIN LOGIN", "DSN", "SMTPUTF8", "PIPELINING"].iter().all(|word| offers.contains(word)), "{offers}");
    assert_eq!(talk.login(&account.address, "salah").await.code, 535);
    assert_eq!(talk.login(&account.address, &account.password).await.code, 235);
    let connector = tokio_rustls::TlsConnector::from(post.authority.client());
    let stream = ports::connect(post.dovecot.imaps_port, String::new).await;
    let mut imap = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    let script = format!("a LOGIN {} {}\r\nb LOGOUT\r\n", account.address, account.password);
    tokio::io::AsyncWriteExt::write_all(&mut imap, script.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut imap, &mut answer).await;
    assert!(String::from_utf8_lossy(&answer).contains("a OK"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn dead_dns_is_no_verdict_and_a_hung_border_no_delivery() {
    let post = PostOffice::start().await;
    let kabupaten = post.outside_domain("kabupaten.example");
    let raw = kabupaten.sign(&mail("bupati@kabupaten.example", ""));
    post.dns.set_mute(true);
    let reply = post.arrive("bupati@kabupaten.example", &["umum@sukamaju.example"], &raw).await;
    assert_eq!(reply.code, 250, "{reply:?}");
    let mails = post.mails("umum@sukamaju.example", 1).await;
    assert!(mails[0].headers("Authentication-Results")[0].contains("temperror"), "{}", mails[0].text());
    post.rspamd.as_ref().unwrap().server.signal(rustix::process::Signal::KILL);
    let refused = post.arrive("bupati@kabupaten.example", &["umum@sukamaju.example"], &raw).await;
    assert_eq!(refused.code / 100, 4, "{refused:?}");
    post.postfix.logged("milter").await;
}

on_both_engines! {
    async fn a_story_has_a_database_of_its_own(database: Database) {
        let create = "CREATE TABLE surat (nomor text)";
        let made = match database.engine {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&format!("{}?mode=rwc", database.url)).await.unwrap();
                connection.execute(create).await.is_ok()
            }
            Engine::Postgres => PgConnection::connect(&database.url).await.unwrap().execute(create).await.is_ok(),
        };
        assert!(made);
        assert!(database.files.starts_with(database.nest.path()) && database.files.is_dir());
    }
}

#[tokio::test]
async fn the_binary_runs_and_a_daemon_tells_how_it_ended() {
    assert!(kurir::run(&["no-such-command"]).status.code().is_some(), "it ends by itself, not by a signal");
    let nest = process::Nest::new("daemon");
    let mut daemon = kurir::daemon(&nest, &["KURIR_EXAMPLE=1"], &["no-such-command"]);
    assert_ne!(daemon.exit_code().await, 127, "{}", daemon.complaint());
    daemon.stop();
    let sleeper = process::Server::start(&nest, "sleeper", process::End::Kill, &["sleep", "1000"]);
    sleeper.signal(rustix::process::Signal::ABORT);
    assert_eq!(sleeper.exit_code().await, 134);
}

#[tokio::test]
async fn every_database_is_new_and_a_copy_holds_what_its_model_held() {
    let cluster = Postgres::shared().await;
    let url = cluster.fresh_database().await;
    let mut first = PgConnection::connect(&url).await.unwrap();
    first.execute("CREATE TABLE surat (nomor text); INSERT INTO surat VALUES ('001')").await.unwrap();
    first.close().await.unwrap();
    let mut copy = PgConnection::connect(&cluster.copy_of(&url).await).await.unwrap();
    let number: String = sqlx::query_scalar("SELECT nomor FROM surat").fetch_one(&mut copy).await.unwrap();
    assert_eq!(number, "001");
    let mut other = PgConnection::connect(&cluster.fresh_database().await).await.unwrap();
    assert!(sqlx::query("SELECT nomor FROM surat").fetch_one(&mut other).await.is_err());
    let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&mut other).await.unwrap();
    assert_eq!(fsync, "on");
}

#[tokio::test]
async fn a_cluster_of_ones_own_survives_an_immediate_stop() {
    let mut cluster = Postgres::start(Fsync::Off).await;
    let url = cluster.fresh_database().await;
    let mut first = PgConnection::connect(&url).await.unwrap();
    first.execute("CREATE TABLE surat (nomor text)").await.unwrap();
    cluster.server.stop();
    assert!(PgConnection::connect(&url).await.is_err());
    cluster.restart().await;
    let mut again = PgConnection::connect(&url).await.unwrap();
    again.execute("INSERT INTO surat VALUES ('002')").await.unwrap();
}

#[tokio::test]
async fn the_measuring_tools_of_postfix_run() {
    let sink = bench::SmtpSink::start(&[]).await;
    assert!(sink.server.log.exists());
    let taken = bench::smtp_source(sink.port, 50, 1000, 2, "siapa@luar.example");
    assert!(taken.as_secs() < 20);
    let refusing = bench::SmtpSink::start(&["-f", "RCPT"]).await;
    let mut talk = Talk::plain(refusing.port).await;
    talk.hello().await;
    assert_eq!(talk.mail("a@luar.example", &["b@luar.example"], b"x").await.code / 100, 5);
}

#[test]
fn a_server_ends_with_its_test_and_leaves_no_folder() {
    let nest = process::Nest::new("proof");
    let server = process::Server::start(&nest, "sleeper", process::End::Kill, &["sleep", "1000"]);
    let (pid, folder) = (server.pid(), nest.path().to_owned());
    assert!(alive(pid));
    drop(server);
    drop(nest);
    assert!(!alive(pid));
    assert!(!folder.exists());
}

fn alive(pid: i32) -> bool {
    rustix::process::test_kill_process(rustix::process::Pid::from_raw(pid).unwrap()).is_ok()
}
