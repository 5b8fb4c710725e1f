//! An accepted letter against the fact of its acceptance: its fields, the columns that repeat them, its files and numbers.

use super::{Found, Sound, at_its_time, differing, hashed, lost, told};
use crate::domain::evidence::Fact;
use crate::domain::ids::LetterId;
use crate::domain::letter::{Letter, LetterFile};
use crate::flow::act::settle::{ACCEPTED, LETTER_STATE, SETTLED};
use crate::flow::evidence::{Misfit, Place};
use crate::flow::house::House;
use crate::store::files::{sha256, sha256_hex};
use crate::store::{PlainFile, PlainLetter, StoreError, Tx};

/// Name of the detail that holds the hash of a letter's fields.
pub const FORM: &str = "form_sha256";

/// Name of the detail that holds [`files_sha256`]; older facts have the names and hashes of the files only.
pub const FILES: &str = "files_sha256";

/// Hash of what the ledger says of a letter's files.
pub fn files_sha256(files: &[LetterFile]) -> String {
    let lines = files.iter().map(|file| line(&file.name, &file.media_type, &file.sha256, file.size, file.pages));
    sha256_hex(lines.collect::<String>().as_bytes())
}

fn line<S: std::fmt::Display, P: std::fmt::Display>(name: &str, media: &str, sha256: &str, size: S, pages: Option<P>) -> String {
    let pages = pages.map_or_else(String::new, |pages| pages.to_string());
    format!("{name}\0{media}\0{sha256}\0{size}\0{pages}\n")
}

/// What does not fit about the letter that a fact names.
pub async fn misfit(house: &House, tx: &mut Tx, fact: &Fact, sound: &mut Sound) -> Result<Option<Found>, StoreError> {
    let Some(id) = fact.letter else { return Ok(None) };
    let Some(row) = tx.plain_letter(id).await? else { return Ok(Some((Misfit::LetterGone, None))) };
    let letter = serde_json::from_str::<Letter>(&row.body).ok().filter(|_| told(fact, FORM) == hashed(&row.body));
    let at = |column| Some(Place { table: "letter", row: id.to_string(), column });
    let Some(letter) = letter else { return Ok(Some((Misfit::LetterDiffers, at("body")))) };
    let files = tx.plain_files(id).await?;
    if let Some(place) = named(fact, id, &files) {
        return Ok(Some((Misfit::RowDiffers, Some(place))));
    }
    let last = last_word(tx, id).await?;
    if let Some(column) = differing(&columns(fact, &letter, &row, &files)).or_else(|| differing(&state(last.as_ref(), &row))) {
        return Ok(Some((Misfit::RowDiffers, at(column))));
    }
    let agenda = tx.ask_agenda(id).await?;
    let numbers: Vec<String> = agenda.iter().map(|(unit, (year, number))| format!("{number}/{unit}/{year}")).collect();
    if told(fact, "agenda") != numbers.join(", ") {
        let place = Place { table: "agenda", row: id.to_string(), column: "number" };
        return Ok(Some((Misfit::RowDiffers, Some(place))));
    }
    kept(house, (fact, id), &files, sound).await
}

/// The columns that repeat what the letter says, and the hash of all that was submitted.
fn columns(fact: &Fact, letter: &Letter, row: &PlainLetter, files: &[PlainFile]) -> [(&'static str, bool); 6] {
    let mut submitted = row.body.clone().into_bytes();
    for file in files {
        submitted.extend(file.name.as_bytes());
        submitted.push(0);
        submitted.extend(bytes(&file.sha256));
    }
    [
        ("caller_id", row.caller_id == letter.caller_id),
        ("letter_number", row.letter_number == letter.letter_number),
        ("urgency", row.urgency == letter.urgency.as_str()),
        ("class", row.class == letter.class.as_str()),
        ("content_hash", row.content_hash == sha256(&submitted)),
        ("accepted_at", at_its_time(fact, "accepted_at", row.accepted_at)),
    ]
}

/// The last fact of an act that settled the letter or opened it again.
async fn last_word(tx: &mut Tx, id: LetterId) -> Result<Option<Fact>, StoreError> {
    let facts = tx.act_facts(id).await?;
    let said = facts.iter().filter_map(|body| serde_json::from_slice::<Fact>(body).ok());
    Ok(said.rev().find(|fact| !told(fact, LETTER_STATE).is_empty()))
}

/// The state of the letter as the acts on it made it.
fn state(last: Option<&Fact>, row: &PlainLetter) -> [(&'static str, bool); 2] {
    let settled = last.filter(|fact| told(fact, LETTER_STATE) == SETTLED);
    let at = match (settled, row.settled_at) {
        (Some(fact), Some(at)) => at_its_time(fact, "recorded_at", at),
        (settled, at) => settled.is_none() && at.is_none(),
    };
    [("state", row.state == if settled.is_some() { SETTLED } else { ACCEPTED }), ("settled_at", at)]
}

/// The bytes behind hexadecimal digits; none where they are not.
fn bytes(digits: &str) -> Vec<u8> {
    let value = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.as_bytes().chunks_exact(2).filter_map(|pair| Some(value(pair.first()?)? << 4 | value(pair.last()?)?)).collect()
}

/// The files as the fact names them, in their order.
fn named(fact: &Fact, id: LetterId, files: &[PlainFile]) -> Option<Place> {
    let at = |place: i64, column| Place { table: "letter_file", row: format!("{id}/{place}"), column };
    for ((part, file), place) in fact.content.iter().zip(files).zip(0_i64..) {
        let columns = [("place", file.place == place), ("name", file.name == part.part), ("sha256", file.sha256 == part.sha256)];
        if let Some(column) = differing(&columns) {
            return Some(at(file.place, column));
        }
    }
    let (sealed, there) = (fact.content.len(), files.len());
    (sealed != there).then(|| at(i64::try_from(sealed.min(there)).unwrap_or(i64::MAX), "place"))
}

/// The bytes of the files, and what else is said of them.
async fn kept(
    house: &House,
    (fact, id): (&Fact, LetterId),
    files: &[PlainFile],
    sound: &mut Sound,
) -> Result<Option<Found>, StoreError> {
    for file in files {
        let size = match sound.get(&file.sha256) {
            Some(size) => *size,
            None => match house.store.files().get(&file.sha256).await {
                Ok(bytes) => i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                Err(error) => {
                    lost(error)?;
                    return Ok(Some((Misfit::FileDiffers, None)));
                }
            },
        };
        sound.insert(file.sha256.clone(), size);
        if size != file.size {
            let place = Place { table: "letter_file", row: format!("{id}/{}", file.place), column: "size" };
            return Ok(Some((Misfit::RowDiffers, Some(place))));
        }
    }
    let lines = files.iter().map(|file| line(&file.name, &file.media_type, &file.sha256, file.size, file.pages));
    let same = told(fact, FILES).is_empty() || told(fact, FILES) == hashed(&lines.collect::<String>());
    let place = Place { table: "letter_file", row: id.to_string(), column: "media_type, pages" };
    Ok((!same).then_some((Misfit::RowDiffers, Some(place))))
}
