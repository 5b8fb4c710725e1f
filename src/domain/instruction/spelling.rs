//! One form for what is written in many: abbreviations, passives, Sundanese and Javanese endings, slips of the thumb.

mod tables;

use super::lexer::{Kind, Token};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Voice of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Imperative, or no verb at all.
    Plain,
    /// "ditindaklanjuti".
    Passive,
    /// "menindaklanjuti": asks for something only behind "mohon", "agar", "untuk".
    Active,
}

static FOLDS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    tables::ABBREVIATIONS.iter().flat_map(|(full, short)| short.split(' ').map(move |one| (one, *full))).collect()
});

static VERBS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| tables::VERBS.split(' ').collect());

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| tables::KNOWN.split(' ').collect());

static ACTIVES: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| tables::ACTIVES.split(' ').filter_map(|pair| pair.split_once('=')).collect());

/// Words, and the one that they are.
type Join = (Vec<&'static str>, &'static str);

/// Joins by their first word, longest first.
static JOINS: LazyLock<HashMap<&'static str, Vec<Join>>> = LazyLock::new(|| {
    let mut map: HashMap<&'static str, Vec<Join>> = HashMap::new();
    for (words, one) in tables::JOINS {
        let words: Vec<&'static str> = words.split(' ').collect();
        map.entry(words.first().copied().unwrap_or_default()).or_default().push((words, one));
    }
    for joins in map.values_mut() {
        joins.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    map
});

static BY_LETTER: LazyLock<HashMap<u8, Vec<&'static str>>> = LazyLock::new(|| {
    let mut map: HashMap<u8, Vec<&'static str>> = HashMap::new();
    for verb in VERBS.iter().copied().filter(|verb| verb.len() >= 6) {
        map.entry(verb.bytes().next().unwrap_or_default()).or_default().push(verb);
    }
    map
});

/// Folds every word and joins what belongs together.
pub(super) fn fold(raw: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(token) = raw.get(at) {
        let (mut folded, taken) = join(raw, at).unwrap_or_else(|| (token.clone(), 1));
        at += taken;
        if folded.kind == Kind::Word {
            fold_word(&mut folded);
            if folded.voice == Voice::Plain && taken == 1 && out.last().is_some_and(is_di) && VERBS.contains(folded.word.as_str())
            {
                folded.voice = Voice::Passive;
                folded.range.start = out.pop().map_or(folded.range.start, |before| before.range.start);
            }
            fold_roman(&mut folded, out.last());
        }
        let glued = if taken == 1 { split_head(&folded) } else { None };
        match glued {
            Some((head, rest)) => out.extend([head, rest]),
            None => out.push(folded),
        }
    }
    drop_stops_of_abbreviations(out)
}

/// "Kadiskominfo" is "kadis kominfo".
fn split_head(token: &Token) -> Option<(Token, Token)> {
    const HEADS: &[&str] = &["kadis", "sekdis", "kabid", "kabag", "sekban", "kaban", "kasubag", "camat", "lurah"];
    let head = HEADS
        .iter()
        .find(|head| token.kind == Kind::Word && token.word.len() >= head.len() + 2 && token.word.starts_with(**head))?;
    let rest = token.word.get(head.len()..)?;
    // An ending ("kadisnya") is no name.
    (rest != "nya" && rest.is_ascii())
        .then(|| (Token { word: (*head).to_owned(), ..token.clone() }, Token { word: rest.to_owned(), ..token.clone() }))
}

fn is_di(token: &Token) -> bool {
    token.kind == Kind::Word && matches!(token.word.as_str(), "di" | "dipun")
}

fn join(raw: &[Token], at: usize) -> Option<(Token, usize)> {
    let here = raw.get(at).filter(|token| token.kind == Kind::Word)?;
    let fits = |words: &[&str]| {
        words
            .iter()
            .enumerate()
            .all(|(index, word)| raw.get(at + index).is_some_and(|token| token.kind == Kind::Word && token.word == *word))
    };
    let (words, one) = JOINS.get(here.word.as_str())?.iter().find(|(words, _)| fits(words))?;
    let (first, last) = (raw.get(at)?, raw.get(at + words.len() - 1)?);
    let voice = if first.word.starts_with("di") { Voice::Passive } else { Voice::Plain };
    Some((Token { word: (*one).to_owned(), kind: Kind::Word, voice, range: first.range.start..last.range.end }, words.len()))
}

fn fold_word(token: &mut Token) {
    if let Some((word, voice)) = base(&token.word) {
        token.word = word;
        if voice != Voice::Plain {
            token.voice = voice;
        }
    }
}

/// "Asisten II" is "asisten 2".
fn fold_roman(token: &mut Token, before: Option<&Token>) {
    if !before.is_some_and(|before| before.is_any(&["asisten", "irban", "wilayah", "pembantu", "asda"])) {
        return;
    }
    let digit = match token.word.as_str() {
        "i" => "1",
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        _ => return,
    };
    digit.clone_into(&mut token.word);
}

fn base(word: &str) -> Option<(String, Voice)> {
    if let Some(full) = FOLDS.get(word) {
        let voice = if word.starts_with("dit") { Voice::Passive } else { Voice::Plain };
        return Some(((*full).to_owned(), voice));
    }
    if let Some(verb) = ACTIVES.get(word) {
        return Some(((*verb).to_owned(), Voice::Active));
    }
    if is_verb(word) {
        return None;
    }
    let local = word
        .strip_suffix("keun")
        .or_else(|| word.strip_suffix("aken"))
        .or_else(|| word.strip_suffix("ake"))
        .map(|stem| format!("{stem}kan"));
    let ending = local.as_deref().unwrap_or(word);
    let ending = ending.strip_suffix("lah").filter(|stem| stem.len() > 3).unwrap_or(ending);
    for (prefix, voice) in [("dipun", Voice::Passive), ("di", Voice::Passive), ("d", Voice::Passive), ("", Voice::Plain)] {
        if let Some(stem) = ending.strip_prefix(prefix) {
            let verb = [Some(stem), stem.strip_suffix("nya")].into_iter().flatten().find(|stem| VERBS.contains(*stem));
            // "Hadirnya" is a noun; "laporkannya" is not.
            let verb = verb
                .filter(|verb| verb.len() == stem.len() || !prefix.is_empty() || verb.ends_with("kan") || verb.ends_with('i'));
            if let Some(verb) = verb {
                return Some((verb.to_owned(), voice));
            }
        }
    }
    slip(ending)
}

/// The one verb of which this word is a slip: one letter wrong, missing, doubled or swapped, or vowels left out.
fn slip(word: &str) -> Option<(String, Voice)> {
    if word.len() < 5 || word.len() > 20 || !word.is_ascii() {
        return None;
    }
    let candidates = ["", "di"].into_iter().filter_map(|prefix| Some((prefix, word.strip_prefix(prefix)?)));
    let mut found: Option<(&str, Voice)> = None;
    for (prefix, stem) in candidates {
        let voice = if prefix.is_empty() { Voice::Plain } else { Voice::Passive };
        let same_letter = stem.bytes().next().and_then(|letter| BY_LETTER.get(&letter)).map_or(&[][..], Vec::as_slice);
        for verb in same_letter.iter().copied().filter(|verb| {
            stem.len() >= 4 && (is_near(stem, verb) || is_skeleton(stem, verb)) && !(prefix.is_empty() && is_its_noun(stem, verb))
        }) {
            if found.is_some_and(|(other, _)| other != verb) {
                return None;
            }
            found = Some((verb, voice));
        }
        if found.is_some() {
            break;
        }
    }
    found.map(|(verb, voice)| (verb.to_owned(), voice))
}

/// "Edaran" beside "edarkan", "wakil" beside "wakili": a word of its own, and no slip.
fn is_its_noun(word: &str, verb: &str) -> bool {
    verb.strip_suffix('i') == Some(word) || word.strip_suffix("an").is_some_and(|root| verb.strip_suffix("kan") == Some(root))
}

/// At most one edit or swap apart, same first letter.
pub(super) fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.first() != b.first() || a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < 5 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let swapped = a.get(same) == b.get(same + 1) && a.get(same + 1) == b.get(same) && a.get(same + 2..) == b.get(same + 2..);
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Equal => swapped || a.get(same + 1..) == b.get(same + 1..),
        std::cmp::Ordering::Less => a.get(same..) == b.get(same + 1..),
        std::cmp::Ordering::Greater => a.get(same + 1..) == b.get(same..),
    }
}

/// The same word with vowels left out.
fn is_skeleton(short: &str, full: &str) -> bool {
    let bones = |text: &str| text.chars().filter(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')).collect::<String>();
    let mut letters = full.chars();
    short.len() < full.len()
        && bones(short).len() >= 3
        && bones(short) == bones(full)
        && short.chars().all(|c| letters.any(|other| other == c))
}

/// "Bag. Umum", "pkl. 10.00": the full stop belongs to the abbreviation.
fn drop_stops_of_abbreviations(tokens: Vec<Token>) -> Vec<Token> {
    const LONGEST: usize = 7;
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let short = out.last().is_some_and(|before| {
            let adjoins = before.range.end == token.range.start && before.range.len() <= LONGEST;
            adjoins && before.kind == Kind::Word && tables::SHORTENED.split(' ').any(|word| word == before.word)
        });
        let goes_on = tokens.peek().is_some_and(|next| !matches!(next.kind, Kind::Newline | Kind::Bullet));
        if token.kind == Kind::Stop && short && goes_on {
            continue;
        }
        out.push(token);
    }
    out
}

/// Whether a folded word is one of the verbs of the catalogue.
pub(super) fn is_verb(word: &str) -> bool {
    VERBS.contains(word) || KNOWN.contains(word)
}
