//! How long to wait between tries, and when to stop trying.

use super::by_urgency::ByUrgency;
use super::span::Span;
use crate::domain::letter::Urgency;
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
    pub give_up: ByUrgency<Span>,
}

impl RetryLadder {
    /// The wait after so many failed tries (at least one).
    pub fn wait(&self, failed: u32) -> SignedDuration {
        let step = usize::try_from(failed.saturating_sub(1)).ok().and_then(|at| self.steps.get(at));
        step.copied().unwrap_or(self.then).duration()
    }

    /// When the next channel takes over from a delivery that was first tried at `first`.
    pub fn gives_up(&self, first: Timestamp, urgency: Urgency) -> Timestamp {
        first.checked_add(self.give_up.of(urgency).duration()).unwrap_or(Timestamp::MAX)
    }

    /// When to try again after so many failed tries; `None` where the next channel takes over before.
    pub fn next(&self, first: Timestamp, now: Timestamp, failed: u32, urgency: Urgency) -> Option<Timestamp> {
        let next = now.checked_add(self.wait(failed)).ok()?;
        (next <= self.gives_up(first, urgency)).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_ends_in_its_last_wait_and_then_in_giving_up() {
        let span = |text: &str| text.parse::<Span>().unwrap();
        let give_up = ByUrgency { immediate: span("2 h"), urgent: span("8 h"), normal: span("1 d") };
        let ladder = RetryLadder { steps: vec![span("1 min"), span("5 min")], then: span("2 h"), give_up };
        let waits: Vec<i64> = (1..=4).map(|failed| ladder.wait(failed).as_mins()).collect();
        assert_eq!(waits, [1, 5, 120, 120]);
        assert_eq!(ladder.wait(0).as_mins(), 1);
        let first = Timestamp::UNIX_EPOCH;
        let late = first + SignedDuration::from_hours(23);
        assert_eq!(ladder.next(first, first, 1, Urgency::Normal), Some(first + SignedDuration::from_mins(1)));
        assert_eq!(ladder.next(first, late, 9, Urgency::Normal), None);
        let third = first + SignedDuration::from_mins(6);
        assert!(
            ladder.next(first, third, 3, Urgency::Immediate).is_none() && ladder.next(first, third, 3, Urgency::Urgent).is_some()
        );
    }
}
