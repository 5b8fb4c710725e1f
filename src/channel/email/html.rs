//! HTML of a mail to text, in one pass and linear time.
//!
//! HTML enters, text leaves: quotes that the client marked begin with `> `, a marked signature stands below `-- `. No tree
//! is built, so neither depth nor unclosed formatting can blow up; no reference is ever followed.

use super::html_tags::{Mark, Tag, Token, Tokens, is_void, mark};
use crate::domain::limits::{HTML_BYTES, HTML_DEPTH};
use mail_parser::decoders::html::add_html_token;
use std::collections::HashSet;

/// What a text of HTML became.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text, LF line ends.
    pub text: String,
    /// True where only the head of the HTML was looked at.
    pub cut: bool,
}

/// Renders HTML as text.
pub fn to_text(html: &str) -> Rendered {
    let head = html.get(..html.floor_char_boundary(HTML_BYTES)).unwrap_or(html);
    let mut page = Page::default();
    for token in Tokens::new(head) {
        match token {
            Token::Text(text) => page.text(text),
            Token::Tag(tag) if tag.closing => page.close(&tag),
            Token::Tag(tag) => page.open(&tag),
        }
    }
    page.break_line();
    Rendered { text: page.out.trim_end().to_owned() + "\n", cut: head.len() < html.len() || page.too_deep }
}

/// The content ids that HTML shows by `cid:`, in lower case.
pub fn shown_ids(html: &str) -> HashSet<String> {
    let lower = html.to_ascii_lowercase();
    lower
        .split("cid:")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '\'', ' ', '>', ')', '&']).next())
        .map(|id| id.replace("%40", "@"))
        .collect()
}

struct Open {
    name: String,
    quotes: bool,
}

#[derive(Default)]
struct Page {
    out: String,
    line: String,
    open: Vec<Open>,
    depth: usize,
    last_depth: usize,
    /// Everything below this point is quoted, whatever closes: some clients put a bare mark in front of the quote.
    rest_is_quote: bool,
    preformatted: usize,
    layout: Layout,
    too_deep: bool,
}

/// White space that is owed until something follows it.
#[derive(Default)]
struct Layout {
    blank_line: bool,
    space: bool,
}

impl Page {
    fn quote_depth(&self) -> usize {
        self.depth + usize::from(self.rest_is_quote)
    }

    fn text(&mut self, text: &str) {
        let decoded = entities(text);
        if self.preformatted > 0 {
            for (number, piece) in decoded.split('\n').enumerate() {
                if number > 0 {
                    self.end_line();
                }
                self.line.push_str(piece.trim_end_matches('\r'));
            }
            return;
        }
        for c in decoded.chars() {
            // A no-break space is kept apart from layout: it is text.
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                self.layout.space = true;
                continue;
            }
            if std::mem::take(&mut self.layout.space) && !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
            self.line.push(if c == '\u{a0}' { ' ' } else { c });
        }
    }

    /// Ends the line even if it is empty, as `<br>` does.
    fn end_line(&mut self) {
        self.layout.space = false;
        let content = std::mem::take(&mut self.line);
        let content = content.trim_end();
        let owed = std::mem::take(&mut self.layout.blank_line) && !self.out.is_empty() && !self.out.ends_with("\n\n");
        let depth = self.quote_depth();
        if owed {
            // The blank between a reply and a quote belongs to neither.
            for _ in 0..depth.min(self.last_depth) {
                self.out.push('>');
            }
            self.out.push('\n');
        }
        self.last_depth = depth;
        for _ in 0..depth {
            self.out.push('>');
        }
        if depth > 0 && !content.is_empty() {
            self.out.push(' ');
        }
        self.out.push_str(content);
        self.out.push('\n');
    }

    /// Ends the line if something stands on it, as a block does.
    fn break_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.end_line();
        }
        self.line.clear();
        self.layout.space = false;
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let found = mark(tag);
        if is_void(&tag.name) {
            self.void(tag, found);
            return;
        }
        self.start(&tag.name);
        if found == Mark::Signature && self.quote_depth() == 0 {
            self.break_line();
            self.out.push_str("-- \n");
        }
        if found == Mark::RestIsQuote {
            self.break_line();
            self.rest_is_quote = true;
        }
        if matches!(tag.name.as_str(), "p" | "li" | "tr" | "td" | "th" | "option" | "dd" | "dt")
            && self.open.last().is_some_and(|last| last.name == tag.name)
        {
            self.pop();
        }
        let quotes = found == Mark::Quote;
        if self.open.len() >= HTML_DEPTH {
            self.too_deep = true;
            return;
        }
        if quotes {
            self.break_line();
            self.depth += 1;
        }
        self.open.push(Open { name: tag.name.clone(), quotes });
    }

    fn void(&mut self, tag: &Tag<'_>, found: Mark) {
        match tag.name.as_str() {
            "br" => self.end_line(),
            "hr" => self.break_line(),
            _ => {}
        }
        if found == Mark::RestIsQuote {
            self.break_line();
            self.rest_is_quote = true;
        }
    }

    /// What an element does to the lines where it begins or ends.
    fn start(&mut self, name: &str) {
        match name {
            "p" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "ul" | "ol" | "dl" => {
                self.break_line();
                self.layout.blank_line = true;
            }
            "pre" => {
                self.break_line();
                self.preformatted += 1;
            }
            "div" | "tr" | "li" | "section" | "article" | "header" | "footer" | "center" | "form" | "address" | "body"
            | "html" | "dt" | "dd" | "caption" => self.break_line(),
            "td" | "th" => self.layout.space = true,
            _ => {}
        }
    }

    fn close(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "pre" => {
                self.break_line();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "td" | "th" => self.layout.space = true,
            name => self.start(name),
        }
        let Some(at) = self.open.iter().rposition(|open| open.name == tag.name) else { return };
        while self.open.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if self.open.pop().is_some_and(|closed| closed.quotes) {
            self.break_line();
            self.depth = self.depth.saturating_sub(1);
        }
    }
}

/// Decodes the entities of a text.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let near = after.get(..after.floor_char_boundary(12)).unwrap_or(after);
        match near.split_once(';') {
            Some((name, _)) if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#') => {
                add_html_token(&mut out, format!("&{name};").as_bytes(), false);
                rest = after.get(name.len() + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_out_as_a_person_sees_it() {
        let cases = [
            ("Siap&nbsp;Pak &amp; Bu<br>dua<br><br>tiga", "Siap Pak & Bu\ndua\n\ntiga\n"),
            ("<p>a</p><p>b</p>", "a\n\nb\n"),
            ("<FONT face=Arial>Satu<P>dua <B>tebal</B></FONT>", "Satu\n\ndua tebal\n"),
            ("<table><tr><td>Nomor</td><td>: 1</td></tr><tr><td>Hal</td></tr></table>", "Nomor : 1\nHal\n"),
            ("<style>p{}</style><script>x<y</script><!-- > --><div>a</div>b", "a\nb\n"),
            ("a &lt;b&gt; &#128591; &unknown; & c < d", "a <b> \u{1f64f} &unknown; & c < d\n"),
            ("<pre>a\n  b</pre>", "a\n  b\n"),
        ];
        for (html, text) in cases {
            assert_eq!(to_text(html).text, text, "{html}");
        }
    }

    #[test]
    fn quotes_of_clients_are_marked() {
        let cases = [
            ("ya<blockquote>lama<br>dua</blockquote>akhir", "ya\n\n> lama\n> dua\n\nakhir\n"),
            ("ya<div class=\"gmail_quote\"><div class=\"gmail_attr\">Pada X menulis:</div></div>", "ya\n> Pada X menulis:\n"),
            ("ya<div id=\"divRplyFwdMsg\"><b>Dari:</b> Kurir</div><div>lama</div>", "ya\n> Dari: Kurir\n> lama\n"),
            ("ya<hr id=\"zwchr\"><div>lama</div>", "ya\n> lama\n"),
            ("ya<div class=\"gmail_signature\">Asep</div>", "ya\n-- \nAsep\n"),
        ];
        for (html, text) in cases {
            assert_eq!(to_text(html).text, text, "{html}");
        }
    }

    #[test]
    fn bombs_are_cut_and_linear() {
        let deep = "<div>".repeat(100_000);
        assert!(to_text(&deep).cut);
        let fonts: String = ["<font color=1><font color=2>".repeat(100), "<p>x".repeat(60_000)].concat();
        assert!(to_text(&fonts).text.len() < 1_000_000);
        let _ = to_text(&"<!--".repeat(60_000));
        let _ = to_text(&"<a b=\"".repeat(40_000));
        let _ = to_text(&"<script>".repeat(30_000));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_html_enough(html in r#"([<>/&;"'= a-zé!-]|<div|<blockquote>|</|<p>|&amp;|<!--|-->|<pre>){0,200}"#) {
            let rendered = to_text(&html);
            proptest::prop_assert!(rendered.text.ends_with('\n'));
            proptest::prop_assert!(!rendered.cut);
        }
    }

    #[test]
    fn shown_ids_are_found() {
        assert!(shown_ids("<img src=\"cid:Logo%40x\">").contains("logo@x"));
    }
}
