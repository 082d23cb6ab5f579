//! Tenants and their tree of scopes.

use super::account::words;
use super::ids::{ScopeId, TenantId};
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

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
}
words!(TenantState { Filling = "filling", Active = "active" });

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
}
words!(ScopeKind { Tenant = "tenant", Account = "account", Organisation = "organisation", Application = "application", Environment = "environment", Team = "team" });

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
}
