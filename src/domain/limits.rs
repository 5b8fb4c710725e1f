//! Every limit of the house in one table (docs/limits.md tells them to people).

/// Bytes of one mail, in or out.
pub const MAIL_BYTES: u64 = 25 * 1024 * 1024;
/// MIME parts of one mail.
pub const MAIL_PARTS: usize = 1_000;
/// Depth of nested MIME parts.
pub const MAIL_DEPTH: usize = 30;
/// Bytes of headers of one mail.
pub const MAIL_HEADER_BYTES: usize = 200 * 1024;
/// Bytes of HTML that are looked at.
pub const HTML_BYTES: usize = 256 * 1024;
/// Nesting of HTML that is looked at.
pub const HTML_DEPTH: usize = 200;
/// Raw mail up to this size is kept in the database, larger mail in the file store.
pub const RAW_INLINE_BYTES: usize = 64 * 1024;
/// Bytes of a letter's PDF or of one attachment.
pub const FILE_BYTES: u64 = 100 * 1024 * 1024;
/// Pages of a letter's PDF.
pub const PDF_PAGES: u32 = 2_000;
/// Attachments of a letter.
pub const ATTACHMENTS: usize = 20;
/// Characters of a file name.
pub const FILE_NAME: usize = 150;
/// Characters of a subject.
pub const SUBJECT: usize = 500;
/// Characters of a summary.
pub const SUMMARY: usize = 4_000;
/// Characters of a letter number.
pub const LETTER_NUMBER: usize = 100;
/// Characters of a caller's id.
pub const CALLER_ID: usize = 200;
/// Characters of a name or an address.
pub const PARTY: usize = 500;
/// Recipients of one letter, groups counted by member.
pub const RECIPIENTS: usize = 5_000;
/// Bytes of a Telegram file that the Bot API takes.
pub const TELEGRAM_FILE_BYTES: u64 = 50 * 1000 * 1000;
/// Visible characters of a Telegram text.
pub const TELEGRAM_TEXT: usize = 4_096;
/// Visible characters of a Telegram caption.
pub const TELEGRAM_CAPTION: usize = 1_024;
