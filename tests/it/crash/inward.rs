//! Answers on their way in: kept once, judged once, and what follows from them goes out once.

use super::office::{CHAT, KABID, KADIS, Office, copies, waits};
use crate::servers::engines::Engine;
use crate::servers::process::Server;
use ::kurir::domain::delivery::{Channel, DeliveryState};
use ::kurir::domain::ids::LetterId;
use std::os::unix::process::ExitStatusExt as _;

/// Points of an answer by mail.
pub const MAIL: &[&str] = &[
    "receive.before_keep_commit",
    "receive.after_keep_commit",
    "imap.before_put_away",
    "imap.after_put_away",
    "receive.before_parse",
    "receive.before_record_commit",
    "receive.after_record",
];
/// Points that only a large mail passes.
pub const LARGE: &[&str] = &["receive.after_file"];
/// Points of a press on the phone.
pub const PRESS: &[&str] = &["telegram.after_get_updates", "press.before_answer", "press.after_answer"];
/// Points of the print desk.
pub const DESK: &[&str] = &["handover.before_commit", "handover.after_commit"];
/// Points of a Maildir.
pub const MAILDIR: &[&str] = &["maildir.before_put_away"];

/// Brings a letter to the head of the health office and stops the daemon with nothing on its way.
async fn delivered(office: &Office) -> LetterId {
    let letter = office.accepted("r-1", "KADIS-KES");
    let daemon = office.start().await;
    at_rest(office, &daemon).await;
    let reported = || async {
        // The mail server's report comes in as well: the point must be met by the answer, not by it.
        let mut tx = office.house.store.read().await.unwrap();
        let counts = tx.inbound_counts().await.unwrap();
        if counts.iter().any(|(state, n)| state == "bounce" && *n >= 1) {
            Ok(())
        } else {
            Err(format!("{counts:?} {}", office.log()))
        }
    };
    waits("the report of the mail server", &daemon, reported).await;
    office.stop(daemon).await;
    letter
}

/// Waits until nothing is on its way out and nothing waits to be judged.
async fn at_rest(office: &Office, daemon: &Server) {
    let look = || async {
        let mut tx = office.house.store.read().await.unwrap();
        let open = tx.open_counts().await.unwrap();
        let open: Vec<_> = open.into_iter().filter(|(channel, state, ..)| channel != "print" && state != "unknown").collect();
        let kept = tx.inbound_counts().await.unwrap().into_iter().any(|(state, _)| state == "kept");
        if open.is_empty() && !kept { Ok(()) } else { Err(format!("{open:?}, kept: {kept}")) }
    };
    waits("everything is at rest", daemon, look).await;
}

async fn acts(office: &Office, letter: LetterId) -> usize {
    office.house.store.read().await.unwrap().acts_of(letter).await.unwrap().len()
}

async fn recorded(office: &Office, daemon: &Server, letter: LetterId) {
    let look = || async {
        let n = acts(office, letter).await;
        if n > 0 { Ok(()) } else { Err(format!("{:?}", office.house.store.read().await.unwrap().inbound_list(9).await.unwrap())) }
    };
    waits("the answer is recorded", daemon, look).await;
    at_rest(office, daemon).await;
}

async fn one_answer(engine: Engine, points: &[&str], ballast: usize) {
    for point in points {
        let office = Office::open(engine, "").await;
        let letter = delivered(&office).await;
        let mail = office.mails(KADIS).pop().unwrap();
        let text = format!("TL ke Kabid P2P, lapor Jumat\r\n\r\n{}", "> kutipan surat\r\n".repeat(ballast));
        office.reply(KADIS, &mail, &text).await;
        office.dies_at(point).await;
        let daemon = office.start().await;
        recorded(&office, &daemon, letter).await;
        office.stop(daemon).await;
        assert_eq!(acts(&office, letter).await, 1, "{point}: one act");
        super::office::seen("the next official's mail", || copies(&office, KABID, "r-1") >= 1).await;
        assert_eq!(copies(&office, KABID, "r-1"), 1, "{point}: the next official has it once");
        super::office::seen("the receipt", || office.mails(KADIS).len() >= 2).await;
        assert_eq!(office.mails(KADIS).len(), 2, "{point}: the letter and one receipt");
        let gateway = format!("kurir@{}", office.domain);
        assert_eq!(office.mails(&gateway).len(), 0, "{point}: the mailbox is empty");
        office.sound().await;
    }
}

async fn one_press(engine: Engine, points: &[&str]) {
    for point in points {
        let office = Office::open(engine, "").await;
        office.bind_phone().await;
        let letter = delivered(&office).await;
        let message = office.phone.messages(CHAT).into_iter().rfind(|message| !message.keyboard.is_empty()).unwrap();
        let label = message.keyboard.iter().flatten().find(|button| button.label.contains("erima")).unwrap().label.clone();
        office.phone.press(CHAT, message.message_id, &label).unwrap();
        office.dies_at(point).await;
        let daemon = office.start().await;
        recorded(&office, &daemon, letter).await;
        office.stop(daemon).await;
        assert_eq!(acts(&office, letter).await, 1, "{point}: one act");
        office.sound().await;
    }
}

async fn one_step(engine: Engine, points: &[&str]) {
    for point in points {
        let office = Office::open(engine, "").await;
        let letter = office.accepted("d-1", "LURAH-KBN");
        let daemon = office.start().await;
        let spooled = || async {
            let all = office.deliveries(letter).await;
            if all.iter().all(|one| one.channel == Channel::Print && one.next_at.is_none()) {
                Ok(())
            } else {
                Err(format!("{all:?}"))
            }
        };
        waits("the job lies in the spool", &daemon, spooled).await;
        let id = office.deliveries(letter).await[0].id.to_string();
        let died = office.command(point, &["print", "claim", &id]);
        assert_eq!(died.status.signal(), Some(6), "{point}: {}", String::from_utf8_lossy(&died.stderr));
        let again = office.command("", &["print", "claim", &id]);
        assert_eq!(again.status.success(), *point == "handover.before_commit", "{point}: a job is taken once");
        assert_eq!(office.deliveries(letter).await[0].state, DeliveryState::Claimed, "{point}");
        office.stop(daemon).await;
        office.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_by_mail_is_recorded_once_wherever_the_process_dies() {
    one_answer(Engine::Sqlite, MAIL, 1).await;
    one_answer(Engine::Sqlite, LARGE, 6_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_by_mail_is_recorded_once_over_a_database_server_too() {
    let points = [
        "receive.before_keep_commit",
        "receive.after_keep_commit",
        "imap.before_put_away",
        "receive.before_record_commit",
        "receive.after_record",
    ];
    one_answer(Engine::Postgres, &points, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_is_recorded_once_wherever_the_process_dies() {
    one_press(Engine::Sqlite, PRESS).await;
    one_press(Engine::Sqlite, &["receive.after_keep_commit", "receive.before_record_commit"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_the_print_desk_is_recorded_once_wherever_the_process_dies() {
    one_step(Engine::Sqlite, DESK).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_of_a_maildir_is_kept_once_wherever_the_process_dies() {
    for point in MAILDIR {
        let office = Office::open(Engine::Sqlite, "").await;
        let toml = office.folder.join("kurir.toml");
        let text = std::fs::read_to_string(&toml).unwrap().replace("from = \"imap\"", "from = \"maildir\"");
        std::fs::write(&toml, text).unwrap();
        let new = office.folder.join("maildir/new");
        std::fs::create_dir_all(&new).unwrap();
        std::fs::write(new.join("1.a.b"), "From: <a@b.example>\r\nSubject: halo\r\n\r\nisi\r\n").unwrap();
        office.dies_at(point).await;
        let daemon = office.start().await;
        super::office::seen("the mail is put away", || std::fs::read_dir(&new).unwrap().next().is_none()).await;
        at_rest(&office, &daemon).await;
        office.stop(daemon).await;
        let kept = office.house.store.read().await.unwrap().inbound_list(9).await.unwrap();
        assert_eq!(kept.len(), 1, "{point}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_press_and_a_step_of_the_print_desk_are_recorded_once_over_a_database_server_too() {
    one_press(Engine::Postgres, &["telegram.after_get_updates", "receive.before_record_commit", "press.before_answer"]).await;
    one_step(Engine::Postgres, DESK).await;
}
