//! Stylesheet, font, ground and script: compiled in, with an `ETag` of their bytes.

use crate::store::files::sha256_hex;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A file: media type, bytes, tag.
type File = (&'static str, &'static [u8], String);

macro_rules! files {
    ($($name:literal as $kind:literal),* $(,)?) => {
        [$(($name, $kind, include_bytes!(concat!("../../static/", $name)).as_slice())),*]
    };
}

static FILES: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    let files = files![
        "kurir.css" as "text/css; charset=utf-8",
        "practice.js" as "text/javascript; charset=utf-8",
        "mark.svg" as "image/svg+xml",
        "kawung.svg" as "image/svg+xml",
        "source-sans-3.woff2" as "font/woff2",
        "source-sans-3.OFL.txt" as "text/plain; charset=utf-8",
    ];
    files.into_iter().map(|(name, kind, bytes)| (name, (kind, bytes, format!("\"{}\"", sha256_hex(bytes))))).collect()
});

/// The routes below `/static`.
pub fn routes() -> Router {
    Router::new().route("/static/{name}", get(file))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((kind, bytes, tag)) = FILES.get(name.as_str()) else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(tag) = HeaderValue::from_str(tag) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let known = headers.get(header::IF_NONE_MATCH) == Some(&tag);
    // Asked again every time, answered in a few bytes: a new version is seen at once.
    let caching = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], *bytes).into_response()
}
