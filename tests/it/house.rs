//! The rules of the house, held against the code: who imports whom, how long a file may be, where Indonesian may stand, and
//! that every promise names its test. Each rule is a function of text, and a planted violation proves that it can fail.

mod language;
mod paths;
mod promises;
mod rooms;
mod sizes;
mod tokens;

use std::path::{Path, PathBuf};

/// A source file: its path below the project, with `/`, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// What the product runs: without the tests at the end of the file, nothing of a file of tests (`..tests.rs`).
    pub fn product(&self) -> &str {
        if self.path.ends_with("tests.rs") || self.path.contains("/tests/") {
            return "";
        }
        self.text.split("\n#[cfg(test)]\n").next().unwrap_or_default()
    }
}

/// The project's folder: the one cargo runs the test in, which is not the one that built it where checkouts share a build.
pub fn project() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// All files below a folder of the project whose name ends so, sorted. Bytes that are no text are left out.
pub fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&project().join(folder), ending, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending)
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let path = path.strip_prefix(project()).unwrap().display().to_string();
            found.push(Source { path, text });
        }
    }
}

/// Fails with one line for each finding.
pub fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n{}", findings.join("\n"));
}

#[test]
fn the_source_is_found() {
    assert!(sources("src", ".rs").len() > 10);
}
