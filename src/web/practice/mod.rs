//! The page of the practice room: what lies outside (given by the room) beside what kurir has on record.
//!
//! In: the outside as JSON, acts of the print clerk. Out: one page and its pieces, set from the same templates. Never here:
//! a change of the record but through `flow`.

mod desk;
mod facts;
mod outside;
mod page;

use crate::domain::codes::EmployeeNumber;
use crate::flow::handover::DeskError;
use crate::flow::{Doors, House};
use crate::store::StoreError;
use axum::Router;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use tera::Tera;

/// What the person at the page has opened.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Opened {
    /// Address of a mailbox.
    #[serde(default)]
    pub kotak: String,
    /// Name of a mail.
    #[serde(default)]
    pub surel: String,
    /// Chat of a phone.
    #[serde(default)]
    pub ponsel: String,
    /// What was done last: `terkirim`, `palsu`.
    #[serde(default)]
    pub kabar: String,
}

/// Shows the outside as JSON: mailbox and phone.
pub type Outside = Arc<dyn Fn(&Opened) -> Result<Value, String> + Send + Sync>;

/// What the page is made of.
#[derive(Clone)]
pub struct Practice {
    /// The house.
    pub house: Arc<House>,
    /// The doors; the desk withdraws from the spool folder.
    pub doors: Arc<Doors>,
    /// The outside.
    pub outside: Outside,
    /// Who prints.
    pub clerk: EmployeeNumber,
    /// The folder of the room, for the commands that the page shows.
    pub folder: PathBuf,
    /// The print queue's folder.
    pub spool: PathBuf,
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Practice({})", self.folder.display())
    }
}

/// Why the page cannot be shown, or an act at the desk be done.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The outside.
    #[error("the outside: {0}")]
    Outside(String),
    /// A template.
    #[error("a template of the page: {0}")]
    Template(#[from] tera::Error),
}

#[derive(Clone)]
struct Shown {
    practice: Practice,
    tera: Arc<Tera>,
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../templates/web/practice/", $name)))),*]
    };
}

/// The routes.
pub fn routes(practice: Practice) -> Result<Router, PracticeError> {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html"]);
    tera.add_raw_templates(templates![
        "page.html",
        "mailbox.html",
        "mail.html",
        "files.html",
        "clock.html",
        "mailbox_owners.html",
        "phone_owners.html",
        "phone.html",
        "desk.html",
        "record.html",
        "sentence.html",
        "icons.html",
    ])?;
    let shown = Shown { practice, tera: Arc::new(tera) };
    Ok(Router::new()
        .route("/", get(page::page))
        .route("/latihan/potongan", get(page::pieces))
        .route("/latihan/cetak", post(desk::act))
        .route("/latihan/sampul/{delivery}", get(desk::cover))
        .with_state(shown))
}
