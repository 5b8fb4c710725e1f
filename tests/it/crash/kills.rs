//! kill -9 at any moment under load. The moments come from a seed; `KURIR_KILLS` and `KURIR_KILL_LETTERS` make it a campaign.

use super::office::{KADIS, Office, seen};
use crate::servers::engines::Engine;
use crate::town::dump::Raw;
use ::kurir::domain::delivery::Channel;
use ::kurir::domain::ids::LetterId;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A small generator: the same seed, the same moments.
struct Moments(u64);

impl Moments {
    /// From 0 to below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[expect(clippy::disallowed_methods, reason = "the campaign tells the story how long it is")]
fn told(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Kills beyond the planned ones, while none met an attempt.
const EXTRA: u64 = 40;

/// What the loop found.
#[derive(Debug, Default)]
struct Found {
    lost: Vec<String>,
    doubled: usize,
    recorded: usize,
    interrupted: usize,
    unrecorded: Vec<String>,
}

/// Restarts with a moving clock until no mail is on its way any more.
async fn drained(office: &Office, mut moved: i64) {
    for _ in 0..60 {
        office.move_clock(moved);
        let daemon = office.start().await;
        // As long as it gets on with it. What waits for the clock waits for the next start.
        let (mut open, mut limit) = (usize::MAX, Instant::now() + Duration::from_secs(20));
        while open > 0 && Instant::now() < limit {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let counts = office.house.store.read().await.unwrap().open_counts().await.unwrap();
            let waiting = counts.iter().filter(|(channel, state, ..)| channel == "email" && state != "unknown");
            let now: usize = waiting.map(|(_, _, count, _)| usize::try_from(*count).unwrap()).sum();
            if now != open {
                (open, limit) = (now, Instant::now() + Duration::from_secs(20));
            }
        }
        office.stop(daemon).await;
        let counts = office.house.store.read().await.unwrap().open_counts().await.unwrap();
        if counts.iter().all(|(channel, ..)| channel != "email") {
            return;
        }
        moved += 20 * 60;
    }
    panic!("mails are still open: {:?}", office.house.store.read().await.unwrap().open_counts().await.unwrap());
}

/// Attempts that a dead process left without an end.
async fn under_way(office: &Office) -> usize {
    let mut raw = Raw::connect(&office.database.url).await;
    raw.texts("SELECT CAST(count(*) AS TEXT) FROM attempt WHERE ended_at IS NULL").await[0].parse().unwrap()
}

/// How often each letter lies in the mailbox; the mailbox is read once.
fn counted(office: &Office) -> BTreeMap<String, usize> {
    let name = regex::Regex::new(r"005/(k-\d+)\b").unwrap();
    let mut found = BTreeMap::new();
    for mail in office.mails(KADIS) {
        let text = mail.text();
        let hit = name.captures(&text).expect("a letter of this office");
        *found.entry(hit[1].to_owned()).or_default() += 1;
    }
    found
}

async fn examined(office: &Office, letters: &[(String, LetterId)]) -> Found {
    let mut found = Found::default();
    let there = counted(office);
    for (name, id) in letters {
        let all = office.deliveries(*id).await;
        let mail = all.iter().find(|one| one.channel == Channel::Email).unwrap();
        let attempts = office.house.store.read().await.unwrap().attempts_of(mail.id).await.unwrap();
        let second = attempts.iter().filter(|attempt| attempt.duplicate).count();
        let there = there.get(name).copied().unwrap_or_default();
        let on_paper = all.iter().any(|one| one.channel == Channel::Print);
        if there == 0 && !on_paper {
            found.lost.push(format!("{name}: {mail:?} {attempts:?}"));
        }
        if there > 1 + second {
            found.unrecorded.push(format!("{name}: {there} copies, {second} recorded"));
        }
        found.doubled += there.saturating_sub(1);
        found.recorded += second;
        found.interrupted += attempts.iter().filter(|attempt| attempt.code.as_deref() == Some("interrupted")).count();
    }
    found
}

/// Takes letters over until there are so many.
async fn more(office: &Office, letters: &mut Vec<(String, LetterId)>, until: u64) {
    while (letters.len() as u64) < until {
        let name = format!("k-{}", letters.len());
        let id = office.accept_here(&name, "KADIS-KES").await;
        letters.push((name, id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_killed_at_any_moment_under_load_loses_nothing_and_records_what_may_be_double() {
    let (kills, count) = (told("KURIR_KILLS", 10), told("KURIR_KILL_LETTERS", 40));
    // In a campaign a start works off a batch, and now and then two.
    let window = told("KURIR_KILL_WINDOW", 700);
    let mut moments = Moments(told("KURIR_SEED", 20_261_124));
    let office = Office::open(Engine::Sqlite, "").await;
    let mut letters = Vec::new();
    let (mut round, mut met) = (0, 0);
    // A kill that meets no attempt proves nothing: the loop goes on until one did.
    while round < kills || (met == 0 && round < kills + EXTRA) {
        // Leases of the dead are taken back at the start; what nobody knows comes due when the clock moves.
        office.move_clock(i64::try_from(round).unwrap() * 300);
        // A backlog that the daemon begins at once, and a letter that the binary takes while it works and dies.
        let end = count * (round + 1) / kills;
        more(&office, &mut letters, end.saturating_sub(1)).await;
        let daemon = office.start().await;
        let patience = Duration::from_millis(moments.below(window));
        let killer = tokio::spawn(async move {
            tokio::time::sleep(patience).await;
            drop(daemon);
        });
        if (letters.len() as u64) < end {
            let name = format!("k-{}", letters.len());
            let id = tokio::task::block_in_place(|| office.accepted(&name, "KADIS-KES"));
            letters.push((name, id));
        }
        killer.await.unwrap();
        met += usize::from(under_way(&office).await > 0);
        round += 1;
    }
    drained(&office, i64::try_from(round).unwrap() * 300).await;
    seen("the mail server has delivered all it took", || counted(&office).len() == letters.len()).await;
    let found = examined(&office, &letters).await;
    assert!(found.lost.is_empty(), "{:#?}", found.lost);
    assert!(found.unrecorded.is_empty(), "{:#?}", found.unrecorded);
    assert!(met > 0 && found.interrupted > 0, "no kill met an attempt: the loop proved nothing");
    office.sound().await;
    println!(
        "{{\"kills\":{round},\"kills_in_an_attempt\":{met},\"letters\":{},\"lost\":0,\"interrupted\":{},\"doubled\":{},\"recorded_as_possibly_double\":{},\"unrecorded\":0}}",
        letters.len(),
        found.interrupted,
        found.doubled,
        found.recorded
    );
}
