//! Small files made here: good, locked, cut, empty, hostile.

use super::*;
use crate::render::pdf::samples::cover_job;
use crate::render::{labels::Labels, pdf::typeset::typeset};
use std::process::Command;

fn good() -> Vec<u8> {
    typeset(&cover_job(), &Labels::load().unwrap()).unwrap().pdf
}

/// The file as qpdf rewrites it.
fn qpdf(bytes: &[u8], arguments: &[&str]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("a.pdf"), dir.path().join("b.pdf"));
    std::fs::write(&from, bytes).unwrap();
    let done = Command::new("qpdf").arg(&from).args(arguments).arg(&to).output().expect("qpdf is needed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(&to).unwrap()
}

/// A classic file of these objects.
fn classic(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    out
}

fn catalog() -> String {
    "<</Type/Catalog/Pages 2 0 R>>".to_owned()
}

#[test]
fn a_good_file_is_counted() {
    assert_eq!(examine(&good()), Ok(PdfFacts { pages: 1 }));
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>".to_owned();
    let three = classic(&[catalog(), "<</Type/Pages/Kids[3 0 R 3 0 R 3 0 R]/Count 3>>".to_owned(), page]);
    assert_eq!(examine(&three), Ok(PdfFacts { pages: 3 }));
}

#[test]
fn a_file_with_object_streams_and_a_linearised_one_are_counted_too() {
    assert_eq!(examine(&qpdf(&good(), &["--object-streams=generate", "--linearize"])), Ok(PdfFacts { pages: 1 }));
    assert_eq!(examine(&qpdf(&good(), &["--object-streams=disable"])), Ok(PdfFacts { pages: 1 }));
}

#[test]
fn a_file_with_a_password_is_locked() {
    for bits in ["128", "256"] {
        let mut arguments = vec!["--allow-weak-crypto", "--encrypt", "rahasia", "pemilik", bits];
        arguments.push("--");
        assert_eq!(examine(&qpdf(&good(), &arguments)), Err(PdfFault::Encrypted), "{bits}");
    }
}

#[test]
fn a_file_that_opens_without_a_password_is_taken_unless_printing_is_forbidden() {
    let open = qpdf(&good(), &["--encrypt", "", "pemilik", "256", "--modify=none", "--"]);
    assert_eq!(examine(&open), Ok(PdfFacts { pages: 1 }));
    let silent = qpdf(&good(), &["--encrypt", "", "pemilik", "256", "--print=none", "--"]);
    assert_eq!(examine(&silent), Err(PdfFault::Encrypted));
}

#[test]
fn a_cut_file_is_damaged_wherever_it_is_cut() {
    let good = good();
    for part in 1..20 {
        let cut = &good[..good.len() * part / 20];
        assert_eq!(examine(cut), Err(PdfFault::Unreadable(PdfUnreadable::Damaged)), "{part}/20");
    }
}

#[test]
fn what_is_no_pdf_is_said_so() {
    for bytes in [&b""[..], b"halo", b"PK\x03\x04 docx", &[0; 4096]] {
        assert_eq!(examine(bytes), Err(PdfFault::Unreadable(PdfUnreadable::NotPdf)));
    }
    assert_eq!(examine(b"%PDF-1.7\nrubbish"), Err(PdfFault::Unreadable(PdfUnreadable::Damaged)));
}

#[test]
fn a_file_without_pages_or_with_a_missing_page_is_refused() {
    let none = classic(&[catalog(), "<</Type/Pages/Kids[]/Count 0>>".to_owned()]);
    assert_eq!(examine(&none), Err(PdfFault::NoPages));
    let gone = classic(&[catalog(), "<</Type/Pages/Kids[9 0 R]/Count 1>>".to_owned()]);
    assert_eq!(examine(&gone), Err(PdfFault::Unreadable(PdfUnreadable::PageMissing)));
}

#[test]
fn a_page_tree_in_a_circle_ends() {
    let circle = classic(&[catalog(), "<</Type/Pages/Kids[2 0 R]/Count 1>>".to_owned()]);
    assert!(examine(&circle).is_err());
}

#[test]
fn too_many_pages_are_counted_and_refused() {
    let kids = "3 0 R ".repeat(2_001);
    let mut objects = vec![catalog(), format!("<</Type/Pages/Kids[{kids}]/Count 2001>>")];
    objects.push("<</Type/Page/Parent 2 0 R>>".to_owned());
    // The reader stops at as many pages as the file has objects.
    objects.extend((0..2_000).map(|_| "null".to_owned()));
    assert_eq!(examine(&classic(&objects)), Err(PdfFault::TooManyPages(2_001)));
}

#[test]
fn endless_nesting_does_not_take_the_process_along() {
    for (open, close) in [("[", "]"), ("<<", ">>"), ("<</a", ">>"), ("(", ")")] {
        let deep = format!("{}{}", open.repeat(200_000), close.repeat(200_000));
        let file = classic(&[catalog(), "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(), deep]);
        let _ = examine(&file);
    }
}
