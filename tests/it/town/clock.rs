//! The town's clock: it stands on a working day, runs as the machine's does, and is moved by hand.

use jiff::{SignedDuration, Timestamp};
use kurir::domain::clock::Clock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// A Tuesday morning on which the Camat of Mekarwangi is on leave and has a Plh.
pub const STARTS: &str = "2026-12-08T08:30:00+07:00";

/// A clock.
#[derive(Debug)]
pub struct TownClock {
    opened: Instant,
    start: Timestamp,
    moved: AtomicI64,
}

impl TownClock {
    /// A clock that stands at this moment now.
    pub fn at(start: Timestamp) -> Self {
        Self { opened: Instant::now(), start, moved: AtomicI64::new(0) }
    }

    /// Moves it forward.
    pub fn forward(&self, by: SignedDuration) {
        self.moved.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::Relaxed);
    }

    /// Moves it forward to a moment, if that is not past.
    pub fn forward_to(&self, moment: Timestamp) {
        let by = moment.duration_since(self.now());
        if by > SignedDuration::ZERO {
            self.forward(by);
        }
    }
}

impl Clock for TownClock {
    fn now(&self) -> Timestamp {
        let run = i64::try_from(self.opened.elapsed().as_micros()).unwrap();
        let moved = SignedDuration::from_micros(run + self.moved.load(Ordering::Relaxed));
        self.start.checked_add(moved).unwrap()
    }
}
