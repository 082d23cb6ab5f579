//! Imports: parameters in the query, the file as the body, answers as JSON lines while it runs.

use super::sweep::When;
use crate::domain::Micros;
use serde::{Deserialize, Serialize};

/// Parameters of `import people` and `import signins`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportRequest {
    /// Tenant by name.
    pub tenant: String,
    /// Name of the format; none is detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Zone of times without one; none is the tenant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tz: Option<String>,
    /// `OURS=THEIRS`, comma-separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<String>,
    /// Okta and Entra: the application whose sign-ins count; none is the one that the tenant's settings name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// `import people`: the instant whose state the file shows, or the day at whose beginning on the tenant's clock; none,
    /// or one to come, is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<When>,
    /// The file's name, for messages and the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// `import people`: take the file's external and employee ids for whoever has the row's address.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub renumber: bool,
    /// `import people`: how many people may lose access or privileged roles by the file; none is the usual number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub losing: Option<u64>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ImportLine {
    /// How far it is; sent at most ten times a second.
    Progress {
        /// Rows read so far.
        rows: u64,
    },
    /// A row that was set aside.
    Rejected(Rejected),
    /// A row whose difference was reported, not applied.
    Conflict {
        /// Line in the file, from 1.
        line: u64,
        /// The person's email; untrusted.
        email: String,
        /// Field, and why it was not applied.
        what: String,
    },
    /// What a row would do; of dry runs of people alone.
    Change(ImportChange),
    /// It is over.
    Summary(ImportSummary),
    /// It failed; what was committed before stays.
    Failed(super::Failure),
}

impl ImportLine {
    /// The line of the file it is about, from 1; 0 where it is about none.
    pub fn line(&self) -> u64 {
        match self {
            ImportLine::Rejected(row) => row.line,
            ImportLine::Conflict { line, .. } => *line,
            ImportLine::Change(change) => change.line,
            ImportLine::Progress { .. } | ImportLine::Summary(_) | ImportLine::Failed(_) => 0,
        }
    }
}

/// What a row of a people file would do to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportChange {
    /// Line in the file, from 1.
    pub line: u64,
    /// The person's email; untrusted.
    pub email: String,
    /// Whether the account would be new.
    pub new: bool,
    /// Whether the state or the roles of an account that is there would change.
    pub access: bool,
    /// What would be different, one phrase each.
    pub changes: Vec<String>,
}

/// A row that was set aside, with its line number and reason. Never holds a password column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Line in the file, from 1.
    pub line: u64,
    /// The field at fault; empty when it is the whole row.
    pub field: String,
    /// Why.
    pub reason: String,
    /// The row's cells as `name=value`, password columns left out; untrusted.
    pub row: Vec<(String, String)>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportSummary {
    /// The format it was read as.
    pub format: String,
    /// Rows or events read.
    pub rows: u64,
    /// Accounts added, or events taken in.
    pub added: u64,
    /// Accounts changed.
    pub changed: u64,
    /// Accounts or events that were known already.
    pub unchanged: u64,
    /// Rows that are not about people or use.
    pub ignored: u64,
    /// Events of people unknown here.
    #[serde(default)]
    pub unknown: u64,
    /// Differences reported and not applied.
    pub conflicts: u64,
    /// Rows set aside.
    pub refused: u64,
    /// Orders confirmed by what the file shows.
    pub confirmed: u64,
    /// The newest event's time (`import signins`).
    pub newest: Option<Micros>,
    /// People who lose access or privileged roles (`import people`).
    #[serde(default)]
    pub losing: u64,
    /// Whether their number has to be confirmed before the file is let through.
    #[serde(default)]
    pub held: bool,
    /// Whether nothing was written because it was a dry run.
    pub dry_run: bool,
    /// Things worth knowing, one sentence each.
    pub notes: Vec<String>,
}
