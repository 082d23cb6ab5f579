//! `order export`: the open orders for the vendor's hands; what was handed out counts as delivered.

use super::ask::{Ask, Extra};
use super::{json, order_list};
use crate::writer::Proposal;
use rollcall_shared::domain::{Entry, Fact, JournalId, Order, OrderState};
use rollcall_shared::text::counted;
use rollcall_shared::wire::admin::OrderQuery;
use rollcall_shared::wire::{Done, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: OrderQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::OrderExport, request.tenant.as_deref())?;
    let orders = order_list::rows(&state, &request)?;
    let handed: Vec<_> = orders
        .rows
        .iter()
        .filter(|r| r.order.state == OrderState::Open)
        .map(|r| (r.tenant.clone(), r.order.id))
        .collect();
    ask.change(
        Verb::OrderExport,
        request.tenant.as_deref(),
        Extra::default(),
        move |draft, _| {
            let mut entries: Vec<(JournalId, Vec<Entry>)> = Vec::new();
            for (tenant, id) in handed {
                let Some(view) = draft.state.tenant_named(&tenant) else {
                    continue;
                };
                let Some(order) = view.order(id).filter(|o| o.state == OrderState::Open) else {
                    continue;
                };
                let delivered = Order {
                    state: OrderState::Delivered,
                    updated: draft.now,
                    ..order.clone()
                };
                let entry = Entry::plain(Fact::OrderSet(delivered));
                let journal = JournalId::from(view.tenant.id);
                match entries.iter_mut().find(|(j, _)| *j == journal) {
                    Some((_, list)) => list.push(entry),
                    None => entries.push((journal, vec![entry])),
                }
            }
            let count: usize = entries.iter().map(|(_, list)| list.len()).sum();
            let answer = json(Done {
                message: format!("{} delivered", counted(count, "order")),
                seq: None,
            })?;
            Ok(Proposal {
                entries,
                answer,
                observation: false,
                trial: false,
            })
        },
    )
    .await?;
    json(orders)
}
