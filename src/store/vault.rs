//! What is stored encrypted: personal bytes of prepared mails, which hold reply tokens. The key is a file beside the
//! database, never in it (product rule "Acts by mail").

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Why the vault does not open.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file cannot be read or written.
    #[error("key file {path}: {source}")]
    KeyFile {
        /// The file.
        path: String,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// The key file does not hold 32 bytes.
    #[error("key file {0} does not hold 32 bytes; restore it from the backup")]
    BadKey(String),
    /// The bytes were sealed under another key, for another row, or changed since.
    #[error("sealed bytes of {0} do not open: other key, other row, or changed")]
    Changed(String),
}

/// The key.
pub struct Vault {
    key: LessSafeKey,
    codes: aws_lc_rs::hmac::Key,
    marks: aws_lc_rs::hmac::Key,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}

/// Writes a new key so that it is there whole or not at all, also after a power cut: what is sealed under it a second later
/// could never be opened again. Where two starts meet, the second one fails and finds the key of the first.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes).and_then(|()| file.sync_all())?;
    let kept = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh)?;
    kept?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::File::open(folder)?.sync_all()
}

impl Vault {
    /// Reads the key; at the first start it is made from `fresh` random bytes.
    pub fn open(path: &Path, fresh: impl FnOnce(&mut [u8])) -> Result<Self, VaultError> {
        let failed = |source| VaultError::KeyFile { path: path.display().to_string(), source };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut bytes = vec![0_u8; 32];
                fresh(&mut bytes);
                keep(path, &bytes).map_err(failed)?;
                bytes
            }
            Err(error) => return Err(failed(error)),
        };
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| VaultError::BadKey(path.display().to_string()))?;
        // A key of its own for codes, so that a published code says nothing of the sealing key.
        let master = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &bytes);
        let derived = |purpose: &[u8]| {
            let tag = aws_lc_rs::hmac::sign(&master, purpose);
            aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, tag.as_ref())
        };
        let (codes, marks) = (derived(b"kurir codes v1"), derived(b"kurir marks v1"));
        Ok(Self { key: LessSafeKey::new(key), codes, marks })
    }

    /// A mark, in hexadecimal, that only this key puts on these words.
    pub fn mark(&self, words: &str) -> String {
        super::files::hex(aws_lc_rs::hmac::sign(&self.marks, words.as_bytes()).as_ref())
    }

    /// A code that people type, the same for one row for ever and guessed by nobody: ten of A-Z and 2-9 without I, L, O.
    pub fn code(&self, row: &str) -> String {
        use crate::domain::check_code::{LENGTH, LETTERS};
        let tag = aws_lc_rs::hmac::sign(&self.codes, row.as_bytes());
        let pick = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).map_or('A', |letter| char::from(*letter));
        tag.as_ref().iter().take(LENGTH).map(pick).collect()
    }

    /// Seals bytes for one row. `nonce` must be fresh random bytes.
    pub fn seal(&self, row: &str, bytes: &[u8], fresh: impl FnOnce(&mut [u8])) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0_u8; NONCE_LEN];
        fresh(&mut nonce);
        let mut sealed = bytes.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(row.as_bytes()), &mut sealed)
            .map_err(|_| VaultError::Changed(row.to_owned()))?;
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        Ok(out)
    }

    /// Opens what was sealed for the row.
    pub fn open_sealed(&self, row: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let changed = || VaultError::Changed(row.to_owned());
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(changed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| changed())?;
        let mut body = body.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(row.as_bytes()), &mut body).map_err(|_| changed())?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_whole_by_the_first_who_makes_it_and_a_half_written_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.key");
        // What a start that ended in the middle left behind.
        fs::write(path.with_extension(format!("new-{}", std::process::id())), b"half").unwrap();
        let first = Vault::open(&path, |bytes| bytes.fill(7)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [7; 32]);
        assert_eq!(Vault::open(&path, |bytes| bytes.fill(9)).unwrap().mark("x"), first.mark("x"));
        assert!(keep(&path, &[9; 32]).is_err(), "the key that is there stays");
        assert_eq!((fs::read(&path).unwrap(), fs::read_dir(folder.path()).unwrap().count()), (vec![7; 32], 1));
    }

    #[test]
    fn what_is_sealed_for_a_row_opens_for_that_row_only() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("vault.key"), |bytes| bytes.fill(7)).unwrap();
        let sealed = vault.seal("krm-1", b"rahasia", |bytes| bytes.fill(1)).unwrap();
        assert_eq!(vault.open_sealed("krm-1", &sealed).unwrap(), b"rahasia");
        assert!(vault.open_sealed("krm-2", &sealed).is_err());
        let mut changed = sealed;
        changed[20] ^= 1;
        assert!(vault.open_sealed("krm-1", &changed).is_err());
    }

    #[test]
    fn the_key_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.key");
        let sealed = Vault::open(&path, |b| b.fill(3)).unwrap().seal("r", b"x", |b| b.fill(0)).unwrap();
        assert_eq!(Vault::open(&path, |_| panic!("there is a key")).unwrap().open_sealed("r", &sealed).unwrap(), b"x");
    }
}
