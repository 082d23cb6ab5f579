//! Roles a tenant made itself, beside the ones of its catalog.

use super::ids::ScopeId;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A custom role: what it grants and blocks, and where it may be held (OneSpan Sign; eSignAnyWhere).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct CustomRole {
    /// Identifier, unique among all roles of the tenant.
    #[n(0)]
    pub id: String,
    /// Words on screen, unique as well.
    #[n(1)]
    pub label: String,
    /// What it is for; may be empty.
    #[n(2)]
    #[serde(default)]
    pub description: String,
    /// Permissions granted, each maybe with a qualifier behind a colon.
    #[n(3)]
    pub grants: BTreeSet<String>,
    /// Permissions blocked: a block beats any grant of any role (eSignAnyWhere).
    #[n(4)]
    #[serde(default)]
    pub blocks: BTreeSet<String>,
    /// Whether it can be given to anybody (OneSpan: a disabled role cannot).
    #[n(5)]
    pub enabled: bool,
    /// Where it was made: the root makes it global, an account makes it local to that account and what lies in it.
    #[n(6)]
    pub home: ScopeId,
    /// The accounts it is offered in, and nowhere else; none is everywhere below its home (OneSpan Sign).
    #[n(7)]
    pub offered: Option<BTreeSet<ScopeId>>,
    /// Subject of the MFA mandate.
    #[n(8)]
    pub privileged: bool,
}
