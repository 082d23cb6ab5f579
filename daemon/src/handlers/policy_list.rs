//! `policy list`: the policies in force.

use super::ask::Ask;
use super::{find, json};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Micros, Policy, Sweep};
use rollcall_shared::rules::sweeps;
use rollcall_shared::wire::admin::{Policies, PolicyRow, TenantOptional};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::PolicyList, request.tenant.as_deref())?;
    let now = ask.service.clock.now();
    let views = find::tenants(&state, request.tenant.as_deref())?;
    json(Policies {
        rows: views.into_iter().flat_map(|view| rows(view, now)).collect(),
    })
}

/// A tenant's four policies.
pub(super) fn rows(view: &TenantView, now: Micros) -> Vec<PolicyRow> {
    Sweep::ALL
        .iter()
        .map(|sweep| row(&view.tenant.name, *sweep, view.policy(*sweep), now))
        .collect()
}

/// One policy as a row.
pub(super) fn row(tenant: &str, sweep: Sweep, policy: Policy, now: Micros) -> PolicyRow {
    PolicyRow {
        tenant: tenant.to_owned(),
        sweep,
        amnesty_until: sweeps::amnesty_until(sweep, &policy, now),
        policy,
    }
}
