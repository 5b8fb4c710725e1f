//! The chain as the documents describe it (`docs/architecture.md`, decision 11), computed by nobody else's code.

use serde_json::Value;

/// The keys of a fact in their order.
const KEYS: [&str; 16] = [
    "v",
    "id",
    "event",
    "letter",
    "recipient",
    "delivery",
    "attempt",
    "inbound",
    "act",
    "channel",
    "event_time",
    "recorded_at",
    "actor",
    "content",
    "detail",
    "proves_not",
];

/// A row of the evidence.
#[derive(Clone)]
pub struct Row {
    pub seq: Option<i64>,
    pub id: String,
    pub event: String,
    pub letter: String,
    pub delivery: String,
    pub body: Vec<u8>,
    pub hash: String,
    pub link: String,
    pub recorded_at: i64,
}

impl Row {
    pub fn read(row: &Value) -> Self {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        Self {
            seq: row["seq"].as_i64(),
            id: text("id"),
            event: text("event"),
            letter: text("letter"),
            delivery: text("delivery"),
            body: text("body").into_bytes(),
            hash: text("hash"),
            link: text("link"),
            recorded_at: row["recorded_at"].as_i64().unwrap(),
        }
    }
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// Walks the whole chain; its length, or the first fact that does not fit.
pub fn walk(rows: &[Row]) -> Result<i64, String> {
    let mut link = vec![0; 32];
    let mut seq = 0;
    for row in rows {
        seq += 1;
        let bad = |what: &str| format!("fact {seq}: {what}");
        if row.seq != Some(seq) {
            return Err(bad("a number is missing"));
        }
        if sha256_hex(&row.body) != row.hash {
            return Err(bad("the hash"));
        }
        link = unhex(&sha256_hex(&[link, unhex(&row.hash)].concat()));
        if link != unhex(&row.link) {
            return Err(bad("the link"));
        }
        canonical(&row.body).map_err(|what| bad(&what))?;
        columns(row).map_err(|what| bad(&what))?;
    }
    Ok(seq)
}

/// The columns beside a fact say what it says.
fn columns(row: &Row) -> Result<(), String> {
    let body: Value = serde_json::from_slice(&row.body).map_err(|error| error.to_string())?;
    let bare = |name: &str| body[name].as_str().unwrap_or_default().rsplit('-').next().unwrap_or_default().to_owned();
    let told: jiff::Timestamp = body["recorded_at"].as_str().unwrap_or_default().parse().map_err(|_| "no time".to_owned())?;
    let same = bare("id") == row.id
        && body["event"] == row.event
        && bare("letter") == row.letter
        && bare("delivery") == row.delivery
        && told.as_microsecond() == row.recorded_at;
    if same { Ok(()) } else { Err("a column".to_owned()) }
}

/// Keys in their order, no spaces, no empty fields, nothing but strings, integers, booleans, lists and objects; version 1.
fn canonical(body: &[u8]) -> Result<(), String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    plain(&value)?;
    if value["v"] != 1 {
        return Err("another version".to_owned());
    }
    let keys = keys_as_written(body)?;
    let places: Option<Vec<usize>> = keys.iter().map(|key| KEYS.iter().position(|known| known == key)).collect();
    let places = places.ok_or_else(|| format!("unknown keys in {keys:?}"))?;
    if places.is_sorted_by(|one, next| one < next) { Ok(()) } else { Err(format!("the order of {keys:?}")) }
}

fn plain(value: &Value) -> Result<(), String> {
    match value {
        Value::Null => Err("a null".to_owned()),
        Value::Number(number) if !number.is_i64() => Err("no integer".to_owned()),
        Value::String(text) if text.is_empty() => Err("an empty text".to_owned()),
        Value::Array(items) if items.is_empty() => Err("an empty list".to_owned()),
        Value::Object(fields) if fields.is_empty() => Err("an empty object".to_owned()),
        Value::Array(items) => items.iter().try_for_each(plain),
        Value::Object(fields) => fields.values().try_for_each(plain),
        _ => Ok(()),
    }
}

/// The keys of the outermost object as they stand in the bytes.
fn keys_as_written(body: &[u8]) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let (mut keys, mut depth, mut start, mut escaped) = (Vec::new(), 0, None, false);
    for (at, sign) in text.char_indices() {
        match (start, sign) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(from), '"') => {
                if depth == 1 && text[at + 1..].starts_with(':') {
                    keys.push(text[from..at].to_owned());
                }
                start = None;
            }
            (None, '"') => start = Some(at + 1),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth -= 1,
            (None, space) if space.is_whitespace() => return Err("a space".to_owned()),
            _ => {}
        }
    }
    Ok(keys)
}
