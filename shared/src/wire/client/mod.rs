//! The client of the daemon: HTTP/1.1 over its Unix socket.
//!
//! Clones share one idle connection, so a console that asks many small questions does not connect for each.

mod connect;
mod stream;

#[cfg(test)]
mod tests;

pub use stream::Events;

use super::{BREAK_GLASS, Class, Envelope, Failure, REQUEST_ID, VERSION, VERSION_HEADER, Verb};
use crate::config::Place;
use crate::domain::RequestId;
use connect::{Link, Outgoing};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Talks to one daemon. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    link: Arc<Link>,
    request_id: Option<RequestId>,
    break_glass: Option<String>,
    patience: Duration,
}

/// The default patience for one answer. Verifying the journals of a large store takes the longest.
const PATIENCE: Duration = Duration::from_secs(120);

impl Client {
    /// A client of the daemon that listens at `socket`. Connects with the first request.
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Self::at(Place::only(socket.into()))
    }

    /// A client of the daemon at a place that was looked for: a refusal names the other places, too.
    pub fn at(place: Place) -> Self {
        Client {
            link: Arc::new(Link::new(place)),
            request_id: None,
            break_glass: None,
            patience: PATIENCE,
        }
    }

    /// The same connection, naming the request: the daemon answers the same id again with the first result. Use it
    /// for one change and its retries only.
    #[must_use]
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        self.request_id = Some(id);
        self
    }

    /// The same connection, claiming the right of root or the daemon's own user to govern, for this reason. It alerts
    /// everyone.
    #[must_use]
    pub fn with_break_glass(mut self, reason: impl Into<String>) -> Self {
        self.break_glass = Some(reason.into());
        self
    }

    /// The same connection with another patience for one answer; the default is 120 s. Imports and event streams may
    /// be silent for longer.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The socket it talks to.
    pub fn socket(&self) -> &Path {
        &self.link.socket
    }

    /// Calls a verb with its request and reads its answer.
    ///
    /// # Errors
    /// The daemon's refusal, or [`Class::Unreachable`] with what to do about it.
    pub async fn call<Q: Serialize, A: DeserializeOwned>(
        &self,
        verb: Verb,
        request: &Q,
    ) -> Result<A, Failure> {
        let json = serde_json::to_vec(request).map_err(|e| {
            Failure::new(
                Class::Usage,
                format!("the request cannot be written as JSON: {e}"),
            )
        })?;
        let json = Bytes::from(json);
        // The same id when the request has to be sent twice.
        let client = match self.request_id {
            Some(_) => self.clone(),
            None => self.clone().with_request_id(RequestId(Uuid::new_v4())),
        };
        let http = || client.request(Method::POST, &verb.path(), full(json.clone()));
        let exchange = async {
            let (answer, connection) = self.link.send_repeatable(http).await?;
            self.check_version(&answer)?;
            let bytes = self.rest(answer.into_body()).await?;
            self.link.keep(connection);
            Ok(bytes)
        };
        let bytes = self.patiently(exchange).await;
        let bytes = match verb.changes() {
            true => bytes?,
            false => bytes.map_err(Link::reading)?,
        };
        self.open(&bytes)
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Outgoing,
    ) -> Result<Request<Outgoing>, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "rollcall")
            .header(CONTENT_TYPE, "application/json")
            .header(VERSION_HEADER, VERSION);
        if let Some(id) = self.request_id {
            request = request.header(REQUEST_ID, id.to_string());
        }
        if let Some(reason) = &self.break_glass {
            // Any text but control characters may stand in a header.
            let reason = HeaderValue::from_bytes(reason.as_bytes()).map_err(|_| {
                Failure::new(
                    Class::Usage,
                    "the break-glass reason holds control characters",
                )
                .rule("break-glass")
                .hint("write it on one line")
            })?;
            request = request.header(BREAK_GLASS, reason);
        }
        request
            .body(body)
            .map_err(|e| Failure::new(Class::Usage, format!("the request cannot be sent: {e}")))
    }

    fn check_version(&self, answer: &Response<Incoming>) -> Result<(), Failure> {
        let spoken = answer.headers().get(VERSION_HEADER);
        let spoken = spoken.map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
        match spoken {
            Some(version) if version == VERSION.to_string() => Ok(()),
            Some(version) => Err(self.link.foreign(&format!(
                "speaks version {version} of the wire; this program speaks {VERSION}"
            ))),
            None => Err(self.link.foreign("is not a rollcalld, whatever it is")),
        }
    }

    async fn rest(&self, body: Incoming) -> Result<Bytes, Failure> {
        match body.collect().await {
            Ok(whole) => Ok(whole.to_bytes()),
            Err(e) => Err(self.link.lost(&e)),
        }
    }

    fn open<A: DeserializeOwned>(&self, bytes: &[u8]) -> Result<A, Failure> {
        let envelope: Envelope<A> = serde_json::from_slice(bytes).map_err(|e| {
            self.link
                .foreign(&format!("gave an answer this program cannot read ({e})"))
        })?;
        match (envelope.ok, envelope.error) {
            (Some(answer), None) => Ok(answer),
            (_, Some(failure)) => Err(failure),
            (None, None) => Err(self.link.foreign("gave an empty answer")),
        }
    }

    async fn patiently<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.patience, work).await {
            Ok(done) => done,
            Err(_) => Err(self.link.silent(self.patience)),
        }
    }
}

fn full(bytes: Bytes) -> Outgoing {
    Full::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}
