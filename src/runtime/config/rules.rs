//! What the single values of a configuration cannot tell: keys that need each other, secrets in the wrong place, limits.

use super::Config;
use super::doors::{ImapSecurity, IntakeSource, Security};
use super::fault::{ConfigFaultKind, Given};
use crate::domain::limits;

type Found = Vec<(&'static str, ConfigFaultKind)>;

/// Every broken rule, by key.
pub(super) fn broken(config: &Config) -> Found {
    let mut found = Found::new();
    store(config, &mut found);
    mail(config, &mut found);
    numbers(config, &mut found);
    for (key, text) in [("city.name", &config.city.name), ("gateway.from_name", &config.gateway.from_name)] {
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            found.push((key, ConfigFaultKind::OneLine));
        }
    }
    if config.telegram.enabled && config.telegram.token_file.is_none() {
        found.push(("telegram.token_file", ConfigFaultKind::Needed { because: "telegram.enabled = true" }));
    }
    if !matches!(config.gateway.public_url.scheme(), "http" | "https") {
        let given = format!("{}:", config.gateway.public_url.scheme());
        found.push(("gateway.public_url", bad(given, "public_url = \"https://kurir.kota.example\"")));
    }
    found
}

fn bad(given: String, example: &str) -> ConfigFaultKind {
    ConfigFaultKind::BadForm(Given { given, example: example.to_owned() })
}

fn store(config: &Config, found: &mut Found) {
    let url = &config.store.url;
    if url.strip_prefix("sqlite:").is_some_and(|file| !file.is_empty() && !file.starts_with("//")) {
        return;
    }
    match url::Url::parse(url) {
        Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
            let in_query = url.query_pairs().any(|(name, _)| name == "password");
            if url.password().is_some() || in_query {
                found.push(("store.url", ConfigFaultKind::SecretInside { instead: "store.password_file" }));
            }
        }
        // What stands behind the scheme may be a password.
        _ => {
            let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
            found.push((
                "store.url",
                bad(format!("{scheme}:"), "url = \"sqlite:kurir.db\", url = \"postgres://kurir@db.kota.example/kurir\""),
            ));
        }
    }
}

fn mail(config: &Config, found: &mut Found) {
    if config.smtp.username.is_some() && config.smtp.password_file.is_none() {
        found.push(("smtp.password_file", ConfigFaultKind::Needed { because: "smtp.username" }));
    }
    if config.smtp.security == Security::None && !is_loopback(&config.smtp.host) {
        found.push(("smtp.security", ConfigFaultKind::LoopbackOnly));
    }
    if config.intake.from == IntakeSource::Imap {
        if config.intake.password_file.is_none() {
            found.push(("intake.password_file", ConfigFaultKind::Needed { because: "intake.from = \"imap\"" }));
        }
        if config.intake.imap.security == ImapSecurity::None && !is_loopback(&config.intake.imap.host) {
            found.push(("intake.imap.security", ConfigFaultKind::LoopbackOnly));
        }
    }
    let border = &config.intake.border;
    if border.submission_authserv_id.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(&border.mx_authserv_id)) {
        let other = "intake.border.mx_authserv_id";
        found.push(("intake.border.submission_authserv_id", ConfigFaultKind::SameAs { other }));
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn numbers(config: &Config, found: &mut Found) {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let ranges = [
        ("smtp.port", u64::from(config.smtp.port), 1, 65_535),
        ("smtp.connections", count(config.smtp.connections), 1, 200),
        ("smtp.per_destination", count(config.smtp.per_destination), 1, 200),
        ("store.connections", u64::from(config.store.connections), 2, 200),
        ("telegram.api.poll_seconds", u64::from(config.telegram.api.poll_seconds), 1, 50),
        ("intake.imap.idle_seconds", config.intake.imap.idle_seconds, 30, 1_500),
        ("limits.mail_bytes", config.limits.mail_bytes, 100_000, limits::MAIL_BYTES),
        ("limits.file_bytes", config.limits.file_bytes, 100_000, limits::FILE_BYTES),
        ("limits.pdf_pages", u64::from(config.limits.pdf_pages), 1, u64::from(limits::PDF_PAGES)),
        ("limits.attachments", count(config.limits.attachments), 0, count(limits::ATTACHMENTS)),
    ];
    for (key, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            found.push((key, ConfigFaultKind::OutOfRange { least, most }));
        }
    }
}
