//! `user suspend`, `user reactivate`, `user deactivate`: one account's state, by a person's decision.

use super::ask::{Ask, Extra};
use super::describe::Words;
use super::identity::{limits, other_admin, settle};
use super::{find, json, refused};
use crate::handlers::{opened_by, orders_for, orders_opened};
use crate::salt;
use crate::writer::{Proposal, last_owner};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AssetKind, Entry, HandoverWay, Micros, Origin, Rule, Status, Why,
};
use rollcall_shared::rules::{lifecycle, roles_edit};
use rollcall_shared::wire::user::UserChange;
use rollcall_shared::wire::{Class, Done, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(
    ask: &Ask<'_>,
    verb: Verb,
    request: UserChange,
) -> Result<Value, Failure> {
    let (found, tenant) = find::place(&ask.state(), &request.user, request.tenant.as_deref());
    ask.authorise(&ask.state(), verb, tenant.as_deref())?;
    let id = found?;
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let tenant = tenant.unwrap_or_default();
    ask.change_as(verb, &tenant, false, extra, move |draft, _, who| {
        let gone = || Failure::new(Class::NotFound, format!("account {id} is gone"));
        let view = draft.state.tenant(id.tenant).ok_or_else(gone)?;
        let account = draft.state.account(id).ok_or_else(gone)?;
        let ctx = lifecycle::Lifecycle {
            now: draft.now,
            origin: Origin::Admin,
            by_member: !who.operator,
            last_owner: last_owner(view, &account),
            seats_free: limits(draft.state, view, draft.now).free(),
            catalog: &view.catalog,
        };
        // Before what a seat or a role lacks: here that is no matter.
        lifecycle::switched_here(&ctx).map_err(refused)?;
        if verb == Verb::UserReactivate {
            seat_again(draft.state, view, &account, draft.now)?;
        }
        if verb != Verb::UserReactivate && account.status == Status::Active {
            let other = other_admin(draft.state, view, id.account, draft.now);
            roles_edit::keep_admin(&account, &[], &view.catalog, other).map_err(refused)?;
        }
        let changes = match verb {
            Verb::UserSuspend => lifecycle::suspend(&account, &ctx),
            Verb::UserReactivate => lifecycle::reactivate(&account, &ctx),
            _ => lifecycle::deactivate(&account, &ctx),
        }
        .map_err(refused)?;
        if changes.is_empty() {
            let message = format!("account {id} is {} already", account.status);
            return Ok(Proposal::nothing(json(Done { message, seq: None })?));
        }
        let words = Words::of(Some(view));
        let phrases = words.told(&changes);
        let warning = match verb {
            Verb::UserDeactivate => left_behind(view, &account),
            _ => String::new(),
        };
        let orders = orders_for(view, id.account, &changes, draft.now, None);
        let opened = orders_opened(opened_by(&orders));
        let opened = opened.map(|said| format!("; {said}")).unwrap_or_default();
        let said = format!("{}{opened}{warning}", phrases.join("; "));
        if request.dry_run {
            let message = format!("would change account {id}: {said}");
            return Ok(Proposal::nothing(json(Done { message, seq: None })?));
        }
        let why = Why {
            note: request.reason.clone(),
            ..Why::rule(Rule::Request)
        };
        let mut entries = vec![Entry::account(id.account, changes, why, salt()?)];
        entries.extend(orders.into_iter().map(Entry::plain));
        if verb == Verb::UserDeactivate {
            let closed = settle(view, id.account, Status::Deactivated, draft.now);
            entries.extend(closed.map(Entry::plain));
        }
        let message = format!("account {id}: {said}");
        let answer = json(Done {
            message,
            seq: Some(view.last_seq() + 1),
        })?;
        Ok(Proposal::decide(id.tenant, entries, answer))
    })
    .await
}

/// Refuses to let somebody in again for whom no seat is left: of the tenant, of its tier, of the pool of their roles.
fn seat_again(
    state: &State,
    view: &TenantView,
    account: &Account,
    now: Micros,
) -> Result<(), Failure> {
    let none = rollcall_shared::domain::SeatHold::None;
    if view.catalog.seat(account.status, account.kind) != none {
        return Ok(());
    }
    limits(state, view, now)
        .take(Status::Active, account.kind, &account.assignments)
        .map_err(refused)
}

/// A warning of what should have been handed over before; empty when there is nothing.
fn left_behind(view: &TenantView, account: &Account) -> String {
    let active = account.assets.get(AssetKind::ActiveEnvelope as usize);
    match active {
        Some(n @ 1..) if view.catalog.constraints.hand_over == HandoverWay::Transfer => format!(
            "; it still owns active envelopes ({n}): hand them over before that with `rollcall handover start {} --to EMAIL`",
            view.reference(account.id)
        ),
        _ => String::new(),
    }
}
