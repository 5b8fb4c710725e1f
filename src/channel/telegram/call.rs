//! One call of the Bot API: a typed payload of teloxide goes out, Telegram's raw answer comes back.
//!
//! teloxide's `Bot` holds the client, its payloads are the requests and its error texts are read; only the one POST is
//! ours, for three reasons that were seen on teloxide 0.17: it sleeps ten seconds inside the call on every 5xx, it drops
//! `error_code`, and it keeps no raw update. It never repeats a call.

use super::error::{LostCode, Refusal, TelegramError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{sync::Arc, time::Duration};
use teloxide::{Bot, requests::Payload, types::Seconds};

/// Bytes of an answer that are read; a hundred updates are far below.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Why there is no `ok: true`.
#[derive(Debug)]
pub(super) enum Failure {
    /// Telegram said no.
    Refused(Refusal),
    /// There was no (readable) answer.
    Network(TelegramError),
}

/// A file that goes with a call, under the name that the payload gave it.
pub(super) struct Attached {
    /// Field of the payload.
    pub field: &'static str,
    /// Name of the file.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    description: Option<String>,
    error_code: Option<u16>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize, Default)]
struct Parameters {
    retry_after: Option<Seconds>,
    migrate_to_chat_id: Option<i64>,
}

/// Posts a payload and gives the raw `result`.
pub(super) async fn post<P>(bot: &Bot, payload: &P, timeout: Duration) -> Result<Box<RawValue>, Failure>
where
    P: Payload + Serialize + Sync,
{
    let request = bot.client().post(method_url(bot, P::NAME)?).json(payload);
    answer_of(request.timeout(timeout)).await
}

/// Posts a payload together with a file.
pub(super) async fn post_file<P>(bot: &Bot, payload: &P, file: Attached, timeout: Duration) -> Result<Box<RawValue>, Failure>
where
    P: Payload + Serialize + Sync,
{
    let form = form_of(payload, file)?;
    answer_of(bot.client().post(method_url(bot, P::NAME)?).multipart(form).timeout(timeout)).await
}

/// The fields of a payload as a form, as the Bot API reads them: texts as they are, everything else as JSON.
fn form_of<P: Serialize>(payload: &P, file: Attached) -> Result<reqwest::multipart::Form, Failure> {
    let unusable = |_| Failure::Network(TelegramError::Unreachable("the request could not be written".to_owned()));
    let fields = match serde_json::to_value(payload).map_err(unusable)? {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let mut form = reqwest::multipart::Form::new().percent_encode_noop();
    for (name, value) in fields.into_iter().filter(|(name, _)| name != file.field) {
        form = match value {
            serde_json::Value::String(text) => form.text(name, text),
            other => form.text(name, other.to_string()),
        };
    }
    let part = reqwest::multipart::Part::bytes(file.bytes.to_vec()).file_name(file.file_name);
    Ok(form.part(file.field, part))
}

/// Gets the bytes of a file, `most` of them at most.
pub(super) async fn get(bot: &Bot, path: &[String], most: usize, timeout: Duration) -> Result<Vec<u8>, Failure> {
    let token = format!("bot{}", bot.token());
    let pieces = ["file", token.as_str()].into_iter().chain(path.iter().map(String::as_str));
    let request = bot.client().get(url_of(bot, pieces)?).timeout(timeout);
    let response = request.send().await.map_err(|error| Failure::Network(network(error)))?;
    let status = response.status();
    if !status.is_success() {
        return Err(if status.is_client_error() { front(status) } else { lost(LostCode::Server, format!("HTTP {status}")) });
    }
    body_of(response, most).await
}

/// `api_url/bot<token>/Method`.
fn method_url(bot: &Bot, method: &str) -> Result<url::Url, Failure> {
    url_of(bot, [format!("bot{}", bot.token()).as_str(), method])
}

/// The only place where the token meets an address; it leaves this file in no error.
fn url_of<'a>(bot: &Bot, pieces: impl IntoIterator<Item = &'a str>) -> Result<url::Url, Failure> {
    let mut url = bot.api_url();
    match url.path_segments_mut() {
        Ok(mut segments) => {
            segments.pop_if_empty().extend(pieces);
        }
        Err(()) => return Err(Failure::Network(TelegramError::Unreachable("the address of the API has no path".to_owned()))),
    }
    Ok(url)
}

async fn answer_of(request: reqwest::RequestBuilder) -> Result<Box<RawValue>, Failure> {
    let response = request.send().await.map_err(|error| Failure::Network(network(error)))?;
    let status = response.status();
    let body = body_of(response, ANSWER_BYTES).await?;
    // A failing server may have acted before it failed, whatever it says.
    if status.is_server_error() {
        return Err(lost(LostCode::Server, format!("HTTP {status}")));
    }
    read(&body, status)
}

/// The body, unless it is longer than anything that Telegram sends.
async fn body_of(mut response: reqwest::Response, most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::Network(network(error)))? {
        if body.len() + chunk.len() > most {
            return Err(lost(LostCode::Answer, format!("HTTP {}, more than {most} bytes", response.status())));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads Telegram's envelope. What is not one (a proxy's page) is never quoted: it may hold anything.
fn read(body: &[u8], status: reqwest::StatusCode) -> Result<Box<RawValue>, Failure> {
    let unreadable = || lost(LostCode::Answer, format!("HTTP {status}, {} bytes that are no answer of the Bot API", body.len()));
    // Two refusals come from the server in front of Telegram as well, which does not write JSON.
    let answer: Answer<'_> = match serde_json::from_slice(body) {
        Ok(answer) => answer,
        Err(_) if matches!(status.as_u16(), 413 | 429) => return Err(front(status)),
        Err(_) => return Err(unreadable()),
    };
    if answer.ok {
        return answer.result.map(ToOwned::to_owned).ok_or_else(unreadable);
    }
    let parameters = answer.parameters.unwrap_or_default();
    Err(Failure::Refused(Refusal {
        code: answer.error_code.unwrap_or_else(|| status.as_u16()),
        description: answer.description.unwrap_or_default(),
        retry_after: parameters.retry_after,
        moved_to: parameters.migrate_to_chat_id,
    }))
}

fn front(status: reqwest::StatusCode) -> Failure {
    let description = status.canonical_reason().unwrap_or_default().to_owned();
    Failure::Refused(Refusal { code: status.as_u16(), description, retry_after: None, moved_to: None })
}

fn lost(code: LostCode, text: String) -> Failure {
    Failure::Network(TelegramError::Lost { code, text })
}

/// Before the connection stood nothing can have been sent; afterwards nobody knows. The address, and with it the token, is
/// taken out before the error is looked at.
fn network(error: reqwest::Error) -> TelegramError {
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        return TelegramError::Unreachable(root_cause(&error));
    }
    let code = if error.is_timeout() { LostCode::Timeout } else { LostCode::Connection };
    TelegramError::Lost { code, text: root_cause(&error) }
}

/// The innermost words: "Connection refused (os error 111)" says more than "error sending request".
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str, status: u16) -> Refusal {
        match read(body.as_bytes(), reqwest::StatusCode::from_u16(status).unwrap()) {
            Err(Failure::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_code_and_both_parameters_are_kept() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}"#;
        assert_eq!(refusal(body, 429).retry_after, Some(Seconds::from_seconds(7)));
        let body = r#"{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-100123}}"#;
        assert_eq!(refusal(body, 400).moved_to, Some(-100_123));
        assert_eq!(refusal(r#"{"ok":false,"description":"Unauthorized"}"#, 401).code, 401);
    }

    #[test]
    fn a_page_of_a_proxy_is_unknown_and_never_quoted() {
        for body in ["<html>secret words</html>", "", "{\"ok\":true}", "[1]"] {
            let Err(Failure::Network(error)) = read(body.as_bytes(), reqwest::StatusCode::OK) else { panic!("{body}") };
            assert!(matches!(&error, TelegramError::Lost { code: LostCode::Answer, text } if !text.contains("secret")));
        }
    }

    #[test]
    fn a_page_that_refuses_is_a_refusal() {
        assert_eq!(refusal("<html>413</html>", 413).code, 413);
        assert_eq!(refusal("<html>429</html>", 429).code, 429);
    }

    #[test]
    fn the_address_of_a_call_ends_in_bot_token_and_method() {
        let bot = Bot::with_client("1:abc", reqwest_client()).set_api_url("http://127.0.0.1:9/base/".parse().unwrap());
        assert_eq!(method_url(&bot, "SendMessage").unwrap().as_str(), "http://127.0.0.1:9/base/bot1:abc/SendMessage");
    }

    fn reqwest_client() -> reqwest::Client {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        reqwest::Client::new()
    }
}
