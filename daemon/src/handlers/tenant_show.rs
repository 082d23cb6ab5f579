//! `tenant show`: one tenant with its roles, policies and scopes.

use super::ask::Ask;
use super::{find, json, policy_list, tenant_list};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{ScopeId, ScopeNode};
use rollcall_shared::wire::admin::{TenantDetail, TenantNamed};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: TenantNamed) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::TenantShow, Some(&request.tenant))?;
    let view = find::tenant(&state, &request.tenant)?;
    let now = ask.service.clock.now();
    json(TenantDetail {
        row: tenant_list::row(ask, view, now, tenant_list::EVERY),
        roles: view
            .catalog
            .listed()
            .map(|r| (r.id.clone(), r.label.clone(), r.privileged))
            .collect(),
        policies: policy_list::rows(view, now),
        scopes: view.scopes.iter().map(|node| path(view, node)).collect(),
    })
}

/// A scope as `team Contracts` or `application Helios / environment PRODUCTION`.
fn path(view: &TenantView, node: &ScopeNode) -> String {
    let name = match node.profile.shown.as_str() {
        "" => node.name.as_str(),
        shown => shown,
    };
    let own = format!("{} {name}", node.kind);
    let parent = node
        .parent
        .filter(|p| *p != ScopeId::ROOT)
        .and_then(|p| view.scopes.iter().find(|s| s.id == p));
    match parent {
        Some(parent) => format!("{} / {own}", path(view, parent)),
        None => own,
    }
}
