//! Requests and answers about scopes, features, groups, delegations, and separation of duties.

use super::sweep::When;
use crate::domain::{
    AccountRef, ConflictRule, Delegation, Exception, Group, GroupKind, Micros, ScopeKind,
    ScopeNode, ScopeState,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `tenant set`: what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSet {
    /// Tenant by name.
    pub tenant: String,
    /// Seats bought; `unlimited` lifts the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<String>,
    /// Subscription tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Features to switch on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enable: Vec<String>,
    /// Features to switch off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disable: Vec<String>,
    /// Seats of pools; `unlimited` lifts the limit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pools: BTreeMap<String, String>,
    /// Other settings, for example `identity_lock = on`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// Whose people file counts for which field of accounts, for example `status = okta`; an empty text takes it away.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, String>,
    /// Show what would change, change nothing.
    pub dry_run: bool,
}

/// One feature with how it stands in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureRow {
    /// Identifier.
    pub id: String,
    /// What it brings.
    pub meaning: String,
    /// Whether it is on.
    pub on: bool,
    /// Once on, it stays on.
    pub one_way: bool,
    /// Why it cannot be switched on as things are; empty when it can.
    pub but: String,
}

/// `feature list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// Tenant's name.
    pub tenant: String,
    /// Tier; empty where none is known.
    pub tier: String,
    /// In the order of the catalog.
    pub rows: Vec<FeatureRow>,
    /// Pools: label, used and reserved, limit.
    pub pools: Vec<(String, u64, Option<u32>)>,
}

/// One scope with what holds at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRow {
    /// The record.
    pub node: ScopeNode,
    /// Path from the root in the words that people read, joined with `/`; the name that is stored is the record's.
    /// Untrusted.
    pub path: String,
    /// Depth below the root, from 0.
    pub depth: u32,
    /// What the vendor calls its kind.
    pub label: String,
    /// Settings in force, inherited ones as well.
    pub settings: BTreeMap<String, String>,
    /// Accounts with a role held exactly here.
    pub holders: u64,
    /// Accounts with a role held here or below.
    pub below: u64,
    /// Whether the caller's own account holds a role here, or above.
    #[serde(default)]
    pub mine: bool,
}

/// `scope list`'s answer: the tree, parents before children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// Tenant's name.
    pub tenant: String,
    /// The rows; the root first.
    pub rows: Vec<ScopeRow>,
}

/// `scope create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeCreate {
    /// Tenant by name.
    pub tenant: String,
    /// What it is.
    pub kind: ScopeKind,
    /// What it lies in, by path; absent is the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// Settings; `time_zone` is not inherited (OneSpan Sign).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `scope set`: what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeSet {
    /// Tenant by name.
    pub tenant: String,
    /// By path.
    pub scope: String,
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Settings; an empty text lets it inherit again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// Roles that may be held here; an empty list lets every offered role be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// Whether it is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ScopeState>,
    /// A new parent by path: refused where the catalog forbids moves across trees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// `tenant convert`: a standalone account becomes a sub-account of another tree (OneSpan Sign).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantConvert {
    /// The standalone account's tenant.
    pub tenant: String,
    /// The tenant it goes into.
    pub into: String,
    /// The account there, by path; absent is its root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Name of the new sub-account; absent is the tenant's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// One account of the consolidated report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportRow {
    /// Path; untrusted. The last row, `total`, sums all without counting a person twice.
    pub path: String,
    /// Users with a role at or below it, by state.
    pub users: BTreeMap<String, u64>,
    /// Holders of each role exactly here.
    pub roles: BTreeMap<String, u64>,
    /// Seats in use.
    pub seats: u64,
    /// Privileged users without a second factor.
    pub mfa_missing: u64,
    /// Not used for 45 days or more.
    pub idle: u64,
    /// Assets owned, by kind.
    pub assets: BTreeMap<String, u64>,
}

/// `scope report`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Tenant's name.
    pub tenant: String,
    /// When it was made.
    pub at: Micros,
    /// One for each account, the total last.
    pub rows: Vec<ReportRow>,
}

/// `group set`: creates or changes; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSet {
    /// Tenant by name.
    pub tenant: String,
    /// What it is for.
    pub kind: GroupKind,
    /// Its name; a new one creates it.
    pub name: String,
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rename: Option<String>,
    /// The account it lives in, by path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The team it lies in, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Who leads it; an empty text takes the leader away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<String>,
    /// Members to add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Members to take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Members see each other's envelopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_envelopes: Option<bool>,
    /// Members see each other's templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_templates: Option<bool>,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `group delete`, `group show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNamed {
    /// Tenant by name.
    pub tenant: String,
    /// What it is for.
    pub kind: GroupKind,
    /// Its name.
    pub name: String,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// The record; its members are left out, because there may be very many.
    pub group: Group,
    /// The leader's email; untrusted, empty when there is none.
    pub leader: String,
    /// How many members there are.
    #[serde(default)]
    pub count: u64,
    /// Some of the members in the order of their numbers: reference and email; untrusted. A list has the first few.
    pub members: Vec<(AccountRef, String)>,
}

/// `group show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupShow {
    /// Tenant by name.
    pub tenant: String,
    /// What it is for.
    pub kind: GroupKind,
    /// Its name.
    pub name: String,
    /// How many members to leave out.
    #[serde(default)]
    pub offset: u64,
    /// How many members to show, at most 1,000; 0 is 100.
    #[serde(default)]
    pub limit: u32,
}

/// `group list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    /// Tenant's name.
    pub tenant: String,
    /// By kind and name.
    pub rows: Vec<GroupRow>,
}

/// `delegation set`, `delegation end` (then only `user` counts).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DelegationSet {
    /// For whom: email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Who acts.
    pub delegate: String,
    /// From when, a day from its beginning on the tenant's clock; absent is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<When>,
    /// Until when, as `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<When>,
    /// Show what would change, change nothing.
    pub dry_run: bool,
}

/// `delegation list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegations {
    /// The record, the account's email, the delegate's email; untrusted.
    pub rows: Vec<(Delegation, String, String)>,
}

/// `conflict set`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictSet {
    /// Tenant by name.
    pub tenant: String,
    /// The rule as it is to be; its name creates or replaces.
    pub rule: ConflictRule,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `conflict delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictNamed {
    /// Tenant by name.
    pub tenant: String,
    /// The rule's name.
    pub name: String,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `conflict except`: allow a violation until a date; without a date the exception ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictExcept {
    /// Tenant by name.
    pub tenant: String,
    /// The rule's name.
    pub name: String,
    /// For whom: email or reference.
    pub user: String,
    /// Until when, a day from its beginning on the tenant's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<When>,
    /// Why; kept in the journal. Mandatory with a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// One standing violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The rule's name.
    pub rule: String,
    /// Who.
    pub id: AccountRef,
    /// Display name; untrusted.
    pub name: String,
    /// Email; untrusted.
    pub email: String,
    /// What is held on one side, `ROLE@PATH`; untrusted.
    pub one: String,
    /// What is held on the other.
    pub other: String,
    /// The exception that allows it today, if there is one.
    pub exception: Option<Exception>,
}

/// `conflict list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflicts {
    /// Tenant's name.
    pub tenant: String,
    /// The rules.
    pub rules: Vec<ConflictRule>,
    /// Standing violations, those without an exception first.
    pub violations: Vec<Violation>,
    /// Rules that the vendor's best practices suggest and that do not stand; setting one arms it.
    #[serde(default)]
    pub proposals: Vec<ConflictRule>,
}
