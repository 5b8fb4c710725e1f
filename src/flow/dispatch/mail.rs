//! Preparing a mail: words, tokens, signature; stored once, rebuilt byte for byte ever after.

use super::carriage::{Carriage, by_mail};
use super::words::{self, WordsError};
use super::{Claimed, Load};
use crate::channel::email::address::Address as MailAddress;
use crate::channel::email::compose::Outgoing;
use crate::channel::email::digest::Sha256;
use crate::channel::email::envelope::Envelope;
use crate::channel::email::wiremail::{Prepared, SharedPart, WireMail};
use crate::domain::clock::Token;
use crate::domain::delivery::{Outcome, Reason};
use crate::domain::ids::DeliveryId;
use crate::domain::routing::Address;
use crate::flow::act::files_of;
use crate::flow::house::House;
use crate::render::context::{Frame, Message};
use crate::store::files::sha256;
use crate::store::records::{StoredLetter, StoredPrepared};
use crate::store::{StoreError, Tx};
use serde::{Deserialize, Serialize};
use tokio_util::bytes::Bytes;

/// Ready to send with its hash, or how it ends without a byte sent.
pub type MailLoad = Result<(Load, String), Outcome>;

/// What stands before the personal bytes in the vault: one line of JSON, then head and tail as they are. Escaping kilobytes
/// of text for every recipient would cost more than sealing them.
#[derive(Serialize, Deserialize)]
struct Personal {
    head_bytes: usize,
    return_path: Option<String>,
}

/// A mail that was made just now, with the rows that must be committed before its first byte.
pub struct Made {
    /// What goes out, and its hash.
    pub load: (Load, String),
    id: DeliveryId,
    stored: StoredPrepared,
    /// Hash and kind.
    tokens: Vec<(Vec<u8>, &'static str)>,
}

impl Made {
    /// Hash of the bytes that go out.
    pub fn sha256(&self) -> &str {
        &self.load.1
    }

    /// Writes the rows of some mails.
    pub async fn write(house: &House, tx: &mut Tx, made: &[&Self]) -> Result<(), StoreError> {
        let prepared: Vec<(DeliveryId, &StoredPrepared)> = made.iter().map(|one| (one.id, &one.stored)).collect();
        tx.put_all_prepared(&prepared, house.now()).await?;
        let mut tokens: Vec<(&[u8], &'static str, DeliveryId)> = Vec::new();
        for one in made {
            tokens.extend(one.tokens.iter().map(|(hash, kind)| (hash.as_slice(), *kind, one.id)));
        }
        tx.insert_tokens(&tokens, house.now()).await
    }
}

/// Prepares a mail, or takes the one that was prepared before.
pub async fn prepare(house: &House, claimed: &Claimed) -> Result<MailLoad, StoreError> {
    let id = claimed.delivery.id;
    let to = match recipient(claimed) {
        Ok(to) => to,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let mut tx = house.store.read().await?;
    if let Some(stored) = tx.prepared(id).await? {
        return rebuild(house, id, to, &stored).await;
    }
    let letter = words::letter_of(&mut tx, claimed).await?;
    let made = make(house, &mut tx, (claimed, letter.as_ref()), to).await;
    drop(tx);
    match made {
        Ok(Ok(made)) => {
            crate::domain::abort::point("prepare.before_mint");
            let mut tx = house.store.write().await?;
            Made::write(house, &mut tx, &[&made]).await?;
            crate::domain::abort::point("prepare.before_commit");
            tx.commit().await?;
            crate::domain::abort::point("prepare.after_commit");
            Ok(Ok(made.load))
        }
        Ok(Err(outcome)) => Ok(Err(outcome)),
        Err(WordsError::Store(error)) => Err(error),
        // A message that cannot be put into words is poison for this channel only: it goes down the ladder.
        Err(error) => {
            tracing::error!(delivery = %id, %error, "the mail could not be put into words");
            Ok(Err(refused("render", &error.to_string())))
        }
    }
}

/// Whom a delivery goes to, or how it ends because nobody can be written to there.
pub fn recipient(claimed: &Claimed) -> Result<MailAddress, Outcome> {
    let Address::Email(to) = &claimed.delivery.address else {
        return Err(refused("address", "a mail delivery without a mail address"));
    };
    MailAddress::parse(to).map_err(|_| refused("5.1.3", "the registered address cannot be written to"))
}

fn refused(code: &str, text: &str) -> Outcome {
    Outcome::Refused(Reason::new(code, text))
}

/// Makes a mail: words, signature, tokens. Only reads.
pub async fn make(
    house: &House,
    tx: &mut Tx,
    (claimed, letter): (&Claimed, Option<&StoredLetter>),
    to: MailAddress,
) -> Result<Result<Made, Outcome>, WordsError> {
    let now = house.now();
    let gateway = &house.settings.gateway;
    let (reply, bounce) = (Token::mint(&*house.ids), Token::mint(&*house.ids));
    let mut tokens = vec![(sha256(reply.expose().as_bytes()), "reply"), (sha256(bounce.expose().as_bytes()), "bounce")];
    let act = files_of(tx, &claimed.message).await?;
    let Some(carriage) = by_mail(house, claimed, letter, &act) else {
        return Ok(Err(refused("too_large", "the letter is larger than a mail may be")));
    };
    tokens.extend(carriage.token_hash().map(|hash| (hash, "download")));
    let (frame, message) = words::message(house, tx, claimed, letter, &carriage).await?;
    let answers = takes_answers(&message);
    let reply_to = format!("balas+{}@{}", reply.expose(), gateway.domain);
    let frame = if answers {
        Frame { letter_token: Some(reply.expose().to_owned()), reply_address: Some(reply_to.clone()), ..frame }
    } else {
        frame
    };
    let text = match house.desk.mail(&frame, &message) {
        Ok(text) => text,
        Err(error) => return Ok(Err(refused("render", &error.to_string()))),
    };
    let parts = parts(house, tx, letter, (&carriage, &message)).await?;
    let automatic = super::fall::is_automatic(&claimed.message);
    let outgoing = Outgoing {
        from_name: gateway.display_name.clone(),
        from: own_address(&gateway.address)?,
        to_name: String::new(),
        to: to.clone(),
        reply_to: answers.then(|| own_address(&reply_to)).transpose()?,
        message_id: format!("d.{}@{}", reply.expose(), gateway.domain),
        subject: text.subject,
        date: now.to_zoned_datetime(house.zone()),
        text: text.text,
        html: Some(text.html),
        parts,
        calendar: None,
        in_reply_to: thread(claimed),
        references: thread(claimed).into_iter().collect(),
        automatic,
    };
    let mail = match outgoing.compose(&house.seal) {
        Ok(mail) => mail,
        Err(error) => return Ok(Err(Outcome::Deferred(Reason::new("seal", &error.to_string()), None))),
    };
    // RFC 3834: what is said automatically has no path on which anything could come back.
    let return_path = (!automatic).then(|| format!("kembali+{}@{}", bounce.expose(), gateway.domain));
    let stored = kept(house, claimed.delivery.id, &mail, return_path.as_deref())?;
    let load = load(claimed.delivery.id, to, return_path.as_deref(), mail);
    Ok(Ok(Made { load, id: claimed.delivery.id, stored, tokens }))
}

/// Which messages an official may answer by mail.
const fn takes_answers(message: &Message) -> bool {
    !matches!(
        message,
        Message::LinkCode(_)
            | Message::SealNote(_)
            | Message::Alarm(_)
            | Message::AlarmCleared(_)
            | Message::TestSend(_)
            | Message::PrintNote(_)
    )
}

fn own_address(text: &str) -> Result<MailAddress, WordsError> {
    MailAddress::parse(text).map_err(|_| WordsError::Missing { kind: "mail".into(), missing: "a usable gateway address" })
}

/// Message-ID of the mail that this one answers, so that it stands in the official's own thread.
fn thread(claimed: &Claimed) -> Option<String> {
    claimed.message.payload.get("in_reply_to").and_then(|id| id.as_str()).map(str::to_owned)
}

/// The encoded files of a letter and of an act: stored once, shared by everybody who receives them.
async fn parts(
    house: &House,
    tx: &mut Tx,
    letter: Option<&StoredLetter>,
    (carriage, message): (&Carriage, &Message),
) -> Result<Vec<SharedPart>, StoreError> {
    let of_letter = letter.filter(|_| carriage.attached).map(|stored| stored.files.as_slice()).unwrap_or_default();
    let mut parts = Vec::new();
    for file in of_letter.iter().chain(&carriage.in_message) {
        parts.push(house.parts.of(&house.store, file).await?);
    }
    parts.extend(calendar_part(house, tx, letter, message).await?);
    Ok(parts)
}

/// The calendar file of an invitation, encoded once per letter.
async fn calendar_part(
    house: &House,
    tx: &mut Tx,
    letter: Option<&StoredLetter>,
    message: &Message,
) -> Result<Option<SharedPart>, StoreError> {
    let (Some(letter), Message::Invitation(_)) = (letter, message) else { return Ok(None) };
    let city = house.city(tx).await?;
    match super::event::calendar(house, &city, letter).await? {
        Some(file) => Ok(Some(house.parts.of(&house.store, &file).await?)),
        None => Ok(None),
    }
}

/// What the vault keeps of a mail.
fn kept(house: &House, id: DeliveryId, mail: &WireMail, return_path: Option<&str>) -> Result<StoredPrepared, WordsError> {
    let prepared = mail.prepared();
    let personal = Personal { head_bytes: prepared.head.len(), return_path: return_path.map(str::to_owned) };
    let mut plain = serde_json::to_vec(&personal).unwrap_or_default();
    plain.push(b'\n');
    plain.extend_from_slice(&prepared.head);
    plain.extend_from_slice(&prepared.tail);
    Ok(StoredPrepared {
        message_ref: "mail".into(),
        sealed: house.seal_bytes(&id.to_string(), &plain)?,
        parts: prepared.parts.iter().map(ToString::to_string).collect(),
        sha256: prepared.sha256.to_string(),
        size: i64::try_from(prepared.size).unwrap_or(i64::MAX),
    })
}

/// Head, tail and return path again; `None` where they are not what [`kept`] wrote.
fn personal(plain: &[u8]) -> Option<(Bytes, Bytes, Option<String>)> {
    let line = plain.iter().position(|byte| *byte == b'\n')?;
    let (first, rest) = plain.split_at_checked(line)?;
    let known: Personal = serde_json::from_slice(first).ok()?;
    let (head, tail) = rest.get(1..)?.split_at_checked(known.head_bytes)?;
    Some((Bytes::copy_from_slice(head), Bytes::copy_from_slice(tail), known.return_path))
}

/// The very same bytes again; what does not fit its hash is not sent.
async fn rebuild(house: &House, id: DeliveryId, to: MailAddress, stored: &StoredPrepared) -> Result<MailLoad, StoreError> {
    let plain = match house.open_bytes(&id.to_string(), &stored.sealed) {
        Ok(plain) => plain,
        Err(error) => return Ok(Err(refused("vault", &error.to_string()))),
    };
    let Some((head, tail, return_path)) = personal(&plain) else {
        return Ok(Err(refused("vault", "the personal bytes are not what was written")));
    };
    let mut parts = Vec::new();
    for hash in &stored.parts {
        parts.push(house.parts.again(&house.store, hash).await?);
    }
    let (Some(sha256), names) =
        (Sha256::parse(&stored.sha256), stored.parts.iter().filter_map(|hash| Sha256::parse(hash)).collect())
    else {
        return Ok(Err(refused("vault", "the stored hash is no hash")));
    };
    let prepared = Prepared { head, parts: names, tail, sha256, size: stored.size.unsigned_abs() };
    match WireMail::rebuild(&prepared, parts) {
        Ok(mail) => Ok(Ok(load(id, to, return_path.as_deref(), mail))),
        Err(error) => Ok(Err(refused("rebuild", &error.to_string()))),
    }
}

fn load(id: DeliveryId, to: MailAddress, return_path: Option<&str>, mail: WireMail) -> (Load, String) {
    let return_path = return_path.and_then(|path| MailAddress::parse(path).ok());
    let hash = mail.sha256().to_string();
    (Load::Mail(Box::new((Envelope { return_path, to, envid: id.to_string() }, mail))), hash)
}
