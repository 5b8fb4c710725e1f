//! The list of every statement, for the test that has each engine prepare its own.

use super::{postgres, sqlite};

/// Every statement of both engines as (engine, file, name, text), for the test that prepares each of them.
pub fn statements() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    macro_rules! all {
        ($($module:ident),*) => {{
            let mut list = Vec::new();
            $(
                list.extend(sqlite::$module::STATEMENTS.iter().map(|(name, text)| ("sqlite", stringify!($module), *name, *text)));
                list.extend(postgres::$module::STATEMENTS.iter().map(|(name, text)| ("postgres", stringify!($module), *name, *text)));
            )*
            list
        }};
    }
    all!(acts, channels, deliveries, directory, facts, first_days, inbound, letters, links, many, posts, queue, rows, tray)
}
