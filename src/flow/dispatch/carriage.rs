//! How the files of a message travel: in the mail, or by links that are bound to the delivery, or not at all on this channel.
//!
//! In: the letter, the files of the act that the message tells, the size a channel takes. Out: what is attached, and the links.

use super::{Claimed, fall};
use crate::domain::clock::Token;
use crate::domain::letter::LetterFile;
use crate::domain::limits::TELEGRAM_FILE_BYTES;
use crate::domain::routing::Content;
use crate::flow::house::House;
use crate::render::context::ActFile;
use crate::store::files::sha256;
use crate::store::records::StoredLetter;

/// How the files travel on one channel.
#[derive(Debug, Clone, Default)]
pub struct Carriage {
    /// The letter's files are in the message.
    pub attached: bool,
    /// Where the letter, or what of it the message does not bring, is fetched instead.
    pub link: Option<String>,
    /// Files of the act, as the words name them.
    pub files: Vec<ActFile>,
    /// Files that are in the message: of a mail those of the act, of a chat the one document.
    pub in_message: Vec<LetterFile>,
    /// The link's token; one opens every file of the delivery.
    pub token: Option<Token>,
}

/// Bytes of files once they are encoded: base64 with line ends is 4/3 x 78/76.
fn encoded(files: &[LetterFile]) -> u64 {
    files.iter().map(|file| file.size / 3 * 4 / 76 * 78 + 1_000).sum()
}

/// Of a mail; `None` where something fits neither into it nor behind a link.
pub fn by_mail(house: &House, claimed: &Claimed, letter: Option<&StoredLetter>, act: &[LetterFile]) -> Option<Carriage> {
    let Some(letter) = letter.filter(|_| claimed.delivery.content != Content::Notice) else { return Some(Carriage::default()) };
    let brings = fall::brings_the_letter(&claimed.message);
    // Texts and signature get 200 kB.
    let room = house.settings.gateway.mail_bytes.saturating_sub(200_000);
    let (whole, added) = (if brings { encoded(&letter.files) } else { 0 }, encoded(act));
    let attached = brings && whole <= room;
    let act_attached = added <= if attached { room - whole } else { room };
    let mut carriage = Carriage { attached, ..Carriage::default() };
    if (brings && !attached) || !act_attached {
        let (token, base) = link(house)?;
        carriage.link = (brings && !attached).then(|| base.clone());
        carriage.files = named(act, |place| (!act_attached).then(|| format!("{base}/{place}")));
        carriage.token = Some(token);
    } else {
        carriage.files = named(act, |_| None);
    }
    carriage.in_message = if act_attached { act.to_vec() } else { Vec::new() };
    Some(carriage)
}

/// Of a chat, which takes one document a message: the letter where the message brings it, else the act's first file. What it
/// does not take goes by link; `None` where there is none, so that the message counts as whole only where it is.
pub fn by_chat(house: &House, claimed: &Claimed, letter: Option<&StoredLetter>, act: &[LetterFile]) -> Option<Carriage> {
    if claimed.delivery.content != Content::Full {
        return Some(Carriage { attached: true, ..Carriage::default() });
    }
    let letter = letter.filter(|_| fall::brings_the_letter(&claimed.message)).map(|stored| stored.files.as_slice());
    let first = letter.unwrap_or(act).first().filter(|file| file.size <= TELEGRAM_FILE_BYTES);
    let in_message: Vec<LetterFile> = first.cloned().into_iter().collect();
    let (of_letter, of_act) = if letter.is_some() { (in_message.len(), 0) } else { (0, in_message.len()) };
    let (letter_left, act_left) = (letter.is_some_and(|files| files.len() > of_letter), act.len() > of_act);
    let link = if letter_left || act_left { Some(link(house)?) } else { None };
    let base = link.as_ref().map(|(_, base)| base);
    Some(Carriage {
        attached: letter.is_none() || of_letter > 0,
        link: base.filter(|_| letter_left).cloned(),
        files: named(act, |place| base.filter(|_| place > of_act).map(|base| format!("{base}/{place}"))),
        in_message,
        token: link.map(|(token, _)| token),
    })
}

/// The files as the words name them; places count from one.
fn named(act: &[LetterFile], url: impl Fn(usize) -> Option<String>) -> Vec<ActFile> {
    act.iter().zip(1..).map(|(file, place)| ActFile { name: file.name.clone(), size: file.size, file_url: url(place) }).collect()
}

/// A fresh link to the files of a delivery; `None` where no recipient could open it.
fn link(house: &House) -> Option<(Token, String)> {
    let gateway = &house.settings.gateway;
    if !gateway.links {
        return None;
    }
    let token = Token::mint(&*house.ids);
    let url = format!("{}/berkas/{}", gateway.public_url.trim_end_matches('/'), token.expose());
    Some((token, url))
}

impl Carriage {
    /// What is kept of the link's token.
    pub fn token_hash(&self) -> Option<Vec<u8>> {
        self.token.as_ref().map(|token| sha256(token.expose().as_bytes()))
    }
}
