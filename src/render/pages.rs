//! Templates of pages with the filters and words that mails have.

use super::RenderError;
use super::filters;
use super::labels::Labels;
use std::sync::Arc;
use tera::Tera;

/// A set of page templates by name and text; every value in them is escaped.
pub fn pages(templates: &[(&str, &str)]) -> Result<Tera, RenderError> {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html"]);
    filters::register(&mut tera, &Arc::new(Labels::load()?));
    let all: Vec<(String, String)> = templates.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    tera.add_raw_templates(all).map_err(|fault| RenderError::Table { table: "templates/web", reason: fault.to_string() })?;
    Ok(tera)
}
