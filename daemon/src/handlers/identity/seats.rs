//! Seats as they stand in a tenant, and who else could administer it.

use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountId, Micros, SeatHold, Status};
use rollcall_shared::rules::limits::Limits;
use rollcall_shared::wire::user::{Flag, UserQuery};
use std::collections::BTreeMap;

/// The seats of a tenant. A seat that the vendor has not given back yet counts as taken.
pub(in crate::handlers) fn limits<'v>(
    state: &State,
    view: &'v TenantView,
    now: Micros,
) -> Limits<'v> {
    let mut limits = Limits {
        catalog: &view.catalog,
        plan: &view.tenant.plan,
        seats: view.tenant.seats,
        taken: view.seats_used() + view.seats_reserved() + view.seats_releasing(),
        pools: BTreeMap::new(),
        idle: 0,
    };
    let counted = !limits.plan.pools.is_empty();
    if counted {
        for id in (0..view.accounts()).map(AccountId) {
            let Some(account) = view.account(id) else {
                continue;
            };
            let seat = view.catalog.seat(account.status, account.kind);
            if let Some(pool) = view.catalog.pool(&account.assignments)
                && seat != SeatHold::None
            {
                *limits.pools.entry(pool.id.clone()).or_default() += 1;
            }
        }
    }
    // Only a refusal tells who could make room.
    if counted || limits.free() == Some(0) {
        let idle = UserQuery {
            tenant: Some(view.tenant.name.clone()),
            flag: vec![Flag::Idle],
            limit: 1,
            ..UserQuery::default()
        };
        limits.idle = state.query(&idle, now).map_or(0, |page| page.total);
    }
    limits
}

/// Whether another active account holds one of the roles of which one holder must stay.
pub(in crate::handlers) fn other_admin(
    state: &State,
    view: &TenantView,
    except: AccountId,
    now: Micros,
) -> bool {
    let admins = &view.catalog.constraints.admins;
    if admins.is_empty() {
        return true;
    }
    let holders = UserQuery {
        tenant: Some(view.tenant.name.clone()),
        role: admins.clone(),
        status: vec![Status::Active],
        limit: 2,
        ..UserQuery::default()
    };
    let page = state.query(&holders, now);
    page.is_ok_and(|page| page.rows.iter().any(|row| row.id.account != except))
}
