//! Who may do what in a tenant, by its own catalog: roles with grants and blocks, held at scopes of its tree.
//!
//! What holds above holds below and never beside; a block beats any grant, whatever the order; only an active account
//! may do anything; a permission whose feature is off is nobody's; a role that is disabled or not offered where it is
//! held does not count.

mod acting;
mod compiled;
pub mod custom;
mod follow;
mod kinds;
mod place;
pub mod preview;
mod question;
#[cfg(test)]
mod tests;
mod why;
mod words;

pub use acting::Acting;
pub use compiled::{Held, Rights};
pub use follow::{adoptable, follow, moved};
pub use kinds::{actions_of, of_kind};
pub use place::{Unfit, fits, held_at, left_out};
pub use question::{Extent, Level, Question, Verdict, What};
pub use why::{explain, named};
pub use words::{idle, lag, wake_account};

use crate::catalog::{Catalog, Relation};
use crate::domain::{
    AccountId, Assignment, Group, GroupId, GroupKind, ScopeId, ScopeKind, ScopeNode, Status,
};
use crate::rules::scopes;
use std::collections::BTreeSet;

/// What rights are judged under: the catalog in force with the tenant's custom roles, its tree, its features.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The catalog in force, custom roles included.
    pub catalog: &'a Catalog,
    /// The tenant's scopes, by number.
    pub scopes: &'a [ScopeNode],
    /// The features that are on.
    pub features: &'a BTreeSet<String>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The account's state.
    pub status: Status,
    /// The roles it holds.
    pub assignments: &'a [Assignment],
}

/// How somebody stands to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relations {
    /// It is theirs.
    pub own: bool,
    /// It is shared with a group they are in, or lies in a team they lead.
    pub group: bool,
    /// It is shared with them by name.
    pub shared: bool,
    /// As a template it is shared with a group they are in.
    pub group_template: bool,
    /// The account that keeps it to itself, see [`kept`]; none where sharing does not matter.
    pub kept: Option<ScopeId>,
}

impl Relations {
    /// As they matter to a way that asks for this: a template is shared by the switch of templates.
    fn on_way(self, asked: Relation) -> Relations {
        match asked {
            Relation::GroupTemplate => Relations {
                group: self.group_template,
                ..self
            },
            _ => self,
        }
    }
}

/// A thing, as far as rights ask: whose it is and whom it is shared with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thing {
    /// Whose it is; none is not told.
    pub owner: Option<AccountId>,
    /// Groups and teams it is shared with.
    pub groups: Vec<GroupId>,
    /// Accounts it is shared with.
    pub shared_with: Vec<AccountId>,
}

/// How an account stands to a thing. A team opens its members' things to each other only with sharing on (envelopes and
/// templates have a switch each), and envelopes to its leader and the leaders above always; a group opens what is shared
/// with it to its members. Whether an account keeps the thing to itself is not judged here.
pub fn relations<'a>(
    account: AccountId,
    thing: &Thing,
    groups: impl Fn(GroupId) -> Option<&'a Group>,
) -> Relations {
    let mut stands = Relations {
        own: thing.owner == Some(account),
        shared: thing.shared_with.contains(&account),
        ..Relations::default()
    };
    for group in thing.groups.iter().filter_map(|id| groups(*id)) {
        let member = group.members.contains(&account);
        let (envelopes, templates) = match group.kind {
            GroupKind::Team => (
                (member && group.share_envelopes) || leads(account, group, &groups),
                member && group.share_templates,
            ),
            GroupKind::SigningGroup | GroupKind::SignerGroup => (member, member),
        };
        stands.group |= envelopes;
        stands.group_template |= templates;
    }
    stands
}

/// The account that keeps a thing which lies at `at` to itself: the thing is another's, and sharing is off there. Roles
/// held outside that account do not reach it then, by the permissions that the catalog names for this (OneSpan Sign).
pub fn kept(
    setting: &Setting<'_>,
    account: AccountId,
    thing: &Thing,
    at: ScopeId,
) -> Option<ScopeId> {
    let theirs = thing.owner.is_none_or(|owner| owner == account);
    if theirs || setting.catalog.constraints.sharing_decides.is_empty() {
        return None;
    }
    // What is not set at an account is inherited from the one above.
    let node = |id| scopes::node(setting.scopes, id);
    let switch = scopes::upward(setting.scopes, at)
        .find_map(|id| node(id)?.profile.settings.get(scopes::SHARING));
    if switch.is_none_or(|value| value != scopes::OFF) {
        return None;
    }
    let account = |id: &ScopeId| node(*id).is_some_and(|n| n.kind == ScopeKind::Account);
    scopes::upward(setting.scopes, at).find(account)
}

/// Whether an account leads a team or one that it lies in.
fn leads<'a>(
    account: AccountId,
    team: &'a Group,
    groups: &impl Fn(GroupId) -> Option<&'a Group>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = Some(team);
    while let Some(group) = at {
        if group.leader == Some(account) {
            return true;
        }
        // A tree of teams that was imported with a ring in it still comes to an end.
        if !seen.insert(group.id) {
            return false;
        }
        at = group.parent.and_then(groups);
    }
    false
}
