//! Tags of HTML, cut from the text one by one, and what the programs that wrote them mean by their classes and ids.

/// A piece of HTML.
pub(super) enum Token<'a> {
    /// Text with entities.
    Text(&'a str),
    /// A tag.
    Tag(Tag<'a>),
}

/// A tag.
pub(super) struct Tag<'a> {
    /// Name in lower case.
    pub(super) name: String,
    /// `</...>`.
    pub(super) closing: bool,
    /// What stands between the name and `>`.
    attributes: &'a str,
}

/// The pieces of a text of HTML. Comments, scripts, styles and titles are left out.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// Skips to behind `end`; without it to the end of all, so that an open comment is looked for once only.
    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, after)| after);
    }

    fn skip_element(&mut self, name: &str) {
        let mut rest = self.rest;
        while let Some((_, after)) = rest.split_once("</") {
            if after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                self.rest = after.split_once('>').map_or("", |(_, after)| after);
                return;
            }
            rest = after;
        }
        self.rest = "";
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(after) = self.rest.strip_prefix('<') else {
                let at = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Token::Text(text));
            };
            if after.starts_with("!--") {
                self.skip_past("-->");
                continue;
            }
            let body = after.strip_prefix('/').unwrap_or(after);
            match body.chars().next() {
                Some(c) if c.is_ascii_alphabetic() => {}
                Some('!' | '?') => {
                    self.skip_past(">");
                    continue;
                }
                _ => {
                    // A lone `<` is text.
                    let (text, rest) = self.rest.split_at(1);
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            }
            let closing = body.len() < after.len();
            let end = tag_end(body);
            let inner = body.get(..end).unwrap_or(body);
            self.rest = body.get(end..).and_then(|rest| rest.strip_prefix('>')).unwrap_or_default();
            let name_end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
            let (name, attributes) = inner.split_at(name_end);
            let name = name.to_ascii_lowercase();
            if !closing && matches!(name.as_str(), "script" | "style" | "title") {
                self.skip_element(&name);
                continue;
            }
            return Some(Token::Tag(Tag { name, closing, attributes }));
        }
    }
}

/// Where the `>` of a tag stands: outside quotes, if such a one is near; else the next one.
fn tag_end(body: &str) -> usize {
    let mut quote = None;
    for (at, c) in body.char_indices().take(8_000) {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    body.find('>').unwrap_or(body.len())
}

impl Tag<'_> {
    /// Value of an attribute in lower case; empty where there is none.
    fn attribute(&self, name: &str) -> String {
        let lower = self.attributes.to_ascii_lowercase();
        let mut rest = lower.as_str();
        while let Some((before, after)) = rest.split_once(name) {
            rest = after;
            let starts = before.is_empty() || before.ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/'));
            let Some(value) = after.trim_start().strip_prefix('=').filter(|_| starts) else { continue };
            let value = value.trim_start();
            let found = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value.split(quote).nth(1),
                _ => value.split(|c: char| c.is_whitespace()).next(),
            };
            return found.unwrap_or_default().to_owned();
        }
        String::new()
    }
}

/// What a tag means to whoever reads a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    None,
    /// The element is a quote.
    Quote,
    /// Everything from here on is a quote.
    RestIsQuote,
    /// The element is a signature.
    Signature,
}

/// Elements without content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "input" | "meta" | "link" | "area" | "base" | "col" | "embed" | "source" | "wbr")
}

/// Cut points of the clients (as talon, quotequail and Discourse know them): Gmail, Outlook, Apple, Thunderbird, Yahoo,
/// Zimbra, Proton, Roundcube.
pub(super) fn mark(tag: &Tag<'_>) -> Mark {
    if tag.name == "blockquote" {
        return Mark::Quote;
    }
    if tag.attributes.is_empty() {
        return Mark::None;
    }
    let (class, id) = (tag.attribute("class"), tag.attribute("id"));
    let has = |names: &[&str]| class.split_whitespace().any(|one| names.contains(&one));
    if has(&["gmail_attr", "moz-cite-prefix", "protonmail_quote", "yahoo_quoted", "tutanota_quote", "zmail_extra"])
        || id == "reply-intro"
        || id.starts_with("yahoo_quoted")
    {
        return Mark::Quote;
    }
    let outlook_rule = tag.name == "div" && {
        let style: String = tag.attribute("style").split_whitespace().collect();
        style.starts_with("border:none;border-top:solid") || style.contains("border-right:mediumnone;border-left:mediumnone")
    };
    if outlook_rule
        || matches!(id.as_str(), "divrplyfwdmsg" | "x_divrplyfwdmsg" | "appendonsend" | "x_appendonsend" | "zwchr" | "replysplit")
        || id.ends_with("mail-editor-reference-message-container")
        || tag.attribute("data-marker") == "__divider__"
    {
        return Mark::RestIsQuote;
    }
    if has(&["gmail_signature", "moz-signature", "protonmail_signature_block"])
        || matches!(id.as_str(), "signature" | "composer_signature" | "ms-outlook-mobile-signature" | "applemailsignature")
    {
        return Mark::Signature;
    }
    Mark::None
}
