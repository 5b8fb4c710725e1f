//! The calendar file of an invitation: made of the letter alone, so that it is the same for every recipient and every resend.

use super::words::sender_names;
use crate::channel::email::ics::{Event, publish};
use crate::domain::letter::LetterFile;
use crate::flow::house::{CityView, House};
use crate::store::StoreError;
use crate::store::records::StoredLetter;

/// Name of the file in the mail.
const NAME: &str = "undangan.ics";

/// The file, stored by its hash; `None` for a letter without an event.
pub async fn calendar(house: &House, city: &CityView, stored: &StoredLetter) -> Result<Option<LetterFile>, StoreError> {
    let letter = &stored.letter;
    let Some(event) = &letter.event else { return Ok(None) };
    let gateway = &house.settings.gateway;
    let zone = house.zone();
    let sender = sender_names(&letter.sender, city).0;
    let text = publish(&Event {
        uid: format!("{}@{}", stored.id, gateway.domain),
        stamp: stored.accepted_at,
        starts: event.starts,
        ends: event.ends,
        zone: &zone,
        summary: &letter.subject,
        place: &event.place,
        description: format!("{}\n{sender}", letter.letter_number),
        organizer: (&sender, &gateway.address),
    });
    let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
    let sha256 = house.store.files().put(text.into_bytes()).await?;
    let media_type = "text/calendar".to_owned();
    Ok(Some(LetterFile { name: NAME.to_owned(), media_type, sha256, size, pages: None, is_letter: false }))
}
