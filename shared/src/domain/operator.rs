//! Operators: OS users bound to persons who hold Rollcall roles on tenants.

use super::ids::{AccountId, TenantId};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One operator role, everywhere or in one tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
pub struct OperatorGrant {
    /// A role of the catalog `rollcall`: auditor, helpdesk, operator, approver, policy_admin, platform_admin.
    #[n(0)]
    pub role: String,
    /// The tenant's name; none is every tenant and the platform itself.
    #[n(1)]
    pub tenant: Option<String>,
}

/// The binding of one OS user. Key is the uid; the name is re-checked on every request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Binding {
    /// The OS user's number.
    #[n(0)]
    pub uid: u32,
    /// The OS user's name when bound.
    #[n(1)]
    pub os_user: String,
    /// The person: an email, which may also be a member of tenants.
    #[n(2)]
    pub person: String,
    /// What the person may do.
    #[n(3)]
    pub grants: Vec<OperatorGrant>,
    /// A login that several people use: reads only, approves nothing.
    #[n(4)]
    pub shared: bool,
    /// The person's own accounts by number, as they were known when it was bound: an address may pass on to somebody
    /// else, a number does not.
    #[n(5)]
    #[cbor(default)]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accounts: BTreeMap<TenantId, AccountId>,
}
