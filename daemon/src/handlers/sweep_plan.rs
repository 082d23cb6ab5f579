//! `sweep plan`: what a sweep would do, now or at another instant. Writes nothing.

use super::ask::Ask;
use super::describe::{action_lines, skip_lines};
use super::status::hex;
use super::{find, json};
use crate::sweeps;
use rollcall_shared::rules;
use rollcall_shared::wire::sweep::{PlanView, Plans, SweepRequest};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Action lines in one answer.
pub(super) const ACTIONS: usize = 1_000;
/// Skip lines in one answer.
pub(super) const SKIPS: usize = 200;

pub(super) fn handle(ask: &Ask<'_>, request: SweepRequest) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::SweepPlan, request.tenant.as_deref())?;
    let now = ask.service.clock.now();
    let plans = find::tenants(&state, request.tenant.as_deref())?
        .into_iter()
        .map(|view| {
            let at = request.at.map_or(now, |at| at.instant(&view.zone()));
            let planned = match at > now {
                true => sweeps::foresee(view, request.sweep, at, now),
                false => sweeps::plan(view, request.sweep, at),
            };
            PlanView {
                tenant: view.tenant.name.clone(),
                sweep: request.sweep,
                mode: view.policy(request.sweep).mode,
                at,
                hash: hex(&rules::plan::hash(view.tenant.id, &planned.plan)),
                actions: action_lines(&state, view, &planned.plan.actions, ACTIONS),
                total: planned.plan.actions.len() as u64,
                counts: sweeps::counts(&planned.plan),
                skipped: skip_lines(&state, view, &planned.skipped, SKIPS),
                skipped_total: planned.skipped.len() as u64,
                rests: match at > now {
                    true => rules::next::rests(request.sweep),
                    false => Vec::new(),
                },
                held: planned.plan.held,
            }
        })
        .collect();
    json(Plans { plans })
}
