//! `user suspend`, `user reactivate`, `user deactivate`: one account's state, by a person's decision.

use super::ask::{Ask, Extra};
use super::describe::Words;
use super::identity::{limits, other_admin, settle};
use super::{find, json, refused};
use crate::handlers::order_list::orders_for;
use crate::salt;
use crate::writer::{Proposal, owners};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AssetKind, Entry, HandoverWay, Micros, Origin, Rule, Status, Why,
};
use rollcall_shared::rules::{Refusal, lifecycle, roles_edit};
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
        let facts = draft.state.facts(id).ok_or_else(gone)?;
        let rules = &view.catalog.constraints;
        if rules.enabled_elsewhere && !who.operator {
            return Err(refused(elsewhere(&view.catalog.title)));
        }
        let ctx = lifecycle::Lifecycle {
            now: draft.now,
            origin: Origin::Admin,
            last_owner: facts.owner && owners(draft.state, view).usable <= view.catalog.owner.min,
            seats_free: limits(draft.state, view, draft.now).free(),
            catalog: &view.catalog,
        };
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
        let phrases: Vec<String> = changes.iter().map(|c| words.change_phrase(c)).collect();
        let warning = match verb {
            Verb::UserDeactivate => left_behind(view, &account),
            _ => String::new(),
        };
        if request.dry_run {
            let message = format!("would change account {id}: {}{warning}", phrases.join("; "));
            return Ok(Proposal::nothing(json(Done { message, seq: None })?));
        }
        let orders = orders_for(view, id.account, &changes, draft.now, None);
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
        let message = format!("account {id}: {}{warning}", phrases.join("; "));
        let answer = json(Done {
            message,
            seq: Some(view.last_seq() + 1),
        })?;
        Ok(Proposal::decide(id.tenant, entries, answer))
    })
    .await
}

/// Where users are switched on and off in another place, members of the tenant do not do it here.
fn elsewhere(title: &str) -> Refusal {
    Refusal::new(
        "enabled-elsewhere",
        format!("{title} offers no switch for Enabled among its users"),
        "it is changed in AdmInWeb, or by a user administrator through the API; an operator of Rollcall may do it here",
    )
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
