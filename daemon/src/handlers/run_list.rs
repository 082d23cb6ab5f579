//! `run list`: runs, newest first.

use super::ask::Ask;
use super::describe::run_line;
use super::{find, json};
use rollcall_shared::wire::sweep::{RunQuery, Runs};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: RunQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::RunList, request.tenant.as_deref())?;
    let mut rows: Vec<_> = find::tenants(&state, request.tenant.as_deref())?
        .into_iter()
        .flat_map(|view| view.runs().map(move |run| (view, run)))
        .filter(|(_, run)| request.sweep.is_none_or(|s| s == run.plan.sweep))
        .map(|(view, run)| run_line(view, run))
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.started_at, row.id)));
    rows.truncate(if request.limit == 0 {
        50
    } else {
        request.limit as usize
    });
    json(Runs { rows })
}
