//! `order list`: decisions in vendor tenants on their way to the vendor.

use super::ask::Ask;
use super::describe_order::{Heirs, todo};
use super::{find, json};
use rollcall_shared::directory::State;
use rollcall_shared::domain::{OrderId, OrderState, TenantId};
use rollcall_shared::wire::admin::{OrderQuery, OrderRow, Orders};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

/// Orders in one answer.
const MOST: usize = 100_000;

pub(super) fn handle(ask: &Ask<'_>, request: OrderQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::OrderList, request.tenant.as_deref())?;
    let asked: &[OrderState] = match request.state.as_slice() {
        [] => &PENDING,
        states => states,
    };
    let (total, chosen) = chosen(&state, &request, asked)?;
    let rows = rows(&state, chosen);
    json(Orders { total, rows })
}

/// The states of what is on its way.
const PENDING: [OrderState; 2] = [OrderState::Open, OrderState::Delivered];

/// How many orders of a query are in one of these states, and those of its page.
pub(super) fn chosen(
    state: &State,
    request: &OrderQuery,
    states: &[OrderState],
) -> Result<(u64, Vec<(TenantId, OrderId)>), Failure> {
    let views = find::tenants(state, request.tenant.as_deref())?;
    let all = views.iter().flat_map(|view| {
        let wanted = view.orders().filter(|o| states.contains(&o.state));
        wanted.map(|order| (view.tenant.id, order.id))
    });
    let all: Vec<(TenantId, OrderId)> = all.collect();
    let limit = match request.limit {
        0 => MOST,
        limit => (limit as usize).min(MOST),
    };
    let offset = usize::try_from(request.offset).unwrap_or(usize::MAX);
    let total = all.len() as u64;
    Ok((total, all.into_iter().skip(offset).take(limit).collect()))
}

/// These orders as they stand.
pub(super) fn rows(
    state: &State,
    orders: impl IntoIterator<Item = (TenantId, OrderId)>,
) -> Vec<OrderRow> {
    let mut heirs: BTreeMap<TenantId, Heirs<'_>> = BTreeMap::new();
    let row = |(tenant, order): (TenantId, OrderId)| {
        let view = state.tenant(tenant)?;
        let heirs = heirs.entry(tenant).or_insert_with(|| Heirs::of(view));
        let order = view.order(order)?;
        let id = order.account().map(|account| view.reference(account));
        let email = match id {
            Some(id) => state.account(id)?.address().to_owned(),
            None => String::new(),
        };
        Some(OrderRow {
            tenant: view.tenant.name.clone(),
            id,
            email,
            todo: todo(view, &order.todo, heirs),
            order: order.clone(),
        })
    };
    orders.into_iter().filter_map(row).collect()
}
