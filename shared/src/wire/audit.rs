//! Requests and answers about the journals.

use super::admin::Head;
use crate::domain::{Actor, Micros, RequestId, RunId};
use serde::{Deserialize, Serialize};

/// `audit list`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditQuery {
    /// Tenant by name; none is the platform journal and every tenant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only the platform journal; not together with `tenant`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub platform: bool,
    /// Only entries before this sequence number of one journal (needs `tenant` or `platform`): the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// Only this verb, its words as on the command line or as the journal has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// Batches wanted; 0 means 50.
    pub limit: u32,
}

/// `audit list`'s answer: one line a batch, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLines {
    /// The lines.
    pub rows: Vec<AuditLine>,
}

/// One batch of one journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// `platform` or the tenant's name.
    pub journal: String,
    /// Its sequence number there.
    pub seq: u64,
    /// When.
    pub at: Micros,
    /// The verb.
    pub verb: String,
    /// Who, and how identified.
    pub actor: Actor,
    /// The request.
    pub request: Option<RequestId>,
    /// The run.
    pub run: Option<RunId>,
    /// The reason given.
    pub reason: Option<String>,
    /// How many entries it holds.
    pub entries: u64,
    /// What it says, one line an entry, at most 20; untrusted.
    pub lines: Vec<String>,
}

/// `audit verify`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditVerdict {
    /// Whether every tree recomputes to its stored heads.
    pub ok: bool,
    /// The heads found.
    pub heads: Vec<Head>,
    /// What is wrong; empty when nothing is.
    pub problems: Vec<String>,
}
