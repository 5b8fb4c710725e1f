//! Heads of the chain of facts, kept in a folder beside the database: numbers and links that the sealer has seen.
//!
//! A chain whose last facts are deleted, or a database that is set back to an older copy, is whole in itself. Only somebody
//! who remembers a later head notices. Each head is marked with the key of the vault, so that a head is not made up without
//! it. Written without waiting for the disk: a head that a power cut loses is a head less, never a wrong one.

use super::files::hex;
use super::vault::Vault;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The newest head, replaced at every sealing.
const NEWEST: &str = "head";
/// Older ones, one a line: the last of each day, and those that the database no longer knows.
const KEPT: &str = "heads";

/// A place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of the fact, from 1.
    pub seq: i64,
    /// Its link, in hexadecimal.
    pub link: String,
    /// When it was sealed.
    pub at: Timestamp,
}

impl Head {
    /// The head that a sealing leaves.
    pub fn new(seq: i64, link: &[u8], at: Timestamp) -> Self {
        Self { seq, link: hex(link), at }
    }

    fn line(&self, vault: &Vault) -> String {
        let words = self.to_string();
        let mark = vault.mark(&words);
        format!("{words} {mark}\n")
    }

    fn read(line: &str, vault: &Vault) -> Option<Self> {
        let (words, mark) = line.rsplit_once(' ')?;
        if vault.mark(words) != mark {
            return None;
        }
        let mut parts = words.split(' ');
        let head = Self { seq: parts.next()?.parse().ok()?, link: parts.next()?.to_owned(), at: parts.next()?.parse().ok()? };
        parts.next().is_none().then_some(head)
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.seq, self.link, self.at)
    }
}

/// The heads that are remembered.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Those whose mark is ours.
    pub heads: Vec<Head>,
    /// File and line of what bears no mark of ours.
    pub strange: Option<(&'static str, usize)>,
}

/// The folder.
#[derive(Debug)]
pub struct Heads {
    folder: PathBuf,
}

impl Heads {
    /// Opens the folder, and makes it at the first start.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The newest head; none before the first sealing, and where it cannot be read.
    pub fn newest(&self, vault: &Vault) -> Option<Head> {
        let text = fs::read_to_string(self.folder.join(NEWEST)).ok()?;
        Head::read(text.trim_end(), vault)
    }

    /// Remembers a head as the newest one. The one before is kept as well if it was the last of its day, or if it bears no
    /// mark of ours: what somebody else put there stays to be seen.
    pub fn remember(&self, head: &Head, vault: &Vault) -> io::Result<()> {
        let day = |head: &Head| TimeZone::UTC.to_datetime(head.at).date();
        let before = fs::read_to_string(self.folder.join(NEWEST)).unwrap_or_default();
        match Head::read(before.trim_end(), vault) {
            Some(before) if day(&before) == day(head) => {}
            None if before.is_empty() => {}
            _ => self.append(&format!("{}\n", before.trim_end()))?,
        }
        let fresh = self.folder.join("head.new");
        File::create(&fresh)?.write_all(head.line(vault).as_bytes())?;
        fs::rename(fresh, self.folder.join(NEWEST))
    }

    /// Keeps a head for good.
    pub fn keep(&self, head: &Head, vault: &Vault) -> io::Result<()> {
        self.append(&head.line(vault))
    }

    fn append(&self, line: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(self.folder.join(KEPT))?;
        file.write_all(line.as_bytes())
    }

    /// Everything that is remembered, the newest last.
    pub fn all(&self, vault: &Vault) -> io::Result<Remembered> {
        let mut found = Remembered::default();
        for name in [KEPT, NEWEST] {
            let text = match fs::read_to_string(self.folder.join(name)) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                other => other?,
            };
            for (place, line) in text.lines().enumerate() {
                match Head::read(line, vault) {
                    Some(head) => found.heads.push(head),
                    None => found.strange = found.strange.or(Some((name, place + 1))),
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_and_the_last_of_each_day_are_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("vault.key"), |bytes| bytes.fill(7)).unwrap();
        let heads = Heads::open(&folder.path().join("chain")).unwrap();
        assert_eq!(heads.all(&vault).unwrap(), Remembered::default());
        for (seq, time) in [(1, "2026-12-07T01:00:00Z"), (2, "2026-12-07T09:00:00Z"), (5, "2026-12-08T01:00:00Z")] {
            heads.remember(&Head::new(seq, &[1; 32], at(time)), &vault).unwrap();
        }
        let seqs: Vec<i64> = heads.all(&vault).unwrap().heads.iter().map(|head| head.seq).collect();
        assert_eq!(seqs, [2, 5]);
        assert_eq!(heads.newest(&vault).unwrap().seq, 5);
    }

    #[test]
    fn a_foreign_head_does_not_go_away_with_the_next_sealing() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("vault.key"), |bytes| bytes.fill(7)).unwrap();
        let heads = Heads::open(&folder.path().join("chain")).unwrap();
        fs::write(folder.path().join("chain/head"), "7 made up").unwrap();
        heads.remember(&Head::new(8, &[1; 32], at("2026-12-07T01:00:00Z")), &vault).unwrap();
        let found = heads.all(&vault).unwrap();
        assert_eq!((found.heads.len(), found.strange), (1, Some(("heads", 1))));
    }

    #[test]
    fn a_line_without_our_mark_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("vault.key"), |bytes| bytes.fill(7)).unwrap();
        let heads = Heads::open(&folder.path().join("chain")).unwrap();
        let file = folder.path().join("chain/heads");
        heads.keep(&Head::new(1, &[1; 32], at("2026-12-07T01:00:00Z")), &vault).unwrap();
        let honest = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{honest}{}", honest.replacen('1', "3", 1))).unwrap();
        let found = heads.all(&vault).unwrap();
        assert_eq!((found.heads.len(), found.strange), (1, Some(("heads", 2))));
    }
}
