//! `order list`: decisions in vendor tenants on their way to the vendor.

use super::ask::Ask;
use super::describe_order::todo;
use super::{find, json};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::Order;
use rollcall_shared::wire::admin::{OrderQuery, OrderRow, Orders};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Orders in one answer.
const MOST: usize = 100_000;

pub(super) fn handle(ask: &Ask<'_>, request: OrderQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::OrderList, request.tenant.as_deref())?;
    json(rows(&state, &request)?)
}

/// The orders a query means.
pub(super) fn rows(state: &State, request: &OrderQuery) -> Result<Orders, Failure> {
    let wanted = |order: &Order| match request.state.as_slice() {
        [] => order.pending(),
        states => states.contains(&order.state),
    };
    let views = find::tenants(state, request.tenant.as_deref())?;
    let all: Vec<(&TenantView, &Order)> = views
        .iter()
        .flat_map(|v| v.orders().filter(|o| wanted(o)).map(move |o| (*v, o)))
        .collect();
    let limit = if request.limit == 0 {
        MOST
    } else {
        (request.limit as usize).min(MOST)
    };
    let offset = usize::try_from(request.offset).unwrap_or(usize::MAX);
    let rows = all
        .iter()
        .skip(offset)
        .take(limit)
        .filter_map(|(view, order)| {
            let id = order.account().map(|account| view.reference(account));
            let email = match id {
                Some(id) => state.account(id)?.address().to_owned(),
                None => String::new(),
            };
            Some(OrderRow {
                tenant: view.tenant.name.clone(),
                id,
                email,
                todo: todo(view, &order.todo),
                order: (*order).clone(),
            })
        })
        .collect();
    Ok(Orders {
        total: all.len() as u64,
        rows,
    })
}
