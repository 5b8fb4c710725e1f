//! Reads a call in any of the body forms that clients send, and keeps it for those who check what we send.

use super::multipart;
use serde::Serialize;
use serde_json::{Map, Value};

/// A file that came with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upload {
    /// The field under which it came.
    pub field: String,
    /// Its name.
    pub file_name: String,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// A call as it came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// The method as the client wrote it.
    pub method: String,
    /// The parameters as the client wrote them (of a form: all texts).
    pub params: Map<String, Value>,
    /// The files.
    pub files: Vec<Upload>,
}

impl Call {
    /// Reads a body; `None` when it is none of the forms.
    pub(super) fn read(method: &str, content_type: &str, body: &[u8]) -> Option<Self> {
        let mut call = Self { method: method.to_owned(), params: Map::new(), files: Vec::new() };
        if body.is_empty() {
            return Some(call);
        }
        if content_type.starts_with("application/json") {
            call.params = serde_json::from_slice(body).ok()?;
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            let fields = url::form_urlencoded::parse(body);
            call.params = fields.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect();
        } else {
            call.read_parts(multipart::parts(body, multipart::boundary(content_type)?)?)?;
        }
        Some(call)
    }

    fn read_parts(&mut self, parts: Vec<multipart::Part>) -> Option<()> {
        for part in parts {
            match part.file_name {
                Some(file_name) => self.files.push(Upload { field: part.name, file_name, bytes: part.bytes }),
                None => {
                    self.params.insert(part.name, Value::String(String::from_utf8(part.bytes).ok()?));
                }
            }
        }
        Some(())
    }

    /// A text parameter.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.params.get(name).and_then(Value::as_str)
    }

    /// A number, written as one or as a text.
    pub fn int(&self, name: &str) -> Option<i64> {
        let value = self.params.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// A flag, written as one or as a text.
    pub fn flag(&self, name: &str) -> bool {
        match self.params.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes"),
            _ => false,
        }
    }

    /// A structured parameter, written as one or as JSON in a text.
    pub fn structure(&self, name: &str) -> Option<Value> {
        match self.params.get(name)? {
            Value::String(text) => serde_json::from_str(text).ok(),
            Value::Null => None,
            other => Some(other.clone()),
        }
    }

    /// The file of a field: uploaded under its name, or named by `attach://`.
    pub fn file(&self, field: &str) -> Option<&Upload> {
        let named = self.text(field).and_then(|text| text.strip_prefix("attach://")).unwrap_or(field);
        self.files.iter().find(|file| file.field == named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_forms_say_the_same() {
        let json = Call::read("SendMessage", "application/json", br#"{"chat_id":7,"text":"a","protect_content":true}"#).unwrap();
        let form =
            Call::read("sendMessage", "application/x-www-form-urlencoded", b"chat_id=7&text=a&protect_content=true").unwrap();
        for call in [json, form] {
            assert_eq!((call.int("chat_id"), call.text("text"), call.flag("protect_content")), (Some(7), Some("a"), true));
        }
        assert!(Call::read("x", "application/json", b"{").is_none());
        assert!(Call::read("x", "text/plain", b"{").is_none());
    }
}
