//! Rust source cut into code, comments and string literals, well enough for rules about words.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Code,
    Comment,
    Literal,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub line: usize,
}

/// The pieces in order; together they are the text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found: Vec<Piece<'_>> = Vec::new();
    let (mut rest, mut line, mut code) = (text, 1, 0);
    while code < rest.len() {
        let Some((kind, length)) = opening(&rest[code..]) else {
            code += rest[code..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        for (kind, text) in [(Kind::Code, &rest[..code]), (kind, &rest[code..code + length])] {
            found.push(Piece { kind, text, line });
            line += text.matches('\n').count();
        }
        rest = &rest[code + length..];
        code = 0;
    }
    found.push(Piece { kind: Kind::Code, text: rest, line });
    found
}

/// Whether a comment or literal starts here, and how long it is.
fn opening(text: &str) -> Option<(Kind, usize)> {
    let until = |end: &str, skip: usize| text[skip..].find(end).map_or(text.len(), |at| skip + at + end.len());
    if text.starts_with("//") {
        return Some((Kind::Comment, text.find('\n').unwrap_or(text.len())));
    }
    if text.starts_with("/*") {
        return Some((Kind::Comment, until("*/", 2)));
    }
    if text.starts_with('"') {
        return Some((Kind::Literal, quoted(text)));
    }
    let hashes = text.strip_prefix('r')?.chars().take_while(|letter| *letter == '#').count();
    let raw = text[1 + hashes..].starts_with('"');
    raw.then(|| (Kind::Literal, until(&format!("\"{}", "#".repeat(hashes)), 2 + hashes)))
}

/// The length of a literal in plain quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Character literals of a quote would open a string that never ends.
pub fn without_quote_chars(text: &str) -> String {
    text.replace("'\"'", "'q'").replace("'\\\"'", "'q'").replace("b'\"'", "b'q'")
}

#[test]
fn comments_code_and_literals_are_told_apart() {
    let text = "let a = \"x // \\\" y\"; // b \"c\"\nfor r in r#\"d \"e\" \"# {}";
    let found: Vec<(Kind, &str)> = pieces(text).iter().map(|piece| (piece.kind, piece.text)).collect();
    let expected = [
        (Kind::Code, "let a = "),
        (Kind::Literal, "\"x // \\\" y\""),
        (Kind::Code, "; "),
        (Kind::Comment, "// b \"c\""),
        (Kind::Code, "\nfor r in "),
        (Kind::Literal, "r#\"d \"e\" \"#"),
        (Kind::Code, " {}"),
    ];
    assert_eq!(found, expected);
    assert_eq!(pieces("a\n\"b\"")[1].line, 2);
}
