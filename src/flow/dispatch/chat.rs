//! Preparing a Telegram message: words, buttons, file. Buttons are opaque one-shot tokens; a resend carries the same ones.

use super::carriage::by_chat;
use super::words::{self, WordsError};
use super::{Claimed, Load};
use crate::channel::telegram::{Button, ButtonData, ChatId, Document, Keyboard, Outgoing};
use crate::domain::clock::Token;
use crate::domain::delivery::{Channel, Outcome, Reason};
use crate::domain::letter::SecurityClass;
use crate::domain::routing::Address;
use crate::flow::act::files_of;
use crate::flow::doors::Doors;
use crate::flow::house::House;
use crate::render::context::Frame;
use crate::store::files::{sha256, sha256_hex};
use crate::store::records::{StoredButton, StoredDelivery, StoredLetter, StoredPrepared};
use crate::store::{StoreError, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the buttons of a letter do here by now. A button whose act does not exist yet is not shown.
pub const ACTIONS: [&str; 3] = ["disposition", "acknowledge", "return"];

/// The message as the vault keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Personal {
    html: String,
    /// Label and token.
    pub buttons: Vec<(String, String)>,
    /// Hash and name of the file.
    file: Option<(String, String)>,
}

/// The moment from which our own pace has a place for a chat; `None` when it has one now.
pub fn opens(house: &House, doors: &Doors, delivery: &StoredDelivery) -> Option<Timestamp> {
    let (Address::Chat(chat), Some(telegram)) = (&delivery.address, &doors.telegram) else { return None };
    Some(telegram.opens(ChatId(*chat))).filter(|at| *at > house.now())
}

/// Prepares a message, or takes the one that was prepared before.
pub async fn prepare(house: &House, claimed: &Claimed) -> Result<Result<(Load, String), Outcome>, StoreError> {
    let Address::Chat(chat) = claimed.delivery.address else {
        return Ok(Err(Outcome::Refused(Reason::new("address", "a Telegram delivery without a chat"))));
    };
    let id = claimed.delivery.id;
    let mut tx = house.store.write().await?;
    let personal = match tx.prepared(id).await? {
        Some(stored) => match house.open_row::<Personal>(&id.to_string(), &stored.sealed) {
            Ok(personal) => personal,
            Err(error) => return Ok(Err(Outcome::Refused(Reason::new("vault", &error.to_string())))),
        },
        None => match make(house, &mut tx, claimed).await {
            Ok(personal) => personal,
            Err(WordsError::Store(error)) => return Err(error),
            Err(WordsError::TooLarge) => {
                return Ok(Err(Outcome::Refused(Reason::new(
                    "too_large",
                    "more than one file of a chat, and no page to link to",
                ))));
            }
            Err(error) => {
                tracing::error!(delivery = %id, %error, "the message could not be put into words");
                return Ok(Err(Outcome::Refused(Reason::new("render", &error.to_string()))));
            }
        },
    };
    tx.commit().await?;
    outgoing(house, ChatId(chat), claimed, &personal).await
}

async fn make(house: &House, tx: &mut Tx, claimed: &Claimed) -> Result<Personal, WordsError> {
    let stored = words::letter_of(tx, claimed).await?;
    let act = files_of(tx, &claimed.message).await?;
    let carriage = by_chat(house, claimed, stored.as_ref(), &act).ok_or(WordsError::TooLarge)?;
    if let Some(hash) = carriage.token_hash() {
        tx.insert_token(&hash, "download", claimed.delivery.id, house.now()).await?;
    }
    let (frame, message) = words::message(house, tx, claimed, stored.as_ref(), &carriage).await?;
    let frame = Frame { paper_desk: paper_desk(house, tx, claimed, stored.as_ref()).await?, ..frame };
    let text = house
        .desk
        .chat(&frame, &message)
        .map_err(|error| WordsError::Payload { kind: claimed.message.kind.clone(), reason: error.to_string() })?;
    let mut buttons = Vec::new();
    for button in text.buttons.iter().filter(|button| shows(claimed, &button.key)) {
        let token = Token::mint(&*house.ids);
        mint(house, tx, claimed, &button.key, &token).await?;
        buttons.push((button.label.clone(), token.expose().to_owned()));
    }
    let file = carriage.in_message.first().map(|file| (file.sha256.clone(), file.name.clone()));
    let personal = Personal { html: text.html, buttons, file };
    let plain = serde_json::to_vec(&personal).unwrap_or_default();
    let kept = StoredPrepared {
        message_ref: "chat".into(),
        sealed: house.seal_row(&claimed.delivery.id.to_string(), &personal)?,
        parts: Vec::new(),
        sha256: sha256_hex(&plain),
        size: i64::try_from(plain.len()).unwrap_or(i64::MAX),
    };
    tx.put_all_prepared(&[(claimed.delivery.id, &kept)], house.now()).await?;
    Ok(personal)
}

/// A unit's operator may say that he has it; dispositions are for positions.
fn shows(claimed: &Claimed, key: &str) -> bool {
    claimed.message.person.is_some() && ACTIONS.contains(&key) && (claimed.message.position.is_some() || key == "acknowledge")
}

async fn mint(house: &House, tx: &mut Tx, claimed: &Claimed, action: &str, token: &Token) -> Result<(), StoreError> {
    let Some(person) = claimed.message.person.clone() else { return Ok(()) };
    let button = StoredButton {
        token_hash: sha256(token.expose().as_bytes()),
        delivery: claimed.delivery.id,
        dialog: None,
        person,
        action: action.to_owned(),
        payload: serde_json::Value::Null,
        used_at: None,
        answer: String::new(),
    };
    tx.insert_button(&button, house.now()).await
}

/// The desk that brings a letter which the class keeps from the phone, where no mail brings it to this reader.
async fn paper_desk(
    house: &House,
    tx: &mut Tx,
    claimed: &Claimed,
    stored: Option<&StoredLetter>,
) -> Result<Option<String>, StoreError> {
    let Some(stored) = stored.filter(|stored| stored.letter.class != SecurityClass::Ordinary) else { return Ok(None) };
    let mut ways = tx.deliveries_of_letter(stored.id).await?;
    ways.retain(|one| one.channel != Channel::Telegram && !one.state.has_failed());
    let ids: Vec<_> = ways.iter().map(|one| one.message).collect();
    let mut messages = tx.messages_in(&ids).await?;
    messages.retain(|one| one.recipient == claimed.message.recipient && super::fall::is_document(one));
    let comes = |channel| ways.iter().any(|way| way.channel == channel && messages.iter().any(|one| one.id == way.message));
    let paper = !comes(Channel::Email) && comes(Channel::Print);
    Ok(paper.then(|| house.settings.print_desk.clone()))
}

async fn outgoing(
    house: &House,
    chat: ChatId,
    claimed: &Claimed,
    personal: &Personal,
) -> Result<Result<(Load, String), Outcome>, StoreError> {
    let mut buttons = Vec::new();
    for (label, token) in &personal.buttons {
        match ButtonData::parse(token).and_then(|data| Button::new(label, data)) {
            Ok(button) => buttons.push(button),
            Err(error) => return Ok(Err(Outcome::Refused(Reason::new("button", &error.to_string())))),
        }
    }
    let document = match &personal.file {
        Some((hash, name)) => Some(Document { file_name: name.clone(), bytes: house.store.files().get(hash).await?.into() }),
        None => None,
    };
    // Nobody knows whether the first one arrived: the second says so, with the same buttons.
    let again = claimed.perhaps_there;
    let html = if again { format!("(ulang) {}", personal.html) } else { personal.html.clone() };
    let hash = sha256_hex(html.as_bytes());
    Ok(Ok((
        Load::Chat(Box::new(Outgoing {
            chat,
            html,
            document,
            keyboard: Keyboard::pairs(buttons),
            silent: false,
            reply_to: None,
        })),
        hash,
    )))
}
