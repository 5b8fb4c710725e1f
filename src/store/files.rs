//! Files by hash: written once, synced, never changed. A file is stored before the transaction that names it commits, so
//! that a crash leaves at most an orphan and never a name without a file.

use super::error::StoreError;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file store.
#[derive(Debug, Clone)]
pub struct Files {
    inner: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

fn key(sha256: &str) -> Key {
    let first = sha256.get(0..2).unwrap_or("__");
    let second = sha256.get(2..4).unwrap_or("__");
    Key::from_iter(["sha256", first, second, sha256])
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' - 10 + value });
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// Bytes of hex; `None` where it is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()));
    digits.collect()
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

/// SHA-256 of bytes in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// Free bytes of the disk under a folder, as far as the system says.
pub fn free_under(folder: &Path) -> Option<u64> {
    // A file that is named without a folder lies in the one that we work in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

impl Files {
    /// Opens the folder, making it where it is missing.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let open = || {
            std::fs::create_dir_all(folder)
                .map_err(|source| object_store::Error::Generic { store: "files", source: Box::new(source) })?;
            LocalFileSystem::new_with_prefix(folder).map(|files| files.with_fsync(true))
        };
        let inner = open().map_err(|source| StoreError::File { key: String::new(), source })?;
        Ok(Self { inner: Arc::new(inner), folder: folder.to_owned() })
    }

    /// Free bytes of the disk under the folder; `None` where the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        free_under(&self.folder)
    }

    /// Stores bytes and returns their hash. Bytes that are there already are not written again.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<String, StoreError> {
        let hash = sha256_hex(&bytes);
        self.put_named(&hash, bytes).await?;
        Ok(hash)
    }

    /// Stores bytes whose hash was computed just now.
    pub async fn put_named(&self, sha256: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.inner.put_opts(&key(sha256), PutPayload::from(bytes), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(source) => Err(StoreError::File { key: sha256.to_owned(), source }),
        }
    }

    /// Reads the bytes of a hash; refuses bytes that no longer fit it.
    pub async fn get(&self, hash: &str) -> Result<Vec<u8>, StoreError> {
        let failed = |source| StoreError::File { key: hash.to_owned(), source };
        let found = self.inner.get(&key(hash)).await.map_err(failed)?;
        let bytes = found.bytes().await.map_err(failed)?;
        if sha256_hex(&bytes) == hash {
            return Ok(bytes.into());
        }
        let source = std::io::Error::new(std::io::ErrorKind::InvalidData, "the file no longer has the bytes that its name says");
        Err(failed(object_store::Error::Generic { store: "files", source: Box::new(source) }))
    }
}
