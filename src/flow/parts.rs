//! The encoded files of letters: encoded once per letter, stored by hash, and kept in memory while a letter goes out to
//! many. The memory is counted in bytes.

use crate::channel::email::digest::Sha256;
use crate::channel::email::wiremail::SharedPart;
use crate::domain::letter::LetterFile;
use crate::store::{Store, StoreError};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Bytes of encoded files that stay in memory.
const KEEP_BYTES: usize = 24 * 1024 * 1024;

/// Encoded files by what they were made of.
#[derive(Debug, Default)]
pub struct PartShelf {
    kept: Mutex<VecDeque<(String, SharedPart)>>,
}

impl PartShelf {
    /// The encoded part of a letter's file.
    pub async fn of(&self, store: &Store, file: &LetterFile) -> Result<SharedPart, StoreError> {
        let key = format!("{}|{}|{}", file.sha256, file.media_type, file.name);
        if let Some(part) = self.find(&key) {
            return Ok(part);
        }
        let bytes = store.files().get(&file.sha256).await?;
        let part = SharedPart::encode(&file.name, &file.media_type, &bytes);
        // Stored, so that a later version of the encoder cannot change what a resend carries.
        store.files().put(part.bytes().to_vec()).await?;
        self.keep(key, part.clone());
        Ok(part)
    }

    /// A part that was stored before, by the hash of its encoded bytes.
    pub async fn again(&self, store: &Store, hash: &str) -> Result<SharedPart, StoreError> {
        if let Some(part) = self.find(hash) {
            return Ok(part);
        }
        let bytes = store.files().get(hash).await?;
        let misfit =
            || StoreError::Misfit { table: "prepared", column: "parts", row: hash.to_owned(), reason: "no such part".into() };
        let expected = Sha256::parse(hash).ok_or_else(misfit)?;
        let part = SharedPart::restore(bytes.into(), expected).map_err(|_| misfit())?;
        self.keep(hash.to_owned(), part.clone());
        Ok(part)
    }

    fn find(&self, key: &str) -> Option<SharedPart> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, part)| part.clone())
    }

    fn keep(&self, key: String, part: SharedPart) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((key, part));
        let mut bytes = 0;
        let mut first = true;
        kept.retain(|(_, part)| {
            bytes += part.bytes().len();
            // The newest always stays, however large: it is going out right now.
            let stays = first || bytes <= KEEP_BYTES;
            first = false;
            stays
        });
    }
}
