//! Requests and answers about what accounts own, its hand-over, and people across tenants.

use super::sweep::When;
use super::user::{RoleLabels, UserRow};
use crate::domain::{
    AccountRef, Asset, AssetKind, Handover, HandoverId, HandoverWay, Micros, MoveState,
    OperatorGrant,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parameters of `POST /v1/import/assets`; the body is the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportAssets {
    /// Tenant by name.
    pub tenant: String,
    /// `csv` or `jsonl`; absent is found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The file's name, for messages and the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The file shows everything: assets of the kinds it names that it does not show are gone.
    pub complete: bool,
    /// Show what would change, change nothing.
    pub dry_run: bool,
}

/// `asset list`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssetQuery {
    /// Tenant by name.
    pub tenant: String,
    /// Whose: email or reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<AssetKind>,
    /// Under which hand-over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<u32>,
    /// States of the move.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<MoveState>,
    /// Those that are gone as well.
    pub gone: bool,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows wanted; 0 means 50.
    pub limit: u32,
}

/// One asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRow {
    /// The record; its text is untrusted.
    pub asset: Asset,
    /// The owner's email; untrusted.
    pub owner: String,
    /// The successor's email when it is on the move; untrusted.
    pub to: String,
}

/// `asset list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// How many match.
    pub total: u64,
    /// Counts of all that match, by kind.
    pub counts: BTreeMap<String, u64>,
    /// The rows.
    pub rows: Vec<AssetRow>,
}

/// `handover plan` and `handover start`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandoverStart {
    /// The leaver: email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The successor: email or reference; `handover plan` proposes one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Kinds to move; empty is every kind the catalog's way moves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<AssetKind>,
    /// Where another acts for the leaver: until when, a day from its beginning on the tenant's clock; absent is a year on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<When>,
    /// Assets moved in one batch; 0 means 5,000.
    #[serde(skip_serializing_if = "is_zero")]
    pub step: u32,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Who could take over, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// Who.
    pub id: AccountRef,
    /// Display name; untrusted.
    pub name: String,
    /// Email; untrusted.
    pub email: String,
    /// Why: manager, active, entitled, same team.
    pub because: String,
}

/// `handover plan`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverPlan {
    /// The leaver.
    pub id: AccountRef,
    /// By which way the catalog hands over.
    pub way: HandoverWay,
    /// Counts by kind of what moves.
    pub moves: BTreeMap<String, u64>,
    /// Counts by kind of what stays or is lost, with the reason.
    pub stays: Vec<(String, u64, String)>,
    /// Who could take over, best first.
    pub successors: Vec<Successor>,
    /// Whether it can be taken back at the vendor, in one sentence.
    pub undo: String,
    /// API keys and other access that outlives the sign-in.
    pub warnings: Vec<String>,
}

/// One hand-over with its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverRow {
    /// Tenant's name.
    pub tenant: String,
    /// The record.
    pub handover: Handover,
    /// The leaver's email; untrusted.
    pub from: String,
    /// The successor's email; untrusted.
    pub to: String,
    /// Assets by state of their move.
    pub progress: BTreeMap<String, u64>,
    /// After a change the journal's sequence number that holds its first batch; none when nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
}

/// `handover list`'s answer, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handovers {
    /// The rows.
    pub rows: Vec<HandoverRow>,
}

/// `handover show`, `handover undo`, `handover export`, `handover resume`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverNamed {
    /// Tenant by name.
    pub tenant: String,
    /// Which.
    pub id: HandoverId,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `person show`, `person offboard`: one human, many accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonNamed {
    /// Email, external id, employee id, or the reference of one of their accounts.
    pub person: String,
    /// `person offboard`: what happens at the end, `suspend` or `deactivate` (the default).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// `person offboard`: who takes over, the same in every tenant where they can; absent is the proposal of each tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// `person offboard`: leave what they own where it is.
    pub no_handover: bool,
    /// `person offboard`: last day of employment to record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<crate::domain::Day>,
    /// Why; kept in the journals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// One account of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAccount {
    /// As in the users table.
    pub row: UserRow,
    /// By what it was found to be theirs: `external id`, `employee id`, `email`.
    pub matched: String,
    /// Counts by kind of what it owns.
    pub assets: BTreeMap<String, u64>,
    /// Teams, groups it leads or is in.
    pub groups: Vec<String>,
    /// API keys it holds, by the vendor's identifier; untrusted.
    pub api_keys: Vec<String>,
}

/// `person show`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Display name; untrusted.
    pub name: String,
    /// Accounts, by tenant.
    pub accounts: Vec<PersonAccount>,
    /// What their roles are called.
    #[serde(default)]
    pub labels: RoleLabels,
    /// Logins of this machine that are bound to them.
    #[serde(default)]
    pub logins: Vec<BoundLogin>,
}

/// A login that is bound to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundLogin {
    /// OS user by name.
    pub os_user: String,
    /// Roles of Rollcall's own; empty also for who may not list operators.
    pub grants: Vec<OperatorGrant>,
}

/// What offboarding does to a login of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffboardLogin {
    /// Which.
    pub login: BoundLogin,
    /// The refusal, when it stays bound.
    pub refused: Option<super::Failure>,
    /// The sequence number of the platform's journal that holds it.
    pub seq: Option<u64>,
}

/// What offboarding does in one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffboardStep {
    /// Tenant's name.
    pub tenant: String,
    /// Which account.
    pub id: AccountRef,
    /// Whose it is, by name and address; untrusted.
    #[serde(default)]
    pub who: String,
    /// What happens, in order; untrusted.
    pub changes: Vec<String>,
    /// What cannot be undone, what stays open; untrusted.
    pub warnings: Vec<String>,
    /// The refusal, when this tenant's part cannot be done; the others go on.
    pub refused: Option<super::Failure>,
    /// The journal's sequence number that holds it.
    pub seq: Option<u64>,
}

/// `person offboard`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offboarded {
    /// Display name; untrusted.
    pub name: String,
    /// When.
    pub at: Micros,
    /// One for each account.
    pub steps: Vec<OffboardStep>,
    /// One for each login bound to the person.
    #[serde(default)]
    pub logins: Vec<OffboardLogin>,
}
