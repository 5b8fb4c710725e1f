//! `kurir inspect`: how kurir understands mails, storing nothing. In come files, out comes one JSON line for each, in their
//! order; a file that cannot be read gets its line too. It calls the very stages that the daemon calls
//! ([`crate::flow::receive::understand`]), so the two cannot differ. Nothing is sent, written or remembered here.

mod ground;
mod line;

use crate::channel::email::parse::Mail;
use crate::channel::email::weigh::Unreadable;
use crate::domain::clock::Clock as _;
use crate::domain::limits::MAIL_BYTES;
use crate::runtime::Ended;
use crate::runtime::cli::Inspect;
use crate::runtime::clock::SystemClock;
use crate::runtime::config::Source;
use anyhow::{Context as _, Result};
use ground::Ground;
use line::Line;
use std::io::{Read as _, Write as _};
use std::path::Path;

/// Runs `kurir inspect`; `source` is the installation, where there is one.
pub async fn run(source: Option<&Source>, options: &Inspect) -> Result<Ended> {
    let ground = match Ground::lay(source, options).await? {
        Ok(ground) => ground,
        Err(faults) => {
            eprintln!("{faults}");
            return Ok(Ended::Usage);
        }
    };
    let mut out = std::io::stdout().lock();
    for file in &options.files {
        let line = inspected(&ground, options, file).await?;
        serde_json::to_writer(&mut out, &line).context("standard output")?;
        out.write_all(b"\n").context("standard output")?;
    }
    out.flush().context("standard output")?;
    Ok(Ended::Done)
}

async fn inspected(ground: &Ground, options: &Inspect, path: &Path) -> Result<Line> {
    let file = path.display().to_string();
    let mail = match raw(path) {
        Err(error) => return Ok(Line::unread(file, "file_unreadable", &error.to_string())),
        Ok(read) => read.and_then(|bytes| Mail::parse(&bytes)),
    };
    let mail = match mail {
        Err(unreadable) => return Ok(Line::unread(file, unreadable.why().as_str(), &unreadable.to_string())),
        Ok(mail) => mail,
    };
    let received_at = options.now.or(mail.date).unwrap_or_else(|| SystemClock.now());
    let slice = ground.answered(&mail, received_at).await?;
    Ok(Line::of(file, &mail, slice.as_ref(), ground.scene(received_at)))
}

/// The bytes of a file, of which no more is read than a mail may have.
fn raw(path: &Path) -> std::io::Result<Result<Vec<u8>, Unreadable>> {
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::new();
    file.take(MAIL_BYTES + 1).read_to_end(&mut bytes)?;
    let found = size.max(bytes.len() as u64);
    Ok(if found > MAIL_BYTES { Err(Unreadable::TooBig { bytes: found, limit: MAIL_BYTES }) } else { Ok(bytes) })
}
