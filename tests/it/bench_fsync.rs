//! The price of durability, counted and not timed: how often the disk is asked to sync for a thousand deliveries, each signed,
//! each with its attempt on disk before its first byte and its outcome after its last.

use super::servers::kurir;
use std::process::Command;

/// Goal P5.
const MOST: f64 = 600.0;

fn measured(more: &[&str]) -> serde_json::Value {
    let size = ["bench", "out", "--alone", "--rounds", "1", "--json", "--mails", "512", "--recipients", "64", "--size", "20000"];
    let arguments: Vec<&str> = size.iter().chain(more).copied().collect();
    let output = kurir::run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// strace may be missing, or forbidden to look at processes (containers).
fn strace_works() -> bool {
    Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_thousand_deliveries_cost_at_most_600_syncs() {
    let (kind, figures) =
        if strace_works() { ("fsyncs_per_1000", measured(&["--fsyncs"])) } else { ("commits_per_1000", measured(&[])) };
    let (commits, syncs) = (figures["commits_per_1000"].as_f64().unwrap(), figures[kind].as_f64().unwrap());
    println!("{commits:.0} commits, {syncs:.0} {kind}");
    // Fewer than one for each batch of 64 would mean that something is not committed before it is sent.
    assert!(commits > 1000.0 / 64.0, "{commits}");
    assert!(syncs <= MOST, "{syncs} {kind}, at most {MOST}");
}
