//! What goes to the child and comes back: one JSON line each way (and the bytes of a file to examine).

use super::cover::CoverSheet;
use super::sheet::ActSheet;
use crate::render::pdf_check::{PdfFacts, PdfFault};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A form with its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", content = "data", rename_all = "snake_case")]
pub enum Form {
    /// Lembar sampul with tanda terima.
    Cover(Box<CoverSheet>),
    /// Lembar disposisi, or what another act says.
    Act(Box<ActSheet>),
}

/// One job of the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What to set.
    #[serde(flatten)]
    pub form: Form,
    /// Stable name of the document (the delivery id and sheet number): same ident, same bytes.
    pub ident: String,
    /// Creation time in the file.
    pub created: Timestamp,
}

/// A question to the child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Set a form.
    Set(Job),
    /// Examine a file; so many bytes of it follow the line.
    Examine {
        /// How many bytes.
        length: u64,
    },
}

/// Finished paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Characters that no font of ours has and that were replaced by U+25A1; the clerk is told when there are any.
    pub replaced: u32,
}

/// The child's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Done {
        /// Whose paper it is: the job's own ident, so that no sheet can come to the wrong delivery.
        ident: String,
        /// The PDF in base64.
        pdf: String,
        /// See [`Printed::replaced`].
        replaced: u32,
    },
    /// A file was examined and is good.
    Good(PdfFacts),
    /// A file was examined and is not taken.
    Faulty(PdfFault),
    /// The form cannot be set.
    Bad {
        /// Why; never words of the letter.
        reason: String,
    },
}
