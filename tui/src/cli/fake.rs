//! A daemon for tests: a real socket that gives canned answers and remembers what it was asked.

use super::output::Streams;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rollcall_shared::wire::import::ImportLine;
use rollcall_shared::wire::{Envelope, Failure, VERSION, VERSION_HEADER, Verb};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::ffi::OsString;
use std::io::{self, Cursor, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::net::UnixListener;

/// What a command wrote.
#[derive(Clone, Default)]
pub struct Shown {
    out: Buffer,
    err: Buffer,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shown {
    /// Standard output so far.
    pub fn out(&self) -> String {
        String::from_utf8(self.out.0.lock().unwrap().clone()).unwrap()
    }

    /// Standard error so far.
    pub fn err(&self) -> String {
        String::from_utf8(self.err.0.lock().unwrap().clone()).unwrap()
    }
}

/// Streams that are no terminal; `input` is what stands ready on standard input.
pub fn streams(input: &str) -> (Streams, Shown) {
    let shown = Shown::default();
    let streams = Streams {
        input: Box::new(Cursor::new(input.to_owned())),
        out: Box::new(shown.out.clone()),
        err: Box::new(shown.err.clone()),
        can_ask: false,
        err_terminal: false,
        width: None,
    };
    (streams, shown)
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The path with its query.
    pub path: String,
    /// The body: JSON, or text where it is none.
    pub body: Value,
    /// The request id it carried.
    pub id: Option<String>,
}

struct Canned {
    path: String,
    status: u16,
    body: Vec<u8>,
}

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Canned>>,
    asked: Mutex<Vec<Asked>>,
}

/// Listens until it is dropped.
pub struct Fake {
    script: Arc<Script>,
    dir: tempfile::TempDir,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    /// Starts listening.
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(dir.path().join("s")).unwrap();
        let script = Arc::new(Script::default());
        let served = script.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let script = served.clone();
                tokio::spawn(async move {
                    let service = service_fn(|request| answer(script.clone(), request));
                    // A client that leaves early is its own affair.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Fake { script, dir, task }
    }

    /// A directory that goes with the daemon.
    pub fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// The next answer, which must be asked for with this verb.
    pub fn says(self, verb: Verb, answer: impl serde::Serialize) -> Self {
        let answer = serde_json::to_value(Envelope::ok(answer)).unwrap();
        self.canned(verb, 200, answer.to_string())
    }

    /// The next answer is a refusal.
    pub fn refuses(self, verb: Verb, failure: Failure) -> Self {
        let status = failure.class.http_status();
        let answer = serde_json::to_string(&Envelope::<()>::error(failure)).unwrap();
        self.canned(verb, status, answer)
    }

    /// The next answer is the lines of an import.
    pub fn reports(self, verb: Verb, lines: &[ImportLine]) -> Self {
        let lines: Vec<String> = lines
            .iter()
            .map(|line| serde_json::to_string(line).unwrap() + "\n")
            .collect();
        self.canned(verb, 200, lines.concat())
    }

    /// The next answer is a file.
    pub fn sends(self, verb: Verb, file: Vec<u8>) -> Self {
        self.canned(verb, 200, file)
    }

    fn canned(self, verb: Verb, status: u16, body: impl Into<Vec<u8>>) -> Self {
        let path = verb.path();
        let body = body.into();
        self.script
            .answers
            .lock()
            .unwrap()
            .push_back(Canned { path, status, body });
        self
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }

    /// Runs a command line against it without a terminal: exit code, and what was written.
    pub async fn run(&self, args: &[&str]) -> (u8, Shown) {
        let (streams, shown) = streams("");
        (self.run_with(args, streams).await, shown)
    }

    /// Runs a command line as a person at a terminal who types `input`.
    pub async fn run_asking(&self, args: &[&str], input: &str) -> (u8, Shown) {
        let (mut streams, shown) = streams(input);
        streams.can_ask = true;
        (self.run_with(args, streams).await, shown)
    }

    async fn run_with(&self, args: &[&str], streams: Streams) -> u8 {
        let socket = self.dir.path().join("s");
        let line = [
            "rollcall".into(),
            "--socket".into(),
            socket.into_os_string(),
        ];
        let line = line.into_iter().chain(args.iter().map(OsString::from));
        super::execute(line, streams).await
    }
}

async fn answer(
    script: Arc<Script>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().to_string();
    let id = request.headers().get(rollcall_shared::wire::REQUEST_ID);
    let id = id.map(|id| id.to_str().unwrap().to_owned());
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body =
        serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body)));
    let asked = Asked { path, body, id };
    let next = script.answers.lock().unwrap().pop_front();
    let fits = next.filter(|next| asked.path.split('?').next() == Some(&next.path));
    let (status, answer) = match fits {
        Some(next) => (next.status, next.body),
        None => {
            let what = format!("not expected: {}", asked.path);
            let failure = Failure::new(rollcall_shared::wire::Class::Error, what);
            let answer = serde_json::to_vec(&Envelope::<()>::error(failure)).unwrap();
            (500, answer)
        }
    };
    script.asked.lock().unwrap().push(asked);
    Ok(Response::builder()
        .status(status)
        .header(VERSION_HEADER, VERSION)
        .body(Full::new(Bytes::from(answer)))
        .unwrap())
}
