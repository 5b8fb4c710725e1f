//! How long to wait between tries, and when to stop trying.

use super::span::Span;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The ladder of retries of one delivery on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryLadder {
    /// Waits after the first tries, in order.
    pub steps: Vec<Span>,
    /// Wait after every later try.
    pub then: Span,
    /// Time after the first try when the next channel takes over.
    pub give_up: Span,
}

impl RetryLadder {
    /// The wait after so many failed tries (at least one).
    pub fn wait(&self, failed: u32) -> SignedDuration {
        let step = usize::try_from(failed.saturating_sub(1)).ok().and_then(|at| self.steps.get(at));
        step.copied().unwrap_or(self.then).duration()
    }

    /// When to try again after so many failed tries; `None` where the time since the first one is over by then.
    pub fn next(&self, first: Timestamp, now: Timestamp, failed: u32) -> Option<Timestamp> {
        let next = now.checked_add(self.wait(failed)).ok()?;
        let end = first.checked_add(self.give_up.duration()).ok()?;
        (next <= end).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_ends_in_its_last_wait_and_then_in_giving_up() {
        let span = |text: &str| text.parse::<Span>().unwrap();
        let ladder = RetryLadder { steps: vec![span("1 min"), span("5 min")], then: span("2 h"), give_up: span("1 d") };
        let waits: Vec<i64> = (1..=4).map(|failed| ladder.wait(failed).as_mins()).collect();
        assert_eq!(waits, [1, 5, 120, 120]);
        assert_eq!(ladder.wait(0).as_mins(), 1);
        let first = Timestamp::UNIX_EPOCH;
        let late = first + SignedDuration::from_hours(23);
        assert_eq!(ladder.next(first, first, 1), Some(first + SignedDuration::from_mins(1)));
        assert_eq!(ladder.next(first, late, 9), None);
    }
}
