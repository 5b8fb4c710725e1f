//! What every page gets: headers that keep a browser from doing more than the page asks, a limit for what is sent in, and
//! no act from another site's page.

use super::told::told;
use crate::flow::House;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Largest form, in bytes.
const FORM: usize = 64 * 1024;

/// Scripts, styles, pictures and forms of this server only; nobody may frame it.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Puts the pages behind the guard.
pub(super) fn guarded(pages: Router, house: Arc<House>) -> Router {
    let header =
        |name: HeaderName, value: &'static str| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    told(pages.layer(DefaultBodyLimit::max(FORM)).layer(CsrfLayer::new()), house)
        .layer(header(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"))
}

/// Lets only a browser on this machine in, whatever name it was given for it: a page elsewhere that lets its own name point
/// here would otherwise read and act as if it were ours.
pub fn loopback_only(pages: Router) -> Router {
    pages.layer(from_fn(known_by_a_local_name))
}

async fn known_by_a_local_name(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name));
    match name {
        Some("localhost" | "[::1]") => next.run(request).await,
        Some(name) if name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback()) => next.run(request).await,
        _ => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}
