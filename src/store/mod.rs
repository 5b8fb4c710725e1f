//! The ledger: the only room that speaks SQL. One store of letters, deliveries, attempts, inbound items and evidence.
//!
//! Every file of queries is written once and compiled twice, for `SQLite` and for `PostgreSQL`; what differs in shape
//! (claiming, pools, waking, locks) has a file per engine. A [`Tx`] is one transaction of either engine: flows open one,
//! ask and write through its methods, and commit. Nothing here decides anything.

mod convert;
mod engine;
mod error;
pub mod files;
pub mod heads;
mod known;
mod leadership;
mod pending;
mod plain;
mod postgres;
pub mod records;
mod shelf;
mod sqlite;
mod statements;
mod trouble;
mod tx;
pub mod vault;

pub use engine::{Store, Topic, Wake};
pub use error::StoreError;
pub use leadership::Leadership;
pub use plain::{PlainAct, PlainAttempt, PlainDelivery, PlainFile, PlainLetter, PlainOrder, PlainStep};
pub use statements::statements;
pub use trouble::Trouble;
pub use tx::Tx;

/// Declares the SQL of a file: one constant per statement, and the list of all of them for the test that prepares each.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: &str = $sql;)*
        /// Every statement of this file by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements as sql;
