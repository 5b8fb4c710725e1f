//! What comes in: what kind of mail it is, what it claims, how its origin was proven, and what becomes of it.
//!
//! A door fills these words from bytes; nothing here looks at bytes, and nothing here decides what a person may do.

use super::clock::Token;
use super::words::words;

words! {
    /// What kind of mail it is. Only [`MailClass::Human`] may ever lead to an act.
    MailClass {
        /// A person wrote it.
        Human = "human",
        /// Out of office and other automatic answers.
        AutoReply = "auto_reply",
        /// A mail came back, or a mail server reports on a delivery.
        Bounce = "bounce",
        /// A mail client reports on display.
        Mdn = "mdn",
        /// A complaint of a feedback loop.
        Arf = "arf",
        /// A mailing list or another mass mail.
        List = "list",
        /// An answer of a calendar.
        Calendar = "calendar",
        /// Kurir's own mail came back to it.
        Own = "own",
    }

    /// What became of one thing that came in. Every one ends in exactly one of them.
    InboundState {
        /// Stored raw, not judged yet.
        Kept = "kept",
        /// An act was recorded.
        Recorded = "recorded",
        /// Not understood; the writer was asked.
        Asked = "asked",
        /// Not proven; the registered person was asked.
        AwaitingConfirmation = "awaiting_confirmation",
        /// Kept as a note.
        Comment = "comment",
        /// Waits for the operator.
        Held = "held",
        /// Refused with a reason.
        Declined = "declined",
        /// An automatic answer.
        Automatic = "automatic",
        /// A report of a mail that came back.
        Bounce = "bounce",
        /// A report of display.
        DisplayNotice = "display_notice",
        /// Kept, could not be read yet.
        Unreadable = "unreadable",
        /// Given up after repeated failures.
        Dead = "dead",
        /// Looked at and closed by a person.
        Closed = "closed",
    }

    /// How it was proven who acted; stored with the act and shown wherever the act is shown.
    Assurance {
        /// Reply token, registered From address and proof of that From.
        MailFull = "mail_full",
        /// A valid S/MIME signature of the official.
        Smime = "smime",
        /// The linked Telegram account.
        Telegram = "telegram",
        /// An account of kurir.
        Login = "login",
        /// An account of kurir with a second factor.
        LoginTotp = "login_totp",
        /// Confirmed on a channel already proven.
        Challenge = "challenge",
        /// Told by the system of record.
        Record = "record",
        /// Recorded by a clerk from paper.
        Clerk = "clerk",
        /// Not proven.
        Unproven = "unproven",
    }

    /// Where in a mail a reply token stood. Ordered from the weakest to the strongest.
    TokenCarrier {
        /// The line `Kode naskah:`, quoted or not. It may lead to a challenge, never to an act.
        Line = "line",
        /// The Message-ID of our letter in In-Reply-To, References, a returned header or an event.
        Thread = "thread",
        /// The reply address `balas+...`, or the envelope address of a bounce.
        Address = "address",
    }

    /// Why a From address is not proven.
    OriginFault {
        /// Our border's result says that DMARC did not pass.
        DmarcFailed = "dmarc_failed",
        /// DMARC passed, but for another domain than that of From.
        FromNotAligned = "from_not_aligned",
        /// A submission, but another mailbox logged in than From says.
        OtherMailbox = "other_mailbox",
        /// Our border's header bears a result that only an injection puts there.
        Injected = "injected",
        /// The header section is not well formed, so nobody knows what the border judged.
        Malformed = "malformed",
    }
}

impl MailClass {
    /// Whether a person wrote it, so that it may be read for an act.
    pub const fn may_act(self) -> bool {
        matches!(self, Self::Human)
    }

    /// Whether an automatic answer of ours may follow. Nothing automatic is ever answered.
    pub const fn may_be_answered(self) -> bool {
        matches!(self, Self::Human)
    }
}

impl TokenCarrier {
    /// Whether a token found there may lead to an act.
    pub const fn may_act(self) -> bool {
        !matches!(self, Self::Line)
    }
}

/// A reply token and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundToken {
    /// The secret.
    pub token: Token,
    /// The strongest place it was found at.
    pub carrier: TokenCarrier,
}

/// What our own border says of the From address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An aligned DMARC pass for the From domain.
    DmarcPass,
    /// The very mailbox of From logged in at our own submission server.
    SubmissionAuth,
    /// Our border judged, and it does not prove the From.
    Failed(OriginFault),
    /// There is no result of our border.
    NotChecked,
    /// Not exactly one From header with one address, so there is no From to prove.
    TwoFrom,
}

impl Origin {
    /// The stable text of what was found.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DmarcPass => "dmarc_pass",
            Self::SubmissionAuth => "submission_auth",
            Self::Failed(fault) => fault.as_str(),
            Self::NotChecked => "not_checked",
            Self::TwoFrom => "two_from",
        }
    }

    /// Whether the From address is proven.
    pub const fn is_proven(self) -> bool {
        matches!(self, Self::DmarcPass | Self::SubmissionAuth)
    }

    /// The code of `why` for a person (docs: refusals), `None` where it is proven.
    pub const fn why(self) -> Option<&'static str> {
        match self {
            Self::DmarcPass | Self::SubmissionAuth => None,
            Self::TwoFrom => Some("two_from"),
            Self::NotChecked => Some("origin_not_checked"),
            Self::Failed(OriginFault::FromNotAligned) => Some("from_not_aligned"),
            Self::Failed(_) => Some("dmarc_failed"),
        }
    }
}

/// Everything a mail claims about itself, before anybody is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// What kind of mail it is.
    pub class: MailClass,
    /// The only From address, in lower case.
    pub from: Option<String>,
    /// What our border says of it.
    pub origin: Origin,
    /// The strongest token in the mail.
    pub token: Option<FoundToken>,
    /// Whether the mail names more than one letter's token; then none may lead to an act.
    pub tokens_disagree: bool,
}

impl Claims {
    /// Whether mail alone can lead to an act of the token's owner: a person wrote it, the From is proven, and one letter's
    /// token stands where only its recipient finds it. Whether From is that owner is for the directory to say.
    pub fn may_act(&self) -> bool {
        self.class.may_act()
            && self.origin.is_proven()
            && !self.tokens_disagree
            && self.token.as_ref().is_some_and(|found| found.carrier.may_act())
    }
}

impl Claims {
    /// Why mail alone cannot lead to an act, as the code that a person's answer is chosen by; `None` where it can.
    pub const fn why_not(&self) -> Option<&'static str> {
        if !self.class.may_act() {
            return Some("auto_reply");
        }
        if let Some(why) = self.origin.why() {
            return Some(why);
        }
        match &self.token {
            None => Some("token_missing"),
            Some(found) if !found.carrier.may_act() => Some("token_missing"),
            Some(_) if self.tokens_disagree => Some("several_readings"),
            Some(_) => None,
        }
    }

    /// What was checked and what was found, by name, for whoever wants to see it (`kurir inspect`, the tray). No address and
    /// no token is among it.
    pub fn checks(&self) -> [(&'static str, &'static str); 4] {
        let token = self.token.as_ref().map_or("none", |found| found.carrier.as_str());
        [
            ("class", self.class.as_str()),
            ("from", if self.from.is_some() { "one" } else { "not_one" }),
            ("origin", self.origin.as_str()),
            ("token", if self.tokens_disagree { "several" } else { token }),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        let token = Token::parse(&"a".repeat(Token::LENGTH)).unwrap();
        Claims {
            class: MailClass::Human,
            from: Some("a@x.example".into()),
            origin: Origin::DmarcPass,
            token: Some(FoundToken { token, carrier: TokenCarrier::Address }),
            tokens_disagree: false,
        }
    }

    #[test]
    fn an_act_by_mail_needs_all_of_its_conditions() {
        assert!(claims().may_act() && claims().why_not().is_none());
        for class in MailClass::ALL.iter().filter(|class| **class != MailClass::Human) {
            assert!(!Claims { class: *class, ..claims() }.may_act(), "{class}");
        }
        for origin in [Origin::NotChecked, Origin::TwoFrom, Origin::Failed(OriginFault::DmarcFailed)] {
            assert!(!Claims { origin, ..claims() }.may_act(), "{origin:?}");
        }
        assert!(!Claims { token: None, ..claims() }.may_act());
        assert!(!Claims { tokens_disagree: true, ..claims() }.may_act());
        let mut by_line = claims();
        by_line.token.as_mut().unwrap().carrier = TokenCarrier::Line;
        assert_eq!(by_line.why_not(), Some("token_missing"));
        assert!(!by_line.may_act(), "a token in the visible line may only lead to a challenge");
    }

    #[test]
    fn the_address_is_the_strongest_carrier() {
        assert!(TokenCarrier::Address > TokenCarrier::Thread && TokenCarrier::Thread > TokenCarrier::Line);
    }
}
