//! Reads `multipart/form-data` (RFC 7578) of bot clients: small, whole in memory, linear.

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Name of the field.
    pub name: String,
    /// Name of the file, where the part is one.
    pub file_name: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let value = content_type.split(';').find_map(|piece| piece.trim().strip_prefix("boundary="))?;
    Some(value.trim_matches('"'))
}

/// Takes a body apart; `None` when it does not end as it should.
pub(super) fn parts(body: &[u8], boundary: &str) -> Option<Vec<Part>> {
    let mark = format!("--{boundary}");
    let inner = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(mark.as_bytes())?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, inner.as_bytes())?;
        parts.push(part(rest.get(..end)?)?);
        rest = rest.get(end + inner.len()..)?;
    }
}

fn part(bytes: &[u8]) -> Option<Part> {
    let end = find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let disposition = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        bytes: bytes.get(end + 4..)?.to_vec(),
    })
}

/// The quoted value of a parameter. As at Telegram, `filename*=` is not read.
fn parameter(line: &str, name: &str) -> Option<String> {
    let start = format!("; {name}=\"");
    let rest = line.get(line.find(&start)? + start.len()..)?;
    let mut value = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(value),
            '\\' => value.extend(chars.next()),
            c => value.push(c),
        }
    }
    None
}

/// Where `needle` begins in `hay`.
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(step) = hay.get(from..)?.iter().position(|b| *b == first) {
        let at = from + step;
        if hay.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_come_apart() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n--x\r\n\
            Content-Disposition: form-data; name=\"document\"; filename=\"surat \\\"a\\\" \xC3\xA9.pdf\"\r\nContent-Type: application/pdf\r\n\r\n\
            %PDF\r\n--y\r\n\r\n--x--\r\n";
        let parts = parts(body, boundary("multipart/form-data; boundary=\"x\"").unwrap()).unwrap();
        assert_eq!(parts[0], Part { name: "chat_id".into(), file_name: None, bytes: b"7".to_vec() });
        assert_eq!(parts[1].file_name.as_deref(), Some("surat \"a\" é.pdf"));
        assert_eq!(parts[1].bytes, b"%PDF\r\n--y\r\n");
    }

    #[test]
    fn a_cut_body_is_no_form() {
        assert_eq!(parts(b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n7", "x"), None);
        assert_eq!(parts(b"", "x"), None);
    }
}
