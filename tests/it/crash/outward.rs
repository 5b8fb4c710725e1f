//! Letters on their way out: accepted once, in the mailbox once, on the phone once, in the spool once.

use super::office::{CHAT as CHAT_ID, KADIS, Office, copies, seen, waits};
use crate::servers::engines::Engine;
use ::kurir::domain::delivery::{Channel, DeliveryState};
use ::kurir::domain::ids::LetterId;
use std::os::unix::process::ExitStatusExt as _;

/// Points on the way into the record.
pub const ACCEPT: &[&str] =
    &["accept.after_check", "accept.after_files", "accept.after_route", "accept.before_commit", "accept.after_commit"];
/// Points of a mail, and whether the mail is certainly not sent, perhaps sent, or certainly there when the process dies.
pub const MAIL: &[&str] = &[
    "dispatch.after_claim",
    "prepare.before_mint",
    "prepare.before_commit",
    "prepare.after_commit",
    "dispatch.after_attempt",
    "smtp.after_connect",
    "smtp.after_ehlo",
    "smtp.after_starttls",
    "smtp.after_auth",
    "smtp.after_mail",
    "smtp.after_rcpt",
    "smtp.after_data",
    "smtp.mid_body",
    "smtp.before_dot",
    "smtp.after_dot",
    "smtp.after_reply",
    "dispatch.before_settle",
    "dispatch.before_settle_commit",
    "dispatch.after_settle",
    "evidence.before_seal_commit",
    "evidence.after_seal_commit",
];
/// Points of paper.
pub const PAPER: &[&str] = &["print.after_tmp", "print.after_rename"];
/// Points of a phone.
pub const CHAT: &[&str] = &["telegram.before_request", "telegram.after_request"];

/// After how many seconds a restart finds leases run out and unknown outcomes due.
const LATER: i64 = 20 * 60;

async fn accept_once(engine: Engine, points: &[&str]) {
    let office = Office::open(engine, "").await;
    for (number, point) in points.iter().enumerate() {
        let id = format!("a-{number}");
        let died = office.submit(point, &id, "KADIS-KES");
        assert_eq!(died.status.signal(), Some(6), "{point}: {}", String::from_utf8_lossy(&died.stderr));
        let first = office.accepted(&id, "KADIS-KES");
        assert_eq!(office.accepted(&id, "KADIS-KES"), first, "{point}: the first answer again");
        assert_eq!(office.deliveries(first).await.len(), 1, "{point}");
    }
    assert_eq!(office.house.store.read().await.unwrap().count_letters().await.unwrap(), i64::try_from(points.len()).unwrap());
    office.sound().await;
}

/// Restarts until nothing of the letter is on its way any more; the clock moves only where something waits for it.
async fn carried(office: &Office, letter: LetterId) {
    // On SQLite a start takes back the leases of the dead; among replicas they run out.
    let first = if office.database.engine == Engine::Sqlite { 0 } else { 90 };
    for moved in [first, LATER, 2 * LATER, 3 * LATER] {
        office.move_clock(moved);
        let daemon = office.start().await;
        let rests = || async {
            let open = open_deliveries(office, letter, moved).await;
            // What is unknown waits for a report or for the clock; a lease of the dead process waits for the clock.
            if open.iter().all(|(_, later)| *later) { Ok(()) } else { Err(format!("{open:?}")) }
        };
        waits("the letter is carried, or waits for the clock", &daemon, rests).await;
        if !open_deliveries(office, letter, moved).await.is_empty() && reported(office) {
            let settled = || async {
                let open = open_deliveries(office, letter, moved).await;
                if open.is_empty() { Ok(()) } else { Err(format!("{open:?}")) }
            };
            waits("the report of the mail server settles it", &daemon, settled).await;
        }
        office.stop(daemon).await;
        if open_deliveries(office, letter, moved).await.is_empty() {
            return;
        }
    }
    let facts = office.house.store.read().await.unwrap().facts_of_letter(letter).await.unwrap();
    let told: Vec<String> = facts.iter().map(|fact| String::from_utf8_lossy(&fact.body).into_owned()).collect();
    panic!("still open: {told:#?}");
}

/// Whether the mail is there, so that the server's report must come.
fn reported(office: &Office) -> bool {
    !office.mails(KADIS).is_empty() && office.phone.messages(CHAT_ID).is_empty()
}

/// Deliveries that a loop still has to take: state, and whether only the clock, which the daemon sees moved by some seconds, can
/// bring them on.
async fn open_deliveries(office: &Office, letter: LetterId, moved: i64) -> Vec<(DeliveryState, bool)> {
    let now = office.house.now().saturating_add(jiff::SignedDuration::from_secs(moved)).unwrap();
    let due = |at: jiff::Timestamp| at > now.saturating_add(jiff::SignedDuration::from_secs(40)).unwrap();
    let all = office.deliveries(letter).await;
    all.iter().filter_map(|one| one.next_at.map(|at| (one.state, due(at)))).collect()
}

async fn one_mail(engine: Engine, points: &[&str]) {
    for point in points {
        let office = Office::open(engine, "").await;
        let letter = office.accepted("m-1", "KADIS-KES");
        office.dies_at(point).await;
        carried(&office, letter).await;
        let mail = office.deliveries(letter).await.into_iter().find(|one| one.channel == Channel::Email).unwrap();
        let attempts = office.house.store.read().await.unwrap().attempts_of(mail.id).await.unwrap();
        let second = attempts.iter().filter(|attempt| attempt.duplicate).count();
        // What the server took is in the mailbox a moment later.
        seen("the mail is in the mailbox", || copies(&office, KADIS, "m-1") >= 1).await;
        let there = copies(&office, KADIS, "m-1");
        assert!(there >= 1 && there <= 1 + second, "{point}: {there} copies, {second} recorded as possibly second: {attempts:?}");
        // Before the first attempt, and after the server had it all (its report says so), there is exactly one of everything.
        let certain = !point.starts_with("smtp.") && *point != "dispatch.after_attempt"
            || matches!(*point, "smtp.after_dot" | "smtp.after_reply");
        assert!(!certain || (there, second) == (1, 0), "{point}: {there} copies, {second} recorded: {attempts:?}");
        office.sound().await;
    }
}

async fn one_paper(engine: Engine, points: &[&str]) {
    for point in points {
        let office = Office::open(engine, "").await;
        let letter = office.accepted("p-1", "LURAH-KBN");
        office.dies_at(point).await;
        carried(&office, letter).await;
        let entries = std::fs::read_dir(office.folder.join("print")).unwrap().flatten();
        let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(names.len(), 1, "{point}: {names:?}");
        assert_eq!(office.deliveries(letter).await[0].state, DeliveryState::Queued, "{point}");
        office.sound().await;
    }
}

async fn one_message(engine: Engine, points: &[&str]) {
    for point in points {
        let office = Office::open(engine, "").await;
        office.bind_phone().await;
        // The greeting goes first: the point must be met by the letter.
        let daemon = office.start().await;
        office.phone.until(|phone| phone.last(CHAT_ID).is_some()).await.unwrap();
        office.stop(daemon).await;
        let letter = office.accepted("t-1", "KADIS-KES");
        office.dies_at(point).await;
        carried(&office, letter).await;
        let chat = office.deliveries(letter).await.into_iter().find(|one| one.channel == Channel::Telegram).unwrap();
        let attempts = office.house.store.read().await.unwrap().attempts_of(chat.id).await.unwrap();
        let second = attempts.iter().filter(|attempt| attempt.duplicate).count();
        let copies =
            office.phone.messages(CHAT_ID).iter().filter(|message| message.from_bot && message.text.contains("t-1")).count();
        assert_eq!(second, 1, "{point}: nobody knows, so the second one is marked: {chat:?} {attempts:?}");
        assert_eq!(copies, if *point == "telegram.before_request" { 1 } else { 2 }, "{point}");
        office.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_is_accepted_once_wherever_the_process_dies() {
    accept_once(Engine::Sqlite, ACCEPT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_is_accepted_once_over_a_database_server_too() {
    accept_once(Engine::Postgres, ACCEPT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_arrives_once_or_is_recorded_as_possibly_second_wherever_the_process_dies() {
    one_mail(Engine::Sqlite, MAIL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_arrives_once_over_a_database_server_too() {
    one_mail(
        Engine::Postgres,
        &[
            "dispatch.after_claim",
            "prepare.before_commit",
            "prepare.after_commit",
            "dispatch.after_attempt",
            "smtp.after_dot",
            "dispatch.before_settle",
            "dispatch.before_settle_commit",
            "dispatch.after_settle",
            "evidence.before_seal_commit",
            "evidence.after_seal_commit",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_print_job_lies_once_in_the_spool_wherever_the_process_dies() {
    one_paper(Engine::Sqlite, PAPER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_on_the_phone_is_marked_where_it_may_be_the_second() {
    one_message(Engine::Sqlite, CHAT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_print_job_lies_once_in_the_spool_over_a_database_server_too() {
    one_paper(Engine::Postgres, PAPER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_on_the_phone_is_marked_over_a_database_server_too() {
    one_message(Engine::Postgres, CHAT).await;
}
