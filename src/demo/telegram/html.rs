//! Telegram's HTML as Telegram reads it: the tags it knows, closed in order, with its own words for what is wrong.
//! Written apart from the door's own counting, so that the two check each other.

use serde::Serialize;

/// A stretch of text that looks different. Offsets are in UTF-16 units, as everywhere in the Bot API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// `bold`, `italic` ...
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins.
    pub offset: usize,
    /// How long it is.
    pub length: usize,
    /// Where a link leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

struct Open {
    tag: String,
    kind: &'static str,
    at: usize,
    url: Option<String>,
}

/// Reads a text; an error is what Telegram says after `can't parse entities: `.
pub(super) fn read(html: &str) -> Result<(String, Vec<Entity>), String> {
    let mut reader = Reader { html, at: 0, text: String::new(), length: 0, open: Vec::new(), entities: Vec::new() };
    while let Some(c) = reader.rest().chars().next() {
        match c {
            '<' if reader.rest().starts_with("</") => reader.end_tag()?,
            '<' => reader.start_tag()?,
            '&' => reader.entity(),
            c => reader.take(c, c.len_utf8()),
        }
    }
    match reader.open.last() {
        Some(open) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag)),
        None => Ok(trimmed(reader.text, reader.entities)),
    }
}

struct Reader<'a> {
    html: &'a str,
    at: usize,
    text: String,
    length: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, c: char, bytes: usize) {
        self.text.push(c);
        self.length += c.len_utf16();
        self.at += bytes;
    }

    /// `&lt;`, `&#39;` ...; what is none of them stays as it stands.
    fn entity(&mut self) {
        let found = self.rest().find(';').filter(|end| *end <= 10);
        let name = found.and_then(|end| self.rest().get(1..end)).unwrap_or_default();
        let c = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            _ => name.strip_prefix('#').and_then(number),
        };
        match c {
            Some(c) => self.take(c, name.len() + 2),
            None => self.take('&', 1),
        }
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(end) = self.rest().find('>') else {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        };
        let inner = self.rest().get(1..end).unwrap_or_default();
        let (tag, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let tag = tag.to_lowercase();
        let kind = kind(&tag).ok_or_else(|| format!("Unsupported start tag \"{tag}\" at byte offset {begin}"))?;
        let url = (tag == "a").then(|| attribute(attributes, "href")).flatten();
        self.open.push(Open { tag, kind, at: self.length, url });
        self.at += end + 1;
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(end) = self.rest().find('>') else {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        };
        let tag = self.rest().get(2..end).unwrap_or_default().trim().to_lowercase();
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        if !tag.is_empty() && open.tag != tag {
            return Err(format!("Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{tag}>\"", open.tag));
        }
        let length = self.length - open.at;
        if length > 0 && (open.kind != "text_link" || open.url.is_some()) {
            self.entities.push(Entity { kind: open.kind.to_owned(), offset: open.at, length, url: open.url });
        }
        self.at += end + 1;
        Ok(())
    }
}

fn kind(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "code" => "code",
        "pre" => "pre",
        "a" => "text_link",
        "blockquote" => "blockquote",
        "tg-spoiler" => "spoiler",
        _ => return None,
    })
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let rest = attributes.trim().strip_prefix(name)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest.get(1..)?.split(quote).next()?;
    Some(value.replace("&amp;", "&"))
}

fn number(text: &str) -> Option<char> {
    let code = match text.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => text.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c != '\0')
}

/// Telegram takes white space off both ends; what looked different moves along.
fn trimmed(text: String, mut entities: Vec<Entity>) -> (String, Vec<Entity>) {
    let kept = text.trim();
    if kept.len() == text.len() {
        entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
        return (text, entities);
    }
    let head: usize = text.chars().take_while(|c| c.is_whitespace()).map(char::len_utf16).sum();
    let length = kept.encode_utf16().count();
    for entity in &mut entities {
        let end = (entity.offset + entity.length).saturating_sub(head).min(length);
        entity.offset = entity.offset.saturating_sub(head).min(length);
        entity.length = end - entity.offset;
    }
    entities.retain(|entity| entity.length > 0);
    (kept.to_owned(), entities)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_entities_come_apart() {
        let (text, entities) = read(" <b>Hal: <i>A &amp; 😀</i></b>\n<a href=\"https://x.example/?a&amp;b\">buka</a> ").unwrap();
        assert_eq!(text, "Hal: A & 😀\nbuka");
        let found: Vec<_> = entities.iter().map(|e| (e.kind.as_str(), e.offset, e.length)).collect();
        assert!(found.contains(&("bold", 0, 11)) && found.contains(&("italic", 5, 6)), "{found:?}");
        assert!(entities.iter().any(|e| e.url.as_deref() == Some("https://x.example/?a&b")));
    }

    #[test]
    fn what_is_wrong_is_said_in_telegrams_words() {
        for (html, words) in [
            ("<h1>x</h1>", "Unsupported start tag \"h1\" at byte offset 0"),
            ("a <b>x", "Can't find end tag corresponding to start tag \"b\""),
            ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("3 < 4", "Unclosed start tag at byte offset 2"),
        ] {
            assert_eq!(read(html).unwrap_err(), words);
        }
    }

    #[test]
    fn the_door_and_the_phone_count_alike() {
        for html in ["<b>Hal</b> &lt;x&gt;", "R & D", "😀 &#39;", "<a href=\"https://x.example\">y</a>", "&copy;"] {
            let (text, _) = read(html).unwrap();
            assert_eq!(text.encode_utf16().count(), crate::channel::telegram::html::visible_length(html), "{html}");
        }
    }
}
