//! A PDF at the door: can it be opened, counted and printed?
//!
//! In come the bytes of a file, out go facts or a fault. Pure reading of bytes: nothing is changed, repaired or kept, since
//! a signed PDF must leave as it came. It lives at the desk and not in a door, because acceptance, mail and paper ask alike.

use crate::domain::limits;
use crate::render::context::PdfUnreadable;
use lopdf::xref::XrefRecovery;
use lopdf::{Document, LoadOptions, Permissions};
use std::panic::catch_unwind;

/// What a stream of the file's own structure may unpack to.
const UNPACKED_BYTES: usize = 64 * 1024 * 1024;
/// A file starts with its mark within so many bytes.
const MARK_WITHIN: usize = 1024;

/// What is known of a good file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PdfFacts {
    /// Pages.
    pub pages: u32,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PdfFault {
    /// Needs a password, or its author forbids printing.
    #[error("the PDF is locked")]
    Encrypted,
    /// Cannot be opened.
    #[error("the PDF cannot be opened: {0}")]
    Unreadable(PdfUnreadable),
    /// Opens, and has no page.
    #[error("the PDF has no page")]
    NoPages,
    /// More than [`limits::PDF_PAGES`].
    #[error("the PDF has {0} pages")]
    TooManyPages(u32),
}

impl PdfFault {
    /// How the refusal says it; `None` for a locked file, which has a refusal of its own.
    pub const fn in_words(self) -> Option<PdfUnreadable> {
        match self {
            Self::Encrypted => None,
            Self::Unreadable(damage) => Some(damage),
            Self::NoPages => Some(PdfUnreadable::NoPages),
            Self::TooManyPages(_) => Some(PdfUnreadable::TooManyPages),
        }
    }
}

/// Looks at a file. A hostile file can make this take more memory than there is: a daemon asks
/// [`PdfDesk::examine`](super::pdf::PdfDesk::examine), which does it in the child; only programs that may die call it here.
pub fn examine(bytes: &[u8]) -> Result<PdfFacts, PdfFault> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits::FILE_BYTES {
        return Err(PdfFault::Unreadable(PdfUnreadable::TooLarge));
    }
    if !bytes.iter().take(MARK_WITHIN).collect::<Vec<_>>().windows(5).any(|part| part.iter().copied().eq(b"%PDF-")) {
        return Err(PdfFault::Unreadable(PdfUnreadable::NotPdf));
    }
    // The reader is not ours and the file is anybody's: a panic in it is a damaged file.
    catch_unwind(|| read(bytes)).unwrap_or(Err(PdfFault::Unreadable(PdfUnreadable::Damaged)))
}

fn read(bytes: &[u8]) -> Result<PdfFacts, PdfFault> {
    let options = LoadOptions { max_decompressed_size: Some(UNPACKED_BYTES), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => return Err(PdfFault::Encrypted),
        Err(_) => return Err(PdfFault::Unreadable(PdfUnreadable::Damaged)),
    };
    // Still encrypted: the empty password does not open it.
    if document.is_encrypted() || forbids_printing(&document) {
        return Err(PdfFault::Encrypted);
    }
    // A viewer would guess its way through; what a letter says must not be a guess.
    if document.xref_recovery == Some(XrefRecovery::Reconstructed) {
        return Err(PdfFault::Unreadable(PdfUnreadable::Damaged));
    }
    count(&document)
}

fn forbids_printing(document: &Document) -> bool {
    document.encryption_state.as_ref().is_some_and(|state| !state.permissions().contains(Permissions::PRINTABLE))
}

fn count(document: &Document) -> Result<PdfFacts, PdfFault> {
    let mut pages = 0_u32;
    for page in document.page_iter() {
        if document.get_dictionary(page).is_err() {
            return Err(PdfFault::Unreadable(PdfUnreadable::PageMissing));
        }
        pages = pages.saturating_add(1);
    }
    match pages {
        0 => Err(PdfFault::NoPages),
        pages if pages > limits::PDF_PAGES => Err(PdfFault::TooManyPages(pages)),
        pages => Ok(PdfFacts { pages }),
    }
}

#[cfg(test)]
#[path = "pdf_check_tests.rs"]
mod tests;
