//! What a group of mails answers, asked for together at the start of the transaction that judges them; and the files they
//! bring, stored before it, so that nobody waits for a disk while the record is held.

use super::opened::{Opened, Read};
use crate::channel::email::parse::Mail;
use crate::domain::ids::{DeliveryId, MessageId};
use crate::flow::act;
use crate::flow::house::House;
use crate::store::records::{StoredDelivery, StoredMessage, StoredToken};
use crate::store::{StoreError, Tx};
use futures::future::try_join_all;
use std::collections::HashMap;

/// Rows behind the tokens of a group. Each is given once: whoever asks again asks the record, which one of the group may have
/// changed by then.
#[derive(Debug, Default)]
pub struct Ahead {
    tokens: HashMap<Vec<u8>, StoredToken>,
    deliveries: HashMap<DeliveryId, StoredDelivery>,
    messages: HashMap<MessageId, StoredMessage>,
}

impl Ahead {
    /// Reads what stands behind some tokens, known by their hashes.
    pub(super) async fn read(tx: &mut Tx, hashes: &[&[u8]]) -> Result<Self, StoreError> {
        if hashes.len() < 2 {
            return Ok(Self::default());
        }
        let tokens = tx.tokens_in(hashes).await?;
        let ids: Vec<DeliveryId> = tokens.values().map(|token| token.delivery).collect();
        let deliveries = tx.deliveries_with(&ids).await?;
        let ids: Vec<MessageId> = deliveries.iter().map(|one| one.message).collect();
        let messages = tx.messages_in(&ids).await?;
        Ok(Self {
            tokens,
            deliveries: deliveries.into_iter().map(|one| (one.id, one)).collect(),
            messages: messages.into_iter().map(|one| (one.id, one)).collect(),
        })
    }

    /// A token by its hash.
    pub(super) async fn token(&mut self, tx: &mut Tx, hash: &[u8]) -> Result<Option<StoredToken>, StoreError> {
        match self.tokens.remove(hash) {
            Some(token) => Ok(Some(token)),
            None => tx.token(hash).await,
        }
    }

    /// A delivery.
    pub(super) async fn delivery(&mut self, tx: &mut Tx, id: DeliveryId) -> Result<Option<StoredDelivery>, StoreError> {
        match self.deliveries.remove(&id) {
            Some(delivery) => Ok(Some(delivery)),
            None => tx.delivery(id).await,
        }
    }

    /// A message.
    pub(super) async fn message(&mut self, tx: &mut Tx, id: MessageId) -> Result<Option<StoredMessage>, StoreError> {
        match self.messages.remove(&id) {
            Some(message) => Ok(Some(message)),
            None => tx.message(id).await,
        }
    }
}

/// Stores the files of mails that a person wrote under a token of ours. Where such a mail is not recorded as an act, its file
/// stays without a name in the record, as after a crash.
pub(super) async fn keep_files(house: &House, mails: &mut [Read]) -> Result<(), StoreError> {
    let bringing: Vec<&mut Opened> =
        mails.iter_mut().filter_map(|one| one.mail.as_mut().ok()).filter(|one| one.brings_files()).collect();
    if bringing.is_empty() {
        return Ok(());
    }
    let mut known = Vec::new();
    let mut tx = house.store.read().await?;
    for one in bringing {
        let token = match &one.token {
            Some(hash) => tx.token(hash).await?.filter(|token| token.kind == "reply"),
            None => None,
        };
        known.extend(token.map(|_| one));
    }
    drop(tx);
    let writes: Vec<_> = known.iter().map(|one| keep_of(house, &one.mail)).collect();
    try_join_all(writes).await?;
    for one in known {
        one.files_kept = true;
    }
    Ok(())
}

async fn keep_of(house: &House, mail: &Mail) -> Result<(), StoreError> {
    act::keep(house, mail, &act::carried(mail)).await
}
