//! What is longer than one question and one answer: imports, backups, and the stream of events.

use super::connect::{Link, Outgoing, chain};
use super::{Client, full};
use crate::wire::import::{ImportLine, ImportSummary};
use crate::wire::{Class, Failure, Moved, Verb};
use futures_util::Stream;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::{Method, Response};
use serde::Serialize;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::oneshot;

/// Revisions as the daemon announces them; ends with an error when the connection is lost.
pub type Events = Pin<Box<dyn Stream<Item = Result<Moved, Failure>> + Send>>;

/// How long a file waits for the daemon's consent. A daemon refuses before it reads; sending a file into a refusal
/// could lose the refusal.
const CONSENT: Duration = Duration::from_secs(1);

/// The daemon says something at least every 30 s; three times that is silence.
const EVENT_SILENCE: Duration = Duration::from_secs(90);

const CHUNK: usize = 64 * 1024;

impl Client {
    /// Sends a file and reads what becomes of it, both at the same time. `on_line` gets every line but the last.
    ///
    /// # Errors
    /// The daemon's refusal (what was committed before stays), a file that cannot be read, or a lost connection.
    pub async fn import<Q: Serialize>(
        &self,
        verb: Verb,
        request: &Q,
        body: impl AsyncRead + Send + 'static,
        mut on_line: impl FnMut(ImportLine),
    ) -> Result<ImportSummary, Failure> {
        let query = serde_urlencoded::to_string(request).map_err(|e| {
            Failure::new(Class::Usage, format!("the request cannot be written: {e}"))
        })?;
        let (consent, asked) = oneshot::channel();
        let path = format!("{}?{query}", verb.path());
        let http = self.request(Method::POST, &path, upload(body, asked))?;
        // No time limit from here on: a file may come slowly through a pipe.
        let (answer, _connection) = self.link.send(http).await?;
        let answer = self.accepted(answer).await?;
        // The upload has ended already when the daemon took longer than its patience; then nobody listens.
        let _ = consent.send(());
        let mut lines = Lines::of(answer);
        loop {
            let line = match lines.next().await {
                Ok(Some(line)) => line,
                Ok(None) => return Err(self.link.lost(&cut_off())),
                Err(e) => return Err(self.link.lost(&e)),
            };
            let line = serde_json::from_str(&line).map_err(|e| {
                self.link
                    .foreign(&format!("gave a line this program cannot read ({e})"))
            })?;
            match line {
                ImportLine::Summary(summary) => return Ok(summary),
                ImportLine::Failed(failure) => return Err(failure),
                other => on_line(other),
            }
        }
    }

    /// Follows the daemon's revision from `after` on. Only the newest is delivered when several pass quickly.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn events(&self, after: u64) -> Result<Events, Failure> {
        let http = self.request(
            Method::GET,
            &format!("/v1/events?after={after}"),
            full(Bytes::new()),
        )?;
        let opening = async {
            let (answer, connection) = self.link.send(http).await?;
            Ok((self.accepted(answer).await?, connection))
        };
        let (answer, connection) = self.patiently(opening).await?;
        let client = self.clone();
        // The connection is held as long as the stream: dropping the one ends the other.
        let state = Some((Lines::of(answer), connection, client));
        Ok(Box::pin(stream::unfold(state, |state| async move {
            let (mut lines, connection, client) = state?;
            match next_event(&mut lines, &client).await {
                Ok(moved) => Some((Ok(moved), Some((lines, connection, client)))),
                Err(failure) => Some((Err(Link::reading(failure)), None)),
            }
        })))
    }

    /// Writes a consistent copy of the store to `out`; its length in bytes. Flushes, but leaves making it durable to
    /// the caller.
    ///
    /// # Errors
    /// As [`Client::call`], and when `out` cannot be written. What was written until then is no backup.
    pub async fn backup(&self, out: impl AsyncWrite) -> Result<u64, Failure> {
        let http = self.request(Method::POST, &Verb::BackupCreate.path(), full(Bytes::new()))?;
        let (answer, _connection) = self.link.send(http).await?;
        let mut body = self.accepted(answer).await?.into_body();
        let mut out = std::pin::pin!(out);
        let unwritable =
            |e: io::Error| Failure::new(Class::Error, format!("the backup cannot be written: {e}"));
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|e| self.link.lost(&e))?;
            if let Some(bytes) = frame.data_ref() {
                out.write_all(bytes).await.map_err(unwritable)?;
                length += bytes.len() as u64;
            }
        }
        out.flush().await.map_err(unwritable)?;
        Ok(length)
    }

    /// The answer when it is a stream; the refusal when it is one.
    async fn accepted(&self, answer: Response<Incoming>) -> Result<Response<Incoming>, Failure> {
        self.check_version(&answer)?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let bytes = self.patiently(self.rest(answer.into_body())).await?;
        match self.open::<serde_json::Value>(&bytes) {
            Err(failure) => Err(failure),
            Ok(_) => Err(self.link.foreign("gave an answer and a refusal at once")),
        }
    }
}

async fn next_event(lines: &mut Lines, client: &Client) -> Result<Moved, Failure> {
    loop {
        let line = match tokio::time::timeout(EVENT_SILENCE, lines.next()).await {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) => return Err(client.link.lost(&cut_off())),
            Ok(Err(e)) => return Err(client.link.lost(&e)),
            Err(_) => return Err(client.link.silent(EVENT_SILENCE)),
        };
        // Comments keep the connection alive, empty lines end an event; only data matters here.
        let Some(data) = line.strip_prefix("data:") else {
            continue;
        };
        return serde_json::from_str(data.trim_start()).map_err(|e| {
            client
                .link
                .foreign(&format!("gave an event this program cannot read ({e})"))
        });
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the answer ended too early")
}

/// A request body that is read as it is sent, once the daemon has consented or time has passed.
fn upload(body: impl AsyncRead + Send + 'static, consent: oneshot::Receiver<()>) -> Outgoing {
    let state = (Box::pin(body), Some(consent));
    let frames = stream::try_unfold(state, |(mut body, mut consent)| async move {
        if let Some(consent) = consent.take()
            && let Ok(Err(_)) = tokio::time::timeout(CONSENT, consent).await
        {
            // Refused: the caller has dropped its end, and nobody will read the file.
            return Ok(None);
        }
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = body
            .as_mut()
            .take(CHUNK as u64)
            .read_buf(&mut chunk)
            .await
            .map_err(|e| io::Error::new(e.kind(), format!("the file cannot be read: {e}")))?;
        Ok((read > 0).then(|| (Frame::data(Bytes::from(chunk)), (body, None))))
    });
    StreamBody::new(frames).boxed_unsync()
}

/// The lines of an answer as they come.
struct Lines {
    body: Incoming,
    open: Vec<u8>,
    ready: VecDeque<String>,
}

impl Lines {
    fn of(answer: Response<Incoming>) -> Self {
        Lines {
            body: answer.into_body(),
            open: Vec::new(),
            ready: VecDeque::new(),
        }
    }

    /// The next whole line without its end; none when the answer is over.
    async fn next(&mut self) -> Result<Option<String>, io::Error> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(Some(line));
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(|e| io::Error::other(chain(&e)))?;
            let Some(bytes) = frame.data_ref() else {
                continue;
            };
            let mut pieces = bytes.split(|b| *b == b'\n');
            self.open
                .extend_from_slice(pieces.next().unwrap_or_default());
            for piece in pieces {
                let line = std::mem::replace(&mut self.open, piece.to_vec());
                self.ready
                    .push_back(String::from_utf8_lossy(&line).into_owned());
            }
        }
    }
}
