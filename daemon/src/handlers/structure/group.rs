//! `group list`, `group show`, `group set`, `group delete`: teams and signing groups.

use super::super::ask::{Ask, Extra};
use super::super::describe_record;
use super::super::find;
use super::{Planned, conflict, json, land, refused};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountId, Entry, Fact, Group, GroupId, GroupKind, Micros, Record, RecordKind, Rule,
    ScopeId, ScopeState, Why,
};
use rollcall_shared::rules::scopes::{self, Land};
use rollcall_shared::rules::{Refusal, groups};
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::structure::{GroupNamed, GroupRow, GroupSet, GroupShow, Groups};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::BTreeSet;

/// Members of each group in a list.
const FEW: usize = 20;
/// Members of one group in one answer, when no number is asked for …
const PAGE: usize = 100;
/// … and at most.
const MOST: usize = 1_000;

pub(super) fn list(ask: &Ask<'_>, request: TenantNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::GroupList, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let groups = view.groups();
    let mut rows: Vec<GroupRow> = groups.map(|g| row(view, g, 0, FEW)).collect();
    rows.sort_by(|a, b| {
        (a.group.kind, &a.group.name, a.group.id).cmp(&(b.group.kind, &b.group.name, b.group.id))
    });
    json(Groups {
        tenant: view.tenant.name.clone(),
        rows,
    })
}

pub(super) fn show(ask: &Ask<'_>, request: GroupShow) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::GroupShow, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let group = known(view, request.kind, &request.name)?;
    let offset = usize::try_from(request.offset).unwrap_or(usize::MAX);
    let limit = match request.limit {
        0 => PAGE,
        n => usize::try_from(n).unwrap_or(MOST).min(MOST),
    };
    json(row(view, group, offset, limit))
}

/// A group with some of its members.
fn row(view: &TenantView, group: &Group, offset: usize, limit: usize) -> GroupRow {
    let email = |id: AccountId| {
        view.account(id)
            .map_or_else(String::new, |a| a.address().to_owned())
    };
    let some = group.members.iter().skip(offset).take(limit);
    GroupRow {
        leader: group.leader.map(email).unwrap_or_default(),
        count: group.members.len() as u64,
        members: some.map(|id| (view.reference(*id), email(*id))).collect(),
        group: Group {
            id: group.id,
            kind: group.kind,
            name: group.name.clone(),
            scope: group.scope,
            parent: group.parent,
            leader: group.leader,
            members: BTreeSet::new(),
            share_envelopes: group.share_envelopes,
            share_templates: group.share_templates,
        },
    }
}

/// The group of this kind that a text names; none where there is none.
fn named<'v>(
    view: &'v TenantView,
    kind: GroupKind,
    name: &str,
) -> Result<Option<&'v Group>, Failure> {
    groups::named(&view.scopes, view.groups(), kind, name).map_err(refused)
}

fn known<'v>(view: &'v TenantView, kind: GroupKind, name: &str) -> Result<&'v Group, Failure> {
    named(view, kind, name)?.ok_or_else(|| unknown(kind, name))
}

fn unknown(kind: GroupKind, name: &str) -> Failure {
    refused(Refusal::new(
        "group",
        format!("there is no {kind} {name:?}"),
        "see `rollcall group list`",
    ))
}

pub(super) async fn set(ask: &Ask<'_>, request: GroupSet) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    ask.change(
        Verb::GroupSet,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            plan(draft.state, view, &request, draft.now)?.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

fn plan(
    state: &State,
    view: &TenantView,
    request: &GroupSet,
    now: Micros,
) -> Result<Planned, Failure> {
    let land = land(view);
    groups::open(&land, request.kind).map_err(refused)?;
    let account = |user: &String| -> Result<Account, Failure> {
        let id = find::account(state, user, Some(&request.tenant))?;
        state.account(id).ok_or_else(|| find::nobody(user))
    };
    let all = |users: &[String]| users.iter().map(account).collect::<Result<Vec<_>, _>>();
    let (add, remove) = (all(&request.add)?, all(&request.remove)?);
    let leader = match request.leader.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(user) => Some(Some(account(&user.to_owned())?)),
    };
    let parent = match &request.parent {
        None => None,
        Some(name) => Some(known(view, request.kind, name)?),
    };
    let scope = match &request.scope {
        None => None,
        Some(path) => Some(scopes::found(land.scopes, path).map_err(refused)?),
    };
    let there = named(view, request.kind, &request.name)?;
    let mut planned = Planned::default();
    let start = match there {
        Some(group) => group.clone(),
        None => begin(view, &land, request, parent, scope, &mut planned)?,
    };
    let wanted = groups::Wanted {
        rename: request.rename.as_deref(),
        scope: scope.filter(|s| *s != start.scope),
        parent: parent.map(|p| p.id),
        leader: leader.as_ref().map(Option::as_ref),
        add: add.iter().collect(),
        remove: remove.iter().map(|a| a.id).collect(),
        share_envelopes: request.share_envelopes,
        share_templates: request.share_templates,
    };
    let standing: Vec<Group> = view.groups().cloned().collect();
    let new = groups::change(&land, &standing, &start, &wanted).map_err(refused)?;
    if there == Some(&new) {
        return Ok(planned);
    }
    let done = if there.is_some() {
        "changed"
    } else {
        "created"
    };
    planned.what = format!("{} {:?} {done}", new.kind, new.name);
    match there {
        Some(old) => {
            planned.changes = groups::differences(old, &new);
        }
        None => {
            let record = Record::Group(new.clone());
            planned.changes = describe_record::differences(None, Some(&record));
        }
    }
    team_moved(view, &land, &start, &new, &mut planned)?;
    let empty = BTreeSet::new();
    let before = there.map_or(&empty, |g| &g.members);
    main_teams(view, before, &new, now, &mut planned)?;
    planned.record(there.cloned().map(Record::Group), Some(Record::Group(new)));
    Ok(planned)
}

/// A new group; a team gets its scope, or takes over the one that an import made, with the people in it.
fn begin(
    view: &TenantView,
    land: &Land<'_>,
    request: &GroupSet,
    parent: Option<&Group>,
    scope: Option<ScopeId>,
    planned: &mut Planned,
) -> Result<Group, Failure> {
    let id = GroupId(view.next_number(RecordKind::Group));
    if request.kind != GroupKind::Team {
        if request.rename.is_some() {
            return Err(unknown(request.kind, &request.name));
        }
        let scope = scope.unwrap_or(ScopeId::ROOT);
        return groups::new(land, id, request.kind, &request.name, scope).map_err(refused);
    }
    let above = parent.map_or(ScopeId::ROOT, |p| p.scope);
    let (node, is_new) = groups::team_scope(land, above, &request.name).map_err(refused)?;
    let standing = scopes::node(&view.scopes, node.id);
    if request.rename.is_some() && standing != Some(&node) {
        return Err(unknown(request.kind, &request.name));
    }
    let mut group = groups::new(land, id, request.kind, &request.name, node.id).map_err(refused)?;
    group.parent = parent.map(|p| p.id);
    if is_new {
        planned.entries.push(Entry::plain(Fact::ScopeCreated(node)));
        return Ok(group);
    }
    if let Some(old) = standing.filter(|old| **old != node) {
        planned.entries.push(Entry::plain(Fact::ScopeChanged {
            old: Box::new(old.clone()),
            new: Box::new(node.clone()),
        }));
    }
    // Teams that lie in it already are led from here on.
    for inner in view.groups().filter(|g| g.kind == GroupKind::Team) {
        let lies = scopes::node(&view.scopes, inner.scope).and_then(|n| n.parent);
        if lies == Some(node.id) && inner.parent != Some(id) {
            let led = Group {
                parent: Some(id),
                ..inner.clone()
            };
            let (old, new) = (Record::Group(inner.clone()), Record::Group(led));
            planned.record(Some(old), Some(new));
        }
    }
    let in_it = (0..view.accounts())
        .map(AccountId)
        .filter_map(|id| view.account(id))
        .filter(|a| a.team == Some(node.id))
        .filter(|a| rollcall_shared::rules::owner::holds(a.status));
    group.members = in_it.map(|a| a.id).collect();
    Ok(group)
}

/// A team's scope keeps the name and place of its group.
fn team_moved(
    view: &TenantView,
    land: &Land<'_>,
    old: &Group,
    new: &Group,
    planned: &mut Planned,
) -> Result<(), Failure> {
    if new.kind != GroupKind::Team || (old.name == new.name && old.parent == new.parent) {
        return Ok(());
    }
    let Some(node) = scopes::node(&view.scopes, new.scope) else {
        return Ok(());
    };
    let wanted = scopes::Change {
        name: (old.name != new.name).then(|| new.name.clone()),
        parent: new.parent.and_then(|p| view.group(p)).map(|p| p.scope),
        ..scopes::Change::default()
    };
    let after = scopes::change(land, node, &wanted).map_err(refused)?;
    let rules = planned.rules_follow(view, node, &after.name)?;
    let broken = conflict::newly_broken(view, &rules, &after);
    planned.warnings.extend(broken);
    planned.entries.push(Entry::plain(Fact::ScopeChanged {
        old: Box::new(node.clone()),
        new: Box::new(after),
    }));
    Ok(())
}

/// Main teams of who joined and who left.
fn main_teams(
    view: &TenantView,
    before: &BTreeSet<AccountId>,
    new: &Group,
    now: Micros,
    planned: &mut Planned,
) -> Result<(), Failure> {
    if new.kind != GroupKind::Team {
        return Ok(());
    }
    for id in before.symmetric_difference(&new.members) {
        let Some(account) = view.account(*id) else {
            continue;
        };
        let mut after = account.clone();
        after.team = groups::main_team(view.groups(), new, *id, account.team);
        if after != account {
            let changes = account.changes_to(&after);
            planned.account(view, *id, changes, Why::rule(Rule::Structure), now)?;
        }
    }
    Ok(())
}

pub(super) async fn delete(ask: &Ask<'_>, request: GroupNamed) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    ask.change(
        Verb::GroupDelete,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let group = known(view, request.kind, &request.name)?;
            let standing: Vec<Group> = view.groups().cloned().collect();
            groups::may_go(&standing, group).map_err(refused)?;
            let mut planned = Planned {
                what: format!("{} {:?} deleted", group.kind, group.name),
                ..Planned::default()
            };
            planned.changes.push(planned.what.clone());
            let mut emptied = group.clone();
            emptied.members.clear();
            main_teams(view, &group.members, &emptied, draft.now, &mut planned)?;
            if group.kind == GroupKind::Team
                && let Some(node) = scopes::node(&view.scopes, group.scope)
            {
                let mut after = node.clone();
                after.profile.state = ScopeState::Archived;
                planned.entries.push(Entry::plain(Fact::ScopeChanged {
                    old: Box::new(node.clone()),
                    new: Box::new(after),
                }));
            }
            planned.record(Some(Record::Group(group.clone())), None);
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}
