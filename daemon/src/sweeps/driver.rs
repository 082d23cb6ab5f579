//! The schedule's driver: resumes what a crash interrupted, makes up a missed run once, then waits for what is due.

use super::execute::finish_running;
use super::start::{Start, Started, start};
use crate::handlers::Service;
use crate::schedule::Schedule;
use crate::writer::Errand;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Actor, Micros, RequestId, RunId, RunState, Span, Sweep, TenantId, Trigger,
};
use rollcall_shared::wire::Failure;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// After a failure the same schedule is tried again this much later.
const RETRY: Span = Span(60);

/// One sweep of one tenant that is due at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Micros,
    tenant: TenantId,
    sweep: Sweep,
}

/// What keeps a schedule that is due waiting.
struct Wait {
    /// Nothing before this is made up.
    since: Micros,
    /// When a sweep that failed is tried again; the others need not wait for it.
    again: BTreeMap<(TenantId, Sweep), Micros>,
}

/// Runs until `stop` says true. Sweeps run one after the other, so none ever overlaps itself.
/// What was due before `since` is not made up: a demo's past was dealt with when it was made.
pub(crate) async fn drive(service: Arc<Service>, since: Micros, mut stop: watch::Receiver<bool>) {
    resume(&service).await;
    let mut moved = service.writer.revisions();
    let mut wait = Wait {
        since,
        again: BTreeMap::new(),
    };
    loop {
        let now = service.clock.now();
        let next = next_due(&service.writer.state(), &wait);
        match next {
            Some(due) if due.at <= now => match fire(&service, due, now).await {
                Ok(()) => {
                    wait.again.remove(&(due.tenant, due.sweep));
                }
                Err(failure) => {
                    tracing::error!(sweep = %due.sweep, tenant = due.tenant.0, "a scheduled sweep failed: {failure}");
                    wait.again.insert((due.tenant, due.sweep), now.plus(RETRY));
                }
            },
            next => {
                let at = next.map_or(Micros(i64::MAX), |due| due.at);
                tokio::select! {
                    () = service.clock.wait_until(at) => {}
                    changed = moved.changed() => if changed.is_err() { return },
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// A run that a crash interrupted goes on under its id.
async fn resume(service: &Arc<Service>) {
    let state = service.writer.state();
    let running: Vec<(TenantId, RunId)> = state
        .tenants()
        .flat_map(|t| {
            t.runs()
                .filter(|r| r.state == RunState::Running)
                .map(|r| (t.tenant.id, r.id))
        })
        .collect();
    for (tenant, run) in running {
        tracing::info!(run = %run, "resuming an interrupted run");
        if let Err(failure) = finish_running(&service.writer, tenant, run, &Actor::daemon()).await {
            tracing::error!(run = %run, "the interrupted run could not be resumed: {failure}");
        }
    }
}

/// What is due first over all tenants and sweeps. A missed run is due at its newest missed instant: it is made up once.
fn next_due(state: &State, wait: &Wait) -> Option<Due> {
    state
        .tenants()
        .flat_map(|view| {
            Sweep::ALL
                .iter()
                .filter_map(|sweep| due_of(view, *sweep, wait))
        })
        .min()
}

fn due_of(view: &TenantView, sweep: Sweep, wait: &Wait) -> Option<Due> {
    let schedule = Schedule::parse(&view.policy(sweep).schedule).ok()?;
    let zone = jiff::tz::TimeZone::get(&view.tenant.tz).ok()?;
    let last = view.last_due(sweep).unwrap_or(view.tenant.created);
    let at = schedule.next_after(last.max(wait.since), &zone)?;
    let again = wait.again.get(&(view.tenant.id, sweep));
    Some(Due {
        at: again.map_or(at, |again| at.max(*again)),
        tenant: view.tenant.id,
        sweep,
    })
}

/// Runs one sweep that is due and records that its schedule was dealt with.
async fn fire(service: &Arc<Service>, due: Due, now: Micros) -> Result<(), Failure> {
    let newest = newest_missed(&service.writer.state(), due, now);
    let run = RunId(uuid::Uuid::now_v7());
    let ask = Start {
        tenant: due.tenant,
        sweep: due.sweep,
        trigger: Trigger::Schedule { due: newest },
        by: "schedule".into(),
        run,
        expect: None,
    };
    let actor = Actor::schedule();
    let errand = Errand {
        actor: actor.clone(),
        verb: "sweep run".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        asked: String::new(),
        run: Some(run),
        reason: None,
    };
    let answer = service
        .writer
        .change(errand, Box::new(move |draft, _| start(draft, &ask)))
        .await?;
    let started: Started = serde_json::from_value(answer)
        .map_err(|e| Failure::new(rollcall_shared::wire::Class::Error, e.to_string()))?;
    tracing::info!(sweep = %due.sweep, tenant = due.tenant.0, due = %newest, "{}", started.message);
    if started.more {
        finish_running(&service.writer, due.tenant, run, &actor).await?;
    }
    Ok(())
}

/// The newest instant at or before `now` at which the schedule was due.
fn newest_missed(state: &State, due: Due, now: Micros) -> Micros {
    let newest = || {
        let view = state.tenant(due.tenant)?;
        let schedule = Schedule::parse(&view.policy(due.sweep).schedule).ok()?;
        let zone = jiff::tz::TimeZone::get(&view.tenant.tz).ok()?;
        schedule.previous_at_or_before(now, &zone)
    };
    newest().unwrap_or(due.at).max(due.at)
}
