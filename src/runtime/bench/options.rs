//! What `kurir bench` may be told.

use clap::{Args, Subcommand, ValueEnum};

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Letters out: accepted, signed, sent and recorded, beside Postfix's smtp-source and the bare door.
    Out(Out),
    /// Replies in: kept, authenticated, read, decided and recorded.
    In(In),
}

/// Letters out.
#[derive(Debug, Clone, Args)]
pub struct Out {
    /// Bytes of one mail on the wire; the letter's PDF is made to fit.
    #[arg(long, value_name = "BYTES", default_value_t = 84_000)]
    pub size: u64,
    /// Mails a round.
    #[arg(long, default_value_t = 2_000)]
    pub mails: usize,
    /// Recipients of one letter.
    #[arg(long, default_value_t = 100)]
    pub recipients: usize,
    /// Connections to the mail server.
    #[arg(long, default_value_t = 8)]
    pub connections: usize,
    /// Rounds; every figure is the median of them.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Key of the seal.
    #[arg(long, value_enum, default_value_t = Key::P256)]
    pub key: Key,
    /// Where the mail goes: `smtp-sink` starts one, HOST:PORT (loopback) is a server that is there.
    #[arg(long, default_value = "smtp-sink")]
    pub sink: String,
    /// Only kurir: without smtp-source and without the bare door.
    #[arg(long)]
    pub alone: bool,
    /// One more round under strace, to count fsync and fdatasync.
    #[arg(long)]
    pub fsyncs: bool,
    /// What is common to both.
    #[command(flatten)]
    pub common: Common,
}

/// Replies in.
#[derive(Debug, Clone, Args)]
pub struct In {
    /// Replies.
    #[arg(long, default_value_t = 2_000)]
    pub mails: usize,
    /// Bytes of text of one reply, its quotation included.
    #[arg(long, value_name = "BYTES", default_value_t = 5_000)]
    pub size: usize,
    /// Bytes of an attachment to every reply.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    pub attachment: usize,
    /// Where the replies lie: a Dovecot that is started for this (as root), or a Maildir.
    #[arg(long, value_enum, default_value_t = From::Dovecot)]
    pub from: From,
    /// What is common to both.
    #[command(flatten)]
    pub common: Common,
}

/// What is common to both.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Database; otherwise SQLite in the folder of the measurement.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Where the replies lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// A mailbox of a Dovecot, read over IMAP.
    Dovecot,
    /// A folder of this machine.
    Maildir,
}

impl From {
    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dovecot => "dovecot",
            Self::Maildir => "maildir",
        }
    }
}

/// Kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Key {
    /// ECDSA on P-256, as `kurir serve` makes it.
    P256,
    /// RSA with 2,048 bits, as most bought certificates have it.
    Rsa,
}

impl Key {
    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::Rsa => "rsa",
        }
    }
}
