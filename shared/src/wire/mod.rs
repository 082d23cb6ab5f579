//! What the console, the command line and scripts say to the daemon, and what it answers.
//!
//! HTTP/1.1 and JSON over a Unix socket. Every verb is `POST /v1/NOUN/VERB` with its request as the JSON body;
//! uploads are streamed as the body of `POST /v1/import/people` and `/v1/import/signins` with their parameters in the
//! query. Answers are `{"v":1,"ok":…}` or `{"v":1,"error":…}`. `GET /v1/events?after=REVISION` is a stream of
//! server-sent events; `GET /livez`, `/readyz` and `/metrics` are for machines.

pub mod admin;
pub mod asset;
pub mod audit;
pub mod bound;
pub mod client;
pub mod error;
pub mod identity;
pub mod import;
mod lists;
pub mod role;
pub mod structure;
pub mod sweep;
pub mod user;
pub mod verb;

pub use error::{Class, Failure};
pub use verb::Verb;

use serde::{Deserialize, Serialize};

/// The version of the wire; a daemon answers only its own.
pub const VERSION: u32 = 1;

/// The header that carries [`VERSION`], both ways. A daemon refuses a request that names another one.
pub const VERSION_HEADER: &str = "x-rollcall-version";

/// The header that carries the client's request id (a UUID). Without it the daemon makes one up.
pub const REQUEST_ID: &str = "x-rollcall-request-id";

/// The header that carries a reason for break-glass use.
pub const BREAK_GLASS: &str = "x-rollcall-break-glass";

/// What every answer is wrapped in: exactly one of `ok` and `error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// [`VERSION`].
    pub v: u32,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none", default = "Option::default")]
    pub ok: Option<T>,
    /// The refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Failure>,
}

impl<T> Envelope<T> {
    /// Wraps an answer.
    pub fn ok(value: T) -> Self {
        Envelope {
            v: VERSION,
            ok: Some(value),
            error: None,
        }
    }

    /// Wraps a refusal.
    pub fn error(failure: Failure) -> Self {
        Envelope {
            v: VERSION,
            ok: None,
            error: Some(failure),
        }
    }
}

/// What a change without a better answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// One sentence: what was done.
    pub message: String,
    /// The journal's sequence number that holds it; none when nothing had to change.
    pub seq: Option<u64>,
}

/// What an event stream delivers: the state moved on. Coalesced: only the newest is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The directory's revision now.
    pub revision: u64,
}
