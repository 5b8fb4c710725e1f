//! `kurir bench`: how fast this machine carries letters and takes replies, with all that is promised of them.
//!
//! A measurement makes an installation of its own in a temporary folder and drives the flows as the daemon does; nothing is
//! left out for speed, and a round counts only where every delivery is recorded and the chain of evidence verifies.
//! No speed stands alone: each is printed beside a rival measured in the same minute, and the disk's fsyncs.

mod dovecot;
mod inbound;
mod measure;
mod options;
mod out;
mod place;
mod replies;
mod report;
mod rivals;
mod town;
mod trace;

pub use options::Bench;

use super::Ended;
use anyhow::Result;

/// Runs one measurement.
pub async fn run(bench: &Bench) -> Result<Ended> {
    let (as_json, json, table) = match bench {
        Bench::Out(options) => {
            let mut figures = out::run(options).await?;
            if options.fsyncs {
                figures.fsyncs_per_1000 = Some(trace::fsyncs_per_1000(options).await?);
            }
            (options.common.json, serde_json::to_string(&figures)?, figures.table())
        }
        Bench::In(options) => {
            let figures = Box::pin(inbound::run(options)).await?;
            (options.common.json, serde_json::to_string(&figures)?, figures.table())
        }
    };
    if as_json {
        println!("{json}");
    } else {
        print!("{table}");
    }
    Ok(Ended::Done)
}
