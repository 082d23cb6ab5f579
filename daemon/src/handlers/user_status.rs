//! `user suspend`, `user reactivate`, `user deactivate`: one account's state, by a person's decision.

use super::ask::{Ask, Extra};
use super::describe::change_phrase;
use super::{find, json, refused};
use crate::handlers::order_list::orders_for;
use crate::salt;
use crate::writer::{Proposal, owners};
use rollcall_shared::domain::{Entry, Origin, Rule, Why};
use rollcall_shared::rules::lifecycle;
use rollcall_shared::wire::user::UserChange;
use rollcall_shared::wire::{Class, Done, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(
    ask: &Ask<'_>,
    verb: Verb,
    request: UserChange,
) -> Result<Value, Failure> {
    let state = ask.state();
    let found = find::account(&state, &request.user, request.tenant.as_deref());
    let tenant = match &found {
        Ok(id) => state.tenant(id.tenant).map(|t| t.tenant.name.clone()),
        Err(_) => request.tenant.clone(),
    };
    ask.authorise(&state, verb, tenant.as_deref())?;
    let id = found?;
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    ask.change(verb, tenant.as_deref(), extra, move |draft, _| {
        let gone = || Failure::new(Class::NotFound, format!("account {id} is gone"));
        let view = draft.state.tenant(id.tenant).ok_or_else(gone)?;
        let account = draft.state.account(id).ok_or_else(gone)?;
        let facts = draft.state.facts(id).ok_or_else(gone)?;
        let taken = view.seats_used() + view.seats_reserved();
        let ctx = lifecycle::Lifecycle {
            now: draft.now,
            origin: Origin::Admin,
            last_owner: facts.owner && owners(draft.state, view).usable <= view.catalog.owner.min,
            seats_free: view.tenant.seats.map(|all| all.saturating_sub(taken)),
            catalog: &view.catalog,
        };
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
        let phrases: Vec<String> = changes.iter().map(change_phrase).collect();
        if request.dry_run {
            let message = format!("would change account {id}: {}", phrases.join("; "));
            return Ok(Proposal::nothing(json(Done { message, seq: None })?));
        }
        let orders = orders_for(view, id.account, &changes, draft.now, None);
        let why = Why {
            note: request.reason.clone(),
            ..Why::rule(Rule::Request)
        };
        let mut entries = vec![Entry::account(id.account, changes, why, salt()?)];
        entries.extend(orders.into_iter().map(Entry::plain));
        let message = format!("account {id}: {}", phrases.join("; "));
        let answer = json(Done {
            message,
            seq: Some(view.last_seq() + 1),
        })?;
        Ok(Proposal::decide(id.tenant, entries, answer))
    })
    .await
}
