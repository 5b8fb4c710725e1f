//! What a server offered after EHLO (RFC 5321 4.1.1.1). An answer enters; yes or no leaves.

use super::reply::Reply;

/// The lines after the first, as they were said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offers {
    lines: Vec<String>,
}

impl Offers {
    pub(super) fn read(reply: &Reply) -> Self {
        Self { lines: reply.lines.iter().skip(1).cloned().collect() }
    }

    /// Every line as it was said.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Whether an extension is offered.
    pub(super) fn has(&self, keyword: &str) -> bool {
        self.values(keyword).is_some()
    }

    /// Whether a way to log in is offered.
    pub(super) fn logs_in_by(&self, mechanism: &str) -> bool {
        self.values("AUTH").is_some_and(|mut given| given.any(|one| one.eq_ignore_ascii_case(mechanism)))
    }

    /// The largest mail that is taken, where the server says so. Zero means that it does not (RFC 1870 4).
    pub(super) fn size_limit(&self) -> Option<u64> {
        self.values("SIZE")?.next()?.parse().ok().filter(|limit| *limit > 0)
    }

    fn values(&self, keyword: &str) -> Option<impl Iterator<Item = &str>> {
        self.lines.iter().find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            words.next()?.eq_ignore_ascii_case(keyword).then_some(words)
        })
    }
}
