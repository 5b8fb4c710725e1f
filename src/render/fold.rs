//! Text into lines and blocks.
//!
//! In comes the plain body of a mail, whose line breaks are the template's alone (values are one line). Out go lines of at
//! most 72 columns for the plain twin, and blocks (paragraph, facts, examples) for the HTML twin of kinds without a page
//! of their own, so that both twins say the same words.

use serde::Serialize;

/// Columns of the plain twin.
pub const COLUMNS: usize = 72;
/// A label of a facts line is no longer than this.
const LABEL: usize = 16;

/// A piece of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Block {
    /// Lines of a paragraph.
    Words {
        /// Its lines.
        lines: Vec<String>,
    },
    /// Label and value.
    Facts {
        /// Its rows.
        rows: Vec<(String, String)>,
    },
    /// Example answers, choices, lists.
    Examples {
        /// Its lines.
        lines: Vec<String>,
    },
}

/// One line as a fact: "Nomor        : 005/123" (label, a space, a colon, a space).
fn fact(line: &str) -> Option<(&str, &str)> {
    let (label, value) = line.split_once(" : ")?;
    let good = !label.starts_with(' ') && label.chars().count() <= LABEL && !label.trim_end().contains(['.', ',', ':']);
    good.then(|| (label.trim_end(), value.trim()))
}

/// Removes spaces at line ends and more than one empty line in a row.
pub fn tidy(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && out.last().is_none_or(|last| last.is_empty())) {
            out.push(line);
        }
    }
    out.join("\n").trim_end().to_owned()
}

/// The blocks of a tidy text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut out = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut fresh = true;
        for line in paragraph.lines().filter(|line| !line.is_empty()) {
            add(&mut out, line, fresh);
            fresh = false;
        }
    }
    out
}

/// Adds a line to the last block where it continues it, else begins one.
fn add(out: &mut Vec<Block>, line: &str, fresh: bool) {
    let last = if fresh { None } else { out.last_mut() };
    let row = fact(line).map(|(label, value)| (label.to_owned(), value.to_owned()));
    match (last, row, line.strip_prefix("  ")) {
        (Some(Block::Facts { rows }), Some(row), _) => rows.push(row),
        (_, Some(row), _) => out.push(Block::Facts { rows: vec![row] }),
        (Some(Block::Examples { lines }), None, Some(rest)) => lines.push(rest.trim().to_owned()),
        (_, None, Some(rest)) => out.push(Block::Examples { lines: vec![rest.trim().to_owned()] }),
        (Some(Block::Words { lines }), None, None) => lines.push(line.to_owned()),
        (_, None, None) => out.push(Block::Words { lines: vec![line.to_owned()] }),
    }
}

/// Breaks every line at [`COLUMNS`]; what follows in a fact hangs under its value. A word longer than a line stays whole,
/// so that links and codes can be copied.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 40);
    for line in text.lines() {
        let hang = match fact(line) {
            Some(_) => line.find(" : ").map_or(0, |at| line.chars().take(at).count() + 3),
            // A numbered choice ("  1  Kabid Aptika") hangs under its words.
            None => line.chars().take_while(|c| *c == ' ' || (c.is_ascii_digit() && line.starts_with(' '))).count(),
        };
        fold_line(&mut out, line, hang);
    }
    out
}

/// Breaks one line, continued at column `hang`.
fn fold_line(out: &mut String, line: &str, hang: usize) {
    let mut column = 0_usize;
    for word in line.split(' ') {
        let width = word.chars().count();
        if column > hang && column + width > COLUMNS && width > 0 {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(hang));
            column = hang;
        }
        out.push_str(word);
        out.push(' ');
        column += width + 1;
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_hang_under_their_value_and_long_words_stay_whole() {
        let folded = fold(&format!("Hal          : {}", "kata ".repeat(20).trim()));
        let lines: Vec<&str> = folded.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= COLUMNS), "{folded}");
        assert!(lines[1].starts_with("               kata"), "{folded}");
        let url = format!("https://{}.example/", "a".repeat(90));
        assert!(fold(&url).contains(&url));
    }

    #[test]
    fn an_empty_line_stays_and_three_become_one() {
        assert_eq!(fold("a\n\nb"), "a\n\nb\n");
        assert_eq!(tidy("\n\na  \n\n\n\nb\n"), "a\n\nb");
    }

    #[test]
    fn a_body_becomes_words_facts_and_examples() {
        let found =
            blocks("Tercatat pada 5: jelas.\n\nNomor : 1\nHal   : a : b\n\nMohon balas:\n  1  satu\n  2  dua\nBila tidak");
        assert_eq!(found.len(), 5, "{found:?}");
        assert_eq!(found[1], Block::Facts { rows: vec![("Nomor".into(), "1".into()), ("Hal".into(), "a : b".into())] });
        assert_eq!(found[3], Block::Examples { lines: vec!["1  satu".into(), "2  dua".into()] });
    }

    proptest::proptest! {
        #[test]
        fn folding_loses_no_word_and_keeps_the_columns(text in "([a-zA-Zé: ]{0,40}\\n?){0,20}") {
            let folded = fold(&text);
            proptest::prop_assert_eq!(folded.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
            for line in folded.lines() {
                let fits = line.chars().count() <= COLUMNS || !line.trim_start().contains(' ');
                proptest::prop_assert!(fits, "{}", line);
            }
        }

        #[test]
        fn any_text_becomes_blocks_without_losing_a_word(text in "\\PC{0,200}") {
            let told = serde_json::to_string(&blocks(&tidy(&text))).unwrap();
            let missing = text.split_whitespace().find(|word| {
                let quoted = serde_json::to_string(word).unwrap();
                *word != ":" && !told.contains(quoted.trim_matches('"'))
            });
            proptest::prop_assert_eq!(missing, None);
        }
    }
}
