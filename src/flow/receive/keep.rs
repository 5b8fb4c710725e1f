//! Keep: raw bytes under a unique key, committed before anything is parsed, flagged, moved or confirmed.

use crate::channel::email::inbox::RawMail;
use crate::domain::evidence::{ContentPart, FactActor, FactKind};
use crate::domain::ids::InboundId;
use crate::domain::limits::RAW_INLINE_BYTES;
use crate::flow::house::House;
use crate::store::files::sha256_hex;
use crate::store::records::StoredInbound;
use crate::store::{StoreError, Topic, Tx};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

/// Large mails that are written to the file store at once.
const FILES_AT_ONCE: usize = 8;

/// Something that arrived, with the key that makes it unique at its source.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// imap, maildir, pipe, telegram.
    pub source: &'static str,
    /// Mailbox + UIDVALIDITY + UID, file name, `update_id`.
    pub source_key: String,
    /// Raw bytes, or the head of a mail over the limit.
    pub raw: RawMail,
}

/// Keeps arrivals and moves the reading mark, in one transaction. Returns how many were new.
pub async fn keep_all(house: &House, arrivals: Vec<Arrival>, mark: Option<(&str, i64, i64)>) -> Result<usize, StoreError> {
    // Large mails are synced side by side: the disk takes several in one go.
    let rows: Vec<StoredInbound> =
        stream::iter(arrivals).map(|arrival| row(house, arrival)).buffered(FILES_AT_ONCE).try_collect().await?;
    let mut tx = house.store.write().await?;
    let new = insert(house, &mut tx, &rows).await?;
    if let Some((source, uid_validity, position)) = mark {
        tx.set_cursor(source, uid_validity, position).await?;
    }
    tx.announce(Topic::Inbound);
    crate::domain::abort::point("receive.before_keep_commit");
    tx.commit().await?;
    crate::domain::abort::point("receive.after_keep_commit");
    Ok(new)
}

/// Keeps raw Telegram updates and the offset that confirms them, in one transaction.
pub async fn keep_updates(house: &House, updates: Vec<(i64, String)>, next_offset: i64) -> Result<usize, StoreError> {
    let arrivals = updates
        .into_iter()
        .map(|(id, json)| Arrival { source: "telegram", source_key: id.to_string(), raw: RawMail::Whole(json.into_bytes()) })
        .collect();
    keep_all(house, arrivals, Some(("telegram", 0, next_offset))).await
}

/// Large mail goes to the file store before the row that names it.
async fn row(house: &House, arrival: Arrival) -> Result<StoredInbound, StoreError> {
    let now = house.now();
    let (bytes, size, partial) = match arrival.raw {
        RawMail::Whole(bytes) => {
            let size = bytes.len() as u64;
            (bytes, size, false)
        }
        RawMail::Head { bytes, size } => (bytes, size, true),
    };
    let (sha256, raw) = if bytes.len() > RAW_INLINE_BYTES {
        let hash = house.store.files().put(bytes).await?;
        crate::domain::abort::point("receive.after_file");
        (hash, None)
    } else {
        (sha256_hex(&bytes), Some(bytes))
    };
    Ok(StoredInbound {
        id: InboundId::new(house.ids.uuid(now)),
        source: arrival.source.to_owned(),
        source_key: arrival.source_key,
        state: "kept".into(),
        sha256,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        raw,
        class: String::new(),
        why: String::new(),
        delivery: None,
        letter: None,
        person: None,
        act: None,
        detail: if partial { serde_json::json!({ PARTIAL: true }) } else { serde_json::Value::Null },
        tries: 0,
        received_at: now,
    })
}

async fn insert(house: &House, tx: &mut Tx, rows: &[StoredInbound]) -> Result<usize, StoreError> {
    let mut facts = Vec::new();
    for row in rows {
        if !tx.keep(row, house.now()).await? {
            continue;
        }
        let mut fact = house.fact(FactKind::ReceivedFromNonERDS, FactActor::system());
        fact.inbound = Some(row.id);
        if !row.sha256.is_empty() {
            fact.content.push(ContentPart { part: "as-received".into(), sha256: row.sha256.clone() });
        }
        facts.push(fact.with("source", &row.source).with("size", row.size.to_string()));
    }
    if !facts.is_empty() {
        tx.insert_facts(&facts.iter().collect::<Vec<_>>()).await?;
        tx.announce(Topic::Facts);
    }
    Ok(facts.len())
}

/// Mark of an item of which only the head was taken.
const PARTIAL: &str = "partial";

/// Whether only the head of a mail over the limit was taken.
pub fn is_partial(item: &StoredInbound) -> bool {
    item.detail.get(PARTIAL).is_some()
}

/// What else is said of an item, with the mark where it has it.
pub fn with_mark(item: &StoredInbound, mut detail: serde_json::Value) -> serde_json::Value {
    if let Some(map) = detail.as_object_mut().filter(|_| is_partial(item)) {
        map.insert(PARTIAL.into(), true.into());
    }
    detail
}

/// The raw bytes of an item, from the row or from the file store.
pub async fn raw(house: &House, item: &StoredInbound) -> Result<Vec<u8>, StoreError> {
    match &item.raw {
        Some(bytes) => Ok(bytes.clone()),
        None => house.store.files().get(&item.sha256).await,
    }
}
