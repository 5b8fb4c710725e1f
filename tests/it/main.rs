//! The stories: named people of the invented town act through the doors.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is the report"
)]

mod bench_fsync;
mod corpus_mail;
mod corpus_replies;
mod cpu;
mod crash;
mod demo_check;
mod house;
mod inspect;
mod large_town;
mod mail_bombs;
mod practice_page;
mod print_forms;
mod properties;
mod python;
mod scripted_smtp;
mod servers;
mod story_absence;
mod story_addressees;
mod story_answers;
mod story_closed;
mod story_copies;
mod story_database;
mod story_decisions;
mod story_desk;
mod story_door;
mod story_endings;
mod story_faults;
mod story_files;
mod story_first_day;
mod story_imap;
mod story_invitation;
mod story_ledger;
mod story_letter;
mod story_log;
mod story_lost;
mod story_lost_ways;
mod story_orders;
mod story_paper;
mod story_phones;
mod story_powers;
mod story_reach;
mod story_record;
mod story_refusals;
mod story_registry;
mod story_replies;
mod story_routes;
mod story_seal;
mod story_servers;
mod story_settled;
mod story_sheets;
mod story_smime;
mod story_smtp;
mod story_smtp_abort;
mod story_smtp_faults;
mod story_smtp_real;
mod story_telegram_api;
mod story_told;
mod story_too_large;
mod story_unit_letters;
mod story_unit_mail;
mod story_unknown;
mod story_words;
mod templates;
mod town;
