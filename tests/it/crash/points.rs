//! Every point is in the list, every point of the list is walked, and what must hold after every restart.

use crate::house::{none, sources};
use ::kurir::domain::delivery::Channel;
use ::kurir::flow::House;
use ::kurir::runtime::abort_points;
use regex::Regex;
use std::collections::BTreeSet;

/// The points that the crash stories walk.
fn walked() -> BTreeSet<&'static str> {
    let walks = [super::outward::ACCEPT, super::outward::MAIL, super::outward::PAPER, super::outward::CHAT];
    let inward = [super::inward::MAIL, super::inward::LARGE, super::inward::PRESS, super::inward::DESK, super::inward::MAILDIR];
    let administered = [
        super::administered::REGISTRY,
        super::administered::CHANGE,
        super::administered::LIVE_POINTS,
        super::administered::TRAY,
        super::administered::FIRST,
    ];
    walks.concat().into_iter().chain(inward.concat()).chain(administered.concat()).collect()
}

#[test]
fn every_abort_point_of_the_code_is_listed_and_walked() {
    let called = Regex::new(r#"abort::(?:point|is_armed)\(\s*"([^"]+)""#).unwrap();
    let constant = Regex::new(r#"const (?:BEFORE|AFTER)_\w+: &str = "([a-z]+\.[a-z_]+)""#).unwrap();
    let mut found = BTreeSet::new();
    for file in sources("src", ".rs") {
        let text = file.product();
        found.extend(called.captures_iter(text).map(|hit| hit[1].to_owned()));
        found.extend(constant.captures_iter(text).map(|hit| hit[1].to_owned()));
    }
    let listed: BTreeSet<String> = abort_points::all().into_iter().map(str::to_owned).collect();
    assert_eq!(found, listed, "points in the code, points in the list");
    assert_eq!(abort_points::all().len(), listed.len(), "a point is listed twice");
    let walked: BTreeSet<String> = walked().into_iter().map(str::to_owned).collect();
    none("points that no crash story walks", &listed.difference(&walked).cloned().collect::<Vec<_>>());
}

/// Lessons 3.4: one open or final state per delivery, an attempt row for every carried one, no open attempt of a settled one.
pub async fn invariants(house: &House) {
    let mut tx = house.store.read().await.unwrap();
    for letter in tx.letters(None, 1_000_000).await.unwrap() {
        let facts = tx.facts_of_letter(letter).await.unwrap();
        assert!(!facts.is_empty(), "{letter} has no evidence");
        for delivery in tx.deliveries_of_letter(letter).await.unwrap() {
            let attempts = tx.attempts_of(delivery.id).await.unwrap();
            let open = attempts.iter().filter(|attempt| attempt.ended_at.is_none()).count();
            assert!(open <= 1, "{}: {open} open attempts", delivery.id);
            let at_rest = matches!(delivery.state.as_str(), "queued" | "deferred" | "unknown" | "withheld");
            // Under an answered message on the phone the buttons follow a moment later.
            let buttons = delivery.channel == Channel::Telegram && matches!(delivery.state.as_str(), "acknowledged" | "acted");
            assert!(delivery.next_at.is_none() || at_rest || buttons, "{} is {} and due", delivery.id, delivery.state);
            let handed_over =
                matches!(delivery.state.as_str(), "relayed" | "telegram_stored" | "delivered" | "acted" | "acknowledged");
            assert!(!handed_over || !attempts.is_empty(), "{} is {} without an attempt", delivery.id, delivery.state);
            assert!(facts.iter().any(|fact| fact.delivery_id == Some(delivery.id.uuid())), "{} has no evidence", delivery.id);
        }
    }
}
