//! Teams and signing groups: who may be in them, and what is kept in step with them.

mod teams;
#[cfg(test)]
mod tests;

pub use teams::{
    follow, left, main_team, moved, of_scope, of_scopes, standing_teams, team_named, team_scope,
};

use super::Refusal;
use super::features;
use super::scopes::{Land, SEPARATOR, in_words, node, plain_name, shown, within};
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountId, Group, GroupId, GroupKind, ScopeId, ScopeKind, ScopeNode, Status,
};
use crate::text;
use std::collections::BTreeSet;

/// A group as it is to be, with everything looked up that the request names.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// New name.
    pub rename: Option<&'a str>,
    /// The account it lives in.
    pub scope: Option<ScopeId>,
    /// The team it lies in.
    pub parent: Option<GroupId>,
    /// Who leads it: outer none stays, inner none takes the leader away.
    pub leader: Option<Option<&'a Account>>,
    /// Members to add.
    pub add: Vec<&'a Account>,
    /// Members to take away.
    pub remove: Vec<AccountId>,
    /// Members see each other's envelopes.
    pub share_envelopes: Option<bool>,
    /// Members see each other's templates.
    pub share_templates: Option<bool>,
}

/// What the catalog offers.
pub fn kinds(catalog: &Catalog) -> Vec<GroupKind> {
    let granted = |permission: &str| {
        catalog
            .roles
            .iter()
            .flat_map(|r| &r.permissions)
            .any(|p| p.split_once(':').map_or(p.as_str(), |(id, _)| id) == permission)
    };
    let mut out = Vec::new();
    if catalog.scopes.iter().any(|r| r.kind == ScopeKind::Team) {
        out.push(GroupKind::Team);
    }
    if granted("doc.view_group") {
        out.push(GroupKind::SigningGroup);
    }
    if granted("groups.group_signing_management") {
        out.push(GroupKind::SignerGroup);
    }
    out
}

/// Whether teams lie in teams here, each with a leader (eSignAnyWhere).
fn tree(catalog: &Catalog) -> bool {
    catalog
        .scopes
        .iter()
        .any(|r| r.kind == ScopeKind::Team && r.parents.contains(&ScopeKind::Team))
}

/// Refuses a kind of group that the tenant does not have.
///
/// # Errors
/// Rules `group-kind`, `tier`, `feature`.
pub fn open(land: &Land<'_>, kind: GroupKind) -> Result<(), Refusal> {
    let kinds = kinds(land.catalog);
    if !kinds.contains(&kind) {
        let known: Vec<&str> = kinds.iter().map(|k| k.word()).collect();
        return Err(Refusal::new(
            "group-kind",
            format!("{} has no groups of kind {kind}", land.catalog.title),
            match known.as_slice() {
                [] => "rights go by scope there: give roles at scopes instead".to_owned(),
                known => format!("its kinds are: {}", known.join(", ")),
            },
        ));
    }
    match kind {
        GroupKind::Team => features::for_scope(land.catalog, land.plan, ScopeKind::Team),
        GroupKind::SigningGroup => {
            features::needed(land.catalog, land.plan, "signing_groups", "a signing group")
        }
        GroupKind::SignerGroup => Ok(()),
    }
}

/// A new group without members. `scope` is a team's own scope, else the account it lives in.
///
/// # Errors
/// As [`open`], and `scope-name`.
pub fn new(
    land: &Land<'_>,
    id: GroupId,
    kind: GroupKind,
    name: &str,
    scope: ScopeId,
) -> Result<Group, Refusal> {
    open(land, kind)?;
    Ok(empty(land.catalog, id, kind, plain_name(name)?, scope))
}

fn empty(catalog: &Catalog, id: GroupId, kind: GroupKind, name: String, scope: ScopeId) -> Group {
    Group {
        id,
        kind,
        name,
        scope,
        parent: None,
        leader: None,
        members: BTreeSet::new(),
        // An IUSign team's members inherit its document sharing; in eSignAnyWhere sharing is a switch.
        share_envelopes: kind == GroupKind::Team && !tree(catalog),
        share_templates: false,
    }
}

/// The group of a kind that a text means: its name, or from the root on the names of the teams it lies in, as in
/// `/Sales/North`. Without regard to case where that leaves one; none when there is no such group.
///
/// # Errors
/// Rule `several-groups`, with the path of each.
pub fn named<'g>(
    scopes: &[ScopeNode],
    groups: impl Iterator<Item = &'g Group>,
    kind: GroupKind,
    text: &str,
) -> Result<Option<&'g Group>, Refusal> {
    let of_kind: Vec<&Group> = groups.filter(|g| g.kind == kind).collect();
    let text = text.trim();
    let by_path = text.contains(SEPARATOR);
    let wanted = text.trim_matches(SEPARATOR);
    // Only teams lie in one another.
    let called = |group: &Group| match by_path && kind == GroupKind::Team {
        true => in_words(scopes, group.scope),
        false => group.name.clone(),
    };
    let exact = of_kind.iter().filter(|g| called(g) == wanted);
    let mut found: Vec<&Group> = exact.copied().collect();
    if found.is_empty() {
        let folded = text::fold(wanted);
        let alike = of_kind.iter().filter(|g| text::fold(&called(g)) == folded);
        found = alike.copied().collect();
    }
    if found.len() < 2 {
        return Ok(found.first().copied());
    }
    let path = |g: &&Group| match kind {
        GroupKind::Team => format!("{SEPARATOR}{}", in_words(scopes, g.scope)),
        GroupKind::SigningGroup | GroupKind::SignerGroup => g.name.clone(),
    };
    let paths: Vec<String> = found.iter().map(|g| format!("{:?}", path(g))).collect();
    Err(Refusal::new(
        "several-groups",
        format!("{text:?} means several groups of kind {kind}"),
        format!("name one by its path: {}", paths.join(", ")),
    ))
}

/// The group a text means where no kind is told: as [`named`] for each kind, a path for teams alone. A kind goes before
/// a colon where groups of several kinds have the name, as in `team:Law`.
///
/// # Errors
/// Rule `several-groups`, with what to call each.
pub fn of_any_kind<'g>(
    scopes: &[ScopeNode],
    groups: impl Iterator<Item = &'g Group> + Clone,
    text: &str,
) -> Result<Option<&'g Group>, Refusal> {
    let by_path = text.contains(SEPARATOR);
    let kinds = GroupKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| !by_path || *kind == GroupKind::Team);
    let mut found = Vec::new();
    for kind in kinds {
        found.extend(named(scopes, groups.clone(), kind, text)?);
    }
    if let [exact] = found
        .iter()
        .filter(|g| g.name == text.trim())
        .collect::<Vec<_>>()[..]
    {
        return Ok(Some(*exact));
    }
    match found.as_slice() {
        [] => match text.split_once(':') {
            Some((kind, name)) => match GroupKind::from_word(kind.trim()) {
                Some(kind) => named(scopes, groups, kind, name),
                None => Ok(None),
            },
            None => Ok(None),
        },
        [one] => Ok(Some(*one)),
        several => {
            let called = several
                .iter()
                .map(|g| format!("{:?}", format!("{}:{}", g.kind, g.name)));
            let called: Vec<String> = called.collect();
            Err(Refusal::new(
                "several-groups",
                format!("{text:?} means groups of several kinds"),
                format!("name one with its kind: {}", called.join(", ")),
            ))
        }
    }
}

/// A group as it is after a change; the same when nothing changes.
///
/// # Errors
/// Rules `group-name-unique`, `scope-name`, `group-scope`, `group-parent`, `group-cycle`, `group-leader`,
/// `group-member`, `group-account`, `group-sharing`.
pub fn change(
    land: &Land<'_>,
    groups: &[Group],
    old: &Group,
    wanted: &Wanted<'_>,
) -> Result<Group, Refusal> {
    let mut new = old.clone();
    if let Some(name) = wanted.rename {
        new.name = plain_name(name)?;
    }
    let folded = text::fold(&new.name);
    // A team lies where its scope does: the team around it may be no group any more.
    let around = |g: &Group| node(land.scopes, g.scope).map(|n| n.parent);
    let beside = |g: &Group| match g.kind {
        GroupKind::Team => around(g).is_some() && around(g) == around(&new),
        GroupKind::SigningGroup | GroupKind::SignerGroup => g.parent == new.parent,
    };
    let alike = |g: &&Group| {
        g.id != new.id && g.kind == new.kind && beside(g) && text::fold(&g.name) == folded
    };
    if let Some(taken) = groups.iter().find(alike) {
        return Err(Refusal::new(
            "group-name-unique",
            format!("there is a {} {:?} already", taken.kind, taken.name),
            "choose another name, or change that one",
        ));
    }
    if let Some(scope) = wanted.scope {
        if old.kind == GroupKind::Team {
            return Err(Refusal::new(
                "group-scope",
                "a team has a scope of its own and lives in no account",
                "leave the account out; name the team it lies in where teams are a tree",
            ));
        }
        new.scope = scope;
    }
    if let Some(parent) = wanted.parent {
        lies_in(land, groups, &new, parent)?;
        new.parent = Some(parent);
    }
    shares(land, &mut new, wanted)?;
    for member in &wanted.remove {
        new.members.remove(member);
        if new.leader == Some(*member) {
            new.leader = None;
        }
    }
    for account in &wanted.add {
        may_join(account)?;
        new.members.insert(account.id);
    }
    match wanted.leader {
        None => {}
        Some(None) => new.leader = None,
        Some(Some(leader)) => {
            leads(land, &new, leader)?;
            new.leader = Some(leader.id);
            new.members.insert(leader.id);
        }
    }
    if new.kind == GroupKind::SignerGroup {
        for account in wanted.add.iter() {
            lives_in(land, &new, account)?;
        }
    }
    Ok(new)
}

fn shares(land: &Land<'_>, new: &mut Group, wanted: &Wanted<'_>) -> Result<(), Refusal> {
    if wanted.share_envelopes.is_none() && wanted.share_templates.is_none() {
        return Ok(());
    }
    if new.kind != GroupKind::Team || !tree(land.catalog) {
        return Err(Refusal::new(
            "group-sharing",
            format!(
                "what a {} of {} shares is no switch",
                new.kind, land.catalog.title
            ),
            "leave --share-envelopes and --share-templates out",
        ));
    }
    new.share_envelopes = wanted.share_envelopes.unwrap_or(new.share_envelopes);
    new.share_templates = wanted.share_templates.unwrap_or(new.share_templates);
    Ok(())
}

fn lies_in(
    land: &Land<'_>,
    groups: &[Group],
    group: &Group,
    parent: GroupId,
) -> Result<(), Refusal> {
    if group.kind != GroupKind::Team || !tree(land.catalog) {
        return Err(Refusal::new(
            "group-parent",
            format!(
                "a {} of {} lies in no other",
                group.kind, land.catalog.title
            ),
            "leave --parent out",
        ));
    }
    let up = std::iter::successors(Some(parent), |at| {
        groups.iter().find(|g| g.id == *at).and_then(|g| g.parent)
    });
    if up.take(groups.len() + 1).any(|at| at == group.id) {
        return Err(Refusal::new(
            "group-cycle",
            "a team cannot lie in itself, nor in a team that lies in it",
            "name a team outside of it",
        ));
    }
    Ok(())
}

/// Only accounts of the tenant that are invited, active or suspended can be members.
pub(super) fn may_join(account: &Account) -> Result<(), Refusal> {
    if matches!(
        account.status,
        Status::Invited | Status::Active | Status::Suspended
    ) {
        return Ok(());
    }
    Err(Refusal::new(
        "group-member",
        format!(
            "{} is {} and cannot be a member",
            account.address(),
            account.status
        ),
        "name accounts that are invited, active or suspended",
    ))
}

fn leads(land: &Land<'_>, group: &Group, leader: &Account) -> Result<(), Refusal> {
    if group.kind != GroupKind::Team || !tree(land.catalog) {
        return Err(Refusal::new(
            "group-leader",
            format!("a {} of {} has no leader", group.kind, land.catalog.title),
            "leave --leader out",
        ));
    }
    if leader.status != Status::Active {
        return Err(Refusal::new(
            "group-leader",
            format!("{} is {} and cannot lead", leader.address(), leader.status),
            "name an active account",
        ));
    }
    Ok(())
}

/// A signer group's members belong to its account: they hold a role there or above it.
fn lives_in(land: &Land<'_>, group: &Group, account: &Account) -> Result<(), Refusal> {
    let belongs = account
        .assignments
        .iter()
        .any(|a| within(land.scopes, group.scope, a.scope));
    if belongs {
        return Ok(());
    }
    Err(Refusal::new(
        "group-account",
        format!(
            "{} holds no role in {}, where the group lives",
            account.address(),
            shown(land.scopes, group.scope)
        ),
        "give a role there first, or name members of that account",
    ))
}

/// Refuses to delete a group that others lie in.
///
/// # Errors
/// Rule `group-parent`.
pub fn may_go(groups: &[Group], group: &Group) -> Result<(), Refusal> {
    match groups.iter().find(|g| g.parent == Some(group.id)) {
        None => Ok(()),
        Some(inner) => Err(Refusal::new(
            "group-parent",
            format!("the team {:?} lies in {:?}", inner.name, group.name),
            "delete or move that one first",
        )),
    }
}

/// The exact differences of two states of one group, one phrase each; names are untrusted, members are numbers.
pub fn differences(old: &Group, new: &Group) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |label: &str, old: String, new: String| {
        if old != new {
            out.push(format!("{label} {old} → {new}"));
        }
    };
    let number = |n: Option<u32>| n.map_or_else(|| "none".to_owned(), |n| n.to_string());
    let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
    say("name", format!("{:?}", old.name), format!("{:?}", new.name));
    say("scope", old.scope.0.to_string(), new.scope.0.to_string());
    let parent = |g: &Group| number(g.parent.map(|p| p.0));
    say("lies in group", parent(old), parent(new));
    let leader = |g: &Group| number(g.leader.map(|l| l.0));
    say("leader account", leader(old), leader(new));
    say(
        "sharing of envelopes",
        switch(old.share_envelopes),
        switch(new.share_envelopes),
    );
    say(
        "sharing of templates",
        switch(old.share_templates),
        switch(new.share_templates),
    );
    for (sign, list) in [
        ("+", new.members.difference(&old.members)),
        ("-", old.members.difference(&new.members)),
    ] {
        out.extend(list.map(|m| format!("{sign} account {}", m.0)));
    }
    out
}
