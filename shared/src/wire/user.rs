//! Requests and answers about accounts.

use super::bound::Bound;
use super::sweep::When;
use crate::catalog::DeleteRule;
use crate::domain::{
    Account, AccountRef, ActionKind, Authority, Kind, Mfa, Micros, SeatHold, Status, Sweep,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What to show and in which order. Every filter that is absent lets everything pass; filters are joined by *and*,
/// values of one filter by *or*.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserQuery {
    /// Tenant by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// As it stood at this instant, or when this day began on the tenant's clock; none is now; needs `tenant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<When>,
    /// Substring of name, email or username, compared without case.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// Scope by name (a team, an account) or by path from the root (`Legal/Paris`); needs `tenant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// States.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Status>,
    /// Role identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub role: Vec<String>,
    /// MFA states.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mfa: Vec<Mfa>,
    /// Kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<Kind>,
    /// Seat holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seat: Vec<SeatHold>,
    /// Last sign-in at or after this instant, the beginning of this day on the clock of each tenant, or so long ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_from: Option<Bound>,
    /// Last sign-in before this instant, the beginning of this day on the clock of each tenant, or so long ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_to: Option<Bound>,
    /// Only accounts that never signed in as far as is known.
    pub never_signed_in: bool,
    /// Every flag named here must be set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flag: Vec<Flag>,
    /// Sort by this column.
    pub sort: SortKey,
    /// Largest first.
    pub descending: bool,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows wanted: at most 1,000; 0 means 50.
    pub limit: u32,
}

/// Columns to sort by. Ties are broken by tenant and account number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// Display name, compared without case.
    #[default]
    Name,
    /// Email, compared without case.
    Email,
    /// First role's identifier.
    Role,
    /// State.
    Status,
    /// MFA state.
    Mfa,
    /// Last sign-in; unknown is oldest.
    LastSignIn,
    /// Uses in the last 28 days.
    Activity,
    /// Team's name.
    Team,
    /// Number of flags.
    Flags,
    /// Creation time.
    Created,
    /// Tenant's name.
    Tenant,
    /// Tenant and account number.
    Id,
    /// Login name, compared without case; empty where the tenant does not show it.
    Username,
    /// SAML subject, compared as it is written; empty where the tenant does not show it.
    Sid,
    /// Types of user, compared without case.
    UserType,
    /// Whether the account was activated: first where that is no step of its own, then *not yet*, then *yes*.
    Activated,
    /// Seat: none, reserved, used.
    Seat,
    /// Kind: person, service, signer, outsider.
    Kind,
}

impl SortKey {
    /// Every column to sort by, with its word on the command line and on the wire.
    pub const ALL: [(SortKey, &'static str); 18] = [
        (SortKey::Name, "name"),
        (SortKey::Email, "email"),
        (SortKey::Role, "role"),
        (SortKey::Status, "status"),
        (SortKey::Mfa, "mfa"),
        (SortKey::LastSignIn, "last_sign_in"),
        (SortKey::Activity, "activity"),
        (SortKey::Team, "team"),
        (SortKey::Flags, "flags"),
        (SortKey::Created, "created"),
        (SortKey::Tenant, "tenant"),
        (SortKey::Id, "id"),
        (SortKey::Username, "username"),
        (SortKey::Sid, "sid"),
        (SortKey::UserType, "user_type"),
        (SortKey::Activated, "activated"),
        (SortKey::Seat, "seat"),
        (SortKey::Kind, "kind"),
    ];
}

/// What deserves a look about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Not used for 45 days or more (CIS Controls 5.3), and could be; of whom no source has told a use, nobody knows.
    Idle,
    /// No sign-in known although active.
    NeverSignedIn,
    /// A privileged role without a second factor.
    MfaMissing,
    /// A privileged role.
    Privileged,
    /// Owner of the tenant.
    Owner,
    /// An open invitation past its life.
    InvitationOverdue,
    /// The last day of employment has passed.
    Ended,
    /// Decided and observed state differ.
    Drift,
    /// A hold keeps sweeps away.
    Held,
    /// On planned leave.
    OnLeave,
}

impl Flag {
    /// Every flag, in the order of their bits.
    pub const ALL: [Flag; 10] = [
        Flag::Idle,
        Flag::NeverSignedIn,
        Flag::MfaMissing,
        Flag::Privileged,
        Flag::Owner,
        Flag::InvitationOverdue,
        Flag::Ended,
        Flag::Drift,
        Flag::Held,
        Flag::OnLeave,
    ];

    /// The word for it on the command line and in filters.
    pub fn word(self) -> &'static str {
        match self {
            Flag::Idle => "idle",
            Flag::NeverSignedIn => "never_signed_in",
            Flag::MfaMissing => "mfa_missing",
            Flag::Privileged => "privileged",
            Flag::Owner => "owner",
            Flag::InvitationOverdue => "invitation_overdue",
            Flag::Ended => "ended",
            Flag::Drift => "drift",
            Flag::Held => "held",
            Flag::OnLeave => "on_leave",
        }
    }

    /// The flag of a word.
    pub fn from_word(word: &str) -> Option<Flag> {
        Flag::ALL
            .into_iter()
            .find(|f| f.word().eq_ignore_ascii_case(word))
    }
}

/// What the catalog and the features of tenants make of their accounts: which columns there are, and whether users are
/// deleted. Of several tenants: what any of them shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shows {
    /// Whether users can be deleted.
    pub delete: DeleteRule,
    /// Login names are shown (eSignAnyWhere: with SAML or on premise).
    pub username: bool,
    /// SAML subjects are shown (eSignAnyWhere: with SAML or on premise).
    pub sid: bool,
    /// Accounts are activated before they can be used (eSignAnyWhere).
    pub activated: bool,
    /// Users are of the organization or of an application (IgniSign).
    pub user_type: bool,
}

impl Shows {
    /// What one or the other shows; a rule of deletion stays only where both have it.
    pub fn or(self, other: Shows) -> Shows {
        Shows {
            delete: match self.delete == other.delete {
                true => self.delete,
                false => DeleteRule::Never,
            },
            username: self.username || other.username,
            sid: self.sid || other.sid,
            activated: self.activated || other.activated,
            user_type: self.user_type || other.user_type,
        }
    }
}

/// What roles are called: tenant's name → role's identifier → its label; labels of custom roles are untrusted.
pub type RoleLabels = BTreeMap<String, BTreeMap<String, String>>;

/// One row of the users table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Which account.
    pub id: AccountRef,
    /// Tenant's name.
    pub tenant: String,
    /// Its time zone, in which people read the days of this row.
    pub tz: String,
    /// Display name; untrusted.
    pub name: String,
    /// Email; untrusted.
    pub email: String,
    /// Login name; untrusted, may be empty.
    pub username: String,
    /// SAML subject; untrusted, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sid: String,
    /// Whether the link of the invitation was opened; none where that is no step of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated: Option<bool>,
    /// `organization`, `application` or `signer`; empty where users are of one type.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_type: String,
    /// Role identifiers, sorted.
    pub roles: Vec<String>,
    /// Decided state.
    pub status: Status,
    /// Observed state where it differs from the decided one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed: Option<Status>,
    /// Kind.
    pub kind: Kind,
    /// MFA.
    pub mfa: Mfa,
    /// Seat.
    pub seat: SeatHold,
    /// Last sign-in; none is not known.
    pub last_sign_in: Option<Micros>,
    /// Uses on each of the last 28 days, oldest first.
    pub activity: Vec<u8>,
    /// Team's name; untrusted, may be empty.
    pub team: String,
    /// Flags.
    pub flags: Vec<Flag>,
}

/// A page of rows with the exact count of what matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPage {
    /// The directory's revision the page was read from.
    pub revision: u64,
    /// How many accounts match in all.
    pub total: u64,
    /// The offset the rows start at (an offset past the end is moved to the last page).
    pub offset: u64,
    /// What the tenants asked about show.
    #[serde(default)]
    pub shows: Shows,
    /// What the roles of the rows are called.
    #[serde(default)]
    pub labels: RoleLabels,
    /// The rows.
    pub rows: Vec<UserRow>,
}

/// Which account: by reference (`2-417`), or by email with or without a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserShow {
    /// Reference or email.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// As it stood at this instant, or when this day began on the tenant's clock; none is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<When>,
}

/// A change of one account's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// Reference or email.
    pub user: String,
    /// Tenant by name; needed when the email is in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Why; kept in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Show what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Everything about one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDetail {
    /// The row as in the table.
    pub row: UserRow,
    /// Where the power over it lies.
    pub authority: Authority,
    /// The roles held, each below the root of the tenant with its scope's path: `sender@Legal/Paris`; untrusted.
    pub roles: Vec<String>,
    /// The types of user that its roles make it, in the vendor's words; empty where the vendor knows none.
    #[serde(default)]
    pub types: Vec<String>,
    /// What the vendor's API calls its state; none where that is no other word than ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_state: Option<String>,
    /// The whole record.
    pub account: Account,
    /// What will happen next, soonest first; empty when no sweep will touch it.
    pub next: Vec<Next>,
    /// Its history, newest first, at most 200 entries.
    pub history: Vec<HistoryLine>,
}

/// What will happen to an account, when and why, if nothing changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// By which sweep.
    pub sweep: Sweep,
    /// What.
    pub kind: ActionKind,
    /// The first scheduled run at which it happens; none when no run is scheduled.
    pub when: Option<Micros>,
    /// Why, one sentence.
    pub why: String,
    /// What keeps it from happening by itself (the policy observes, a hold, the owner rule); empty when nothing does.
    pub but: String,
}

/// One entry of an account's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When.
    pub at: Micros,
    /// Sequence number in the tenant's journal.
    pub seq: u64,
    /// The verb.
    pub verb: String,
    /// Who.
    pub actor: String,
    /// What changed, one phrase a field, for example `status active → suspended`; untrusted.
    pub changes: Vec<String>,
    /// Why.
    pub why: String,
}
