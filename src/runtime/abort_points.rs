//! Every point at which a crash story lets the process die, in one list. A test scans the sources: no point is missing here,
//! and every one is walked.

use crate::channel::{email::session, print, telegram};
use crate::flow;

/// The points of this room.
pub const ABORT_POINTS: &[&str] = &[
    "imap.before_put_away",
    "imap.after_put_away",
    "maildir.before_put_away",
    "telegram.after_get_updates",
    "open.after_migrate",
    "open.after_seal",
    "open.before_commit",
];

/// All of them.
pub fn all() -> Vec<&'static str> {
    let rooms = [flow::ABORT_POINTS, session::ABORT_POINTS, telegram::ABORT_POINTS, print::ABORT_POINTS, ABORT_POINTS];
    rooms.concat()
}
