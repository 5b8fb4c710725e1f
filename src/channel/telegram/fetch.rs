//! Fetches a file that a person sent. Asking is harmless: after any error it may be asked again.

use super::{
    Telegram, call,
    error::{RefusalCode, TelegramError},
    updates::{DOWNLOAD_BYTES, IncomingFile},
};
use serde::Deserialize;
use teloxide::{payloads::GetFile, types::FileId};

#[derive(Deserialize)]
struct Held {
    file_path: Option<String>,
}

impl Telegram {
    /// The bytes of a file. What is larger than the Bot API hands out is refused before it is asked for.
    pub async fn fetch(&self, file: &IncomingFile) -> Result<Vec<u8>, TelegramError> {
        if file.is_too_big() {
            return Err(too_big());
        }
        let answer = self.ask(&GetFile::new(FileId(file.file_id.clone()))).await?;
        let path =
            serde_json::from_str::<Held>(answer.get()).ok().and_then(|held| held.file_path).and_then(|path| plain_path(&path));
        let gone = || TelegramError::guard(RefusalCode::BadRequest, "telegram names no place of this file".to_owned());
        let most = usize::try_from(DOWNLOAD_BYTES).unwrap_or(usize::MAX);
        let bytes = call::get(&self.bot, &path.ok_or_else(gone)?, most, self.settings.request_timeout()).await;
        bytes.map_err(|failure| self.read(failure))
    }
}

fn too_big() -> TelegramError {
    TelegramError::guard(RefusalCode::FileTooLarge, format!("more than {DOWNLOAD_BYTES} bytes"))
}

/// The pieces of a path that stays where it begins.
fn plain_path(path: &str) -> Option<Vec<String>> {
    let plain = |piece: &&str| !piece.is_empty() && *piece != "." && *piece != "..";
    let pieces: Vec<&str> = path.split('/').collect();
    pieces.iter().all(plain).then(|| pieces.into_iter().map(ToOwned::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_does_not_climb() {
        assert_eq!(plain_path("documents/file_1.pdf").unwrap(), ["documents", "file_1.pdf"]);
        for path in ["/etc/passwd", "../x", "a/../../x", "a//b", "", "a/."] {
            assert_eq!(plain_path(path), None, "{path}");
        }
    }
}
