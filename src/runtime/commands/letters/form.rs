//! A letter form and the files beside it at the command line: read, and everything that is wrong with them told in one pass.

use super::refusal_line;
use crate::domain::letter_form::{self, Form, FormFault};
use crate::flow::House;
use crate::flow::accept::{Refusal, SubmittedFile, judge};
use crate::runtime::Ended;
use crate::runtime::commands::print_json;
use crate::runtime::words::{faults, io_reason, line};
use anyhow::Result;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The PDF and the attachments, as far as they can be read.
#[derive(Debug)]
pub struct Papers {
    /// The PDF.
    pub pdf: Option<SubmittedFile>,
    /// The attachments.
    pub attachments: Vec<SubmittedFile>,
    /// Whether all of them could be read.
    pub whole: bool,
}

impl Papers {
    /// Reads them; each that cannot be read is told.
    pub fn read(pdf: &Path, attach: &[PathBuf]) -> Self {
        let pdf = read_file(pdf);
        let attachments: Vec<SubmittedFile> = attach.iter().filter_map(|path| read_file(path)).collect();
        let whole = pdf.is_some() && attachments.len() == attach.len();
        Self { pdf, attachments, whole }
    }
}

/// The form; `None` where there is no such file, which is told.
pub fn read(path: &Path) -> Option<Form> {
    let form = letter_form::parse(&String::from_utf8_lossy(&bytes(path)?));
    if !form.notes.is_empty() {
        // What was decided in the writer's place is told before anything comes of it.
        eprintln!("{}", faults(letter_form::SENTENCES, &form.notes));
    }
    Some(form)
}

fn read_file(path: &Path) -> Option<SubmittedFile> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    bytes(path).map(|bytes| SubmittedFile { name, bytes })
}

fn bytes(path: &Path) -> Option<Vec<u8>> {
    let told = |error: std::io::Error| {
        let (file, reason) = (path.display().to_string(), io_reason(&error));
        eprintln!("{}", line("file_unreadable", &[("file", &file), ("reason", &reason)]));
    };
    std::fs::read(path).map_err(told).ok()
}

/// Tells everything that is wrong with a form that is no letter, or whose files could not all be read.
pub async fn refused(house: &House, form: &Form, papers: Option<&Papers>, as_json: bool) -> Result<Ended> {
    let files = papers.and_then(|papers| Some((papers.pdf.as_ref()?, papers.attachments.as_slice())));
    let (found, refusals) = judge(house, form, files).await?;
    if as_json {
        print_json(&json!({ "refused": refusals, "form": found, "notes": form.notes }));
    }
    tell(house, (&found, &refusals), papers.is_some() && !as_json);
    Ok(if papers.is_some_and(|papers| !papers.whole) { Ended::Usage } else { Ended::Wanting })
}

/// Tells what is wrong with a form by itself.
pub fn tell_own(form: &Form) {
    if !form.faults.is_empty() {
        eprintln!("{}", faults(letter_form::SENTENCES, &form.faults));
    }
}

fn tell(house: &House, (found, refusals): (&[FormFault], &[Refusal]), head: bool) {
    let count = found.len() + refusals.len();
    if head && count > 0 {
        eprintln!("{}", line("refused_head", &[("n", &count.to_string())]));
    }
    if !found.is_empty() {
        eprintln!("{}", faults(letter_form::SENTENCES, found));
    }
    for refusal in refusals {
        eprintln!("{}", refusal_line(house, refusal));
    }
}
