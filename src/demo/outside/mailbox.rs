//! A mailbox as a mail program shows it: a list, and one open mail with its own words.

use super::Opened;
use crate::channel::email::parse::Mail;
use crate::demo::post_office::{Letterbox, PostOffice, PostOfficeError};
use crate::demo::seal_check::Seal;
use crate::demo::town::FIRST_MAILBOX;
use serde::Serialize;

/// A mailbox with its list and the open mail.
#[derive(Debug, Clone, Serialize)]
pub struct MailboxView {
    /// Addresses that have got mail.
    pub addresses: Vec<String>,
    /// The open mailbox.
    pub address: String,
    /// Its mails, newest first.
    pub mails: Vec<MailLine>,
    /// The open mail.
    pub open: Option<OpenMail>,
}

/// A line of the list.
#[derive(Debug, Clone, Serialize)]
pub struct MailLine {
    /// Name of its file.
    pub key: String,
    /// Who wrote it, as its From says.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// Seconds since 1970.
    pub date: i64,
    /// It is the open one.
    pub open: bool,
}

/// An open mail.
#[derive(Debug, Clone, Serialize)]
pub struct OpenMail {
    /// Name of its file.
    pub key: String,
    /// Its subject.
    pub subject: String,
    /// Its text, block by block.
    pub blocks: Vec<Block>,
    /// What stands below the line of the footer.
    pub footer: Vec<String>,
    /// Names of its files.
    pub files: Vec<String>,
    /// What a mail program says of its seal.
    pub seal: Seal,
    /// It has an address for answers.
    pub answerable: bool,
}

/// A block of a text mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Lines of "name : value".
    Facts(Vec<(String, String)>),
    /// Running text; lines that were set in stay lines of their own.
    Text(Vec<String>),
}

/// The mailbox that is meant, else the first.
pub(super) fn view(post: &PostOffice, opened: &Opened) -> Result<MailboxView, PostOfficeError> {
    let addresses = post.addresses()?;
    let meant = [opened.kotak.as_str(), FIRST_MAILBOX];
    let found = meant.iter().find_map(|meant| addresses.iter().find(|one| one == meant));
    let address = found.or(addresses.first()).cloned().unwrap_or_default();
    let mails = if address.is_empty() { Vec::new() } else { post.mails(&address)? };
    let read: Vec<(&Letterbox, Mail)> = mails.iter().rev().filter_map(|one| Some((one, Mail::parse(&one.raw).ok()?))).collect();
    let chosen = read.iter().find(|(one, _)| one.key == opened.surel);
    // A letter before the receipts that follow it: it brings its file.
    let letter = || read.iter().find(|(_, mail)| is_answerable(mail) && mail.files().next().is_some());
    let chosen = chosen.or_else(letter).or_else(|| read.iter().find(|(_, mail)| is_answerable(mail))).or(read.first());
    let open_key = chosen.map(|(one, _)| one.key.clone());
    let line = |(one, mail): &(&Letterbox, Mail)| MailLine {
        key: one.key.clone(),
        from: mail.from.first().map(|from| from.name.clone()).unwrap_or_default(),
        subject: mail.subject.clone(),
        date: mail.date.map_or(0, jiff::Timestamp::as_second),
        open: open_key.as_deref() == Some(&one.key),
    };
    let lines = read.iter().map(line).collect();
    let open = chosen.map(|(one, mail)| open(&one.key, mail, post.seal(&one.raw)));
    Ok(MailboxView { addresses, address, mails: lines, open })
}

fn is_answerable(mail: &Mail) -> bool {
    mail.headers.text("reply-to").is_some()
}

fn open(key: &str, mail: &Mail, seal: Seal) -> OpenMail {
    // RFC 3676: the line of a signature is two dashes; kurir writes a longer rule.
    let (body, footer) = mail.text().split_once("\n-----\n").unwrap_or((mail.text(), ""));
    OpenMail {
        key: key.to_owned(),
        subject: mail.subject.clone(),
        blocks: blocks(body),
        footer: blocks(footer).into_iter().flat_map(Block::lines).collect(),
        files: mail.files().map(|file| file.name.clone()).collect(),
        seal,
        answerable: is_answerable(mail),
    }
}

/// A file of a mail by its place.
pub(super) fn file(mail: &Letterbox, place: usize) -> Option<(String, Vec<u8>)> {
    let mail = Mail::parse(&mail.raw).ok()?;
    let file = mail.files().nth(place)?;
    Some((file.name.clone(), file.bytes.clone()))
}

/// Cuts a text at its blank lines.
fn blocks(text: &str) -> Vec<Block> {
    text.split("\n\n").filter(|block| !block.trim().is_empty()).map(block).collect()
}

fn block(text: &str) -> Block {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    match facts(&lines) {
        Some(facts) if facts.len() > 1 => Block::Facts(facts),
        _ => Block::Text(unfolded(&lines)),
    }
}

/// What a folded value is set in by, at least; an empty form is set in by less.
const HANGING: &str = "        ";

/// The facts of a block that is nothing else; a line that was folded to the width of a mail belongs to the one above.
fn facts(lines: &[&str]) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (fact(line), found.last_mut()) {
            (Some(fact), _) => found.push(fact),
            (None, Some((_, value))) if !line.starts_with(' ') || line.starts_with(HANGING) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => return None,
        }
    }
    Some(found)
}

fn fact(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(" : ")?;
    let whole = !line.starts_with(' ') && name.chars().count() <= 20 && !value.trim().is_empty();
    whole.then(|| (name.trim().to_owned(), value.trim().to_owned()))
}

/// Joins what was folded to the width of a mail.
fn unfolded(lines: &[&str]) -> Vec<String> {
    let mut whole: Vec<String> = Vec::new();
    for line in lines {
        let set_in = line.starts_with(' ');
        match whole.last_mut() {
            Some(last) if !set_in && last.chars().count() > 40 => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => whole.push(line.trim_end().to_owned()),
        }
    }
    whole
}

impl Block {
    fn lines(self) -> Vec<String> {
        match self {
            Self::Text(lines) => lines,
            Self::Facts(facts) => facts.into_iter().map(|(name, value)| format!("{name}: {value}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_and_running_text_come_apart() {
        let text = "Nomor        : B/512\nHal          : Demam berdarah\n\nRingkasan: kasus naik di Lembahsari dan Karangsuji; mohon\n\
                    pemeriksaan jentik.\n\nContoh:\n  TL Kabid P2P\n  Arsip\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let long = "Ringkasan: kasus naik di Lembahsari dan Karangsuji; mohon pemeriksaan jentik.";
        assert_eq!(
            blocks(text),
            [
                Block::Facts(vec![pair("Nomor", "B/512"), pair("Hal", "Demam berdarah")]),
                Block::Text(vec![long.into()]),
                Block::Text(vec!["Contoh:".into(), "  TL Kabid P2P".into(), "  Arsip".into()]),
            ]
        );
    }

    #[test]
    fn a_folded_fact_stays_one() {
        let text = "Tindakan     : Disposisi\nKepada       : Kepala Bidang Pencegahan dan Pengendalian Penyakit, Kepala\nUPTD\n";
        let Some(Block::Facts(facts)) = blocks(text).pop() else { panic!("no facts") };
        assert_eq!(facts[1].1, "Kepala Bidang Pencegahan dan Pengendalian Penyakit, Kepala UPTD");
    }

    #[test]
    fn a_value_that_hangs_below_its_first_line_stays_one() {
        let text =
            "Kepada      : Kepala Bidang Pengendalian Penyakit, Kepala\n              UPTD Puskesmas\nInstruksi   : Periksa\n";
        let Some(Block::Facts(facts)) = blocks(text).pop() else { panic!("no facts") };
        assert_eq!(facts[0].1, "Kepala Bidang Pengendalian Penyakit, Kepala UPTD Puskesmas");
        assert_eq!(facts.len(), 2);
    }

    #[test]
    fn an_empty_form_is_no_list_of_facts() {
        let form = "  LEMBAR DISPOSISI\n  Diteruskan kepada :\n  Instruksi         :\n";
        assert!(matches!(blocks(form).as_slice(), [Block::Text(lines)] if lines.len() == 3));
    }
}
