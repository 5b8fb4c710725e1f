//! The practice room.
use super::Ended;
use super::cli::Demo;
use anyhow::Result;
use std::path::PathBuf;

/// File in the folder of a practice room that holds by how many seconds its clock is moved.
pub const CLOCK_FILE: &str = "clock";

/// Runs `kurir demo`.
pub async fn run(_dir: Option<PathBuf>, _demo: &Demo) -> Result<Ended> {
    Ok(Ended::Usage)
}
