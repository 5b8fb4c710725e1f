//! Secrets: the first line of a file, never a value of the configuration or the environment.

use secrecy::SecretString;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A secret and how well its file keeps it.
#[derive(Debug)]
pub struct Secret {
    /// The secret itself, without the line end.
    pub value: SecretString,
    /// Where it was found.
    pub file: PathBuf,
    /// True where others than its owner may read the file: to be told, not to be refused.
    pub exposed: bool,
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// No such file, or it may not be read.
    #[error("the secret file {} cannot be read", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Nothing in its first line, or no text.
    #[error("the first line of the secret file {} is empty or no text", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
}

/// Where secrets are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPlaces {
    /// systemd's `$CREDENTIALS_DIRECTORY`.
    pub credentials: Option<PathBuf>,
    /// The folder of the configuration.
    pub beside: PathBuf,
}

impl SecretPlaces {
    /// The places of this process, for a configuration in that folder.
    pub fn of_process(beside: &Path) -> Self {
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        Self { credentials, beside: beside.to_owned() }
    }

    /// The file that a name means: an absolute one itself; a relative one among the credentials, else beside the
    /// configuration.
    pub fn find(&self, name: &Path) -> PathBuf {
        let credential = self.credentials.as_ref().map(|folder| folder.join(name)).filter(|file| file.is_file());
        credential.unwrap_or_else(|| self.beside.join(name))
    }

    /// Reads a secret.
    pub fn read(&self, name: &Path) -> Result<Secret, SecretError> {
        let file = self.find(name);
        let unreadable = |source| SecretError::Unreadable { file: file.clone(), source };
        let bytes = std::fs::read(&file).map_err(unreadable)?;
        let mode = std::fs::metadata(&file).map_err(unreadable)?.permissions().mode();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim();
        if line.is_empty() {
            return Err(SecretError::Empty { file });
        }
        Ok(Secret { value: SecretString::from(line), exposed: mode & 0o077 != 0, file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;
    use std::fs::{Permissions, create_dir, set_permissions, write};

    #[test]
    fn a_credential_comes_before_a_file_beside_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = folder.path().join("credentials");
        create_dir(&credentials).unwrap();
        let places = SecretPlaces { credentials: Some(credentials.clone()), beside: folder.path().to_owned() };
        let name = Path::new("smtp-password");
        assert!(matches!(places.read(name), Err(SecretError::Unreadable { .. })));
        write(folder.path().join(name), "beside\r\nsecond line\n").unwrap();
        set_permissions(folder.path().join(name), Permissions::from_mode(0o640)).unwrap();
        let beside = places.read(name).unwrap();
        assert!(beside.value.expose_secret() == "beside" && beside.exposed);
        write(credentials.join(name), "credential").unwrap();
        set_permissions(credentials.join(name), Permissions::from_mode(0o400)).unwrap();
        let credential = places.read(name).unwrap();
        assert!(credential.value.expose_secret() == "credential" && !credential.exposed);
        assert!(!format!("{credential:?}").contains("\"credential\""), "{credential:?}");
        write(credentials.join(name), "\n").unwrap_or_default();
    }

    #[test]
    fn an_empty_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let places = SecretPlaces { credentials: None, beside: folder.path().to_owned() };
        for empty in ["", "\nsecret on the second line", "   \n"] {
            write(&file, empty).unwrap();
            assert!(matches!(places.read(&file), Err(SecretError::Empty { .. })), "{empty:?}");
        }
    }
}
