//! Sentences in the voice of officials on a telephone: abbreviations, courtesy, chains, negations, jokes, quotes, other tongues.

mod chains;
mod going;
mod others;
mod plain;

use super::*;

/// Writer, words, what comes of it.
type Table = &'static [(&'static str, &'static str, &'static str)];

/// The reading with each order apart, its words sorted.
fn told_apart(reading: &Reading) -> String {
    let orders = reading.orders.iter().map(|order| {
        let works: Vec<String> = order.instructions.iter().map(ToString::to_string).collect();
        let targets: Vec<String> = order.targets.iter().map(ToString::to_string).collect();
        format!("{}|{}|{}", works.join(" "), targets.join(" "), order.due)
    });
    sorted(&format!("{}|{}", reading.intent, orders.collect::<Vec<_>>().join("; ")))
}

fn sorted(text: &str) -> String {
    let (intent, orders) = text.split_once('|').unwrap_or((text, ""));
    let mut orders: Vec<String> = orders.split("; ").map(sorted_order).collect();
    orders.sort();
    format!("{intent}|{}", orders.join("; "))
}

fn sorted_order(order: &str) -> String {
    let part = |part: &str| {
        let mut words: Vec<&str> = part.split_whitespace().collect();
        words.sort_unstable();
        words.join(" ")
    };
    order.split('|').map(part).collect::<Vec<_>>().join("|").trim_end_matches('|').to_owned()
}

fn verdict(reading: &Reading) -> &'static str {
    match reading.intent {
        Intent::Unclear => "ask",
        Intent::Question | Intent::Acknowledge | Intent::UnableToAttend | Intent::None => "comment",
        _ => "act",
    }
}

fn wrong(table: Table, is_right: impl Fn(&Reading, &str) -> bool) -> Vec<String> {
    let (directory, calendar) = (directory(), calendar());
    let mut wrong = Vec::new();
    for (writer, text, expected) in table {
        let writer: PositionCode = writer.parse().unwrap();
        let reading = read(text, &place(&directory, &calendar, &writer, &[]));
        if !is_right(&reading, expected) {
            wrong.push(format!("{text:?}\n   got      {}\n   expected {expected}", told_apart(&reading)));
        }
    }
    wrong
}

#[test]
fn what_officials_say_of_themselves_and_of_others_is_no_act() {
    for table in [going::OF_THEMSELVES, others::OF_OTHERS] {
        let wrong = wrong(table, |reading, expected| verdict(reading) == expected);
        assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), table.len(), wrong.join("\n"));
    }
}

#[test]
fn what_officials_plainly_want_is_done_exactly_so() {
    for table in [plain::PLAIN, chains::MORE_PLAIN] {
        let wrong = wrong(table, |reading, expected| told_apart(reading) == sorted(expected));
        assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), table.len(), wrong.join("\n"));
    }
}
