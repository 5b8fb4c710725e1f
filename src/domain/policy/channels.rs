//! Which channels a letter of a class may take, and what may stand on them.

use crate::domain::letter::SecurityClass;
use crate::domain::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What leaves on an electronic channel.
    Content {
        /// The letter: facts, summary, PDF.
        Letter = "letter",
        /// That there is a letter, without its content.
        Notice = "notice",
        /// Nothing.
        Nothing = "nothing",
    }

    /// To which addresses mail of a class may go.
    MailReach {
        /// To every registered address.
        Any = "any",
        /// To addresses in the city's own mail domains.
        Official = "official",
    }
}

/// The channels of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassChannels {
    /// What a mail holds.
    pub email: Content,
    /// Which addresses get it.
    pub email_reach: MailReach,
    /// What Telegram holds.
    pub telegram: Content,
    /// Whether the letter itself goes on paper in any case.
    pub paper: bool,
}

/// The channels of every class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelTable {
    /// Biasa.
    pub ordinary: ClassChannels,
    /// Terbatas.
    pub restricted: ClassChannels,
    /// Rahasia.
    pub secret: ClassChannels,
    /// Sangat rahasia.
    pub top_secret: ClassChannels,
}

impl ChannelTable {
    /// The channels of a class. Whatever the table says, a closed class never carries content electronically and always
    /// goes on paper.
    pub fn of(&self, class: SecurityClass) -> ClassChannels {
        let given = match class {
            SecurityClass::Ordinary => self.ordinary,
            SecurityClass::Restricted => self.restricted,
            SecurityClass::Secret => self.secret,
            SecurityClass::TopSecret => self.top_secret,
        };
        let closed = |content: Content| if content == Content::Letter { Content::Notice } else { content };
        if !class.is_closed() {
            return given;
        }
        ClassChannels { email: closed(given.email), telegram: closed(given.telegram), paper: true, ..given }
    }
}

impl Default for ChannelTable {
    /// The rules of the house, as `config/kurir.toml` has them.
    fn default() -> Self {
        let ordinary =
            ClassChannels { email: Content::Letter, email_reach: MailReach::Any, telegram: Content::Letter, paper: false };
        let restricted = ClassChannels { email_reach: MailReach::Official, telegram: Content::Notice, ..ordinary };
        let secret =
            ClassChannels { email: Content::Notice, email_reach: MailReach::Official, telegram: Content::Nothing, paper: true };
        Self { ordinary, restricted, secret, top_secret: secret }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_lets_the_content_of_a_secret_letter_out() {
        let open = ChannelTable::default().ordinary;
        let careless = ChannelTable { ordinary: open, restricted: open, secret: open, top_secret: open };
        for class in [SecurityClass::Secret, SecurityClass::TopSecret] {
            let channels = careless.of(class);
            assert_eq!((channels.email, channels.telegram, channels.paper), (Content::Notice, Content::Notice, true));
        }
        assert_eq!(careless.of(SecurityClass::Ordinary), open);
    }
}
