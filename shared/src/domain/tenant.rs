//! Tenants and their tree of scopes.

use super::account::{Source, words};
use super::ids::{ScopeId, TenantId};
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where the power over a tenant's accounts lies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Authority {
    /// The signing platform asks us: a decision is effective at once.
    #[n(0)]
    Rollcall = 0,
    /// The vendor's own portal is in force: a decision opens an order.
    #[n(1)]
    Vendor = 1,
}
words!(Authority { Rollcall = "rollcall", Vendor = "vendor" });

/// How far a tenant is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum TenantState {
    /// Being filled for the first time: its owner is not known yet, nothing acts.
    #[n(0)]
    Filling = 0,
    /// In force.
    #[n(1)]
    Active = 1,
    /// Became part of another tree: everybody is deactivated, nothing acts and nothing changes any more.
    #[n(2)]
    Closed = 2,
}
words!(TenantState { Filling = "filling", Active = "active", Closed = "closed" });

/// What stands in the platform journal when a tenant is created, and what its settings are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Tenant {
    /// Its number.
    #[n(0)]
    pub id: TenantId,
    /// Its name: lower-case letters, digits and `-`, unique.
    #[n(1)]
    pub name: String,
    /// Name of its role catalog.
    #[n(2)]
    pub catalog: String,
    /// Seats bought; none is unlimited.
    #[n(3)]
    pub seats: Option<u32>,
    /// IANA name of its time zone.
    #[n(4)]
    pub tz: String,
    /// Where the power lies.
    #[n(5)]
    pub authority: Authority,
    /// The email of the owner to be, as given at creation; the owner in force is the account that holds the role.
    #[n(6)]
    pub owner: String,
    /// How far it is.
    #[n(7)]
    pub state: TenantState,
    /// When it was created here.
    #[n(8)]
    pub created: Micros,
    /// What it has bought and switched on.
    #[n(9)]
    #[cbor(default)]
    #[serde(default)]
    pub plan: TenantPlan,
    /// Whose file counts for a field of its accounts; a field without one has no setting.
    #[n(10)]
    #[cbor(default)]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<SourceField, Source>,
}

impl Tenant {
    /// Whose file counts for which field, for example `status okta, mfa okta`; empty where nothing is set.
    pub fn sources_told(&self) -> String {
        let each = self.sources.iter();
        let told: Vec<String> = each.map(|(f, source)| format!("{f} {source}")).collect();
        told.join(", ")
    }
}

/// What one source owns of every account of a tenant, by setting (formats.md).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum SourceField {
    /// The state.
    #[n(0)]
    Status = 0,
    /// The roles, and where they are held.
    #[n(1)]
    Roles = 1,
    /// The second factor.
    #[n(2)]
    Mfa = 2,
    /// First and last name.
    #[n(3)]
    Name = 3,
    /// The address.
    #[n(4)]
    Email = 4,
    /// The main team.
    #[n(5)]
    Team = 5,
}
words!(SourceField { Status = "status", Roles = "roles", Mfa = "mfa", Name = "name", Email = "email", Team = "team" });

/// What a tenant has bought and switched on, in the words of its catalog.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Encode, Decode)]
#[serde(default)]
pub struct TenantPlan {
    /// Subscription tier, where the catalog knows tiers.
    #[n(0)]
    pub tier: Option<String>,
    /// Features that are switched on.
    #[n(1)]
    #[cbor(default)]
    pub features: BTreeSet<String>,
    /// Seats of each pool, where the catalog counts them apart; a pool without a number is unlimited.
    #[n(2)]
    #[cbor(default)]
    pub pools: BTreeMap<String, u32>,
    /// Other settings by name, for example `identity_lock`.
    #[n(3)]
    #[cbor(default)]
    pub settings: BTreeMap<String, String>,
}

/// The kinds of scope over all catalogs: tenant → accounts (three levels) | organisation → application → environment | team.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum ScopeKind {
    /// The root.
    #[n(0)]
    Tenant = 0,
    /// OneSpan: account, sub-account, sub-sub-account.
    #[n(1)]
    Account = 1,
    /// IgniSign.
    #[n(2)]
    Organisation = 2,
    /// IgniSign.
    #[n(3)]
    Application = 3,
    /// IgniSign.
    #[n(4)]
    Environment = 4,
    /// IUSign, eSignAnyWhere.
    #[n(5)]
    Team = 5,
    /// IgniSign: one signature request, for invited proof readers and document providers.
    #[n(6)]
    Request = 6,
}
words!(ScopeKind { Tenant = "tenant", Account = "account", Organisation = "organisation", Application = "application", Environment = "environment", Team = "team", Request = "request" });

/// One scope of a tenant's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ScopeNode {
    /// Its number.
    #[n(0)]
    pub id: ScopeId,
    /// What it is.
    #[n(1)]
    pub kind: ScopeKind,
    /// What it lies in; none for the root.
    #[n(2)]
    pub parent: Option<ScopeId>,
    /// Its name, unique among its siblings of the same kind.
    #[n(3)]
    pub name: String,
    /// What is set at it.
    #[n(4)]
    #[cbor(default)]
    #[serde(default)]
    pub profile: ScopeProfile,
}

/// The names of the settings that a scope may have of its own.
pub const SETTINGS: [&str; 4] = ["time_zone", "language", "branding", "sharing"];

/// What is set at one scope. What is not set is inherited from above, except where the catalog says otherwise.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Encode, Decode)]
#[serde(default)]
pub struct ScopeProfile {
    /// Settings by name: `time_zone`, `language`, `branding`, `sharing`, …
    #[n(0)]
    #[cbor(default)]
    pub settings: BTreeMap<String, String>,
    /// Identifiers of the roles that may be held here; none is every role that is offered here.
    #[n(1)]
    pub roles: Option<BTreeSet<String>>,
    /// Whether it is in use.
    #[n(2)]
    #[cbor(default)]
    pub state: ScopeState,
    /// What the catalog in force shows in place of its name; empty where that is the name. It is kept nowhere, and two
    /// profiles that differ in it alone are the same.
    #[cbor(skip)]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub shown: String,
}

impl PartialEq for ScopeProfile {
    fn eq(&self, other: &Self) -> bool {
        (&self.settings, &self.roles, self.state) == (&other.settings, &other.roles, other.state)
    }
}

impl Eq for ScopeProfile {}

/// Whether a scope is in use (IgniSign: ACTIVE, BLOCKED, ARCHIVED).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum ScopeState {
    /// In use.
    #[default]
    #[n(0)]
    Active = 0,
    /// Shut for the time being.
    #[n(1)]
    Blocked = 1,
    /// Put away; nothing is granted at it any more.
    #[n(2)]
    Archived = 2,
}
words!(ScopeState { Active = "active", Blocked = "blocked", Archived = "archived" });
