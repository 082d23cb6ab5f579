//! Seats as they stand in a tenant.

use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountId, Micros};
use rollcall_shared::rules::features;
use rollcall_shared::rules::limits::Limits;
use rollcall_shared::wire::user::{Flag, UserQuery};
use std::collections::BTreeMap;

/// Seats of a tenant that are free, pools aside; none is no limit.
pub(in crate::handlers) fn free(view: &TenantView) -> Option<u32> {
    bought(view).free()
}

fn bought(view: &TenantView) -> Limits<'_> {
    Limits {
        catalog: &view.catalog,
        plan: &view.tenant.plan,
        seats: view.tenant.seats,
        taken: view.seats_used() + view.seats_reserved() + view.seats_releasing(),
        pools: BTreeMap::new(),
        idle: None,
    }
}

/// The seats of a tenant. A seat that the vendor has not given back yet counts as taken.
pub(in crate::handlers) fn limits<'v>(
    state: &State,
    view: &'v TenantView,
    now: Micros,
) -> Limits<'v> {
    let mut limits = bought(view);
    if !limits.plan.pools.is_empty() {
        let pools = features::count(limits.catalog, limits.plan, |see| view.scan_seats(see));
        let counted = pools.into_iter().map(|pool| {
            let taken = u32::try_from(pool.taken).unwrap_or(u32::MAX);
            (pool.id, taken)
        });
        limits.pools = counted.collect();
    }
    let full =
        |(pool, taken): (&String, &u32)| limits.plan.pools.get(pool).is_some_and(|m| taken >= m);
    // Only a refusal tells who could make room.
    if limits.free() == Some(0) || limits.pools.iter().any(full) {
        let idle = UserQuery {
            tenant: Some(view.tenant.name.clone()),
            flag: vec![Flag::Idle],
            limit: 1,
            ..UserQuery::default()
        };
        limits.idle = state.query(&idle, now).ok().map(|page| page.total);
    }
    limits
}

/// The same for a decision on one account: a seat that the vendor still holds for it is its own.
pub(in crate::handlers) fn limits_of<'v>(
    state: &State,
    view: &'v TenantView,
    account: AccountId,
    now: Micros,
) -> Limits<'v> {
    let mut limits = limits(state, view, now);
    limits.own(view.seats_of(account));
    limits
}
