//! The files that an official attached to his answer: kept by their hash before the act is recorded, named in it, and
//! found again by whoever carries the act on. Pictures in a signature, calendar objects and reports are not among them.

use super::PlannedAct;
use crate::channel::email::attachments::PartKind;
use crate::channel::email::parse::Mail;
use crate::domain::ids::ActId;
use crate::domain::letter::LetterFile;
use crate::domain::limits;
use crate::flow::house::House;
use crate::store::records::StoredMessage;
use crate::store::{StoreError, Tx};

/// The files of a mail that go with its act. None of too many: the writer is told, and the raw mail keeps them.
pub fn carried(mail: &Mail) -> Vec<LetterFile> {
    let files: Vec<LetterFile> = attached(mail)
        .map(|file| LetterFile {
            name: file.name.clone(),
            media_type: file.content_type.clone(),
            sha256: file.sha256.clone(),
            size: u64::try_from(file.size()).unwrap_or(u64::MAX),
            pages: None,
            is_letter: false,
        })
        .collect();
    if files.len() > limits::ATTACHMENTS { Vec::new() } else { files }
}

/// How many files a mail brings, where that is more than are carried.
pub fn too_many(mail: &Mail) -> Option<u64> {
    let count = attached(mail).count();
    (count > limits::ATTACHMENTS).then(|| u64::try_from(count).unwrap_or(u64::MAX))
}

fn attached(mail: &Mail) -> impl Iterator<Item = &crate::channel::email::attachments::Attachment> {
    mail.files().filter(|file| file.kind == PartKind::File)
}

/// Stores the bytes of [`carried`] files, before the act that names them commits.
pub async fn keep(house: &House, mail: &Mail, files: &[LetterFile]) -> Result<(), StoreError> {
    for file in attached(mail).filter(|one| files.iter().any(|file| file.sha256 == one.sha256)) {
        house.store.files().put_named(&file.sha256, file.bytes.clone()).await?;
    }
    Ok(())
}

/// The files of the act that a message tells; none for a letter or a receipt.
pub async fn files_of(tx: &mut Tx, message: &StoredMessage) -> Result<Vec<LetterFile>, StoreError> {
    let told = message.payload.get("act").cloned().and_then(|id| serde_json::from_value::<ActId>(id).ok());
    let id = match (told, message.order) {
        (Some(id), _) => Some(id),
        (None, Some(order)) if matches!(message.kind.as_str(), "disposition_received" | "correction") => {
            tx.order(order).await?.map(|order| order.act)
        }
        (None, _) => None,
    };
    let act = match id {
        Some(id) => tx.act(id).await?,
        None => None,
    };
    Ok(act.and_then(|act| serde_json::from_value::<PlannedAct>(act.body).ok()).map(|act| act.files).unwrap_or_default())
}
