//! `order list`: decisions in vendor tenants on their way to the vendor; and how decisions become orders.

use super::ask::Ask;
use super::describe::Words;
use super::{find, json};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    AccountId, AccountRef, Authority, Fact, Field, FieldChange, Micros, Order, OrderState, RunId,
};
use rollcall_shared::wire::admin::{OrderQuery, OrderRow, Orders};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Orders in one answer.
const MOST: usize = 100_000;

pub(super) fn handle(ask: &Ask<'_>, request: OrderQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::OrderList, request.tenant.as_deref())?;
    json(rows(&state, &request)?)
}

/// The orders a query means.
pub(super) fn rows(state: &State, request: &OrderQuery) -> Result<Orders, Failure> {
    let wanted = |order: &Order| match request.state.as_slice() {
        [] => matches!(order.state, OrderState::Open | OrderState::Delivered),
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
            let id = AccountRef {
                tenant: view.tenant.id,
                account: order.account,
            };
            Some(OrderRow {
                tenant: view.tenant.name.clone(),
                id,
                email: state.account(id)?.email,
                todo: Words::of(Some(view)).todo(&order.change),
                order: (*order).clone(),
            })
        })
        .collect();
    Ok(Orders {
        total: all.len() as u64,
        rows,
    })
}

/// The orders that decided changes of status or roles open in a vendor tenant, and those they take the place of. New
/// orders are numbered from the tenant's next one; a batch with several accounts numbers them on.
pub(crate) fn orders_for(
    view: &TenantView,
    account: AccountId,
    changes: &[FieldChange],
    now: Micros,
    run: Option<RunId>,
) -> Vec<Fact> {
    if view.tenant.authority != Authority::Vendor {
        return Vec::new();
    }
    let mut facts = Vec::new();
    for change in changes
        .iter()
        .filter(|c| matches!(c.field, Field::Status | Field::Roles))
    {
        if let Some(open) = view.open_order(account, change.field) {
            facts.push(Fact::OrderSet(Order {
                state: OrderState::Superseded,
                updated: now,
                ..open.clone()
            }));
        }
        let mut id = view.next_order();
        id.0 += u32::try_from(facts.iter().filter(|f| is_open(f)).count()).unwrap_or(0);
        facts.push(Fact::OrderSet(Order {
            id,
            account,
            change: change.clone(),
            state: OrderState::Open,
            opened: now,
            updated: now,
            run,
        }));
    }
    facts
}

fn is_open(fact: &Fact) -> bool {
    matches!(fact, Fact::OrderSet(order) if order.state == OrderState::Open)
}
