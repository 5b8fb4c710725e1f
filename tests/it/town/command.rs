//! The administrator at the command line: the built binary against the installation of the town, at the town's time.

use super::Town;
use super::letters::pdf;
use kurir::domain::clock::Clock as _;
use kurir::runtime::clock::SystemClock;
use std::process::Command;

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Fails unless the command ended well.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// Fails unless the command found something wanting and said it in these words.
    #[track_caller]
    pub fn wanting(self, words: &[&str]) -> String {
        self.refused(1, words)
    }

    /// Fails unless the command ended with this code and said these words.
    #[track_caller]
    pub fn refused(self, code: i32, words: &[&str]) -> String {
        let said = format!("{}{}", self.out, self.err);
        assert_eq!(self.code, code, "{said}");
        for word in words {
            assert!(said.contains(word), "{word:?} is not said: {said}");
        }
        said
    }

    /// The answer of a `--json` command, line by line.
    #[track_caller]
    pub fn json(self) -> Vec<serde_json::Value> {
        let out = self.done();
        out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }
}

impl Town {
    /// Runs a command of the binary.
    pub fn kurir(&self, arguments: &[&str]) -> Said {
        let ahead = self.now().duration_since(SystemClock.now()).as_secs();
        std::fs::write(self.folder.join("clock"), ahead.to_string()).unwrap();
        let output = Command::new(crate::servers::kurir::BINARY)
            .arg("--config")
            .arg(self.folder.join("kurir.toml"))
            .args(arguments)
            .output()
            .expect("the binary runs");
        Said {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A file in the folder of the installation; its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// A letter form with a PDF beside it, as a clerk writes them; `more` may be anything further, `to` a TOML list.
    pub fn form(&self, id: &str, to: &str, more: &str) -> (String, String) {
        let text = format!(
            "id = \"{id}\"\nnumber = \"005/{id}/SETDA\"\ndate = 2026-12-07\nkind = \"official_letter\"\nclass = \"ordinary\"\n\
             subject = \"Rapat koordinasi banjir\"\nsender = \"SEKDA\"\nto = {to}\n{more}\n"
        );
        (self.file(&format!("{id}.toml"), text), self.file(&format!("{id}.pdf"), pdf(id)))
    }

    /// Submits such a form.
    pub fn submitted(&self, (form, pdf): &(String, String)) -> Said {
        self.kurir(&["letter", "submit", form, "--pdf", pdf])
    }
}
