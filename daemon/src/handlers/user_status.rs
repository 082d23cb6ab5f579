//! `user suspend`, `user reactivate`, `user deactivate`: one account's state, by a person's decision.

use super::ask::{Ask, Door, Extra};
use super::describe::Words;
use super::identity::{after, limits_of, settle, unlocked};
use super::structure::conflict::broken_by;
use super::{find, json, leans, refused};
use crate::handlers::{opened_by, order_things, orders_for, orders_opened};
use crate::salt;
use crate::writer::{Proposal, last_owner};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AssetKind, Entry, HandoverWay, Micros, Origin, Rule, Status, Why,
};
use rollcall_shared::rules::{handover, lifecycle, roles_edit};
use rollcall_shared::text::counted;
use rollcall_shared::wire::user::UserChange;
use rollcall_shared::wire::{Done, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(
    ask: &Ask<'_>,
    verb: Verb,
    request: UserChange,
) -> Result<Value, Failure> {
    let (found, tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    ask.authorise(&ask.state(), verb, tenant.as_deref())?;
    let id = found?;
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let tenant = tenant.unwrap_or_default();
    ask.change_as(verb, &tenant, Door::Whole, extra, move |draft, _, who| {
        let gone = || find::gone(id);
        let view = draft.state.tenant(id.tenant).ok_or_else(gone)?;
        let account = draft.state.account(id).ok_or_else(gone)?;
        let last = last_owner(view, &account);
        let ctx = lifecycle::Lifecycle {
            now: draft.now,
            origin: Origin::Admin,
            by_member: !who.operator,
            last_owner: last.as_deref(),
            seats_free: limits_of(draft.state, view, id.account, draft.now).free(),
            catalog: &view.catalog,
        };
        // Before what a seat or a role lacks: here that is no matter.
        lifecycle::switched_here(&ctx).map_err(refused)?;
        if verb == Verb::UserReactivate {
            if account.status != Status::Active {
                // Who was never let in needs an invitation, whatever seats there are.
                lifecycle::comes_back(&account, &view.catalog).map_err(refused)?;
            }
            seat_again(draft.state, view, &account, draft.now)?;
        }
        if verb != Verb::UserReactivate {
            let office = view.admin_office();
            roles_edit::keep_admin(&account, &[], &office, || view.admin_holders())
                .map_err(refused)?;
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
        let mut warning = match verb {
            Verb::UserDeactivate => left_behind(view, &account, request.dry_run),
            Verb::UserReactivate => broken_by(view, &account, draft.now),
            _ => String::new(),
        };
        if verb != Verb::UserReactivate {
            for lean in leans::on(view, id.account, draft.now, request.dry_run) {
                warning.push_str(&format!("; {lean}"));
            }
        }
        let after = after(&account, &changes)?.status;
        let ended = unlocked(view, id.account, account.status, after);
        let free = match view.delegation(id.account).filter(|_| ended.is_some()) {
            Some(old) => format!(
                "; account {} acts for it no more",
                view.reference(old.delegate)
            ),
            None => String::new(),
        };
        let orders = orders_for(view, id.account, &changes, draft.now, None);
        let mut opened = opened_by(&orders);
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
        entries.extend(ended.map(Entry::plain));
        opened += order_things(view, &mut entries, draft.now);
        let opened = orders_opened(opened);
        let opened = opened.map(|said| format!("; {said}")).unwrap_or_default();
        let said = format!("{}{free}{opened}{warning}", phrases.join("; "));
        let dry = request.dry_run;
        let answer = json(Done {
            message: match dry {
                true => format!("would change account {id}: {said}"),
                false => format!("account {id}: {said}"),
            },
            seq: (!dry).then_some(view.last_seq() + 1),
        })?;
        Ok(Proposal::decide(id.tenant, entries, answer).previewed(dry))
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
    limits_of(state, view, account.id, now)
        .take(Status::Active, account.kind, &account.assignments)
        .map_err(refused)
}

/// A warning of what stays with an account that is deactivated: what is to be handed over before that (`before`: it is
/// only asked what would happen), and keys that go on giving access; empty when there is nothing.
fn left_behind(view: &TenantView, account: &Account, before: bool) -> String {
    let owns = |kind: AssetKind| account.assets.get(kind as usize).copied().unwrap_or(0);
    let who = view.reference(account.id);
    let mut out = String::new();
    let envelopes = owns(AssetKind::ActiveEnvelope);
    if envelopes > 0 {
        let kept = counted(envelopes, "active envelope");
        match view.catalog.constraints.hand_over {
            HandoverWay::Transfer => {
                let start = format!("`rollcall handover start {who} --to EMAIL`");
                let lacks = handover::may_start(&view.tenant, &view.catalog, account).err();
                let lacks = lacks.map_or_else(String::new, |r| format!("{}; ", r.what));
                out.push_str(&match before {
                    true => format!(
                        "; it still owns {kept}: {lacks}hand over before that with {start}"
                    ),
                    false => format!(
                        "; it keeps {kept}: {lacks}to hand over, let it in again, use {start}, and deactivate it again"
                    ),
                });
            }
            HandoverWay::AtDeletion => out.push_str(&format!(
                "; it keeps {kept} until it is deleted: `rollcall user delete {who} --successor EMAIL`"
            )),
            HandoverWay::Delegate => out.push_str(&format!(
                "; it keeps {kept}: name who acts for it with `rollcall handover start {who} --to EMAIL`"
            )),
            HandoverWay::NotNeeded => {}
        }
    }
    let keys = owns(AssetKind::ApiKey);
    if keys > 0 {
        let keys = counted(keys, "API key");
        out.push_str(&format!(
            "; it has {keys}, which may give access all the same: `rollcall person offboard {who}` ends that too"
        ));
    }
    out
}
