//! `kurir inspect` (being written).
use crate::runtime::Ended;
use crate::runtime::cli::Inspect;
use anyhow::Result;

pub fn run(_: &Inspect) -> Result<Ended> {
    Ok(Ended::Usage)
}
