//! The daemon's log: at the loudest it names nobody and tells nothing of a letter.

use crate::servers::engines::on_both_engines;
use crate::servers::{kurir, until};
use crate::town::letters::{letter, pdf};
use crate::town::{Plan, Town};
use ::kurir::domain::clock::Clock as _;
use ::kurir::domain::delivery::Channel;
use rustix::process::Signal;

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";

on_both_engines! {
    async fn the_loudest_log_of_the_daemon_names_nobody(database: Database) {
        let starts = ::kurir::runtime::clock::SystemClock.now();
        let town = Town::open_with(database, Plan { starts, ..Plan::default() }).await;
        let asep = town.linked(ASEP, 7_077_077_077).await;
        let mut letter = letter(&["KADIS-KOMINFO", "LURAH-PSM"]);
        letter.letter_number = "KENARINOMOR/1".into();
        letter.letter_date = town.house().today();
        letter.subject = "KENARIHAL".into();
        letter.summary = "KENARIRINGKAS".into();
        let id = town.try_submit(&letter, pdf("KENARIISI")).await.unwrap().id;
        let config = town.folder.join("kurir.toml").display().to_string();
        let nest = crate::servers::process::Nest::new("log");
        let mut daemon = kurir::daemon(&nest, &["KURIR_LOG=trace"], &["serve", "--config", &config]);
        let mail = loop_until_mail(&town).await;
        town.official(ASEP).reply(&mail, "TL ke Kabid Aptika, lapor besok. KENARIJAWAB").await;
        until_acts(&town, id, 1).await;
        let button = asep.last().keyboard.iter().flatten().find(|one| one.label == "Sudah saya terima").unwrap().clone();
        town.phone.press_data(asep.chat, asep.last().message_id, &button.data);
        town.phone.type_text(asep.chat, "KENARIKETIK");
        until_acts(&town, id, 2).await;
        daemon.signal(Signal::TERM);
        assert_eq!(daemon.exit_code().await, 0, "{}", daemon.complaint());
        let log = std::fs::read_to_string(&daemon.log).unwrap();
        assert!(log.contains("Berhenti"), "{log}");
        let token = mail.headers("Reply-To")[0].split('+').nth(1).unwrap().split('@').next().unwrap().to_owned();
        let secrets = [
            "KENARI", "asep.hidayatulloh", "Asep Hidayatulloh", "7077077077", &token, &button.data, "stories-stories",
            "Wahyu Nugraha", "lurah", "sandi-",
        ];
        let told: Vec<&str> = log.lines().filter(|line| secrets.iter().any(|secret| line.contains(secret))).collect();
        assert!(told.is_empty(), "{} lines, the first: {:#?}", told.len(), told.iter().take(5).map(|line| &line[..line.len().min(600)]).collect::<Vec<_>>());
        let paper = town.delivery(id, "LURAH-PSM", Channel::Print).await;
        assert_eq!(paper.tries, 1);
        daemon.stop();
        town.finish_with(&[::kurir::domain::delivery::DeliveryState::Queued]).await;
    }
}

async fn loop_until_mail(town: &Town) -> crate::servers::StoredMail {
    let found = || town.mails_of(ASEP).into_iter().rfind(|mail| mail.text().contains("application/pdf")).ok_or_else(String::new);
    until("the letter is in the mailbox", found).await
}

/// The daemon is another process: its acts are seen in the record only.
async fn until_acts(town: &Town, id: ::kurir::domain::ids::LetterId, count: usize) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while town.acts(id).await.len() < count {
        assert!(std::time::Instant::now() < deadline, "{:#?}", town.state().await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
