//! What the evidence speaks of must still be there: the files of accepted letters, the mails as they
//! came in, and what officials ordered.
//!
//! In: the ledger and the file store. Out: the first fact whose bytes are gone or are others. Nothing is mended here. It reads
//! every stored byte, so it is for `kurir evidence verify`, not for a page.

use super::evidence::{Broken, Misfit};
use super::house::House;
use super::receive::raw;
use crate::domain::evidence::{ContentPart, Fact, FactKind};
use crate::domain::ids::FactId;
use crate::store::files::sha256_hex;
use crate::store::records::{StoredAct, StoredFact};
use crate::store::{StoreError, Tx};
use std::collections::HashSet;

/// How many facts are looked at in one go.
const BATCH: i64 = 1_000;

/// Reads everything that a fact names by its hash. The chain itself is looked at by [`super::evidence::verify`].
pub async fn verify(house: &House) -> Result<Option<Broken>, StoreError> {
    let mut tx = house.store.read().await?;
    let (mut seq, mut sound) = (0, HashSet::new());
    loop {
        let facts = tx.sealed_after(seq, BATCH).await?;
        let last = facts.is_empty();
        let facts = if last { tx.unsealed(i64::MAX).await? } else { facts };
        for fact in &facts {
            seq = fact.seq.unwrap_or(seq);
            if let Some(why) = misfit(house, &mut tx, fact, &mut sound).await? {
                return Ok(Some(Broken { seq: fact.seq.unwrap_or(0), id: Some(FactId::new(fact.id)), why }));
            }
        }
        if last {
            return Ok(None);
        }
    }
}

/// What does not fit about the bytes that a fact names.
async fn misfit(
    house: &House,
    tx: &mut Tx,
    stored: &StoredFact,
    sound: &mut HashSet<String>,
) -> Result<Option<Misfit>, StoreError> {
    let Ok(fact) = serde_json::from_slice::<Fact>(&stored.body) else { return Ok(Some(Misfit::NoFact)) };
    match fact.event {
        FactKind::SubmissionAcceptance => letter(house, tx, fact, sound).await,
        FactKind::ReceivedFromNonERDS => mail(house, tx, &fact).await,
        FactKind::ConsignmentAcceptance => act(tx, &fact).await,
        _ => Ok(None),
    }
}

/// Name of the detail that holds the hash of a letter's fields.
pub const FORM: &str = "form_sha256";

async fn letter(house: &House, tx: &mut Tx, fact: Fact, sound: &mut HashSet<String>) -> Result<Option<Misfit>, StoreError> {
    let Some(id) = fact.letter else { return Ok(None) };
    let Some(form) = tx.letter_text(id).await? else { return Ok(Some(Misfit::LetterGone)) };
    if fact.detail.get(FORM) != Some(&sha256_hex(form.as_bytes())) {
        return Ok(Some(Misfit::LetterDiffers));
    }
    for part in fact.content {
        if sound.contains(&part.sha256) {
            continue;
        }
        if let Err(error) = house.store.files().get(&part.sha256).await {
            lost(error)?;
            return Ok(Some(Misfit::FileDiffers));
        }
        sound.insert(part.sha256);
    }
    Ok(None)
}

async fn mail(house: &House, tx: &mut Tx, fact: &Fact) -> Result<Option<Misfit>, StoreError> {
    let Some(inbound) = fact.inbound else { return Ok(None) };
    let Some(item) = tx.inbound(inbound).await? else { return Ok(Some(Misfit::MailGone)) };
    let named = fact.content.first().is_none_or(|part| part.sha256 == item.sha256);
    let whole = match raw(house, &item).await {
        Ok(bytes) => sha256_hex(&bytes) == item.sha256,
        Err(error) => lost(error)?,
    };
    Ok((!(named && whole)).then_some(Misfit::MailDiffers))
}

async fn act(tx: &mut Tx, fact: &Fact) -> Result<Option<Misfit>, StoreError> {
    // Only acts of officials have a row; a receipt that a clerk took in has none.
    let Some(id) = fact.act else { return Ok(None) };
    let Some(row) = tx.act(id).await? else { return Ok(Some(Misfit::ActGone)) };
    let same = fact.content.contains(&of_act(&row))
        && fact.actor.who == row.person.to_string()
        && fact.actor.on_behalf_of.as_deref() == Some(row.position.as_str())
        && fact.detail.get("intent") == Some(&row.kind);
    Ok((!same).then_some(Misfit::ActDiffers))
}

/// An act as its fact names it: the hash of its words, orders and dates.
pub fn of_act(act: &StoredAct) -> ContentPart {
    ContentPart { part: "act".into(), sha256: sha256_hex(act.body.to_string().as_bytes()) }
}

/// A file that is gone or changed is a finding; a disk that does not answer is none.
fn lost(error: StoreError) -> Result<bool, StoreError> {
    if error.is_lost_file() { Ok(false) } else { Err(error) }
}
