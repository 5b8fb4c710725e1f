//! What a mail server says: lines enter, a [`Reply`] leaves. No network here.

/// One answer of a server (RFC 5321 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The texts of its lines.
    pub lines: Vec<String>,
}

/// A line that is no line of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAReply;

/// One line of an answer: code, text, and whether more follow.
pub(super) fn reply_line(line: &[u8]) -> Result<(u16, String, bool), NotAReply> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\r', '\n']);
    let (digits, rest) = text.split_at_checked(3).ok_or(NotAReply)?;
    let code = digits.parse().map_err(|_| NotAReply)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !(200..600).contains(&code) {
        return Err(NotAReply);
    }
    // Some servers send the bare code, without the space that the grammar wants (RFC 5321 4.2 asks us to bear it).
    let more = rest.starts_with('-');
    let words = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
    if !rest.is_empty() && words.len() == rest.len() { Err(NotAReply) } else { Ok((code, words.to_owned(), more)) }
}

impl Reply {
    /// 2xx.
    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// The enhanced status code (RFC 2034), where the class agrees with the code.
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.lines.last()?.split_whitespace().next()?;
        let mut parts = word.split('.');
        let class = parts.next()?;
        let number =
            |part: Option<&str>| part.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
        let good =
            class == (self.code / 100).to_string() && number(parts.next()) && number(parts.next()) && parts.next().is_none();
        good.then_some(word)
    }

    /// Code and words on one line.
    pub fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" "))
    }

    /// The id under which the server queued the mail: Postfix says "queued as X", others "id=X".
    pub fn queue_id(&self) -> Option<String> {
        let text = self.lines.join(" ");
        let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
        let id = after("queued as ").or_else(|| after("id="))?.split_whitespace().next()?;
        (id.len() <= 100).then(|| id.trim_end_matches([',', ';', ')']).to_owned())
    }

    /// The enhanced code, or else the three digits.
    pub(super) fn code_for_record(&self) -> String {
        self.enhanced().map_or_else(|| self.code.to_string(), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, text: &str) -> Reply {
        Reply { code, lines: vec![text.to_owned()] }
    }

    #[test]
    fn lines_read_as_the_grammar_says_and_a_little_more() {
        assert_eq!(reply_line(b"250-mx.kota.test\r\n"), Ok((250, "mx.kota.test".into(), true)));
        assert_eq!(reply_line(b"250 2.0.0 Ok\r\n"), Ok((250, "2.0.0 Ok".into(), false)));
        assert_eq!(reply_line(b"250\r\n"), Ok((250, String::new(), false)));
        for bad in ["hello", "25", "", "2500 x", "999 x", "+25 x"] {
            assert_eq!(reply_line(bad.as_bytes()), Err(NotAReply), "{bad}");
        }
    }

    #[test]
    fn the_enhanced_code_must_agree_with_the_code() {
        assert_eq!(reply(550, "5.1.1 no such user").enhanced(), Some("5.1.1"));
        for text in ["4.1.1 odd", "no", "5.1", "5.1.1.1 x", "5.1234.1 x"] {
            assert_eq!(reply(550, text).enhanced(), None, "{text}");
        }
    }

    #[test]
    fn queue_ids_of_postfix_and_exim_are_found() {
        assert_eq!(reply(250, "2.0.0 Ok: queued as 4Xyz1").queue_id().as_deref(), Some("4Xyz1"));
        assert_eq!(reply(250, "OK id=1abc-0002-Xy").queue_id().as_deref(), Some("1abc-0002-Xy"));
        assert_eq!(reply(250, "fine").queue_id(), None);
    }
}
