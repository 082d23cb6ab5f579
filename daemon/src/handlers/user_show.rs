//! `user show`: one account with its history and what will happen to it next.

use super::ask::Ask;
use super::describe::Words;
use super::thread::{self, Knot};
use super::{find, json};
use crate::schedule::Schedule;
use crate::sweeps::Basis;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountRef, Micros, Pos, Sweep};
use rollcall_shared::rules::next;
use rollcall_shared::store::Reader;
use rollcall_shared::wire::user::{HistoryLine, Next, UserDetail, UserShow};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

/// History lines in one answer.
const HISTORY: usize = 200;

pub(super) async fn handle(ask: &Ask<'_>, request: UserShow) -> Result<Value, Failure> {
    let state = ask.state();
    // Without a tenant the account must be found before it is known on which tenant rights are needed.
    let (id, tenant) = ask.place(Verb::UserShow, &request.user, request.tenant.as_deref());
    let id = ask.in_reach(Verb::UserShow, tenant.as_deref(), id)?;
    let now = ask.service.clock.now();
    let gone = || find::gone(id);
    let view = state.tenant(id.tenant).ok_or_else(gone)?;
    let row = state.row(id, now).ok_or_else(gone)?;
    let account = state.account(id).ok_or_else(gone)?;
    // Its history tells of everything it holds and held.
    let who = ask.who(&state, Verb::UserShow, &view.tenant.name);
    who.touches_all_of(&state, &account)?;
    let next = forecast(&state, view, id, now);
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

fn forecast(state: &State, view: &TenantView, id: AccountRef, now: Micros) -> Vec<Next> {
    let Some(facts) = state.facts(id) else {
        return Vec::new();
    };
    let zone = view.zone();
    let bases: Vec<Basis> = Sweep::ALL
        .iter()
        .map(|s| Basis::new(view, *s, now))
        .collect();
    let contexts: Vec<_> = bases.iter().map(|b| (b.sweep, b.context(view))).collect();
    let due = |sweep: Sweep, at: Micros| {
        let schedule = Schedule::parse(&view.policy(sweep).schedule).ok()?;
        schedule.next_after(at, &zone)
    };
    next::forecast(&facts, &contexts, due)
        .into_iter()
        .map(|f| Next {
            sweep: f.sweep,
            kind: f.kind,
            when: f.when,
            why: f.why.told(&zone).to_string(),
            but: f.but,
        })
        .collect()
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
                actor: super::describe::actor(&header.actor),
                changes: words.changes_of(&entry),
                why: words.why_of(&entry, &header),
            })
        })
        .collect()
}
