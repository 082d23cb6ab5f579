//! `order export`: the open orders for the vendor's hands; what was handed out counts as delivered.

use super::ask::{Ask, Extra};
use super::{json, order_list};
use crate::writer::Proposal;
use rollcall_shared::domain::{Entry, Fact, JournalId, Order, OrderId, OrderState, TenantId};
use rollcall_shared::wire::admin::{OrderQuery, Orders};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was handed out. Kept in the journal as the answer, so it holds numbers and no names.
#[derive(Serialize, Deserialize)]
struct Handed {
    total: u64,
    orders: Vec<(TenantId, OrderId)>,
}

pub(super) async fn handle(ask: &Ask<'_>, request: OrderQuery) -> Result<Value, Failure> {
    ask.authorise_list(&ask.state(), Verb::OrderExport, request.tenant.as_deref())?;
    let tenant = request.tenant.clone();
    let answer = ask
        .change(
            Verb::OrderExport,
            tenant.as_deref(),
            Extra::default(),
            move |draft, _| {
                // What somebody else has carried off is not handed out again, unless it is asked for.
                let asked: &[OrderState] = match request.state.as_slice() {
                    [] => &[OrderState::Open],
                    states => states,
                };
                let (total, orders) = order_list::chosen(draft.state, &request, asked)?;
                let mut entries: Vec<(JournalId, Vec<Entry>)> = Vec::new();
                for (tenant, id) in &orders {
                    let order = draft.state.tenant(*tenant).and_then(|view| view.order(*id));
                    let Some(order) = order.filter(|o| o.state == OrderState::Open) else {
                        continue;
                    };
                    let delivered = Order {
                        state: OrderState::Delivered,
                        updated: draft.now,
                        ..order.clone()
                    };
                    let entry = Entry::plain(Fact::OrderSet(delivered));
                    let journal = JournalId::from(*tenant);
                    match entries.iter_mut().find(|(j, _)| *j == journal) {
                        Some((_, list)) => list.push(entry),
                        None => entries.push((journal, vec![entry])),
                    }
                }
                Ok(Proposal {
                    entries,
                    answer: json(Handed { total, orders })?,
                    observation: false,
                    trial: false,
                    operator: false,
                })
            },
        )
        .await?;
    let Handed { total, orders } = serde_json::from_value(answer)
        .map_err(|e| Failure::new(Class::Error, format!("the export cannot be read: {e}")))?;
    let rows = order_list::rows(&ask.state(), orders);
    json(Orders { total, rows })
}
