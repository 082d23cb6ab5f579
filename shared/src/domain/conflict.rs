//! Separation of duties: which roles one person must not hold together.

use super::ids::AccountId;
use super::tenant::ScopeKind;
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// One side of a conflict: any of these roles, maybe only at scopes of a kind and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Role identifiers; any of them counts. Empty is any role.
    #[n(0)]
    #[serde(default)]
    pub roles: Vec<String>,
    /// Only where held at, or above, a scope of this kind.
    #[n(1)]
    #[serde(default)]
    pub kind: Option<ScopeKind>,
    /// Only scopes of this name, for example `PRODUCTION`.
    #[n(2)]
    #[serde(default)]
    pub name: Option<String>,
}

/// A rule: whoever holds something of one side must hold nothing of the other (IgniSign's best practices).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct ConflictRule {
    /// Its name, unique in its tenant.
    #[n(0)]
    pub name: String,
    /// One side.
    #[n(1)]
    pub one: Side,
    /// The other side.
    #[n(2)]
    pub other: Side,
    /// Only counts when both are held below the same scope of this kind (production against development of one
    /// application); none is anywhere in the tenant.
    #[n(3)]
    #[serde(default)]
    pub within: Option<ScopeKind>,
    /// Why it stands.
    #[n(4)]
    pub why: String,
}

/// An allowed violation, until a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Exception {
    /// Of which rule.
    #[n(0)]
    pub rule: String,
    /// For whom.
    #[n(1)]
    pub account: AccountId,
    /// Until when.
    #[n(2)]
    pub until: Micros,
    /// Who allowed it (the OS user).
    #[n(3)]
    pub by: String,
    /// When.
    #[n(4)]
    pub at: Micros,
}
