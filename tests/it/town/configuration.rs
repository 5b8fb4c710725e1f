//! The configuration of a town, written as an administrator writes it.

use super::{BOT_TOKEN, Plan};
use crate::servers::PostOffice;
use crate::servers::engines::Database;
use crate::servers::proxy::Proxy;
use std::path::Path;

/// Writes `kurir.toml` and the secrets beside it.
pub fn write(
    folder: &Path,
    database: &Database,
    post: &PostOffice,
    (domain, bot, line): (&str, &url::Url, Option<&Proxy>),
    plan: &Plan,
) {
    let secret = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        crate::servers::process::chmod(&file, 0o600);
    };
    let account = post.add_mailbox(&format!("kurir@{domain}"));
    secret("sandi-surel", &account.password);
    secret("telegram-token", BOT_TOKEN);
    let values = [
        ("DOMAIN", domain.to_owned()),
        ("URL", database.url.clone()),
        ("FILES", database.files.display().to_string()),
        ("SUBMISSION", line.map_or(post.postfix.submission_port, |line| line.port).to_string()),
        ("SECURITY", if line.is_some() { "tls" } else { "starttls" }.to_owned()),
        ("IMAPS", post.dovecot.imaps_port.to_string()),
        ("CA", post.authority.path.display().to_string()),
        ("MX", post.mx_id()),
        ("LOGIN", post.submission_id()),
        ("BOT", bot.to_string()),
        ("LIVE", plan.live.to_string()),
        ("PAGES", plan.pages.to_owned()),
        ("MORE", limits(&plan.more)),
    ];
    let text = database.nest.fill(include_str!("kurir.toml"), &values);
    std::fs::write(folder.join("kurir.toml"), text).unwrap();
    std::fs::write(folder.join("workflow.toml"), &plan.workflow).unwrap();
}

/// Tests run on small disks: unless the plan says something of limits itself, a little free space is enough.
fn limits(more: &str) -> String {
    if more.contains("[limits]") { more.to_owned() } else { format!("[limits]\nfree_disk_bytes = 10000000\n\n{more}") }
}
