//! Typed ids. Inside a UUID v7 (it sorts by time), outside a prefix that says what it names: `srt-0192...`.

use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an id of the form {prefix}-<32 hex digits>")]
pub struct BadId {
    /// What was given.
    pub text: String,
    /// The prefix that was expected.
    pub prefix: &'static str,
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// What every text form of this id begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Names an existing or freshly minted UUID.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, as the ledger stores it.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{}", Self::PREFIX, self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix(Self::PREFIX)
                    .and_then(|rest| rest.strip_prefix('-'))
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map(Self)
                    .ok_or_else(|| BadId { text: text.to_owned(), prefix: Self::PREFIX })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

typed_ids! {
    /// A letter that kurir accepted.
    LetterId = "srt";
    /// One thing said to one person (a letter, a disposition, a receipt, a question).
    MessageId = "psn";
    /// One message through one channel.
    DeliveryId = "krm";
    /// One try of one delivery.
    AttemptId = "cob";
    /// One thing that came in (a mail, a press).
    InboundId = "msk";
    /// What an official did: a disposition, a return, an acknowledgement.
    ActId = "tdk";
    /// One order of one disposition to one position.
    OrderId = "dsp";
    /// A row of the evidence.
    FactId = "bkt";
    /// A person.
    OfficialId = "pjb";
    /// A dated stand-in on a position.
    DelegationId = "dlg";
    /// A dated absence of a person.
    AbsenceId = "cti";
    /// A chat account bound to a person.
    LinkId = "tau";
    /// Something that waits for a person.
    TrayId = "prl";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let id = LetterId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = LetterId::new(Uuid::from_u128(7)).to_string();
        assert!(id.parse::<DeliveryId>().is_err());
    }
}
