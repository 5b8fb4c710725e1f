//! The grammar of Authentication-Results (RFC 8601 2.2), strict: what does not fit is no result at all.
//!
//! A header value enters, the server name and its results leave. Comments are dropped, quoted strings opened; nothing here
//! says whether any of it is to be believed.

/// One method's result with its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodResult {
    /// "dmarc", "spf", ... in lower case.
    pub method: String,
    /// "pass", "fail", ... in lower case.
    pub result: String,
    /// (`ptype.property` in lower case, value as it stood).
    pub properties: Vec<(String, String)>,
}

impl MethodResult {
    /// The only value of a property; `None` where there is none or more than one.
    pub fn property(&self, name: &str) -> Option<&str> {
        let mut values = self.properties.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }
}

/// A header that fits the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthResults {
    /// Name of the server that wrote it, as it stood.
    pub server: String,
    /// Its results; empty for "none".
    pub results: Vec<MethodResult>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Lexeme {
    Word(String),
    Sign(char),
}

/// The server name at the head of a value, even where the rest does not fit the grammar.
pub fn server(value: &str) -> Option<String> {
    let mut chars = value.chars().peekable();
    match next(&mut chars)? {
        Some(Lexeme::Word(word)) => Some(word),
        _ => None,
    }
}

/// Reads a value.
pub fn parse(value: &str) -> Option<AuthResults> {
    let mut chars = value.chars().peekable();
    let mut all = Vec::new();
    while let Some(lexeme) = next(&mut chars)? {
        all.push(lexeme);
    }
    let mut groups = all.split(|lexeme| *lexeme == Lexeme::Sign(';'));
    let server = match groups.next()? {
        [Lexeme::Word(server)] => server.clone(),
        [Lexeme::Word(server), Lexeme::Word(version)] if version.bytes().all(|b| b.is_ascii_digit()) => server.clone(),
        _ => return None,
    };
    let groups: Vec<&[Lexeme]> = groups.filter(|group| !group.is_empty()).collect();
    if let [[Lexeme::Word(none)]] = groups.as_slice()
        && none.eq_ignore_ascii_case("none")
    {
        return Some(AuthResults { server, results: Vec::new() });
    }
    let results = groups.into_iter().map(method_result).collect::<Option<Vec<_>>>()?;
    Some(AuthResults { server, results })
}

/// `method[/version] = result [reason = value] *(ptype.property = value)`
fn method_result(group: &[Lexeme]) -> Option<MethodResult> {
    let (Lexeme::Word(method), rest) = group.split_first()? else { return None };
    // A version may follow the name: `dmarc/1`.
    let method = method.split('/').next().unwrap_or_default();
    let [Lexeme::Sign('='), Lexeme::Word(result), rest @ ..] = rest else { return None };
    let mut properties = Vec::new();
    let mut rest = rest;
    while let Some((first, _)) = rest.split_first() {
        let (Lexeme::Word(name), [_, Lexeme::Sign('='), after @ ..]) = (first, rest) else { return None };
        // A property may be empty: submission with a null envelope sender ends with `smtp.mailfrom=`.
        let (value, after) = match after {
            [Lexeme::Word(_), Lexeme::Sign('='), ..] | [] => (String::new(), after),
            [Lexeme::Word(value), after @ ..] => (value.clone(), after),
            _ => return None,
        };
        properties.push((name.to_ascii_lowercase(), value));
        rest = after;
    }
    Some(MethodResult { method: method.to_ascii_lowercase(), result: result.to_ascii_lowercase(), properties })
}

/// The next lexeme; `Some(None)` at the end, `None` where the text does not fit.
#[expect(clippy::option_option, reason = "the end of a text that fits is not the same as a text that does not fit")]
fn next(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Option<Lexeme>> {
    loop {
        let Some(first) = chars.next() else { return Some(None) };
        match first {
            c if c.is_ascii_whitespace() => {}
            '(' => comment(chars)?,
            ';' | '=' => return Some(Some(Lexeme::Sign(first))),
            c if c.is_control() || matches!(c, ')' | '\\') => return None,
            c => return word(c, chars).map(Lexeme::Word).map(Some),
        }
    }
}

/// A word: letters and quoted pieces without a blank between them, as in `"john doe"@example.org`.
fn word(first: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let mut word = String::new();
    let mut c = first;
    loop {
        match c {
            '"' => word.push_str(&quoted(chars)?),
            c => word.push(c),
        }
        match chars.next_if(|c| !(c.is_whitespace() || matches!(c, ';' | '=' | '(' | ')' | '\\'))) {
            Some(more) => c = more,
            None => return Some(word),
        }
    }
}

fn comment(chars: &mut impl Iterator<Item = char>) -> Option<()> {
    let mut depth = 1_u32;
    while depth > 0 {
        match chars.next()? {
            '\\' => {
                chars.next()?;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    Some(())
}

fn quoted(chars: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut word = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(word),
            '\\' => word.push(chars.next()?),
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_real_borders_fit() {
        let rspamd = "mx.example;\r\n\tdkim=pass header.d=good.example header.s=s1 header.b=Zn/E+FjmL;\r\n\tspf=pass (mx.example: domain of a@good.example designates 192.0.2.10 as permitted sender) smtp.mailfrom=a@good.example;\r\n\tdmarc=pass (policy=reject) header.from=good.example";
        let read = parse(rspamd).unwrap();
        assert_eq!((read.server.as_str(), read.results.len()), ("mx.example", 3));
        assert_eq!(read.results[2].property("header.from"), Some("good.example"));
        let failed =
            parse("mx.example; dmarc=fail reason=\"No valid SPF, No valid DKIM\" header.from=x.example (policy=reject)").unwrap();
        assert_eq!(failed.results[0].property("reason"), Some("No valid SPF, No valid DKIM"));
        let submission = parse("sub.example 1; auth=pass smtp.auth=a@x.example smtp.mailfrom=").unwrap();
        assert_eq!(submission.results[0].property("smtp.mailfrom"), Some(""));
        assert_eq!(parse("mx.example; none").unwrap().results, []);
    }

    #[test]
    fn what_does_not_fit_is_no_result() {
        for bad in
            ["", "; dmarc=pass", "mx.example; dmarc", "mx.example; dmarc=pass (open", "mx.example; =pass", "mx.example; a=b c"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(server(" (note) mx.example; dmarc=pass (open").as_deref(), Some("mx.example"));
    }
}
