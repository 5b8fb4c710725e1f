//! A kept mail is read: what it is and to which token it answers, or what its head says where it is not read whole. Takes no part
//! of the record, so that nobody waits for it.

use super::keep;
use crate::channel::email::classify::classify;
use crate::channel::email::parse::Mail;
use crate::channel::email::tokens::Gateway;
use crate::channel::email::weigh::Unreadable;
use crate::domain::inbound::MailClass;
use crate::domain::tray::TrayWord;
use crate::flow::act;
use crate::flow::house::House;
use crate::flow::settings::Gateway as OwnName;
use crate::store::StoreError;
use crate::store::files::sha256;
use crate::store::records::StoredInbound;

/// A kept mail, read.
pub struct Read {
    /// The row, without its raw bytes.
    pub(super) item: StoredInbound,
    /// The mail.
    pub(super) mail: Result<Opened, Box<Over>>,
}

/// A mail that was read whole.
pub struct Opened {
    /// The mail.
    pub(super) mail: Mail,
    /// What it is.
    pub(super) class: MailClass,
    /// Hash of the token that it answers with.
    pub(super) token: Option<Vec<u8>>,
    /// Whether its files are stored already.
    pub(super) files_kept: bool,
}

impl Opened {
    /// Whether a person wrote it and it brings files that would go with his act.
    pub(super) fn brings_files(&self) -> bool {
        self.class == MailClass::Human && !act::carried(&self.mail).is_empty()
    }
}

/// A mail that is not read whole.
pub struct Over {
    /// What its head says.
    pub(super) head: Mail,
    /// Why, as the tray tells it.
    pub(super) why: TrayWord,
    /// More, where it was weighed.
    pub(super) excess: Option<Unreadable>,
}

impl Read {
    /// Hash of the token that it answers with.
    pub(super) fn token(&self) -> Option<&[u8]> {
        self.mail.as_ref().ok()?.token.as_deref()
    }
}

/// Reads a kept mail.
pub async fn open(house: &House, kept: &StoredInbound) -> Result<Read, StoreError> {
    let item = StoredInbound { raw: None, ..kept.clone() };
    let partial = keep::is_partial(kept);
    crate::domain::abort::point("receive.before_parse");
    let mail = match &kept.raw {
        Some(bytes) => read(partial, bytes),
        None => read_aside(partial, keep::raw(house, kept).await?).await?,
    };
    let gateway = own_name(&house.settings.gateway);
    let mail =
        mail.map(|mail| Opened { class: classify(&mail, &gateway), token: token_hash(&gateway, &mail), files_kept: false, mail });
    Ok(Read { item, mail })
}

fn read(partial: bool, raw: &[u8]) -> Result<Mail, Box<Over>> {
    if partial {
        return Err(Box::new(Over { head: Mail::head(raw), why: TrayWord::MailTooBig, excess: None }));
    }
    Mail::parse(raw).map_err(|excess| Box::new(Over { head: Mail::head(raw), why: excess.why(), excess: Some(excess) }))
}

/// Reads a large mail on a thread of its own: several are read side by side, and what waits for the network is not held up.
async fn read_aside(partial: bool, raw: Vec<u8>) -> Result<Result<Mail, Box<Over>>, StoreError> {
    let done = tokio::task::spawn_blocking(move || read(partial, &raw)).await;
    done.map_err(|_| StoreError::cut_off())
}

/// Our own name in mail, as tokens and our own mail are told by it.
pub fn own_name(gateway: &OwnName) -> Gateway {
    Gateway::new(&gateway.domain).with_sender(&gateway.address)
}

/// Hash of the token that a mail answers with.
pub fn token_hash(gateway: &Gateway, mail: &Mail) -> Option<Vec<u8>> {
    gateway.token(mail).0.map(|found| sha256(found.token.expose().as_bytes()))
}
