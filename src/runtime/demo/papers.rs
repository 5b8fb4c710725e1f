//! The papers of the practice room: small letters as PDF, set on the spot.

use crate::channel::email::address::Address;
use anyhow::Result;
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

/// A one-page PDF with a headline and lines of text.
pub fn letter(headline: &str, lines: &[&str]) -> Result<Vec<u8>> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut operations = vec![Operation::new("BT", vec![])];
    operations.extend(text(60, 780, 16, headline));
    for (place, line) in (0_i64..).zip(lines) {
        operations.extend(text(60, 740 - place * 20, 11, line));
    }
    operations.push(Operation::new("ET", vec![]));
    let content = document.add_object(Stream::new(dictionary! {}, Content { operations }.encode()?));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    document
        .objects
        .insert(pages, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

fn text(x: i64, y: i64, size: i64, line: &str) -> Vec<Operation> {
    vec![
        Operation::new("Tf", vec!["F1".into(), size.into()]),
        Operation::new("Tm", vec![1.into(), 0.into(), 0.into(), 1.into(), x.into(), y.into()]),
        Operation::new("Tj", vec![Object::string_literal(line)]),
    ]
}

/// Whether a text is a mail address; of the claims of a forged mail nothing else is repeated.
pub fn is_address(text: &str) -> bool {
    Address::parse(text).is_ok()
}
