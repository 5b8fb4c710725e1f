//! The filters of the templates. They turn values into Indonesian by the tables of `templates/words.toml`; what they give
//! back is escaped like any other value.

use super::context::{Assurance, Echo, TreeLine};
use super::fit;
use super::labels::Labels;
use super::moment::Moment;
use serde::Deserialize;
use std::fmt::Write;
use std::sync::Arc;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

type Filter = fn(&Labels, &Value, &Kwargs) -> TeraResult<String>;

/// Every filter by name.
const FILTERS: [(&str, Filter); 18] = [
    ("tanggal", |labels, value, _| Ok(long(labels, &moment(value)?))),
    ("tanggal_pendek", |labels, value, _| Ok(short(labels, &moment(value)?))),
    ("tanggal_surat", |labels, value, _| Ok(plain_date(labels, &moment(value)?))),
    ("hari", |labels, value, _| Ok(long_day(labels, &moment(value)?))),
    ("jam", |labels, value, args| hours(labels, &moment(value)?, args)),
    ("nomor", |_, value, _| Ok(thousands(number(value)?))),
    ("ukuran", |_, value, _| Ok(size(number(value)?))),
    ("label", |labels, value, args| label(labels, &args.must_get::<String>("of")?, text(value)?)),
    ("kalimat", |labels, value, args| sentence(labels, &args.must_get::<String>("of")?, value)),
    ("instruksi", |labels, value, _| Ok(instructions(labels, &read::<Vec<String>>(value)?))),
    ("tindakan", |labels, value, _| Ok(echo(labels, &read::<Echo>(value)?))),
    ("baris_alur", |labels, value, _| Ok(tree_line(labels, &read::<TreeLine>(value)?))),
    ("sebut", |labels, value, args| some_of(labels, value, args)),
    ("potong", |_, value, args| Ok(fit::cut(text(value)?, args.must_get("n")?, "…"))),
    ("ringkas", |labels, value, args| Ok(fit::cut(text(value)?, args.must_get("n")?, joint(labels, "more_in_mail")))),
    ("kecil", |_, value, _| Ok(lower_first(text(value)?))),
    ("besar", |_, value, _| Ok(first(text(value)?, |c| c.to_uppercase().collect()))),
    ("mailto", |_, value, args| mailto(text(value)?, args)),
];

/// Gives a desk its filters.
pub fn register(tera: &mut Tera, labels: &Arc<Labels>) {
    for (name, filter) in FILTERS {
        let labels = Arc::clone(labels);
        tera.register_filter(name, move |value: Value, args: Kwargs, _: &State| filter(&labels, &value, &args));
    }
}

fn read<T: for<'a> Deserialize<'a>>(value: &Value) -> TeraResult<T> {
    T::deserialize(value).map_err(Error::message)
}

fn text(value: &Value) -> TeraResult<&str> {
    value.as_str().ok_or_else(|| Error::message("a text is needed here"))
}

fn number(value: &Value) -> TeraResult<u64> {
    read::<u64>(value)
}

fn moment(value: &Value) -> TeraResult<Moment> {
    text(value)?.parse().map_err(Error::message)
}

fn label(labels: &Labels, group: &str, code: &str) -> TeraResult<String> {
    labels.find(group, code).map(str::to_owned).ok_or_else(|| Error::message(format!("words.toml has no such word in [{group}]")))
}

fn joint<'a>(labels: &'a Labels, code: &str) -> &'a str {
    labels.find("join", code).unwrap_or_default()
}

fn weekday<'a>(labels: &'a Labels, at: &Moment) -> &'a str {
    labels.find("weekday", &at.date().weekday().to_monday_one_offset().to_string()).unwrap_or_default()
}

fn month<'a>(labels: &'a Labels, group: &str, at: &Moment) -> &'a str {
    labels.find(group, &at.date().month().to_string()).unwrap_or_default()
}

/// "5 Desember 2026".
pub fn plain_date(labels: &Labels, at: &Moment) -> String {
    format!("{} {} {}", at.date().day(), month(labels, "month", at), at.date().year())
}

/// "Jumat, 5 Desember 2026".
fn long_day(labels: &Labels, at: &Moment) -> String {
    format!("{}, {}", weekday(labels, at), plain_date(labels, at))
}

/// "10.00 WIB"; empty without a time.
fn clock(at: &Moment, with_zone: bool) -> String {
    match at.time() {
        Some((time, zone)) if with_zone => format!("{:02}.{:02} {zone}", time.hour(), time.minute()),
        Some((time, _)) => format!("{:02}.{:02}", time.hour(), time.minute()),
        None => String::new(),
    }
}

/// "Jumat, 5 Desember 2026 pukul 10.00 WIB".
pub fn long(labels: &Labels, at: &Moment) -> String {
    let day = long_day(labels, at);
    if at.time().is_none() { day } else { format!("{day}{}{}", joint(labels, "at"), clock(at, true)) }
}

/// "Jum, 5 Des 2026 10.00".
pub fn short(labels: &Labels, at: &Moment) -> String {
    let day: String = weekday(labels, at).chars().take(3).collect();
    let date = format!("{day}, {} {} {}", at.date().day(), month(labels, "month_short", at), at.date().year());
    if at.time().is_none() { date } else { format!("{date} {}", clock(at, false)) }
}

/// "10.00 WIB", or a span where `sampai` is given: "09.00 s.d. 12.00 WIB", "09.00 WIB s.d. selesai".
fn hours(labels: &Labels, at: &Moment, args: &Kwargs) -> TeraResult<String> {
    let Some(end) = args.get::<Value>("sampai")? else { return Ok(clock(at, true)) };
    if end.is_none() {
        return Ok(format!("{}{}", clock(at, true), joint(labels, "until_done")));
    }
    let end = moment(&end)?;
    if end.date() == at.date() {
        return Ok(format!("{}{}{}", clock(at, false), joint(labels, "until"), clock(&end, true)));
    }
    Ok(format!("{}{}{}", clock(at, true), joint(labels, "until"), long(labels, &end)))
}

/// "1.234.567".
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// "2,5 MB", "412 kB"; a file is never smaller than 1 kB to a reader.
pub fn size(bytes: u64) -> String {
    let kilo = bytes.div_ceil(1000).max(u64::from(bytes > 0));
    if kilo < 1000 {
        return format!("{kilo} kB");
    }
    let tenths = (bytes + 50_000) / 100_000;
    match tenths % 10 {
        0 => format!("{} MB", thousands(tenths / 10)),
        rest => format!("{},{rest} MB", thousands(tenths / 10)),
    }
}

/// The label of a code, or of a map's `code`, with `{field}` replaced by the map's fields; moments are written out.
fn sentence(labels: &Labels, group: &str, value: &Value) -> TeraResult<String> {
    let map: serde_json::Map<String, serde_json::Value> = read(value)?;
    let code = map.get("code").and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut rest = label(labels, group, code)?;
    let mut out = String::new();
    // Values are never searched again, so that a value with braces stays what it is.
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, tail)| Some((b, tail.split_once('}')?))) {
        let field = map.get(name).and_then(serde_json::Value::as_str);
        let field = field.ok_or_else(|| Error::message(format!("[{group}] names an unknown field {name}")))?;
        out.push_str(before);
        out.push_str(&field.parse::<Moment>().map_or_else(|_| field.to_owned(), |at| long(labels, &at)));
        rest = after.to_owned();
    }
    Ok(out + &rest)
}

/// How something was proven, as a clause.
pub fn assurance(labels: &Labels, how: &Assurance) -> TeraResult<String> {
    sentence(labels, "assurance", &Value::from_serializable(how))
}

/// Labels of instructions; what is no code stays as written.
fn instructions(labels: &Labels, codes: &[String]) -> String {
    let words: Vec<&str> = codes.iter().map(|code| labels.find("instruction", code).unwrap_or(code)).collect();
    words.join("; ")
}

fn due_clause(labels: &Labels, due: Option<&Moment>) -> String {
    due.map(|at| joint(labels, "due").replace("{due}", &short(labels, at))).unwrap_or_default()
}

/// "Kabid Aptika: Tindak lanjuti, batas Jum, 27 Nov 2026".
fn echo(labels: &Labels, echo: &Echo) -> String {
    let act = first(labels.find("act", echo.act.as_str()).unwrap_or_default(), |c| c.to_uppercase().collect());
    let what = if echo.instructions.is_empty() { act } else { instructions(labels, &echo.instructions) };
    let to = if echo.targets.is_empty() { String::new() } else { format!("{}: ", echo.targets.join(", ")) };
    let note = if echo.note.is_empty() { String::new() } else { format!(", “{}”", echo.note) };
    format!("{to}{what}{}{note}", due_clause(labels, echo.due.as_ref()))
}

/// "Kepala Dinas Kominfo kepada Kabid Aptika: Tindak lanjuti, batas Jum, 27 Nov 2026 (dibaca)".
fn tree_line(labels: &Labels, line: &TreeLine) -> String {
    let state = labels.find("disposition_state", &line.state).or_else(|| labels.find("delivery_state", &line.state));
    let state = first(state.unwrap_or(&line.state), |c| c.to_lowercase().collect());
    let mut out = String::new();
    let mut rest = joint(labels, "to");
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, tail)| Some((b, tail.split_once('}')?))) {
        out.push_str(before);
        match name {
            "giver" => out.push_str(&line.giver),
            "target" => out.push_str(&line.target),
            _ => out.push_str(&instructions(labels, &line.instructions)),
        }
        rest = after;
    }
    format!("{out}{rest}{} ({state})", due_clause(labels, line.due.as_ref()))
}

/// Names joined by a comma; with `n`, only so many and "dan {n} lainnya".
fn some_of(labels: &Labels, value: &Value, args: &Kwargs) -> TeraResult<String> {
    let names: Vec<String> = read(value)?;
    let limit = args.get::<usize>("n")?.unwrap_or(names.len());
    let shown = names.iter().take(limit).cloned().collect::<Vec<_>>().join(", ");
    let left = names.len().saturating_sub(limit);
    if left == 0 {
        return Ok(shown);
    }
    Ok(shown + &joint(labels, "and_others").replace("{n}", &left.to_string()))
}

/// The text with a small first letter, for labels inside of a sentence.
pub fn lower_first(text: &str) -> String {
    first(text, |c| c.to_lowercase().collect())
}

/// The text with its first letter changed.
fn first(text: &str, change: impl Fn(char) -> String) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| change(c) + chars.as_str()).unwrap_or_default()
}

/// A `mailto:` link with subject and body (RFC 6068): line breaks are CRLF, everything unsafe is percent-encoded.
fn mailto(address: &str, args: &Kwargs) -> TeraResult<String> {
    let subject: String = args.must_get("subject")?;
    let body: String = args.must_get("body")?;
    // A bar in the template is a line break of the answer.
    let body = body.replace('|', "\r\n");
    Ok(format!("mailto:{}?subject={}&body={}", percent(address, "@+"), percent(&subject, ""), percent(&body, "")))
}

fn percent(text: &str, also_plain: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also_plain.as_bytes().contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_are_written_the_indonesian_way() {
        assert_eq!(thousands(1_234), "1.234");
        assert_eq!(
            [0, 1, 411_500, 2_480_000, 3_000_000, 1_250_000_000].map(size),
            ["0 kB", "1 kB", "412 kB", "2,5 MB", "3 MB", "1.250 MB"]
        );
    }

    #[test]
    fn a_moment_is_told_long_and_short() {
        let labels = Labels::load().unwrap();
        let at: Moment = "2025-12-05T10:00 WIB".parse().unwrap();
        assert_eq!(long(&labels, &at), "Jumat, 5 Desember 2025 pukul 10.00 WIB");
        assert_eq!(short(&labels, &at), "Jum, 5 Des 2025 10.00");
        assert_eq!(short(&labels, &"2026-08-17".parse().unwrap()), "Sen, 17 Agu 2026");
    }

    #[test]
    fn a_mailto_link_is_percent_encoded_whole() {
        assert_eq!(percent("balas+k7@x.example", "@+"), "balas+k7@x.example");
        assert_eq!(percent("a&b=c\r\n\"", ""), "a%26b%3Dc%0D%0A%22");
    }
}
