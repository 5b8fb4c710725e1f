//! Paper forms.
//!
//! In come typed forms ([`CoverSheet`]); out come PDF/A-2b bytes that depend on nothing but form, ident and timestamp.
//! Setting runs in a child process ([`PdfDesk`] here, [`worker::serve`](super::worker::serve) there), because the setter
//! knows no timeout: a bad form costs a job and never the daemon. Files from outside are examined there too, since a small
//! one can unpack to more than a machine has. A letter's own PDF is never opened, stamped or merged here.

mod cover;
mod desk;
mod glyphs;
mod job;
mod qr;
pub mod samples;
mod sheet;
pub(super) mod typeset;
mod world;

pub use cover::{CoverCheck, CoverSheet, Letterhead};
pub use desk::{PdfDesk, PdfError, WorkerLimits};
pub use job::{Answer, Ask, Form, Job, Printed};
pub use qr::{QrPath, qr_path};
pub use sheet::{ActSheet, SheetActor};

#[cfg(test)]
mod sheet_tests;
#[cfg(test)]
mod tests;
