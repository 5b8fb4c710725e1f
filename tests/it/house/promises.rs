//! `docs/promises.md`: a table of every promise, the test that holds it, the command that shows it and the last figure.

use super::{Source, none, project, sources};
use regex::Regex;

/// One row that cannot be believed, with the reason.
fn faults(table: &str, tests: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [promise, test, command, _figure] = cells[..] else {
            found.push(format!("{row}: four cells are wanted: promise, test, command, figure"));
            continue;
        };
        if promise.is_empty() || command.is_empty() {
            found.push(format!("{row}: a promise and a command are wanted"));
        }
        let named: Vec<&str> = test.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            found.push(format!("{row}: names no test"));
        }
        found.extend(named.iter().filter(|name| !exists(name, tests)).map(|name| format!("{promise}: no test {name}")));
    }
    found
}

/// Whether a function of that name has a test attribute. A path in front of the name is for the reader.
fn exists(name: &str, tests: &[Source]) -> bool {
    let name = regex::escape(name.rsplit("::").next().unwrap_or(name));
    let marks = r"(?:#\[(?:tokio::)?test[^\n]*|on_both_engines! *\{)";
    let spelled = Regex::new(&format!(r"{marks}\n(?:\s*(?:#\[|///)[^\n]*\n)*\s*(?:async )?fn {name}\(")).unwrap();
    // Inside `on_both_engines!` every function is a test of each engine; nothing else takes a database in that form.
    let on_both = Regex::new(&format!(r"(?m)^    async fn {name}\(database: Database\)")).unwrap();
    let holds = |text: &str| spelled.is_match(text) || text.contains("on_both_engines! {") && on_both.is_match(text);
    tests.iter().any(|file| holds(&file.text))
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let table = std::fs::read_to_string(project().join("docs/promises.md")).expect("docs/promises.md");
    let tests: Vec<Source> = ["src", "tests"].iter().flat_map(|folder| sources(folder, ".rs")).collect();
    assert!(table.lines().filter(|line| line.starts_with('|')).count() > 2, "no promise at all");
    none("promises without a test", &faults(&table, &tests));
}

#[test]
fn a_planted_promise_without_a_test_is_found() {
    let text = "#[test]\nfn it_holds() {}\n#[tokio::test]\nasync fn it_holds_too() {}\nfn no_test() {}\n\
        on_both_engines! {\n    /// Why.\n    async fn it_holds_twice(database: Database) {}\n    async fn it_holds_below(database: Database) {}\n}\n"
        .to_owned();
    let tests = [Source { path: "tests/it/a.rs".to_owned(), text }];
    let table = |row: &str| format!("| promise | test | command | figure |\n|---|---|---|---|\n{row}\n");
    assert_eq!(
        faults(&table("| a | `story::it_holds`, `it_holds_too`, `it_holds_twice`, `it_holds_below` | `tests/run` | |"), &tests)
            .len(),
        0
    );
    assert_eq!(faults(&table("| a | `no_test` | `tests/run` | |"), &tests).len(), 1);
    assert_eq!(faults(&table("| a | `gone` | `tests/run` | |"), &tests).len(), 1);
    assert_eq!(faults(&table("| a | none | `tests/run` | |"), &tests).len(), 1);
    assert_eq!(faults(&table("| a | `it_holds` |"), &tests).len(), 1);
}
