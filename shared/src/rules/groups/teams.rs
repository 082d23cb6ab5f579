//! A team is a scope and a group at once, and an account's main team is one it is in: these keep them in step.

use super::super::scopes::{Land, Wanted, make, within};
use super::Refusal;
use crate::domain::{
    AccountId, Assignment, Group, GroupKind, ScopeId, ScopeKind, ScopeNode, ScopeState,
};
use std::collections::BTreeMap;

/// The scope of a team to be: the one of that name that lies there already, put in use again, or a new one. The flag
/// says whether it is new.
///
/// # Errors
/// As [`make`].
pub fn team_scope(
    land: &Land<'_>,
    parent: ScopeId,
    name: &str,
) -> Result<(ScopeNode, bool), Refusal> {
    let there = land
        .scopes
        .iter()
        .find(|n| n.kind == ScopeKind::Team && n.parent == Some(parent) && n.name == name.trim());
    if let Some(node) = there {
        let mut node = node.clone();
        node.profile.state = ScopeState::Active;
        return Ok((node, false));
    }
    let wanted = Wanted {
        kind: ScopeKind::Team,
        parent,
        name: name.to_owned(),
        settings: BTreeMap::new(),
    };
    let made = make(land, &wanted)?;
    made.nodes
        .into_iter()
        .next()
        .map(|node| (node, true))
        .ok_or_else(|| Refusal::new("scope", "no scope was made", "try again"))
}

/// The groups that change when an account's main team does: it leaves the group of the old scope and joins the one of
/// the new. Each as it was and as it is.
pub fn follow<'a>(
    groups: impl Iterator<Item = &'a Group>,
    account: AccountId,
    old: Option<ScopeId>,
    new: Option<ScopeId>,
) -> Vec<(Group, Group)> {
    if old == new {
        return Vec::new();
    }
    groups
        .filter(|g| g.kind == GroupKind::Team)
        .filter_map(|group| {
            let mut after = group.clone();
            if Some(group.scope) == new {
                after.members.insert(account);
            } else if Some(group.scope) == old {
                after.members.remove(&account);
                if after.leader == Some(account) {
                    after.leader = None;
                }
            }
            (after != *group).then(|| (group.clone(), after))
        })
        .collect()
}

/// The signer groups an account leaves because it holds no role any more where they live. Each as it was and as it is.
pub fn left<'a>(
    scopes: &[ScopeNode],
    groups: impl Iterator<Item = &'a Group>,
    account: AccountId,
    after: &[Assignment],
) -> Vec<(Group, Group)> {
    groups
        .filter(|g| g.kind == GroupKind::SignerGroup && g.members.contains(&account))
        .filter(|g| !after.iter().any(|a| within(scopes, g.scope, a.scope)))
        .map(|group| {
            let mut after = group.clone();
            after.members.remove(&account);
            (group.clone(), after)
        })
        .collect()
}

/// The main team of an account after a group's members changed: the group's own scope for who joins without one, another
/// team they are in for who leaves their main team.
pub fn main_team<'a>(
    groups: impl Iterator<Item = &'a Group>,
    changed: &Group,
    account: AccountId,
    team: Option<ScopeId>,
) -> Option<ScopeId> {
    let stays = changed.members.contains(&account);
    match team {
        None if stays => Some(changed.scope),
        Some(main) if main == changed.scope && !stays => groups
            .filter(|g| g.id != changed.id && g.kind == GroupKind::Team)
            .find(|g| g.members.contains(&account))
            .map(|g| g.scope),
        _ => team,
    }
}
