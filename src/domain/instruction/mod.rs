//! Reads the words of a reply: what does the writer want, of whom, until when.
//!
//! In comes the visible reply ([`crate::domain::reply_text`] took quotes and signatures away) and the [`Place`] it was
//! written from; out comes a [`Reading`]. The way: letters become words ([`lexer`], spelling folded), words become posts,
//! instructions and dates (`items`), moods sort orders from reports, promises and questions (`speech`), orders are put
//! together (`orders`), and the intent is decided (`decide`). Pure, total, linear in the length of the text.
//! Nothing is ever guessed: what has two readings is asked back, with choices.

pub mod catalogue;
mod commands;
mod decide;
pub mod due;
mod examples;
mod form;
mod items;
mod left_over;
pub mod lexer;
mod numbers;
mod orders;
mod phrases;
mod reading;
mod speech;
pub mod spelling;
pub mod targets;

pub use catalogue::{Catalogue, InstructionCode};
pub use due::Due;
pub use examples::{examples_for, examples_with};
pub use reading::{Choice, Hint, Intent, Order, QuestionKind, Reading, Unclear};
pub use targets::{TargetIndex, TargetNames};

use crate::domain::calendar::WorkCalendar;
use crate::domain::codes::PositionCode;
use crate::domain::directory::Directory;
use jiff::civil::DateTime;
use lexer::Token;

/// Whence a reply was written.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The directory of the city.
    pub directory: &'a Directory,
    /// The post of the writer, or the one he stands in for.
    pub position: &'a PositionCode,
    /// When it was written, in the city's own time.
    pub reference: DateTime,
    /// Holidays and hours.
    pub calendar: &'a WorkCalendar,
    /// Answers to earlier questions about this very text.
    pub hints: &'a [Hint],
}

/// Reads with the common catalogue.
pub fn read(text: &str, place: &Place<'_>) -> Reading {
    read_with(text, place, Catalogue::standard(), &TargetIndex::new(place.directory))
}

/// Reads with the catalogue of an office and an index that is kept for many replies.
pub fn read_with(text: &str, place: &Place<'_>, catalogue: &Catalogue, targets: &TargetIndex<'_>) -> Reading {
    if text.trim().is_empty() {
        return Reading::of(Intent::None);
    }
    let dates = due::Dates { reference: place.reference, calendar: place.calendar };
    let lexed = lexer::lex(text);
    if lexed.is_cut {
        return too_long(text);
    }
    let tokens = lexed.tokens;
    if let Some(reading) = commands::read(text, &tokens, &dates) {
        return reading;
    }
    let (tokens, corrects) = without_ralat(tokens);
    let form = form::strip(&tokens);
    let finder = items::Finder { catalogue, targets, dates, writer: place.position };
    let pieces = finder.items(&form.tokens);
    let mut said = speech::Listener::new(&pieces, place.directory, place.position).listen();
    said.understood.retain(|range| !form.notes.contains(range));
    said.excluded.extend(not_chosen(&said, text, place.hints));
    address_superiors(&mut said, place);
    drop_own_title(&mut said, place.position);
    let grouped = orders::group(&said, text, place.hints);
    let mut case = decide::Case { text, place, speech: &said, grouped };
    case.settle();
    let reading = if corrects { case.correction() } else { case.reading() };
    with_notes(reading, text, &form.notes)
}

/// Half of a text must not become an act, so one that is too long to be read whole is asked back.
fn too_long(text: &str) -> Reading {
    let quoted = text.trim().chars().take(80).collect();
    Reading {
        unclear: Some(Unclear { kind: QuestionKind::NotUnderstood, quoted, choices: Vec::new() }),
        ..Reading::of(Intent::Unclear)
    }
}

/// Of "Kabid Aptika atau Kabid IKP" the ones that were not chosen when it was asked.
fn not_chosen(said: &speech::Speech, text: &str, hints: &[Hint]) -> Vec<PositionCode> {
    let Some((posts, range)) = &said.either else { return Vec::new() };
    let quoted = reading::quote(text, range.clone());
    let chosen = hints.iter().find(|hint| hint.quoted == quoted).map(|hint| &hint.choice);
    let is_other = |post: &&PositionCode| chosen.is_some_and(|choice| *choice != Choice::Position((*post).clone()));
    posts.iter().filter(is_other).cloned().collect()
}

/// Beside an order to somebody below, a post above is addressed, not ordered: "Pak Sekda, izin, diwakili Sekdis".
fn address_superiors(said: &mut speech::Speech, place: &Place<'_>) {
    let below = |post: &PositionCode| place.directory.is_below(post, place.position);
    let above = |post: &PositionCode| place.directory.is_below(place.position, post);
    let posts =
        |act: &speech::Act| if let speech::Act::Post(targets::Named::Posts(posts), _) = act { posts.clone() } else { Vec::new() };
    if said.acts.iter().flat_map(posts).any(|post| below(&post)) && !said.cues.forward && !said.cues.guidance {
        said.acts.retain(|act| !posts(act).iter().any(above));
    }
}

/// A writer who signs with his title on the last line orders nothing of himself.
fn drop_own_title(said: &mut speech::Speech, writer: &PositionCode) {
    use speech::Act;
    let is_own = |act: &Act| matches!(act, Act::Post(targets::Named::Posts(posts), _) if posts == std::slice::from_ref(writer));
    let Some(last) = said.acts.iter().rposition(|act| !matches!(act, Act::Pause(_) | Act::Other)) else { return };
    let own_line =
        last.checked_sub(1).and_then(|before| said.acts.get(before)).is_some_and(|act| *act == Act::Pause(items::Pause::Line));
    if own_line && said.acts.get(last).is_some_and(is_own) {
        said.acts.truncate(last);
    }
}

/// "Ralat: ..." says that what follows takes the place of what was ordered before.
fn without_ralat(tokens: Vec<Token>) -> (Vec<Token>, bool) {
    let skip = tokens
        .iter()
        .take_while(|token| {
            token.is_any(&["mohon", "bapak", "ibu", "maaf", "izin", "punten", "tolong"]) || token.kind == lexer::Kind::Comma
        })
        .count();
    if !tokens.get(skip).is_some_and(|token| token.is_any(&["ralat", "diralat"])) {
        return (tokens, false);
    }
    let rest = tokens
        .into_iter()
        .skip(skip + 1)
        .skip_while(|token| matches!(token.kind, lexer::Kind::Colon | lexer::Kind::Comma))
        .collect();
    (rest, true)
}

/// What stands behind "Catatan :" goes in front of any other note.
fn with_notes(reading: Reading, text: &str, notes: &[std::ops::Range<usize>]) -> Reading {
    if notes.is_empty() || reading.unclear.is_some() {
        return reading;
    }
    let written: Vec<String> = notes.iter().map(|range| reading::quote(text, range.clone())).collect();
    reading.noting(&written.join(" "))
}

#[cfg(test)]
mod tests;
