//! Ways that seem to have brought a letter and have not: a notice without content, a phone that takes one file, a report of
//! failure that somebody made up.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::dump::Raw;
use crate::town::letters::{letter, pdf, pdf_of, submission};
use crate::town::record::official_number;
use jiff::SignedDuration;
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::directory::PersonalChannelState;
use kurir::domain::ids::LetterId;
use kurir::domain::letter::{Letter, SecurityClass};
use kurir::flow::accept::{SubmittedFile, accept};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const ASEP_NUMBER: &str = "197203091998031910";
const JOKO: &str = "joko.purnomosidi@dpupr.sukamaju.example";

/// Joko's mailbox is gone; his phone is linked.
async fn by_phone_only(town: &Town) -> crate::town::phones::Handset<'_> {
    let joko = town.linked(JOKO, 7003).await;
    let number = official_number(town, JOKO).await;
    let mut tx = town.house().store.write().await.unwrap();
    tx.set_email_state(&number, PersonalChannelState::Bounced).await.unwrap();
    tx.bump_directory().await.unwrap();
    tx.commit().await.unwrap();
    joko
}

/// A letter to Joko with a map beside it.
async fn with_a_map(town: &Town, letter: &Letter, bytes: usize) -> LetterId {
    let mut given = submission(letter, pdf_of("Surat", bytes));
    given.attachments = vec![SubmittedFile { name: "peta genangan.pdf".to_owned(), bytes: pdf("Peta") }];
    accept(town.house(), given).await.unwrap().id
}

/// A report of a mail server, as somebody writes it who can write.
fn report(way_back: &str, recipient: &str, more: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.penyerang.example\r\nTo: <{way_back}>\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Message-ID: <palsu@mx.penyerang.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         Failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.penyerang.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n{more}--b--\r\n"
    )
}

/// What came of the newest report, and how often one lies on a tray unmatched.
async fn judged(town: &Town) -> (String, usize) {
    let items = town.house().store.read().await.unwrap().inbound_list(1).await.unwrap();
    let unmatched = town.tray_codes().await.iter().filter(|(code, _)| code == "bounce_unmatched").count();
    (items[0].why.clone(), unmatched)
}

on_both_engines! {
    /// "Sudah saya terima" under a notice says that the notice came. The paper alone has the letter.
    async fn a_notice_that_is_acknowledged_takes_no_paper_away(database: Database) {
        let town = Town::open(database).await;
        let joko = by_phone_only(&town).await;
        let id = town.submit(&Letter { class: SecurityClass::Restricted, ..letter(&["KADIS-PUPR"]) }).await.id;
        town.run_until_idle().await;
        let lines = ["letter KADIS-PUPR print full bounced queued", "letter KADIS-PUPR telegram notice class_notice telegram_stored"];
        assert_eq!(town.lines(id).await, lines);
        let shown = joko.last();
        assert!(shown.text.contains("dicetak dan diantar") && !shown.text.contains("surel dinas"), "{}", shown.text);
        joko.press(&shown, "Sudah saya terima").await;
        assert_eq!(town.acts(id).await.len(), 1);
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-PUPR print full bounced queued", "letter KADIS-PUPR telegram notice class_notice acknowledged"]
        );
        kurir::flow::handover::withdraw_answered(town.house(), &town.engine.doors.print).await.unwrap();
        assert!(!town.print_entry(id, "KADIS-PUPR").await.letter.is_empty(), "it is still to be printed");
        assert!(!joko.last().text.contains("surel dinas"), "{:?}", joko.texts());
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// The mail may still come back: what he said under the notice is not said of the mail.
    async fn a_notice_that_is_acknowledged_says_nothing_of_the_mail(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let id = town.submit(&Letter { class: SecurityClass::Restricted, ..letter(&["KADIS-KOMINFO"]) }).await.id;
        town.run_until_idle().await;
        let shown = asep.last();
        assert!(shown.text.contains("Silakan buka surel dinas"), "{}", shown.text);
        asep.press(&shown, "Sudah saya terima").await;
        assert_eq!(town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.state, DeliveryState::Relayed);
        let way_back = town.mails_of(ASEP).iter().rev().find(|mail| mail.text().contains("kembali+")).unwrap().headers("Return-Path")[0].clone();
        town.post.drop_into(&town.gateway(), "kembali", report(way_back.trim_matches(['<', '>']), ASEP, "").as_bytes());
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert!(lines.contains(&"letter KADIS-KOMINFO print full bounced queued".to_owned()), "{lines:?}");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn what_a_phone_cannot_carry_comes_by_a_link(database: Database) {
        let town = Town::open(database).await;
        let joko = by_phone_only(&town).await;
        let id = with_a_map(&town, &letter(&["KADIS-PUPR"]), 0).await;
        town.run_until_idle().await;
        let shown = joko.last();
        assert_eq!(shown.document.as_ref().map(|file| file.file_name.as_str()), Some("surat.pdf"));
        assert!(shown.text.contains("peta genangan.pdf") && shown.text.contains("https://kurir.sukamaju.example/berkas/"), "{}", shown.text);
        assert_eq!(town.lines(id).await, ["letter KADIS-PUPR telegram full next_channel telegram_stored"]);
        // 60 MB are more than the Bot API takes.
        let id = with_a_map(&town, &letter(&["KADIS-PUPR"]), 60_000_000).await;
        town.run_until_idle().await;
        let shown = joko.last();
        assert!(shown.document.is_none() && shown.text.contains("Surat lengkap (60 MB) dan lampirannya dapat dibuka di https://"), "{}", shown.text);
        assert!(shown.text.contains("peta genangan.pdf"), "{}", shown.text);
        assert_eq!(town.lines(id).await, ["letter KADIS-PUPR telegram full next_channel telegram_stored"]);
        town.finish().await;
    }

    /// Whoever has seen a reply with its quote knows the reply token, and anybody knows the address.
    async fn a_made_up_report_takes_nobody_off_mail(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        let reply = mail.headers("Reply-To")[0].rsplit('<').next().unwrap().trim_matches(['<', '>', ' ']).to_owned();
        let seen = mail.headers("Message-ID")[0].clone();
        let as_bounce = reply.replace("balas+", "kembali+");
        let returned = format!("--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {seen}\r\nSubject: surat\r\n\r\n");
        let gateway = town.gateway();
        for (count, (way_back, more)) in [(&reply, ""), (&as_bounce, ""), (&gateway, returned.as_str())].into_iter().enumerate() {
            town.post.drop_into(&town.gateway(), &format!("palsu-{count}"), report(way_back, ASEP, more).as_bytes());
            town.run_until_idle().await;
            assert_eq!(judged(&town).await, ("bounce_unmatched".to_owned(), count + 1), "{way_back}");
        }
        // The true way back, but of somebody else's mailbox.
        let true_way = mail.headers("Return-Path")[0].trim_matches(['<', '>']).to_owned();
        town.post.drop_into(&town.gateway(), "palsu-lain", report(&true_way, "orang.lain@sukamaju.example", "").as_bytes());
        town.run_until_idle().await;
        assert_eq!(judged(&town).await, ("bounce_unmatched".to_owned(), 4));
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        let next = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(next).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        // And the true report, which names who was first written to.
        let alias = format!("Final-Recipient: rfc822; asep.rumah@sukamaju.example\r\nOriginal-Recipient: rfc822;{}\r\n", ASEP.to_uppercase());
        let text = report(&true_way, ASEP, "").replace(&format!("Final-Recipient: rfc822; {ASEP}\r\n"), &alias);
        town.post.drop_into(&town.gateway(), "benar", text.as_bytes());
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        assert_eq!(lines, ["letter KADIS-KOMINFO email full primary_channel bounced", "letter KADIS-KOMINFO print full bounced queued"]);
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// A server that tries no more says "failed", with a status that begins with 4 where nothing was ever refused.
    async fn a_server_that_gave_up_is_believed(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let way_back = town.mail_of(ASEP).headers("Return-Path")[0].trim_matches(['<', '>']).to_owned();
        let text = report(&way_back, ASEP, "").replace("Status: 5.1.1", "Status: 4.4.1");
        town.post.drop_into(&town.gateway(), "menyerah", text.as_bytes());
        town.run_until_idle().await;
        let lines = town.lines(id).await;
        let expected = ["letter KADIS-KOMINFO email full primary_channel bounced", "letter KADIS-KOMINFO print full delivery_timeout queued"];
        assert_eq!(lines, expected);
        let next = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(next).await, ["letter KADIS-KOMINFO email full primary_channel relayed"], "the address is not at fault");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// In words that no reader knows: a person looks at it, with the letter beside.
    async fn a_report_that_tells_nothing_is_shown_to_a_person(database: Database) {
        let town = Town::open(database).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let way_back = town.mail_of(ASEP).headers("Return-Path")[0].trim_matches(['<', '>']).to_owned();
        let text = format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.sukamaju.example\r\nTo: <{way_back}>\r\nSubject: Undeliverable mail\r\n\
             Message-ID: <aneh@mx.sukamaju.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nSurat tidak sampai.\r\n"
        );
        town.post.drop_into(&town.gateway(), "aneh", text.as_bytes());
        town.run_until_idle().await;
        let unclear: Vec<_> = town.tray().await.into_iter().filter(|item| item.code == "bounce_unclear").collect();
        assert_eq!(unclear.iter().map(|item| item.letter).collect::<Vec<_>>(), [Some(id)], "{:?}", town.tray_codes().await);
        town.finish().await;
    }

    /// I, L, O, 0 and 1 are taken for each other by who types.
    async fn a_link_code_is_typed_without_doubt(database: Database) {
        let town = Town::open(database).await;
        for _ in 0..5 {
            let code = town.link_code(ASEP).await;
            assert!(code.bytes().all(|byte| kurir::domain::check_code::LETTERS.contains(&byte)), "{code}");
        }
        town.finish().await;
    }

    /// Telegram brought the whole letter: that the mail came back is told as that, not as a loss.
    async fn a_letter_that_came_by_phone_is_not_told_as_lost(database: Database) {
        let town = Town::open(database).await;
        town.linked(ASEP, 7001).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        let way_back = town.mail_of(ASEP).headers("Return-Path")[0].trim_matches(['<', '>']).to_owned();
        town.post.drop_into(&town.gateway(), "kembali", report(&way_back, ASEP, "").as_bytes());
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-KOMINFO email full primary_channel bounced", "letter KADIS-KOMINFO telegram full linked_account telegram_stored"]
        );
        let list = town.kurir(&["tray", "list"]).done();
        assert!(list.contains("satu saluran gagal; surat diantar lewat saluran lain") && !list.contains("mana pun"), "{list}");
        town.finish().await;
    }

    /// What was withdrawn stays withdrawn: after years of it the next job still leaves the spool folder before it is printed.
    async fn paper_is_withdrawn_however_much_was_withdrawn_before(database: Database) {
        let mut town = Town::open(database).await;
        town.kurir(&["absence", "add", ASEP_NUMBER, "--from", "2026-12-08", "--reason", "leave"]).done();
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.submit(&letter(&["KADIS-PUPR"])).await;
        town.run_until_idle().await;
        let job = town.delivery(id, "KADIS-KOMINFO", Channel::Print).await.id;
        let entry = town.opened.installation.layout.spool.join(format!("{job}-1"));
        assert!(entry.is_dir());
        town.rows_without_facts = true;
        years_of_paper(&mut town.raw().await, 10_001).await;
        town.kurir(&["absence", "end", ASEP_NUMBER, "--on", "2026-12-08"]).done();
        town.after(SignedDuration::from_hours(24)).await;
        assert_eq!(town.delivery(id, "KADIS-KOMINFO", Channel::Print).await.state, DeliveryState::Superseded);
        assert!(!entry.exists(), "nobody prints what went by mail");
        town.finish().await;
    }
}

/// So many print jobs of an old letter that another way replaced; they come first wherever jobs are put in order.
async fn years_of_paper(raw: &mut Raw, count: usize) {
    let id = match raw {
        Raw::Sqlite(_) => "unhex(printf('%032x', i))",
        Raw::Postgres(_) => "lpad(to_hex(i), 32, '0')::uuid",
    };
    let sql = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         INSERT INTO delivery (id, message_id, letter_id, channel, address, content, state, reason, priority, copy_number, next_at, held, \
         tries, lease_no, lease_until, state_at, created_at) SELECT {id}, message_id, letter_id, 'print', address, content, 'superseded', \
         reason, 2, 0, NULL, held, tries, lease_no, NULL, state_at - 90000000000000, created_at FROM delivery, n \
         WHERE delivery.id = (SELECT delivery.id FROM delivery JOIN message ON message.id = message_id WHERE recipient = 'KADIS-PUPR')"
    );
    assert_eq!(raw.run(&sql).await, Ok(count as u64));
}
