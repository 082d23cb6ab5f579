//! A team is a scope and a group at once, and an account's main team is one it is in: these keep them in step.

use super::super::scopes::{Land, SEPARATOR, Wanted, in_words, make, within};
use super::{Refusal, empty};
use crate::catalog::Catalog;
use crate::domain::{
    AccountId, Assignment, Group, GroupId, GroupKind, ScopeId, ScopeKind, ScopeNode, ScopeState,
};
use crate::text;
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

/// The group of a team whose scope is made, without members: every team is one, by whatever verb it came. It lies in
/// `parent`, the group of the team that the scope lies in.
pub fn of_scope(
    catalog: &Catalog,
    id: GroupId,
    node: &ScopeNode,
    parent: Option<GroupId>,
) -> Group {
    let mut group = empty(catalog, id, GroupKind::Team, node.name.clone(), node.id);
    group.parent = parent;
    group
}

/// The groups of those of these scopes that are teams without one, in the order of the scopes; `next` is the first number
/// that is free.
pub fn of_scopes<'a>(
    catalog: &Catalog,
    next: GroupId,
    nodes: impl Iterator<Item = &'a ScopeNode>,
    standing: impl Iterator<Item = &'a Group>,
) -> Vec<Group> {
    let teams = standing.filter(|g| g.kind == GroupKind::Team);
    let mut known: BTreeMap<ScopeId, GroupId> = teams.map(|g| (g.scope, g.id)).collect();
    let mut made = Vec::new();
    for node in nodes.filter(|n| n.kind == ScopeKind::Team) {
        if known.contains_key(&node.id) {
            continue;
        }
        let id = GroupId(next.0 + u32::try_from(made.len()).unwrap_or(u32::MAX));
        let parent = node.parent.and_then(|p| known.get(&p)).copied();
        known.insert(node.id, id);
        made.push(of_scope(catalog, id, node, parent));
    }
    made
}

/// Who joins a team's group and who leaves it when accounts, in this order, get a main team or none: only those who were
/// not in it, and who were.
pub fn moved(
    group: &Group,
    moves: impl Iterator<Item = (AccountId, Option<ScopeId>)>,
) -> (Vec<AccountId>, Vec<AccountId>) {
    if group.kind != GroupKind::Team {
        return (Vec::new(), Vec::new());
    }
    let ends: BTreeMap<AccountId, bool> = moves
        .map(|(id, team)| (id, team == Some(group.scope)))
        .collect();
    let changed = ends
        .into_iter()
        .filter(|(id, stays)| group.members.contains(id) != *stays);
    let (joined, left): (Vec<_>, Vec<_>) = changed.partition(|(_, stays)| *stays);
    let ids = |all: Vec<(AccountId, bool)>| all.into_iter().map(|(id, _)| id).collect();
    (ids(joined), ids(left))
}

/// Lets an account whose main team changes join a team's group or leave it; whether the group changes by that.
fn joins(
    group: &mut Group,
    account: AccountId,
    old: Option<ScopeId>,
    new: Option<ScopeId>,
) -> bool {
    if group.kind != GroupKind::Team {
        return false;
    }
    if Some(group.scope) == new {
        return group.members.insert(account);
    }
    if Some(group.scope) != old {
        return false;
    }
    let led = group.leader == Some(account);
    if led {
        group.leader = None;
    }
    group.members.remove(&account) || led
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
        .filter(|g| Some(g.scope) == new || Some(g.scope) == old)
        .filter_map(|group| {
            let mut after = group.clone();
            joins(&mut after, account, old, new).then(|| (group.clone(), after))
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

/// The teams among some scopes, without those that were deleted: their scopes stay for the record only.
pub fn standing_teams(scopes: &[ScopeNode]) -> impl Iterator<Item = &ScopeNode> {
    let there = |s: &&ScopeNode| s.profile.state != ScopeState::Archived;
    scopes
        .iter()
        .filter(|s| s.kind == ScopeKind::Team)
        .filter(there)
}

/// The team that a text means, among the scopes that may be told of: its name, or its path as in `/Sales/North`. Without
/// regard to case where that leaves one; none when there is no such team.
///
/// # Errors
/// Rule `several-groups`, with the path of each.
pub fn team_named(
    scopes: &[ScopeNode],
    told: &[ScopeNode],
    text: &str,
) -> Result<Option<ScopeId>, Refusal> {
    let text = text.trim();
    let wanted = text.trim_matches(SEPARATOR);
    let called = |team: &ScopeNode| match text.contains(SEPARATOR) {
        true => in_words(scopes, team.id),
        false => team.name.clone(),
    };
    let teams = || standing_teams(told);
    let mut found: Vec<&ScopeNode> = teams().filter(|s| called(s) == wanted).collect();
    if found.is_empty() {
        let folded = text::fold(wanted);
        found = teams()
            .filter(|s| text::fold(&called(s)) == folded)
            .collect();
    }
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.id)),
        several => {
            let path =
                |s: &&ScopeNode| format!("{:?}", format!("{SEPARATOR}{}", in_words(scopes, s.id)));
            let paths: Vec<String> = several.iter().map(path).collect();
            Err(Refusal::new(
                "several-groups",
                format!("{text:?} means several teams"),
                format!("name one by its path: {}", paths.join(", ")),
            ))
        }
    }
}
