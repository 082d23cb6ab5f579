//! `scope list`, `scope report`: the tree with what holds at it, and the consolidated report.

use super::super::ask::{Ask, own_account};
use super::super::find;
use super::{json, land};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Account, Group, GroupKind, ScopeId, ScopeKind, ScopeNode, Status};
use rollcall_shared::rules::report::{Counts, Reporter};
use rollcall_shared::rules::scopes;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::structure::{Report, ReportRow, ScopeRow, Scopes};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) fn list(ask: &Ask<'_>, request: TenantNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let part = ask.reach(&state, Verb::ScopeList, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let own = own_account(&state, ask.caller.binding(&state), Some(&request.tenant));
    let own = own.map(|(_, account)| account);
    json(Scopes {
        tenant: view.tenant.name.clone(),
        rows: rows(view, own.as_ref(), part.as_ref()),
    })
}

/// The tree, parents before children, siblings by name. Of a part its scopes alone, which name what they lie in in their
/// paths: what is counted in them is counted there alone.
fn rows(
    view: &TenantView,
    own: Option<&Account>,
    part: Option<&BTreeSet<ScopeId>>,
) -> Vec<ScopeRow> {
    let told = |id: &ScopeId| part.is_none_or(|part| part.contains(id));
    let root = scopes::root(&view.scopes, &view.tenant);
    let mut children: HashMap<ScopeId, Vec<&ScopeNode>> = HashMap::new();
    for node in view.scopes.iter().filter(|n| n.id != ScopeId::ROOT) {
        let parent = node.parent.unwrap_or(ScopeId::ROOT);
        children.entry(parent).or_default().push(node);
    }
    for list in children.values_mut() {
        list.sort_by(|a, b| (a.kind, &a.name, a.id).cmp(&(b.kind, &b.name, b.id)));
    }
    let (mut holders, mut below) = held(view, told);
    // Nobody holds a role at a team: who belongs to it are its members.
    for (scope, here, inside) in teams(view) {
        holders.insert(scope, here);
        below.insert(scope, inside);
    }
    let land = land(view);
    let mut out = Vec::with_capacity(view.scopes.len() + 1);
    let mut left: Vec<(u32, &ScopeNode)> = vec![(0, &root)];
    while let Some((depth, node)) = left.pop() {
        let inner = children.remove(&node.id).unwrap_or_default();
        let shown = told(&node.id);
        let deeper = depth + u32::from(shown);
        left.extend(inner.into_iter().rev().map(|n| (deeper, n)));
        if !shown {
            continue;
        }
        let label = view.catalog.scopes.iter().find(|r| r.kind == node.kind);
        out.push(ScopeRow {
            path: scopes::in_words(&view.scopes, node.id),
            depth,
            label: label.map_or_else(|| node.kind.to_string(), |r| r.label.clone()),
            settings: scopes::settings(&land, &view.tenant, node.id),
            holders: holders.get(&node.id).copied().unwrap_or(0),
            below: below.get(&node.id).copied().unwrap_or(0),
            mine: own.is_some_and(|account| {
                account
                    .assignments
                    .iter()
                    .any(|a| scopes::within(&view.scopes, node.id, a.scope))
            }),
            node: node.clone(),
        });
    }
    out
}

/// Members of each team, and of it with the teams that lie in it, each once.
fn teams(view: &TenantView) -> Vec<(ScopeId, u64, u64)> {
    let all = || view.groups().filter(|g| g.kind == GroupKind::Team);
    let mut inside: HashMap<ScopeId, Vec<&Group>> = HashMap::new();
    for group in all() {
        for scope in scopes::upward(&view.scopes, group.scope) {
            inside.entry(scope).or_default().push(group);
        }
    }
    let count = |group: &Group| {
        let here = group.members.len() as u64;
        let below = match inside.get(&group.scope).map(Vec::as_slice) {
            // Most teams have none in them, and thousands of members.
            None | Some([_]) => here,
            Some(several) => {
                let members = several.iter().flat_map(|g| &g.members);
                members.collect::<HashSet<_>>().len() as u64
            }
        };
        (group.scope, here, below)
    };
    all().map(count).collect()
}

type Tally = HashMap<ScopeId, u64>;

/// Accounts with a role exactly at, and at or below, each scope.
fn held(view: &TenantView, told: impl Fn(&ScopeId) -> bool) -> (Tally, Tally) {
    let (mut exactly, mut below) = (Tally::new(), Tally::new());
    view.scan_held(|facts, roles| {
        if facts.status == Status::Deleted {
            return;
        }
        let at: BTreeSet<ScopeId> = roles.iter().map(|a| a.scope).filter(&told).collect();
        let up: BTreeSet<ScopeId> = at
            .iter()
            .flat_map(|s| scopes::upward(&view.scopes, *s))
            .collect();
        for scope in at {
            *exactly.entry(scope).or_default() += 1;
        }
        for scope in up {
            *below.entry(scope).or_default() += 1;
        }
    });
    (exactly, below)
}

pub(super) fn report(ask: &Ask<'_>, request: TenantNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::ScopeReport, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let now = ask.service.clock.now();
    // Where there are accounts, they are what is reported; teams and signature requests lie inside of them.
    let accounts = view.scopes.iter().any(|n| n.kind == ScopeKind::Account);
    let over: Vec<ScopeNode> = view
        .scopes
        .iter()
        .filter(|n| !accounts || matches!(n.kind, ScopeKind::Account | ScopeKind::Tenant))
        .cloned()
        .collect();
    let mut reporter = Reporter::new(&over, view.assets(), now);
    view.scan_held(|facts, roles| reporter.see(facts, roles));
    json(Report {
        tenant: view.tenant.name.clone(),
        at: now,
        rows: reporter.finish().into_iter().map(row).collect(),
    })
}

fn row(counts: Counts) -> ReportRow {
    ReportRow {
        path: counts.path,
        users: counts.users,
        roles: counts.roles,
        seats: counts.seats,
        mfa_missing: counts.mfa_missing,
        idle: counts.idle,
        assets: counts.assets,
    }
}
