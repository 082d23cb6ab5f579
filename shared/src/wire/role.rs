//! Requests and answers about roles, permissions and who may do what.

use super::Failure;
use super::identity::InviteForm;
use crate::catalog::{Action, Feature, Permission, Pool, ScopeRule, Tier, Transition};
use crate::domain::{AccountRef, Micros, ScopeKind, SeatHold, Span, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A role with what it means in its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    /// Identifier.
    pub id: String,
    /// Words on screen; untrusted for a custom role.
    pub label: String,
    /// What it is for; untrusted for a custom role, may be empty.
    pub description: String,
    /// Whether the tenant made it itself.
    pub custom: bool,
    /// Whether it can be given to anybody.
    pub enabled: bool,
    /// Subject of the MFA mandate.
    pub privileged: bool,
    /// The kind of scope it is held at; none is anywhere.
    pub scope: Option<ScopeKind>,
    /// Where it is offered, as paths; empty is everywhere. Untrusted.
    pub offered: Vec<String>,
    /// Permissions granted, each maybe with a qualifier behind a colon.
    pub grants: Vec<String>,
    /// Permissions blocked.
    pub blocks: Vec<String>,
    /// Accounts that hold it in a state that counts (invited, active, suspended).
    pub holders: u64,
    /// Why nobody is given it at the scope asked about; none when it can be given there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_given: Option<Failure>,
}

/// `role list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleQuery {
    /// Tenant by name.
    pub tenant: String,
    /// Where roles are meant to be given, by path; absent is the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// `role list`'s answer: roles × permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// The tenant's name.
    pub tenant: String,
    /// The catalog's name.
    pub catalog: String,
    /// Every permission, in the order of the catalog.
    pub permissions: Vec<Permission>,
    /// The catalog's roles, then the tenant's own.
    pub roles: Vec<RoleRow>,
    /// Where roles are meant to be given, by path as it was asked; absent is the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What an invitation may say here.
    #[serde(default)]
    pub form: InviteForm,
}

/// `role show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleShow {
    /// Tenant by name.
    pub tenant: String,
    /// Identifier or label.
    pub role: String,
}

/// `role show`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDetail {
    /// As in the list.
    pub row: RoleRow,
    /// Permissions with their meanings, in the order of the catalog; those it grants or blocks.
    pub permissions: Vec<Permission>,
    /// Holders: reference, name, email, scope path; at most 200. Untrusted.
    pub holders: Vec<(AccountRef, String, String, String)>,
}

/// `role create` and `role edit`: the whole role as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSet {
    /// Tenant by name.
    pub tenant: String,
    /// Identifier; for `role edit` of the role as it is.
    pub id: String,
    /// New words on screen; absent keeps what is, or takes the identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// New description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A role to copy from (`role create`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    /// Permissions to grant beside what is granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant: Vec<String>,
    /// Permissions to block beside what is blocked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub block: Vec<String>,
    /// Permissions to say nothing about any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<String>,
    /// The account it is made at, by path; absent is the root: a global role (`role create`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// The accounts it is offered in, by path; absent keeps what is; an empty list is everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Vec<String>>,
    /// Whether it can be given to anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Subject of the MFA mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `role create`, `role edit` and `role delete`: what was changed, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChanged {
    /// Identifier; untrusted.
    pub id: String,
    /// One phrase for each difference; empty when nothing changes. Untrusted.
    pub changes: Vec<String>,
    /// For example that a granted permission is of no use without another.
    pub warnings: Vec<String>,
    /// Holders whose sessions become stale.
    pub holders: u64,
    /// The batch that holds it; none when nothing was written.
    pub seq: Option<u64>,
}

/// `role delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDelete {
    /// Tenant by name.
    pub tenant: String,
    /// Identifier.
    pub id: String,
    /// Show what would change, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// A thing somebody wants to do something with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resource {
    /// What it is, for example `document`; the question then names an act (`open`) or an action of that kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whose it is: email or reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Groups and teams it is shared with: by name, a team by its path, or with the kind before a colon.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Accounts it is shared with, by email or reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
    /// Where it lies, by path; absent is the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// `can` and `why`: may this user do that, with this?
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Can {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Permission or action, by identifier or name; `why` takes none: every permission is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Ask for changing, where a permission alone does not say: a read-only grant is not enough.
    pub change: bool,
    /// With what.
    pub resource: Resource,
}

/// What a decision rests on, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// A role that grants it.
    Grant {
        /// The role.
        role: String,
        /// Where it is held, as a path; untrusted.
        scope: String,
        /// The permission, with its qualifier.
        grant: String,
        /// Whether it helps here; else why not.
        but: String,
    },
    /// A role that blocks it.
    Block {
        /// The role.
        role: String,
        /// Where it is held, as a path; untrusted.
        scope: String,
        /// The permission.
        block: String,
    },
    /// Who asks acts for the thing's owner.
    Delegation {
        /// The owner.
        of: AccountRef,
        /// From when.
        from: Micros,
        /// Until when.
        until: Micros,
        /// Whether it helps; else why not.
        but: String,
    },
    /// A constraint that refuses it whatever roles say: not active, another scope, a missing feature.
    Constraint {
        /// The rule's name.
        rule: String,
        /// One sentence.
        what: String,
    },
}

/// `can`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Allowed for looking only.
    pub read_only: bool,
    /// The permission or action asked for, by identifier.
    pub permission: String,
    /// One sentence: why, or why not.
    pub because: String,
    /// The rule that refused; empty when it is allowed.
    pub rule: String,
    /// What to do instead; empty when it is allowed.
    pub instead: String,
    /// Every step it rests on.
    pub steps: Vec<Step>,
    /// Warnings, for example that a granted permission is of no use without another.
    pub warnings: Vec<String>,
}

/// `why`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Whose.
    pub id: AccountRef,
    /// Display name; untrusted.
    pub name: String,
    /// One for each permission asked for, in the order of the catalog.
    pub decisions: Vec<Decision>,
}

/// `permission preview`: what would a user be allowed with other roles? Nothing is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Roles to add on trial; `ROLE@PATH` for a scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Roles to take away on trial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// One permission with and without the trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The permission.
    pub permission: Permission,
    /// Held as saved: the qualifier, or empty for in full; none when not held.
    pub before: Option<String>,
    /// Held on trial.
    pub after: Option<String>,
    /// Whether some role blocks it on trial.
    pub blocked: bool,
    /// Roles that grant it on trial.
    pub from: Vec<String>,
    /// Roles that block it on trial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<String>,
}

/// `permission preview`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previewed {
    /// Whose.
    pub id: AccountRef,
    /// Display name; untrusted.
    pub name: String,
    /// Roles as saved, `ROLE` or `ROLE@PATH`.
    pub saved: Vec<String>,
    /// Roles on trial.
    pub trial: Vec<String>,
    /// Every permission of the catalog.
    pub rows: Vec<PreviewRow>,
    /// How many permissions are granted, blocked, and left on trial.
    pub counts: (u32, u32, u32),
    /// For example that a role is meant to be combined with another.
    pub warnings: Vec<String>,
}

/// One catalog in `catalog list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogRow {
    /// Its name.
    pub name: String,
    /// The vendor's name.
    pub title: String,
    /// Where the text for new tenants comes from: `built in`, or a file's path.
    pub source: String,
    /// SHA-256 of that text in hex.
    pub hash: String,
    /// How many roles it has.
    pub roles: u64,
    /// How many permissions it lists.
    pub permissions: u64,
    /// Tenants that have it in force, by name; those with another text of it are marked with `*`.
    pub tenants: Vec<String>,
}

/// `catalog list`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogs {
    /// By name.
    pub rows: Vec<CatalogRow>,
}

/// `catalog adopt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogAdopt {
    /// Tenant by name.
    pub tenant: String,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// `catalog show`: by tenant, or one that comes with the program by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogShow {
    /// Tenant by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Catalog by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// `catalog show`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogDetail {
    /// Its name.
    pub name: String,
    /// The vendor's name.
    pub title: String,
    /// Where its text comes from: `built in`, a file's path, or `in force in TENANT`.
    pub source: String,
    /// SHA-256 in hex.
    pub hash: String,
    /// Permissions.
    pub permissions: Vec<Permission>,
    /// Actions.
    pub actions: Vec<Action>,
    /// Changes of state.
    pub transitions: Vec<Transition>,
    /// Constraints, as name and value.
    pub constraints: Vec<(String, String)>,
    /// Who must hold a tenant, in words: how many of which role, at which kind of scope.
    #[serde(default)]
    pub owner: String,
    /// What an account in each state holds of the seats.
    #[serde(default)]
    pub seats: Vec<(Status, SeatHold)>,
    /// How long an invitation lives; none where the vendor publishes no figure.
    #[serde(default)]
    pub invitation_valid: Option<Span>,
    /// Kinds of scope.
    #[serde(default)]
    pub scopes: Vec<ScopeRule>,
    /// Feature switches.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// Subscription tiers.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// Pools of seats.
    #[serde(default)]
    pub pools: Vec<Pool>,
    /// Our verb → the permission that a member needs for it.
    #[serde(default)]
    pub verbs: BTreeMap<String, String>,
    /// A verb, or `scope set --state` → what is needed for it in a part of a tenant, at each kind of scope.
    #[serde(default)]
    pub in_part: BTreeMap<String, BTreeMap<ScopeKind, String>>,
    /// Its TOML text.
    pub text: String,
}

/// `session open`: what a platform asks when somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionOpen {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The account to work in, by path (OneSpan Sign: switch account).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// `session open`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub id: AccountRef,
    /// The permission manifest's version: to be given back at `session check`.
    pub manifest: u32,
    /// Permissions held here, each maybe with a qualifier behind a colon.
    pub permissions: Vec<String>,
    /// Where it works, as a path; untrusted.
    pub scope: String,
    /// Scopes it can switch to, as paths; untrusted.
    pub scopes: Vec<String>,
}

/// `session check`: is a session that was opened at this manifest still good?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCheck {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The version `session open` gave.
    pub manifest: u32,
    /// The account `session open` gave: an address passes on to another account, this does not. Left out, a session that
    /// may be of an earlier account with the address counts as ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AccountRef>,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its rights are what they were.
    Good,
    /// Its rights have changed since: what it shows may be old; today's rights count at every request.
    Stale,
    /// The account may not work at all.
    Suspended,
    /// It is of another account, which had the address before.
    Ended,
}

/// `session check`'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionChecked {
    /// How it stands.
    pub standing: Standing,
    /// The version now.
    pub manifest: u32,
    /// One sentence: why.
    pub because: String,
    /// What to do; empty when it is good.
    pub instead: String,
    /// Since when the account is in its state.
    pub since: Micros,
}
