//! The outside of the practice room over HTTP, on loopback: what lies in the mailboxes, what the phones show, and what
//! people do with both.
//!
//! In: choices and acts of the person at the page. Out: JSON, files, and replies and presses that enter kurir through its
//! ordinary doors. Never here: the record, or anything that kurir itself would have to do.

mod chat;
mod mailbox;

use super::post_office::{Letterbox, Origin, PostOffice, PostOfficeError};
use super::telegram::Phone;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

pub use chat::{Bubble, PhoneView, Run};
pub use mailbox::{Block, MailLine, MailboxView, OpenMail};

/// Longest text that a person types at once, in characters.
const LONGEST: usize = 4_000;

/// What the person at the page has opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Address of a mailbox; empty for the first.
    #[serde(default)]
    pub kotak: String,
    /// Name of a mail; empty for the newest that can be answered.
    #[serde(default)]
    pub surel: String,
    /// Chat of a phone; empty for the last that was linked.
    #[serde(default)]
    pub ponsel: String,
}

impl Opened {
    /// The page that shows the same again.
    pub fn page(&self) -> Redirect {
        self.page_after("")
    }

    /// The same, with a word about what was just done.
    fn page_after(&self, told: &str) -> Redirect {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("kotak", self.kotak.as_str()), ("surel", &self.surel), ("ponsel", &self.ponsel), ("kabar", told)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        Redirect::to(&format!("/?{}", query.finish()))
    }
}

/// Mailboxes and phones.
#[derive(Debug, Clone)]
pub struct Outside {
    post: PostOffice,
    phone: Phone,
    /// The last press of each chat, so that only its answer pops up.
    pressed: Arc<Mutex<BTreeMap<i64, String>>>,
}

/// What the outside looks like now.
#[derive(Debug, Clone, Serialize)]
pub struct OutsideView {
    /// The mailbox.
    pub mailbox: MailboxView,
    /// The phone.
    pub phone: PhoneView,
}

#[derive(Debug, Deserialize)]
struct Reply {
    #[serde(flatten)]
    opened: Opened,
    teks: String,
    #[serde(default)]
    asal: String,
}

#[derive(Debug, Deserialize)]
struct Press {
    #[serde(flatten)]
    opened: Opened,
    pesan: i32,
    tombol: String,
}

#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(flatten)]
    opened: Opened,
    teks: String,
}

#[derive(Debug, Deserialize)]
struct Enclosed {
    #[serde(flatten)]
    opened: Opened,
    #[serde(default)]
    nomor: usize,
    #[serde(default)]
    pesan: i32,
}

impl Outside {
    /// The outside of a room.
    pub fn new(post: PostOffice, phone: Phone) -> Self {
        Self { post, phone, pressed: Arc::default() }
    }

    /// What it looks like now.
    pub fn view(&self, opened: &Opened) -> Result<OutsideView, PostOfficeError> {
        let mailbox = mailbox::view(&self.post, opened)?;
        let chat = chat::chosen(&self.phone, opened);
        let pressed = self.pressed.lock().unwrap_or_else(PoisonError::into_inner).get(&chat).cloned();
        Ok(OutsideView { mailbox, phone: chat::view(&self.phone, chat, pressed.as_deref()) })
    }

    /// The routes below `/luar`.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/luar/keadaan", get(state))
            .route("/luar/balas", post(reply))
            .route("/luar/tekan", post(press))
            .route("/luar/ketik", post(type_text))
            .route("/luar/lampiran", get(attachment))
            .route("/luar/berkas", get(document))
            .with_state(self)
    }

    fn mail(&self, opened: &Opened) -> Result<Option<Letterbox>, PostOfficeError> {
        // Only what is listed is opened: a name never becomes a path.
        if !self.post.addresses()?.contains(&opened.kotak) {
            return Ok(None);
        }
        Ok(self.post.mails(&opened.kotak)?.into_iter().find(|mail| mail.key == opened.surel))
    }

    fn remember(&self, chat: i64, press: Option<String>) {
        let mut pressed = self.pressed.lock().unwrap_or_else(PoisonError::into_inner);
        match press {
            Some(press) => pressed.insert(chat, press),
            None => pressed.remove(&chat),
        };
    }
}

async fn state(State(outside): State<Outside>, Query(opened): Query<Opened>) -> Response {
    match outside.view(&opened) {
        Ok(view) => Json(view).into_response(),
        Err(error) => failed(&error),
    }
}

async fn reply(State(outside): State<Outside>, Form(reply): Form<Reply>) -> Response {
    let text: String = reply.teks.chars().take(LONGEST).collect();
    let origin = if reply.asal == "palsu" { Origin::Forged } else { Origin::Own };
    let answered = match outside.mail(&reply.opened) {
        Ok(Some(mail)) => outside.post.reply(&reply.opened.kotak, &mail, &text, origin),
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => Err(error),
    };
    match answered {
        Ok(()) => reply.opened.page_after(if origin == Origin::Forged { "palsu" } else { "terkirim" }).into_response(),
        Err(PostOfficeError::Unanswerable) => StatusCode::CONFLICT.into_response(),
        Err(error) => failed(&error),
    }
}

async fn press(State(outside): State<Outside>, Form(press): Form<Press>) -> Response {
    let chat = chat::chosen(&outside.phone, &press.opened);
    match outside.phone.press(chat, press.pesan, &press.tombol) {
        Some(id) => {
            outside.remember(chat, Some(id));
            press.opened.page().into_response()
        }
        // The message has changed since the page showed it: the page shows what is there now.
        None => press.opened.page().into_response(),
    }
}

async fn type_text(State(outside): State<Outside>, Form(typed): Form<Typed>) -> Response {
    let chat = chat::chosen(&outside.phone, &typed.opened);
    let text: String = typed.teks.trim().chars().take(LONGEST).collect();
    if !text.is_empty() {
        outside.remember(chat, None);
        outside.phone.type_text(chat, &text);
    }
    typed.opened.page().into_response()
}

async fn attachment(State(outside): State<Outside>, Query(asked): Query<Enclosed>) -> Response {
    match outside.mail(&asked.opened) {
        Ok(mail) => match mail.and_then(|mail| mailbox::file(&mail, asked.nomor)) {
            Some((name, bytes)) => file(&name, bytes),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Err(error) => failed(&error),
    }
}

async fn document(State(outside): State<Outside>, Query(asked): Query<Enclosed>) -> Response {
    let chat = chat::chosen(&outside.phone, &asked.opened);
    let message = outside.phone.messages(chat).into_iter().find(|message| message.message_id == asked.pesan);
    match message.and_then(|message| message.document) {
        Some(document) => file(&document.file_name, document.bytes.to_vec()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file to keep. Its name comes from a letter, so only harmless characters of it stay.
fn file(name: &str, bytes: Vec<u8>) -> Response {
    let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{safe}\""));
    let kind = if bytes.starts_with(b"%PDF") { "application/pdf" } else { "application/octet-stream" };
    let named = named.unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, named)], bytes).into_response()
}

fn failed(error: &PostOfficeError) -> Response {
    tracing::error!(%error, "the practice post office");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
