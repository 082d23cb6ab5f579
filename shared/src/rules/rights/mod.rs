//! Who may do what in a tenant, by its own catalog: roles with grants and blocks, held at scopes of its tree.
//!
//! What holds above holds below and never beside; a block beats any grant, whatever the order; only an active account
//! may do anything; a permission whose feature is off is nobody's; a role that is disabled or not offered where it is
//! held does not count.

mod compiled;
pub mod custom;
mod follow;
mod place;
pub mod preview;
#[cfg(test)]
mod tests;
mod why;
mod words;

pub use compiled::{Extent, Held, Level, Question, Rights, Verdict, What};
pub use follow::{adoptable, follow, moved};
pub use place::{Unfit, fits};
pub use why::{explain, named};
pub use words::{idle, lag, wake};

use crate::catalog::Catalog;
use crate::domain::{AccountId, Assignment, Group, GroupId, GroupKind, ScopeNode, Status};
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

/// How an account stands to a thing. A team opens its members' things to each other only with sharing on, and to its
/// leader and the leaders above always; a group opens what is shared with it to its members.
pub fn relations<'a>(
    account: AccountId,
    thing: &Thing,
    groups: impl Fn(GroupId) -> Option<&'a Group>,
) -> Relations {
    let opens = |id: &GroupId| {
        let Some(group) = groups(*id) else {
            return false;
        };
        let member = group.members.contains(&account);
        match group.kind {
            GroupKind::Team => (member && group.share_envelopes) || leads(account, group, &groups),
            GroupKind::SigningGroup | GroupKind::SignerGroup => member,
        }
    };
    Relations {
        own: thing.owner == Some(account),
        group: thing.groups.iter().any(opens),
        shared: thing.shared_with.contains(&account),
    }
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
