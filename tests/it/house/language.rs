//! Code is English. What a person reads in Indonesian is a template, not a literal in the code.

use super::tokens::{Kind, pieces, without_quote_chars};
use super::{Source, none, sources};

/// Small words that nearly every Indonesian sentence has and no English one.
const SMALL_WORDS: [&str; 30] = [
    "adalah", "agar", "akan", "anda", "atau", "atas", "bahwa", "belum", "bisa", "dalam", "dan", "dari", "dengan", "harap", "ini",
    "itu", "kepada", "mohon", "oleh", "pada", "saya", "sebagai", "secara", "silakan", "sudah", "telah", "tidak", "untuk", "yang",
    "surat",
];

/// Where Indonesian is data the code reads, not words it says.
const EXCEPTIONS: [(&str, &str); 6] = [
    ("src/domain/instruction/", "the lexicon of what officials write"),
    ("src/domain/reply_text/", "quote marks and signatures of Indonesian mail clients"),
    ("src/channel/email/", "words of automatic replies and bounces, to be recognised"),
    ("src/domain/codes.rs", "titles of instructions and the names by which officials call them"),
    ("src/render/context/samples/", "the samples every template is rendered with at start"),
    ("src/demo/", "the invented town speaks as its officials do"),
];

/// Literals with two or more small words, outside tests and exceptions.
fn indonesian(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !EXCEPTIONS.iter().any(|(path, _)| file.path.starts_with(path))) {
        let text = without_quote_chars(file.product());
        for piece in pieces(&text).iter().filter(|piece| piece.kind == Kind::Literal) {
            let lower = piece.text.to_lowercase();
            let mut words: Vec<&str> = lower.split(|letter: char| !letter.is_alphabetic()).collect();
            words.retain(|word| SMALL_WORDS.contains(word));
            words.sort_unstable();
            words.dedup();
            if words.len() > 1 {
                found.push(format!("{}:{}: {}", file.path, piece.line, piece.text));
            }
        }
    }
    found
}

/// Printing is for the command line; everything else logs.
fn printing(files: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.path.starts_with("src/runtime/") && file.path != "src/main.rs") {
        let text = without_quote_chars(file.product());
        for piece in pieces(&text).iter().filter(|piece| piece.kind == Kind::Code && piece.text.contains("print")) {
            let calls = ["println!", "eprintln!", "print!", "eprint!"];
            if calls.iter().any(|call| piece.text.contains(call)) {
                found.push(format!("{}:{}: prints", file.path, piece.line));
            }
        }
    }
    found
}

#[test]
fn indonesian_stands_in_templates_not_in_code() {
    none("literals for a template", &indonesian(&sources("src", ".rs")));
}

#[test]
fn only_the_command_line_prints() {
    none("printing outside runtime", &printing(&sources("src", ".rs")));
}

#[test]
fn planted_sentences_and_prints_are_found() {
    let file = |path: &str, text: &str| [Source { path: path.to_owned(), text: text.to_owned() }];
    let sentence = "let a = '\"'; // dan untuk\nlet b = \"Surat tidak dapat dikirim\";\n#[cfg(test)]\nmod t {}";
    assert_eq!(indonesian(&file("src/flow/a.rs", sentence)), ["src/flow/a.rs:2: \"Surat tidak dapat dikirim\""]);
    assert_eq!(indonesian(&file("src/domain/instruction/a.rs", sentence)).len(), 0);
    assert_eq!(indonesian(&file("src/flow/a.rs", "let a = \"dan\"; let b = \"the letter is late\";")).len(), 0);
    assert_eq!(printing(&file("src/flow/a.rs", "fn a() {\n    println!(\"x\");\n}")).len(), 1);
    assert_eq!(printing(&file("src/runtime/a.rs", "println!(\"x\");")).len(), 0);
}
