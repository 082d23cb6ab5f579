//! Requests and answers about tenants, operators, orders, drift and the daemon itself.

use super::user::Shows;
use crate::domain::{
    AccountRef, Authority, Binding, Day, Micros, Mode, OperatorGrant, Order, OrderId, OrderState,
    Policy, Status as AccountStatus, Sweep, Tenant,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What changes an account's state, by the state it is in: the words of a catalog's transitions, for example `suspend`.
pub type Causes = BTreeMap<AccountStatus, Vec<String>>;

/// `tenant create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantCreate {
    /// Lower-case letters, digits and `-`.
    pub name: String,
    /// iusign, ignisign, onespan, esignanywhere.
    pub catalog: String,
    /// Seats bought; none is unlimited.
    pub seats: Option<u32>,
    /// The owner to be.
    pub owner: String,
    /// IANA time zone.
    pub tz: String,
    /// Where the power lies.
    pub authority: Authority,
    /// Subscription tier, where the catalog knows tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Features to switch on beside the catalog's defaults and those of the tier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A request that names a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantNamed {
    /// Tenant by name.
    pub tenant: String,
}

/// A request that may name a tenant; without one it means all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantOptional {
    /// Tenant by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// `tenant owner-set`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantOwnerSet {
    /// Tenant by name.
    pub tenant: String,
    /// Email or reference of an account there.
    pub owner: String,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// One tenant with what is counted of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    /// Its settings.
    pub tenant: Tenant,
    /// Emails of the accounts that hold the owner role; untrusted. `status` names ten at most.
    pub owners: Vec<String>,
    /// How many more accounts hold it than are named.
    #[serde(default)]
    pub more_owners: u64,
    /// Accounts in all.
    pub accounts: u64,
    /// Seats in use.
    pub seats_used: u64,
    /// Seats reserved for open invitations.
    pub seats_reserved: u64,
    /// Seats decided free whose release no import has confirmed yet (vendor tenants).
    pub seats_releasing: u64,
    /// Seats that are counted apart, where some were bought so, in the order of the catalog.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<PoolSeats>,
    /// When the last sign-in event was seen; none when none was.
    pub last_event: Option<Micros>,
    /// Why inactivity acts are paused; empty when the feed is healthy.
    pub feed: String,
    /// What differs between its role catalog in force and the one that is offered, by the program or a file on disk;
    /// empty when it is the same.
    #[serde(default)]
    pub catalog_offered: Vec<String>,
    /// What its catalog and its features make of accounts.
    #[serde(default)]
    pub shows: Shows,
    /// What changes an account's state, by the state it is in.
    #[serde(default)]
    pub causes: Causes,
}

/// Seats that are counted apart by role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSeats {
    /// What the vendor calls them.
    pub label: String,
    /// In use and reserved.
    pub taken: u64,
    /// How many were bought; none is no limit.
    pub bought: Option<u32>,
}

impl TenantRow {
    /// The seats that count against the limit: in use, reserved, and not given back by the vendor yet.
    pub fn seats_taken(&self) -> u64 {
        self.seats_used + self.seats_reserved + self.seats_releasing
    }

    /// The owners that are named, and how many more there are; untrusted.
    pub fn owners_shown(&self) -> Vec<String> {
        let more = (self.more_owners > 0).then(|| format!("and {} more", self.more_owners));
        self.owners.iter().cloned().chain(more).collect()
    }
}

/// `tenant show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantDetail {
    /// As in the list.
    pub row: TenantRow,
    /// Roles of its catalog: identifier, label, privileged.
    pub roles: Vec<(String, String, bool)>,
    /// Its policies.
    pub policies: Vec<PolicyRow>,
    /// Scopes below the root, as paths; untrusted.
    pub scopes: Vec<String>,
}

/// One policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    /// Tenant's name.
    pub tenant: String,
    /// Which.
    pub sweep: Sweep,
    /// What is in force.
    pub policy: Policy,
    /// Until when the amnesty keeps it from acting; none when there is none.
    pub amnesty_until: Option<Micros>,
}

/// `policy set`: what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySet {
    /// Tenant by name.
    pub tenant: String,
    /// Which.
    pub sweep: Sweep,
    /// New mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// New schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Limits by the names they have in the configuration file: `suspend_after = "60 days"`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<(String, String)>,
    /// inactivity: sign-ins before this day no longer count for what is usual of the sign-in feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_since: Option<Day>,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `policy set`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChanged {
    /// What is in force now (or would be).
    pub row: PolicyRow,
    /// The next five runs, on the tenant's clock, with offset and zone.
    pub next_runs: Vec<String>,
    /// One phrase a changed setting; empty when nothing changed.
    pub changes: Vec<String>,
    /// The journal's sequence number that holds it; none when nothing was written.
    #[serde(default)]
    pub seq: Option<u64>,
}

/// `operator bind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorBind {
    /// OS user by name.
    pub os_user: String,
    /// Person: an email.
    pub person: String,
    /// What the person may do; replaces what was bound before.
    pub grants: Vec<OperatorGrant>,
    /// A login that several people use.
    #[serde(default)]
    pub shared: bool,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `operator unbind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorUnbind {
    /// OS user by name.
    pub os_user: String,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `operator list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operators {
    /// By uid.
    pub bindings: Vec<Binding>,
}

/// `order list` and `order export`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderQuery {
    /// Tenant by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// States; none means open and delivered, and for an export the open ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<OrderState>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows wanted; 0 means all up to 100,000.
    pub limit: u32,
}

/// `order confirm`, `order fail`, `order reopen`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrderAnswer {
    /// Tenant by name.
    pub tenant: String,
    /// Numbers of the orders.
    pub orders: Vec<OrderId>,
    /// Why; kept in the journal. Mandatory for `order fail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Tenant's name.
    pub tenant: String,
    /// Whom it concerns; none when it concerns a thing of the tenant.
    pub id: Option<AccountRef>,
    /// Their email, empty for a thing of the tenant; untrusted.
    pub email: String,
    /// The order.
    pub order: Order,
    /// What is to be done, for example `set status to suspended`; untrusted.
    pub todo: String,
}

/// `order list`'s and `order export`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// How many match in all.
    pub total: u64,
    /// The rows.
    pub rows: Vec<OrderRow>,
}

/// One difference between decided and observed state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftRow {
    /// Tenant's name.
    pub tenant: String,
    /// Whom it concerns.
    pub id: AccountRef,
    /// Their email; untrusted.
    pub email: String,
    /// The label of what differs: `status`, `roles`, or what a person edited, as `last name`.
    pub field: String,
    /// What was decided.
    pub decided: String,
    /// What the last export showed; untrusted.
    pub observed: String,
    /// When that export was read.
    pub observed_at: Option<Micros>,
    /// The open order that will mend it, if there is one.
    pub order: Option<u32>,
}

/// `drift list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drift {
    /// The rows.
    pub rows: Vec<DriftRow>,
    /// Of when the newest people export of each vendor's tenant is that was read to its end, by the tenant's name; none when
    /// none was.
    #[serde(default)]
    pub exports: BTreeMap<String, Option<Micros>>,
}

/// `tenant list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenants {
    /// By name.
    pub rows: Vec<TenantRow>,
}

/// `policy list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// By tenant and sweep.
    pub rows: Vec<PolicyRow>,
}

/// `status`: what the header of the console shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The daemon's version.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// The store's path.
    pub store: String,
    /// The directory's revision.
    pub revision: u64,
    /// The daemon's time.
    pub now: Micros,
    /// Accounts in all tenants the caller sees; not told to a member, who counts them with `user list`.
    pub accounts: Option<u64>,
    /// The tenants.
    pub tenants: Vec<TenantRow>,
    /// The tenants in which the caller is a member, where their row is not told.
    #[serde(default)]
    pub standings: Vec<Standing>,
    /// Who the caller is: OS user, and the person bound.
    pub caller: String,
    /// Whether the caller may change anything.
    pub read_only: bool,
    /// `demo`, `embedded` or `daemon`.
    pub carried: String,
    /// Why the daemon serves reads only after a failed commit; empty when it does not.
    pub degraded: String,
    /// The journals: number, size in batches, leaves, head as hex.
    pub heads: Vec<Head>,
    /// Whether their signed heads are copied off the machine.
    #[serde(default)]
    pub copies: HeadCopies,
}

/// What a member may do in a tenant whose row they are not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Tenant's name.
    pub tenant: String,
    /// Its IANA time zone.
    pub tz: String,
    /// What its catalog and its features make of accounts.
    pub shows: Shows,
    /// What changes an account's state, by the state it is in.
    pub causes: Causes,
    /// Our verbs by name that the caller may use there, in all of it or in a part of it.
    pub verbs: Vec<String>,
    /// Whether some of them reach a part only.
    pub part: bool,
}

/// How the copies of signed heads are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeadCopies {
    /// Whether they are to be copied anywhere.
    pub configured: bool,
    /// When the copies were last seen to be complete; none when that was not since the daemon started.
    pub copied: Option<Micros>,
    /// Since when they are not; none while nothing is wrong.
    pub failing_since: Option<Micros>,
    /// Why heads are not signed or not copied; untrusted, empty while nothing is wrong.
    pub problem: String,
}

/// The head of one journal's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The journal: `platform` or the tenant's name.
    pub journal: String,
    /// Batches in it.
    pub seq: u64,
    /// Leaves in its tree.
    pub leaves: u64,
    /// Its root, in hex.
    pub root: String,
}
