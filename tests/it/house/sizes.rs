//! How long a file may be. Functions and parameters are counted by clippy (`clippy.toml`).

use super::{Source, none, sources};

const LONGEST: usize = 400;
const LONG: usize = 250;

/// Files that were over the limit when the rule came, and how long they may be until someone splits them. The list only gets
/// shorter: a file that has become short enough must leave it.
const DEBT: [(&str, usize); 0] = [];

fn too_long(files: &[Source], debt: &[(&str, usize)]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let lines = file.text.lines().count();
        let allowed = debt.iter().find(|(path, _)| *path == file.path).map(|(_, lines)| *lines);
        if lines > allowed.unwrap_or(LONGEST) {
            found.push(format!("{}: {lines} lines, at most {}", file.path, allowed.unwrap_or(LONGEST)));
        }
        if allowed.is_some() && lines <= LONGEST {
            found.push(format!("{}: {lines} lines, it no longer owes anything", file.path));
        }
    }
    found
}

#[test]
fn no_file_is_over_400_lines() {
    let files: Vec<Source> = ["src", "tests"].iter().flat_map(|folder| sources(folder, ".rs")).collect();
    for file in files.iter().filter(|file| file.text.lines().count() > LONG) {
        println!("over {LONG} lines: {} ({})", file.path, file.text.lines().count());
    }
    none("files that want to be two", &too_long(&files, &DEBT));
}

#[test]
fn a_planted_long_file_is_found_and_debts_are_paid() {
    let file = |lines: usize| [Source { path: "src/a.rs".to_owned(), text: "x\n".repeat(lines) }];
    assert_eq!(too_long(&file(401), &[]).len(), 1);
    assert_eq!(too_long(&file(400), &[]).len(), 0);
    assert_eq!(too_long(&file(401), &[("src/a.rs", 401)]).len(), 0);
    assert_eq!(too_long(&file(402), &[("src/a.rs", 401)]).len(), 1);
    assert_eq!(too_long(&file(400), &[("src/a.rs", 401)]).len(), 1);
}
