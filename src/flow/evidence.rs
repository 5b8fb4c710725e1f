//! Sealing and verifying the chain of facts.
//!
//! A fact is committed with its own hash by whoever made it; here committed facts get their gap-free number and their
//! link, so that no commit waits for another. `link(n) = SHA-256(link(n-1) || hash(n))`, with 32 zero bytes before the first.

use super::house::House;
use crate::domain::evidence::Fact;
use crate::domain::ids::FactId;
use crate::store::StoreError;
use crate::store::files::sha256;
use crate::store::records::StoredFact;

/// How many facts one commit seals at most.
const BATCH: i64 = 1_000;

/// Seals what waits, one batch. Returns how many facts were sealed.
pub async fn seal(house: &House) -> Result<usize, StoreError> {
    let mut tx = house.store.write().await?;
    tx.lock_sealer().await?;
    let waiting = tx.unsealed(BATCH).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let (mut seq, mut link) = tx.last_seal().await?.unwrap_or((0, vec![0; 32]));
    let mut seals = Vec::with_capacity(waiting.len());
    for fact in &waiting {
        seq += 1;
        link = next_link(&link, &fact.hash);
        seals.push((FactId::new(fact.id), seq, link.clone()));
    }
    tx.seal(&seals).await?;
    crate::domain::abort::point("evidence.before_seal_commit");
    tx.commit().await?;
    crate::domain::abort::point("evidence.after_seal_commit");
    Ok(waiting.len())
}

/// The link that follows.
pub fn next_link(previous: &[u8], hash: &[u8]) -> Vec<u8> {
    let mut joined = previous.to_vec();
    joined.extend(hash);
    sha256(&joined)
}

/// What walking the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Facts in the chain.
    pub facts: i64,
    /// Committed facts that wait for the sealer.
    pub unsealed: i64,
    /// The first fact that does not fit, and why.
    pub broken: Option<Broken>,
}

/// Where the chain does not fit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Number in the chain, or 0 for an unsealed fact.
    pub seq: i64,
    /// Id of the row.
    pub id: FactId,
    /// What does not fit.
    pub why: &'static str,
}

/// Walks the whole chain and the unsealed tail.
pub async fn verify(house: &House) -> Result<Verified, StoreError> {
    let mut tx = house.store.read().await?;
    let (mut seq, mut link) = (0, vec![0_u8; 32]);
    loop {
        let facts = tx.sealed_after(seq, BATCH).await?;
        if facts.is_empty() {
            break;
        }
        for fact in facts {
            if let Some(why) = misfit(&fact, seq, &link) {
                let broken = Broken { seq: fact.seq.unwrap_or(0), id: FactId::new(fact.id), why };
                return Ok(Verified { facts: seq, unsealed: tx.count_facts().await?.1, broken: Some(broken) });
            }
            seq += 1;
            link = next_link(&link, &fact.hash);
        }
    }
    let (_, unsealed) = tx.count_facts().await?;
    let tail = tx.unsealed(i64::MAX).await?;
    let broken = tail.iter().find_map(|fact| Some(Broken { seq: 0, id: FactId::new(fact.id), why: own_misfit(fact)? }));
    Ok(Verified { facts: seq, unsealed, broken })
}

/// What does not fit about a sealed fact after number `before` with link `link`.
fn misfit(fact: &StoredFact, before: i64, link: &[u8]) -> Option<&'static str> {
    if fact.seq != Some(before + 1) {
        return Some("a number is missing");
    }
    if let Some(why) = own_misfit(fact) {
        return Some(why);
    }
    (fact.link.as_deref() != Some(&next_link(link, &fact.hash))).then_some("the link does not follow from the one before")
}

/// What does not fit about a fact by itself: bytes, hash, and the columns that index it.
fn own_misfit(fact: &StoredFact) -> Option<&'static str> {
    if sha256(&fact.body) != fact.hash {
        return Some("the bytes do not have the hash");
    }
    let Ok(read) = serde_json::from_slice::<Fact>(&fact.body) else { return Some("the bytes are no fact") };
    let same = read.id.uuid() == fact.id
        && read.event.as_str() == fact.event
        && read.letter.map(crate::domain::ids::LetterId::uuid) == fact.letter_id
        && read.delivery.map(crate::domain::ids::DeliveryId::uuid) == fact.delivery_id
        && read.recorded_at.as_microsecond() == fact.recorded_at;
    (!same).then_some("a column says something else than the bytes")
}
