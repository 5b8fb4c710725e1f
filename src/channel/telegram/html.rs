//! The few things the door must know of Telegram's HTML: how to escape a value, and how long a text is once its tags are
//! gone, because that is what Telegram measures.

/// A value as text inside Telegram's HTML.
pub fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            c => text.push(c),
        }
    }
    text
}

/// Length of what the reader sees, in UTF-16 units: Telegram's documentation says "characters after entities parsing" and
/// its entities count in UTF-16, so this is never less than what Telegram counts.
pub fn visible_length(html: &str) -> usize {
    let mut count = 0;
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '<' => rest.find('>').map_or(rest.len(), |end| end + 1),
            '&' => {
                count += 1;
                entity_length(rest).unwrap_or(1)
            }
            c => {
                count += c.len_utf16();
                c.len_utf8()
            }
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    count
}

/// Bytes of the entity at the start of `text`, if there is one.
fn entity_length(text: &str) -> Option<usize> {
    let end = text.find(';').filter(|end| *end <= 10)?;
    let name = text.get(1..end)?;
    let known = matches!(name, "amp" | "lt" | "gt" | "quot") || name.starts_with('#');
    known.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_counts() {
        assert_eq!(visible_length("<b>[SEGERA] Hal</b>"), 12);
        assert_eq!(visible_length("A &amp; B &lt;x&gt; &#39;"), 11);
        assert_eq!(visible_length("R & D"), 5);
        assert_eq!(visible_length("😀"), 2);
        assert_eq!(visible_length("<a href=\"https://x.example/?a=1&b=2\">tautan</a>"), 6);
        assert_eq!(visible_length("<b"), 0);
    }

    #[test]
    fn an_escaped_value_is_as_long_as_the_value() {
        let value = "<script>&\"'</script>";
        assert_eq!(visible_length(&escape(value)), value.len());
    }
}
