//! `kurir check`: logs in at every door, completes one harmless step there, and says what to do.

mod mail;

use super::evidence::broken_words;
use super::{clock_of, folder_of, print_json, tell_new_ca, told};
use crate::channel::email::maildir::Maildir;
use crate::flow::administer::send_test;
use crate::flow::dispatch::round;
use crate::flow::evidence;
use crate::render::pdf::samples::cover_job;
use crate::render::size;
use crate::runtime::Ended;
use crate::runtime::cli::Check;
use crate::runtime::config::{Installation, IntakeSource, Source, load};
use crate::runtime::ending;
use crate::runtime::open::{Opened, Reach, open};
use crate::runtime::words::{grouped, line, say};
use anyhow::Result;
use serde_json::json;

/// How a door was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Ok,
    Attention,
    Trouble,
}

/// One line of the answer.
#[derive(Debug)]
struct Found {
    grade: Grade,
    what: &'static str,
    text: String,
    remedy: String,
}

fn good(what: &'static str, text: impl Into<String>) -> Found {
    Found { grade: Grade::Ok, what, text: text.into(), remedy: String::new() }
}

fn bad(what: &'static str, text: &impl ToString, remedy: &str) -> Found {
    Found { grade: Grade::Trouble, what, text: text.to_string(), remedy: remedy.to_owned() }
}

/// What failed, for a person: the sentence of its code, and what the other side said.
fn fault_words(code: &str, said: &str) -> String {
    let words = match grouped("fault", code, &[]) {
        none if none == code => grouped("fault", "other", &[("code", code)]),
        words => words,
    };
    if said.is_empty() { words } else { format!("{words} ({said})") }
}

/// What to do about a code; codes without a sentence of their own share one.
fn remedy(code: &str) -> String {
    let name = format!("remedy_{code}");
    let text = line(&name, &[]);
    if text == name { line("remedy_other", &[]) } else { text }
}

/// Runs `kurir check`.
pub async fn run(source: &Source, options: &Check) -> Result<Ended> {
    if let Ok(installation) = load(source) {
        effective(&installation, options.json)?;
    }
    let opened = match open(source, clock_of(folder_of(source)), Reach::Doors).await {
        Ok(opened) => opened,
        Err(error) => {
            let (words, _) = ending::told(&error);
            let (text, remedy) = words.split_once(" Perbaikan: ").unwrap_or((&words, ""));
            let remedy = if remedy.is_empty() { line("remedy_install", &[]) } else { remedy.to_owned() };
            tell(&[bad("pemasangan", &text, &remedy)], options.json);
            return Ok(Ended::Unreachable);
        }
    };
    tell_new_ca(&opened);
    let mut found = vec![good("basis data", opened.house.store.engine()), chain(&opened).await?, seal(&opened)];
    found.push(mail::out(&opened).await);
    found.extend(intake(&opened).await);
    found.extend(telegram(&opened).await);
    found.push(paper(&opened).await);
    found.extend(unset(&opened.installation));
    found.extend(links(&opened));
    if let Some(address) = &options.send_to {
        found.push(trial_mail(&opened, address).await?);
    }
    tell(&found, options.json);
    let worst = found.iter().any(|one| one.grade == Grade::Trouble);
    Ok(if worst { Ended::Unreachable } else { Ended::Done })
}

/// By what the office runs: every key, the files of secrets by name.
fn effective(installation: &Installation, as_json: bool) -> Result<()> {
    if as_json {
        let shown = installation.shown();
        print_json(&json!({
            "what": "pengaturan", "grade": "ok", "text": "", "remedy": "", "config": shown, "workflow": installation.workflow,
        }));
    } else {
        say(&installation.effective()?);
    }
    Ok(())
}

/// Until when mails can be sealed, and in whose name.
fn seal(opened: &Opened) -> Found {
    let (seal, house) = (&opened.house.seal, &opened.house);
    let day = |at| told::day(house, house.zone().to_datetime(at).date());
    let (from, until) = seal.validity();
    let (subject, address) = (seal.subject(), &house.settings.gateway.address);
    good("segel", line("seal", &[("subject", &subject), ("address", address), ("from", &day(from)), ("until", &day(until))]))
}

fn tell(found: &[Found], as_json: bool) {
    for one in found {
        let (name, grade) = match one.grade {
            Grade::Ok => ("ok", "ok"),
            Grade::Attention => ("attention", "attention"),
            Grade::Trouble => ("trouble", "trouble"),
        };
        if as_json {
            print_json(&json!({ "what": one.what, "grade": grade, "text": one.text, "remedy": one.remedy }));
        } else {
            say(&line(name, &[("what", one.what), ("text", one.text.trim_end_matches('.')), ("remedy", &one.remedy)]));
        }
    }
}

async fn chain(opened: &Opened) -> Result<Found> {
    let verified = evidence::verify(&opened.house).await?;
    Ok(match verified.broken {
        None => good("bukti", line("utuh", &[("facts", &verified.facts.to_string())])),
        Some(broken) => bad("bukti", &broken_words(&broken), &line("remedy_chain", &[])),
    })
}

async fn intake(opened: &Opened) -> Vec<Found> {
    let what = "surel masuk";
    let (installation, settings) = (&opened.installation, &opened.installation.config.intake);
    let mut found = match settings.from {
        IntakeSource::Pipe => vec![good(what, "kurir ingest")],
        IntakeSource::Maildir => match Maildir::open(&installation.layout.maildir) {
            Ok(_) => vec![good(what, installation.layout.maildir.display().to_string())],
            Err(error) => vec![bad(what, &error, &line("remedy_other", &[]))],
        },
        IntakeSource::Imap => vec![mail::imap(opened).await],
    };
    if settings.border.mx_authserv_id.is_empty() && settings.border.submission_authserv_id.is_none() {
        found.push(Found {
            grade: Grade::Attention,
            what: "surel masuk",
            text: line("no_border", &[]),
            remedy: line("remedy_border", &[]),
        });
    }
    found
}

async fn telegram(opened: &Opened) -> Option<Found> {
    let telegram = opened.doors.telegram.as_ref()?;
    let url = &opened.installation.config.telegram.api.api_url;
    let place = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
    Some(match telegram.check().await {
        Ok(bot) => good("Telegram", format!("{place}, @{}", bot.username)),
        Err(error) => {
            let words = line("at_door", &[("words", &fault_words(error.code(), "")), ("place", &place)]);
            bad("Telegram", &words, &line("remedy_telegram", &[]))
        }
    })
}

async fn paper(opened: &Opened) -> Found {
    match opened.house.pdf.set(&cover_job()).await {
        Ok(printed) => {
            good("cetak", format!("{} ({})", opened.installation.layout.spool.display(), size(printed.pdf.len() as u64)))
        }
        Err(error) => bad("cetak", &error, &line("remedy_other", &[])),
    }
}

fn unset(installation: &Installation) -> Vec<Found> {
    let told = |key: &String| Found {
        grade: Grade::Attention,
        what: "pengaturan",
        text: line("unset", &[("key", key)]),
        remedy: line("remedy_unset", &[]),
    };
    // A door that is not in use needs no setting.
    let imap = installation.config.intake.from == IntakeSource::Imap;
    let needed = |key: &&String| imap || !(key.starts_with("intake.imap") || key.as_str() == "intake.password_file");
    installation.unset.iter().filter(needed).map(told).collect()
}

/// What is too large for a mail goes by link: not where the address of the pages is one that nobody else can open.
fn links(opened: &Opened) -> Option<Found> {
    let told = opened.installation.unset.iter().any(|key| key == "gateway.public_url");
    (!opened.house.settings.gateway.links && !told).then(|| Found {
        grade: Grade::Attention,
        what: "pengaturan",
        text: line("links_nowhere", &[]),
        remedy: line("remedy_links", &[]),
    })
}

/// A signed trial mail through the same way as every letter.
async fn trial_mail(opened: &Opened, address: &str) -> Result<Found> {
    let what = "uji kirim";
    let id = send_test(&opened.house, address).await?;
    round(&opened.house, &opened.doors, crate::domain::delivery::Channel::Email).await?;
    let mut tx = opened.house.store.read().await?;
    let attempts = tx.attempts_of(id).await?;
    let last = attempts.last();
    let answer = last.and_then(|one| one.answer.clone()).unwrap_or_default();
    let code = last.and_then(|one| one.code.as_deref()).unwrap_or_default();
    // Only a server's own words are repeated; those of a connection that never stood are ours, and for the log.
    let said = if answer.starts_with(|c: char| c.is_ascii_digit()) { answer.as_str() } else { "" };
    Ok(match last.and_then(|one| one.outcome.as_deref()) {
        Some("delivered") => good(what, answer),
        _ => bad(what, &fault_words(code, said), &remedy(code)),
    })
}
