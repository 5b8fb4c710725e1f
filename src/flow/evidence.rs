//! Sealing and verifying the chain of facts.
//!
//! A fact is committed with its own hash by whoever made it; here committed facts get their gap-free number and their
//! link, so that no commit waits for another. `link(n) = SHA-256(link(n-1) || hash(n))`, with 32 zero bytes before the first.
//! The head that a sealing leaves is remembered beside the database, where verifying looks for what is gone from it.

use super::house::House;
use super::tray;
use crate::domain::evidence::Fact;
use crate::domain::ids::FactId;
use crate::domain::tray::TrayWord;
use crate::domain::words::words;
use crate::store::files::{hex, sha256};
use crate::store::heads::{Head, Remembered};
use crate::store::records::{StoredFact, StoredTray};
use crate::store::{StoreError, Tx};

/// How many facts one commit seals at most.
const BATCH: i64 = 1_000;

/// Seals what waits, one batch. Returns how many facts were sealed.
#[tracing::instrument(name = "flow.evidence.seal", level = "debug", skip_all)]
pub async fn seal(house: &House) -> Result<usize, StoreError> {
    let mut tx = house.store.write().await?;
    tx.lock_sealer().await?;
    let waiting = tx.sealable(BATCH).await?;
    let told = tell_unsealable(house, &mut tx).await?;
    if waiting.is_empty() {
        if told {
            tx.commit().await?;
        }
        return Ok(0);
    }
    let (mut seq, mut link) = tx.last_seal().await?.unwrap_or((0, vec![0; 32]));
    let lost = lost_head(house, &mut tx).await?;
    let mut seals = Vec::with_capacity(waiting.len());
    for (id, hash) in waiting {
        seq += 1;
        link = next_link(&link, &hash);
        seals.push((id, seq, link.clone()));
    }
    tx.seal(&seals).await?;
    crate::domain::abort::point("evidence.before_seal_commit");
    tx.commit().await?;
    crate::domain::abort::point("evidence.after_seal_commit");
    remember(house, lost, &Head::new(seq, &link, house.now()));
    Ok(seals.len())
}

/// A row whose id is none gets no number, and holds no other up. It is told of once: in the log, and on the administrator's tray
/// by the id that its bytes say. True where something was told.
async fn tell_unsealable(house: &House, tx: &mut Tx) -> Result<bool, StoreError> {
    let mut told = false;
    for (body, hash) in tx.unsealable(BATCH).await? {
        let hash = hex(&hash);
        let name = format!("fact_unsealable.{hash}");
        if tx.setting(&name).await?.is_some() {
            continue;
        }
        let fact = serde_json::from_slice::<Fact>(&body).map_or(hash, |read| read.id.to_string());
        tracing::error!(%fact, "a fact cannot be sealed: the id of its row is none");
        let detail = serde_json::json!({ "fact": fact });
        tx.open_tray(&StoredTray { detail, ..tray::item(house, TrayWord::FactUnsealable) }).await?;
        tx.set_setting(&name, &fact).await?;
        told = true;
    }
    Ok(told)
}

/// The newest head that is remembered, if the chain in the database does not lead through it.
async fn lost_head(house: &House, tx: &mut Tx) -> Result<Option<Head>, StoreError> {
    let Some(head) = house.heads.newest(&house.vault) else { return Ok(None) };
    let there = tx.sealed_after(head.seq - 1, 1).await?.pop();
    let same = there.is_some_and(|fact| fact.seq == Some(head.seq) && fact.link.is_some_and(|link| hex(&link) == head.link));
    Ok((!same).then_some(head))
}

/// The facts are sealed already: a folder that cannot be written to costs a witness, and the log says so.
fn remember(house: &House, lost: Option<Head>, head: &Head) {
    let kept = lost.map_or(Ok(()), |lost| {
        tracing::error!(seq = lost.seq, "the chain in the database does not lead through a head that was sealed before");
        house.heads.keep(&lost, &house.vault)
    });
    if let Err(error) = kept.and_then(|()| house.heads.remember(head, &house.vault)) {
        tracing::warn!(%error, "the head of the chain could not be remembered");
    }
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

words! {
    /// What does not fit about a chain.
    Misfit {
        /// The number does not follow the one before.
        NumberMissing = "number_missing",
        /// The bytes of a fact do not have its hash.
        HashDiffers = "hash_differs",
        /// The bytes of a fact cannot be read as one.
        NoFact = "no_fact",
        /// A column says something else than the bytes.
        ColumnDiffers = "column_differs",
        /// The link does not follow from the one before.
        LinkDiffers = "link_differs",
        /// Another fact was sealed under this number before.
        SealedOtherwise = "sealed_otherwise",
        /// The letter that a fact names is gone.
        LetterGone = "letter_gone",
        /// The letter that a fact names says something else.
        LetterDiffers = "letter_differs",
        /// A file of the letter is gone or has other bytes.
        FileDiffers = "file_differs",
        /// The mail that a fact names is gone.
        MailGone = "mail_gone",
        /// The mail that a fact names has other bytes.
        MailDiffers = "mail_differs",
        /// The act that a fact names is gone.
        ActGone = "act_gone",
        /// The act that a fact names says something else.
        ActDiffers = "act_differs",
        /// A row says something else than its fact.
        RowDiffers = "row_differs",
        /// A row that a fact tells of is gone.
        RowGone = "row_gone",
        /// A row that no fact tells of.
        RowUnknown = "row_unknown",
        /// A row whose columns cannot be read as what they should be.
        RowUnreadable = "row_unreadable",
        /// Facts that were sealed are gone from the end.
        TailGone = "tail_gone",
        /// A remembered head does not bear our mark.
        HeadForeign = "head_foreign",
        /// The remembered heads cannot be read.
        HeadsUnreadable = "heads_unreadable",
    }
}

/// Where the chain does not fit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    /// Number in the chain, or 0 for an unsealed fact.
    pub seq: i64,
    /// Id of the row; none where there is no row.
    pub id: Option<FactId>,
    /// What does not fit.
    pub why: Misfit,
    /// The row that does not fit, where it is not the fact's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A place in the record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// Id of the row.
    pub row: String,
    /// The column, or columns that are sealed together.
    pub column: &'static str,
}

impl Broken {
    /// A fact that does not fit.
    pub fn fact(fact: &StoredFact, why: Misfit) -> Self {
        Self { seq: fact.seq.unwrap_or(0), id: Some(id_of(fact)), why, place: None }
    }

    /// Something that does not fit and is no fact.
    pub const fn number(seq: i64, why: Misfit) -> Self {
        Self { seq, id: None, why, place: None }
    }
}

/// The id that a fact's bytes say: the column may hold none.
fn id_of(fact: &StoredFact) -> FactId {
    serde_json::from_slice::<Fact>(&fact.body).map_or_else(|_| FactId::new(fact.id), |read| read.id)
}

/// Walks the whole chain and the unsealed tail, and holds the chain against the heads that are remembered.
#[tracing::instrument(name = "flow.evidence.verify", skip_all)]
pub async fn verify(house: &House) -> Result<Verified, StoreError> {
    // Before the transaction: a head that is sealed meanwhile would be newer than what the transaction sees.
    let remembered = house.heads.all(&house.vault);
    let mut tx = house.store.snapshot().await?;
    let mut walk = Walk::past(remembered);
    while walk.broken.is_none() {
        let facts = tx.sealed_after(walk.seq, BATCH).await?;
        if facts.is_empty() {
            break;
        }
        for fact in &facts {
            walk.step(fact);
        }
    }
    let (_, unsealed) = tx.count_facts().await?;
    let broken = match walk.end() {
        Some(broken) => Some(broken),
        None => tx.unsealed(i64::MAX).await?.iter().find_map(unsealed_misfit),
    };
    Ok(Verified { facts: walk.seq, unsealed, broken })
}

fn unsealed_misfit(fact: &StoredFact) -> Option<Broken> {
    Some(Broken::fact(fact, own_misfit(fact)?))
}

/// A walk along the chain, past the heads that are remembered.
struct Walk {
    seq: i64,
    link: Vec<u8>,
    heads: Vec<Head>,
    broken: Option<Broken>,
}

impl Walk {
    fn past(remembered: std::io::Result<Remembered>) -> Self {
        let (heads, why) = match remembered {
            Ok(Remembered { heads, strange: None }) => (heads, None),
            Ok(Remembered { heads, .. }) => (heads, Some(Misfit::HeadForeign)),
            Err(_) => (Vec::new(), Some(Misfit::HeadsUnreadable)),
        };
        Self { seq: 0, link: vec![0_u8; 32], heads, broken: why.map(|why| Broken::number(0, why)) }
    }

    fn step(&mut self, fact: &StoredFact) {
        if self.broken.is_some() {
            return;
        }
        let why = misfit(fact, self.seq, &self.link).or_else(|| {
            let link = fact.link.as_deref().map(hex);
            let other = |head: &&Head| Some(head.seq) == fact.seq && Some(&head.link) != link.as_ref();
            self.heads.iter().find(other).map(|_| Misfit::SealedOtherwise)
        });
        if let Some(why) = why {
            self.broken = Some(Broken::fact(fact, why));
            return;
        }
        self.seq += 1;
        self.link = next_link(&self.link, &fact.hash);
    }

    /// What does not fit, with the whole chain behind.
    fn end(&mut self) -> Option<Broken> {
        let gone = self.heads.iter().any(|head| head.seq > self.seq);
        self.broken.take().or_else(|| gone.then_some(Broken::number(self.seq + 1, Misfit::TailGone)))
    }
}

/// What does not fit about a sealed fact after number `before` with link `link`.
fn misfit(fact: &StoredFact, before: i64, link: &[u8]) -> Option<Misfit> {
    if fact.seq != Some(before + 1) {
        return Some(Misfit::NumberMissing);
    }
    if let Some(why) = own_misfit(fact) {
        return Some(why);
    }
    (fact.link.as_deref() != Some(&next_link(link, &fact.hash))).then_some(Misfit::LinkDiffers)
}

/// What does not fit about a fact by itself: bytes, hash, and the columns that index it.
fn own_misfit(fact: &StoredFact) -> Option<Misfit> {
    if sha256(&fact.body) != fact.hash {
        return Some(Misfit::HashDiffers);
    }
    let Ok(read) = serde_json::from_slice::<Fact>(&fact.body) else { return Some(Misfit::NoFact) };
    let same = read.id.uuid() == fact.id
        && read.event.as_str() == fact.event
        && read.letter.map(crate::domain::ids::LetterId::uuid) == fact.letter_id
        && read.delivery.map(crate::domain::ids::DeliveryId::uuid) == fact.delivery_id
        && read.recorded_at.as_microsecond() == fact.recorded_at;
    (!same).then_some(Misfit::ColumnDiffers)
}
