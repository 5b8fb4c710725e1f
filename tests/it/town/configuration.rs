//! The configuration of a town, written as an administrator writes it.

use super::{BOT_TOKEN, Plan};
use crate::servers::PostOffice;
use crate::servers::engines::Database;
use std::path::Path;

/// Writes `kurir.toml` and the secrets beside it.
pub fn write(folder: &Path, database: &Database, post: &PostOffice, (domain, bot): (&str, &url::Url), plan: &Plan) {
    let secret = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        crate::servers::process::chmod(&file, 0o600);
    };
    let account = post.add_mailbox(&format!("kurir@{domain}"));
    secret("sandi-surel", &account.password);
    secret("telegram-token", BOT_TOKEN);
    let ca = post.authority.path.display();
    let text = format!(
        r#"[city]
name = "Kota Sukamaju"
help_contact = "Bagian Umum, telepon 0000-111222"
mail_domains = ["sukamaju.example"]

[gateway]
mail_domain = "{domain}"
from_address = "kurir@{domain}"
from_name = "Kurir Kota Sukamaju"
public_url = "https://kurir.sukamaju.example"
listen = "127.0.0.1:0"

[store]
url = "{url}"
files = "{files}"

[smtp]
host = "127.0.0.1"
tls_name = "mx.sukamaju.example"
port = {submission}
ca_file = "{ca}"
username = "kurir@{domain}"
password_file = "sandi-surel"
hello = "{domain}"

[intake]
from = "imap"
password_file = "sandi-surel"
ca_file = "{ca}"

[intake.imap]
host = "localhost"
port = {imaps}
username = "kurir@{domain}"

[intake.border]
mx_authserv_id = "{mx}"
submission_authserv_id = "{login}"

[telegram]
enabled = true
token_file = "telegram-token"

[telegram.api]
api_url = "{bot}"

[telegram.api.pace]
per_chat = 20

[trial]
live = {live}

{more}
"#,
        url = database.url,
        files = database.files.display(),
        submission = post.postfix.submission_port,
        imaps = post.dovecot.imaps_port,
        mx = post.mx_id(),
        login = post.submission_id(),
        live = plan.live,
        more = limits(&plan.more),
    );
    std::fs::write(folder.join("kurir.toml"), text).unwrap();
}

/// Tests run on small disks: unless the plan says something of limits itself, a little free space is enough.
fn limits(more: &str) -> String {
    if more.contains("[limits]") { more.to_owned() } else { format!("[limits]\nfree_disk_bytes = 10000000\n\n{more}") }
}
