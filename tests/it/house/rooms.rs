//! Who may import whom.

use super::{Source, none, sources};
use regex::Regex;

/// The table of the architecture: a room, and the rooms of ours it may name. A new room or arrow is a decision note.
const TABLE: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("render", &["domain"]),
    ("channel", &["domain"]),
    ("store", &["domain"]),
    ("flow", &["domain", "render", "channel", "store"]),
    ("web", &["domain", "render", "store", "flow"]),
    ("demo", &["domain", "channel"]),
    ("runtime", &["domain", "render", "channel", "store", "flow", "web", "demo"]),
];

/// Everything in these files that the table does not allow.
fn violations(files: &[Source]) -> Vec<String> {
    let import = Regex::new(r"\b(?:crate|kurir)::(?:\{([^;]*)\}|(\w+))").unwrap();
    let mut found = Vec::new();
    for file in files {
        let Some(room) = room_of(&file.path) else { continue };
        let allowed = allowed(room);
        let groups = import.captures_iter(&file.text).flat_map(|found| match (found.get(1), found.get(2)) {
            (Some(group), _) => top_level(group.as_str()),
            (_, Some(name)) => vec![name.as_str().to_owned()],
            _ => Vec::new(),
        });
        let mut names: Vec<String> = groups.collect();
        if file.path == format!("src/{room}/mod.rs") {
            names.extend(TABLE.iter().map(|(name, _)| *name).filter(|name| reaches_up(&file.text, name)).map(str::to_owned));
        }
        names.retain(|name| name != room && is_room(name) && !allowed.contains(&name.as_str()));
        found.extend(names.iter().map(|name| format!("{}: {room} may not import {name}", file.path)));
        if file.text.contains(concat!("super::", "super")) {
            found.push(format!("{}: super of super hides where it leads; write crate::{room}", file.path));
        }
    }
    found
}

/// `src/store/...` is store; `main.rs` is the ninth row.
fn room_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let first = inside.split('/').next()?;
    if first == "main.rs" { Some("main") } else { (first != "lib.rs").then(|| first.trim_end_matches(".rs")) }
}

fn allowed(room: &str) -> &'static [&'static str] {
    if room == "main" {
        return &["runtime"];
    }
    TABLE.iter().find(|(name, _)| *name == room).map_or(&[], |(_, allowed)| *allowed)
}

fn is_room(name: &str) -> bool {
    TABLE.iter().any(|(room, _)| *room == name)
}

/// In the head file of a room, `super` is the crate.
fn reaches_up(text: &str, room: &str) -> bool {
    Regex::new(&format!(r"\bsuper::{room}\b")).unwrap().is_match(text)
}

/// The first names in `{a::b, c::{d, e}}`.
fn top_level(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut name) = (0_i32, Vec::new(), String::new());
    for letter in group.chars().chain([',']) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(std::mem::take(&mut name)),
            other if depth == 0 => name.push(other),
            _ => {}
        }
    }
    names.iter().filter_map(|name| Some(name.trim().split("::").next()?.to_owned())).collect()
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    none("imports between rooms", &violations(&sources("src", ".rs")));
}

#[test]
fn every_room_is_in_the_table() {
    let map = std::fs::read_to_string(super::project().join("src/lib.rs")).unwrap();
    let mut declared: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut table: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    declared.sort_unstable();
    table.sort_unstable();
    assert_eq!(declared, table);
}

#[test]
fn a_planted_import_is_found_however_it_is_spelled() {
    let plant = |path: &str, text: &str| violations(&[Source { path: path.to_owned(), text: text.to_owned() }]).len();
    assert_eq!(plant("src/domain/letter.rs", "use crate::store::Ledger;"), 1);
    assert_eq!(plant("src/web/page.rs", "fn a() { crate::channel::email::send() }"), 1);
    assert_eq!(plant("src/store/a.rs", "use crate::{domain::ids, flow::{accept, receive}};"), 1);
    assert_eq!(plant("src/demo/mod.rs", "use super::runtime;"), 1);
    assert_eq!(plant("src/main.rs", "fn main() { kurir::flow::accept() }"), 1);
    assert_eq!(plant("src/flow/receive/keep.rs", concat!("use super::", "super::accept;")), 1);
    assert_eq!(plant("src/flow/accept.rs", "use crate::{domain::ids, store::Ledger}; use crate::flow::dispatch;"), 0);
    assert_eq!(plant("src/runtime/cli.rs", "use crate::{web, demo};"), 0);
}
