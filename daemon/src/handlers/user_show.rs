//! `user show`: one account with its history and what will happen to it next.

mod next;

use super::ask::Ask;
use super::describe::Words;
use super::thread::{self, Knot};
use super::{find, json};
use jiff::tz::TimeZone;
use next::forecast;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountRef, Micros, Pos};
use rollcall_shared::store::Reader;
use rollcall_shared::wire::user::{HistoryLine, UserDetail, UserShow};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::sync::Arc;

/// History lines in one answer.
const HISTORY: usize = 200;

pub(super) async fn handle(ask: &Ask<'_>, request: UserShow) -> Result<Value, Failure> {
    let state = ask.state();
    // Without a tenant the account must be found before it is known on which tenant rights are needed.
    let (id, tenant) = ask.place(Verb::UserShow, &request.user, request.tenant.as_deref());
    let id = ask.in_reach(Verb::UserShow, tenant.as_deref(), id);
    let zone = tenant.as_deref().and_then(|name| state.tenant_named(name));
    let zone = zone.map_or(TimeZone::UTC, TenantView::zone);
    let past = request.as_of.map(|when| when.instant(&zone));
    let now = past.unwrap_or_else(|| ask.service.clock.now());
    let (state, id) = match (past, tenant.as_deref()) {
        (Some(at), Some(tenant)) => then(ask, &request.user, tenant, at, id).await?,
        _ => (state, id?),
    };
    let gone = || find::gone(id);
    let view = state.tenant(id.tenant).ok_or_else(gone)?;
    let row = state.row(id, now).ok_or_else(gone)?;
    let mut account = state.account(id).ok_or_else(gone)?;
    // Its history tells of everything it holds and held.
    let who = ask.who(&ask.state(), Verb::UserShow, &view.tenant.name);
    who.touches_all_of(&state, &account)?;
    // A row shows no column that the tenant does not have.
    account.username.clone_from(&row.username);
    account.sid.clone_from(&row.sid);
    let next = match past {
        None => forecast(&state, view, id, now),
        Some(_) => Vec::new(),
    };
    let authority = view.tenant.authority;
    let roles = Words::of(Some(view)).roles(&account.assignments);
    let types = view.catalog.types_of(&account.assignments);
    let types = types.into_iter().map(str::to_owned).collect();
    let api_state = view.catalog.api_state(account.status).map(str::to_owned);
    let last = state.last_pos(id);
    let reader = ask.service.writer.reader();
    let history = tokio::task::spawn_blocking(move || history(reader.as_ref(), &state, id, last))
        .await
        .map_err(|e| Failure::new(Class::Error, e.to_string()))??;
    json(UserDetail {
        row,
        authority,
        roles,
        types,
        api_state,
        account,
        next,
        history,
    })
}

/// The state at an instant, and whom the text meant then: an address may have been another's. Who may see all of the tenant
/// now may see all that it was.
async fn then(
    ask: &Ask<'_>,
    user: &str,
    tenant: &str,
    at: Micros,
    now: Result<AccountRef, Failure>,
) -> Result<(Arc<State>, AccountRef), Failure> {
    let part = ask.reach(&ask.state(), Verb::UserShow, Some(tenant))?;
    let past = ask.past(tenant, at).await?;
    // In a part of a tenant nobody is found whom the caller may not see now.
    let id = match part {
        None => find::account(&past, user, Some(tenant)).or(now)?,
        Some(_) => now?,
    };
    Ok((past, id))
}

/// Follows the thread of an account's entries back from the newest.
fn history(
    reader: &dyn Reader,
    state: &State,
    id: AccountRef,
    last: Option<Pos>,
) -> Result<Vec<HistoryLine>, Failure> {
    let words = Words::of(state.tenant(id.tenant));
    thread::of(reader, id, last)
        .take(HISTORY)
        .map(|knot| {
            let Knot {
                pos, header, entry, ..
            } = knot?;
            Ok(HistoryLine {
                at: header.at,
                seq: pos.seq,
                verb: header.verb.clone(),
                actor: super::describe::who(&header),
                changes: words.changes_of(&entry, |change| words.read_phrase(change)),
                why: words.why_of(&entry, &header),
            })
        })
        .collect()
}
