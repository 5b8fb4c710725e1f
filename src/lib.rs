//! Kurir carries a city's official letters over the channels its officials already read, and brings their answers back
//! into the record, with proof.
//!
//! The map of the house, in reading order:
//!
//! - [`domain`]: the words. Pure types and decisions; no I/O, never reads a clock.
//! - [`flow`]: the corridor. One verb a file that tells the story and calls its stages.
//! - [`channel`]: the doors. Protocol code only: email, Telegram, print spool.
//! - [`render`]: the desk. One typed context per template; PDF forms in a child process.
//! - [`store`]: the ledger. The only room that speaks SQL, written once for `SQLite` and `PostgreSQL`.
//! - [`web`]: the counter. Pages over `flow` (acts) and `store` (reads).
//! - [`demo`]: the practice room. The outside world in small: post office, phone, printer's tray.
//! - [`runtime`]: the engine. Command line, configuration, daemon.

pub mod channel;
pub mod demo;
pub mod domain;
pub mod flow;
pub mod render;
pub mod runtime;
pub mod store;
pub mod web;
