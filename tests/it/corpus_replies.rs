//! Real and invented replies against the reader: what the person wrote, and what he ordered.

use std::path::{Path, PathBuf};

/// A folder of the corpora. Where there is none the test says so and goes on; with `CI` set that is a failure.
pub fn corpus(variable: &str, beside: &str, name: &str) -> Option<PathBuf> {
    let root = std::env::var(variable).map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join(beside), PathBuf::from);
    let found = [root.join(name), Path::new(env!("CARGO_MANIFEST_DIR")).join("../").join(beside).join(name)].into_iter().find(|path| path.is_dir());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is missing: set {variable}");
        eprintln!("{name} is missing, nothing checked: set {variable}");
    }
    found
}

/// White space and invisible characters folded, as the corpora are judged.
pub fn fold(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{2063}' | '\u{feff}')).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

mod reply_trimmer {
    use super::{corpus, fold};
    use kurir::domain::reply_text::ReplyText;

    #[test]
    fn replies_of_foreign_clients_are_cut_as_their_suite_expects() {
        let Some(folder) = corpus("KURIR_CORPORA", "../shared/corpora", "reply-trimmer") else { return };
        let (mut right, mut all, mut missed) = (0, 0, Vec::new());
        for entry in std::fs::read_dir(folder.join("emails")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Ok(expected) = std::fs::read_to_string(folder.join("trimmed").join(&name)) else { continue };
            let text = std::fs::read_to_string(&path).unwrap();
            let got = ReplyText::of(&text).visible(&text);
            all += 1;
            if fold(&got) == fold(&expected) { right += 1 } else { missed.push(format!("{name}\n--- got\n{got}\n--- expected\n{expected}\n")) }
        }
        eprintln!("reply-trimmer {right}/{all}\n{}", missed.join("\n"));
        assert!(right * 100 >= all * 90, "{right} of {all}\n{}", missed.join("\n"));
    }
}
