//! Requests and answers about the life of an account: invite, answer, edit, delete, diagnose, transfer of ownership,
//! review.

mod ownership;
mod review;

pub use ownership::{OwnershipDecide, OwnershipStart, TransferRow, Transfers};
pub use review::{ReviewDecide, ReviewDetail, ReviewOpen, ReviewRow, Reviews};

use super::lists::one_or_several;
use super::user::RoleLabels;
use crate::domain::{AccountRef, Answer, Delivery, Invitation, Micros, Status};
use serde::{Deserialize, Serialize};

/// What a change did, or would do: the preview and the receipt are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// One sentence.
    pub message: String,
    /// The journal's sequence number that holds it; none when nothing changed.
    pub seq: Option<u64>,
    /// Nothing was to do: nothing is written, and of a preview nothing would be. A change need not have lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nothing: bool,
    /// The exact differences, one phrase each; untrusted. May be empty though something changes.
    pub changes: Vec<String>,
    /// What deserves a look: orders opened, what cannot be undone, roles of no use alone.
    pub warnings: Vec<String>,
}

/// Roles for one environment (IgniSign's form for each environment).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolesAt {
    /// The scope by path, for example `acme/portal/PRODUCTION`.
    pub scope: String,
    /// Role identifiers or labels; may be empty.
    pub roles: Vec<String>,
}

/// `user invite`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserInvite {
    /// Tenant by name; left out it is the one tenant that has the application (IgniSign's call names no tenant).
    pub tenant: String,
    /// Addresses; several share roles, team and scope. One alone needs no list around it.
    #[serde(deserialize_with = "one_or_several")]
    pub email: Vec<String>,
    /// Legal first name; for one address only. IgniSign writes `firstName`.
    #[serde(alias = "firstName", skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Legal last name; for one address only. IgniSign writes `lastName`.
    #[serde(alias = "lastName", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Role identifiers or labels; a flat list counts in all environments of `scope` (IgniSign).
    pub roles: Vec<String>,
    /// Where the roles are held, by path, an application also by its number; absent is the root. IgniSign writes `appId`.
    #[serde(alias = "appId", skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Roles for each environment instead; every environment of the application must be named (IgniSign).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<RolesAt>,
    /// Team by name or path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Login name, where the catalog shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// SAML subject, where the catalog shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Take names from the address book entry of this email (eSignAnyWhere).
    pub from_address_book: bool,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// What the form of an invitation asks for in a tenant, as its catalog and its features say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    /// Characters a legal name has at least and at most; none where names may be left out.
    pub names: Option<(u32, u32)>,
    /// Whether a user holds exactly one role.
    pub one_role: bool,
    /// The label of the role that an invitation without one gives.
    pub default_role: Option<String>,
    /// Teams by name; none where the tenant has no teams. Untrusted.
    pub teams: Option<Vec<String>>,
    /// Whether the language of the new user is set.
    pub language: bool,
    /// Whether names can be taken from an address book.
    pub address_book: bool,
    /// Whether login names are shown.
    pub username: bool,
    /// Whether SAML subjects are shown.
    pub sid: bool,
    /// Seats that are free; none is no limit.
    pub free: Option<u32>,
}

/// `user resend`, `user revoke`, `user accept`, `user decline`: the open invitation of one account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InvitationChange {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// `user accept` only: the link was opened, the password is not set yet (eSignAnyWhere).
    pub activated_only: bool,
    /// `user accept` only: the number of the invitation that is answered; a link works once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// `user delivery`: what the mail system says of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliverySet {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What became of the mail.
    pub delivery: Delivery,
}

/// `user role`: edit role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserRole {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The roles as they are to be, `ROLE` or `ROLE@PATH`; replaces the whole list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<Vec<String>>,
    /// Roles to add.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Roles to take away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would change, change nothing.
    pub dry_run: bool,
}

/// `user edit`: what is absent stays; an empty text clears.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserEdit {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// New address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// New first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// New last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// New language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// New login name, where the catalog shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// New SAML subject, where the catalog shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// New team by name or path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// New manager's email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would change, change nothing.
    pub dry_run: bool,
}

/// `user delete`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserDelete {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Who takes over: mandatory where sent envelopes still exist (eSignAnyWhere).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Drafts move as well.
    pub drafts: bool,
    /// Templates move as well.
    pub templates: bool,
    /// Clipboard entries move as well.
    pub clipboard: bool,
    /// Address book entries move as well.
    pub address_book: bool,
    /// Delete although nothing is known of what the account owns.
    pub assets_unknown: bool,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// `user redact`: takes the personal data of an account out for good.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserRedact {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Why; kept in the journal, so it names nobody. Empty is refused.
    pub reason: String,
    /// Show what would go, change nothing.
    pub dry_run: bool,
}

/// `user move`: to another account of the same tree (OneSpan Sign).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserMove {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The account to move to, by path; `TENANT:PATH` names another tree, which is refused.
    pub to: String,
    /// Why; kept in the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    pub dry_run: bool,
}

/// A request that names one user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserNamed {
    /// Email or reference.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grave {
    /// In order.
    Good,
    /// Not known: neither good nor bad.
    Unknown,
    /// Worth a look.
    Notice,
    /// The cause, or one of them.
    Cause,
}

/// One finding of a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at: `address`, `domain`, `delivery`, `invitation`, `status`, `roles`, `session`, …
    pub check: String,
    /// How grave.
    pub grave: Grave,
    /// One sentence; untrusted.
    pub what: String,
    /// What to do; empty when nothing.
    pub instead: String,
}

/// `diagnose`'s answer: "Invitation not received", "User lacks expected access", "Permission lag".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Whose; none when no account has the address.
    pub id: Option<AccountRef>,
    /// Display name or the address asked for; untrusted.
    pub name: String,
    /// Its state.
    pub status: Option<Status>,
    /// Its invitation.
    pub invitation: Option<Invitation>,
    /// Every finding, causes first.
    pub findings: Vec<Finding>,
}

/// One invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// Whose.
    pub id: AccountRef,
    /// Tenant's name.
    pub tenant: String,
    /// Display name; untrusted.
    pub name: String,
    /// Email; untrusted.
    pub email: String,
    /// Roles.
    pub roles: Vec<String>,
    /// The account's state.
    pub status: Status,
    /// How far the person is.
    pub answer: Answer,
    /// What became of the mail.
    pub delivery: Delivery,
    /// When it was sent.
    pub sent: Micros,
    /// Until when it works.
    pub valid_until: Option<Micros>,
}

/// `invitation list`'s answer, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations {
    /// The rows.
    pub rows: Vec<InvitationRow>,
    /// What the roles of the rows are called.
    #[serde(default)]
    pub labels: RoleLabels,
}
