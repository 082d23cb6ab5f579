//! `sweep list`: each sweep in each tenant with its policy, schedule, next and last runs.

use super::ask::Ask;
use super::describe::run_line;
use super::{find, json};
use crate::schedule::Schedule;
use rollcall_shared::domain::Sweep;
use rollcall_shared::rules::sweeps;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::sweep::{SweepRow, Sweeps};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

/// Runs told before the last.
const EARLIER: usize = 2;

pub(super) fn handle(ask: &Ask<'_>, request: TenantOptional) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise_list(&state, Verb::SweepList, request.tenant.as_deref())?;
    let now = ask.service.clock.now();
    let mut rows = Vec::new();
    for view in find::tenants(&state, request.tenant.as_deref())? {
        let zone = view.zone();
        for sweep in Sweep::ALL {
            let policy = view.policy(*sweep);
            let runs = view.runs().rev().filter(|run| run.plan.sweep == *sweep);
            let mut runs = runs.take(1 + EARLIER).map(|run| run_line(view, run));
            let next = Schedule::parse(&policy.schedule)
                .map(|s| s.next_runs(now, &zone, 5))
                .unwrap_or_default();
            rows.push(SweepRow {
                tenant: view.tenant.name.clone(),
                sweep: *sweep,
                mode: policy.mode,
                next,
                tz: view.tenant.tz.clone(),
                last_due: view.last_due(*sweep),
                last_run: runs.next(),
                earlier: runs.collect(),
                amnesty_until: sweeps::amnesty_until(*sweep, &policy, now),
                schedule: policy.schedule,
            });
        }
    }
    json(Sweeps { rows })
}
