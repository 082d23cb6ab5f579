//! `tenant list`: the tenants the caller may see, with what is counted of them.

use super::ask::Ask;
use super::json;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::Micros;
use rollcall_shared::rules::guards;
use rollcall_shared::wire::admin::{TenantRow, Tenants};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>) -> Result<Value, Failure> {
    let state = ask.state();
    json(Tenants {
        rows: rows(ask, &state, Verb::TenantList)?,
    })
}

/// The tenants on which the caller may use `verb`; refused only when there are tenants and none is allowed.
pub(super) fn rows(ask: &Ask<'_>, state: &State, verb: Verb) -> Result<Vec<TenantRow>, Failure> {
    let everywhere = ask.authorise(state, verb, None);
    let now = ask.service.clock.now();
    let rows: Vec<TenantRow> = state
        .tenants()
        .filter(|t| everywhere.is_ok() || ask.authorise(state, verb, Some(&t.tenant.name)).is_ok())
        .map(|t| row(t, now))
        .collect();
    match (rows.is_empty(), everywhere) {
        (true, Err(denied)) => Err(denied),
        _ => Ok(rows),
    }
}

/// One tenant with what is counted of it.
pub(super) fn row(view: &TenantView, now: Micros) -> TenantRow {
    TenantRow {
        tenant: view.tenant.clone(),
        // Where the catalog lets many be owners there are thousands of them.
        owners: view
            .owners()
            .into_iter()
            .filter_map(|account| view.email(account))
            .collect(),
        accounts: u64::from(view.accounts()),
        seats_used: u64::from(view.seats_used()),
        seats_reserved: u64::from(view.seats_reserved()),
        seats_releasing: u64::from(view.seats_releasing()),
        last_event: view.feed().last_event,
        feed: guards::feed(view.feed(), now, &view.zone()).unwrap_or_default(),
    }
}
