//! What a mailbox hands over, whichever kind it is.

/// The raw bytes of a mail, or as much as may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawMail {
    /// All of it.
    Whole(Vec<u8>),
    /// The first bytes of a mail over the limit: enough to say whose it is. The rest stays in the mailbox.
    Head {
        /// Those first bytes.
        bytes: Vec<u8>,
        /// How large the mail is.
        size: u64,
    },
}

impl RawMail {
    /// How much of a mail over the limit is taken.
    pub const HEAD: usize = 64 * 1024;

    /// The bytes that are here.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) | Self::Head { bytes, .. } => bytes,
        }
    }

    /// Whether all of the mail is here.
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }
}

/// Where a mail goes once what it says is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Read, whatever it led to.
    Processed,
    /// Could not be read.
    Failed,
}
