//! `kurir inspect` (being written).
use super::super::Ended;
use super::super::cli::Inspect;
use anyhow::Result;

pub fn run(_: &Inspect) -> Result<Ended> {
    Ok(Ended::Usage)
}
