//! `order confirm`, `order fail`, `order reopen`: what a person says of orders that no import can show.

use super::ask::{Ask, Extra};
use super::describe_order::{Heirs, todo};
use super::{find, json, refused};
use crate::salt;
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AccountId, Entry, Fact, Field, Order, OrderId, OrderState, Rule, Todo,
    Value as FieldValue, Why,
};
use rollcall_shared::rules::orders::{self, Said, Shown};
use rollcall_shared::text::counted;
use rollcall_shared::wire::admin::OrderAnswer;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

/// The newest order about the same that was decided later, whatever became of it at the vendor. One that was superseded is
/// told by what took its place; where nothing did, it was taken back.
fn later(view: &TenantView, order: &Order) -> Option<OrderId> {
    let newer = view.orders().rev().take_while(|o| o.id > order.id);
    let mut standing = newer.filter(|o| o.state != OrderState::Superseded);
    let same = |o: &&Order| match (&order.todo, &o.todo) {
        (
            Todo::Account { account, change },
            Todo::Account {
                account: other,
                change: new,
            },
        ) => (account, change.field) == (other, new.field),
        (Todo::Thing { thing }, Todo::Thing { thing: new }) => thing.key() == new.key(),
        _ => false,
    };
    standing.find(same).map(|o| o.id)
}

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
        // The accounts of orders that were answered, as they are by the answers so far.
        let mut known: BTreeMap<AccountId, Account> = BTreeMap::new();
        let mut wanted = request.orders.clone();
        wanted.sort_unstable();
        wanted.dedup();
        let heirs = request.dry_run.then(|| Heirs::of(view));
        for id in wanted {
            let order = view.order(id).ok_or_else(|| {
                let what = format!("{} has no order {}", view.tenant.name, id.0);
                Failure::new(Class::NotFound, what)
                    .rule("order")
                    .hint("see their numbers with `rollcall order list`")
            })?;
            let about = about(view, order);
            let about = about.filter(|_| said == Said::Confirmed);
            let shown = about.as_ref().map(|account| Shown {
                ended: account.status.is_end(),
                last: account.observed_at,
                newest: view.newest_export(),
            });
            let later = || later(view, order);
            let reason = request.reason.as_deref();
            let state = orders::answer(order, said, reason, later, shown);
            let Some(state) = state.map_err(refused)? else {
                continue;
            };
            let line = format!("order {}: {} → {state}", id.0, order.state);
            // What an order is about may name people: shown before, not kept for a retry.
            changes.push(match &heirs {
                Some(heirs) => format!("{line}: {}", todo(view, &order.todo, heirs)),
                None => line,
            });
            entries.push(Entry::plain(Fact::OrderSet(Order {
                state,
                updated: draft.now,
                ..order.clone()
            })));
            if let Some(account) = about {
                let before = known.entry(account.id).or_insert(account);
                entries.extend(said_there(before, order, state, reason)?);
            }
        }
        let write = !request.dry_run && !entries.is_empty();
        let message = match (changes.len(), request.dry_run) {
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

/// The account whose state or roles an order is about, where imports show what becomes of it.
fn about(view: &TenantView, order: &Order) -> Option<Account> {
    match &order.todo {
        Todo::Account { account, change } => {
            let shown = matches!(change.field, Field::Status | Field::Roles);
            shown.then(|| view.account(*account)).flatten()
        }
        Todo::Thing { .. } => None,
    }
}

/// What a person's word says of the account at the vendor, taken as an observation: what was carried out is so there, and
/// what was refused has stayed as it was, if no import has shown it.
fn said_there(
    known: &mut Account,
    order: &Order,
    state: OrderState,
    reason: Option<&str>,
) -> Result<Option<Entry>, Failure> {
    let Todo::Account { account, change } = &order.todo else {
        return Ok(None);
    };
    let observed = match change.field {
        Field::Status => Field::ObservedStatus,
        _ => Field::ObservedRoles,
    };
    let is = match state {
        OrderState::Confirmed => &change.new,
        OrderState::Failed if known.get(observed) == FieldValue::Null => &change.old,
        _ => return Ok(None),
    };
    if *is == FieldValue::Null {
        return Ok(None);
    }
    let before = known.clone();
    let set = known.set(observed, is);
    set.map_err(|e| Failure::new(Class::Error, e.to_string()))?;
    let why = Why {
        note: reason.map(str::to_owned),
        ..Why::rule(Rule::Request)
    };
    let changes = before.changes_to(known);
    Ok(Some(Entry::account(*account, changes, why, salt()?)))
}
