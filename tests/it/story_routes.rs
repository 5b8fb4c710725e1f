//! Where a letter goes when the world is not as the letter thinks: nobody there, a dead mailbox, a class, a trial, a change.

use crate::servers::engines::on_both_engines;
use crate::town::letters::{letter, outside, pdf, pdf_of, recipient, submission};
use crate::town::record::official_number;
use crate::town::seen::{attachment, plain, told};
use crate::town::{Plan, Town};
use jiff::SignedDuration;
use jiff::civil::date;
use kurir::domain::delegation::{Absence, AbsenceReason, Days};
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::ids::AbsenceId;
use kurir::domain::letter::{RecipientRole, SecurityClass};
use kurir::flow::administer::{AdministerError, QueueAct, add_absence, go_live, mode, pause_channel, queue};
use kurir::flow::handover::{DeskAct, DeskEntry, DeskError, desk};
use std::collections::BTreeSet;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const JOKO: &str = "joko.purnomosidi@dpupr.sukamaju.example";

fn at(address: &'static str) -> Plan {
    Plan { registry: vec![("officials.csv", JOKO, address)], ..Plan::default() }
}

async fn absent(town: &Town, address: &str) {
    let official = official_number(town, address).await;
    let days = Days { from: date(2026, 12, 8), to: Some(date(2026, 12, 18)) };
    let id = AbsenceId::new(town.house().uuid());
    add_absence(town.house(), &Absence { id, official, days, reason: AbsenceReason::Leave }, None).await.unwrap();
}

on_both_engines! {
    async fn off_duty_without_a_delegate_and_a_vacant_post_reach_paper_and_the_operator(database: Database) {
        let town = Town::open(database).await;
        absent(&town, ASEP).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO", "KABID-BINAMARGA"])).await.id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            ["letter KABID-BINAMARGA print full vacant queued", "letter KADIS-KOMINFO print full absent queued"]
        );
        let codes: BTreeSet<(String, String)> = town.tray_codes().await.into_iter().collect();
        let expected = [("absent_without_delegate", "DISKOMINFO"), ("vacant", "DPUPR")];
        assert_eq!(codes, expected.map(|(code, unit)| (code.to_owned(), unit.to_owned())).into());
        assert!(town.mails_of(ASEP).is_empty());
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn a_mailbox_that_is_refused_for_good_falls_to_paper(database: Database) {
        let town = Town::open_with(database, at("tidak-ada@sukamaju.example")).await;
        let id = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-PUPR email full primary_channel refused", "letter KADIS-PUPR print full bounced queued"]
        );
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// Kept trying by the ladder; given up by the clock; on paper in the end, with every attempt written down.
    async fn a_full_mailbox_is_tried_by_the_ladder_and_then_falls_to_paper(database: Database) {
        let town = Town::open_with(database, at("penuh@sukamaju.example")).await;
        let id = town.submit(&letter(&["KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-PUPR email full primary_channel deferred"]);
        town.after(SignedDuration::from_secs(61)).await;
        assert_eq!(town.attempts(id).await.len(), 2, "{:#?}", town.attempts(id).await);
        for _ in 0..60 {
            town.after(SignedDuration::from_hours(3)).await;
        }
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-PUPR email full primary_channel expired", "letter KADIS-PUPR print full delivery_timeout queued"]
        );
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// The class decides, and it decides for every byte that leaves.
    async fn nothing_of_a_secret_letter_leaves_but_on_numbered_paper(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let mut letter = letter(&["KADIS-KOMINFO", "KADIS-PUPR"]);
        letter.class = SecurityClass::Secret;
        letter.letter_number = "R/KENARINOMOR/2026".into();
        letter.subject = "KENARIHAL mutasi".into();
        letter.summary = "KENARIRINGKAS".into();
        let before = asep.all().len();
        let id = town.try_submit(&letter, pdf("KENARIISI")).await.unwrap().id;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            [
                "letter KADIS-KOMINFO email notice class_notice relayed",
                "letter KADIS-KOMINFO print full secret_class queued",
                "letter KADIS-PUPR email notice class_notice relayed",
                "letter KADIS-PUPR print full secret_class queued",
            ]
        );
        assert_eq!(asep.all().len(), before, "Telegram stays silent");
        let sekda = "sekda@sukamaju.example";
        for mail in [ASEP, JOKO, sekda, "operator@diskominfo.sukamaju.example", "operator@dpupr.sukamaju.example"].iter().flat_map(|one| town.mails_of(one)) {
            let shown = format!("{}{}{:?}", mail.text(), plain(&mail), mail.headers("Subject"));
            let decoded = mail_parser::MessageParser::default().parse(&mail.raw).unwrap();
            let parts: String = decoded.parts.iter().map(|part| String::from_utf8_lossy(part.contents()).into_owned()).collect();
            assert!(!format!("{shown}{parts}{}", decoded.subject().unwrap_or_default()).contains("KENARI"), "{shown}");
            assert!(attachment(&mail).is_none());
        }
        let mut copies = Vec::new();
        for code in ["KADIS-KOMINFO", "KADIS-PUPR"] {
            let entry = town.print_entry(id, code).await;
            assert_eq!(entry.letter, pdf("KENARIISI"));
            copies.push(town.delivery(id, code, Channel::Print).await.copy_number);
        }
        copies.sort_unstable();
        assert_eq!(copies, [1, 2]);
        // An answer by mail to a secret letter decides nothing and says why.
        let mails = town.mails_of(ASEP).len();
        town.official(ASEP).reply(&town.mail_of(ASEP), "TL ke Kabid Aptika, lapor Jumat").await;
        town.run_until_idle().await;
        assert_eq!(town.last_inbound().await, ("declined".to_owned(), "class_forbids_channel".to_owned()));
        assert_eq!(town.acts(id).await.len(), 0);
        assert_eq!(town.mails_of(ASEP).len(), mails + 1, "one answer");
        let answer = told(&town.mail_of(ASEP));
        assert!(answer.contains("Surat dengan keamanan Rahasia tidak dapat ditindaklanjuti lewat surel, jadi belum dicatat."), "{answer}");
        assert!(answer.contains("lembar disposisi pada surat cetaknya. Tulisan Bapak/Ibu tersimpan dan disampaikan kepada petugas."), "{answer}");
        assert!(!town.mail_of(ASEP).text().contains("KENARI"));
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// The notice of a secret letter promises that what is answered is told to the desk.
    async fn what_is_answered_to_a_secret_notice_reaches_the_desk(database: Database) {
        let town = Town::open(database).await;
        let mut letter = letter(&["KADIS-KOMINFO"]);
        letter.class = SecurityClass::Secret;
        town.submit(&letter).await;
        town.run_until_idle().await;
        let notice = town.mail_of(ASEP);
        assert!(told(&notice).contains("Balasan atas surel ini disampaikan kepada petugas"), "{}", told(&notice));
        town.official(ASEP).reply(&notice, "Mohon diserahkan kepada Kabid Aptika, saya dinas luar").await;
        town.run_until_idle().await;
        assert_eq!(town.tray_codes().await, [("class_forbids_channel".to_owned(), "DISKOMINFO".to_owned())]);
        let row = town.tray().await.remove(0);
        let shown = town.kurir(&["tray", "show", &row.id.to_string()]).done();
        assert!(shown.contains("jawaban atas surat rahasia, yang tidak dicatat"), "{shown}");
        assert!(shown.contains("Mohon diserahkan kepada Kabid Aptika, saya dinas luar"), "{shown}");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn trial_mode_withholds_and_going_live_routes_again(database: Database) {
        let more = String::new();
        let town = Town::open_with(database, Plan { live: false, more, ..Plan::default() }).await;
        let id = town.submit(&letter(&["KADIS-KOMINFO", "KADIS-PUPR"])).await.id;
        town.run_until_idle().await;
        assert!(town.lines(id).await.iter().all(|line| line.ends_with("withheld")), "{:#?}", town.lines(id).await);
        assert!(town.mails_of(ASEP).is_empty() && town.mails_of(JOKO).is_empty());
        assert_eq!(mode(town.house()).await.unwrap(), (false, 2));
        // While it waits Joko falls ill: going live goes by the world of today.
        absent(&town, JOKO).await;
        go_live(town.house()).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            [
                "letter KADIS-KOMINFO email full primary_channel relayed",
                "letter KADIS-PUPR email full primary_channel superseded",
                "letter KADIS-PUPR print full absent queued",
            ]
        );
        assert!(town.mails_of(JOKO).is_empty());
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn a_change_before_the_hand_over_replaces_the_delivery_and_says_why(database: Database) {
        let town = Town::open(database).await;
        pause_channel(town.house(), "email", true).await.unwrap();
        let id = town.submit(&letter(&["KADIS-KOMINFO"])).await.id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel queued"]);
        absent(&town, ASEP).await;
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(
            town.lines(id).await,
            ["letter KADIS-KOMINFO email full primary_channel superseded", "letter KADIS-KOMINFO print full absent queued"]
        );
        let why = &town.facts(id, "Superseded").await;
        assert_eq!(why.len(), 1, "{why:?}");
        assert!(why[0].to_string().contains("nobody answers for the post any more"), "{why:?}");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn the_queue_is_held_released_retried_and_cancelled_by_hand(database: Database) {
        let town = Town::open_with(database, at("penuh@sukamaju.example")).await;
        pause_channel(town.house(), "email", true).await.unwrap();
        let id = town.submit(&letter(&["KADIS-KOMINFO", "KADIS-PUPR"])).await.id;
        let one = town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.id;
        let full = town.delivery(id, "KADIS-PUPR", Channel::Email).await.id;
        queue(town.house(), one, QueueAct::Hold).await.unwrap();
        pause_channel(town.house(), "email", false).await.unwrap();
        town.run_until_idle().await;
        assert!(town.mails_of(ASEP).is_empty(), "held is held");
        queue(town.house(), one, QueueAct::Release).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(town.mails_of(ASEP).len(), 1);
        let tries = town.attempts(id).await.len();
        queue(town.house(), full, QueueAct::Retry).await.unwrap();
        town.run_until_idle().await;
        assert_eq!(town.attempts(id).await.len(), tries + 1);
        queue(town.house(), full, QueueAct::Cancel).await.unwrap();
        assert_eq!(town.delivery(id, "KADIS-PUPR", Channel::Email).await.state, DeliveryState::Cancelled);
        let again = queue(town.house(), full, QueueAct::Retry).await;
        assert!(matches!(again, Err(AdministerError::NotNow(DeliveryState::Cancelled, _))), "{again:?}");
        assert_eq!(town.facts(id, "Administered").await.len(), 4);
        town.finish().await;
    }

    async fn the_print_desk_moves_a_job_step_by_step(database: Database) {
        let town = Town::open(database).await;
        let mut letter = letter(&[]);
        letter.recipients.push(recipient(RecipientRole::To, outside("Ketua RW 04 Pasirmulya", "Jl. Kenanga No. 4, Sukamaju 17922")));
        let id = town.submit(&letter).await.id;
        town.run_until_idle().await;
        let job = town.delivery(id, "Ketua RW 04 Pasirmulya", Channel::Print).await.id;
        let entry = |act, receiver: &str| DeskEntry { act, by: "clerk-1".into(), receiver: receiver.into(), note: String::new() };
        let spool = &town.engine.doors.print;
        let early = desk(town.house(), spool, job, &entry(DeskAct::Delivered, "Pak Dedi")).await;
        assert!(matches!(early, Err(DeskError::NotNow { .. })), "{early:?}");
        for act in [DeskAct::Claim, DeskAct::Printed, DeskAct::Dispatched] {
            desk(town.house(), spool, job, &entry(act, "")).await.unwrap();
        }
        let nobody = desk(town.house(), spool, job, &entry(DeskAct::Delivered, " ")).await;
        assert!(matches!(nobody, Err(DeskError::ReceiverMissing)), "{nobody:?}");
        desk(town.house(), spool, job, &entry(DeskAct::Delivered, "Pak Dedi")).await.unwrap();
        assert_eq!(town.lines(id).await, ["letter Ketua RW 04 Pasirmulya print full unregistered delivered"]);
        assert_eq!(town.facts(id, "ContentHandover").await.len(), 1);
        town.finish().await;
    }

    /// Over the cap a mail brings a link; looking at it hands nothing out, pressing its button does, and that is evidence.
    async fn a_letter_over_the_cap_goes_by_link(database: Database) {
        let more = "[limits]\nfree_disk_bytes = 10000000\nmail_bytes = 400000\n".to_owned();
        let town = Town::open_with(database, Plan { more, ..Plan::default() }).await;
        let paper = pdf_of("Lampiran tebal", 900_000);
        let id = town.try_submit(&letter(&["KADIS-KOMINFO"]), paper.clone()).await.unwrap().id;
        town.run_until_idle().await;
        let mail = town.mail_of(ASEP);
        assert!(attachment(&mail).is_none());
        let text = plain(&mail);
        let link = text.split_whitespace().find(|word| word.contains("/berkas/")).expect("a link").trim_matches(['<', '>']).to_owned();
        let path = link.strip_prefix("https://kurir.sukamaju.example").unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let pages = kurir::web::office(town.engine.house.clone(), town.engine.counters());
        let server = tokio::spawn(kurir::runtime::daemon::serve_pages(listener, pages, town.engine.stop.clone()));
        let page = ask(address, "GET", path).await;
        assert!(page.starts_with(b"HTTP/1.1 200") && !contains(&page, b"%PDF-"));
        assert_eq!(town.facts(id, "NotificationAccessTracking").await.len(), 0, "a scanner that follows links proves nothing");
        let file = ask(address, "POST", path).await;
        assert!(file.ends_with(&paper) && contains(&file, b"no-store"));
        assert_eq!(town.facts(id, "NotificationAccessTracking").await.len(), 1);
        let wrong = ask(address, "POST", "/berkas/abcdefghijklmnopqrstuvwxyz").await;
        assert!(wrong.starts_with(b"HTTP/1.1 404"));
        town.engine.stop.cancel();
        server.await.unwrap();
        town.finish().await;
    }

    /// What is handed in twice is one letter, also when a hundred hands are at it at once.
    async fn the_same_letter_a_hundred_times_at_once_is_one(database: Database) {
        let town = Town::open(database).await;
        let one = letter(&["KADIS-KOMINFO"]);
        let paper = pdf("sekali saja");
        let tries = (0..100).map(|_| kurir::flow::accept::accept(town.house(), submission(&one, paper.clone())));
        let answers: Vec<_> = futures::future::join_all(tries).await.into_iter().map(Result::unwrap).collect();
        let ids: BTreeSet<_> = answers.iter().map(|answer| answer.id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(answers.iter().filter(|answer| !answer.again).count(), 1);
        assert!(answers.iter().all(|answer| answer.agenda == answers[0].agenda));
        let other = kurir::flow::accept::accept(town.house(), submission(&one, pdf("isi lain"))).await;
        assert!(matches!(other, Err(kurir::flow::accept::AcceptError::Conflict(..))), "{other:?}");
        town.run_until_idle().await;
        assert_eq!(town.mails_of(ASEP).len(), 1);
        town.finish().await;
    }

    async fn agenda_numbers_have_no_gaps_under_parallel_writers(database: Database) {
        let town = Town::open(database).await;
        let letters: Vec<_> = (0..40).map(|_| letter(&["LURAH-PSM"])).collect();
        let tries = letters.iter().map(|one| town.try_submit(one, pdf(&one.letter_number)));
        let mut numbers = Vec::new();
        for answer in futures::future::join_all(tries).await {
            numbers.extend(answer.unwrap().agenda.into_values().map(|(_, number)| number));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<i64>>());
        // A refused letter takes no number.
        let refused = town.try_submit(&letter(&["LURAH-PSM", "TIDAK-ADA"]), pdf("x")).await;
        assert!(refused.is_err());
        let next = town.submit(&letter(&["LURAH-PSM"])).await;
        assert_eq!(next.agenda.into_values().next(), Some((2026, 41)));
        town.run_until_idle().await;
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn what_no_channel_can_carry_is_refused_at_the_door_with_a_trace(database: Database) {
        let town = Town::open(database).await;
        let locked = locked(&town, &pdf("terkunci"), "rahasia");
        let cut = pdf("terpotong")[..200].to_vec();
        for (paper, code) in [(locked, "pdf_encrypted"), (cut, "pdf_unreadable"), (b"MZ not a pdf".to_vec(), "pdf_unreadable")] {
            let refused = town.try_submit(&letter(&["KADIS-KOMINFO"]), paper).await;
            let Err(kurir::flow::accept::AcceptError::Refused(why)) = refused else { panic!("{code}: {refused:?}") };
            assert_eq!(why.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), [code]);
        }
        let mut tx = town.house().store.read().await.unwrap();
        assert_eq!(tx.count_letters().await.unwrap(), 0);
        let facts = tx.latest_facts(100).await.unwrap();
        assert_eq!(facts.iter().filter(|fact| fact.event == "SubmissionRejection").count(), 3);
        drop(tx);
        town.finish().await;
    }

    /// Every viewer opens and prints it; it only asks not to be changed (decision 17).
    async fn a_pdf_that_only_its_authors_password_protects_arrives_to_the_byte(database: Database) {
        let town = Town::open(database).await;
        let protected = locked(&town, &pdf("dilindungi"), "");
        assert!(contains(&protected, b"/Encrypt"));
        let id = town.try_submit(&letter(&["KADIS-KOMINFO"]), protected.clone()).await.unwrap().id;
        town.run_until_idle().await;
        assert_eq!(town.lines(id).await, ["letter KADIS-KOMINFO email full primary_channel relayed"]);
        assert_eq!(attachment(&town.mail_of(ASEP)).unwrap(), protected);
        town.finish().await;
    }
}

/// The file under an owner password, and a user password where there is one.
fn locked(town: &Town, bytes: &[u8], user: &str) -> Vec<u8> {
    let (from, to) = (town.folder.join("a.pdf"), town.folder.join("b.pdf"));
    std::fs::write(&from, bytes).unwrap();
    let done = std::process::Command::new("qpdf")
        .arg(&from)
        .args(["--encrypt", user, "pemilik", "256", "--modify=none", "--"])
        .arg(&to)
        .output()
        .expect("qpdf is needed");
    assert!(to.exists(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(&to).unwrap()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// One request over a connection of its own.
async fn ask(address: std::net::SocketAddr, method: &str, path: &str) -> Vec<u8> {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: kurir\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}
