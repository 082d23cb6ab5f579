//! `role list` and `role show`: roles × permissions, and who holds a role.

use super::super::identity::free;
use super::super::{Ask, find, json, refused};
use super::part::Part;
use super::scope;
use rollcall_shared::catalog::{Role, RolesPerUser, split_grant};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{AccountRef, Assignment, ScopeId, ScopeKind, Status};
use rollcall_shared::rules::rights::custom;
use rollcall_shared::rules::{Refusal, invite, roles_edit, scopes};
use rollcall_shared::wire::identity::InviteForm;
use rollcall_shared::wire::role::{RoleDetail, RoleQuery, RoleRow, RoleShow, Roles};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

/// Holders in one answer.
const HOLDERS: usize = 200;

/// The states in which a holder of a role counts.
pub(super) const COUNTS: [Status; 3] = [Status::Invited, Status::Active, Status::Suspended];

pub(super) fn list(ask: &Ask<'_>, request: RoleQuery) -> Result<Value, Failure> {
    let state = ask.state();
    let part = ask.reach(&state, Verb::RoleList, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let (roles, form) = match part {
        None => {
            let here = scope(view, request.scope.as_deref())?;
            let holders = view.role_holders();
            let roles = view.catalog.listed();
            let rows = roles.map(|role| row(view, role, &holders, may_give(view, role, here)));
            (rows.collect(), form(view))
        }
        Some(part) => {
            let part = Part::of(ask, &state, Verb::RoleList, view, part);
            let rows = part.rows(request.scope.as_deref())?;
            (rows, part.form())
        }
    };
    json(Roles {
        tenant: view.tenant.name.clone(),
        catalog: view.catalog.name.clone(),
        permissions: view.catalog.permissions.clone(),
        roles,
        scope: request.scope,
        form,
    })
}

pub(super) fn show(ask: &Ask<'_>, request: RoleShow) -> Result<Value, Failure> {
    let state = ask.state();
    let part = ask.reach(&state, Verb::RoleShow, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let part = part.map(|part| Part::of(ask, &state, Verb::RoleShow, view, part));
    let found = view.catalog.find_role(&request.role);
    let (role, row) = match &part {
        Some(part) => part.known(found)?,
        None => {
            let Some(role) = found else {
                let mut failure = refused(custom::unknown_role(&view.setting(), &request.role));
                failure.class = Class::NotFound;
                return Err(failure);
            };
            let given = may_give(view, role, ScopeId::ROOT);
            (role, row(view, role, &view.role_holders(), given))
        }
    };
    let here = |at: &Assignment| part.as_ref().is_none_or(|p| p.scopes.contains(&at.scope));
    let held = |at: &Assignment| at.role == role.id && here(at);
    let mut holders = Vec::new();
    for id in view.holding(|roles| roles.iter().any(held)) {
        if holders.len() == HOLDERS {
            break;
        }
        let id = AccountRef {
            tenant: view.tenant.id,
            account: id,
        };
        let Some(account) = state.account(id).filter(|a| COUNTS.contains(&a.status)) else {
            continue;
        };
        let places = account.assignments.iter().filter(|at| held(at));
        let places: Vec<String> = places
            .map(|at| scopes::address(&view.scopes, at.scope))
            .collect();
        let name = account.display_name();
        holders.push((id, name, account.email, places.join(", ")));
    }
    let named = |id: &str| {
        role.permissions.iter().any(|g| split_grant(g).0 == id)
            || role.blocks.iter().any(|b| b == id)
    };
    let permissions = view.catalog.permissions.iter();
    json(RoleDetail {
        row,
        permissions: permissions.filter(|p| named(&p.id)).cloned().collect(),
        holders,
    })
}

/// Whether a role can be given at a scope, whoever gives it.
fn may_give(view: &TenantView, role: &Role, at: ScopeId) -> Result<(), Refusal> {
    let given = Assignment {
        role: role.id.clone(),
        scope: at,
    };
    roles_edit::may_give(&given, &view.catalog, &view.scopes)
}

pub(super) fn row(
    view: &TenantView,
    role: &Role,
    holders: &BTreeMap<String, u64>,
    given: Result<(), Refusal>,
) -> RoleRow {
    let custom = role.custom.as_ref();
    let offered = custom
        .and_then(|c| c.offered.as_ref())
        .into_iter()
        .flatten();
    RoleRow {
        id: role.id.clone(),
        label: role.label.clone(),
        description: role.description.clone(),
        custom: custom.is_some(),
        enabled: custom.is_none_or(|c| c.enabled),
        privileged: role.privileged,
        scope: role.scope,
        offered: offered
            .map(|at| scopes::address(&view.scopes, *at))
            .collect(),
        grants: role.permissions.clone(),
        blocks: role.blocks.clone(),
        holders: holders.get(&role.id).copied().unwrap_or(0),
        not_given: given.err().map(refused),
    }
}

/// What an invitation may say in this tenant.
pub(super) fn form(view: &TenantView) -> InviteForm {
    let (catalog, plan) = (&view.catalog, &view.tenant.plan);
    let rules = &catalog.constraints;
    let teams = view.scopes.iter().filter(|s| s.kind == ScopeKind::Team);
    let has_teams = catalog.scopes.iter().any(|s| s.kind == ScopeKind::Team)
        && invite::team_allowed(catalog, plan).is_ok();
    let default = rules
        .default_role
        .as_deref()
        .and_then(|id| catalog.role(id));
    InviteForm {
        names: rules.name_length,
        one_role: rules.roles_per_user == RolesPerUser::One,
        default_role: default.map(|role| role.label.clone()),
        teams: has_teams.then(|| teams.map(|s| s.name.clone()).collect()),
        language: rules.language,
        address_book: rules.address_book,
        username: invite::shows(&rules.username_needs, plan),
        sid: invite::shows(&rules.sid_needs, plan),
        free: free(view),
    }
}
