//! Kurir's mail at a real Postfix and in a real mailbox: TLS, logins, reports, smuggling, and the seal afterwards.

use crate::servers::{Account, Plan, PostOffice, bench};
use crate::story_smime::{letter, office_of, pdf, verify};
use crate::story_smtp_abort::die_at;
use kurir::channel::email::address::Address;
use kurir::channel::email::compose::Outgoing;
use kurir::channel::email::envelope::Envelope;
use kurir::channel::email::fault::{Concern, Fault};
use kurir::channel::email::guard::Unsendable;
use kurir::channel::email::pool::SmtpDoor;
use kurir::channel::email::seal::Seal;
use kurir::channel::email::settings::{Security, SmtpSettings};
use kurir::channel::email::wiremail::{SharedPart, WireMail};
use kurir::domain::delivery::{Outcome, Receipt};
use secrecy::SecretString;
use std::os::unix::process::ExitStatusExt as _;
use std::sync::Arc;
use std::time::Instant;

pub(crate) const KURIR: &str = "kurir@sukamaju.example";

pub(crate) async fn post_office(extra: &str) -> (PostOffice, Account) {
    let plan = Plan { border: false, postfix_extra: extra.to_owned(), ..Plan::default() };
    let post = PostOffice::start_with(plan).await;
    let account = post.add_mailbox(KURIR);
    (post, account)
}

pub(crate) fn settings(post: &PostOffice, security: Security) -> SmtpSettings {
    let (implicit, starttls) = (post.postfix.smtps_port, post.postfix.submission_port);
    SmtpSettings {
        host: "127.0.0.1".into(),
        tls_name: Some("mx.sukamaju.example".into()),
        port: if security == Security::Implicit { implicit } else { starttls },
        security,
        ca_file: Some(post.authority.path.clone()),
        username: Some(KURIR.into()),
        hello: Some("kurir.sukamaju.example".into()),
        ..SmtpSettings::default()
    }
}

pub(crate) fn door(settings: SmtpSettings, password: &str) -> SmtpDoor {
    SmtpDoor::new(settings, Some(SecretString::from(password))).unwrap()
}

pub(crate) fn to(address: &str, envid: &str) -> Envelope {
    Envelope {
        return_path: Some(Address::parse(&format!("kurir+b={envid}@sukamaju.example")).unwrap()),
        to: Address::parse(address).unwrap(),
        envid: envid.into(),
    }
}

pub(crate) fn our_letter(address: &str) -> Outgoing {
    Outgoing { from: Address::parse(KURIR).unwrap(), to: Address::parse(address).unwrap(), ..letter() }
}

#[track_caller]
pub(crate) fn delivered(outcome: Outcome) -> Receipt {
    let Outcome::Delivered(receipt) = outcome else { panic!("{outcome:?}") };
    receipt
}

#[track_caller]
pub(crate) fn assert_sealed(dir: &tempfile::TempDir, mail: &[u8]) {
    let output = verify(dir.path(), mail, KURIR);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_sealed_letter_arrives_over_either_tls_and_its_report_names_it() {
    let (post, account) = post_office("").await;
    let (dir, seal) = office_of(KURIR);
    for (security, who) in [(Security::StartTls, "camat"), (Security::Implicit, "lurah")] {
        let address = format!("{who}@sukamaju.example");
        let door = door(settings(&post, security), &account.password);
        let mail = our_letter(&address).compose(&seal).unwrap();
        let receipt = delivered(door.send(&to(&address, &format!("krm-{who}")), &mail).await);
        assert!(receipt.reports_delivery && receipt.remote_id.is_some(), "{receipt:?}");
        let stored = post.mails(&address, 1).await;
        assert_sealed(&dir, &stored[0].raw);
        let text = stored[0].text();
        let body = text.split_once("\r\n\r\n").unwrap().1;
        let sent = String::from_utf8(mail.to_vec()).unwrap();
        // Dovecot ends the file where the mail ends; nothing else may differ from the bytes that were signed and stored.
        assert_eq!(body.trim_end(), sent.split_once("\r\n\r\n").unwrap().1.trim_end());
        let mut flipped = stored[0].raw.clone();
        let at = text.find("JVBERi").unwrap() + 400;
        flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
        assert!(!verify(dir.path(), &flipped, KURIR).status.success());
    }
    let reports = post.mails(KURIR, 2).await;
    for who in ["camat", "lurah"] {
        let report =
            reports.iter().map(crate::servers::StoredMail::text).find(|text| text.contains(&format!("krm-{who}"))).unwrap();
        assert!(report.contains(&format!("Original-Envelope-Id: krm-{who}")), "{report}");
        assert!(report.contains("Action: relayed") || report.contains("Action: delivered"), "{report}");
        assert!(report.contains(&format!("rfc822;{who}@sukamaju.example")), "{report}");
    }
}

#[tokio::test]
async fn the_login_works_by_login_alone_and_the_check_tells_what_it_found() {
    let (post, account) = post_office("smtpd_sasl_mechanism_filter = login").await;
    let door = door(settings(&post, Security::StartTls), &account.password);
    let ours = Address::parse(KURIR).unwrap();
    let checked = door.check(&ours, &ours).await.unwrap();
    assert_eq!(checked.tls.as_deref(), Some("TLSv1_3"));
    assert!(checked.logged_in && checked.reports_delivery);
    assert_eq!(checked.size_limit, Some(52_428_800));
    assert!(checked.offers.iter().any(|line| line == "AUTH LOGIN"), "{:?}", checked.offers);
}

#[tokio::test]
async fn each_wrong_setting_and_each_hopeless_address_has_its_own_answer() {
    let (post, account) = post_office("").await;
    let (dir, seal) = office_of(KURIR);
    let good = settings(&post, Security::StartTls);
    let fault = |settings: SmtpSettings, password: &str| {
        let door = door(settings, password);
        let ours = Address::parse(KURIR).unwrap();
        async move { door.check(&ours, &ours).await.unwrap_err() }
    };
    let wrong = fault(good.clone(), "salah").await;
    assert_eq!((wrong.code().as_str(), wrong.concern()), ("auth", Concern::Account), "{wrong:?}");
    let stranger = fault(SmtpSettings { ca_file: Some(dir.path().join("ca.pem")), ..good.clone() }, &account.password).await;
    assert!(matches!(&stranger, Fault::Tls(why) if why.contains("UnknownIssuer")), "{stranger:?}");
    let other_name = SmtpSettings { tls_name: Some("mx.lain.example".into()), ..good.clone() };
    let renamed = fault(other_name, &account.password).await;
    assert!(matches!(&renamed, Fault::Tls(why) if why.contains("not valid for name")), "{renamed:?}");
    let plain_port = SmtpSettings { security: Security::Implicit, port: post.postfix.submission_port, ..good.clone() };
    assert_eq!(fault(plain_port, &account.password).await.code(), "tls");

    let door = door(good, &account.password);
    let mail = our_letter("a@sukamaju.example").compose(&seal).unwrap();
    let refused = door.send(&to("tidak-ada@sukamaju.example", "krm-1"), &mail).await;
    assert!(matches!(&refused, Outcome::Refused(reason) if reason.code == "5.1.1"), "{refused:?}");
    let full = door.send(&to("penuh@sukamaju.example", "krm-2"), &mail).await;
    assert!(matches!(&full, Outcome::Deferred(reason, None) if reason.code == "4.2.2"), "{full:?}");
    let not_ours = Envelope { return_path: Some(Address::parse("walikota@sukamaju.example").unwrap()), ..to("a@b.example", "x") };
    let asked = door.check(not_ours.return_path.as_ref().unwrap(), &not_ours.to).await.unwrap_err();
    assert_eq!(asked.code(), "sender", "{asked:?}");
    let sender = door.send(&not_ours, &mail).await;
    // Postfix says so at RCPT; taken for the recipient's refusal it would put every letter on paper.
    assert!(matches!(&sender, Outcome::Deferred(reason, None) if reason.code == "sender"), "{sender:?}");
    delivered(door.send(&to("sekda@sukamaju.example", "krm-3"), &mail).await);
    assert_sealed(&dir, &post.mails("sekda@sukamaju.example", 1).await[0].raw);
}

/// The nine end-of-data forms of the SEC Consult scanner.
const FORMS: [&str; 9] =
    ["\n.\n", "\n.\r", "\r.\n", "\r.\r", "\n.\r\n", "\r.\r\n", "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\r\n\0.\r\n"];

#[tokio::test]
async fn the_same_postfix_is_open_to_smuggling_and_the_guard_is_what_stops_it() {
    let (post, account) = post_office("").await;
    let raw = "Subject: satu\r\n\r\nawal\n.\r\nMAIL FROM:<kurir@sukamaju.example>\r\nRCPT TO:<korban@sukamaju.example>\r\n\
               DATA\r\nSubject: palsu\r\n\r\npalsu\r\n";
    let mut talk = post.login(&account).await;
    for command in ["MAIL FROM:<kurir@sukamaju.example>", "RCPT TO:<umum@sukamaju.example>", "DATA"] {
        talk.command(command).await;
    }
    talk.bytes(format!("{raw}.\r\n").as_bytes()).await;
    assert!(post.mails("korban@sukamaju.example", 1).await[0].text().contains("palsu"), "the control shows nothing");
    assert!(matches!(WireMail::checked(raw.as_bytes().to_vec().into()), Err(Unsendable::BareLineEnd(_))));
}

#[tokio::test]
async fn nine_ways_to_smuggle_a_second_mail_stay_one_mail_each() {
    let (post, account) = post_office("").await;
    let (dir, seal) = office_of(KURIR);
    let door = door(settings(&post, Security::StartTls), &account.password);
    for (at, form) in FORMS.iter().enumerate() {
        let forged = format!(
            "awal{form}MAIL FROM:<kurir@sukamaju.example>\r\nRCPT TO:<korban@sukamaju.example>\r\nDATA\r\n\
             From: walikota@sukamaju.example\r\nSubject: palsu\r\n\r\npalsu{form}akhir"
        );
        let address = format!("camat{at}@sukamaju.example");
        let mail = Outgoing {
            subject: forged.clone(),
            to_name: forged.clone(),
            from_name: forged.clone(),
            text: forged.clone(),
            html: Some(forged.clone()),
            parts: vec![SharedPart::encode(&forged, "text/plain", forged.as_bytes())],
            ..our_letter(&address)
        };
        delivered(door.send(&to(&address, &format!("krm-s{at}")), &mail.compose(&seal).unwrap()).await);
        let stored = post.mails(&address, 1).await;
        assert_sealed(&dir, &stored[0].raw);
        assert_eq!(stored[0].headers("Subject").len(), 1);
    }
    // The last mail is through, so whatever had been smuggled before it would be as well.
    for at in 0..FORMS.len() {
        assert_eq!(post.mails_now(&format!("camat{at}@sukamaju.example")).len(), 1, "form {at}");
    }
    assert!(post.mails_now("korban@sukamaju.example").is_empty());
    assert!(!post.postfix.log().contains("korban"), "Postfix read an envelope inside a mail");
}

#[tokio::test]
async fn an_address_with_an_accent_is_sent_with_smtputf8() {
    // Dovecot 2.3 offers no SMTPUTF8 over LMTP and Postfix would bounce what it took, so the mail ends here.
    let (post, account) = post_office("virtual_transport = discard:").await;
    let (_dir, seal) = office_of(KURIR);
    let door = door(settings(&post, Security::StartTls), &account.password);
    let mail = our_letter("réza@sukamaju.example").compose(&seal).unwrap();
    delivered(door.send(&to("réza@sukamaju.example", "krm-8"), &mail).await);
    post.postfix.logged("to=<réza@sukamaju.example>, relay=none").await;
    assert!(post.postfix.log().contains("status=sent"), "{}", post.postfix.log());
}

#[tokio::test]
async fn a_process_dies_right_after_starttls_and_nothing_was_sent() {
    let (post, _account) = post_office("").await;
    let status = die_at("smtp.after_starttls", post.postfix.submission_port, &post.authority.path).await;
    assert_eq!(status.signal(), Some(6), "{status:?}");
    post.postfix.logged("lost connection after STARTTLS").await;
}

#[tokio::test]
async fn many_recipients_share_one_encoding_and_no_step_is_quadratic() {
    let sink = bench::SmtpSink::start(&[]).await;
    let (_dir, seal) = office_of(KURIR);
    let (seal, parts) = (Arc::new(seal), vec![SharedPart::encode("surat.pdf", "application/pdf", &pdf(60_000))]);
    let settings =
        SmtpSettings { host: "127.0.0.1".into(), port: sink.port, security: Security::None, ..SmtpSettings::default() };
    let door = Arc::new(SmtpDoor::new(settings, None).unwrap());
    let start = Instant::now();
    let count = 400;
    let sends = (0..8).map(|lane| {
        let (door, seal, parts) = (Arc::clone(&door), Arc::clone(&seal), parts.clone());
        tokio::spawn(async move { send_share(&door, &seal, &parts, (lane, count / 8)).await })
    });
    for lane in futures::future::join_all(sends).await {
        lane.unwrap();
    }
    let ours = start.elapsed();
    let theirs = bench::smtp_source(sink.port, count, 84_000, 8, "camat@sukamaju.example");
    println!("{count} signed mails of 84 kB: kurir {ours:?}, smtp-source {theirs:?} (a build without optimisation)");
    assert!(ours.as_secs() < 30, "{count} mails took {ours:?}");
}

async fn send_share(door: &SmtpDoor, seal: &Seal, parts: &[SharedPart], (lane, count): (u32, u32)) {
    for at in 0..count {
        let address = format!("p{lane}.{at}@sukamaju.example");
        let mail = Outgoing { parts: parts.to_vec(), ..our_letter(&address) }.compose(seal).unwrap();
        delivered(door.send(&to(&address, "krm-9"), &mail).await);
    }
}

#[tokio::test]
async fn a_restarted_server_costs_a_connection_and_no_mail() {
    let (mut post, account) = post_office("").await;
    let (_dir, seal) = office_of(KURIR);
    let door = door(settings(&post, Security::StartTls), &account.password);
    let mail = our_letter("camat@sukamaju.example").compose(&seal).unwrap();
    delivered(door.send(&to("camat@sukamaju.example", "krm-1"), &mail).await);
    post.mails("camat@sukamaju.example", 1).await;
    post.restart_postfix().await;
    delivered(door.send(&to("camat@sukamaju.example", "krm-1"), &mail).await);
    let twice = post.mails("camat@sukamaju.example", 2).await;
    let id = |at: usize| twice[at].headers("Message-ID");
    assert_eq!(id(0), id(1), "the same bytes again are the same mail");
}
