//! How fast messages may leave: Telegram takes about 30 a second from one bot and one a second into one chat.
//!
//! Pure state with the time handed in: the caller learns *when* and puts the delivery back, nothing ever waits hidden in
//! here. The state may be lost in a restart: Telegram's own `429` then says so, and that is honoured the same way.

use super::ChatId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};

/// How many messages in how much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// Messages in one second, to all chats together.
    pub overall: u32,
    /// Messages into one chat in `chat_window_ms`.
    pub per_chat: u32,
    /// The time in which a chat takes `per_chat` messages.
    pub chat_window_ms: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { overall: 30, per_chat: 1, chat_window_ms: 1000 }
    }
}

/// At most `count` in any `span`: strict, unlike a bucket that lets twice as many through at a seam.
#[derive(Debug, Clone)]
struct Window {
    count: usize,
    span: SignedDuration,
    sent: VecDeque<Timestamp>,
}

impl Window {
    fn new(count: u32, span: SignedDuration) -> Self {
        Self { count: usize::try_from(count.max(1)).unwrap_or(1), span, sent: VecDeque::new() }
    }

    /// The first moment at which one more fits.
    fn opens(&self, now: Timestamp) -> Timestamp {
        let held = self.sent.len().checked_sub(self.count).and_then(|at| self.sent.get(at));
        held.map_or(now, |first| later(*first, self.span)).max(now)
    }

    fn note(&mut self, now: Timestamp) {
        self.sent.push_back(now);
        while self.sent.len() > self.count {
            self.sent.pop_front();
        }
    }

    fn is_idle(&self, now: Timestamp) -> bool {
        self.sent.back().is_none_or(|last| later(*last, self.span) <= now)
    }
}

/// The limiter of one bot.
#[derive(Debug)]
pub struct Limiter {
    pace: Pace,
    overall: Window,
    chats: HashMap<ChatId, Window>,
    /// Chats that Telegram told us to leave alone, and until when.
    told: HashMap<ChatId, Timestamp>,
    /// Until when everybody waits.
    all_until: Option<Timestamp>,
    swept: Timestamp,
}

impl Limiter {
    /// A limiter that has seen nothing yet.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            overall: Window::new(pace.overall, SignedDuration::from_secs(1)),
            chats: HashMap::new(),
            told: HashMap::new(),
            all_until: None,
            swept: Timestamp::MIN,
        }
    }

    /// The first moment at which a message to this chat may leave; `now` when it may leave at once.
    pub fn opens(&self, chat: ChatId, now: Timestamp) -> Timestamp {
        let here = self.chats.get(&chat).map_or(now, |window| window.opens(now));
        let told = self.told.get(&chat).copied().unwrap_or(now);
        let all = self.all_until.unwrap_or(now);
        self.overall.opens(now).max(here).max(told).max(all)
    }

    /// Takes the place of one message, or says from when on there is one.
    pub fn take(&mut self, chat: ChatId, now: Timestamp) -> Result<(), Timestamp> {
        let opens = self.opens(chat, now);
        if opens > now {
            return Err(opens);
        }
        self.sweep(now);
        self.overall.note(now);
        let (count, span) = (self.pace.per_chat, SignedDuration::from_millis(i64::from(self.pace.chat_window_ms)));
        self.chats.entry(chat).or_insert_with(|| Window::new(count, span)).note(now);
        Ok(())
    }

    /// Telegram said "not before": this chat rests until then. Telegram does not say whether it means the chat or the bot;
    /// when it says so of a second chat while a first one still rests, it means the bot, and everybody rests.
    pub fn rest(&mut self, chat: ChatId, until: Timestamp, now: Timestamp) {
        self.told.retain(|_, until| *until > now);
        if self.told.keys().any(|other| *other != chat) {
            self.all_until = self.all_until.max(Some(until));
        }
        let told = self.told.entry(chat).or_insert(until);
        *told = (*told).max(until);
    }

    /// Forgets idle chats now and then, so that the memory follows the traffic and not the size of the city.
    fn sweep(&mut self, now: Timestamp) {
        if later(self.swept, SignedDuration::from_mins(1)) > now {
            return;
        }
        self.chats.retain(|_, window| !window.is_idle(now));
        self.told.retain(|_, until| *until > now);
        self.all_until = self.all_until.filter(|until| *until > now);
        self.swept = now;
    }
}

/// `moment + span`, staying at the end of time instead of leaving it.
fn later(moment: Timestamp, span: SignedDuration) -> Timestamp {
    moment.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_796_000_000_000 + millis).unwrap()
    }

    #[test]
    fn one_chat_takes_one_message_a_second_and_the_next_learns_when() {
        let mut limiter = Limiter::new(Pace::default());
        assert_eq!(limiter.take(ChatId(1), at(0)), Ok(()));
        assert_eq!(limiter.take(ChatId(1), at(400)), Err(at(1000)));
        assert_eq!(limiter.take(ChatId(2), at(400)), Ok(()));
        assert_eq!(limiter.take(ChatId(1), at(1000)), Ok(()));
    }

    #[test]
    fn thirty_chats_fill_a_second() {
        let mut limiter = Limiter::new(Pace::default());
        for chat in 0..30 {
            assert_eq!(limiter.take(ChatId(chat), at(chat)), Ok(()));
        }
        assert_eq!(limiter.take(ChatId(99), at(500)), Err(at(1000)));
        assert_eq!(limiter.take(ChatId(99), at(1000)), Ok(()));
        assert_eq!(limiter.take(ChatId(98), at(1000)), Err(at(1001)));
    }

    #[test]
    fn a_refused_place_is_not_taken() {
        let mut limiter = Limiter::new(Pace::default());
        limiter.take(ChatId(1), at(0)).unwrap();
        for millis in 1..100 {
            assert_eq!(limiter.take(ChatId(1), at(millis)), Err(at(1000)));
        }
    }

    #[test]
    fn what_telegram_says_holds_for_the_chat_and_from_a_second_chat_on_for_all() {
        let mut limiter = Limiter::new(Pace::default());
        limiter.rest(ChatId(1), at(40_000), at(0));
        assert_eq!(limiter.take(ChatId(1), at(5000)), Err(at(40_000)));
        assert_eq!(limiter.take(ChatId(2), at(5000)), Ok(()));
        limiter.rest(ChatId(2), at(9000), at(5000));
        assert_eq!(limiter.take(ChatId(3), at(6000)), Err(at(9000)));
        assert_eq!(limiter.take(ChatId(3), at(9000)), Ok(()));
        assert_eq!(limiter.take(ChatId(1), at(9000)), Err(at(40_000)));
    }

    #[test]
    fn the_memory_follows_the_traffic() {
        let mut limiter = Limiter::new(Pace { overall: 1_000_000, ..Pace::default() });
        for chat in 0..5000 {
            limiter.take(ChatId(chat), at(0)).unwrap();
        }
        limiter.take(ChatId(1), at(120_000)).unwrap();
        assert_eq!(limiter.chats.len(), 1);
    }

    proptest! {
        #[test]
        fn no_second_ever_holds_more_than_it_may(steps in proptest::collection::vec((0_i64..6, 0_i64..300), 1..200)) {
            let mut limiter = Limiter::new(Pace { overall: 4, per_chat: 2, chat_window_ms: 700 });
            let (mut now, mut sent) = (0, Vec::new());
            for (chat, pause) in steps {
                now += pause;
                if limiter.take(ChatId(chat), at(now)).is_ok() {
                    sent.push((chat, now));
                }
            }
            for (_, start) in &sent {
                prop_assert!(sent.iter().filter(|(_, t)| t >= start && *t < start + 1000).count() <= 4);
                for chat in 0..6 {
                    prop_assert!(sent.iter().filter(|(c, t)| *c == chat && t >= start && *t < start + 700).count() <= 2);
                }
            }
        }
    }
}
