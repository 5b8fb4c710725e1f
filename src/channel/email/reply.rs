//! What a server says, and what it means for a delivery. Lines enter, an [`Outcome`] leaves; no network here.
//!
//! The rule of the house: only 354 after DATA and 250 after the final dot count. Before the first body byte everything that
//! fails is certainly not sent; after it only an answer is certain, and silence is [`Outcome::Unknown`].

use crate::domain::delivery::{Outcome, Reason, Receipt};
use crate::domain::words::words;

words! {
    /// Where in the dialogue something happened.
    Phase {
        /// Name lookup, TCP.
        Connect = "connect",
        /// The server's first words.
        Greeting = "greeting",
        /// EHLO.
        Hello = "hello",
        /// STARTTLS.
        StartTls = "starttls",
        /// AUTH.
        Auth = "auth",
        /// MAIL.
        Mail = "mail",
        /// RCPT.
        Rcpt = "rcpt",
        /// DATA.
        Data = "data",
        /// From the first body byte until the final dot is written.
        Body = "body",
        /// From the final dot until its answer.
        Answer = "answer",
        /// RSET between two mails.
        Reset = "reset",
    }

    /// What a failure says something about, so that a breaker can stop one channel rather than fail a thousand letters.
    Concern {
        /// Our connection, login or sender: the same will happen to every mail.
        Account = "account",
        /// This recipient or this mail.
        Delivery = "delivery",
    }
}

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

    fn code_for_record(&self) -> String {
        self.enhanced().map_or_else(|| self.code.to_string(), str::to_owned)
    }
}

/// What went wrong in a dialogue. Its text holds no address; a server's own words are in [`Fault::detail`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The name of the server has no address.
    #[error("the server's name is not known: {0}")]
    Dns(String),
    /// Nobody listens.
    #[error("no connection: {0}")]
    Connect(String),
    /// TLS failed: certificate, name or protocol.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The server offers no STARTTLS, and without it nothing is sent.
    #[error("the server offers no STARTTLS")]
    NoStartTls,
    /// The server offers no way to log in that we know.
    #[error("the server offers neither AUTH PLAIN nor AUTH LOGIN")]
    NoAuth,
    /// The server answered, and not with what was needed.
    #[error("the server answered {} in phase {phase}", reply.code)]
    Replied {
        /// Where.
        phase: Phase,
        /// What.
        reply: Reply,
    },
    /// The server did not answer in time.
    #[error("no answer in phase {phase} within {seconds} s")]
    Timeout {
        /// Where.
        phase: Phase,
        /// How long we waited.
        seconds: u64,
    },
    /// The connection ended.
    #[error("connection lost in phase {phase}: {why}")]
    Lost {
        /// Where.
        phase: Phase,
        /// What the system said.
        why: String,
    },
    /// The server said something that is no answer.
    #[error("not an SMTP answer in phase {phase}")]
    Garbled {
        /// Where.
        phase: Phase,
    },
    /// The server takes no mail of this size.
    #[error("the server takes {limit} bytes, the mail has {size}")]
    TooBig {
        /// What the server takes.
        limit: u64,
        /// What the mail has.
        size: u64,
    },
    /// The address needs SMTPUTF8, which the server does not offer (RFC 6531 3.2: then it must not be sent).
    #[error("the server does not offer SMTPUTF8")]
    NoUtf8,
}

impl Fault {
    /// Stable code for the record: the enhanced status of a recipient's answer, else the name of what failed.
    pub fn code(&self) -> String {
        match self {
            Self::Dns(_) => "dns".into(),
            Self::Connect(_) => "connect".into(),
            Self::Tls(_) | Self::NoStartTls => "tls".into(),
            Self::NoAuth => "auth".into(),
            Self::Timeout { .. } => "timeout".into(),
            Self::Lost { .. } => "lost".into(),
            Self::Garbled { .. } => "protocol".into(),
            Self::TooBig { .. } => "5.3.4".into(),
            Self::NoUtf8 => "5.6.7".into(),
            Self::Replied { phase, reply } => replied_code(*phase, reply),
        }
    }

    /// The whole reason in words, the server's own included. For the record, not for a log.
    pub fn detail(&self) -> String {
        if let Self::Replied { phase, reply } = self { format!("{phase}: {}", reply.text()) } else { self.to_string() }
    }

    /// What the failure says something about.
    pub fn concern(&self) -> Concern {
        concern(&self.code())
    }

    /// True where a kept connection was simply closed by the server in the meantime, so that a fresh one may be tried at once.
    pub(super) fn is_stale(&self) -> bool {
        match self {
            Self::Lost { phase: Phase::Mail, .. } => true,
            Self::Replied { phase: Phase::Mail, reply } => reply.code == 421,
            _ => false,
        }
    }

    /// What it means for the delivery.
    pub fn outcome(&self) -> Outcome {
        let reason = Reason::new(&self.code(), &self.detail());
        match self {
            Self::Replied { phase, reply } => match replied_fate(*phase, reply) {
                Fate::Deferred => Outcome::Deferred(reason, None),
                Fate::Refused => Outcome::Refused(reason),
                Fate::Unknown => Outcome::Unknown(reason),
            },
            Self::TooBig { .. } | Self::NoUtf8 => Outcome::Refused(reason),
            Self::Timeout { phase, .. } | Self::Lost { phase, .. } | Self::Garbled { phase }
                if matches!(phase, Phase::Body | Phase::Answer) =>
            {
                Outcome::Unknown(reason)
            }
            _ => Outcome::Deferred(reason, None),
        }
    }
}

enum Fate {
    Deferred,
    Refused,
    Unknown,
}

/// What an answer means that is not the one needed.
fn replied_fate(phase: Phase, reply: &Reply) -> Fate {
    match (phase, reply.code) {
        // The dialogue itself failed: says nothing of the recipient, so no letter may be given up for it.
        (Phase::Connect | Phase::Greeting | Phase::Hello | Phase::StartTls | Phase::Auth | Phase::Reset, _) | (_, 400..500) => {
            Fate::Deferred
        }
        // A sender that is refused is refused for every letter: the account is at fault, unless this one is too big.
        (Phase::Mail, 500..600) if is_size(reply) => Fate::Refused,
        (Phase::Rcpt | Phase::Data | Phase::Body | Phase::Answer, 500..600) => Fate::Refused,
        (Phase::Body | Phase::Answer, _) => Fate::Unknown,
        _ => Fate::Deferred,
    }
}

fn is_size(reply: &Reply) -> bool {
    reply.code == 552 || matches!(reply.enhanced(), Some("5.3.4" | "5.2.3"))
}

fn replied_code(phase: Phase, reply: &Reply) -> String {
    match (phase, reply.code) {
        (Phase::Greeting, _) => "greeting".into(),
        (Phase::Hello, _) => "hello".into(),
        (Phase::StartTls, _) => "tls".into(),
        (Phase::Auth, _) | (_, 530 | 535 | 538) => "auth".into(),
        (Phase::Mail, 500..600) if !is_size(reply) => "sender".into(),
        (_, 200..400) => "protocol".into(),
        _ => reply.code_for_record(),
    }
}

/// What a reason's code says something about.
pub fn concern(code: &str) -> Concern {
    match code {
        "5.3.4" | "5.6.7" => Concern::Delivery,
        "421" => Concern::Account,
        // RFC 3463: X.3.X is the mail system, X.4.X the network, 4.7.X a policy that holds for a while (too many mails).
        _ if code.starts_with("4.3.") || code.starts_with("5.3.") || code.starts_with("4.4.") || code.starts_with("4.7.") => {
            Concern::Account
        }
        _ if code.starts_with(|c: char| c.is_ascii_digit()) => Concern::Delivery,
        _ => Concern::Account,
    }
}

/// The answer to the final dot as an outcome.
pub(super) fn accepted(reply: &Reply, peer: &str, reports_delivery: bool) -> Outcome {
    let answer = Reason::new("", &reply.text()).text;
    Outcome::Delivered(Receipt { peer: peer.to_owned(), answer, remote_id: reply.queue_id(), reports_delivery })
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

    #[test]
    fn a_failure_of_the_dialogue_never_gives_up_a_letter() {
        for phase in [Phase::Greeting, Phase::Hello, Phase::StartTls, Phase::Auth, Phase::Mail] {
            let fault = Fault::Replied { phase, reply: reply(554, "5.7.1 no") };
            assert!(matches!(fault.outcome(), Outcome::Deferred(..)), "{phase}");
            assert_eq!(fault.concern(), Concern::Account, "{phase}");
        }
        let refused = Fault::Replied { phase: Phase::Rcpt, reply: reply(550, "5.1.1 no such user") };
        assert_eq!(refused.concern(), Concern::Delivery);
    }
}
