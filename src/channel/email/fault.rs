//! What a failed hand-over means for a delivery: a [`Fault`] with its phase enters, an [`Outcome`] leaves. No network here.
//!
//! The rule of the house: only 354 after DATA and 250 after the final dot count. Before the first body byte everything that
//! fails is certainly not sent; after it only an answer is certain, and silence is [`Outcome::Unknown`].

use super::reply::Reply;
use crate::domain::delivery::{Outcome, Reason, Receipt};
use crate::domain::words::words;
use jiff::civil::Date;

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
    /// The server's certificate is over its time.
    #[error("the certificate of {host} expired on {on}")]
    Expired {
        /// The server.
        host: String,
        /// The last day of its certificate.
        on: Date,
    },
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
            Self::Expired { .. } => "tls_expired".into(),
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
        if let Self::Replied { phase, reply } = self {
            format!("{phase}: {}", without_tokens(&reply.text()))
        } else {
            self.to_string()
        }
    }

    /// What the server or the system said about it; empty where nobody said anything.
    pub fn said(&self) -> String {
        match self {
            Self::Dns(why) | Self::Connect(why) | Self::Tls(why) | Self::Lost { why, .. } => why.clone(),
            Self::Replied { reply, .. } => without_tokens(&reply.text()),
            Self::Timeout { seconds, .. } => format!("{seconds} s"),
            _ => String::new(),
        }
    }

    /// Where in the dialogue it happened, as far as it matters to whoever asks what to mend.
    pub const fn phase(&self) -> Option<Phase> {
        match self {
            Self::Replied { phase, .. } | Self::Timeout { phase, .. } | Self::Lost { phase, .. } | Self::Garbled { phase } => {
                Some(*phase)
            }
            _ => None,
        }
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

/// A server's words without the secret parts of our own addresses in them. Servers repeat the return path, and whoever reads the
/// record could then write a report of delivery that is believed (the record holds only hashes of tokens).
fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('+') {
        out.push_str(before);
        out.push('+');
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        rest = after;
        if matches!(name.as_str(), "kembali" | "balas") {
            rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            out.push_str("...");
        }
    }
    out.push_str(rest);
    out
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
        (Phase::Rcpt | Phase::Data, 500..600) if names_our_sender(reply) => Fate::Deferred,
        (Phase::Rcpt | Phase::Data | Phase::Body | Phase::Answer, 500..600) => Fate::Refused,
        (Phase::Body | Phase::Answer, _) => Fate::Unknown,
        _ => Fate::Deferred,
    }
}

/// Postfix keeps what it thinks of the sender until RCPT (`smtpd_delay_reject`). A login that may not write as the gateway's
/// return path says nothing of the recipient; taken for his refusal it would put a whole city on paper.
fn names_our_sender(reply: &Reply) -> bool {
    const SAYINGS: [&str; 4] = ["sender address rejected", "not owned by user", "send as this sender", "sendas"];
    let words = reply.text().to_lowercase();
    !words.contains("recipient address rejected") && SAYINGS.iter().any(|saying| words.contains(saying))
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
        (Phase::Rcpt | Phase::Data, 500..600) if names_our_sender(reply) => "sender".into(),
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
    let answer = Reason::new("", &without_tokens(&reply.text())).text;
    Outcome::Delivered(Receipt { peer: peer.to_owned(), answer, remote_id: reply.queue_id(), reports_delivery })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16, text: &str) -> Reply {
        Reply { code, lines: vec![text.to_owned()] }
    }

    #[test]
    fn a_servers_answer_that_repeats_our_address_is_kept_without_its_secret() {
        let said = "5.7.1 <kembali+abcdefgh23456@kurir.example>: Sender address rejected; 2+2, <BALAS+xyz@kurir.example> +";
        let kept = "5.7.1 <kembali+...@kurir.example>: Sender address rejected; 2+2, <BALAS+...@kurir.example> +";
        let fault = Fault::Replied { phase: Phase::Rcpt, reply: reply(553, said) };
        assert_eq!(fault.said(), format!("553 {kept}"));
        assert!(!fault.detail().contains("abcdefgh") && fault.detail().ends_with(kept), "{}", fault.detail());
        let Outcome::Delivered(receipt) = accepted(&reply(250, said), "mx", false) else { panic!("accepted") };
        assert_eq!(receipt.answer, format!("250 {kept}"));
    }

    #[test]
    fn a_failure_of_the_dialogue_never_gives_up_a_letter() {
        for phase in [Phase::Greeting, Phase::Hello, Phase::StartTls, Phase::Auth, Phase::Mail] {
            let fault = Fault::Replied { phase, reply: reply(554, "5.7.1 no") };
            assert!(matches!(fault.outcome(), Outcome::Deferred(..)), "{phase}");
            assert_eq!(fault.concern(), Concern::Account, "{phase}");
        }
        let sender = "5.7.1 <kembali+x@kurir.example>: Sender address rejected: not owned by user kurir";
        let ours = Fault::Replied { phase: Phase::Rcpt, reply: reply(553, sender) };
        assert!(matches!(ours.outcome(), Outcome::Deferred(..)));
        assert_eq!((ours.code().as_str(), ours.concern()), ("sender", Concern::Account));
        let theirs = "5.1.1 <a@b.example>: Recipient address rejected: host mx said: Sender address rejected";
        assert!(matches!(Fault::Replied { phase: Phase::Rcpt, reply: reply(550, theirs) }.outcome(), Outcome::Refused(..)));
        let refused = Fault::Replied { phase: Phase::Rcpt, reply: reply(550, "5.1.1 no such user") };
        assert_eq!(refused.concern(), Concern::Delivery);
    }
}
