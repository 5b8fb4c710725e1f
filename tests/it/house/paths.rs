//! What must not be committed: places that exist on one machine only, and hosts that a city behind a firewall cannot reach.

use super::{Source, none, project, sources};

/// Spelled in two halves, so that this file does not find itself.
fn needles() -> Vec<String> {
    let halves = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("crates", ".io"),
        ("py", "pi.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("deb.deb", "ian.org"),
        ("proxy.go", "lang.org"),
    ];
    halves.iter().map(|(first, second)| format!("{first}{second}")).collect()
}

fn foreign(files: &[Source]) -> Vec<String> {
    let needles = needles();
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(needle) = needles.iter().find(|needle| line.contains(needle.as_str())) {
                found.push(format!("{}:{}: {needle}", file.path, number + 1));
            }
        }
    }
    found
}

/// The names of the files in a folder; none when it is not there.
fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(project().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn nothing_points_to_one_machine_or_to_a_package_registry() {
    let folders = ["src", "tests", "templates", "migrations", "config", "docs", "static", "benches", "fuzz", ".ci", ".cargo"];
    let mut files: Vec<Source> = folders.iter().flat_map(|folder| sources(folder, "")).collect();
    for name in ["Cargo.toml", "clippy.toml", "rustfmt.toml", "rust-toolchain.toml", "README.md"] {
        if let Ok(text) = std::fs::read_to_string(project().join(name)) {
            files.push(Source { path: name.to_owned(), text });
        }
    }
    none("places of one machine", &foreign(&files));
}

#[test]
fn a_planted_path_is_found() {
    let text = format!("let a = \"{}x\";", needles()[0]);
    assert_eq!(foreign(&[Source { path: "src/a.rs".to_owned(), text }]).len(), 1);
}

#[test]
fn both_engines_have_the_same_migrations() {
    let (sqlite, postgres) = (names("migrations/sqlite"), names("migrations/postgres"));
    assert_eq!(sqlite, postgres, "the same numbers and names in both folders");
    assert!(!sqlite.is_empty() || names("src/store").len() < 3, "a ledger without migrations");
}
