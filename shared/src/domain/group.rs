//! Teams and signing groups.

use super::account::words;
use super::ids::{AccountId, GroupId, ScopeId};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a group is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum GroupKind {
    /// Members share documents (IUSign Enterprise, eSignAnyWhere).
    #[n(0)]
    Team = 0,
    /// The route by which a User sees another user's private document (IUSign).
    #[n(1)]
    SigningGroup = 1,
    /// Account users who sign as one, first come, first served (OneSpan Sign).
    #[n(2)]
    SignerGroup = 2,
}
words!(GroupKind { Team = "team", SigningGroup = "signing_group", SignerGroup = "signer_group" });

/// A team or signing group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Group {
    /// Its number in its tenant.
    #[n(0)]
    pub id: GroupId,
    /// What it is for.
    #[n(1)]
    pub kind: GroupKind,
    /// Its name, unique among groups of its kind.
    #[n(2)]
    pub name: String,
    /// The scope it belongs to: for a team its own scope of kind `team`, else the account it lives in.
    #[n(3)]
    pub scope: ScopeId,
    /// The group it lies in (teams are a tree in eSignAnyWhere).
    #[n(4)]
    pub parent: Option<GroupId>,
    /// Who leads it and sees all its envelopes (eSignAnyWhere).
    #[n(5)]
    pub leader: Option<AccountId>,
    /// Who is in it.
    #[n(6)]
    pub members: BTreeSet<AccountId>,
    /// Members see each other's envelopes.
    #[n(7)]
    pub share_envelopes: bool,
    /// Members see each other's templates.
    #[n(8)]
    pub share_templates: bool,
}
