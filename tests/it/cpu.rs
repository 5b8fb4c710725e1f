//! The time that the machine spent on this thread alone, so that a loaded machine does not fail a test about speed.

use std::time::Duration;

/// Processor time of this thread since it began.
pub fn of_this_thread() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells the processor time of a thread");
    Duration::from_nanos(stat.split_whitespace().next().unwrap().parse().unwrap())
}
