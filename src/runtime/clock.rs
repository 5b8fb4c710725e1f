//! The machine's clock and chance, and the practice room's clock that a person moves.

use crate::domain::clock::{Clock, Ids};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The machine's clock, moved forward by hand: the practice room's "tomorrow".
#[derive(Debug, Default)]
pub struct MovedClock {
    seconds: AtomicI64,
}

impl MovedClock {
    /// A clock that is already moved by so much.
    pub fn moved(by: SignedDuration) -> Self {
        Self { seconds: AtomicI64::new(by.as_secs()) }
    }

    /// Moves it forward.
    pub fn forward(&self, by: SignedDuration) {
        self.seconds.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    /// By how much it is moved.
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds.load(Ordering::Relaxed))
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        now.checked_add(self.offset()).unwrap_or(now)
    }
}

/// The machine's chance.
#[derive(Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    #[expect(clippy::expect_used, reason = "without the system's random numbers no token is secret: there is no way to go on")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system gives random numbers");
    }
}
