//! The HTTP side: `/bot<token>/<method>`, any case of the method, GET or POST; faults happen here.

use super::{
    Shared,
    fault::Fault,
    files,
    json::Reply,
    line::{Cutter, Lines},
    methods, poll,
    request::Call,
};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Bytes of a request: a file of 50 MB and its fields.
const BODY: usize = 60 * 1000 * 1000;

/// Serves until the stand-in closes.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut closed = shared.closed.subscribe();
    let app = Router::new().fallback(answer).with_state(shared);
    let server = axum::serve(Lines(listener), app.into_make_service_with_connect_info::<Cutter>());
    let until_closed = async move {
        // An error means that everybody who could close has gone: that is closed too.
        let _ = closed.wait_for(|closed| *closed).await;
    };
    // `axum::serve` ends without an error.
    let _ = server.with_graceful_shutdown(until_closed).await;
}

async fn answer(State(shared): State<Arc<Shared>>, ConnectInfo(line): ConnectInfo<Cutter>, request: Request) -> Response {
    if let Some(path) = request.uri().path().strip_prefix("/file") {
        return file(&shared, path).into_response();
    }
    let method = match method(&shared, request.uri().path()) {
        Ok(method) => method,
        Err(no) => return no.into_response(),
    };
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.to_owned();
    let Ok(body) = to_bytes(request.into_body(), BODY).await else {
        return Reply::no(413, "Request Entity Too Large").into_response();
    };
    let Some(call) = Call::read(&method, &content_type, &body) else {
        return Reply::bad("can't parse the request").into_response();
    };
    shared.change(|world| world.calls.push(call.clone()));
    if method.eq_ignore_ascii_case("getUpdates") {
        return poll::updates(&shared, &call).await.into_response();
    }
    carry_out(&shared, &line, &call).await
}

/// The bytes of a file that a person sent.
fn file(shared: &Shared, path: &str) -> Result<Vec<u8>, Reply> {
    let path = method(shared, path)?;
    let bytes = files::bytes(&shared.world(), &path);
    bytes.map(|bytes| bytes.to_vec()).ok_or_else(|| Reply::no(404, "Not Found"))
}

/// The method, if the token is the bot's. As at Telegram a token in a wrong form is "Not Found".
fn method(shared: &Shared, path: &str) -> Result<String, Reply> {
    let (token, method) = path
        .strip_prefix("/bot")
        .and_then(|rest| rest.split_once('/'))
        .filter(|(token, _)| token.contains(':'))
        .ok_or_else(|| Reply::no(404, "Not Found"))?;
    if token != shared.token.expose_secret() {
        return Err(Reply::no(401, "Unauthorized"));
    }
    Ok(method.trim_end_matches('/').to_owned())
}

async fn carry_out(shared: &Shared, line: &Cutter, call: &Call) -> Response {
    let now = shared.now();
    let fault = shared.change(|world| world.fault(call.int("chat_id")));
    let Some(fault) = fault else {
        return shared.change(|world| methods::carry_out(world, call, now)).into_response();
    };
    if let Some(reply) = fault.reply() {
        return reply.into_response();
    }
    let real = fault.acts_first().then(|| shared.change(|world| methods::carry_out(world, call, now)));
    go_wrong(shared, line, &fault, real).await
}

async fn go_wrong(shared: &Shared, line: &Cutter, fault: &Fault, real: Option<Reply>) -> Response {
    match fault {
        Fault::BadGateway { .. } => page(StatusCode::BAD_GATEWAY),
        Fault::ForeignPage => page(StatusCode::OK),
        Fault::AnswerCut => half(real.map(|reply| reply.body.to_string()).unwrap_or_default()),
        Fault::Silence => {
            let mut closed = shared.closed.subscribe();
            // Ends when the stand-in closes, or with the connection, when the client has waited long enough.
            let _ = closed.wait_for(|closed| *closed).await;
            line.cut();
            StatusCode::OK.into_response()
        }
        _ => {
            line.cut();
            StatusCode::OK.into_response()
        }
    }
}

fn page(status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html")], "<html><h1>nginx</h1></html>").into_response()
}

/// Half of an answer, then the end of the connection.
fn half(text: String) -> Response {
    let mut bytes = text.into_bytes();
    bytes.truncate(bytes.len() / 2);
    let pieces = [Ok(Bytes::from(bytes)), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    Response::new(Body::from_stream(futures::stream::iter(pieces)))
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        (self.status(), [(header::CONTENT_TYPE, "application/json")], self.body.to_string()).into_response()
    }
}
