//! How many mails a minute an account may send (hosted servers cut off who sends more). A turn is asked for, and comes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Evenly spaced turns.
pub(super) struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many a minute; zero is without limit.
    pub(super) fn new(per_minute: u32) -> Self {
        let gap = Duration::from_mins(1).checked_div(per_minute).unwrap_or_default();
        Self { gap, next: Mutex::default() }
    }

    /// Waits for the next turn. A turn that nobody waits for any more is lost, which only sends less.
    pub(super) async fn turn(&self) {
        if self.gap.is_zero() {
            return;
        }
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.gap);
            turn
        };
        sleep_until(turn).await;
    }
}
