//! `tenant list`: the tenants the caller may see, with what is counted of them.

use super::ask::Ask;
use super::json;
use super::reload::news;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::Micros;
use rollcall_shared::rules::{features, guards, invite, lifecycle};
use rollcall_shared::wire::admin::{PoolSeats, TenantRow, Tenants};
use rollcall_shared::wire::user::{RoleLabels, Shows};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Names every owner.
pub(super) const EVERY: usize = usize::MAX;

pub(super) fn handle(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    json(Tenants {
        rows: rows(ask, &state, Verb::TenantList, EVERY)?,
    })
}

/// The tenants on which the caller may use `verb`, each with so many owners by name; refused only when there are tenants
/// and none is allowed.
pub(super) fn rows(
    ask: &Ask<'_>,
    state: &State,
    verb: Verb,
    named: usize,
) -> Result<Vec<TenantRow>, Failure> {
    let everywhere = ask.authorise(state, verb, None);
    let now = ask.service.clock.now();
    let rows: Vec<TenantRow> = state
        .tenants()
        .filter(|t| everywhere.is_ok() || ask.authorise(state, verb, Some(&t.tenant.name)).is_ok())
        .map(|t| row(ask, t, now, named))
        .collect();
    match (rows.is_empty(), everywhere) {
        (true, Err(denied)) => Err(denied),
        _ => Ok(rows),
    }
}

/// One tenant with what is counted of it, and so many of its owners by name.
pub(super) fn row(ask: &Ask<'_>, view: &TenantView, now: Micros, named: usize) -> TenantRow {
    let catalogs = ask.service.catalogs();
    let owners = view.owners();
    let (named, more) = owners.split_at(named.min(owners.len()));
    TenantRow {
        tenant: view.tenant.clone(),
        owners: named.iter().filter_map(|id| view.email(*id)).collect(),
        more_owners: more.len() as u64,
        accounts: u64::from(view.accounts()),
        seats_used: u64::from(view.seats_used()),
        seats_reserved: u64::from(view.seats_reserved()),
        seats_releasing: u64::from(view.seats_releasing()),
        pools: pools(view),
        last_event: view.feed().newest(),
        feed: guards::feed(view.feed(), now, &view.zone()).unwrap_or_default(),
        catalog_offered: catalogs
            .get(&view.tenant.catalog)
            .map(|offered| news(view, offered))
            .unwrap_or_default(),
        shows: shows(view),
        causes: lifecycle::causes(&view.catalog),
    }
}

/// The seats that are counted apart, where some were bought so.
fn pools(view: &TenantView) -> Vec<PoolSeats> {
    let (catalog, plan) = (&view.catalog, &view.tenant.plan);
    if plan.pools.is_empty() {
        return Vec::new();
    }
    let pools = features::count(catalog, plan, |see| view.scan_seats(see));
    let seats = pools.into_iter().map(|pool| PoolSeats {
        label: pool.label,
        taken: pool.taken,
        bought: pool.limit,
    });
    seats.collect()
}

/// What a tenant's catalog and features make of its accounts.
pub(super) fn shows(view: &TenantView) -> Shows {
    let (catalog, plan) = (&view.catalog, &view.tenant.plan);
    let rules = &catalog.constraints;
    // Without a condition the column is shown everywhere, but it says something where there is one.
    let shown = |needs: &[String]| !needs.is_empty() && invite::shows(needs, plan);
    Shows {
        delete: rules.delete,
        username: shown(&rules.username_needs),
        sid: shown(&rules.sid_needs),
        activated: rules.two_step_activation,
        user_type: catalog.typed_users(),
    }
}

/// What roles are called, each in the tenant of a name; `ROLE@PATH` is the role.
pub(super) fn labels<'a>(
    state: &State,
    held: impl Iterator<Item = (&'a str, &'a str)>,
) -> RoleLabels {
    let mut labels = RoleLabels::new();
    for (tenant, written) in held {
        let id = written.split('@').next().unwrap_or(written);
        let known = labels.get(tenant).is_some_and(|of| of.contains_key(id));
        let role = state.tenant_named(tenant).filter(|_| !known);
        if let Some(role) = role.and_then(|view| view.catalog.role(id)) {
            let of = labels.entry(tenant.to_owned()).or_default();
            of.insert(id.to_owned(), role.label.clone());
        }
    }
    labels
}
