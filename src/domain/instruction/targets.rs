//! Which posts a phrase names: by alias, title, unit or code, looked up from the writer's desk outwards.
//!
//! An alias may be shared by many posts ("sekdis"): it means the one of the writer's unit or of the nearest unit above.
//! What still fits several is an answer of its own, never a guess.

mod vocabulary;

pub(super) use vocabulary::{HONORIFICS, is_function_word};

use super::lexer::{self, Kind, Token};
use super::spelling;
use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::directory::{Directory, Position};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use vocabulary::{ALL, HEADS};

/// Posts that a phrase names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// These, without doubt.
    Posts(Vec<PositionCode>),
    /// One of these.
    OneOf(Vec<PositionCode>),
    /// A post, but none that is known; the nearest ones.
    Nobody(Vec<PositionCode>),
}

/// A named post in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) named: Named,
    pub(super) tokens: usize,
    /// Whether it means all posts of a kind.
    pub(super) all: bool,
    /// Its first word, which the next name may share ("Kabid Aptika dan IKP").
    pub(super) head: String,
}

/// "Yth. Bapak Plt. dr. H. ..." is as long as it gets.
const MOST_HONORIFICS: usize = 6;

struct Phrase {
    words: Vec<String>,
    posts: Vec<usize>,
}

/// The names of all posts of one version of a directory. Making them takes long: keep them while the version stays.
pub struct TargetNames {
    by_first: HashMap<String, Vec<Phrase>>,
    heads: HashSet<String>,
    /// First word of the title of each post, folded: "kabid", "lurah".
    kinds: Vec<String>,
}

impl std::fmt::Debug for TargetNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TargetNames").field("first_words", &self.by_first.len()).finish_non_exhaustive()
    }
}

/// The names of all posts of a directory, ready to be found.
pub struct TargetIndex<'a> {
    directory: &'a Directory,
    names: Arc<TargetNames>,
}

impl std::fmt::Debug for TargetIndex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TargetIndex").field("names", &self.names).finish_non_exhaustive()
    }
}

impl TargetNames {
    /// Collects the names of a directory.
    pub fn of(directory: &Directory) -> Self {
        let mut index = Self {
            by_first: HashMap::new(),
            heads: HEADS.iter().map(|head| (*head).to_owned()).collect(),
            kinds: directory.parts().positions.iter().map(kind_of).collect(),
        };
        for (at, post) in directory.parts().positions.iter().enumerate().filter(|(_, post)| post.is_open(directory.day())) {
            let code = post.code.as_str().replace(['-', '.'], " ");
            let names =
                post.aliases.iter().map(String::as_str).chain([post.title.as_str(), post.short_title.as_str(), code.as_str()]);
            for name in names {
                index.add(name, at);
            }
        }
        let places: HashMap<&PositionCode, usize> =
            directory.parts().positions.iter().enumerate().map(|(at, post)| (&post.code, at)).collect();
        for unit in &directory.parts().units {
            if let Some(at) = directory.head_of(&unit.code).and_then(|head| places.get(&head.code)) {
                index.add(&unit.name, *at);
                index.add(&unit.code.as_str().replace(['-', '.'], " "), *at);
            }
        }
        for phrases in index.by_first.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        index
    }

    fn add(&mut self, name: &str, post: usize) {
        let words: Vec<String> =
            lexer::words(name).into_iter().skip_while(|word| matches!(word.as_str(), "bapak" | "ibu")).collect();
        let Some(first) = words.first() else { return };
        let phrases = self.by_first.entry(first.clone()).or_default();
        match phrases.iter_mut().find(|phrase| phrase.words == words) {
            Some(phrase) if phrase.posts.contains(&post) => {}
            Some(phrase) => phrase.posts.push(post),
            None => phrases.push(Phrase { words, posts: vec![post] }),
        }
    }
}

impl<'a> TargetIndex<'a> {
    /// Indexes a directory for one reply.
    pub fn new(directory: &'a Directory) -> Self {
        Self::with(directory, Arc::new(TargetNames::of(directory)))
    }

    /// The index of names that were collected from this very directory.
    pub const fn with(directory: &'a Directory, names: Arc<TargetNames>) -> Self {
        Self { directory, names }
    }

    fn post(&self, at: usize) -> Option<&'a Position> {
        self.directory.parts().positions.get(at)
    }

    /// The longest name that begins with the first token, as somebody on `writer` means it.
    pub(super) fn read(&self, tokens: &[Token], writer: &PositionCode) -> Option<Match> {
        let skip = tokens.iter().take(MOST_HONORIFICS).take_while(|token| token.is_any(HONORIFICS)).count();
        let rest = tokens.get(skip..)?;
        let first = rest.first().filter(|token| token.kind == Kind::Word)?;
        if first.word == ALL {
            return self.everybody(rest, writer).map(|found| Match { tokens: found.tokens + skip, ..found });
        }
        let found = self.exact(rest, writer).or_else(|| self.partial(rest, writer))?;
        Some(Match { tokens: found.tokens + skip, ..found })
    }

    /// A name that leaves out its first word: "IKP" behind "Kabid Aptika dan".
    pub(super) fn read_sharing(&self, head: &str, tokens: &[Token], writer: &PositionCode) -> Option<Match> {
        let first = tokens.first().filter(|token| matches!(token.kind, Kind::Word | Kind::Number(_)))?;
        let mut with_head = vec![Token { word: head.to_owned(), kind: Kind::Word, ..first.clone() }];
        with_head.extend(tokens.iter().take(12).cloned());
        let found = self.exact(&with_head, writer)?;
        (found.tokens >= 2).then(|| Match { tokens: found.tokens - 1, ..found })
    }

    fn exact(&self, tokens: &[Token], writer: &PositionCode) -> Option<Match> {
        let first = tokens.first()?;
        let (phrase, used) =
            self.names.by_first.get(&first.word)?.iter().find_map(|phrase| Some((phrase, matched(&phrase.words, tokens)?)))?;
        let named = self.nearest(&phrase.posts, writer);
        Some(Match { named, tokens: used, all: false, head: first.word.clone() })
    }

    /// The posts of the innermost unit, from the writer's outwards, that has any of them.
    fn nearest(&self, posts: &[usize], writer: &PositionCode) -> Named {
        let all: Vec<&Position> = posts.iter().filter_map(|at| self.post(*at)).collect();
        let mut unit = self.directory.position(writer).map(|post| post.unit.clone());
        let mut seen: HashSet<UnitCode> = HashSet::new();
        while let Some(code) = unit.filter(|code| seen.insert(code.clone())) {
            let here: Vec<PositionCode> = all.iter().filter(|post| post.unit == code).map(|post| post.code.clone()).collect();
            if !here.is_empty() {
                return one_or_several(here);
            }
            unit = self.directory.unit(&code).and_then(|unit| unit.parent.clone());
        }
        one_or_several(all.into_iter().map(|post| post.code.clone()).collect())
    }

    /// A known kind of post with a name that is cut short, misspelt or unknown.
    fn partial(&self, tokens: &[Token], writer: &PositionCode) -> Option<Match> {
        let head = tokens.first().filter(|token| self.names.heads.contains(&token.word))?.word.clone();
        let second = tokens.get(1).filter(|token| token.kind == Kind::Word && !is_function_word(&token.word));
        let phrases = self.names.by_first.get(&head).map_or(&[][..], Vec::as_slice);
        let Some(second) = second else { return self.bare(&head, writer) };
        let near = |phrase: &&Phrase| {
            phrase.words.get(1).is_some_and(|word| {
                (second.word.len() >= 3 && word.starts_with(&second.word)) || spelling::is_near(&second.word, word)
            })
        };
        let posts = unique(phrases.iter().filter(near).flat_map(|phrase| phrase.posts.iter().copied()));
        if !posts.is_empty() {
            return Some(Match { named: self.nearest(&posts, writer), tokens: 2, all: false, head });
        }
        if !second.range_is_name() {
            return self.bare(&head, writer);
        }
        let like = unique(phrases.iter().flat_map(|phrase| phrase.posts.iter().copied()));
        Some(Match { named: Named::Nobody(self.codes(&like)), tokens: 2, all: false, head })
    }

    /// "Kabid" and nothing more: the one of the writer's own, if there is only one.
    fn bare(&self, head: &str, writer: &PositionCode) -> Option<Match> {
        let like = unique(self.names.by_first.get(head)?.iter().flat_map(|phrase| phrase.posts.iter().copied()));
        let titled: Vec<usize> =
            like.iter().copied().filter(|at| self.names.kinds.get(*at).is_some_and(|kind| kind == head)).collect();
        let below: Vec<usize> = titled
            .iter()
            .copied()
            .filter(|at| self.post(*at).is_some_and(|post| self.directory.is_below(&post.code, writer)))
            .collect();
        let named = match self.codes(if below.is_empty() { &titled } else { &below }) {
            codes if codes.is_empty() => return None,
            codes => one_or_several(codes),
        };
        Some(Match { named, tokens: 1, all: false, head: head.to_owned() })
    }

    /// "semua Kabid", "para lurah": every post of that kind below the writer.
    fn everybody(&self, tokens: &[Token], writer: &PositionCode) -> Option<Match> {
        let skip = 1 + tokens
            .iter()
            .skip(1)
            .take(MOST_HONORIFICS)
            .take_while(|token| token.is_any(HONORIFICS) || token.word == ALL)
            .count();
        let found = self.all_of(tokens.get(skip..)?, writer)?;
        Some(Match { tokens: found.tokens + skip, ..found })
    }

    /// The same for a kind that is named behind "semua Kabid dan".
    pub(super) fn all_of(&self, tokens: &[Token], writer: &PositionCode) -> Option<Match> {
        let kind = tokens.first().filter(|token| token.kind == Kind::Word && token.word != "kepala")?;
        let posts = self.directory.parts().positions.iter().zip(&self.names.kinds).filter(|(_, name)| **name == kind.word);
        let below = posts.filter(|(post, _)| post.is_open(self.directory.day()) && self.directory.is_below(&post.code, writer));
        let codes: Vec<PositionCode> = below.map(|(post, _)| post.code.clone()).collect();
        (!codes.is_empty()).then(|| Match { named: Named::Posts(codes), tokens: 1, all: true, head: kind.word.clone() })
    }

    fn codes(&self, posts: &[usize]) -> Vec<PositionCode> {
        posts.iter().filter_map(|at| self.post(*at)).map(|post| post.code.clone()).collect()
    }
}

impl Token {
    /// Whether it may be the proper part of a post's name.
    fn range_is_name(&self) -> bool {
        self.word.len() >= 2 && self.voice == spelling::Voice::Plain && !spelling::is_verb(&self.word)
    }
}

/// First word of the title, folded: "kabid", "lurah".
fn kind_of(post: &Position) -> String {
    lexer::words(&post.title).into_iter().next().unwrap_or_default()
}

fn matched(words: &[String], tokens: &[Token]) -> Option<usize> {
    let mut used = 0;
    for (index, word) in words.iter().enumerate() {
        while index > 0 && tokens.get(used).is_some_and(|token| token.kind == Kind::Comma) {
            used += 1;
        }
        if tokens.get(used).map(|token| &token.word) != Some(word) {
            return None;
        }
        used += 1;
    }
    Some(used)
}

fn one_or_several(mut posts: Vec<PositionCode>) -> Named {
    posts.sort();
    posts.dedup();
    if posts.len() == 1 { Named::Posts(posts) } else { Named::OneOf(posts) }
}

fn unique(items: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(*item)).collect()
}
