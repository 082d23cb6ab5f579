//! Connecting, keeping a connection, and saying plainly why there is none.

use crate::config::Place;
use crate::wire::{Class, Failure};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use nix::unistd::{Gid, Group};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UnixStream;

/// What a request carries: nothing, JSON, or a file as it is read.
pub(super) type Outgoing = UnsyncBoxBody<Bytes, io::Error>;

/// A connection that can carry one request at a time.
pub(super) type Connection = SendRequest<Outgoing>;

/// A daemon that does not even accept within this time is hung.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// The way to one daemon: its socket, and a connection that is idle, if there is one.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) socket: PathBuf,
    /// Other sockets that were tried before, and nobody listened.
    passed: Vec<PathBuf>,
    idle: Mutex<Option<Connection>>,
}

/// What to do about a request that may have been carried out unseen.
const UNCERTAIN: &str =
    "whether a change was made is not known: look with `rollcall audit list`, then try again";

impl Link {
    pub(super) fn new(place: Place) -> Self {
        let Place { socket, passed } = place;
        Link {
            socket,
            passed,
            idle: Mutex::new(None),
        }
    }

    /// Sends a request over the idle connection, or a new one. The daemon may have closed the idle one meanwhile; then
    /// the request is sent once more, which is safe because it carries an id. The connection comes back with the
    /// answer; give it to [`Link::keep`] once the answer is read to its end.
    pub(super) async fn send_repeatable(
        &self,
        request: impl Fn() -> Result<Request<Outgoing>, Failure>,
    ) -> Result<(Response<Incoming>, Connection), Failure> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut connection) = idle
            && connection.ready().await.is_ok()
            && let Ok(answer) = connection.send_request(request()?).await
        {
            return Ok((answer, connection));
        }
        self.send(request()?).await
    }

    /// Sends a request over a new connection.
    pub(super) async fn send(
        &self,
        request: Request<Outgoing>,
    ) -> Result<(Response<Incoming>, Connection), Failure> {
        let mut connection = self.connect().await?;
        match connection.send_request(request).await {
            Ok(answer) => Ok((answer, connection)),
            Err(error) => Err(self.lost(&error)),
        }
    }

    /// Keeps a connection for the next request.
    pub(super) fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.get_or_insert(connection);
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let stream = tokio::time::timeout(CONNECT_PATIENCE, UnixStream::connect(&self.socket))
            .await
            .map_err(|_| {
                self.unreachable("does not accept connections")
                    .hint("the daemon is overloaded or stopped; see its log")
            })?
            .map_err(|e| self.refused(&e))?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|e| self.lost(&e))?;
        // It ends when the sender and the answer are dropped, or the daemon closes; errors reach the request.
        tokio::spawn(connection);
        Ok(sender)
    }

    /// The answer or the request broke off on the way.
    pub(super) fn lost(&self, error: &(dyn std::error::Error + 'static)) -> Failure {
        self.unreachable(&format!("broke the connection off: {}", chain(error)))
            .hint(UNCERTAIN)
    }

    /// The daemon accepted and then said nothing.
    pub(super) fn silent(&self, patience: Duration) -> Failure {
        self.unreachable(&format!("did not answer within {patience:?}"))
            .hint(UNCERTAIN)
    }

    /// The same failure where nothing but reading was under way: no change can be in doubt.
    pub(super) fn reading(failure: Failure) -> Failure {
        match failure.hint.as_str() {
            UNCERTAIN => failure.hint("nothing was being changed; try again"),
            _ => failure,
        }
    }

    /// Something answers, but not a daemon of this version.
    pub(super) fn foreign(&self, what: &str) -> Failure {
        self.unreachable(what)
            .rule("wire-version")
            .hint("use the `rollcall` that was installed together with this `rollcalld`")
    }

    fn unreachable(&self, what: &str) -> Failure {
        Failure::new(
            Class::Unreachable,
            format!("the daemon at {} {what}", self.socket.display()),
        )
        .rule("unreachable")
    }

    pub(super) fn refused(&self, error: &io::Error) -> Failure {
        let socket = self.socket.display();
        let start = format!(
            "start one: `rollcalld --store PATH --socket {socket}`, or look around with `rollcall demo`"
        );
        let mut what = match error.kind() {
            io::ErrorKind::NotFound => format!("there is no daemon at {socket}: no such socket"),
            io::ErrorKind::ConnectionRefused => {
                format!("there is no daemon at {socket}: the socket is there, but nobody listens")
            }
            io::ErrorKind::PermissionDenied => {
                return Failure::new(Class::Unreachable, format!("you may not use the socket {socket}"))
                    .rule("socket-group")
                    .hint(match group_of(&self.socket) {
                        Some(group) => format!(
                            "ask root to add you to the group `{group}` (`usermod -aG {group} YOU`), then log in again"
                        ),
                        None => "no group may use it, only the daemon's own user: work as that user, or ask whoever \
                                 runs the daemon to set `socket_group` to a group of yours and to restart it"
                            .to_owned(),
                    });
            }
            _ => format!("there is no daemon at {socket}: {error}"),
        };
        for other in &self.passed {
            what.push_str(&format!("; nor at {}", other.display()));
        }
        let failure = Failure::new(Class::Unreachable, what);
        failure.rule("unreachable").hint(start)
    }
}

/// The group that may use the socket, by name: the socket's where it can be seen, else its directory's. None where the
/// mode lets no group in.
fn group_of(socket: &Path) -> Option<String> {
    let (meta, needed) = match std::fs::metadata(socket) {
        Ok(meta) => (meta, 0o060),
        Err(_) => (std::fs::metadata(socket.parent()?).ok()?, 0o010),
    };
    if meta.mode() & needed != needed {
        return None;
    }
    Group::from_gid(Gid::from_raw(meta.gid()))
        .ok()
        .flatten()
        .map(|g| g.name)
}

/// An error with what caused it, in one line.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
