//! Three answers that a reader may give, built from his own subordinates: what the letters show below.

use super::lexer;
use super::targets::{Named, TargetIndex};
use crate::domain::codes::PositionCode;
use crate::domain::directory::{Directory, Holder, Position};

/// Examples for a post ("TL Kabid Aptika, lapor Jumat", "UDK Sekdis", "Arsip"). Whoever has nobody below is shown what
/// he can answer alone.
pub fn examples_for(directory: &Directory, position: &PositionCode) -> [String; 3] {
    examples_with(&TargetIndex::new(directory), directory, position)
}

/// The same with an index that is kept for many readers.
pub fn examples_with(index: &TargetIndex<'_>, directory: &Directory, position: &PositionCode) -> [String; 3] {
    // Who holds two posts is not shown how to order himself.
    let own = |code: &&PositionCode| match directory.holder(position, directory.day()) {
        Holder::Held { official, .. } => directory.is_held_by(code, &official.number, directory.day()),
        Holder::Away { .. } | Holder::Vacant => false,
    };
    let names: Vec<String> = directory
        .subordinates(position)
        .iter()
        .filter(|code| !own(code))
        .filter_map(|code| directory.position(code))
        .filter_map(|post| shown(index, post, position))
        .collect();
    let first = names.iter().find(|name| !name.starts_with("Sek")).or_else(|| names.first());
    let second = names.iter().find(|name| Some(*name) != first).or(first);
    match (first, second) {
        (Some(first), Some(second)) => [format!("TL {first}, lapor Jumat"), format!("UDK {second}"), "Arsip".to_owned()],
        _ => ["Sudah dilaksanakan, laporan terlampir".to_owned(), "Saya hadir".to_owned(), "Arsip".to_owned()],
    }
}

/// The shortest name that means this post and no other for this writer.
fn shown(index: &TargetIndex<'_>, post: &Position, writer: &PositionCode) -> Option<String> {
    let names = post.aliases.iter().map(String::as_str).chain([post.short_title.as_str(), post.title.as_str()]);
    let means_it = |name: &&str| {
        let tokens = lexer::lex(name).tokens;
        let polite = tokens.first().is_some_and(|token| token.is_any(super::targets::HONORIFICS));
        index
            .read(&tokens, writer)
            .is_some_and(|found| !polite && found.tokens == tokens.len() && found.named == Named::Posts(vec![post.code.clone()]))
    };
    names.filter(means_it).find(|name| name.chars().count() >= 4).map(capitals)
}

/// "kabid ikp" as it is printed: abbreviations in capitals, names with one.
fn capitals(name: &str) -> String {
    let word = |word: &str| {
        if word == "dan" {
            return word.to_owned();
        }
        if is_abbreviation(word) {
            return word.to_uppercase();
        }
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
    };
    name.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// Short, with a figure, or not to be spoken as a word.
fn is_abbreviation(word: &str) -> bool {
    const SPOKEN_AS_LETTERS: &[&str] = &["pupr", "uptd"];
    let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u');
    let longest = word.split(vowel).map(|run| run.chars().count()).max().unwrap_or_default();
    word.chars().count() <= 3 || word.contains(|c: char| c.is_ascii_digit()) || longest >= 4 || SPOKEN_AS_LETTERS.contains(&word)
}
