//! The text desk: contexts in, finished mail and chat texts out.
//!
//! All templates are compiled in and rendered with their samples by [`Desk::new`], so that a broken one stops the start
//! and never a letter. The desk knows nothing of addresses, tokens of buttons, or sending.

use super::RenderError;
use super::by_class::{self, Guard, Medium};
use super::context::{Chat, Frame, Message, Pop, PrintTicket, You, samples};
use super::labels::Labels;
use super::moment::Moment;
use super::{filters, fit, fold};
use rust_embed::RustEmbed;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tera::{Context, Tera};

#[derive(RustEmbed)]
#[folder = "templates/email/"]
struct MailTemplates;

#[derive(RustEmbed)]
#[folder = "templates/telegram/"]
struct ChatTemplates;

/// A finished mail, without headers other than its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// Subject line.
    pub subject: String,
    /// Plain twin, 72 columns, lines end with `\n`.
    pub text: String,
    /// HTML twin.
    pub html: String,
}

/// A finished chat text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatText {
    /// Text in Telegram's HTML subset.
    pub html: String,
    /// Fixed buttons of this kind, in order: key and label.
    pub buttons: Vec<Button>,
}

/// A button: what it does, and what stands on it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(from = "(String, String)")]
pub struct Button {
    /// Stable English key.
    pub key: String,
    /// Indonesian label, at most 22 characters.
    pub label: String,
}

impl From<(String, String)> for Button {
    fn from((key, label): (String, String)) -> Self {
        Self { key, label }
    }
}

/// All templates, ready.
#[derive(Debug)]
pub struct Desk {
    tera: Tera,
    labels: Arc<Labels>,
    keyboards: BTreeMap<String, Vec<Button>>,
    /// Variables by template.
    variables: Mutex<BTreeMap<String, Arc<Vec<String>>>>,
}

impl Desk {
    /// Loads every template and renders each with its samples.
    pub fn new() -> Result<Self, RenderError> {
        let desk = Self::load(templates())?;
        for (frame, message) in samples::messages() {
            desk.mail(&frame, &message)?;
            if message.has_chat() {
                desk.chat(&frame, &message)?;
            }
        }
        for chat in samples::chats() {
            desk.say(You::Either, &chat)?;
        }
        for pop in samples::pops() {
            desk.pop(&pop)?;
        }
        for ticket in samples::tickets() {
            desk.ticket(&ticket)?;
        }
        Ok(desk)
    }

    /// Parses templates given by name and text.
    fn load(templates: Vec<(String, String)>) -> Result<Self, RenderError> {
        let labels = Arc::new(Labels::load()?);
        let mut tera = Tera::new();
        tera.autoescape_on(vec![".html"]);
        filters::register(&mut tera, &labels);
        tera.add_raw_templates(templates).map_err(|fault| broken("(all)", &fault))?;
        let keyboards = toml::from_str(include_str!("../../templates/telegram/keyboards.toml"))
            .map_err(|fault| RenderError::Table { table: "templates/telegram/keyboards.toml", reason: fault.to_string() })?;
        Ok(Self { tera, labels, keyboards, variables: Mutex::default() })
    }

    /// The Indonesian label of a closed word, as `templates/words.toml` has it.
    pub fn label(&self, group: &str, code: &str) -> Option<&str> {
        self.labels.find(group, code)
    }

    /// "8 Desember 2026".
    pub fn day(&self, at: &Moment) -> String {
        filters::plain_date(&self.labels, at)
    }

    /// A day, or a day and a time, as lists show it: "Sel, 8 Des 2026 08.30".
    pub fn short(&self, at: &Moment) -> String {
        filters::short(&self.labels, at)
    }

    /// A named row of buttons that no text carries by itself: "`letter_ordinary/more`", "`act_recorded/later`".
    pub fn buttons(&self, name: &str) -> &[Button] {
        self.keyboards.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sets a mail.
    pub fn mail(&self, frame: &Frame, message: &Message) -> Result<MailText, RenderError> {
        let kind = message.kind();
        let mut values = self.values(&kind, message, Some(frame), Medium::Mail)?;
        let subject = self.subject(&kind, &values)?;
        values.insert("mail_subject".to_owned(), Value::String(subject.clone()));
        let mut context = context(&kind, &values)?;
        let body = fold::tidy(&self.set(&format!("email/{kind}/body.txt"), &context)?);
        let greeting = self.set("email/_frame/salutation.txt", &context)?;
        let footer = self.set("email/_frame/footer.txt", &context)?;
        let text = fold::fold(&fold::tidy(&format!("{greeting}\n\n{body}\n\n-----\n{footer}")));
        let own = format!("email/{kind}/body.html");
        let page = if self.tera.contains_template(&own) { own } else { "email/_frame/derived.html".to_owned() };
        context.insert("blocks", &fold::blocks(&body));
        let html = self.set(&page, &context)?;
        Ok(MailText { subject, text, html })
    }

    /// Sets the chat twin of a message: its own template, else the words of the mail without salutation and footer.
    pub fn chat(&self, frame: &Frame, message: &Message) -> Result<ChatText, RenderError> {
        let kind = message.kind();
        if !message.has_chat() {
            return Err(RenderError::NoText { kind, channel: "chat" });
        }
        let mut values = self.values(&kind, message, Some(frame), Medium::Chat)?;
        let own = format!("telegram/{kind}.html");
        let html = if self.tera.contains_template(&own) {
            self.render(&own, &values)?
        } else {
            let body = fold::tidy(&self.render(&format!("email/{kind}/body.txt"), &values)?);
            put(&mut values, &kind, "blocks", &fold::blocks(&body))?;
            self.render("telegram/_derived.html", &values)?
        };
        self.chat_text(&kind, &html, &values)
    }

    /// Sets a text that exists in the chat only.
    pub fn say(&self, you: You, chat: &Chat) -> Result<ChatText, RenderError> {
        let kind = format!("chat/{}", chat.code());
        let mut values = self.values(&kind, chat, None, Medium::Chat)?;
        put(&mut values, &kind, "you", &you)?;
        let html = self.render(&format!("telegram/{kind}.html"), &values)?;
        self.chat_text(&kind, &html, &values)
    }

    /// Sets a pop-up: plain text, at most 200 characters.
    pub fn pop(&self, pop: &Pop) -> Result<String, RenderError> {
        let kind = format!("pop/{}", pop.code());
        let values = self.values(&kind, pop, None, Medium::Chat)?;
        let text = self.render(&format!("telegram/{kind}.txt"), &values)?;
        Ok(fit::cut(text.trim(), 200, "…"))
    }

    /// Sets the ticket of a print job: plain text for the clerk, 72 columns.
    pub fn ticket(&self, ticket: &PrintTicket) -> Result<String, RenderError> {
        let Value::Object(mut values) = to_value(TICKET, ticket)? else {
            return Err(RenderError::Context { kind: TICKET.to_owned(), reason: "not a map".to_owned() });
        };
        // No guard of the class: the ticket stays at the desk that has the letter itself, and carries no hal.
        values.values_mut().for_each(by_class::clean);
        Ok(fold::fold(&fold::tidy(&self.render(TICKET, &values)?)))
    }

    fn chat_text(&self, kind: &str, html: &str, values: &Map<String, Value>) -> Result<ChatText, RenderError> {
        let told = html.trim();
        let elsewhere = if values.get("content_elsewhere") == Some(&Value::Bool(true)) {
            self.render("telegram/_elsewhere.html", values)?
        } else {
            String::new()
        };
        let html = fold::tidy(&format!("{told}\n{elsewhere}"));
        Ok(ChatText { html, buttons: self.keyboards.get(kind).cloned().unwrap_or_default() })
    }

    /// The values of a context as the class lets them out on a medium.
    fn values(
        &self,
        kind: &str,
        context: &impl serde::Serialize,
        frame: Option<&Frame>,
        medium: Medium,
    ) -> Result<Map<String, Value>, RenderError> {
        let Value::Object(mut values) = to_value(kind, context)? else {
            // A unit variant of `Chat` or `Pop` is a bare word only if its tag is lost.
            return Err(RenderError::Context { kind: kind.to_owned(), reason: "not a map".to_owned() });
        };
        values.values_mut().for_each(by_class::clean);
        if let Some(Value::String(thread)) = values.get_mut("thread_subject") {
            *thread = without_re(thread).to_owned();
        }
        let guard = by_class::guard(values.get("class").and_then(Value::as_str), medium);
        by_class::redact(&mut values, guard, &self.labels);
        values.insert("closed".to_owned(), Value::Bool(guard == Guard::Closed));
        let elsewhere = guard == Guard::NoContent && kind != "letter_restricted";
        values.insert("content_elsewhere".to_owned(), Value::Bool(elsewhere));
        values.insert("hides_due".to_owned(), Value::Bool(matches!(kind, "disposition_received" | "disposition_copy")));
        values.insert("paper_desk".to_owned(), frame.and_then(|frame| frame.paper_desk.clone()).into());
        if let Some(frame) = frame {
            let mut around = to_value(kind, frame)?;
            let token = around.get("letter_token").cloned();
            by_class::clean(&mut around);
            if let Value::Object(map) = &mut around {
                map.extend(token.map(|token| ("letter_token".to_owned(), token)));
                if guard == Guard::Closed {
                    map.insert("office".to_owned(), Value::String(String::new()));
                }
            }
            put(&mut values, kind, "you", &frame.you)?;
            values.insert("frame".to_owned(), around);
        }
        Ok(values)
    }

    /// The subject by rule 13: too long, the sender's short name goes in first, then the hal is cut; the number never.
    fn subject(&self, kind: &str, values: &Map<String, Value>) -> Result<String, RenderError> {
        let name = format!("email/{kind}/subject.txt");
        let line = |values: &Map<String, Value>| {
            self.render(&name, values).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let mut subject = line(values)?;
        // Nearly every subject fits as it is.
        if subject.chars().count() <= fit::SUBJECT_LINE {
            return Ok(subject);
        }
        let mut trial = values.clone();
        if let (Some(short), true) = (values.get("sender_short"), subject.chars().count() > fit::SUBJECT_LINE) {
            trial.insert("sender".to_owned(), short.clone());
            subject = line(&trial)?;
        }
        for (field, limit) in SHRINKS {
            let length = subject.chars().count();
            let Some(text) = trial.get(field).and_then(Value::as_str).filter(|_| length > limit) else { continue };
            let shrunk = fit::shrunk(text, length, limit);
            trial.insert(field.to_owned(), Value::String(shrunk));
            subject = line(&trial)?;
        }
        Ok(subject)
    }

    fn render(&self, name: &str, values: &Map<String, Value>) -> Result<String, RenderError> {
        self.set(name, &context(name, values)?)
    }

    /// Renders with values that several templates share.
    fn set(&self, name: &str, context: &Context) -> Result<String, RenderError> {
        let known = |variable: &str| variable.starts_with("__tera") || context.contains_key(variable);
        // A condition on a name that does not exist would be silently false.
        if let Some(unknown) = self.variables(name)?.iter().find(|variable| !known(variable)) {
            return Err(RenderError::Template { template: name.to_owned(), reason: format!("unknown variable {unknown}") });
        }
        self.tera.render(name, context).map_err(|fault| broken(name, &fault))
    }

    /// The variables of a template, found once.
    fn variables(&self, name: &str) -> Result<Arc<Vec<String>>, RenderError> {
        if let Some(known) = self.known_variables().get(name) {
            return Ok(Arc::clone(known));
        }
        let found = self.tera.get_template_variables(name).map_err(|fault| broken(name, &fault))?;
        let found = Arc::new(found.into_iter().map(ToString::to_string).collect::<Vec<_>>());
        self.known_variables().insert(name.to_owned(), Arc::clone(&found));
        Ok(found)
    }

    fn known_variables(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Vec<String>>>> {
        self.variables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn context(name: &str, values: &Map<String, Value>) -> Result<Context, RenderError> {
    Context::from_serialize(values).map_err(|fault| broken(name, &fault))
}

/// What may be cut in a subject line, and from which length on. A person's own subject is kept long, so that threads hold.
const SHRINKS: [(&str, usize); 6] = [
    ("subject", fit::SUBJECT_LINE),
    ("sender", fit::SUBJECT_LINE),
    ("recipient_short", fit::SUBJECT_LINE),
    ("position_short", fit::SUBJECT_LINE),
    ("what", fit::SUBJECT_LINE),
    ("thread_subject", 240),
];

/// Name of the ticket's template.
const TICKET: &str = "print/ticket.txt";

fn templates() -> Vec<(String, String)> {
    let mail = MailTemplates::iter().filter_map(|name| Some((format!("email/{name}"), MailTemplates::get(&name)?)));
    let chat = ChatTemplates::iter().filter_map(|name| Some((format!("telegram/{name}"), ChatTemplates::get(&name)?)));
    mail.chain(chat)
        .filter(|(name, _)| matches!(name.rsplit_once('.'), Some((_, "txt" | "html"))))
        .map(|(name, file)| (name, String::from_utf8_lossy(&file.data).into_owned()))
        .chain([(TICKET.to_owned(), include_str!("../../templates/print/ticket.txt").to_owned())])
        .collect()
}

/// The subject without any "Re:" in front: the template puts one there.
fn without_re(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some(tail) = rest.get(..3).filter(|head| head.eq_ignore_ascii_case("re:")).and_then(|_| rest.get(3..)) {
        rest = tail.trim_start();
    }
    rest
}

fn broken(template: &str, fault: &tera::Error) -> RenderError {
    let mut reason = fault.to_string();
    let mut cause = std::error::Error::source(fault);
    while let Some(inner) = cause {
        reason = format!("{reason}: {inner}");
        cause = inner.source();
    }
    RenderError::Template { template: template.to_owned(), reason }
}

fn to_value(kind: &str, context: &impl serde::Serialize) -> Result<Value, RenderError> {
    serde_json::to_value(context).map_err(|fault| RenderError::Context { kind: kind.to_owned(), reason: fault.to_string() })
}

fn put(values: &mut Map<String, Value>, kind: &str, name: &str, value: &impl serde::Serialize) -> Result<(), RenderError> {
    values.insert(name.to_owned(), to_value(kind, value)?);
    Ok(())
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "desk_class_tests.rs"]
mod class_tests;
