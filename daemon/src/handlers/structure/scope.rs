//! `scope create`, `scope set`: the tree of scopes.

use super::super::ask::{Ask, Door, Extra, Who, who as asker};
use super::super::find;
use super::{Planned, conflict, known_zone, land, refused};
use rollcall_shared::catalog::SCOPE_STATE;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Assignment, Entry, Fact, Group, GroupId, Record, RecordKind, ScopeId, ScopeNode,
};
use rollcall_shared::rules::rights::Setting;
use rollcall_shared::rules::scopes::{self, Change, Wanted};
use rollcall_shared::rules::{giving, groups};
use rollcall_shared::text::counted;
use rollcall_shared::wire::structure::{ScopeCreate, ScopeSet};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) async fn create(ask: &Ask<'_>, request: ScopeCreate) -> Result<Value, Failure> {
    known_zone(&request.settings)?;
    let tenant = request.tenant.clone();
    ask.change(
        Verb::ScopeCreate,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let land = land(view);
            let parent = scopes::found(land.scopes, request.parent.as_deref().unwrap_or_default());
            let wanted = Wanted {
                kind: request.kind,
                parent: parent.map_err(refused)?,
                name: request.name,
                settings: request.settings,
            };
            let made = scopes::make(&land, &wanted).map_err(refused)?;
            let all: Vec<ScopeNode> = view.scopes.iter().chain(&made.nodes).cloned().collect();
            let mut planned = Planned {
                warnings: made.warnings,
                ..Planned::default()
            };
            let next = GroupId(view.next_number(RecordKind::Group));
            let teams = groups::of_scopes(&view.catalog, next, made.nodes.iter(), view.groups());
            for node in made.nodes {
                let what = format!("{} {:?} created", node.kind, scopes::path(&all, node.id));
                planned.changes.push(what);
                planned.entries.push(Entry::plain(Fact::ScopeCreated(node)));
            }
            planned.what = planned.changes.join("; ");
            for team in teams {
                planned.record(None, Some(Record::Group(team)));
            }
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

pub(super) async fn set(ask: &Ask<'_>, request: ScopeSet) -> Result<Value, Failure> {
    known_zone(&request.settings)?;
    let tenant = request.tenant.clone();
    let (service, caller) = (ask.service.clone(), ask.caller.clone());
    ask.change_as(
        Verb::ScopeSet,
        &tenant,
        Door::Part,
        Extra::default(),
        move |draft, _, who| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let land = land(view);
            // Nothing is told of what lies outside of the caller's part: names are looked for in it alone.
            let known = who.scopes(view);
            let unseen = |failure| who.unseen(draft.state, failure);
            let id = scopes::found(&known, &request.scope)
                .map_err(refused)
                .map_err(unseen)?;
            let root = scopes::root(&view.scopes, &view.tenant);
            let old = scopes::node(&view.scopes, id).unwrap_or(&root).clone();
            let parent = match &request.parent {
                None => None,
                Some(path) => {
                    Some(inside(draft.state, view, &known, &request.scope, path).map_err(unseen)?)
                }
            };
            may_set(draft.state, who, &old, &request, parent)?;
            if request.roles.is_some() {
                // Which roles count at a place decides over the people who hold them there.
                asker(
                    &service,
                    &caller,
                    draft.state,
                    Verb::UserRole,
                    &request.tenant,
                )
                .touches(draft.state, &[old.id])?;
            }
            let wanted = Change {
                name: request.name,
                settings: request.settings,
                roles: request.roles,
                state: request.state,
                parent,
            };
            let new = scopes::change(&land, &old, &wanted).map_err(refused)?;
            let mut planned = Planned {
                what: format!("{} changed", scopes::shown(&view.scopes, id)),
                changes: scopes::differences(&view.scopes, &old, &new),
                ..Planned::default()
            };
            if new != old {
                may_give(draft.state, who, view, &new)?;
                planned.warnings = lost(view, &old, &new);
                planned.entries.push(Entry::plain(Fact::ScopeChanged {
                    old: Box::new(old.clone()),
                    new: Box::new(new.clone()),
                }));
                keep_team(view, &old, &new, &mut planned);
                let rules = planned.rules_follow(view, &old, &new.name)?;
                let broken = conflict::newly_broken(view, &rules, &new);
                planned.warnings.extend(broken);
            }
            planned.finish(view, draft.now, request.dry_run)
        },
    )
    .await
}

/// Refuses a member a change by which holders of roles could do more than the member may: as by giving them roles.
fn may_give(state: &State, who: &Who, view: &TenantView, new: &ScopeNode) -> Result<(), Failure> {
    who.giving(state, |_, own| {
        let others = view.scopes.iter().filter(|node| node.id != new.id);
        let scopes: Vec<ScopeNode> = others.chain([new]).cloned().collect();
        let before = view.setting();
        let after = Setting {
            scopes: &scopes,
            ..before
        };
        let mut each: BTreeSet<Vec<Assignment>> = BTreeSet::new();
        view.scan_held(|facts, held| {
            if !facts.status.is_end() && !each.contains(held) {
                each.insert(held.to_vec());
            }
        });
        giving::rescope(&before, &after, own, each.iter().map(Vec::as_slice))
    })
}

/// Refuses what reaches further than the caller's part: the scope itself, and where it lies before and after a move. A
/// change of its state alone needs what the catalog asks for that.
fn may_set(
    state: &State,
    who: &Who,
    old: &ScopeNode,
    request: &ScopeSet,
    parent: Option<ScopeId>,
) -> Result<(), Failure> {
    let more = request.name.is_some()
        || !request.settings.is_empty()
        || request.roles.is_some()
        || parent.is_some();
    if request.state.is_some() {
        who.touches_by(state, SCOPE_STATE, &[old.id])?;
        if !more {
            return Ok(());
        }
    }
    let mut touched = vec![old.id];
    if parent.is_some_and(|to| Some(to) != old.parent) {
        touched.extend(parent);
        touched.extend(old.parent);
    }
    who.touches(state, &touched)
}

/// A path that a request names: of this tree. `TENANT:PATH` of another tenant is another tree.
pub(super) fn inside(
    state: &State,
    view: &TenantView,
    known: &[ScopeNode],
    who: &str,
    to: &str,
) -> Result<ScopeId, Failure> {
    if let Some(id) = scopes::find(known, to) {
        return Ok(id);
    }
    let named = to
        .split_once(':')
        .and_then(|(tenant, path)| Some((state.tenant_named(tenant)?, path)));
    match named {
        Some((other, _)) if other.tenant.id != view.tenant.id => {
            Err(refused(scopes::other_tree(who, to)))
        }
        Some((_, path)) => scopes::found(known, path).map_err(refused),
        None => scopes::found(known, to).map_err(refused),
    }
}

/// Who loses a role that is not switched on any more, or everything at a scope out of use.
fn lost(view: &TenantView, old: &ScopeNode, new: &ScopeNode) -> Vec<String> {
    let used = scopes::in_use(&view.scopes, old.id);
    let ends = used && new.profile.state != rollcall_shared::domain::ScopeState::Active;
    let off = |role: &str| {
        let was = old
            .profile
            .roles
            .as_ref()
            .is_none_or(|on| on.contains(role));
        let is = new
            .profile
            .roles
            .as_ref()
            .is_none_or(|on| on.contains(role));
        was && !is
    };
    let mut holders = 0u64;
    let mut roles = BTreeSet::new();
    view.scan_held(|_, held| {
        let here = held.iter().filter(|a| {
            if ends {
                scopes::within(&view.scopes, a.scope, old.id)
            } else {
                a.scope == old.id && off(&a.role)
            }
        });
        let names: Vec<&str> = here.map(|a| a.role.as_str()).collect();
        holders += u64::from(!names.is_empty());
        roles.extend(names.into_iter().map(str::to_owned));
    });
    if holders == 0 {
        return Vec::new();
    }
    let roles: Vec<String> = roles.into_iter().collect();
    vec![format!(
        "{} there with {}: it grants nothing until it is switched on again",
        counted(holders, "account"),
        roles.join(", ")
    )]
}

/// A team's group keeps the name and place of its scope.
fn keep_team(view: &TenantView, old: &ScopeNode, new: &ScopeNode, planned: &mut Planned) {
    let Some(group) = team_of(view, old.id) else {
        return;
    };
    let mut after = group.clone();
    after.name.clone_from(&new.name);
    after.parent = new.parent.and_then(|p| team_of(view, p)).map(|g| g.id);
    if after != *group {
        planned.record(
            Some(Record::Group(group.clone())),
            Some(Record::Group(after)),
        );
    }
}

fn team_of(view: &TenantView, scope: ScopeId) -> Option<&Group> {
    view.groups()
        .find(|g| g.kind == rollcall_shared::domain::GroupKind::Team && g.scope == scope)
}
