//! Answers: envelopes, and streams of lines.

use axum::body::Body;
use axum::response::Response;
use futures_util::{Stream, stream};
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use rollcall_shared::wire::import::ImportLine;
use rollcall_shared::wire::{Class, Envelope, Failure};
use serde::Serialize;
use std::convert::Infallible;
use tokio::sync::mpsc;

/// A body of one piece.
pub(super) fn whole(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer in its envelope.
pub(super) fn envelope<T: Serialize>(result: Result<T, Failure>) -> Response {
    let (status, json) = match result {
        Ok(answer) => (StatusCode::OK, serde_json::to_vec(&Envelope::ok(answer))),
        Err(failure) => return refusal(failure),
    };
    match json {
        Ok(json) => whole(status, "application/json", json),
        Err(error) => refusal(Failure::new(
            Class::Error,
            format!("the answer cannot be written as JSON: {error}"),
        )),
    }
}

/// A refusal in its envelope, with the status of its class.
pub(super) fn refusal(failure: Failure) -> Response {
    let failure = failure.told();
    let status = StatusCode::from_u16(failure.class.http_status())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Text and numbers only: writing it cannot fail.
    let json = serde_json::to_vec(&Envelope::<()>::error(failure)).unwrap_or_default();
    whole(status, "application/json", json)
}

/// The lines of an import as they come. Whatever happens, the last one says how it ended.
pub(super) fn lines(lines: mpsc::Receiver<ImportLine>) -> Response {
    whole(
        StatusCode::OK,
        "application/x-ndjson",
        Body::from_stream(line_stream(lines)),
    )
}

fn line_stream(lines: mpsc::Receiver<ImportLine>) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(Some(lines), |lines| async move {
        let mut lines = lines?;
        let line = lines.recv().await.unwrap_or_else(|| {
            ImportLine::Failed(
                Failure::new(Class::Error, "the import broke off inside the daemon").hint(
                    "what was committed before stays; see the daemon's log, then import again",
                ),
            )
        });
        let line = match line {
            ImportLine::Failed(failure) => ImportLine::Failed(failure.told()),
            line => line,
        };
        let last = matches!(line, ImportLine::Summary(_) | ImportLine::Failed(_));
        let mut json = serde_json::to_vec(&line).unwrap_or_default();
        json.push(b'\n');
        Some((Ok(Bytes::from(json)), (!last).then_some(lines)))
    })
}
