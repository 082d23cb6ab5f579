//! `order confirm`, `order fail`, `order reopen`: what a person says of orders that no import can show.

use super::ask::{Ask, Extra};
use super::describe_order::todo;
use super::{find, json, refused};
use crate::writer::Proposal;
use rollcall_shared::domain::{Entry, Fact, Order, Todo};
use rollcall_shared::rules::orders::{self, Said};
use rollcall_shared::text::counted;
use rollcall_shared::wire::admin::OrderAnswer;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(
    ask: &Ask<'_>,
    verb: Verb,
    request: OrderAnswer,
) -> Result<Value, Failure> {
    if request.orders.is_empty() {
        return Err(Failure::new(Class::Usage, "no order is named")
            .rule("order")
            .hint("see their numbers with `rollcall order list`"));
    }
    let said = match verb {
        Verb::OrderConfirm => Said::Confirmed,
        Verb::OrderFail => Said::Failed,
        _ => Said::Reopened,
    };
    let tenant = request.tenant.clone();
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    ask.change(verb, Some(&tenant), extra, move |draft, _| {
        let view = find::tenant(draft.state, &request.tenant)?;
        let (mut entries, mut changes) = (Vec::new(), Vec::new());
        let mut wanted = request.orders.clone();
        wanted.sort_unstable();
        wanted.dedup();
        for id in wanted {
            let order = view.order(id).ok_or_else(|| {
                let what = format!("{} has no order {}", view.tenant.name, id.0);
                Failure::new(Class::NotFound, what)
                    .rule("order")
                    .rule("order")
                    .hint("see their numbers with `rollcall order list`")
            })?;
            let standing = match &order.todo {
                Todo::Account { account, change } => view.open_order(*account, change.field),
                Todo::Thing { thing } => thing.key().and_then(|key| view.open_thing(&key)),
            };
            let later = standing.map(|o| o.id).filter(|later| *later > id);
            let state = orders::answer(order, said, request.reason.as_deref(), later);
            let Some(state) = state.map_err(refused)? else {
                continue;
            };
            let line = format!("order {}: {} → {state}", id.0, order.state);
            // What an order is about may name people: shown before, not kept for a retry.
            changes.push(match request.dry_run {
                true => format!("{line}: {}", todo(view, &order.todo)),
                false => line,
            });
            entries.push(Entry::plain(Fact::OrderSet(Order {
                state,
                updated: draft.now,
                ..order.clone()
            })));
        }
        let write = !request.dry_run && !entries.is_empty();
        let message = match (entries.len(), request.dry_run) {
            (0, _) => "nothing changes: it is so already".to_owned(),
            (n, true) => format!("{} would change", counted(n, "order")),
            (n, false) => format!("{} changed", counted(n, "order")),
        };
        let answer = json(Changed {
            message,
            seq: write.then_some(view.last_seq() + 1),
            nothing: entries.is_empty(),
            changes,
            warnings: Vec::new(),
        })?;
        Ok(Proposal::decide(view.tenant.id, entries, answer).previewed(request.dry_run))
    })
    .await
}
