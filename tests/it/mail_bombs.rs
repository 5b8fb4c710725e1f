//! Mail that was made to stop or starve whoever reads it.

use crate::cpu;
use kurir::channel::email::bounce::delivery_report;
use kurir::channel::email::claims::claims;
use kurir::channel::email::origin::BorderSettings;
use kurir::channel::email::parse::Mail;
use kurir::channel::email::tokens::Gateway;
use std::fmt::Write as _;
use std::time::Duration;

const MEGA: usize = 1024 * 1024;
const MULTIPART: &str = "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n";
const HTML: &str = "From: a@x.example\nContent-Type: text/html\n\n";

/// `count` pieces, each with its number.
fn numbered(count: usize, piece: impl Fn(&mut String, usize)) -> String {
    let mut text = String::new();
    (0..count).for_each(|number| piece(&mut text, number));
    text
}

fn structures() -> Vec<(&'static str, String)> {
    let digest = |text: &mut String, n: usize| {
        let _ = write!(text, "Content-Type: multipart/digest; boundary=b{n}\n\n--b{n}\n\n");
    };
    let boundary = |text: &mut String, n: usize| {
        let _ = write!(text, "boundary={n} ");
    };
    vec![
        ("a million parts", format!("{MULTIPART}{}", "--b\n\n".repeat(1_000_000))),
        ("a million nested messages", "Content-Type: message/rfc822\n\n".repeat(700_000)),
        ("nested digests", numbered(100_000, digest)),
        ("dashes", format!("{MULTIPART}{}", "-".repeat(24 * MEGA))),
        ("boundaries named in the text", format!("{MULTIPART}{}", "boundary=------ ".repeat(MEGA))),
        ("different boundaries", format!("{MULTIPART}{}", numbered(900_000, boundary))),
        (
            "groups of a report",
            format!(
                "From: a@x.example\nContent-Type: message/delivery-status\n\n{}",
                "Final-Recipient: rfc822;a@x\n\n".repeat(300_000)
            ),
        ),
    ]
}

fn headers() -> Vec<(&'static str, String)> {
    let to = |list: String| format!("From: a@x.example\nTo: {list}\n\n");
    vec![
        ("half a million addresses", to("a@x.example, ".repeat(500_000))),
        ("addresses under the limit", to("a@x.example, ".repeat(15_000))),
        ("token addresses", to("balas+".repeat(30_000))),
        ("angles under the limit", format!("From: {}\n\n", "<".repeat(190_000))),
        ("comments under the limit", format!("From: {}\n\n", "(".repeat(190_000))),
        ("open encoded words", format!("From: a@x.example\nSubject: {}\n\n", "=?u?q?x".repeat(25_000))),
        ("references under the limit", format!("From: a@x.example\nReferences: {}\n\n", "<a@b> ".repeat(30_000))),
        (
            "results under the limit",
            format!("Authentication-Results: mx.x.example; {}\nFrom: a@x.example\n\n", "dmarc=(".repeat(25_000)),
        ),
        ("many short headers", format!("From: a@x.example\n{}\n", "A:\n".repeat(60_000))),
    ]
}

fn texts() -> Vec<(&'static str, String)> {
    vec![
        ("open tags", format!("{HTML}{}", "<div>".repeat(MEGA))),
        ("open formatting", format!("{HTML}{}{}", "<font color=1>".repeat(5_000), "<p>".repeat(MEGA))),
        ("open quotes in tags", format!("{HTML}{}", "<a b=\"".repeat(MEGA))),
        ("entities", format!("{HTML}{}", "&".repeat(4 * MEGA))),
        ("token lines", format!("From: a@x.example\n\n{}", "Kode naskah: ".repeat(MEGA))),
        ("calendar", format!("From: a@x.example\nContent-Type: text/calendar\n\n{}", "UID:d.\n".repeat(MEGA))),
        ("folded text", format!("From: a@x.example\nContent-Type: text/plain; format=flowed\n\n{}", "> ".repeat(4 * MEGA))),
    ]
}

#[test]
fn mail_bombs_are_refused_or_read_in_time() {
    let gateway = Gateway::new("kurir.example");
    let border = BorderSettings { mx_authserv_id: "mx.x.example".into(), submission_authserv_id: None };
    for (name, bomb) in [structures(), headers(), texts()].into_iter().flatten() {
        let began = cpu::of_this_thread();
        let read = Mail::parse(bomb.as_bytes());
        if let Ok(mail) = &read {
            let _ = (claims(mail, &gateway, &border), delivery_report(mail));
        }
        let took = cpu::of_this_thread().saturating_sub(began);
        let verdict = read.map_or_else(|refusal| refusal.to_string(), |_| "read".into());
        println!("{name}: {} bytes, {took:?}, {verdict}", bomb.len());
        // A debug build; what is worse than linear takes minutes.
        assert!(took < Duration::from_secs(20), "{name} took {took:?}");
    }
}
