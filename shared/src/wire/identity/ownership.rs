//! Requests and answers about transfers of ownership.

use crate::domain::{Transfer, TransferId};
use serde::{Deserialize, Serialize};

/// `ownership start`: Transfer of Ownership, its first step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnershipStart {
    /// Tenant by name.
    pub tenant: String,
    /// The owner to be: email or reference.
    pub to: String,
    /// A platform administrator replaces an owner out of reach: a reason is due, and a second approver confirms.
    #[serde(default)]
    pub replace: bool,
    /// Why; kept in the journal. Mandatory with `replace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `ownership confirm`, `ownership cancel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnershipDecide {
    /// Tenant by name.
    pub tenant: String,
    /// Which transfer.
    pub id: TransferId,
    /// Why; kept in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// One transfer of ownership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRow {
    /// Tenant's name.
    pub tenant: String,
    /// The record.
    pub transfer: Transfer,
    /// The old owner's email; untrusted, empty when there is none.
    pub from: String,
    /// The new owner's email; untrusted.
    pub to: String,
}

/// `ownership list`'s answer, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfers {
    /// The rows.
    pub rows: Vec<TransferRow>,
}
