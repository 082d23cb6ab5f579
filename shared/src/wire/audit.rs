//! Requests and answers about the journals.

use super::admin::Head;
use crate::domain::{Actor, Micros, RequestId, RunId};
use crate::heads::Blame;
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
    /// Batches wanted; 0 means 50. Of one journal an answer holds at most 1,000.
    pub limit: u32,
}

/// `audit list`'s answer: one line a batch, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLines {
    /// The lines.
    pub rows: Vec<AuditLine>,
    /// Journals that were not looked through to their beginning, though more was wanted of them: ask on from there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
}

/// Where looking through a journal ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its tenant by name; none is the platform's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Nothing before this sequence number was looked at.
    pub before: u64,
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
    /// Why the glass was broken, where nothing else allowed the verb; untrusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<String>,
    /// How many entries it holds.
    pub entries: u64,
    /// What it says, one line an entry, at most 20; untrusted.
    pub lines: Vec<String>,
}

/// Something that is wrong with signed heads, and whose fault it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadFault {
    /// The file, the key or the store.
    pub blame: Blame,
    /// What is wrong, with the line of the file or the name of the journal.
    pub what: String,
}

/// `audit verify`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditVerdict {
    /// Whether every tree recomputes to its stored heads.
    pub ok: bool,
    /// The heads found.
    pub heads: Vec<Head>,
    /// What is wrong with the trees; empty when nothing is.
    pub problems: Vec<String>,
    /// How many signed heads were checked against them.
    #[serde(default)]
    pub signed: u64,
    /// What is wrong with the signed heads, or with the journals they speak of; empty when nothing is.
    #[serde(default)]
    pub head_problems: Vec<HeadFault>,
}

/// `audit verify`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditVerify {
    /// Only this tenant's journal; none is every journal, for an auditor of all tenants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Signed heads to hold the journals against, one note behind the other; none only recomputes the trees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heads: Option<String>,
    /// The number of the first line, where this is a piece of a file; 0 is the first.
    pub first_line: usize,
    /// The verifier keys that may have signed them; none takes those the journal names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// `audit head`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHeads {
    /// The verifier key that signed them.
    pub key: String,
    /// The platform's first, then by tenant.
    pub rows: Vec<SignedHead>,
}

/// The head of one journal, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// `platform` or the tenant's name.
    pub journal: String,
    /// Leaves in its tree.
    pub leaves: u64,
    /// The signed note, with its line ends.
    pub note: String,
}

/// `audit key`'s answer: verifier keys, `NAME+ID+KEY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadKeys {
    /// The one that signs now.
    pub key: String,
    /// Those that signed before it, oldest first.
    pub earlier: Vec<String>,
}

/// `audit rekey`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditRekey {
    /// Why; kept in the journal.
    pub reason: String,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}
