//! Named lists of positions. Those that every city has ("semua-camat") follow from titles and kinds of units by the rules of
//! `config/groups.toml`; a city's own list of the same name takes their place.

use super::RegistryImport;
use super::rows::MemberRow;
use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::directory::{Group, OrgUnit, Position, UnitKind};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

const RULES: &str = include_str!("../../../config/groups.toml");

/// A rule that makes a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    /// Titles begin with one of these.
    #[serde(default)]
    title_begins: Vec<String>,
    /// Heads of units of these kinds.
    #[serde(default)]
    heads_of: Vec<UnitKind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    group: Vec<Rule>,
}

/// The name of a group as it is kept: lower case, hyphens for blanks ("semua Camat" is "semua-camat"). `None` where it holds
/// anything but letters, digits, dots and hyphens, or more than 60 of them.
pub fn group_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join("-").to_ascii_lowercase();
    let good = (1..=60).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
        && !name.starts_with(['-', '.']);
    good.then_some(name)
}

/// The city's own groups in the order of its file, then those of the rules that it did not name itself.
pub(super) fn all(members: &[MemberRow], units: &[OrgUnit], positions: &[Position]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for member in members {
        let at = *places.entry(&member.group).or_insert_with(|| {
            groups.push(Group { name: member.group.clone(), members: Vec::new(), until: member.until });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at).filter(|group| !group.members.contains(&member.position)) {
            group.members.push(member.position.clone());
        }
    }
    for group in derived(units, positions) {
        if !groups.iter().any(|own| own.name == group.name) {
            groups.push(group);
        }
    }
    groups
}

/// The groups once an import is written. Those of the rules are made from all posts that the record then has: one that the files no
/// longer name stays, and a member with it, until its last day.
pub(super) fn after(current: &RegistryImport, import: &RegistryImport) -> Vec<Group> {
    let units = joined(&current.units, &import.units, |unit| &unit.code);
    let positions = joined(&current.positions, &import.positions, |post| &post.code);
    let of_files = derived(&import.units, &import.positions);
    let mut groups: Vec<Group> = import.groups.iter().filter(|group| !of_files.contains(group)).cloned().collect();
    for made in derived(&units, &positions) {
        if !groups.iter().any(|own| own.name == made.name) {
            let known = current.groups.iter().find(|known| known.is_like(&made));
            groups.push(known.cloned().unwrap_or(made));
        }
    }
    groups
}

/// The rows of the files, then those that only the record has.
fn joined<T: Clone, K: Eq + Hash>(current: &[T], import: &[T], key: fn(&T) -> &K) -> Vec<T> {
    let given: HashSet<&K> = import.iter().map(key).collect();
    import.iter().chain(current.iter().filter(|row| !given.contains(key(row)))).cloned().collect()
}

/// The groups that the rules make; those without a member are left out.
pub(super) fn derived(units: &[OrgUnit], positions: &[Position]) -> Vec<Group> {
    let Ok(rules) = toml::from_str::<Rules>(RULES) else { return Vec::new() };
    let kinds: HashMap<&UnitCode, UnitKind> = units.iter().map(|unit| (&unit.code, unit.kind)).collect();
    let heads = heads(positions);
    let belongs = |rule: &Rule, post: &Position| {
        let by_title = rule.title_begins.iter().any(|begin| begins_with(&post.title, begin));
        let by_unit = kinds.get(&post.unit).is_some_and(|kind| rule.heads_of.contains(kind));
        by_title || (by_unit && heads.get(&post.unit) == Some(&&post.code))
    };
    let made = rules.group.iter().map(|rule| Group {
        name: rule.name.clone(),
        members: positions.iter().filter(|post| belongs(rule, post)).map(|post| post.code.clone()).collect(),
        until: None,
    });
    made.filter(|group| !group.members.is_empty()).collect()
}

/// Whether a title begins with these words, upper and lower case alike.
fn begins_with(title: &str, words: &str) -> bool {
    let mut given = title.split_whitespace().map(str::to_lowercase);
    words.split_whitespace().all(|word| given.next() == Some(word.to_lowercase()))
}

/// The head of each unit: its first position whose superior is outside of it (as `Directory::head_of` has it).
fn heads(positions: &[Position]) -> HashMap<&UnitCode, &PositionCode> {
    let units: HashMap<&PositionCode, &UnitCode> = positions.iter().map(|post| (&post.code, &post.unit)).collect();
    let mut heads = HashMap::new();
    for post in positions {
        let above = post.superior.as_ref().and_then(|code| units.get(code));
        if above.is_none_or(|unit| **unit != post.unit) {
            heads.entry(&post.unit).or_insert(&post.code);
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_readable_and_their_names_are_names() {
        let rules: Rules = toml::from_str(RULES).unwrap();
        assert!(!rules.group.is_empty());
        for rule in rules.group {
            assert_eq!(group_name(&rule.name), Some(rule.name.clone()));
            assert!(!rule.title_begins.is_empty() || !rule.heads_of.is_empty(), "{}", rule.name);
        }
    }

    #[test]
    fn a_group_is_named_as_people_write_it() {
        assert_eq!(group_name("semua  Camat"), Some("semua-camat".into()));
        assert_eq!(group_name("@x"), None);
        assert_eq!(group_name(""), None);
    }

    #[test]
    fn whole_words_count_at_the_begin_of_a_title() {
        assert!(begins_with("Kepala Dinas Kesehatan", "kepala dinas"));
        assert!(!begins_with("Lurahan", "Lurah"));
    }
}
