//! A Maildir (the practice room's post office, and offices whose server delivers to a folder).
//!
//! Raw mails enter and leave as files. A mail's name is its key: unique, and never changed until the caller has committed
//! what it says. Nothing here is async: call it where blocking is allowed.

use super::inbox::{RawMail, Shelf};
use crate::domain::limits::MAIL_BYTES;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What goes wrong in a Maildir.
#[derive(Debug, thiserror::Error)]
pub enum MaildirError {
    /// A name with a folder, a colon or a control character in it, or an empty or hidden one.
    #[error("not a name of a mail file")]
    BadName,
    /// A mail of that name lies there already.
    #[error("a mail of that name lies there already")]
    Exists,
    /// The mail is gone.
    #[error("the mail is no longer there")]
    Gone,
    /// The disk refuses.
    #[error("{step}: {source}")]
    Disk {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

fn disk(step: &'static str) -> impl FnOnce(io::Error) -> MaildirError {
    move |source| match source.kind() {
        io::ErrorKind::NotFound => MaildirError::Gone,
        io::ErrorKind::AlreadyExists => MaildirError::Exists,
        _ => MaildirError::Disk { step, source },
    }
}

/// A Maildir.
#[derive(Debug, Clone)]
pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    /// Opens it, and makes what is missing of it.
    pub fn open(root: &Path) -> Result<Self, MaildirError> {
        let maildir = Self { root: root.to_owned() };
        maildir.make(root)?;
        Ok(maildir)
    }

    #[expect(clippy::unused_self, reason = "a folder is made only for a Maildir that is there")]
    fn make(&self, root: &Path) -> Result<(), MaildirError> {
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(root.join(folder)).map_err(|source| MaildirError::Disk { step: "make the mailbox", source })?;
        }
        Ok(())
    }

    /// Keys of the mails that nobody has taken yet, oldest name first, at most `most`.
    pub fn list_new(&self, most: usize) -> Result<Vec<String>, MaildirError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.root.join("new")).map_err(disk("list the mailbox"))? {
            let entry = entry.map_err(disk("list the mailbox"))?;
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if let (true, Ok(name)) = (is_file, entry.file_name().into_string())
                && good_name(&name)
            {
                names.push(name);
            }
        }
        names.sort();
        names.truncate(most);
        Ok(names)
    }

    /// The bytes of a mail.
    pub fn read(&self, key: &str) -> Result<RawMail, MaildirError> {
        let file = File::open(self.path_of(key)?).map_err(disk("open the mail"))?;
        let size = file.metadata().map_err(disk("open the mail"))?.len();
        let take = if size > MAIL_BYTES { RawMail::HEAD as u64 } else { MAIL_BYTES };
        let mut bytes = Vec::new();
        file.take(take).read_to_end(&mut bytes).map_err(disk("read the mail"))?;
        Ok(if size > MAIL_BYTES { RawMail::Head { bytes, size } } else { RawMail::Whole(bytes) })
    }

    /// Puts a committed mail away: into `cur`, seen, or into the folder of the failed. A mail that is there already, or is
    /// gone, was put away before: that is no fault.
    pub fn put_away(&self, key: &str, to: Shelf) -> Result<(), MaildirError> {
        self.put_away_all(&[(key, to)])
    }

    /// The same for many, synced once. What a power cut undoes lies in `new` again and is known by its key.
    pub fn put_away_all(&self, mails: &[(&str, Shelf)]) -> Result<(), MaildirError> {
        let mut targets = Vec::new();
        for (key, to) in mails {
            let target = self.move_away(key, *to)?;
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets.iter().try_for_each(|target| sync(&target.join("cur")))?;
        sync(&self.root.join("new"))
    }

    /// Moves one file; says into which Maildir.
    fn move_away(&self, key: &str, to: Shelf) -> Result<PathBuf, MaildirError> {
        let from = self.path_of(key)?;
        let target = match to {
            Shelf::Processed => self.root.clone(),
            Shelf::Failed => self.root.join(".Failed"),
        };
        if to == Shelf::Failed {
            self.make(&target)?;
        }
        let base = key.split(":2,").next().unwrap_or(key);
        match fs::rename(&from, target.join("cur").join(format!("{base}:2,S"))) {
            Ok(()) => Ok(target),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(target),
            Err(source) => Err(MaildirError::Disk { step: "put the mail away", source }),
        }
    }

    /// Delivers a mail durably under a name that the caller made unique.
    pub fn deliver(&self, key: &str, raw: &[u8]) -> Result<(), MaildirError> {
        if !good_name(key) {
            return Err(MaildirError::BadName);
        }
        let waiting = self.root.join("tmp").join(key);
        let mut file = File::create(&waiting).map_err(disk("deliver the mail"))?;
        file.write_all(raw).and_then(|()| file.sync_all()).map_err(disk("deliver the mail"))?;
        // A link does not replace what is there; a rename would.
        let linked = fs::hard_link(&waiting, self.root.join("new").join(key)).map_err(disk("deliver the mail"));
        fs::remove_file(&waiting).map_err(disk("deliver the mail"))?;
        linked?;
        sync(&self.root.join("new"))
    }

    fn path_of(&self, key: &str) -> Result<PathBuf, MaildirError> {
        if good_name(key) { Ok(self.root.join("new").join(key)) } else { Err(MaildirError::BadName) }
    }
}

fn sync(folder: &Path) -> Result<(), MaildirError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| MaildirError::Disk { step: "sync the mailbox", source })
}

fn good_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 200
        && !name.starts_with('.')
        && !name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_delivered_read_and_put_away_once() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(folder.path()).unwrap();
        maildir.deliver("2.a", b"Subject: dua\r\n\r\n").unwrap();
        maildir.deliver("1.a", b"Subject: satu\r\n\r\n").unwrap();
        assert!(matches!(maildir.deliver("1.a", b"other"), Err(MaildirError::Exists)));
        assert_eq!(maildir.list_new(10).unwrap(), ["1.a", "2.a"]);
        assert_eq!(maildir.list_new(1).unwrap(), ["1.a"]);
        assert_eq!(maildir.read("1.a").unwrap(), RawMail::Whole(b"Subject: satu\r\n\r\n".to_vec()));
        maildir.put_away("1.a", Shelf::Processed).unwrap();
        maildir.put_away("1.a", Shelf::Processed).unwrap();
        maildir.put_away("2.a", Shelf::Failed).unwrap();
        assert!(maildir.list_new(10).unwrap().is_empty());
        assert!(folder.path().join("cur/1.a:2,S").is_file() && folder.path().join(".Failed/cur/2.a:2,S").is_file());
        assert!(matches!(maildir.read("1.a"), Err(MaildirError::Gone)));
        assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn names_stay_in_the_mailbox_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(folder.path()).unwrap();
        for name in ["", "../x", ".hidden", "a/b", "a\nb"] {
            assert!(matches!(maildir.deliver(name, b""), Err(MaildirError::BadName)), "{name:?}");
            assert!(matches!(maildir.read(name), Err(MaildirError::BadName)), "{name:?}");
        }
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("new/link")).unwrap();
        assert!(maildir.list_new(10).unwrap().is_empty());
    }

    #[test]
    fn a_mail_over_the_limit_gives_its_head() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(folder.path()).unwrap();
        let file = File::create(folder.path().join("new/big")).unwrap();
        file.set_len(MAIL_BYTES + 1).unwrap();
        let read = maildir.read("big").unwrap();
        assert!(!read.is_whole());
        assert_eq!(read.bytes().len(), RawMail::HEAD);
    }
}
