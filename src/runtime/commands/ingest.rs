//! `kurir ingest`: one mail from standard input (the pipe of an MTA), or mails from files. What could not be stored exits
//! with 75, so that the MTA keeps it and comes again.

use super::record;
use crate::channel::email::inbox::RawMail;
use crate::domain::limits::MAIL_BYTES;
use crate::flow::receive::{Arrival, keep_all};
use crate::runtime::Ended;
use crate::runtime::config::Source;
use crate::runtime::ending::{self, AtPath};
use crate::runtime::words::{line, say};
use crate::store::files::sha256_hex;
use anyhow::{Context as _, Result};
use std::io::Read as _;
use std::path::PathBuf;

/// Runs `kurir ingest`.
pub async fn run(source: &Source, files: &[PathBuf]) -> Result<Ended> {
    match kept(source, files).await {
        Ok(new) => {
            say(&line("kept", &[("n", &new.to_string())]));
            Ok(Ended::Done)
        }
        // A file that was named and is not there does not come by waiting; everything else may.
        Err(error) if error.downcast_ref::<AtPath>().is_some_and(|at| files.contains(&at.path)) => Err(error),
        Err(error) => {
            eprintln!("{}", line("not_kept", &[("why", &ending::told(&error).0)]));
            Ok(Ended::Later)
        }
    }
}

async fn kept(source: &Source, files: &[PathBuf]) -> Result<usize> {
    let mut arrivals = Vec::new();
    if files.is_empty() {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAIL_BYTES * 4).read_to_end(&mut bytes).context("standard input")?;
        arrivals.push(arrival(bytes));
    }
    for file in files {
        arrivals.push(arrival(std::fs::read(file).map_err(AtPath::of(file))?));
    }
    let opened = record(source).await?;
    Ok(keep_all(&opened.house, arrivals, None).await?)
}

/// An MTA that was not sure whether we took a mail gives it again: the same bytes are the same mail.
fn arrival(bytes: Vec<u8>) -> Arrival {
    let source_key = sha256_hex(&bytes);
    let raw = if bytes.len() as u64 > MAIL_BYTES {
        let size = bytes.len() as u64;
        RawMail::Head { bytes: bytes.into_iter().take(RawMail::HEAD).collect(), size }
    } else {
        RawMail::Whole(bytes)
    };
    Arrival { source: "pipe", source_key, raw }
}
